"""Under which conditions a call runs: what has been tested on every way to it, and what a caller's arguments rule out."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archlint.facts.expressions import Call, Comp, Cond, Const, Expr, Op, Seq, Star
from archlint.facts.statements import Del, For, If, Match, Set, Stmt, While, With
from archlint.project.calls.no_loop import asks_for_loop
from archlint.project.definitions import Function
from archlint.project.flow.fold import Caught, Leave, Matched, Test, run
from archlint.project.flow.forms import parts, truth
from archlint.project.flow.sites import CallSite
from archlint.project.model import Project, question
from archlint.project.types.callables import passed_to
from archlint.project.walk import EXPRESSIONS, calls, names

Tests = frozenset[tuple[Expr, bool]]
"""Conditions, each with its outcome."""

Given = tuple[tuple[str, Const], ...]
"""The parameters of a function of which a call gives the value, each with it."""

Values = frozenset[tuple[str, Const]]
State = tuple[Tests, Values]

NOTHING: Tests = frozenset()
INSIDE = (Leave, Caught, Matched)
"""Steps of a compound statement that come after its header."""
CAUGHT = "except"
"""The operator of the test that an exception has been caught."""
HEADERS: Mapping[type, Callable[[Any], tuple[Expr, ...]]] = {
    If: lambda n: (n.test,),
    While: lambda n: (n.test,),
    For: lambda n: (n.iter,),
    With: lambda n: tuple(context for context, _ in n.items),
    Match: lambda n: (n.subject,),
}


def holding(project: Project, function: Function, site: CallSite, given: Given = ()) -> Tests | None:
    """What has been tested, and how it came out, on every way to a call of a function; None where no way leads there.

    Args:
        given: what the caller gives to the parameters.
    """
    found = _holding(project, function, given).get(id(site.statement))
    if found is None:
        return None
    tests, values = found
    found_inside = (_inside(expr, site.call) for expr in _expressions(site.statement))
    inside = next((each for each in found_inside if each is not None), NOTHING)
    known = dict(values)
    return None if any(outcome_of(test, known) is (not outcome) for test, outcome in inside) else tests | inside


def in_force(project: Project, function: Function, site: CallSite, given: Given) -> Given:
    """What parameters of a function still have the value that its caller gave them, at a call."""
    found = _holding(project, function, given).get(id(site.statement)) if given else None
    return () if found is None else tuple(sorted(found[1], key=lambda value: value[0]))


def _expressions(statement: Stmt) -> tuple[Expr, ...]:
    """The expressions of a statement itself."""
    header = HEADERS.get(statement.__class__)
    if header is not None:
        return header(statement)
    return tuple(getattr(statement, name) for name in ("value", "test") if hasattr(statement, name))


@question(cyclic={}, large=True)
def _holding(project: Project, function: Function, given: Given) -> dict[int, State]:
    """What has been tested before each simple statement, and each header, of a function that is reached, and which
    parameters still have the value they were given, by the identity of the statement."""
    found: dict[int, State] = {}

    def transfer(step: Any, state: State) -> State | None:
        if not isinstance(step, INSIDE):
            key = id(getattr(step, "at", step))
            found[key] = _joined(found[key], state) if key in found else state
        tests, values = state
        if isinstance(step, Caught):
            return tests.union([(Op(CAUGHT, (step.handler.type,)), True)], _without_loop(step)), values
        if isinstance(step, Test):
            if values and outcome_of(step.expr, dict(values)) is (not step.outcome):
                return None
            return tests.union(parts(step.expr, step.outcome)), values
        return tests, _after(step, values) if values else values

    run(function.body, (NOTHING, frozenset(given)), transfer, _joined)
    return found


def _after(step: Any, values: Values) -> Values:
    """What names still have the value they were given, or have been given one of those, after a step."""
    targets = step.targets if isinstance(step, Set | Del) else (getattr(step, "target", None),)
    bound = {name for target in targets for name in _bound(target)}
    held = {name for name, _ in values if "." in name}
    if held and any(not isinstance(call.func, str) or "." in call.func for call in calls(step)):
        bound |= held  # a method may set what an object holds
    left = frozenset(value for value in values if value[0] not in bound)
    settled = _settled(step.value, dict(values)) if isinstance(step, Set) and not step.op else None
    return left | {(name, settled) for name in targets if isinstance(name, str)} if settled else left


def _bound(target: Expr) -> Iterator[str]:
    if isinstance(target, str):
        yield target
    for item in target.items if isinstance(target, Seq) else (target.value,) if isinstance(target, Star) else ():
        yield from _bound(item)


def _settled(expr: Expr, values: Mapping[str, Const]) -> Const | None:
    if isinstance(expr, Cond):
        outcome = outcome_of(expr.test, values)
        return None if outcome is None else _settled(expr.then if outcome else expr.other, values)
    return _value(expr, values)


def _without_loop(step: Caught) -> Iterator[tuple[Expr, bool]]:
    """What a handler of the error that there is no event loop tells."""
    for call in calls(step.at.body) if step.handler.type == "RuntimeError" else ():
        if asks_for_loop(call):
            yield Op("is", (call, Const("none"))), True


def _joined(state: State, other: State) -> State:
    return state[0] & other[0], state[1] & other[1]


def _inside(expr: Expr, call: Call) -> Tests | None:
    """What an expression tests before it comes to a call in it; None where the call is not in it."""
    if expr is call:
        return NOTHING
    for part, before in _tested_parts(expr):
        found = _inside(part, call)
        if found is not None:
            return found.union(before)
    return None


def _tested_parts(expr: Expr) -> Iterator[tuple[Expr, tuple[tuple[Expr, bool], ...]]]:
    """The parts of an expression, each with what is tested before it."""
    match expr:
        case Cond(test=test, then=then, other=other):
            yield test, ()
            yield then, tuple(parts(test, True))
            yield other, tuple(parts(test, False))
        case Op(op="and" | "or" as op, operands=operands):
            before: list[tuple[Expr, bool]] = []
            for operand in operands:
                yield operand, tuple(before)
                before += parts(operand, op == "and")
        case Comp(fors=fors, elements=elements):
            for generator in fors:
                yield generator, ()  # type: ignore[misc]
            tests = tuple(part for generator in fors for test in generator.ifs for part in parts(test, True))
            for element in elements:
                yield element, tests
        case _:
            children = EXPRESSIONS.get(expr.__class__)
            for child in children(expr) if children else ():
                yield child, ()


def given_by(call: Call, function: Function, known: Given, *, is_bound: bool) -> Given:
    """The values that a call gives to the parameters of a function, by its arguments or by default, where they are literals.

    Args:
        known: those of the parameters of the function that the call stands in.
    """
    passed = {param.name: value for param, value in passed_to(function, call, is_bound=is_bound)}
    is_open = any(isinstance(arg, Star) for arg in call.args) or any(not key for key, _ in call.kwargs)
    values = dict(known)
    found = []
    for param in function.node.params:
        value = passed.get(param.name, None if is_open else param.default)
        value = _value(value, values)
        if isinstance(value, Const):
            found.append((param.name, value))
    return tuple(found)


def outcome_of(test: Expr, values: Mapping[str, Const]) -> bool | None:
    """How a condition comes out; None where that is not known."""
    match test:
        case Op(op="not", operands=(operand,)):
            found = outcome_of(operand, values)
            return None if found is None else not found
        case Op(op="and" | "or" as op, operands=operands):
            outcomes = [outcome_of(operand, values) for operand in operands]
            if (op == "or") in outcomes:
                return op == "or"
            return None if None in outcomes else op == "and"
        case Op(op="is" | "==" | "is not" | "!=" as op, operands=(left, right)):
            first, second = _value(left, values), _value(right, values)
            if first is None or second is None:
                return None
            return ((first.kind, first.value) == (second.kind, second.value)) is (op in ("is", "=="))
        case Op(op="in" | "not in" as op, operands=(left, Seq(items=items))):
            first = _value(left, values)
            others = [_value(item, values) for item in items]
            if first is None or None in others:
                return None
            return (first in others) is (op == "in")
        case Call(func=str() as func, args=(Const(kind="str", value=str() as part),)):
            first = values.get(func.rpartition(".")[0])
            method = {"startswith": str.startswith, "endswith": str.endswith}.get(func.rpartition(".")[2])
            return method(first.value, part) if method and first and isinstance(first.value, str) else None
        case Call(func="isinstance", args=(str() as name, classes)) if name in values:
            kind = values[name].kind
            return False if kind == "none" else True if kind in names(classes) else None
    return truth(_value(test, values))


def _value(expr: Expr, values: Mapping[str, Const]) -> Const | None:
    """A literal, or the member of an enum, as far as its spelling tells (PEP 8): ``Kind.LOCAL``."""
    if not isinstance(expr, str):
        return expr if isinstance(expr, Const) else None
    class_, _, member = expr.rpartition(".")
    name = class_.rpartition(".")[2]
    if member.isupper() and name[:1].isupper() and not name.isupper():
        return Const("member", f"{name}.{member}")
    return values.get(expr)
