"""What the calls of a function come to that makes it wait, with the chain of calls that proves it, as far as the arguments
let it happen, and more than once."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Await, Call, Cond, Expr, Op
from archlint.facts.statements import If, Set, While
from archlint.project.calls.candidates import ASSUMES, BLOCKS, WAITS
from archlint.project.calls.forms import last_name, values_passed, written
from archlint.project.calls.glimpses import glimpses_of, names_called
from archlint.project.calls.graph import NOW, Callee, callee
from archlint.project.calls.no_loop import says_no_loop
from archlint.project.calls.once import happens_once
from archlint.project.calls.origin import OUTER, OWN, is_session, origin, passed, waited_through
from archlint.project.calls.own_effects import Effect, Hop, own_effects
from archlint.project.calls.special import is_special
from archlint.project.definitions import Function
from archlint.project.flow.conditions import Given, given_by, holding, in_force
from archlint.project.flow.forms import decorator_name
from archlint.project.flow.sites import ASSIGNED, AWAITED, ENTERED, ITERATED, PASSED, CallSite, call_sites, frame_of
from archlint.project.model import Project, question
from archlint.project.places import whole
from archlint.project.types.annotations import NO_VALUE, NOTHING_KNOWN, UNKNOWN
from archlint.project.types.databases import database_of
from archlint.project.types.decorated import handed
from archlint.project.types.expressions import type_of
from archlint.project.waiting.loop_names import leading
from archlint.project.waiting.suspicion import DRAWERS, may_have
from archlint.project.walk import calls, find, names, statements

CACHES = ("cache", "memo", "singleton", "once")


class Reach(Record, frozen=True):
    """Something that a function waits for.

    Attributes:
        kind: `BLOCKS`, `WAITS` or `ASSUMES`.
        what: what it calls in the end, by its dotted name.
        holder: of all but `BLOCKS`, the parameter the session comes by; or `OWN`, `OUTER`.
        chain: the calls that lead there, the function's own first.
    """

    kind: str
    what: str
    holder: str
    chain: tuple[Hop, ...]


def reaches(project: Project, function: Function, depth: int, given: Given = ()) -> tuple[Reach, ...]:
    """What a function waits for within ``depth`` calls of functions of the project: of each kind and holder the nearest.

    Args:
        given: what its caller gives to its parameters.
    """
    known = tested(project, function)
    return _reaches(project, function, depth, tuple(each for each in given if each[0] in known))


@question(cyclic=True)
def may_wait(project: Project, function: Function, depth: int) -> bool:
    """Whether a function may come to wait within ``depth`` calls of functions of the project."""
    if any(may_have(project, function, kind) for kind in (BLOCKS, WAITS, ASSUMES)):
        return True
    return may_lead(project, function, depth)


def may_lead(project: Project, function: Function, depth: int) -> bool:
    """Whether what a function calls may come to wait within ``depth`` calls of functions of the project."""
    return depth > 0 and any(
        not each.is_async and may_wait(project, each, depth - 1)
        for seen in glimpses_of(project, function, _leading_written(project, function, depth))
        for run in seen.runs
        for each in run.functions
    )


def _leading_written(project: Project, function: Function, depth: int) -> tuple[str, ...]:
    """The names, as written, by calling which a function may come to wait, those of its own locals among them."""
    known, own = leading(project, function.module, depth), function.node.binds
    written = names_called(project, function)
    return tuple([name for name in written if (last := name.rpartition(".")[2]) in known or last in own])


@question(cyclic=())
def _reaches(project: Project, function: Function, depth: int, given: Given) -> tuple[Reach, ...]:
    if not may_wait(project, function, depth):
        return ()
    found: dict[tuple[str, str], Reach] = {}
    for reach in _all(project, function, depth, given):
        known = found.get((reach.kind, reach.holder))
        if known is None or len(reach.chain) < len(known.chain):
            found[reach.kind, reach.holder] = reach
    return tuple(found.values())


def _all(project: Project, function: Function, depth: int, given: Given) -> Iterator[Reach]:
    for site, reach in _each(project, function, depth, given):
        tests = holding(project, function, site, given)
        if not tests or not is_special(function, tests, site.env, given):
            yield reach


def _each(project: Project, function: Function, depth: int, given: Given) -> Iterator[tuple[CallSite, Reach]]:
    for site, effect in waits(project, function):
        if happens(project, function, site, given, ()):
            holder = waited_through(project, function, site) if effect.kind != BLOCKS else OWN
            yield site, Reach(effect.kind, effect.what.name, holder, effect.chain)
    if not depth:
        return
    for site in call_sites(project, function):
        for below, reach in through(project, function, site, depth, given):
            holder = reach.holder
            if holder == OUTER:
                holder = OWN if below.outer is not function else OUTER
            elif holder != OWN:
                holder = origin(project, function, passed(below, site.call, holder), site.env)
            if reach.kind == ASSUMES and holder in (OWN, OUTER):
                continue
            yield site, replace(reach, holder=holder, chain=(hop(function, site), *reach.chain))


def waits(project: Project, function: Function) -> Iterator[tuple[CallSite, Effect]]:
    """What a function waits for by itself, with the calls that do."""
    for kind in (BLOCKS, WAITS, ASSUMES):
        for effect in own_effects(project, function, kind):
            yield call_sites(project, function)[effect.number], effect


def through(
    project: Project, function: Function, site: CallSite, depth: int, given: Given = ()
) -> list[tuple[Function, Reach]]:  # fmt: skip
    """What a call comes to within ``depth`` calls, itself the first: each with the function that is called. Of an abstract
    method, only what each of those that implement it comes to."""
    name = last_name(site.call)
    if site.deferred or not (name in function.node.binds or name in leading(project, function.module, depth)):
        return []
    run = callee(project, function, site)
    if run.when != NOW or not run.functions or not all(runs(function, each, site) for each in run.functions):
        return []
    found = [_below(project, function, site, each, depth, given) for each in run.functions]
    if not all(found) or _is_singleton(run):
        return []
    below = run.functions[0]
    shared = [reach for reach in found[0] if all(any(_is_like(reach, each) for each in other) for other in found[1:])]
    proved = [_proved(project, function, site, below, reach) for reach in shared]
    reached = [(below, reach) for reach in proved if reach is not None]
    return reached if reached and happens(project, function, site, given, run.functions) else []


def _is_like(reach: Reach, other: Reach) -> bool:
    """Whether two implementations of a method wait alike: the one for a database it opens itself, the other for a file."""
    return reach.kind == other.kind or (_waits_by_itself(reach) and _waits_by_itself(other))


def _waits_by_itself(reach: Reach) -> bool:
    return reach.kind == BLOCKS or (reach.kind == WAITS and reach.holder == OWN)


def _proved(project: Project, function: Function, site: CallSite, below: Function, reach: Reach) -> Reach | None:
    """What a callee waits for, a parameter without type being what the call passes; None where that is no session: an
    async one, ``None``, or anything else for a parameter without type. What a decorator hands it is its own."""
    if reach.kind == BLOCKS or reach.holder in (OWN, OUTER):
        return reach
    if reach.holder in handed(project, below):
        return replace(reach, holder=OWN) if reach.kind == WAITS else None
    given = passed(below, site.call, reach.holder)
    type_ = type_of(project, given, frame_of(function, site)) if given is not None else NOTHING_KNOWN
    if reach.kind == WAITS:
        database = database_of(project, type_)
        return None if type_ == NO_VALUE or (database is not None and database.is_async) else reach
    if is_session(project, type_):
        return replace(reach, kind=WAITS)
    return reach if type_.kind == UNKNOWN and isinstance(given, str) and "." not in given else None


def _below(
    project: Project, function: Function, site: CallSite, below: Function, depth: int, given: Given
) -> tuple[Reach, ...]:  # fmt: skip
    known = in_force(project, function, site, given)
    return reaches(project, below, depth - 1, given_by(site.call, below, known, is_bound=True))


def happens(
    project: Project, function: Function, site: CallSite, given: Given, below: tuple[Function, ...]
) -> bool:  # fmt: skip
    """Whether a call may run on an event loop, given what the caller passes, and run again."""
    tests = holding(project, function, site, given)
    if tests is None or any(says_no_loop(test, outcome, site.env) for test, outcome in tests):
        return False
    return not (tests and happens_once(project, function, site, tests, below))


def runs(caller: Function, function: Function, site: CallSite) -> bool:
    """Whether a call of a sync function runs its body there and then, each time."""
    decorators = [decorator_name(each).rpartition(".")[2] for each in function.node.decorators]
    if function.is_async or any(word in name.lower() for name in decorators for word in CACHES):
        return False
    if decorators and _is_awaited(caller, site):  # whatever it is that makes the function awaitable
        return False
    if not function.is_generator:
        return True
    if "contextmanager" in decorators:
        return site.use == ENTERED
    return site.use == ITERATED or (site.use == PASSED and _is_drawn(site))


def _is_awaited(caller: Function, site: CallSite) -> bool:
    """Whether what a call gives is awaited, be it by the name it is bound to."""
    if site.use != ASSIGNED or not isinstance(site.statement, Set):
        return site.use == AWAITED
    return any(each.value in site.statement.targets for each in find(caller.body, (Await,)))


def _is_drawn(site: CallSite) -> bool:
    """Whether a generator is given to what goes over it at once: ``list(lines())``, ``"".join(lines())``."""
    return any(
        (call.func in DRAWERS or last_name(call) == "join") and any(arg is site.call for arg in call.args)
        for call in calls(site.statement)
    )


def _is_singleton(run: Callee) -> bool:
    """Whether the class that is called makes one object only."""
    owners = [each.owner for each in run.functions if each.node.name == "__init__" and each.owner is not None]
    made_of = [
        str(expr) for owner in owners for expr in (*owner.node.bases, *[value for _, value in owner.node.keywords])
    ]
    return any("singleton" in name.lower() for name in made_of)


def hop(function: Function, site: CallSite) -> Hop:
    """A call as a step of a chain."""
    return Hop(function, whole(site.call), written(site.call))


@question(cyclic=frozenset())
def tested(project: Project, function: Function) -> frozenset[str]:
    """The parameters of a function that its conditions look at."""
    params = {param.name for param in function.node.params}
    tests: list[Expr] = [each.test for each in statements(function.body) if isinstance(each, If | While)]
    tests += _conditions(find(function.body, (Cond, Op)))
    tests += [each.value for each in statements(function.body) if isinstance(each, Set) and _is_held(each)]
    # What is only passed on may be tested below.
    passed_on = [value for call in find(function.body, (Call,)) for value in values_passed(call)]
    return frozenset(params & {name.partition(".")[0] for expr in (*tests, *passed_on) for name in names(expr)})


def _is_held(statement: Set) -> bool:
    """Whether an object keeps a value as it is, or according to a condition."""
    return isinstance(statement.value, str | Cond) and any(isinstance(t, str) and "." in t for t in statement.targets)


def _conditions(nodes: Iterable[Cond | Op]) -> list[Expr]:
    return [
        node.test if isinstance(node, Cond) else node
        for node in nodes
        if isinstance(node, Cond) or node.op in ("and", "or")
    ]
