"""Units of work that a dependency ends: it yields a session to what answers a request, and commits it afterwards.

Source: FastAPI, "Dependencies with yield".
"""

from archlint.facts.expressions import Yield
from archlint.facts.statements import GENERATOR, Do, Set, Try
from archlint.project.calls.callers import callers
from archlint.project.definitions import Function
from archlint.project.flow.sites import HANDLER
from archlint.project.layers.content import injected
from archlint.project.model import Project
from archlint.project.transactions.transactions import Commit
from archlint.project.walk import statements


def ends_handed_out(project: Project, function: Function, commit: Commit) -> bool:
    """Whether a commit ends the unit of work of a request: the function has yielded the session before, and handlers
    depend on it, or on a function that calls it."""
    if not may_hand_out(function) or not _has_yielded(function, commit):
        return False
    if any(isinstance(around.statement, Try) and around.part == HANDLER for around in commit.site.around):
        return False
    return _is_injected(project, function) or any(
        _is_injected(project, caller.function) for caller in callers(project, function)
    )


def may_hand_out(function: Function) -> bool:
    return bool(function.node.flags & GENERATOR)


def _has_yielded(function: Function, commit: Commit) -> bool:
    return any(
        isinstance(statement, Do | Set)
        and isinstance(statement.value, Yield)
        and statement.value.value == commit.holder
        and statement.line < commit.site.call.line
        for statement in statements(function.body)
    )


def _is_injected(project: Project, function: Function) -> bool:
    return function.name in injected(project, function.module)
