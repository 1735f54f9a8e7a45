"""The ways in which functions reach outside the process: by the calls they make, and through the functions of the project
they call."""

from archlint.core.record import Record
from archlint.facts.expressions import indexed_name
from archlint.project.aliases import called, spellings
from archlint.project.calls.blocking import named_as_blocking
from archlint.project.calls.candidates import packages_near
from archlint.project.calls.forms import written
from archlint.project.calls.glimpses import glimpses_of, names_called
from archlint.project.calls.graph import NOW, Callee, callee
from archlint.project.calls.outside import may_be_outside, outside_names, reaches_outside, reaching_packages
from archlint.project.calls.own_effects import Hop
from archlint.project.definitions import Function, holder_of_local
from archlint.project.flow.conditions import Given, given_by, holding
from archlint.project.flow.sites import ASSIGNED, DROPPED, RETURNED, USED, CallSite, call_sites
from archlint.project.model import Module, Project, question
from archlint.project.names import BUILTINS, module_scope
from archlint.project.places import whole
from archlint.project.types.databases import ENGINE, database_of
from archlint.project.waiting.chains import tested
from archlint.project.walk import names

CREATES_TABLES = ("create_all", "drop_all")


class WayOut(Record, frozen=True):
    """By what a function reaches outside in the end (`archlint.project.calls.outside.reaches_outside`), and the calls that lead
    there, the function's own first."""

    what: str
    chain: tuple[Hop, ...]


def way_out(project: Project, function: Function, depth: int, given: Given = ()) -> WayOut | None:
    """The shortest way in which a function reaches outside, within ``depth`` calls of functions of the project.

    Args:
        given: what its caller gives to its parameters.
    """
    if not may_lead_out(project, function, depth):
        return None
    known = tested(project, function) if given else ()
    return _way_out(project, function, depth, tuple(each for each in given if each[0] in known))


@question(cyclic=False)
def may_lead_out(project: Project, function: Function, depth: int) -> bool:
    """Whether a function may reach outside within ``depth`` calls, told from all that its calls can ever run."""
    written = tuple(name for name in names_called(project, function) if may_matter(project, function, name, depth))
    return any(
        may_run_outside(project, seen.name, run, depth)
        for seen in glimpses_of(project, function, written)
        for run in seen.runs
    )


def may_run_outside(project: Project, name: str, run: Callee, depth: int) -> bool:
    """Whether a call by some name, as written, may come to reach outside if it runs what it seems to."""
    if may_be_outside(project, name, run):
        return True
    return depth > 0 and any(may_lead_out(project, each, depth - 1) for each in run.functions)


def may_matter(project: Project, function: Function, name: str, depth: int) -> bool:
    """Whether a call by some name, as written, may come to reach outside, as far as names tell: not by the name of a
    method of nothing that does, where no functions of the project are followed."""
    head, dot, rest = name.partition(".")
    if head and holder_of_local(function, head) is None and is_harmless(project, function.module, head):
        return False
    return not dot or depth > 0 or rest.rpartition(".")[2] in _telling(project, function.module)


@question(cyclic=frozenset())
def _telling(project: Project, module: Module) -> frozenset[str]:
    """The last parts of the names a module calls by which it may reach outside itself."""
    here = called(project, module)
    return (spellings(project, outside_names()) & here).union(named_as_blocking(project, here))


@question(cyclic=None)
def _way_out(project: Project, function: Function, depth: int, given: Given) -> WayOut | None:
    if not depth and reaching_packages().isdisjoint(packages_near(project, function.module)):
        return None
    best: WayOut | None = None
    for site in call_sites(project, function):
        # Through another function, two calls are the least.
        further = depth if best is None or len(best.chain) > 2 else 0
        way = way_by(project, function, site, further, given)
        if way is not None and (best is None or len(way.chain) < len(best.chain)):
            best = way
            if len(best.chain) == 1:
                break
    return best


def way_by(project: Project, function: Function, site: CallSite, depth: int, given: Given = ()) -> WayOut | None:
    """The same of one of the `call_sites` of a function. What only opens a connection to create the tables of mapped
    classes does not count, nor what does not run with the values that are given."""
    name = indexed_name(site.call.func)
    if site.deferred or name is None or not may_matter(project, function, name, depth):
        return None
    run = callee(project, function, site)
    if run.when != NOW:
        return None
    hop = Hop(function, whole(site.call), written(site.call))
    what = reaches_outside(project, function, site, run)
    if what:
        found: WayOut | None = None if _only_creates_tables(project, function, run) else WayOut(what, (hop,))
    else:
        below = _shortest(
            [
                way
                for each in run.functions
                if depth
                and _runs(each, site)
                and (way := way_out(project, each, depth - 1, given_by(site.call, each, given, is_bound=True)))
            ]
        )
        found = WayOut(below.what, (hop, *below.chain)) if below else None
    if found is not None and given and holding(project, function, site, given) is None:
        return None
    return found


def _shortest(ways: list[WayOut]) -> WayOut | None:
    return min(ways, key=lambda way: len(way.chain)) if ways else None


@question(cyclic=False)
def is_harmless(project: Project, module: Module, name: str) -> bool:
    """Whether a name at module level is a built-in, or brought from a third-party package of which nothing reaches
    outside."""
    scope = module_scope(project, module)
    bindings = scope.names.get(name)
    if not bindings:
        return name in BUILTINS and not scope.stars
    if bindings[-1].kind not in ("from", "module"):
        return False
    package = bindings[-1].target.partition(".")[0]
    return package not in project.packages and package not in reaching_packages()


def _runs(function: Function, site: CallSite) -> bool:
    """Whether calling a function runs it: a coroutine or a generator waits for whoever takes it."""
    return site.use not in (ASSIGNED, DROPPED, RETURNED, USED) or not (function.is_async or function.is_generator)


def _only_creates_tables(project: Project, function: Function, run: Callee) -> bool:
    database = database_of(project, run.receiver)
    if database is None or database.kind != ENGINE:
        return False
    return any(name.rpartition(".")[2] in CREATES_TABLES for name in names(function.body))
