"""How functions reach outside the process: by the calls they make, and through the functions of the project they call."""

from typing import NamedTuple

from archlint.facts.expressions import Const, Expr, Op
from archlint.facts.statements import If, Match
from archlint.project.call_graph import NOW, Callee, callee
from archlint.project.callables import passed_to
from archlint.project.candidates import packages_near
from archlint.project.databases import ENGINE, database_of
from archlint.project.definitions import Function
from archlint.project.model import Module, Project, question
from archlint.project.names import BUILTINS, module_scope
from archlint.project.own_effects import Hop, written
from archlint.project.places import whole
from archlint.project.reaching import reaches, reaching_packages
from archlint.project.sites import ASSIGNED, BODY, DROPPED, ORELSE, RETURNED, USED, CallSite, call_sites
from archlint.project.walk import names

CREATES_TABLES = ("create_all", "drop_all")
Condition = tuple[Expr, bool]
"""A test of what a function is given, and how it has to come out."""


class Reach(NamedTuple):
    """One way in which a function reaches outside.

    Attributes:
        what: by what in the end (`archlint.project.reaching.reaches`).
        chain: the calls that lead there, the function's own first.
        conditions: what has to hold of the function's parameters.
    """

    what: str
    chain: tuple[Hop, ...]
    conditions: tuple[Condition, ...] = ()


def reach_of(project: Project, function: Function, site: CallSite, depth: int) -> Reach | None:
    """The shortest way in which one of the `call_sites` of a function reaches outside, within ``depth`` calls of functions
    of the project. What only opens a connection to create the tables of mapped classes does not count."""
    if site.deferred or _is_harmless(project, function, site):
        return None
    run = callee(project, function, site)
    if run.when != NOW:
        return None
    hop = Hop(function, whole(site.call), written(site.call))
    conditions = _conditions(function, site)
    what = reaches(project, function, site, run)
    if what:
        return None if _only_creates_tables(project, function, run) else Reach(what, (hop,), conditions)
    below = [
        reach
        for each in run.functions
        if depth and _runs(each, site)
        for reach in reaches_of(project, each, depth - 1)
        if not _is_ruled_out(each, site, run, reach)
    ]
    if not below:
        return None
    nearest = _shortest(below)
    return Reach(nearest.what, (hop, *nearest.chain), conditions)


@question(cyclic=())
def reaches_of(project: Project, function: Function, depth: int) -> tuple[Reach, ...]:
    """The ways in which a function reaches outside, the shortest under each set of conditions."""
    if not depth and reaching_packages().isdisjoint(packages_near(project, function.module)):
        return ()
    found: dict[object, Reach] = {}
    for site in call_sites(project, function):
        reach = reach_of(project, function, site, depth)
        if reach is not None:
            known = found.get(reach.conditions)
            found[reach.conditions] = reach if known is None else _shortest([known, reach])
    return tuple(found.values())


def _is_harmless(project: Project, function: Function, site: CallSite) -> bool:
    """Whether what is called is a built-in function, or of a third-party package of which nothing reaches outside."""
    func = site.call.func
    if not isinstance(func, str):
        return False
    head = func.partition(".")[0]
    return head not in site.env and head not in function.node.binds and is_harmless(project, function.module, head)


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


def _shortest(reaches: list[Reach]) -> Reach:
    return min(reaches, key=lambda reach: len(reach.chain))


def _runs(function: Function, site: CallSite) -> bool:
    """Whether calling a function runs it: a coroutine or a generator waits for whoever takes it."""
    return site.use not in (ASSIGNED, DROPPED, RETURNED, USED) or not (function.is_async or function.is_generator)


def _only_creates_tables(project: Project, function: Function, run: Callee) -> bool:
    database = database_of(project, run.receiver)
    if database is None or database.kind != ENGINE:
        return False
    return any(name.rpartition(".")[2] in CREATES_TABLES for name in names(function.body))


def _conditions(function: Function, site: CallSite) -> tuple[Condition, ...]:
    """The tests of parameters around a call."""
    params = {param.name for param in function.node.params}
    found: list[Condition] = []
    for around in site.around:
        statement = around.statement
        if isinstance(statement, If) and not params.isdisjoint(_heads(statement.test)):
            found.append((statement.test, around.part == BODY))
        elif isinstance(statement, Match) and around.part in (BODY, ORELSE) and statement.subject in params:
            found.append((Op("==", (statement.subject, statement.cases[around.number].pattern)), True))
    return tuple(found)


def _heads(expr: Expr) -> set[str]:
    return {name.partition(".")[0] for name in names((expr,))}


def _is_ruled_out(function: Function, site: CallSite, run: Callee, reach: Reach) -> bool:
    """Whether a call passes what a way outside is not open to. Where all that a test asks for is fixed by the call and
    the test is not understood, the way counts as closed."""
    if not reach.conditions:
        return False
    is_bound = function.owner is not None and (function.node.name == "__init__" or bool(run.receiver.kind))
    given = {param.name: param.default for param in function.node.params}
    given.update({param.name: value for param, value in passed_to(function, site.call, is_bound=is_bound)})
    return any(_fails(test, outcome, given) for test, outcome in reach.conditions)


def _fails(test: Expr, outcome: bool, given: dict[str, Expr]) -> bool:
    asked = [given[head] for head in _heads(test) if head in given]
    if not all(map(_is_fixed, asked)):
        return False
    found = _evaluated(test, given)
    return found is not outcome


def _is_fixed(value: Expr) -> bool:
    """Whether what is passed is the same whatever the settings: a literal, or the member of a class."""
    if isinstance(value, str):
        *_, owner, member = ["", "", *value.split(".")]
        return owner[:1].isupper() and not owner.isupper() and member.isupper()
    return isinstance(value, Const)


def _evaluated(test: Expr, given: dict[str, Expr]) -> bool | None:
    """How a test comes out; None where that cannot be told."""
    match test:
        case str() if test in given:
            value = given[test]
            return bool(value.value) if isinstance(value, Const) else True
        case Op(op="not", operands=(operand,)):
            found = _evaluated(operand, given)
            return None if found is None else not found
        case Op(op="==" | "is" | "!=" | "is not", operands=(left, right)) if left is not None and right is not None:
            sides = [given.get(side, side) if isinstance(side, str) else side for side in (left, right)]
            if all(map(_is_fixed, sides)):
                return (_value(sides[0]) == _value(sides[1])) is (test.op in ("==", "is"))
    return None


def _value(fixed: Expr) -> object:
    return (fixed.kind, fixed.value) if isinstance(fixed, Const) else str(fixed).rpartition(".")[2]
