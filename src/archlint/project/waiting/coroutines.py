"""Calls that make a coroutine nobody awaits: it is dropped, or used as if it were the value.

Followed are the objects of SQLAlchemy and SQLModel and the project's own ``async def``s. What is handed on in any way
(returned, passed to a call, kept in an attribute or a display) may be awaited by whoever gets it.
Source: Python, "Coroutines and Tasks".
"""

from collections.abc import Iterator, Mapping

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Expr, Seq, Walrus, indexed_name
from archlint.facts.statements import Scope, Set
from archlint.project.aliases import called, called_by, spellings
from archlint.project.calls.candidates import COMMON, has_database, nearby
from archlint.project.calls.glimpses import Glimpse, glimpses_of
from archlint.project.calls.graph import NOW, Callee, callee, descendants, is_abstract
from archlint.project.classes import methods
from archlint.project.definitions import Function, definitions, with_inner
from archlint.project.flow.assignments import VALUE as ASSIGNED_VALUE
from archlint.project.flow.assignments import Env
from archlint.project.flow.fates import CERTAIN, HANDED, VALUE, fates
from archlint.project.flow.sites import (
    ASSIGNED,
    DROPPED,
    ENTERED,
    ITERATED,
    PASSED,
    RAISED,
    TESTED,
    USED,
    CallSite,
    call_sites,
    frame_of,
    reached,
)  # fmt: skip
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, every, question
from archlint.project.places import Place, header, whole
from archlint.project.redefined import is_reliable
from archlint.project.spelling import spelled_chain
from archlint.project.types.annotations import UNKNOWN, alternatives, arms, function_site, read
from archlint.project.types.carriers import is_stream
from archlint.project.types.expressions import type_of
from archlint.project.types.protocols import COROUTINE
from archlint.project.types.signatures import is_sync, may_be_awaited, methods_giving
from archlint.project.walk import calls, find, statements

AS_VALUES = (USED, TESTED, ITERATED, ENTERED, RAISED)
LOOKED_AT = {DROPPED, ASSIGNED, PASSED, *AS_VALUES}


