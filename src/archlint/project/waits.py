"""What makes a function wait by itself: blocking calls, and I/O on sync sessions and connections; by index first."""

from typing import NamedTuple

from archlint.facts.expressions import Attr, Call, Expr
from archlint.facts.statements import Set
from archlint.project.annotations import UNKNOWN, Type, arms
from archlint.project.blocking import blocks
from archlint.project.call_graph import NOW, callee, last_name, of_method
from archlint.project.databases import CONNECTION, SCOPED, SESSION, database_of
from archlint.project.definitions import Function
from archlint.project.effects import QUERY, is_query, written
from archlint.project.knowledge import names_in
from archlint.project.model import Project, question
from archlint.project.sites import AWAITED, ENTERED, ITERATED, CallSite, call_sites, frame_of, reached
from archlint.project.types import Frame, type_of

BLOCKS = "blocks"
WAITS = "waits"
HELD = (SESSION, CONNECTION, SCOPED)


class Wait(NamedTuple):
    """One call of a function that waits.

    Attributes:
        kind: `BLOCKS`, or `WAITS` for a database through a sync session or connection.
        what: what is called: a dotted name (``requests.get``, ``sqlalchemy.orm.Session.execute``).
        receiver: the session or connection, of `WAITS`.
    """

    kind: str
    what: str
    site: CallSite
    receiver: Expr


@question(cyclic=())
def waits(project: Project, function: Function) -> tuple[Wait, ...]:
    """The calls of a function's own body that wait, in source order."""
    found = (_wait(project, function, site) for site in call_sites(project, function) if not site.deferred)
    return tuple(wait for wait in found if wait is not None)


def _wait(project: Project, function: Function, site: CallSite) -> Wait | None:
    if site.use == AWAITED:
        return None
    io = _session_io(project, function, site)
    if io:
        return Wait(WAITS, io, site, receiver_of(site.call))
    run = callee(project, function, site)
    if run.when != NOW or not run.name:
        return None
    frame = frame_of(function, site)
    instead = blocks(project, run.name, site.call, lambda expr: type_of(project, expr, frame))
    return None if instead is None else Wait(BLOCKS, run.name, site, None)


def receiver_of(call: Call) -> Expr:
    """What a method is called on, at the beginning of a chain of calls such as ``session.query(User).first()``."""
    func = call.func
    return func.base if isinstance(func, Attr) else func.rpartition(".")[0] if isinstance(func, str) else func


def text_of(call: Call) -> str:
    """What is called, as written; what lies between the first and the last call of a chain is left out."""
    first = call.func
    while isinstance(first, Attr):
        inner = first.base
        first = inner.func if isinstance(inner, Call) else inner
    if not isinstance(first, str):
        return written(call)
    return f"{first}(…).{last_name(call)}" if isinstance(call.func, Attr) else first


def _session_io(project: Project, function: Function, site: CallSite) -> str:
    """The method by which a call waits for a database; empty where it does not."""
    method = last_name(site.call)
    if site.use == ITERATED and _is_query(type_of(project, site.call, frame_of(function, site))):
        return f"{QUERY}.__iter__"
    begins = site.use == ENTERED and method in names_in("data", "effects", "transactions")
    if not begins and method not in _methods():
        return ""
    run = callee(project, function, site)
    if run.when != NOW or run.functions:
        return ""
    if is_query(run):
        return run.name if method in names_in("data", "effects", "query_waits") else ""
    receiver = run.receiver if run.receiver.kind != UNKNOWN else _put(project, function, receiver_of(site.call))
    database = database_of(project, receiver)
    if database is None or database.is_async:
        return ""
    if begins:
        return run.name or written(site.call)
    if method not in names_in("data", "effects", "waits") or database.kind not in HELD:
        return ""
    return run.name or of_method(project, receiver, method).name


def _methods() -> frozenset[str]:
    return names_in("data", "effects", "waits") | names_in("data", "effects", "query_waits")


def _is_query(type_: Type) -> bool:
    return any(arm.name == QUERY for arm in arms(type_))


def _put(project: Project, function: Function, held: Expr) -> Type:
    """What a function itself has put into an attribute of something without types (``request.state.db``)."""
    if not isinstance(held, str) or "." not in held:
        return Type(UNKNOWN)
    for statement, env, _ in reached(project, function):
        if isinstance(statement, Set) and held in statement.targets:
            return type_of(project, statement.value, Frame(function.module, function, env))
    return Type(UNKNOWN)
