"""Helpers that are a commit under another name: ``def save(db, obj): db.add(obj); db.commit(); db.refresh(obj)``.

Such a function adds what it is given to a session, or makes one object of a class it is told, and commits; it may call
another like it. Whoever calls it commits there. A function that does more than that is a unit of work of its own.
"""

from archlint.core.record import Record
from archlint.facts.expressions import Call, Const, Expr, Op
from archlint.facts.statements import Block, Do, For, If, Import, Jump, Raise, Return, Set, Stmt, Try
from archlint.project.aliases import called, slots_calling
from archlint.project.calls.forms import holder_of, last_name
from archlint.project.calls.graph import callee
from archlint.project.definitions import Function, definitions
from archlint.project.flow.sites import BODY, CallSite, call_sites
from archlint.project.knowledge import names_in
from archlint.project.model import Project, every, question
from archlint.project.types.callables import passed_to
from archlint.project.types.databases import database_of
from archlint.project.walk import calls, statements

COMMIT = frozenset({"commit"})
MOST_STATEMENTS = 14


class Saver(Record, frozen=True):
    """What a call of a helper commits.

    Attributes:
        session: what it is handed as the session, if it is handed one.
        of_receiver: its session is that of the object it is called on.
        writes: it writes before it commits.
    """

    session: Expr
    of_receiver: bool
    writes: bool


@question(cyclic=frozenset())
def saver_names(project: Project) -> frozenset[str]:
    """The names of functions that may be such helpers."""
    first = _thin_calling(project, COMMIT) - COMMIT
    found = first | {name for name in _thin_calling(project, COMMIT) if name in COMMIT}
    return found | (_thin_calling(project, first) if first else frozenset())


@question(cyclic=frozenset(), kept=frozenset[str])
def _thin_calling(project: Project, names: frozenset[str]) -> frozenset[str]:
    """The names of the functions that do nothing but save and call something by one of some names."""
    found: set[str] = set()
    for module, all_called in every(project, called):
        if not names.isdisjoint(all_called):
            slots = slots_calling(project, module, names)
            for function in definitions(project, module).functions.values():
                if function.node.body in slots and _is_thin(function, names | names_in("transactions", "saving")):
                    found.add(function.node.name)
    return frozenset(found)


def saver(project: Project, function: Function, call: Call) -> Saver | None:
    """What a call of a function commits; None where the function does more than that, or does not commit so called."""
    return _saver(project, function, call, 0)


def _saver(project: Project, function: Function, call: Call, depth: int) -> Saver | None:
    if not _is_thin(function, _saving(project)):
        return None
    for site in call_sites(project, function):
        if not _runs(function, call, site):
            continue
        run = callee(project, function, site)
        is_commit = last_name(site.call) == "commit"
        database = database_of(project, run.receiver) if is_commit else None
        if database is not None and database.takes_statements:
            return Saver(*_session(function, call, holder_of(site.call)), _writes(function))
        if not depth and len(run.functions) == 1 and run.functions[0] is not function:
            inner = _saver(project, run.functions[0], site.call, 1)
            if inner is not None:
                holder = inner.session if isinstance(inner.session, str) else ""
                return Saver(*_session(function, call, holder), inner.writes or _writes(function))
    return None


@question(cyclic=frozenset())
def _saving(project: Project) -> frozenset[str]:
    return names_in("transactions", "saving") | saver_names(project)


def _session(function: Function, call: Call, holder: str) -> tuple[Expr, bool]:
    head = holder.partition(".")[0]
    passed = {param.name: value for param, value in passed_to(function, call, is_bound=function.owner is not None)}
    if head in passed:
        return passed[head], False
    return None, head == "self"


def _writes(function: Function) -> bool:
    return any(last_name(call) in ("add", "add_all", "delete", "merge", "setattr") for call in calls(function.body))


def _runs(function: Function, call: Call, site: CallSite) -> bool:
    """Whether a commit runs when the function is called so: not under ``if commit:`` where that is False."""
    for around in site.around:
        if not isinstance(around.statement, If):
            continue
        test, wanted = around.statement.test, around.part == BODY
        if isinstance(test, Op) and test.op == "not":
            test, wanted = test.operands[0], not wanted
        param = next((p for p in function.node.params if p.name == test), None)
        if param is None:
            continue
        passed = {p.name: value for p, value in passed_to(function, call, is_bound=function.owner is not None)}
        value = passed.get(param.name, param.default)
        if not isinstance(value, Const) or bool(value.value) is not wanted:
            return False
    return True


def _is_thin(function: Function, names: frozenset[str]) -> bool:
    body = [s for s in statements(function.body) if not (isinstance(s, Do) and isinstance(s.value, Const))]
    return len(body) <= MOST_STATEMENTS and all(_is_saving(statement, names) for statement in body)


def _is_saving(statement: Stmt, names: frozenset[str]) -> bool:
    match statement:
        case If() | Try() | Raise() | Jump() | Import():
            return True
        case Do(value=value) | Return(value=value):
            return all(last_name(call) in names or last_name(call) == "setattr" for call in calls(value))
        case Set(targets=(str() as target,), value=value):
            if "." in target:
                return False
            made = list(calls(value))
            generic = names_in("transactions", "generic")
            return all(call is not made[0] or _is_generic(call, generic, names) for call in made)
        case For(body=body):
            return _sets_attributes(body)
    return False


def _is_generic(call: Call, generic: frozenset[str], names: frozenset[str]) -> bool:
    return call.func in generic or last_name(call) in names or last_name(call) in ("model_dump", "dict", "items")


def _sets_attributes(body: Block) -> bool:
    return all(
        isinstance(s, If) or (isinstance(s, Do) and isinstance(s.value, Call) and s.value.func == "setattr")
        for s in statements(body)
    )
