"""Whose a session is that a function uses: one it was given, through whatever attributes, or one it opens itself."""

from collections.abc import Iterable

from archlint.facts.expressions import Attr, Await, Call, Cond, Expr, Item, Op, Walrus
from archlint.project.calls.forms import base_of, last_name, values_passed
from archlint.project.calls.graph import callee
from archlint.project.classes import find_class
from archlint.project.definitions import Function, holder_of_local
from archlint.project.flow.assignments import ADDED, PARAM, Assigned, Env, returned
from archlint.project.flow.sites import CallSite, call_sites, frame_of
from archlint.project.model import Project
from archlint.project.types.annotations import CLASS, NOTHING_KNOWN, Type, arms
from archlint.project.types.callables import passed_to
from archlint.project.types.carriers import may_be_added_to
from archlint.project.types.databases import CONNECTION, ENGINE, QUERY, SESSION, database_of
from archlint.project.types.expressions import Frame, type_of

OWN = ""
"""It opens the session, or takes one that belongs to the process."""
OUTER = "<outer>"
"""It is a local of the function around it."""
DEEPEST = 60


def origin(project: Project, function: Function, expr: Expr, env: Env, depth: int = 0) -> str:
    """The parameter of a function that what an expression gives comes from, ``self`` among them; else `OWN` or `OUTER`."""
    if depth > DEEPEST:
        return OWN
    match expr:
        case Attr(base=Call(func="super")):
            return _first_parameter(function)
        case Attr(base=base) | Item(base=base):
            return origin(project, function, base, env, depth + 1)
        case Await(value=value) | Walrus(value=value):
            return origin(project, function, value, env, depth + 1)
        case Cond(then=then, other=other):
            return _any(origin(project, function, part, env, depth + 1) for part in (then, other))
        case Op(operands=operands):
            return _any(origin(project, function, part, env, depth + 1) for part in operands)
        case Call():
            return _of_call(project, function, expr, env, depth + 1)
        case str():
            return _of_name(project, function, expr.partition(".")[0], env, depth + 1)
    return OWN


def _first_parameter(function: Function) -> str:
    return function.node.params[0].name if function.node.params else OWN


def _any(found: Iterable[str]) -> str:
    return next((each for each in found if each != OWN), OWN)


def _of_name(project: Project, function: Function, name: str, env: Env, depth: int) -> str:
    assigned = env.get(name)
    if assigned is None:
        return OWN if holder_of_local(function.outer, name) is None else OUTER
    made = [each for each in assigned if each.how != ADDED]
    if len(made) < len(assigned) and not may_be_added_to(type_of(project, name, Frame(function.module, function, env))):
        assigned = tuple(made)  # what is added to a session to be saved is not where it comes from
    return _any(_of_assigned(project, function, each, depth) for each in assigned)


def _of_assigned(project: Project, function: Function, assigned: Assigned, depth: int) -> str:
    if assigned.how == PARAM and assigned.param is not None:
        return assigned.param.name
    # What a test has left of a local is what the local was before.
    return origin(project, function, assigned.name or assigned.expr, assigned.env, depth)


def _of_call(project: Project, function: Function, call: Call, env: Env, depth: int) -> str:
    frame = Frame(function.module, function, env)
    for value in values_passed(call):
        if is_session(project, type_of(project, value, frame)):
            return origin(project, function, value, env, depth)
    base = base_of(call)
    held = type_of(project, base, frame) if base else None
    database = database_of(project, held) if held else None
    if database is not None:
        return origin(project, function, base, env, depth) if database.kind in (SESSION, CONNECTION) else OWN
    if is_session(project, type_of(project, call, frame)):
        return _returned(project, function, call, env, depth)
    if held is not None and any(arm.name == QUERY or _is_own_class(project, arm) for arm in arms(held)):
        return origin(project, function, base, env, depth)
    if held == NOTHING_KNOWN and any(arm.name == QUERY for arm in arms(type_of(project, call, frame))):
        found = origin(project, function, base, env, depth)
        if found != OWN:
            return found
    own = [
        value
        for value in values_passed(call)
        if any(arm.name == QUERY or _is_own_class(project, arm) for arm in arms(type_of(project, value, frame)))
    ]
    return _any(origin(project, function, value, env, depth) for value in own)


def waited_through(project: Project, function: Function, site: CallSite) -> str:
    """The same of the session a call waits through: on an engine, that is one the function opens with it."""
    base = base_of(site.call) or site.call
    database = database_of(project, type_of(project, base, frame_of(function, site)))
    if database is not None and database.kind == ENGINE:
        return OWN
    return origin(project, function, base, site.env)


def is_session(project: Project, type_: Type) -> bool:
    """Whether an object is a sync session or connection."""
    database = database_of(project, type_)
    return database is not None and not database.is_async and database.takes_statements


def _is_own_class(project: Project, type_: Type) -> bool:
    return type_.kind == CLASS and find_class(project, type_.symbol) is not None


def _returned(project: Project, function: Function, call: Call, env: Env, depth: int) -> str:
    """Whose the session is that a call of the project's functions gives."""
    site = next((site for site in call_sites(project, function) if site.call is call), None)
    for run in callee(project, function, site).functions if site is not None else ():
        for value, inside in () if run.is_generator else returned(project, run):
            found = origin(project, run, value, inside, depth)
            if found not in (OWN, OUTER):
                return origin(project, function, passed(run, call, found), env, depth)
    return OWN


def passed(function: Function, call: Call, name: str) -> Expr:
    """What a call passes for a parameter of a function, ``self`` among them, which of a class is what the call makes; None
    where it leaves that out."""
    params = function.node.params
    if (
        function.owner is not None
        and params
        and params[0].name == name
        and "staticmethod" not in function.node.decorators
    ):
        func = call.func
        if function.node.name == "__init__" and last_name(call) != "__init__":
            return call
        if isinstance(func, Attr):
            return func if isinstance(func.base, Call) and func.base.func == "super" else func.base
        return func.rpartition(".")[0] or func if isinstance(func, str) else None
    return next((value for param, value in passed_to(function, call, is_bound=True) if param.name == name), None)
