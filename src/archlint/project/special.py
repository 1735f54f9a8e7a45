"""What a function does only for some special words among its arguments: ``if name.startswith("oidc/")``."""

from collections.abc import Iterator
from typing import Any

from archlint.facts.expressions import Attr, Call, Const, Expr, Op, Seq
from archlint.facts.statements import Return
from archlint.project.assignments import PARAM, Env
from archlint.project.conditions import Given, Tests, outcome_of, parts
from archlint.project.definitions import Function
from archlint.project.flow import Test, run
from archlint.project.walk import names

ENDS = frozenset({"startswith", "endswith"})
DEEPEST = 20


def words_asked(function: Function, tests: Tests, env: Env, given: Given) -> Tests:
    """Those of some tests by which a parameter, or something made of it, is one word, or starts, ends with or holds one. Not
    those that the caller's argument settles, nor those without which the function raises.

    Args:
        env: what the locals of the function can be where the tests hold.
        given: the values that the caller gives.
    """
    known = dict(given)
    params = {param.name for param in function.node.params} - {"self", "cls"}
    return frozenset(
        (test, outcome)
        for test, outcome in tests
        for subject in _subjects(test, outcome)
        if outcome_of(test, known) is None
        and not params.isdisjoint(_made_of(subject, env))
        and _may_end_otherwise(function, test, outcome)
    )


def _subjects(test: Expr, outcome: bool) -> Iterator[Expr]:
    """What is one word, or has one in it, where a test has an outcome."""
    match test:
        case Call(func=str() as func, args=(word,)) if outcome and func.rpartition(".")[2] in ENDS and _is_word(word):
            yield func.rpartition(".")[0]
        case Call(func=Attr(base=base, name=name), args=(word,)) if outcome and name in ENDS and _is_word(word):
            yield base
        case Op(op="==" | "!=" as op, operands=(left, right)) if outcome is (op == "=="):
            if _is_word(right):
                yield left
            elif _is_word(left):
                yield right
        case Op(op="in" | "not in" as op, operands=(left, right)) if outcome is (op == "in"):
            if _is_word(left):
                yield right
            elif isinstance(right, Seq) and _is_word(right):
                yield left


def _is_word(expr: Expr) -> bool:
    if isinstance(expr, Seq):
        return bool(expr.items) and all(map(_is_word, expr.items))
    return isinstance(expr, Const) and expr.kind == "str"


def _made_of(expr: Expr, env: Env, depth: int = 0) -> set[str]:
    """The parameters that something is made of."""
    found: set[str] = set()
    for name in {name.partition(".")[0] for name in names(expr)}:
        for assigned in env.get(name, ()):
            if assigned.how == PARAM and assigned.param is not None:
                found.add(assigned.param.name)
            elif depth < DEEPEST:
                found |= _made_of(assigned.name or assigned.expr, assigned.env, depth + 1)
    return found


def _may_end_otherwise(function: Function, test: Expr, outcome: bool) -> bool:
    """Whether a function may return where a test has not had an outcome."""
    asked = False
    ended = False

    def transfer(step: Any, state: bool) -> bool | None:
        nonlocal asked, ended
        if isinstance(step, Return):
            ended = ended or state
        elif isinstance(step, Test):
            known = dict(parts(step.expr, step.outcome))
            asked = asked or test in known
            return state or (test in known and known[test] is not outcome)
        return state

    ends = run(function.body, False, transfer, bool.__or__)
    return ended or bool(ends.normal) or not asked
