"""Where the web framework comes in: the imports of FastAPI and Starlette, and the chains of imports that end at one."""

from collections import deque
from collections.abc import Mapping

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.project.import_graph import ImportEdge, import_graph, imported_modules
from archlint.project.imports import NOT_AT_RUN_TIME, ImportedName, ImportStatement, runtime_imports
from archlint.project.model import Module, Project, every, question
from archlint.project.names import module_scope
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
        names = tuple(
            name
            for name in statement.names
            if name.target.package in FRAMEWORKS and not name.lies_in(allow) and not _is_replaced(project, module, name)
        )
        if names:
            found.append(replace(statement, names=names))
    return tuple(found)


def _is_replaced(project: Project, module: Module, name: ImportedName) -> bool:
    """Whether the module of the project that passes a name on has another for it where the framework is not installed."""
    source, _, last = name.written.rpartition(".")
    holder = project.find(source, module)
    bindings = module_scope(project, holder).names.get(last, ()) if holder else ()
    sources = {binding.target.partition(".")[0] for binding in bindings if binding.kind == "from"}
    return not sources.isdisjoint(FRAMEWORKS) and not sources <= set(FRAMEWORKS)


def names_listed(statement: ImportStatement) -> str:
    """The names of such a statement as messages list them: with where it comes from what a module of the project passes
    on."""
    return ", ".join(
        f"`{name.written}`"
        if name.written.partition(".")[0] in FRAMEWORKS
        else f"`{name.written}` ({name.target.name})"
        for name in statement.names
    )


class Hop(Record, frozen=True):
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
    edges = [edge for edge in imported_modules(project, module) if edge.target.path in distances]
    if not edges:
        return ()
    edge = min(edges, key=lambda edge: distances[edge.target.path])
    hops = [_hop(module, edge)]
    while distances[edge.target.path]:
        module, left = edge.target, distances[edge.target.path]
        edge = next(e for e in imported_modules(project, module) if _leads(e, distances, left))
        hops.append(_hop(module, edge))
    entry = _entry(project, edge.target)
    return (*hops, Hop(edge.target, Place(*entry[:4]), entry[4])) if entry else ()


def _hop(module: Module, edge: ImportEdge) -> Hop:
    return Hop(module, Place(edge.line, edge.col, edge.end_line, edge.end_col), edge.target.name)


def _leads(edge: ImportEdge, distances: Mapping[str, int], left: int) -> bool:
    """Whether an import runs as soon as its module is imported and brings the framework nearer."""
    return not edge.is_late and distances.get(edge.target.path, left) < left


@question(cyclic={}, kept=dict[str, int])
def _distances(project: Project) -> dict[str, int]:
    """How many imports lie between each module, by its path, and one that imports the framework: one search, backwards
    from all of those."""
    importers: dict[str, list[str]] = {}
    for module, edges in import_graph(project).items():
        for edge in edges:
            if not edge.is_late:
                importers.setdefault(edge.target.path, []).append(module.path)
    distances = {module.path: 0 for module, entry in every(project, _entry) if entry}
    waiting = deque(distances)
    while waiting:
        path = waiting.popleft()
        for importer in importers.get(path, ()):
            if importer not in distances:
                distances[importer] = distances[path] + 1
                waiting.append(importer)
    return distances


@question(cyclic=None, kept=tuple[int, int, int, int, str] | None)
def _entry(project: Project, module: Module) -> tuple[int, int, int, int, str] | None:
    """The place and name of the first import of the framework, by its name, that runs as soon as a module is imported."""
    names = [name for name in FRAMEWORKS if name not in project.packages]
    for statement in module.interface.imports:
        if statement.guard in (*NOT_AT_RUN_TIME, "function") or statement.level:
            continue
        written = [statement.module] if statement.module is not None else [name for name, _ in statement.names]
        hit = next((name for name in written if name.partition(".")[0] in names), "")
        if hit:
            return (*whole(statement), hit)
    return None
