"""Functions that an event loop is started for: ``asyncio.run(main())``. Until such a function waits for the first time,
nothing else is on the loop that it could keep waiting.

Sources: Python, "Runners"; AnyIO, "Basics"; uvloop, "Using uvloop".
"""

from archlint.facts.expressions import Await, Call, Comp, Expr
from archlint.facts.statements import Block, For, If, Match, Stmt, Try, With
from archlint.project.calls.callers import callers
from archlint.project.calls.forms import last_name
from archlint.project.calls.graph import Caller
from archlint.project.calls.index import calls_to, slots_of
from archlint.project.definitions import Function, bodies_in
from archlint.project.model import Project, question
from archlint.project.walk import BLOCKS, calls, find

RUNNERS = frozenset({"asyncio.run", "anyio.run", "uvloop.run"})
STARTERS = ("create_task", "ensure_future")
SCHEDULERS = (*STARTERS, "run_coroutine_threadsafe")


def is_alone(project: Project, function: Function, line: int) -> bool:
    """Whether a line of a function runs before anything else can be on the event loop."""
    if not function.is_async or function.owner is not None or function.outer is not None:
        return False
    if not _is_entry(project, function):
        return False
    waits = _first_wait(function.body)
    return not waits or line < waits


@question(cyclic=False)
def _is_entry(project: Project, function: Function) -> bool:
    """Whether a function is run by what its module starts an event loop for, and neither called by another coroutine nor
    put on a loop that runs already."""
    module = function.module
    runners = calls_to(project, module, RUNNERS)
    is_run = any(
        call.func in runners and call.args and _named(call.args[0]) == function.node.name
        for _, block in bodies_in(project, module, slots_of(runners))
        for call in calls(block)
    )
    return is_run and not any(caller.function.is_async or _is_started(caller) for caller in callers(project, function))


def _is_started(caller: Caller) -> bool:
    """Whether a call makes the coroutine of a task."""
    made = caller.site.call
    return any(
        last_name(call) in SCHEDULERS and any(each is made for each in call.args)
        for call in calls(caller.site.statement)
    )


def _named(expr: Expr) -> Expr:
    return expr.func if isinstance(expr, Call) else expr


def _first_wait(block: Block) -> int:
    """The line of the first statement of a block that gives way to others, or starts a task; 0 where none does. A loop that
    does is one with all that is in it."""
    for statement in block:
        if _waits(statement):
            inner = () if _waits_itself(statement) else BLOCKS[statement.__class__](statement)
            return _first_wait(inner) or statement.line
    return 0


def _waits_itself(statement: Stmt) -> bool:
    """Whether a statement waits by more than the blocks in it, or over and over."""
    if isinstance(statement, If | Match):
        return _waits(statement.test if isinstance(statement, If) else statement.subject)
    if isinstance(statement, With):
        return statement.is_async or any(_waits(context) for context, _ in statement.items)
    return not isinstance(statement, Try)


def _waits(node: Stmt | Expr) -> bool:
    return any(
        isinstance(each, Await)
        or (isinstance(each, For | With) and each.is_async)
        or (isinstance(each, Comp) and any(part.is_async for part in each.fors))
        or (isinstance(each, Call) and last_name(each) in STARTERS)
        for each in find(node, (Await, For, With, Comp, Call))
    )
