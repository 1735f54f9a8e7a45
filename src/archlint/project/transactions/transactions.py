"""What happens to the transaction of a session in a function: which calls commit it, which statements may write to it.

A session is told by its type or, where nothing gives that, by being used like one. What a session is held in
(``session``, ``self.db``) stands for it: whatever is bound anew is another one.

Source: SQLAlchemy, "Session Basics".
"""

from collections.abc import Iterator

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call, Const, Expr, Item
from archlint.facts.statements import Set
from archlint.project.calls.forms import holder_of, last_name, values_passed
from archlint.project.calls.graph import NOW, callee
from archlint.project.calls.own_effects import is_query, writes_by_statement
from archlint.project.classes import find_class
from archlint.project.definitions import Function
from archlint.project.flow.assignments import VALUE, Env
from archlint.project.flow.sites import CallSite, call_sites, frame_of, reached
from archlint.project.knowledge import names_in
from archlint.project.model import Project, question
from archlint.project.transactions.savers import Saver, saver, saver_names
from archlint.project.types.annotations import CLASS, UNKNOWN, Type, arms
from archlint.project.types.callables import passed_to
from archlint.project.types.data import is_mapped
from archlint.project.types.databases import database_of, takes_statements
from archlint.project.types.expressions import Frame, type_of
from archlint.project.walk import calls, statements

ANY_SESSION = "*"
"""What the session of the objects themselves (``object.save()``) is held in."""
THIS = ("self", "cls")
EXECUTING = ("execute", "exec", "scalar", "scalars", "stream")
DEPTH = 2
"""Functions below the one that is handed a session in which writes are looked for."""


class Commit(Record, frozen=True):
    """A call that commits.

    Attributes:
        holder: what the session is held in.
        writes: it writes first, as a helper that saves does.
        helper: the helper it comes by, if it does not stand there itself.
    """

    site: CallSite
    holder: str
    writes: bool = False
    helper: Function | None = None


@question(cyclic=())
def commits(project: Project, function: Function) -> tuple[Commit, ...]:
    """The calls by which a function commits, itself or through helpers that do nothing else."""
    return tuple(_commits(project, function))


def _commits(project: Project, function: Function) -> Iterator[Commit]:
    helpers = saver_names(project)
    for site in call_sites(project, function):
        name = last_name(site.call)
        if site.deferred:
            continue
        if name == "commit" and not site.call.args and not site.call.kwargs and _is_on_session(project, function, site):
            yield Commit(site, holder_of(site.call))
        elif name in helpers:
            run = callee(project, function, site)
            found = saver(project, run.functions[0], site.call) if len(run.functions) == 1 and run.when == NOW else None
            if found is not None and run.functions[0] is not function:
                yield Commit(site, _held(project, function, site, found), found.writes, run.functions[0])


def _held(project: Project, function: Function, site: CallSite, found: Saver) -> str:
    if found.session is not None:
        return found.session if isinstance(found.session, str) else ANY_SESSION
    if not found.of_receiver:
        return ANY_SESSION
    return _made_with(project, function, site) or holder_of(site.call)


def _made_with(project: Project, function: Function, site: CallSite) -> str:
    """The session that the local a method is called on was made with (``Users(session)``); empty if none is."""
    assigned = site.env.get(holder_of(site.call), ())
    if len(assigned) != 1 or assigned[0].how != VALUE or not isinstance(assigned[0].expr, Call):
        return ""
    frame = Frame(function.module, function, assigned[0].env)
    given = [value for value in values_passed(assigned[0].expr) if isinstance(value, str)]
    kinds = [(value, database_of(project, type_of(project, value, frame))) for value in given]
    found = [value for value, kind in kinds if kind is not None and kind.takes_statements]
    return found[0] if len(found) == 1 else ""


