"""Tests that say that no event loop runs, as where a function serves both sync and async callers.

Source: Python, `asyncio.get_running_loop`, `loop.is_running`.
"""

from archlint.facts.expressions import Call, Const, Expr, Op
from archlint.project.calls.forms import last_name
from archlint.project.flow.assignments import Env

ASKS = frozenset({"get_running_loop", "_get_running_loop"})


def says_no_loop(test: Expr, outcome: bool, env: Env) -> bool:
    """Whether a condition can have an outcome only where no event loop runs.

    Args:
        env: what the locals can be after it.
    """
    match test:
        case Op(op="not", operands=(operand,)):
            return says_no_loop(operand, not outcome, env)
        case Op(op="and" | "or" as op, operands=operands):
            each = (says_no_loop(operand, outcome, env) for operand in operands)
            return any(each) if outcome is (op == "and") else all(each)
        case Op(op="is" | "==" | "is not" | "!=" as op, operands=(loop, Const(kind="none"))):
            return outcome is (op in ("is", "==")) and _is_loop(loop, env)
        case Call(func=str() as func) if func.endswith("loop.is_running"):
            return not outcome
    return not outcome and _is_loop(test, env)


def asks_for_loop(call: Call) -> bool:
    """Whether a call gives the running event loop, or raises where there is none."""
    return last_name(call) in ASKS


def _is_loop(expr: Expr, env: Env) -> bool:
    if isinstance(expr, Call):
        return asks_for_loop(expr)
    return isinstance(expr, str) and any(
        _is_loop(assigned.name or assigned.expr, assigned.env) for assigned in env.get(expr, ())
    )
