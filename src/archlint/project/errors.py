"""HTTP errors: where a module makes them, and why a class of the project is one."""

import functools
from typing import NamedTuple

from archlint.facts.expressions import Attr, Call
from archlint.facts.statements import Raise
from archlint.project.classes import bases, descendants, descends, find_class
from archlint.project.content import HTTP_EXCEPTION
from archlint.project.definitions import Function, definitions, with_inner
from archlint.project.environment import library_of
from archlint.project.knowledge import third_party_bases
from archlint.project.model import Module, Project, question
from archlint.project.names import MODULE, Symbol, lookup, module_scope, resolve
from archlint.project.places import Place, header, whole
from archlint.project.spelling import is_class_name
from archlint.project.walk import find

CONVERTER = "to_http_exception"
CONVERSION = f".{CONVERTER}"

CLASS = "class"
HOLDER = "holder"
INSTALLED = "installed"


class HttpError(NamedTuple):
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
    one, in source order."""
    slots = _slots(project, module)
    if not slots:
        return ()
    found: dict[Place, HttpError] = {}
    if -1 in slots:
        _scan(project, module, None, module.interface.body, found)
    for outermost in definitions(project, module).functions.values():
        if outermost.node.body in slots:
            for function in with_inner(project, outermost):
                _scan(project, module, function, function.body, found)
    return tuple(found[place] for place in sorted(found))


@question(cyclic=frozenset())
def _slots(project: Project, module: Module) -> frozenset[int]:
    """The function bodies in which something that may make an HTTP error is called or raised."""
    heads = _heads(project, module)
    slots: set[int] = set()
    for name, where in module.interface.callees.items():
        head, dot, _ = name.partition(".")
        kind = heads.get(head)
        if (
            kind == CLASS
            or (kind == HOLDER and dot and is_http_error(project, resolve(project, module, name, None)))
            or (kind == INSTALLED and is_class_name(name))
            or name.endswith(CONVERSION)
        ):
            slots.update(where)
    return frozenset(slots)


def _heads(project: Project, module: Module) -> dict[str, str]:
    """The names through which the module can reach an HTTP error: `CLASS` for such classes and for names imported inside
    functions, `HOLDER` for modules that may hold one, `INSTALLED` for what only an installed package's files tell."""
    scope = module_scope(project, module)
    heads: dict[str, str] = {}
    for name in scope.names:
        kind = _kind(project, lookup(project, module, name))
        if kind:
            heads[name] = kind
    if scope.stars:
        for head in {name.partition(".")[0] for name in module.interface.callees} - scope.names.keys():
            if is_http_error(project, lookup(project, module, head)):
                heads[head] = CLASS
    for statement in module.interface.imports:
        if statement.guard == "function":
            heads.update(dict.fromkeys((alias or name.partition(".")[0] for name, alias in statement.names), CLASS))
    return heads


def _kind(project: Project, symbol: Symbol | None) -> str:
    if symbol is None:
        return ""
    if _is_only_installed(project, symbol):
        return INSTALLED
    if symbol.is_external and symbol.package not in _packages():
        return ""
    if is_http_error(project, symbol):
        return CLASS
    return HOLDER if symbol.is_external or symbol.name == MODULE else ""


def _is_only_installed(project: Project, symbol: Symbol) -> bool:
    """Whether nothing but the files of an installed package tell what a third-party name is."""
    if not symbol.is_external or project.environment is None:
        return False
    return symbol.name not in third_party_bases() and library_of(project, symbol.name) is not None


@functools.cache
def _packages() -> frozenset[str]:
    """The third-party packages that have HTTP errors."""
    names = {
        *HTTP_EXCEPTION,
        *(name for name, bases in third_party_bases().items() if not HTTP_EXCEPTION.isdisjoint(bases)),
    }
    return frozenset(name.partition(".")[0] for name in names)


def is_http_error(project: Project, symbol: Symbol | None) -> bool:
    """Whether a class is Starlette's ``HTTPException`` or descends from it, as FastAPI's does."""
    if symbol is None:
        return False
    if symbol in descendants(project, HTTP_EXCEPTION):
        return True
    # A value may be an instance (``DENIED = HTTPException(403)``); a module-level class is among the descendants or none.
    is_class = not symbol.is_external and symbol.name in definitions(project, project.by_path[symbol.path]).classes
    return not is_class and descends(project, symbol, HTTP_EXCEPTION)


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
    if symbol is None or (_is_only_installed(project, symbol) and not is_raised):
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
