"""What a module that should be pure reaches for: libraries that do I/O, files, sessions."""

import functools
from collections.abc import Mapping

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call, Expr
from archlint.project.definitions import Function, bodies_in
from archlint.project.imports import ImportedName, runtime_imports
from archlint.project.knowledge import names_in, table
from archlint.project.layers.errors import CONVERTER
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, chosen, module_scope, resolve
from archlint.project.places import Place, whole
from archlint.project.types.expressions import Frame, type_of
from archlint.project.usage import inside, outside
from archlint.project.walk import calls


class ImpureName(Record, frozen=True):
    """An imported name and what it is: ``ORM``, ``HTTP client`` …"""

    name: ImportedName
    kind: str


class ImpureImport(Record, frozen=True):
    """An import statement, its place (the whole of it), and the names in it that a pure module does without."""

    line: int
    col: int
    end_line: int
    end_col: int
    names: tuple[ImpureName, ...]


class Opening(Record, frozen=True):
    """A call that opens a file or a session: its place, what is called as written, which of both, and the qualified name
    of the function it happens in."""

    line: int
    col: int
    end_line: int
    end_col: int
    name: str
    kind: str
    function: str


def impure_imports(
    project: Project, module: Module, kinds: Mapping[str, str], allowed: tuple[str, ...] = ()
) -> tuple[ImpureImport, ...]:
    """The imports a module should do without, at run time.

    Args:
        kinds: package or module to its kind, empty for what may be imported; a name stands for everything below it.
        allowed: names that may be imported all the same, with everything below them.

    A name that nothing but the methods called ``to_http_exception`` use is left out: turning an error into HTTP is what
    these are for.
    """
    found = []
    for statement in runtime_imports(
        project, module, {package.partition(".")[0] for package, kind in kinds.items() if kind}
    ):
        names = []
        for name in statement.names:
            kind = _kind(name, kinds)
            if kind and not name.lies_in(allowed) and not _only_converts(project, module, name):
                names.append(ImpureName(name, kind))
        if names:
            found.append(ImpureImport(*whole(statement), tuple(names)))
    return tuple(found)


@functools.cache
def impure_packages(layer: str) -> Mapping[str, str]:
    """The packages that no module of a layer should import, each with its kind; empty for layers that may do I/O. A part
    of one that is another kind, and may be imported, has an empty kind (``aiohttp.web`` in a schema)."""
    impure = table("effects")["kinds"].get(layer, ())
    packages = {package: kind for kind, names in table("effects")["packages"].items() for package in names}
    return {package: kind if kind in impure else "" for package, kind in packages.items()} if impure else {}


def _kind(name: ImportedName, kinds: Mapping[str, str]) -> str:
    """The kind of the longest package a third-party name lies in, or empty."""
    if not name.target.is_external:
        return ""
    target = name.target.name
    while target:
        if target in kinds:
            return kinds[target]
        target = target.rpartition(".")[0]
    return ""


def _only_converts(project: Project, module: Module, name: ImportedName) -> bool:
    head = name.local.partition(".")[0]
    return head in inside(project, module, CONVERTER) and head not in outside(project, module, CONVERTER)


@question(cyclic=())
def openings(project: Project, module: Module) -> tuple[Opening, ...]:
    """The calls of a module that open files or sessions, in source order."""
    methods = names_in("effects", "opens", "path_methods")
    slots = {
        slot
        for name, where in module.interface.callees.items()
        if name == "open" or name.rpartition(".")[2] in methods or _kind_of_call(project, module, name, None)
        for slot in where
    }
    found: dict[Place, Opening] = {}
    for function, body in bodies_in(project, module, slots):
        _scan(project, module, function, body, found)
    return tuple(found[place] for place in sorted(found))


def _scan(
    project: Project, module: Module, function: Function | None, block: object, found: dict[Place, Opening]
) -> None:  # fmt: skip
    for call in calls(block, into_definitions=function is None):
        name, kind = call.func, ""
        if isinstance(name, Attr):
            kind = "file" if _is_path_method(name.name) and _is_path(project, module, name.base, function) else ""
            name = f"….{name.name}"
        elif isinstance(name, str):
            kind = _kind_of_call(project, module, name, function) or _kind_of_method(project, module, name, function)
        if kind:
            where = function.name if function else ""
            found[whole(call)] = Opening(*whole(call), str(name), kind, where)


def _kind_of_call(project: Project, module: Module, name: str, function: Function | None) -> str:
    symbol = resolve(project, module, name, function)
    if symbol is None:
        return ""
    if symbol.is_external:
        if symbol.name in names_in("effects", "opens", "files"):
            return "file"
        return "session" if symbol.name in names_in("effects", "opens", "sessions") else ""
    return "session" if _is_factory(project, symbol) else ""


def _kind_of_method(project: Project, module: Module, name: str, function: Function | None) -> str:
    holder, dot, method = name.rpartition(".")
    is_file = dot and _is_path_method(method) and _is_path(project, module, holder, function)
    return "file" if is_file else ""


def _is_path_method(name: str) -> bool:
    return name in names_in("effects", "opens", "path_methods")


def _is_path(project: Project, module: Module, expr: Expr, function: Function | None) -> bool:
    """Whether an expression is a path."""
    return type_of(project, expr, Frame(module, function, {})).name in names_in("effects", "opens", "paths")


@question(cyclic=False)
def _is_factory(project: Project, symbol: Symbol) -> bool:
    """Whether a name of the project is a factory of sessions."""
    module = project.by_path[symbol.path]
    bindings = module_scope(project, module).names.get(symbol.name)
    value = chosen(bindings).value if bindings else None
    if not isinstance(value, Call) or not isinstance(value.func, str):
        return False
    made = resolve(project, module, value.func, None)
    return made is not None and made.is_external and made.name in names_in("effects", "opens", "factories")
