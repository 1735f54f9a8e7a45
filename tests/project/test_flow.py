"""The fold over bodies: by example, and against an interpreter that tries every way through generated programs."""

import operator
import textwrap
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.facts.expressions import Call, Const, Expr
from archlint.facts.statements import (
    Assert,
    Block,
    Case,
    Do,
    For,
    Handler,
    If,
    Jump,
    Match,
    Raise,
    Return,
    Stmt,
    Try,
    While,
    With,
)  # fmt: skip
from archlint.project.definitions import definitions
from archlint.project.flow import fold as flow
from archlint.testing import project_of

# By example: the state is the set of traces, each call so far one letter, each context left a dot, ``~`` where there is none.


def ends_of(body: str, rounds: int = 3) -> dict[str, set[str]]:
    project = project_of({"m.py": "async def f(c, xs):\n" + textwrap.indent(textwrap.dedent(body), "    ")})
    function = definitions(project, project.modules[0]).functions["f"]
    ends = flow.run(function.body, frozenset({""}), trace, operator.or_, rounds=rounds)
    found = {"normal": ends.normal, "returned": ends.returned, "raised": ends.raised}
    return {name: set(state) for name, state in found.items() if state is not None}


def trace(step: object, state: frozenset[str]) -> frozenset[str] | None:
    match step:
        case Do(value=Call(func="stop")):
            return None
        case Do(value=Call(func=str() as name)) | Return(value=Call(func=str() as name)):
            return frozenset(f"{before}{name}" for before in state)
        case flow.Leave():
            return frozenset(f"{before}." for before in state)
    return state


def normal(body: str) -> set[str]:
    return ends_of(body).get("normal", set())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a(); b()", "ab"),
        ("if c: a()\nelse: b()", "a b"),
        ("if c: a()\nelif d: b()\ne()", "ae be e"),
        ("if True: a()\nelse: b()", "a"),
        ("if c: return\na()", "a"),
        ("if c: raise ValueError\na()", "a"),
        ("if c: stop()\na()", "a"),
        ("assert False\na()", ""),
        ("while True: a()\nb()", ""),
        ("while True:\n    a()\n    if c: break\nb()", "ab aab aaab"),
        ("for x in xs:\n    break\nelse: a()\nb()", "ab b"),
        ("for x in xs:\n    if c: continue\n    return\na()", "a"),
        ("with f() as g: a()\nb()", "a.b"),
        ("with f(), g(): a()", "a.."),
        ("async with f():\n    for x in xs: break\n    return", ""),
        ("with contextlib.suppress(E):\n    a()\n    return\nb()", ".b"),
        ("with contextlib.suppress(E):\n    a()\n    b()", "ab. a. ."),
        ("try: a(); b()\nexcept E: e()", "ab e ae"),
        ("try: a()\nexcept E: e()\nelse: b()", "ab e"),
        ("try: a()\nexcept E: return\nfinally: b()", "ab"),
        ("try: pass\nexcept E: e()", "~"),
        ("try: a()\nfinally: return\nb()", ""),
        ("match c:\n    case 1: a()\n    case D.x: b()", "a b ~"),
        ("match c:\n    case 1: a()\n    case _: b()", "a b"),
        ("match c:\n    case x if d: a()\n    case (1 | y): b()\n    case 3: e()", "a b"),
    ],
)
def test_what_holds_behind_a_body(body: str, expected: str) -> None:
    assert normal(body) == {way.strip("~") for way in expected.split()}


def test_loops_go_zero_one_two_rounds_and_end_at_the_bound() -> None:
    assert normal("for x in xs: a()") == {"", "a", "aa", "aaa"}
    assert normal("while c:\n    a()\n    if d: break\n    b()") >= {"", "a", "ab", "aba", "abab"}


def test_a_return_goes_through_finally_and_contexts() -> None:
    assert ends_of("with f():\n    try: return a()\n    finally: b()")["returned"] == {"ab."}


def test_what_leaves_a_try_with_a_handler_for_everything_is_what_the_handler_raises() -> None:
    assert ends_of("try: a(); b()\nexcept Exception: e()\n")["raised"] == {"", "a"}
    assert ends_of("try: a(); b()\nexcept KeyError: e()\n")["raised"] == {"", "a"}
    assert ends_of("try: a(); b()\nexcept: pass\n").keys() == {"normal"}
    assert ends_of("try: a()\nexcept: raise\n")["raised"] == {""}
    assert ends_of("try: a(); b()\nfinally: e()\n")["raised"] == {"", "a", "ab", "e", "ae"}


