"""Code that runs before anything is served: that of a lifespan before its ``yield``, and start-up handlers.

Sources: FastAPI, "Lifespan Events"; Starlette, ``starlette/routing.py`` (`Router.add_event_handler`, ``on_startup``).
"""

from collections.abc import Iterator

from archlint.facts.expressions import Call, Const, Expr, Seq, Yield
from archlint.facts.statements import ASYNC, GENERATOR, Do, Return, Set
from archlint.project.aliases import called, slots_calling, spellings
from archlint.project.calls.callers import callers
from archlint.project.calls.entry import is_alone
from archlint.project.calls.forms import last_name
from archlint.project.calls.graph import LATER, THREAD
from archlint.project.classes import method, symbol_of
from archlint.project.definitions import Function, bodies_in
from archlint.project.flow.sites import AWAITED, ENTERED, ITERATED, CallSite
from archlint.project.import_graph import import_graph
from archlint.project.layers.assignment import is_outside
from archlint.project.model import Module, Project, every, question
from archlint.project.names import Symbol, resolve
from archlint.project.usage import as_values
from archlint.project.walk import calls, find, statements

APPS = ("fastapi.FastAPI", "starlette.applications.Starlette", "fastapi.applications.FastAPI")
TAKERS = frozenset({"add_event_handler", "FastAPI", "Starlette", "APIRouter", "Router"})
"""The last parts of the names of what is handed start-up handlers and lifespans."""
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
    if is_lifespan(project, function):
        return line <= _first_yield(function)
    if any(_is_startup_event(each) for each in function.node.decorators) or _is_handler(project, function):
        return True
    if is_alone(project, function, line):
        return True
    return depth > 0 and _is_called_at_startup(project, function, depth)


@question(cyclic=True)
def _is_called_at_startup(project: Project, function: Function, depth: int) -> bool:
    """Whether a function is called, and by start-up code only: the first other call tells, or that it is handed on."""
    is_called = False
    for caller in callers(project, function):
        is_called = True
        if (
            caller.callee.when in (THREAD, LATER)
            or (function.is_async and caller.site.use not in AT_ONCE)
            or not _is_startup(project, caller.function, caller.site.call.line, depth - 1)
        ):
            return False
    return is_called and not _is_handed_on(project, function)


def _is_handed_on(project: Project, function: Function) -> bool:
    """Whether a plain function is named as a value somewhere, so that a scheduler or a route may run it later."""
    if function.owner is not None or function.outer is not None:
        return False
    symbol = symbol_of(function)
    return any(
        resolve(project, module, name, None) == symbol
        for module, edges in import_graph(project).items()
        if (module is function.module or any(edge.target is function.module for edge in edges))
        and not is_outside(project, module)
        for name in as_values(project, module)
        if name.rpartition(".")[2] in spellings(project, frozenset({function.node.name}))
    )


def _is_startup_event(decorator: Expr) -> bool:
    """``@app.on_event("startup")``."""
    if not isinstance(decorator, Call) or not isinstance(decorator.func, str) or not decorator.args:
        return False
    return decorator.func.endswith(".on_event") and _is_startup_name(decorator.args[0])


def _is_startup_name(event: Expr) -> bool:
    return isinstance(event, Const) and event.value == "startup"


def _is_handler(project: Project, function: Function) -> bool:
    """Whether a function is handed to an application as a start-up handler or lifespan, or one called for that returns it."""
    handlers = _handlers(project)
    if symbol_of(function) in handlers:
        return True
    outer = function.outer
    if outer is None or symbol_of(outer) not in handlers:
        return False
    return any(isinstance(each, Return) and each.value == function.node.name for each in statements(outer.body))


@question(cyclic=frozenset())
def _handlers(project: Project) -> frozenset[Symbol]:
    return frozenset().union(*[symbols for _, symbols in every(project, _handed)])


@question(cyclic=frozenset(), kept=frozenset[Symbol])
def _handed(project: Project, module: Module) -> frozenset[Symbol]:
    """The functions a module hands to an application as start-up handlers or lifespans, and those it calls for such a one."""
    if TAKERS.isdisjoint(called(project, module)):
        return frozenset()
    found = (
        _meant(project, module, function, handed)
        for function, block in bodies_in(project, module, slots_calling(project, module, TAKERS))
        for call in calls(block)
        if last_name(call) in TAKERS
        for handed in _at_startup(call)
    )
    return frozenset(symbol for symbol in found if symbol is not None and not symbol.is_external)


def _at_startup(call: Call) -> Iterator[Expr]:
    """What a call is given to be run at start-up."""
    if last_name(call) != "add_event_handler":
        listed = call.keyword("on_startup")
        yield from listed.items if isinstance(listed, Seq) else ()
        yield call.keyword("lifespan")
        return
    event, handler = (*call.args[:2], None, None)[:2]
    if _is_startup_name(call.keyword("event_type") or event):
        yield call.keyword("func") or handler


def _meant(project: Project, module: Module, function: Function | None, handed: Expr) -> Symbol | None:
    name = handed.func if isinstance(handed, Call) else handed
    if not isinstance(name, str):
        return None
    head, _, rest = name.partition(".")
    if head == "self" and function is not None and function.owner is not None:
        found = method(project, function.owner, rest)
        return symbol_of(found) if found is not None else None
    return resolve(project, module, name, function)


@question(cyclic=False)
def is_lifespan(project: Project, function: Function) -> bool:
    """Whether a function is what an application runs around serving: an async context manager that is called lifespan, is
    given an application, or is handed to one."""
    if not (function.node.flags & ASYNC and function.node.flags & GENERATOR):
        return False
    if "lifespan" in function.node.name.lower() or _is_handler(project, function):
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
