"""Where the web framework comes in: the imports of FastAPI and Starlette, and the chains of imports that end at one."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

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
    for statement in runtime_imports(project, module, FRAMEWORKS):
        names = tuple(n for n in statement.names if n.target.package in FRAMEWORKS and not n.lies_in(allow))
        if names:
            found.append(replace(statement, names=names))
    return tuple(found)


class Hop(NamedTuple):
    """One import of a chain: where it stands, and what it imports as dotted name."""

    module: Module
    place: Place
    imports: str


@question(cyclic=())
def framework_chain(project: Project, module: Module) -> tuple[Hop, ...]:
    """The shortest way from a module, through run-time imports of the project, to an import of FastAPI or Starlette; of
    several as short, the one by the first import. Empty where there is none.

    What the module's own functions import counts; further on, only what runs as soon as a module is imported, for nobody
    need ever call the function that imports more.
    """
    distances = _distances(project)
    edges = [edge for edge in imported_modules(project, module) if edge.target in distances]
    if not edges:
        return ()
    edge = min(edges, key=lambda edge: distances[edge.target])
    hops = [_hop(module, edge)]
    while distances[edge.target]:
        module, left = edge.target, distances[edge.target]
        edge = next(e for e in _at_once(project, module) if distances.get(e.target, left) < left)
        hops.append(_hop(module, edge))
    return (*hops, _direct(project)[edge.target])


def _hop(module: Module, edge: ImportEdge) -> Hop:
    return Hop(module, Place(edge.line, edge.col, edge.end_line, edge.end_col), edge.target.name)


def _at_once(project: Project, module: Module) -> Iterator[ImportEdge]:
    """The imports that run as soon as a module is imported."""
    return (edge for edge in imported_modules(project, module) if not edge.is_late)


@question(cyclic={})
def _distances(project: Project) -> Mapping[Module, int]:
    """How many imports lie between each module and one that imports the framework: one search, backwards from all of
    those."""
    importers: dict[Module, list[Module]] = {}
    for module in project.modules:
        for edge in _at_once(project, module):
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
def _direct(project: Project) -> Mapping[Module, Hop]:
    """The first import of the framework, by its name, in every module that imports it as soon as it is imported."""
    names = [name for name in FRAMEWORKS if name not in project.packages]
    found: dict[Module, Hop] = {}
    for module in project.modules:
        for statement in module.interface.imports:
            if statement.guard in (*NOT_AT_RUN_TIME, "function") or statement.level:
                continue
            written = [statement.module] if statement.module is not None else [name for name, _ in statement.names]
            hit = next((name for name in written if name.partition(".")[0] in names), "")
            if hit:
                found.setdefault(module, Hop(module, whole(statement), hit))
    return found