def test_what_holds_where_a_step_raises_can_be_told() -> None:
    project = project_of({"m.py": "def f():\n    try: a()\n    finally: b()\n"})
    function = definitions(project, project.modules[0]).functions["f"]
    ends = flow.run(function.body, frozenset({""}), trace, operator.or_, failing=trace)
    assert ends.raised == frozenset({"ab"})


def test_thousands_of_elifs() -> None:
    statement = If("c", (), (), 0, 0)
    for _ in range(5000):
        statement = If("c", (), (statement,), 0, 0)
    assert flow.run((statement,), 0, lambda step, state: state, max).normal == 0


# By interpretation: a program on one number below 3.

BUMP, ZERO, STOP, CHECK = "bump", "zero", "stop", "check"
NUMBERS = (0, 1, 2)
Outcome = tuple[str, int]


def after(step: object, number: int) -> int | None:
    """What a step makes of the number; None where the program ends or is not on this way."""
    match step:
        case Do(value=name):
            return {BUMP: (number + 1) % 3, ZERO: 0, STOP: None}[str(name)]
        case flow.Test(expr="check", outcome=outcome):
            return number if (number == 0) is outcome else None
        case flow.Matched(outcome=outcome, case=Case(pattern=Const(value=value))):
            return number if (number == value) is outcome else None
        case flow.Leave() | flow.Caught():
            return (number + 2) % 3
    return number


def transfer(step: object, state: frozenset[int]) -> frozenset[int] | None:
    found = {made for number in state if (made := after(step, number)) is not None}
    return frozenset(found) or None


def outcomes(block: Block, number: int) -> set[Outcome]:
    """Every way a block can be left that begins with a number."""
    found: set[Outcome] = set()
    waiting = {number}
    for statement in block:
        made = {outcome for each in waiting for outcome in SEMANTICS[type(statement)](statement, each)}
        found |= {outcome for outcome in made if outcome[0] != "normal"}
        waiting = {each for way, each in made if way == "normal"}
    return found | {("normal", each) for each in waiting}


def simple(statement: Stmt, number: int) -> Iterator[Outcome]:
    if not isinstance(statement, Return):
        yield "raised", number
    made = after(statement, number)
    if made is not None:
        yield {Return: "returned", Raise: "raised"}.get(type(statement), "normal"), made


def checked(statement: Assert, number: int) -> Iterator[Outcome]:
    yield "raised", number
    if statement.test != Const("bool", False):
        yield "normal", number


def jump(statement: Jump, number: int) -> Iterator[Outcome]:
    yield {"break": "broken", "continue": "continued"}.get(statement.kind, "normal"), number


def holds(test: Expr, outcome: bool, number: int) -> bool:
    if isinstance(test, Const):
        return test.value is outcome
    return test != CHECK or (number == 0) is outcome


def branch(statement: If, number: int) -> Iterator[Outcome]:
    if not isinstance(statement.test, Const):
        yield "raised", number
    for outcome, block in ((True, statement.body), (False, statement.orelse)):
        if holds(statement.test, outcome, number):
            yield from outcomes(block, number)
    if isinstance(statement.test, Const):
        yield "raised", number


def loop(statement: While | For, number: int) -> Iterator[Outcome]:
    heads, waiting = set(), [number]
    while waiting:
        head = waiting.pop()
        if head in heads:
            continue
        heads.add(head)
        yield "raised", head
        if isinstance(statement, For) or holds(statement.test, True, head):
            for way, made in outcomes(statement.body, head):
                if way in ("normal", "continued"):
                    waiting.append(made)
                else:
                    yield "normal" if way == "broken" else way, made
        if isinstance(statement, For) or holds(statement.test, False, head):
            yield from outcomes(statement.orelse, head)


def context(statement: With, number: int) -> Iterator[Outcome]:
    yield "raised", number
    suppressing = statement.items[0][0] != "plain"
    for way, made in outcomes(statement.body, number):
        left = (made + 2) % 3
        yield way, left
        if way == "normal":
            yield "raised", left
        if way == "raised" and suppressing:
            yield "normal", left