class Unawaited(Record, frozen=True):
    """A call whose coroutine nobody awaits.

    Attributes:
        name: what is called, as written.
        is_dropped: it is not even used.
        within: the function it stands in.
        in_async: that one is an ``async def``.
        definition: where the ``async def`` is, if it is one of the project.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    name: str
    is_dropped: bool
    within: str
    in_async: bool
    definition: tuple[Module, Place] | None


def unawaited(project: Project, module: Module) -> Iterator[Unawaited]:
    """The calls in functions of a module whose coroutine nobody awaits, in source order of the outermost functions."""
    for function, names in _suspects(project, module):
        for site in call_sites(project, function):
            if site.use in LOOKED_AT and indexed_name(site.call.func) in names:
                run = callee(project, function, site)
                fate = _fate(project, function, site) if _makes_coroutine(project, function, site, run) else ""
                if fate:
                    own = run.functions[0] if run.functions else None
                    yield Unawaited(
                        *whole(site.call), spelled_chain(site.call.func), fate == DROPPED, function.name, function.is_async,
                        (own.module, header(own)) if own is not None else None,
                    )  # fmt: skip


def _suspects(project: Project, module: Module) -> Iterator[tuple[Function, frozenset[str]]]:
    """The functions of a module that may call what makes a coroutine without awaiting it, with the names they do so by."""
    by_slot: dict[int, list[str]] = {}
    for name in _callees(project, module):
        for slot in unawaited_slots(module, name):
            by_slot.setdefault(slot, []).append(name)
    for function, written in functions_by_slot(project, module, by_slot):
        seen = glimpses_of(project, function, written)
        names = frozenset(
            each.name for each in seen if any(_may_make_coroutine(project, each, run) for run in each.runs)
        )
        if names:
            yield function, names


def _may_make_coroutine(project: Project, seen: Glimpse, run: Callee) -> bool:
    if run.functions:
        return any(_is_plainly_async(each) for each in run.functions)
    packages = names_in("coroutines", "packages")
    if run.name.partition(".")[0] not in packages and run.receiver.name.partition(".")[0] not in packages:
        return False
    if run.receiver.kind == UNKNOWN:
        return may_be_awaited(run.name)
    return not is_sync(project, run.receiver, seen.name.rpartition(".")[2])


def functions_by_slot(
    project: Project, module: Module, by_slot: Mapping[int, list[str]]
) -> Iterator[tuple[Function, tuple[str, ...]]]:
    """The functions of a module in some slots, those inside functions too, with what is listed of each slot."""
    for outermost in definitions(project, module).functions.values() if by_slot else ():
        slot = outermost.node.body
        if isinstance(slot, int) and slot in by_slot:
            for function in with_inner(project, outermost):
                yield function, tuple(by_slot[slot])


def unawaited_slots(module: Module, name: str) -> set[int]:
    """The slots of a module in which something is called by a name, as written, without ``await``."""
    interface = module.interface
    awaited = set(interface.awaited.get(name, ())) - set(interface.mixed.get(name, ()))
    return set(interface.callees.get(name, ())) - awaited


@question(cyclic=frozenset())
def _callees(project: Project, module: Module) -> frozenset[str]:
    """The names, as written, by which a module may call what makes a coroutine. Names that other objects have methods of
    too count where the module awaits them elsewhere, calls something more telling of the same object, or has such methods."""
    if not _callees_named(project, module, _names_anywhere(project, module)):
        return frozenset()
    return _callees_named(project, module, coroutine_names(project, module))


def _callees_named(project: Project, module: Module, wanted: frozenset[str]) -> frozenset[str]:
    """Which of the calls by some names count."""
    named = {name: name.rpartition(".") for name in called_by(project, module, wanted)}
    is_streaming = not wanted.isdisjoint(("stream", "stream_scalars"))
    shared = COMMON if is_streaming else COMMON | names_in("coroutines", "fetchers")
    telling = {holder for holder, dot, last in named.values() if dot and last not in shared} - {""}
    if not wanted.isdisjoint(shared & _async_names(project, module)):
        telling |= {"self", "cls"}
    return frozenset(
        name
        for name, (holder, dot, last) in named.items()
        if not dot or last not in shared or holder in telling or name in module.interface.awaited
    )


@question(cyclic=frozenset())
def coroutine_names(project: Project, module: Module) -> frozenset[str]:
    """The last parts of the names by which a module may call what makes a coroutine."""
    packages = names_in("coroutines", "packages") if has_database(project, module) else frozenset()
    return nearby(project, module, _own_names(project)) | (
        methods_giving(COROUTINE, packages) & called(project, module)
    )


def _names_anywhere(project: Project, module: Module) -> frozenset[str]:
    """The same, wherever a database is: what does not count by these names does not by fewer either."""
    methods = methods_giving(COROUTINE, names_in("coroutines", "packages"))
    here = called(project, module)
    return (_own_names(project) & here) | (methods & here)


@question(cyclic=frozenset(), kept=frozenset[str])
def _own_names(project: Project) -> frozenset[str]:
    return spellings(project, frozenset().union(*[names for _, names in every(project, _async_names)]))


@question(cyclic=frozenset(), kept=frozenset[str])
def _async_names(project: Project, module: Module) -> frozenset[str]:
    outermost = definitions(project, module).functions.values()
    return frozenset(f.node.name for each in outermost for f in with_inner(project, each) if _is_plainly_async(f))


def _is_plainly_async(function: Function) -> bool:
    return function.is_async and not function.is_generator


def _fate(project: Project, function: Function, site: CallSite) -> str:
    """What becomes of the value of a call: `DROPPED`, `VALUE` where it is used as one, else empty."""
    if site.use in AS_VALUES:
        return "" if _is_own_attribute(site) else VALUE
    if site.use == PASSED:
        return VALUE if _is_consumed(project, function, site) else ""
    if site.use == ASSIGNED:
        return _fate_of_local(project, function, site)
    return site.use


def _is_own_attribute(site: CallSite) -> bool:
    """``coroutine().close()``."""
    own = names_in("coroutines", "own")
    return any(attr.base is site.call and attr.name in own for attr in find(site.statement, (Attr,)))


def _is_consumed(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a call is passed to a built-in function that wants a value."""
    consumers = names_in("coroutines", "consumers")
    return any(
        other.call.func in consumers
        and any(arg is site.call for arg in other.call.args)
        and callee(project, function, other).name == f"builtins.{other.call.func}"
        for other in call_sites(project, function)
        if other.statement is site.statement
    )


