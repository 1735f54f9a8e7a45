"""Whose a unit of work is: that of a dependency which yields a session to what answers a request and commits it afterwards,
of a function that opens the session itself, of whoever says by an argument whether to commit.

Source: FastAPI, "Dependencies with yield".
"""

from archlint.facts.expressions import Const, Yield
from archlint.facts.statements import GENERATOR, Do, If, Set, Try, With
from archlint.project.calls.callers import callers
from archlint.project.definitions import Function
from archlint.project.flow.sites import HANDLER
from archlint.project.layers.injection import injected
from archlint.project.model import Project
from archlint.project.transactions.transactions import Commit
from archlint.project.walk import names, statements


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


def opens_itself(function: Function, head: str) -> bool:
    """Whether a function opens the session held in a local itself."""
    for statement in statements(function.body):
        targets = [target for _, target in statement.items] if isinstance(statement, With) else ()
        if (isinstance(statement, Set) and head in statement.targets) or head in targets:
            return True
    return False


def is_asked_for(function: Function, commit: Commit) -> bool:
    """Whether whoever calls the function says whether to commit: ``if commit: session.commit()``."""
    tests = [around.statement.test for around in commit.site.around if isinstance(around.statement, If)]
    asked = {name for test in tests for name in names(test)}
    flags = [
        param for param in function.node.params if isinstance(param.default, Const) and param.default.kind == "bool"
    ]
    return any(param.name in asked for param in flags)