def attempt(statement: Try, number: int) -> Iterator[Outcome]:
    ways: set[Outcome] = set()
    for way, made in outcomes(statement.body, number):
        if way == "normal":
            ways |= outcomes(statement.orelse, made)
        elif way != "raised":
            ways.add((way, made))
        else:
            for handler in statement.handlers:
                ways |= outcomes(handler.body, (made + 2) % 3)
            if not any(handler.type is None for handler in statement.handlers):
                ways.add((way, made))
    for way, made in ways:
        for last, left in outcomes(statement.final, made):
            yield (way if last == "normal" else last), left


def cases(statement: Match, number: int) -> Iterator[Outcome]:
    yield "raised", number
    for case in statement.cases:
        if isinstance(case.pattern, Const) and case.pattern.value != number:
            continue
        if case.guard is not None:
            yield "raised", number
        if case.guard is None or holds(case.guard, True, number):
            yield from outcomes(case.body, number)
        if case.guard is None or not holds(case.guard, False, number):
            return
    yield "normal", number


SEMANTICS: dict[type, Callable[..., Iterator[Outcome]]] = {
    Do: simple,
    Return: simple,
    Raise: simple,
    Assert: checked,
    Jump: jump,
    If: branch,
    While: loop,
    For: loop,
    With: context,
    Try: attempt,
    Match: cases,
}

TESTS = st.sampled_from(["maybe", CHECK])
SIMPLE: st.SearchStrategy[Stmt] = st.one_of(
    st.builds(Do, st.sampled_from([BUMP, ZERO, STOP]), st.just(0), st.just(0)),
    st.just(Return(None, 0, 0, 0, 0)),
    st.just(Raise(None, None, 0, 0, 0, 0)),
    st.just(Assert("maybe", None, 0, 0)),
    st.just(Assert(Const("bool", False), None, 0, 0)),
    st.builds(Jump, st.sampled_from(["pass", "break", "continue"]), st.just(0), st.just(0)),
)


def compound(inner: st.SearchStrategy[Stmt]) -> st.SearchStrategy[Stmt]:
    body = st.lists(inner, min_size=1, max_size=3).map(tuple)
    other = st.lists(inner, max_size=2).map(tuple)
    zero = st.just(0)
    handlers = st.lists(st.builds(Handler, st.sampled_from(["Error", None]), st.just(""), body, zero, zero), max_size=2)
    patterns = st.sampled_from(["_", Const("int", 0), Const("int", 1)])
    case = st.builds(Case, patterns, st.sampled_from([None, "maybe", CHECK]), body)
    contexts = st.sampled_from([(("plain", None),), ((Call("suppress", (), (), 0, 0, 0, 0), None),)])
    literal = st.sampled_from(["maybe", CHECK, Const("bool", True), Const("bool", False)])
    return st.one_of(
        st.builds(If, TESTS, body, other, zero, zero),
        st.builds(While, literal, body, other, zero, zero),
        st.builds(For, st.just("x"), st.just("xs"), body, other, st.just(False), zero, zero),
        st.builds(With, contexts, body, st.just(False), zero, zero),
        st.builds(Try, body, handlers.map(tuple), other, other, st.just(False), zero, zero),
        st.builds(Match, st.just("x"), st.lists(case, min_size=1, max_size=3).map(tuple), zero, zero),
    )


PROGRAMS = st.lists(st.recursive(SIMPLE, compound, max_leaves=25), max_size=4).map(tuple)


def without_jumps(found: set[Outcome]) -> set[Outcome]:
    return {outcome for outcome in found if outcome[0] not in ("broken", "continued")}


@settings(deadline=None)
@given(PROGRAMS, st.sampled_from(NUMBERS))
def test_the_fold_finds_what_an_interpreter_finds_that_tries_every_way(program: Block, number: int) -> None:
    ends = flow.run(program, frozenset({number}), transfer, operator.or_)
    found = {
        (way, made)
        for way, state in (("normal", ends.normal), ("returned", ends.returned), ("raised", ends.raised))
        for made in state or ()
    }
    assert found == without_jumps(outcomes(program, number))