def _is_on_session(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a method is called on a session or connection."""
    run = callee(project, function, site)
    if takes_statements(project, run.receiver):
        return True
    if database_of(project, run.receiver) is not None:
        return False
    holder = holder_of(site.call)
    # What something unknown is added to may be a collection, for all that types can tell.
    unknown = [arm for arm in arms(run.receiver) if not arm.name.startswith("builtins.")]
    if run.functions or not holder or not unknown or any(arm.kind != UNKNOWN for arm in unknown):
        return False
    uses = names_in("transactions", "session_methods")
    sites = call_sites(project, function)
    others = [other for other in sites if holder_of(other.call) == holder]
    if any(last_name(other.call) in uses or _is_handed_statement(project, function, other) for other in others):
        return True
    return any(_is_queried_with(project, function, other, holder) for other in sites)


def _is_queried_with(project: Project, function: Function, site: CallSite, holder: str) -> bool:
    """Whether a function of the project is handed what ``holder`` stands for and queries with it."""
    if site.deferred or holder not in values_passed(site.call):
        return False
    return any(
        value == holder and any(call.func == f"{param.name}.query" for call in calls(each.body))
        for each in callee(project, function, site).functions
        for param, value in passed_to(each, site.call, is_bound=each.owner is not None)
    )


def _is_handed_statement(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a call executes a statement of SQLAlchemy."""
    if last_name(site.call) not in ("execute", "exec", "scalar", "stream") or not site.call.args:
        return False
    given = type_of(project, site.call.args[0], frame_of(function, site))
    return any(arm.name.startswith("sqlalchemy.") for arm in arms(given))


class Writes:
    """Tells what of a function may write to the transaction of the session in ``holder``."""

    def __init__(self, project: Project, function: Function, holder: str) -> None:
        self.project = project
        self.function = function
        self.holder = holder
        self.sites = {id(site.call): site for site in call_sites(project, function)}
        self.places = {id(each.statement): each.locals for each in reached(project, function)}

    def by_call(self, call: Call) -> bool:
        """Whether a call may write."""
        site = self.sites.get(id(call))
        if site is None or site.deferred:
            return False
        name, on = last_name(call), holder_of(call)
        if name == "setattr" and not on and call.args:
            return call.args[0] not in THIS
        if on and on == self.holder:
            return self.of_session(call, name, site)
        if name in names_in("data", "effects", "query_writes") and is_query(callee(self.project, self.function, site)):
            return True
        if (
            name in names_in("transactions", "mutators")
            and "." in on
            and self.is_object(on.rpartition(".")[0], site.env)
        ):
            return True
        return self.by_function(call, name, site)

    def of_session(self, call: Call, name: str, site: CallSite) -> bool:
        if name in names_in("data", "effects", "writes"):
            return name != "flush"
        if name in EXECUTING:
            return writes_by_statement(self.project, self.function, site) or _says_so(call, site)
        if name in ("commit", "rollback", "close", "begin", "begin_nested", "query"):
            return False
        return _type(self.project, self.function, self.holder, site) is None and not reads(name)

    def by_function(self, call: Call, name: str, site: CallSite) -> bool:
        """Whether a function that is handed the session, or has it itself, writes."""
        given = values_passed(call)
        head = self.holder.partition(".")[0]
        is_given = self.holder in given or (head in given and head not in THIS)
        is_own = head != self.holder and holder_of(call) == head
        if (not is_given and not is_own) or reads(name):
            return False
        run = callee(self.project, self.function, site)
        if run.when != NOW:
            return False
        if run.functions:
            return any(_writes(self.project, each, DEPTH) for each in run.functions)
        return is_given and not name[:1].isupper() and not run.name.startswith("builtins.")

    def by_assignment(self, statement: Set) -> bool:
        """Whether an assignment may change an object of the session."""
        place = self.places.get(id(statement))
        env = place.env if place is not None else {}
        for target in statement.targets:
            if isinstance(target, Attr) or (isinstance(target, Item) and isinstance(target.base, Attr)):
                return True
            name = target.base if isinstance(target, Item) else target
            if isinstance(name, str) and "." in name and self.is_object(name.rpartition(".")[0], env):
                return True
        return False

    def is_object(self, name: str, env: Env) -> bool:
        """Whether what a name stands for may be a mapped object."""
        owner = self.function.owner
        if name == self.holder or (name in THIS and (owner is None or not is_mapped(self.project, owner))):
            return False
        found = type_of(self.project, name, Frame(self.function.module, self.function, env))
        return all(_may_be_mapped(self.project, arm) for arm in arms(found))


@question(cyclic=False)
def _writes(project: Project, function: Function, depth: int) -> bool:
    """Whether a function writes to a session or changes what may be a mapped object, itself or through what it hands one
    of its parameters to."""
    writes = Writes(project, function, "")
    if any(isinstance(statement, Set) and writes.by_assignment(statement) for statement in statements(function.body)):
        return True
    return any(
        writes.by_call(site.call) or _by_method(project, function, site) or _below(project, function, site, depth)
        for site in call_sites(project, function)
    )


def _by_method(project: Project, function: Function, site: CallSite) -> bool:
    name = last_name(site.call)
    if name in EXECUTING:
        written = writes_by_statement(project, function, site) or _says_so(site.call, site)
    else:
        written = name in names_in("data", "effects", "writes") and name != "flush"
    return written and _is_on_session(project, function, site)


def _below(project: Project, function: Function, site: CallSite, depth: int) -> bool:
    if not depth or site.deferred or reads(last_name(site.call)):
        return False
    own = {param.name for param in function.node.params}
    given = values_passed(site.call)
    if own.isdisjoint(each for each in given if isinstance(each, str)) and holder_of(site.call) not in THIS:
        return False
    run = callee(project, function, site)
    return run.when == NOW and any(_writes(project, each, depth - 1) for each in run.functions)


def _may_be_mapped(project: Project, type_: Type) -> bool:
    if type_.kind != CLASS:
        return type_.kind == UNKNOWN
    definition = find_class(project, type_.symbol)
    return definition is not None and is_mapped(project, definition)


def _type(project: Project, function: Function, holder: str, site: CallSite) -> object:
    return database_of(project, type_of(project, holder, frame_of(function, site)))


def _says_so(call: Call, site: CallSite) -> bool:
    """Whether the statement handed over is made by something called ``insert``, ``update``, ``delete``, or a text of one."""
    waiting: list[Expr] = [call.args[0]] if call.args else []
    for expr in waiting:
        if isinstance(expr, str):
            waiting += [a.expr for a in site.env.get(expr, ()) if a.how == VALUE and len(waiting) < 9]
            continue
        for made in calls(expr):
            name = last_name(made)
            if any(verb in name.lower() for verb in ("insert", "update", "delete", "upsert")):
                return name not in ("with_for_update",)
            if name == "text" and made.args and isinstance(made.args[0], Const):
                verb = str(made.args[0].value).split(None, 1)[:1]
                if verb and verb[0].upper() in ("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"):
                    return True
    return False


def reads(name: str) -> bool:
    """Whether a function only reads, by its name."""
    words = [word for word in name.lower().split("_") if word]
    if not words or words[0] not in names_in("transactions", "readers"):
        return False
    return names_in("transactions", "writers").isdisjoint(words)
