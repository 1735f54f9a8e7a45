"""HTTP errors: where a module makes them, and why a class of the project is one."""

import functools
from collections.abc import Iterator

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call
from archlint.facts.statements import Raise
from archlint.project.aliases import called, installed, is_only_installed, offspring, slots_calling
from archlint.project.calls.forms import written
from archlint.project.calls.graph import callee
from archlint.project.calls.index import third_party_name
from archlint.project.classes import bases, descends, find_class
from archlint.project.definitions import Function, bodies_in
from archlint.project.flow.sites import call_sites
from archlint.project.knowledge import third_party_bases
from archlint.project.layers.content import HTTP_EXCEPTION
from archlint.project.model import Module, Project, every, question
from archlint.project.names import Symbol, resolve
from archlint.project.places import Place, header, whole
from archlint.project.spelling import is_class_name
from archlint.project.walk import find

CONVERTER = "to_http_exception"
CONVERSION = f".{CONVERTER}"


class HttpError(Record, frozen=True):
    """One place that makes an HTTP error.

    Attributes:
        name: what is called or raised, as written.
        chain: the class and its ancestors down to the framework's, when the class is the project's; else empty.
        class_module: the module that defines that class.
        class_place: its ``class`` line.
        function: qualified name of the function it happens in; empty at module level.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    name: str
    chain: tuple[str, ...]
    class_module: Module | None
    class_place: Place | None
    function: str


@question(cyclic=())
def http_errors(project: Project, module: Module) -> tuple[HttpError, ...]:
    """Every place of a module that raises or constructs an ``HTTPException`` or a descendant, or converts an error to
    one, in source order. A function that is declared to return one is raised from elsewhere (``raise NoRow.as_http()``)."""
    slots = _slots(project, module)
    found: dict[Place, HttpError] = {}
    for function, body in bodies_in(project, module, slots) if slots else ():
        _scan(project, module, function, body, found)
    for function, _ in bodies_in(project, module, slots_calling(project, module, _makers(project)).keys()):
        if function is not None:
            found.update({whole(error): error for error in _made_elsewhere(project, function)})
    return tuple(found[place] for place in sorted(found))


@question(cyclic=frozenset(), kept=frozenset[str])
def _makers(project: Project) -> frozenset[str]:
    """The names of the functions that are declared to return an HTTP error, and make one."""
    wanted = _names(project)
    found: set[str] = set()
    for module, all_called in every(project, called):
        if not wanted.isdisjoint(all_called):
            bodies = bodies_in(project, module, slots_calling(project, module, wanted).keys())
            found.update(each.node.name for each, _ in bodies if each is not None and _gives_error(project, each))
    return frozenset(found)


def _gives_error(project: Project, function: Function) -> bool:
    returns = function.node.returns
    return isinstance(returns, str) and is_http_error(
        project, resolve(project, function.module, returns, function.outer)
    )


def _made_elsewhere(project: Project, function: Function) -> Iterator[HttpError]:
    """The places where a function raises what a function of another module makes."""
    raised = [statement.value for statement in find(function.body, (Raise,))]
    for site in call_sites(project, function) if raised else ():
        if any(site.call is each for each in raised):
            run = callee(project, function, site).functions
            if run and all(each.module is not function.module and _gives_error(project, each) for each in run):
                yield HttpError(*whole(site.call), written(site.call), (), None, None, function.name)


def _slots(project: Project, module: Module) -> set[int]:
    """The function bodies in which something that may be an HTTP error is called or raised."""
    wanted = _names(project)
    callees = module.interface.callees
    slots: set[int] = set()
    if CONVERTER in called(project, module) or not wanted.isdisjoint(called(project, module)):
        for name, where in callees.items():
            if name.rpartition(".")[2] in wanted or name.endswith(CONVERSION):
                slots.update(where)
    if project.environment is not None:
        for name, where in callees.items():
            if is_class_name(name) and is_only_installed(project, Symbol("", third_party_name(project, module, name))):
                slots.update(where)
    return slots


@question(cyclic=frozenset())
def _names(project: Project) -> frozenset[str]:
    """The last parts of the names HTTP errors may go by."""
    return offspring(project, _roots() | installed(project, HTTP_EXCEPTION))


@functools.cache
def _roots() -> frozenset[str]:
    """Starlette's ``HTTPException`` and the third-party classes that descend from it."""
    known = third_party_bases()
    found = set(HTTP_EXCEPTION)
    while new := {name for name, bases in known.items() if not found.isdisjoint(bases)} - found:
        found |= new
    return frozenset(found)


def is_http_error(project: Project, symbol: Symbol | None) -> bool:
    """Whether a class is Starlette's ``HTTPException`` or descends from it, as FastAPI's does."""
    return descends(project, symbol, HTTP_EXCEPTION)


def _scan(
    project: Project, module: Module, function: Function | None, block: object, found: dict[Place, HttpError]
) -> None:  # fmt: skip
    raised: set[Place] = set()
    for node in find(block, (Call, Raise), into_definitions=function is None):
        made = node.func if isinstance(node, Call) else node.value
        place = whole(node)
        if isinstance(node, Raise):
            raised.add(whole(made) if isinstance(made, Call) else place)
        name = made if isinstance(made, str) else _converter(made)
        error = _error(project, module, function, name, place, place in raised) if name else None
        if error:
            found[place] = error


def _converter(func: object) -> str:
    return f"….{CONVERTER}" if isinstance(func, Attr) and func.name == CONVERTER else ""


def _error(
    project: Project, module: Module, function: Function | None, name: str, place: Place, is_raised: bool
) -> HttpError | None:
    where = function.name if function else ""
    if name.endswith(CONVERSION):
        return HttpError(*place, name, (), None, None, where)
    symbol = resolve(project, module, name, function)
    # Reading a package's files is worth it for what is raised, not for everything that is called.
    if symbol is None or (is_only_installed(project, symbol) and not is_raised):
        return None
    if not is_http_error(project, symbol):
        return None
    definition = find_class(project, symbol)
    if definition is None:
        return HttpError(*place, name, (), None, None, where)
    chain = _chain(project, symbol)
    return HttpError(*place, name, chain, definition.module, header(definition), where)


def _chain(project: Project, symbol: Symbol) -> tuple[str, ...]:
    """The class, then base by base down to the framework's."""
    names = [symbol.last]
    while (definition := find_class(project, symbol)) is not None:
        symbol = next(base for base in bases(project, definition) if is_http_error(project, base))
        names.append(symbol.last if not symbol.is_external else symbol.name)
    return tuple(names)
