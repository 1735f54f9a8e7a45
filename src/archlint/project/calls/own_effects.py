"""What a function does to the world by itself: it blocks, waits for a database, queries, writes, commits, raises."""

from collections.abc import Callable, Iterator, Mapping

from archlint.core.record import Record
from archlint.facts.expressions import Call, Expr, Seq
from archlint.facts.statements import Raise, Set, Try
from archlint.project.calls.blocking import blocks, made_to_return, said_by
from archlint.project.calls.candidates import ASSUMES, BLOCKS, COMMITS, QUERIES, RAISES, WAITS, WRITES, telling
from archlint.project.calls.forms import base_of, last_name, written
from archlint.project.calls.graph import NOW, Callee, callee, of_method
from archlint.project.classes import ancestors
from archlint.project.definitions import Function
from archlint.project.flow.bindings import ADDED, VALUE
from archlint.project.flow.conditions import holding
from archlint.project.flow.sites import AWAITED, ENTERED, ITERATED, CallSite, call_sites, caught_by, frame_of, reached
from archlint.project.knowledge import names_in
from archlint.project.model import Project, question
from archlint.project.names import Symbol, resolve
from archlint.project.places import Place, whole
from archlint.project.types.annotations import NOTHING_KNOWN, UNKNOWN, Type, arms
from archlint.project.types.databases import QUERY, Database, database_of
from archlint.project.types.expressions import Frame, type_of
from archlint.project.waiting.suspicion import DRAWERS, looks_up, may_have

IMPLICIT = {ENTERED: "__enter__", ITERATED: "__iter__"}
CATCH_ALL = ("builtins.Exception", "builtins.BaseException")


class Hop(Record, frozen=True):
    """One step of a chain: in which function, where, and what is called or raised there, as written."""

    function: Function
    place: Place
    name: str


class Effect(Record, frozen=True):
    """Something a function does.

    Attributes:
        kind: `BLOCKS`, `WAITS` (for a database, through a sync session or connection), `ASSUMES` (that a parameter without
            type is a sync session: it waits if it is one), `QUERIES`, `WRITES`, `COMMITS` or
            `RAISES`.
        what: by what: a third party's function or method by its dotted name; of `RAISES`, the class (`Symbol`).
        chain: the calls that lead there, the function's own first, the effect itself last.
        number: of the call in the function's `call_sites` that it comes by; -1 for a ``raise``.
    """

    kind: str
    what: Symbol
    chain: tuple[Hop, ...]
    number: int

    @property
    def is_direct(self) -> bool:
        """The function has it itself, not through another."""
        return len(self.chain) == 1


@question(cyclic=())
def own_effects(project: Project, function: Function, kind: str) -> tuple[Effect, ...]:
    """What a function does of a kind by itself, in source order."""
    if kind == RAISES:
        return tuple(_raises(project, function))
    if not may_have(project, function, kind):
        return ()
    names = telling(project, function.module, kind)
    found = []
    for site in call_sites(project, function):
        if kind == WAITS and "query" in names and _draws_query(project, function, site):
            found.append(_effect(kind, f"{QUERY}.__iter__", function, site))
        elif not site.deferred and last_name(site.call) in names and not (kind == WAITS and looks_up(site.call, names)):
            run = callee(project, function, site)
            what = HAS[kind](project, function, site, run) if run.when == NOW else ""
            if what:
                found.append(_effect(kind, what, function, site))
    return tuple(found)


def _effect(kind: str, what: str, function: Function, site: CallSite) -> Effect:
    return Effect(kind, Symbol("", what), (Hop(function, whole(site.call), written(site.call)),), site.number)


