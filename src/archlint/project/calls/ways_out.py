"""The ways in which functions reach outside the process: by the calls they make, and through the functions of the project
they call."""

from typing import NamedTuple

from archlint.project.calls.candidates import packages_near
from archlint.project.calls.forms import written
from archlint.project.calls.graph import NOW, Callee, callee
from archlint.project.calls.outside import reaches_outside, reaching_packages
from archlint.project.calls.own_effects import Hop
from archlint.project.definitions import Function
from archlint.project.flow.conditions import Given, given_by, holding
from archlint.project.flow.sites import ASSIGNED, DROPPED, RETURNED, USED, CallSite, call_sites
from archlint.project.model import Module, Project, question
from archlint.project.names import BUILTINS, module_scope
from archlint.project.places import whole
from archlint.project.types.databases import ENGINE, database_of
from archlint.project.waiting.chains import tested
from archlint.project.walk import names

CREATES_TABLES = ("create_all", "drop_all")


class WayOut(NamedTuple):
    """By what a function reaches outside in the end (`archlint.project.calls.outside.reaches_outside`), and the calls that lead
    there, the function's own first."""

    what: str
    chain: tuple[Hop, ...]


def way_out(project: Project, function: Function, depth: int, given: Given = ()) -> WayOut | None:
    """The shortest way in which a function reaches outside, within ``depth`` calls of functions of the project.

    Args:
        given: what its caller gives to its parameters.
    """
    known = tested(project, function)
    return _way_out(project, function, depth, tuple(each for each in given if each[0] in known))


@question(cyclic=None)
def _way_out(project: Project, function: Function, depth: int, given: Given) -> WayOut | None:
    if not depth and reaching_packages().isdisjoint(packages_near(project, function.module)):
        return None
    found = [way_by(project, function, site, depth, given) for site in call_sites(project, function)]
    return _shortest([way for way in found if way is not None])


def way_by(project: Project, function: Function, site: CallSite, depth: int, given: Given = ()) -> WayOut | None:
    """The same of one of the `call_sites` of a function. What only opens a connection to create the tables of mapped
    classes does not count, nor what does not run with the values that are given."""
    if site.deferred or _is_harmless(project, function, site):
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


def _is_harmless(project: Project, function: Function, site: CallSite) -> bool:
    """Whether what is called is a built-in function, or of a third-party package of which nothing reaches outside."""
    func = site.call.func
    if not isinstance(func, str):
        return False
    head = func.partition(".")[0]
    around: Function | None = function
    while around is not None:
        if head in around.node.binds or any(param.name == head for param in around.node.params):
            return False
        around = around.outer
    return is_harmless(project, function.module, head)


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
