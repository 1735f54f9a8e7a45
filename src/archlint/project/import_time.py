"""What importing a module reaches outside the process for: connections, queries, the network."""

from collections.abc import Iterator
from typing import NamedTuple

from archlint.facts.expressions import Attr, Await, Call, Expr, Item
from archlint.project.assignments import ENTERED as GIVEN_BY_ENTERING
from archlint.project.assignments import VALUE, Env
from archlint.project.call_graph import NOW, Callee, callee
from archlint.project.classes import find_class, find_function
from archlint.project.content import is_cli
from archlint.project.databases import ENGINE, database_of
from archlint.project.definitions import Function
from archlint.project.fastapi import creates_app
from archlint.project.import_graph import import_graph
from archlint.project.layers import is_outside, layer
from archlint.project.model import Module, Project, question
from archlint.project.names import resolve
from archlint.project.own_effects import Hop, written
from archlint.project.places import whole
from archlint.project.reaching import phrase, reaches, reaching_packages
from archlint.project.sites import ASSIGNED, DROPPED, RETURNED, USED, CallSite, call_sites
from archlint.project.top_level import at_import
from archlint.project.walk import names

DEPTH = 3
CREATES_TABLES = ("create_all", "drop_all")


class Reach(NamedTuple):
    """How a function reaches outside: by what (`archlint.project.reaching.reaches`), and the calls that lead there, the
    function's own first."""

    what: str
    chain: tuple[Hop, ...]


class ImportTimeIO(NamedTuple):
    """A call at module level that reaches outside, in a statement of the module.

    Attributes:
        does: what it does, in words.
        what: what does so in the end, as written.
        chain: the calls that lead there, this one first.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    does: str
    chain: tuple[Hop, ...]


@question(cyclic=())
def import_time_io(project: Project, module: Module) -> tuple[ImportTimeIO, ...]:
    """The calls that reach outside when a module of the application is imported, in source order: the first of each
    statement at module level, and the first of those that use one connection, client or session. What only creates the
    tables of the mapped classes is left out."""
    if not _may_reach(project, module):
        return ()
    found = [each for run in at_import(project, module) for each in _of_function(project, run)]
    if not found or not is_loaded(project, module):
        return ()
    return tuple(sorted(found))


def _of_function(project: Project, run: Function) -> Iterator[ImportTimeIO]:
    seen: set[object] = set()
    for site in call_sites(project, run):
        reach = _through_site(project, run, site, DEPTH)
        if reach is None:
            continue
        outermost = site.around[0].statement if site.around else site.statement
        keys = {id(outermost), _origin(project, run, site.call, site.env)} - {None}
        if seen.isdisjoint(keys):
            yield ImportTimeIO(*whole(site.call), phrase(reach.what), reach.chain)
        seen |= keys


def _origin(project: Project, run: Function, expr: Expr, env: Env) -> object:
    """What the object that a method is called on was made by, first of all; the call itself where it is no method's."""
    while True:
        match expr:
            case Call(func=func):
                if isinstance(func, Attr):
                    expr = func.base
                elif isinstance(func, str) and "." in func and _is_value(project, run, func, env):
                    expr = func.rpartition(".")[0]
                else:
                    return id(expr)
            case Attr(base=base) | Item(base=base):
                expr = base
            case Await(value=value):
                expr = value
            case str():
                head = expr.partition(".")[0]
                made = env.get(head, ())
                if len(made) != 1 or made[0].how not in (VALUE, GIVEN_BY_ENTERING):
                    return resolve(project, run.module, expr, run) if head not in env else head
                expr, env = made[0].expr, made[0].env
            case _:
                return None


def _is_value(project: Project, run: Function, name: str, env: Env) -> bool:
    if name.partition(".")[0] in env:
        return True
    symbol = resolve(project, run.module, name.partition(".")[0], run)
    return symbol is not None and not symbol.is_external and find_class(project, symbol) is None and bool(symbol.name)


def _through_site(project: Project, function: Function, site: CallSite, depth: int) -> Reach | None:
    """How a call reaches outside, itself or by the shortest way through functions of the project."""
    if site.deferred:
        return None
    run = callee(project, function, site)
    if run.when != NOW:
        return None
    hop = Hop(function, whole(site.call), written(site.call))
    what = reaches(project, function, site, run)
    if what:
        return None if _only_creates_tables(project, function, run) else Reach(what, (hop,))
    found = [_reach(project, each, depth - 1) for each in run.functions if depth and _runs(each, site)]
    known = [reach for reach in found if reach is not None]
    if not known:
        return None
    nearest = min(known, key=lambda reach: len(reach.chain))
    return Reach(nearest.what, (hop, *nearest.chain))


@question(cyclic=None)
def _reach(project: Project, function: Function, depth: int) -> Reach | None:
    """The nearest way a function reaches outside, within ``depth`` calls of functions of the project."""
    found = [_through_site(project, function, site, depth) for site in call_sites(project, function)]
    known = [reach for reach in found if reach is not None]
    return min(known, key=lambda reach: len(reach.chain)) if known else None


def _runs(function: Function, site: CallSite) -> bool:
    """Whether calling a function runs it: a coroutine or a generator waits for whoever takes it."""
    return site.use not in (ASSIGNED, DROPPED, RETURNED, USED) or not (function.is_async or function.is_generator)


def _only_creates_tables(project: Project, function: Function, run: Callee) -> bool:
    """Whether a connection is opened to create the tables of mapped classes."""
    database = database_of(project, run.receiver)
    if database is None or database.kind != ENGINE:
        return False
    return any(name.rpartition(".")[2] in CREATES_TABLES for name in names(function.body))


def _may_reach(project: Project, module: Module) -> bool:
    """Whether anything a module calls at module level may reach outside, by its name alone."""
    return any(
        -1 in slots and _is_suspect(project, module, name) for name, slots in module.interface.callees.items()
    )  # fmt: skip


def _is_suspect(project: Project, module: Module, name: str) -> bool:
    symbol = None if name.startswith(".") else resolve(project, module, name, None)
    if symbol is None:
        return True
    if symbol.is_external:
        return symbol.package in reaching_packages()
    if find_function(project, symbol) is not None or find_class(project, symbol) is not None:
        return True
    return not _is_of_other_make(project, module, name)


def _is_of_other_make(project: Project, module: Module, name: str) -> bool:
    return False


def is_loaded(project: Project, module: Module) -> bool:
    """Whether the application imports a module: it makes an app, has a layer by more than a weak word, or is imported by a
    module of which that holds. A script nobody imports, and what defines commands for a terminal, is not."""
    return module.path in _loaded(project)


@question(cyclic=frozenset())
def _loaded(project: Project) -> frozenset[str]:
    waiting = [m for m in project.modules if _is_root(project, m)]
    found = set(waiting)
    graph = import_graph(project)
    while waiting:
        module = waiting.pop()
        imported = [edge.target for edge in graph[module]]
        for target in [*imported, *(package for each in imported for package in _packages(project, each))]:
            if target not in found and not is_outside(project, target):
                found.add(target)
                waiting.append(target)
    return frozenset(m.path for m in found if not (is_cli(project, m) and not creates_app(project, m)))


def _is_root(project: Project, module: Module) -> bool:
    if is_outside(project, module):
        return False
    own = layer(project, module)
    return creates_app(project, module) or bool(own.name and not own.weak)


def _packages(project: Project, module: Module) -> Iterator[Module]:
    """The packages that run before a module."""
    name = module.name
    while "." in name:
        name = name.rpartition(".")[0]
        package = project.find(name, module)
        if package is not None:
            yield package