def _draws_query(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a call gives a query to a loop, or a query to what makes a collection of it: either runs it."""
    drawn = (
        site.call
        if site.use == ITERATED
        else site.call.args[0]
        if site.call.func in DRAWERS and site.call.args
        else None
    )
    return drawn is not None and any(
        arm.name == QUERY for arm in arms(type_of(project, drawn, frame_of(function, site)))
    )


def _database(project: Project, run: Callee) -> Database | None:
    found = database_of(project, run.receiver)
    return found if found is not None and found.takes_statements else None


def _name(run: Callee, site: CallSite) -> str:
    return run.name or written(site.call)


def _queries(project: Project, function: Function, site: CallSite, run: Callee) -> str:
    method = last_name(site.call)
    if is_query(run):
        return _name(run, site) if method in names_in("data", "effects", "query_queries") else ""
    if method not in names_in("data", "effects", "queries") or _database(project, run) is None:
        return ""
    return "" if writes_by_statement(project, function, site) else _name(run, site)


def _writes(project: Project, function: Function, site: CallSite, run: Callee) -> str:
    method = last_name(site.call)
    if is_query(run):
        return _name(run, site) if method in names_in("data", "effects", "query_writes") else ""
    if _database(project, run) is None:
        return ""
    known = method in names_in("data", "effects", "writes")
    return _name(run, site) if known or writes_by_statement(project, function, site) else ""


def _commits(project: Project, function: Function, site: CallSite, run: Callee) -> str:
    method = last_name(site.call)
    if method in names_in("data", "effects", "commits"):
        return _name(run, site) if _database(project, run) is not None else ""
    begins = site.use == ENTERED and method in names_in("data", "effects", "transactions")
    return _name(run, site) if begins and database_of(project, run.receiver) is not None else ""


def is_query(run: Callee) -> bool:
    """Whether a method is called on a query (``session.query(…)``)."""
    return any(arm.name == QUERY for arm in arms(run.receiver))


def writes_by_statement(project: Project, function: Function, site: CallSite) -> bool:
    """Whether the statement that a call hands to a session inserts, updates or deletes."""
    if not site.call.args:
        return False
    given = type_of(project, site.call.args[0], frame_of(function, site))
    return any(arm.name in names_in("data", "effects", "writing_statements") for arm in arms(given))


def _blocks(project: Project, function: Function, site: CallSite, run: Callee) -> str:
    if site.use == AWAITED:
        return ""
    frame = frame_of(function, site)
    for name in _meanings(project, site, run, frame):
        if blocks(project, name, site.call, lambda expr: type_of(project, expr, frame)):
            makers = _makers(site)
            returns = makers and all(made_to_return(name, maker) for maker in makers)
            return "" if returns or _is_ready(project, function, site, name) else name
    several = () if run.name or run.functions else _of_each(project, run, last_name(site.call))
    alike = all(blocks(project, name, site.call, lambda expr: type_of(project, expr, frame)) for name in several)
    return several[0] if several and alike else ""


def _of_each(project: Project, run: Callee, method: str) -> tuple[str, ...]:
    """The dotted names of a method of what may be of several third-party classes; none where one of them is not known."""
    names = [of_method(project, arm, method).name for arm in arms(run.receiver)]
    return tuple(names) if len(names) > 1 and all(names) else ()


def _is_ready(project: Project, function: Function, site: CallSite, name: str) -> bool:
    """Whether what a method would wait for is there, as a test before says: ``while not queue.empty(): queue.get()``."""
    method, base = said_by(name), base_of(site.call)
    if not method or not isinstance(base, str):
        return False
    tests = holding(project, function, site) or ()
    return any(not outcome and getattr(test, "func", None) == f"{base}.{method}" for test, outcome in tests)


def _makers(site: CallSite) -> tuple[Call, ...]:
    """The calls that make the local a method is called on; none where something else may."""
    base = base_of(site.call)
    assigned = site.env.get(base, ()) if isinstance(base, str) else ()
    made = tuple(each.expr for each in assigned if each.how == VALUE and isinstance(each.expr, Call))
    return made if len(made) == len(assigned) else ()


def _meanings(project: Project, site: CallSite, run: Callee, frame: Frame) -> Iterator[str]:
    """The dotted names of what a call runs: of what is called, and of what entering or iterating over its value runs."""
    if run.name:
        yield run.name
    for own in run.functions:
        yield f"{own.module.name}.{own.name}"
    if site.use in IMPLICIT and not run.functions and not site.is_awaited:
        types = arms(type_of(project, site.call, frame))
        yield from (f"{arm.name}.{IMPLICIT[site.use]}" for arm in types if arm.name)


def _waits(project: Project, function: Function, site: CallSite, run: Callee) -> str:
    if site.is_awaited or any(each.is_async for each in run.functions):
        return ""
    method = last_name(site.call)
    if is_query(run):
        return _name(run, site) if method in names_in("data", "effects", "query_waits") else ""
    receiver = run.receiver if run.receiver.kind != UNKNOWN else _put(project, function, base_of(site.call))
    database = database_of(project, receiver)
    if database is None or database.is_async:
        return ""
    if site.use == ENTERED and method in names_in("data", "effects", "transactions"):
        return _name(run, site)
    if not database.takes_statements or method not in names_in("data", "effects", "waits"):
        return ""
    if run.functions:  # what a session of the project does instead comes to the same
        return f"sqlalchemy.orm.Session.{method}"
    return run.name or of_method(project, receiver, method).name


def _assumes(project: Project, function: Function, site: CallSite, run: Callee) -> str:
    base, method = base_of(site.call), last_name(site.call)
    if site.is_awaited or run.functions or not isinstance(base, str):
        return ""
    # What something unknown is added to may be a list, for all that types can tell.
    assigned = [each for each in site.env.get(base, ()) if each.how != ADDED]
    unknown = [arm for arm in arms(run.receiver) if not arm.name.startswith("builtins.")]
    if len(assigned) != 1 or not unknown or any(arm.kind != UNKNOWN for arm in unknown):
        return ""
    param = assigned[0].param
    return f"sqlalchemy.orm.Session.{method}" if param is not None and param.annotation is None else ""


def _put(project: Project, function: Function, held: Expr) -> Type:
    """What a function itself has put into an attribute of something without types (``request.state.db``)."""
    if isinstance(held, str) and "." in held:
        for statement, locals_, _ in reached(project, function):
            if isinstance(statement, Set) and held in statement.targets:
                return type_of(project, statement.value, Frame(function.module, function, locals_.env))
    return NOTHING_KNOWN


Has = Callable[[Project, Function, CallSite, Callee], str]
HAS: Mapping[str, Has] = {
    BLOCKS: _blocks,
    QUERIES: _queries,
    WRITES: _writes,
    COMMITS: _commits,
    WAITS: _waits,
    ASSUMES: _assumes,
}
"""By what a call has an effect of each kind; empty where it has none."""


def _raises(project: Project, function: Function) -> Iterator[Effect]:
    for statement, _, around in reached(project, function):
        if not isinstance(statement, Raise) or statement.value is None:
            continue
        made = statement.value.func if isinstance(statement.value, Call) else statement.value
        symbol = resolve(project, function.module, made, function) if isinstance(made, str) else None
        if symbol is not None and not is_caught(project, function, symbol, caught_by(around)):
            yield Effect(RAISES, symbol, (Hop(function, whole(statement), str(made)),), -1)


def is_caught(project: Project, function: Function, raised: Symbol, around: tuple[Try, ...]) -> bool:
    """Whether one of some ``try`` statements catches an exception."""
    kinds = {raised, *ancestors(project, raised)}
    for attempt in around:
        for handler in attempt.handlers:
            types = handler.type.items if isinstance(handler.type, Seq) else (handler.type,)
            for type_ in types:
                symbol = resolve(project, function.module, type_, function) if isinstance(type_, str) else None
                if type_ is None or (symbol is not None and (symbol in kinds or symbol.name in CATCH_ALL)):
                    return True
    return False
