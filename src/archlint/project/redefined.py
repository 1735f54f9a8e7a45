"""Whether a function is what its name stands for."""

from archlint.facts.statements import ASYNC, Block, Def, Import, Set
from archlint.project.definitions import Function
from archlint.project.model import Project, question
from archlint.project.types.decorated import made_of
from archlint.project.walk import defined, statements


@question(cyclic=False)
def is_reliable(project: Project, function: Function) -> bool:
    """Whether calling a function by its name runs its body and gives what that gives: a coroutine where it is ``async``, and
    only there. Another definition of the name of the other kind, or a decorator that may do anything, tells against it."""
    made = made_of(project, function)
    if not made.is_certain or made.is_getter or made.is_context:
        return False
    block = _block_of(function)
    same = [each for each in defined(block) if each.name == function.node.name]
    kinds = {isinstance(each, Def) and bool(each.flags & ASYNC) for each in same}
    return len(kinds) < 2 and not any(_rebinds(statement, function.node.name) for statement in statements(block))


def _block_of(function: Function) -> Block:
    """The statements among which a function is defined."""
    if function.owner is not None:
        return function.owner.node.body
    return function.outer.body if function.outer is not None else function.module.interface.body


def _rebinds(statement: object, name: str) -> bool:
    if isinstance(statement, Import):
        return any((alias or imported) == name for imported, alias in statement.names)
    return isinstance(statement, Set) and name in statement.targets
