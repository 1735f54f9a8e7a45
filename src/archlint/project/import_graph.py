"""Which modules of the project run when a module is imported or one of its functions runs."""

from collections.abc import Iterator
from typing import NamedTuple

from archlint.facts.statements import Import
from archlint.project.imports import NOT_AT_RUN_TIME
from archlint.project.model import Module, Project, every, question
from archlint.project.names import MODULE, Symbol, absolute, imported, module_scope
from archlint.project.origins import origins
from archlint.project.places import whole


class ImportEdge(NamedTuple):
    """One module of the project that a statement imports: its place (the whole statement), the module, and whether it is
    imported only when a function runs."""

    line: int
    col: int
    end_line: int
    end_col: int
    target: Module
    is_late: bool


class _Edge(NamedTuple):
    """An `ImportEdge` as plain data: the target by its path."""

    line: int
    col: int
    end_line: int
    end_col: int
    target: str
    is_late: bool


@question(cyclic=())
def imported_modules(project: Project, module: Module) -> tuple[ImportEdge, ...]:
    """The modules of the project that a module imports at run time, one edge for each name of each statement that is a
    module, or lies in one; what a package re-exports from elsewhere is the package's edge.

    The packages a module lies in run before it, but are no edges: who imports ``shop.orders.prices`` asks for nothing of
    ``shop.orders``, and every package that imports its own modules would be a loop.

    Source: the Python reference, "The import statement".
    """
    return _resolved(project, _edges(project, module))


def imported_from(project: Project, module: Module) -> Iterator[Module]:
    """The same modules, without places, some perhaps more than once."""
    for statement in origins(project, module).internal:
        if statement.guard not in NOT_AT_RUN_TIME:
            yield from _targets(project, module, statement)


@question(cyclic={})
def import_graph(project: Project) -> dict[Module, tuple[ImportEdge, ...]]:
    """The `imported_modules` of every module."""
    return {module: _resolved(project, edges) for module, edges in every(project, _edges)}


@question(cyclic={})
def importing_roots(project: Project) -> dict[str, frozenset[str]]:
    """By source root, the roots whose modules import one of its modules: of several applications in one repository, those
    that can call what lies there. A root imports its own."""
    found = {module.root: {module.root} for module in project.modules}
    for module, edges in import_graph(project).items():
        for edge in edges:
            found[edge.target.root].add(module.root)
    return {root: frozenset(roots) for root, roots in found.items()}


def _resolved(project: Project, edges: tuple[_Edge, ...]) -> tuple[ImportEdge, ...]:
    return tuple([ImportEdge(*edge[:4], project.by_path[edge.target], edge.is_late) for edge in edges])


@question(cyclic=(), kept=tuple[_Edge, ...])
def _edges(project: Project, module: Module) -> tuple[_Edge, ...]:
    edges: dict[tuple[object, ...], _Edge] = {}
    for statement in module.interface.imports:
        if statement.guard in NOT_AT_RUN_TIME:
            continue
        for target in _targets(project, module, statement):
            if target is not module:
                place = whole(statement)
                edges[(place, target)] = _Edge(*place, target.path, statement.guard == "function")
    return tuple(edges.values())


def is_own_module(package: Module, module: Module) -> bool:
    """Whether a module lies in a package."""
    return package.is_package and module.path.startswith(package.path.removesuffix("__init__.py"))


def _targets(project: Project, module: Module, statement: Import) -> list[Module]:
    if statement.module is None:
        found = [project.find(name, module) for name, _ in statement.names]
    else:
        source = absolute(module, statement.module, statement.level)
        if source.partition(".")[0] not in project.packages:
            return []
        package = project.find(source, module)
        found = [_brought(project, module, source, package, name) for name, _ in statement.names]
    return [target for target in found if target is not None]


def _brought(project: Project, module: Module, source: str, package: Module | None, name: str) -> Module | None:
    """The module ``from source import name`` asks for: the submodule of that name, unless the package binds the name to
    something else (PEP 328: an attribute of the package comes before its submodule)."""
    submodule = project.find(f"{source}.{name}", module)
    if submodule is None or package is None or package is module or name not in module_scope(project, package).names:
        return submodule or package
    symbol = imported(project, module, source, name)
    return submodule if symbol is not None and symbol == Symbol(submodule.path, MODULE) else package
