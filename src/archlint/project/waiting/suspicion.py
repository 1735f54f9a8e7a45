"""Which functions may have an effect of their own, told from all that their calls can ever run.

Names of methods say little (`get`, `create`, `read`): what they are called on says more. What this rules out need not be
followed through the function (`archlint.project.calls.own_effects`).
"""

from archlint.facts.expressions import Call, Const, Expr
from archlint.project.calls.blocking import counterpart, is_client, path_in_client
from archlint.project.calls.candidates import ASSUMES, BLOCKS, WAITS, telling
from archlint.project.calls.forms import last_name
from archlint.project.calls.glimpses import Glimpse, glimpses_of, names_written
from archlint.project.calls.graph import Callee
from archlint.project.definitions import Function
from archlint.project.flow.anywhere import body_of
from archlint.project.model import Project, question
from archlint.project.types.annotations import UNKNOWN, arms
from archlint.project.types.databases import QUERY, database_of
from archlint.project.types.expressions import Frame, type_of
from archlint.project.walk import calls

DRAWERS = ("all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple")
"""What goes over what it is given."""


@question(cyclic=True)
def may_have(project: Project, function: Function, kind: str) -> bool:
    """Whether a function may have an effect of a kind (see `archlint.project.calls.candidates`) by itself."""
    names = telling(project, function.module, kind)
    if not names:
        return False
    if kind == ASSUMES:
        untyped = {param.name for param in function.node.params if param.annotation is None}
        return bool(untyped) and any(
            name.rpartition(".")[0] in untyped for name in names_written(project, function, names, at_once=True)
        )
    found = names_written(project, function, names, kind in (BLOCKS, WAITS))
    if kind == WAITS and "get" in names:
        found = tuple(name for name in found if not _looks_up(project, function, name, names))
    for seen in glimpses_of(project, function, found):
        if kind == BLOCKS:
            if any(_blocks(project, run) for run in seen.runs):
                return True
        elif any(_is_on_database(project, run, kind) for run in seen.runs) or _is_put(project, function, seen, kind):
            return True
    return kind == WAITS and "query" in names and _draws(project, function)


def looks_up(call: Call, names: frozenset[str]) -> bool:
    """Whether a call looks for a word: ``get("name")`` does so in a mapping, where no query can be meant."""
    return "query" not in names and last_name(call) == "get" and bool(call.args) and isinstance(call.args[0], Const)


def _looks_up(project: Project, function: Function, name: str, names: frozenset[str]) -> bool:
    if name.rpartition(".")[2] != "get":
        return False
    return all(looks_up(call, names) for call in body_of(project, function).calls.get(name, ()))


def _blocks(project: Project, run: Callee) -> bool:
    """Whether something blocks, or gives what blocks when it is entered or iterated over."""
    if is_client(run.name) or any(is_client(arm.name) or path_in_client(arm.name) for arm in arms(run.receiver)):
        return True
    names = [run.name, *(f"{own.module.name}.{own.name}" for own in run.functions)]
    return any(counterpart(project, name) is not None for name in names if name)


def _is_on_database(project: Project, run: Callee, kind: str) -> bool:
    if any(arm.name == QUERY for arm in arms(run.receiver)):
        return True
    database = database_of(project, run.receiver)
    return database is not None and not (kind == WAITS and database.is_async)


def _is_put(project: Project, function: Function, seen: Glimpse, kind: str) -> bool:
    """Whether a function itself has put what a method is called on into an attribute."""
    holder = seen.name.rpartition(".")[0]
    if kind != WAITS or "." not in holder or not any(run.receiver.kind == UNKNOWN for run in seen.runs):
        return False
    return body_of(project, function).sets(holder)


def _draws(project: Project, function: Function) -> bool:
    """Whether a function may go through a query, or give one to what does."""
    body = body_of(project, function)
    drawn: list[Expr] = [call for iterated in body.iterated for call in calls(iterated)]
    drawn += [call.args[0] for name in DRAWERS for call in body.calls.get(name, ()) if call.args]
    frame = Frame(function.module, function, body.env) if drawn else None
    return frame is not None and any(
        arm.name == QUERY for value in drawn for arm in arms(type_of(project, value, frame))
    )
