"""Sessions that a function is handed by its own decorator."""

from collections.abc import Iterator

from archlint.facts.statements import Def, Set, With
from archlint.project.calls.forms import values_passed
from archlint.project.classes import find_function
from archlint.project.definitions import Function
from archlint.project.flow.forms import decorator_name
from archlint.project.model import Project, question
from archlint.project.names import resolve
from archlint.project.walk import calls, find


def handed_by_decorator(project: Project, function: Function, name: str) -> bool:
    """Whether a parameter is what a decorator of the project opens for each call: its callers neither have that session nor
    any work of theirs in it."""
    if all(param.name != name for param in function.node.params):
        return False
    written = map(decorator_name, function.node.decorators)
    symbols = (resolve(project, function.module, each, function.outer) for each in written if each)
    decorators = (find_function(project, symbol) for symbol in symbols)
    return any(hands_what_it_opens(project, decorator) for decorator in decorators if decorator is not None)


@question(cyclic=False)
def hands_what_it_opens(project: Project, decorator: Function) -> bool:
    """Whether a decorator calls what it is given with something that it opens itself, by ``with`` or by a call."""
    inner = find(decorator.body, (Def,), into_definitions=True)
    given = {param.name for each in (decorator.node, *inner) for param in each.params}
    opened = set(_opened(decorator))
    made = calls(decorator.body, into_definitions=True)
    return any(call.func in given and not opened.isdisjoint(map(str, values_passed(call))) for call in made)


def _opened(decorator: Function) -> Iterator[str]:
    for statement in find(decorator.body, (Set, With), into_definitions=True):
        targets = statement.targets if isinstance(statement, Set) else [target for _, target in statement.items]
        yield from (target for target in targets if isinstance(target, str))
