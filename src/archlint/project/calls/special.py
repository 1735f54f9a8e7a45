"""What a function does only for special arguments: two words in one of them (``oidc/``, then ``file``), or a path rather than
what the file holds.

A caller that computes what it passes does not tell whether it is one of these.
"""

from collections.abc import Iterator
from typing import Any

from archlint.facts.expressions import Attr, Call, Const, Expr, Op, Seq
from archlint.facts.statements import Return
from archlint.project.definitions import Function
from archlint.project.flow.assignments import PARAM, Env
from archlint.project.flow.conditions import Given, Tests, outcome_of
from archlint.project.flow.fold import Test, run
from archlint.project.flow.forms import parts
from archlint.project.walk import names

ENDS = frozenset({"startswith", "endswith"})
WORDS = 2
"""A single word is what many functions are about: ``if path.endswith(".pdf")``."""
PATHS = frozenset({"Path", "PathLike"})
DEEPEST = 20


def is_special(function: Function, tests: Tests, env: Env, given: Given) -> bool:
    """Whether some conditions keep what they guard for special arguments, and other arguments make the function return
    without; arguments that settle a condition are not special.

    Args:
        env: what the locals of the function can be where the conditions hold.
        given: the values that the caller gives.
    """
    known = dict(given)
    asked = [(test, outcome) for test, outcome in tests if _asks(function, test, outcome, env)]
    open_ = [(test, outcome) for test, outcome in asked if outcome_of(test, known) is None]
    of_paths = any(isinstance(test, Call) and test.func == "isinstance" for test, _ in open_)
    return (of_paths or len(open_) >= WORDS) and any(_may_return(function, *each) for each in open_)


def _asks(function: Function, test: Expr, outcome: bool, env: Env) -> bool:
    """Whether a condition is that a parameter, or what is made of it, has a word in it or is a path."""
    own = {param.name for param in function.node.params} - {"self", "cls"}
    return any(not own.isdisjoint(_made_of(subject, env)) for subject in _subjects(test, outcome))


def _subjects(test: Expr, outcome: bool) -> Iterator[Expr]:
    """What has a word in it, or is a path, where a condition has an outcome."""
    match test:
        case Call(func="isinstance", args=(str() as subject, classes)) if outcome and "." not in subject:
            if not PATHS.isdisjoint(name.rpartition(".")[2] for name in names(classes)):
                yield subject
        case Call(func=str() as func, args=(word,)) if outcome and func.rpartition(".")[2] in ENDS and _is_word(word):
            yield func.rpartition(".")[0]
        case Call(func=Attr(base=base, name=name), args=(word,)) if outcome and name in ENDS and _is_word(word):
            yield base
        case Op(op="==" | "!=" as op, operands=(left, right)) if outcome is (op == "=="):
            if _is_word(left) is not _is_word(right):
                yield right if _is_word(left) else left
        case Op(op="in" | "not in" as op, operands=(left, right)) if outcome is (op == "in"):
            if _is_word(left) is not _is_word(right):
                yield right if _is_word(left) else left


def _is_word(expr: Expr) -> bool:
    """Whether an expression is a string, or one of some."""
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


def _may_return(function: Function, test: Expr, outcome: bool) -> bool:
    """Whether a function may return where a condition has had the other outcome; so it may where only an expression asks."""
    is_asked = False
    is_returned = False

    def transfer(step: Any, state: bool) -> bool | None:
        nonlocal is_asked, is_returned
        if isinstance(step, Return):
            is_returned = is_returned or state
        elif isinstance(step, Test):
            told = dict(parts(step.expr, step.outcome))
            is_asked = is_asked or test in told
            return state or told.get(test, outcome) is not outcome
        return state

    ends = run(function.body, False, transfer, bool.__or__)
    return is_returned or bool(ends.normal) or not is_asked
