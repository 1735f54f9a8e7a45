"""What decorators leave of a function.

A name that calls of it can rely on stands for one function, under decorators that neither make it async nor stop it from
being so, and give what it gives.
"""

from archlint.facts.expressions import Call, Expr
from archlint.facts.statements import ASYNC, Block, Import, Return, Set
from archlint.project.call_graph import last_name, of_method
from archlint.project.classes import find_function
from archlint.project.definitions import Function, inner_definitions
from archlint.project.knowledge import names_in
from archlint.project.model import Project, question
from archlint.project.names import resolve
from archlint.project.types import Frame, type_of
from archlint.project.walk import calls, defined, statements

TELLERS = ("iscoroutinefunction", "is_async_callable")


@question(cyclic=False)
def is_reliable(project: Project, function: Function) -> bool:
    """Whether calling a function by its name runs its body, and makes a coroutine if and only if it is ``async``."""
    if not all(_keeps(project, function, decorator) for decorator in function.node.decorators):
        return False
    block = _block_of(function)
    flags = {
        each.flags & ASYNC for each in defined(block) if each.name == function.node.name and hasattr(each, "flags")
    }
    return len(flags) < 2 and not any(_rebinds(statement, function.node.name) for statement in statements(block))


def _block_of(function: Function) -> Block:
    """The statements among which a function is defined."""
    if function.owner is not None:
        return function.owner.node.body
    return function.outer.body if function.outer is not None else function.module.interface.body


def _rebinds(statement: object, name: str) -> bool:
    if isinstance(statement, Import):
        return any((alias or imported) == name for imported, alias in statement.names)
    return isinstance(statement, Set) and name in statement.targets


def _keeps(project: Project, function: Function, decorator: Expr) -> bool:
    made = decorator.func if isinstance(decorator, Call) else decorator
    if not isinstance(made, str):
        return False
    symbol = resolve(project, function.module, made, function.outer)
    if symbol is not None and symbol.is_external:
        return symbol.name in names_in("decorators", "keeping")
    own = find_function(project, symbol)
    if own is not None:
        return _gives(project, own, function.is_async, isinstance(decorator, Call))
    base, _, name = made.rpartition(".")
    if not base:
        return False
    registry = type_of(project, base, Frame(function.module, function.outer, {}))
    method = of_method(project, registry, name).name
    return method.rpartition(".")[0] in names_in("decorators", "registering") or method in names_in(
        "decorators", "methods"
    )


def _gives(project: Project, decorator: Function, is_async: bool, is_maker: bool) -> bool:
    """Whether a decorator of the project gives back the function it is given, or for an async one a wrapper that is async.

    Args:
        is_maker: it makes the decorator when it is called with arguments.
    """
    params = {param.name for param in decorator.node.params}
    inner = {found.node.name: found for found in inner_definitions(project, decorator).functions.values()}
    given = [statement.value for statement in statements(decorator.body) if isinstance(statement, Return)]
    named = [value for value in given if isinstance(value, str) and (value in params or value in inner)]
    if not given or len(named) < len(given) or decorator.is_async or decorator.is_generator:
        return False
    if is_maker:
        return all(value in inner and _gives(project, inner[value], is_async, False) for value in named)
    if not is_async:
        return params.issuperset(named)
    kinds = {value in params or inner[value].is_async for value in named}
    tells = any(last_name(call) in TELLERS for call in calls(decorator.body))
    return kinds == {True} or (tells and True in kinds)
