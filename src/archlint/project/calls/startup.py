"""Code that runs before anything is served: that of a lifespan before its ``yield``, and start-up handlers.

Source: FastAPI, "Lifespan Events".
"""

from archlint.facts.expressions import Call, Const, Expr, Yield
from archlint.facts.statements import ASYNC, GENERATOR, Do, Set
from archlint.project.calls.callers import callers
from archlint.project.calls.entry import is_alone
from archlint.project.calls.graph import LATER, THREAD
from archlint.project.definitions import Function
from archlint.project.flow.sites import AWAITED, ENTERED, ITERATED, CallSite
from archlint.project.model import Project, question
from archlint.project.names import resolve
from archlint.project.walk import find, statements

APPS = ("fastapi.FastAPI", "starlette.applications.Starlette", "fastapi.applications.FastAPI")
CALLERS = 3
AT_ONCE = (AWAITED, ENTERED, ITERATED)


def is_serving(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a call may run while an application serves: one in a lifespan runs before that, or after."""
    return not is_lifespan(project, function) and not is_startup(project, function, site)


def is_startup(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a call runs only while an application starts: in a lifespan, a start-up handler, or what only these call, or
    at the beginning of what the event loop is started for."""
    return _is_startup(project, function, site.call.line, CALLERS)


def _is_startup(project: Project, function: Function, line: int, depth: int) -> bool:
    if any(_is_startup_event(each) for each in function.node.decorators):
        return True
    if is_lifespan(project, function):
        return line <= _first_yield(function)
    if is_alone(project, function, line):
        return True
    return depth > 0 and _is_called_at_startup(project, function, depth)


@question(cyclic=True)
def _is_called_at_startup(project: Project, function: Function, depth: int) -> bool:
    """Whether a function is called, and by start-up code only: the first other call tells."""
    is_called = False
    for caller in callers(project, function):
        is_called = True
        if (
            caller.callee.when in (THREAD, LATER)
            or (function.is_async and caller.site.use not in AT_ONCE)
            or not _is_startup(project, caller.function, caller.site.call.line, depth - 1)
        ):
            return False
    return is_called


def _is_startup_event(decorator: Expr) -> bool:
    """``@app.on_event("startup")``."""
    if not isinstance(decorator, Call) or not isinstance(decorator.func, str) or not decorator.args:
        return False
    event = decorator.args[0]
    return decorator.func.endswith(".on_event") and isinstance(event, Const) and event.value == "startup"


@question(cyclic=False)
def is_lifespan(project: Project, function: Function) -> bool:
    """Whether a function is what an application runs around serving: an async context manager that is called lifespan, or is
    given an application."""
    if not (function.node.flags & ASYNC and function.node.flags & GENERATOR):
        return False
    if "lifespan" in function.node.name.lower():
        return True
    params = function.node.params
    annotation = params[0].annotation if params else None
    symbol = resolve(project, function.module, annotation, function.outer) if isinstance(annotation, str) else None
    return symbol is not None and symbol.name in APPS


def _first_yield(function: Function) -> int:
    """The line of the first ``yield``; 0 where there is none."""
    for statement in statements(function.body):
        if isinstance(statement, Do | Set) and any(find(statement.value, (Yield,))):
            return statement.line
    return 0