def _fate_of_local(project: Project, function: Function, site: CallSite) -> str:
    """What becomes of a call that is assigned: `DROPPED` where nobody ever asks for the local it is assigned to. What an
    attribute is taken of is a mistake whatever else is done with it."""
    origin, targets = _assigned(site)
    if getattr(site.statement, "op", "") or any(isinstance(target, Seq) for target in targets):
        return VALUE
    locals_ = [target for target in targets if isinstance(target, str) and "." not in target]
    shared = {name for each in statements(function.body) if isinstance(each, Scope) for name in each.names}
    if not locals_ or len(locals_) < len(targets) or not shared.isdisjoint(locals_):
        return ""
    found = set().union(*[_fates_by_source(project, function, name).get(id(origin), ()) for name in locals_])
    if CERTAIN in found:
        return VALUE
    if HANDED in found or not (found or isinstance(site.statement, Set)):
        return ""
    return VALUE if VALUE in found else DROPPED


@question(cyclic={})
def _fates_by_source(project: Project, function: Function, name: str) -> dict[int, set[str]]:
    """What statements do with a local, by the identity of the expressions that it may have its value from there."""
    found: dict[int, set[str]] = {}
    for each in reached(project, function):
        own = set(fates(each.statement, name))
        ways = _sources(each.env, name) if own else []
        for way in ways:
            found.setdefault(id(way), set()).update(
                VALUE if fate == CERTAIN and len(ways) > 1 else fate for fate in own
            )
    return found


def _assigned(site: CallSite) -> tuple[Expr, tuple[Expr, ...]]:
    """The expression that a call is the value of, or one of the values, and what it is assigned to."""
    for walrus in find(site.statement, (Walrus,)):
        if any(call is site.call for call in calls(walrus.value)):
            return walrus.value, (walrus.name,)
    return (site.statement.value, site.statement.targets) if isinstance(site.statement, Set) else (None, ())


def _sources(env: Env, name: str) -> list[Expr]:
    """The expressions that a local may have its value from; None for others than plain assignments."""
    waiting, seen = list(env.get(name, ())), set()
    found: list[Expr] = []
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if each.name == name:
            waiting += each.env.get(name, ())
        else:
            found.append(each.expr if each.how == ASSIGNED_VALUE and each.position < 0 else None)
    return found


def _makes_coroutine(project: Project, function: Function, site: CallSite, run: Callee) -> bool:
    if run.when != NOW:
        return False
    if run.functions and not run.name:
        return len(arms(run.receiver)) < 2 and all(_runs_async(project, each) for each in run.functions)
    names = {run.name} if run.name else {arm.name for arm in arms(run.receiver)}
    if (
        run.functions
        or not names
        or not all(name.partition(".")[0] in names_in("coroutines", "packages") for name in names)
    ):
        return False
    made = alternatives(type_of(project, site.call, frame_of(function, site)))  # a sync session's `commit()` gives None
    return all(arm.name == COROUTINE for arm in made)


@question(cyclic=False)
def _runs_async(project: Project, function: Function) -> bool:
    """Whether calling a function of the project makes a coroutine, whichever class below overrides it. What promises a
    stream and has no body may be an async generator where it is implemented."""
    may_run = (function, *overrides(project, function))
    if not all(_is_plainly_async(each) and is_reliable(project, each) for each in may_run):
        return False
    return not (
        is_abstract(project, function) and is_stream(read(project, function.node.returns, function_site(function)))
    )


@question(cyclic=())
def overrides(project: Project, function: Function) -> tuple[Function, ...]:
    """The methods that take a method's place in the classes below its own."""
    below = () if function.owner is None else descendants(project, function.owner)
    found = (methods(project, definition).get(function.node.name) for definition in below)
    return tuple(method for method in found if method is not None)
