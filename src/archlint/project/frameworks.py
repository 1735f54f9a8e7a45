"""Where the web framework comes in: the imports of FastAPI and Starlette, and the chains of imports that end at one."""

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from archlint.project.import_graph import ImportEdge, imported_modules
from archlint.project.imports import NOT_AT_RUN_TIME, ImportStatement, runtime_imports
from archlint.project.model import Module, Project, question
from archlint.project.places import Place, whole

FRAMEWORKS = ("fastapi", "starlette")


@question(cyclic=())
def framework_imports(project: Project, module: Module, allow: tuple[str, ...] = ()) -> tuple[ImportStatement, ...]:
    """The import statements that bring FastAPI or Starlette into a module at run time, each with only the names that do,
    through first-party re-exports too.

    Args:
        allow: modules or names that do not count, with everything below them.
    """
    found = []
    for statement in runtime_imports(project, module):
        names = tuple(n for n in statement.names if n.target.package in FRAMEWORKS and not n.lies_in(allow))
        if names:
            found.append(statement._replace(names=names))
    return tuple(found)


class Hop(NamedTuple):
    """One import of a chain: where it stands, and what it imports as dotted name."""

    module: Module
    place: Place
    imports: str


@question(cyclic=())
def framework_chain(project: Project, module: Module) -> tuple[Hop, ...]:
    """The shortest way from a module that imports no part of FastAPI or Starlette itself, through run-time imports of
    the project, to a statement that does; of several as short, the one by the first import. Empty where there is none.
    """
    distances = _distances(project)
    left = distances.get(module, 0)
    hops = []
    while left:
        edge = next(e for e in imported_modules(project, module) if distances.get(e.target, left) < left)
        hops.append(Hop(module, _place(edge), edge.target.name))
        module, left = edge.target, distances[edge.target]
    if not hops:
        return ()
    place, name = _direct(project)[module]
    return (*hops, Hop(module, place, name))


def _place(edge: ImportEdge) -> Place:
    return Place(edge.line, edge.col, edge.end_line, edge.end_col)


@question(cyclic={})
def _distances(project: Project) -> Mapping[Module, int]:
    """How many imports lie between each module and one that imports the framework: one search, backwards from all of
    those."""
    importers: dict[Module, list[Module]] = {}
    for module in project.modules:
        for edge in imported_modules(project, module):
            importers.setdefault(edge.target, []).append(module)
    distances = dict.fromkeys(_direct(project), 0)
    waiting = deque(distances)
    while waiting:
        module = waiting.popleft()
        for importer in importers.get(module, ()):
            if importer not in distances:
                distances[importer] = distances[module] + 1
                waiting.append(importer)
    return distances


@question(cyclic={})
def _direct(project: Project) -> Mapping[Module, tuple[Place, str]]:
    """The modules that import the framework by its name, with the first such import and what it names."""
    names = [name for name in FRAMEWORKS if name not in project.packages]
    found: dict[Module, tuple[Place, str]] = {}
    for module in project.modules:
        for statement in module.interface.imports:
            if statement.guard in NOT_AT_RUN_TIME or statement.level:
                continue
            written = [statement.module] if statement.module is not None else [name for name, _ in statement.names]
            hit = next((name for name in written if name.partition(".")[0] in names), "")
            if hit:
                found.setdefault(module, (whole(statement), hit))
    return found
