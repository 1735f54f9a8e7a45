"""Under which conditions a call runs: what has been tested on every way to it, what a caller's arguments rule out, and what
keeps it from running more than once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archlint.facts.expressions import Attr, Call, Comp, Cond, Const, Expr, Item, Op, Seq, Star, Walrus
from archlint.facts.statements import For, If, Match, Set, Stmt, While, With
from archlint.project.assignments import VALUE, Env
from archlint.project.callables import passed_to
from archlint.project.definitions import Function
from archlint.project.flow import Enter, Evaluate, Next, Test, run, truth
from archlint.project.model import Project, question
from archlint.project.sites import CallSite
from archlint.project.walk import EXPRESSIONS, statements

Tests = frozenset[tuple[Expr, bool]]
"""Conditions, each with its outcome."""

Given = tuple[tuple[str, Const], ...]
"""The parameters of a function of which a call gives the value, each with it."""

NOTHING: Tests = frozenset()
HEADERS: Mapping[type, Callable[[Any], Expr]] = {
    If: lambda n: n.test,
    While: lambda n: n.test,
    For: lambda n: n.iter,
    With: lambda n: n.items[0][0],
    Match: lambda n: n.subject,
}
STORES = frozenset({"add", "append", "extend", "insert", "put", "set", "setdefault", "store", "update"})
FETCHES = frozenset({"get", "pop", "fetch", "lookup"})


def holding(project: Project, function: Function, site: CallSite) -> Tests:
    """What has been tested, and how it came out, on every way to a call of a function."""
    statement = site.statement
    header = HEADERS.get(statement.__class__)
    key = id(statement) if header is None else id(header(statement))
    found = _holding(project, function).get(key, NOTHING)
    for expr in (statement.value,) if isinstance(statement, Set) else _expressions(statement, header):
        inside = _inside(expr, site.call)
        if inside is not None:
            return found | inside
    return found


def _expressions(statement: Stmt, header: Callable[[Any], Expr] | None) -> tuple[Expr, ...]:
    if header is not None:
        return (header(statement),)
    return tuple(getattr(statement, name) for name in ("value", "test") if hasattr(statement, name))


@question(cyclic={})
def _holding(project: Project, function: Function) -> dict[int, Tests]:
    """What has been tested before each simple statement, and each header, of a function, by the identity of either."""
    found: dict[int, Tests] = {}

    def transfer(step: Any, tests: Tests) -> Tests:
        match step:
            case Test(expr=expr) | Evaluate(expr=expr) | Enter(context=expr) | Next(iter=expr):
                key = id(expr)
            case _:
                key = id(step)
        found[key] = found[key] & tests if key in found else tests
        return tests.union(_parts(step.expr, step.outcome)) if isinstance(step, Test) else tests

    run(function.body, NOTHING, transfer, frozenset.intersection)
    return found


def _parts(test: Expr, outcome: bool) -> Iterator[tuple[Expr, bool]]:
    """What the outcome of a condition says of its parts."""
    if isinstance(test, Op) and test.op == "not":
        yield from _parts(test.operands[0], not outcome)
    elif isinstance(test, Op) and test.op == ("and" if outcome else "or"):
        for operand in test.operands:
            yield from _parts(operand, outcome)
    else:
        yield test, outcome


def _inside(expr: Expr, call: Call) -> Tests | None:
    """What an expression tests before it comes to a call in it; None where the call is not in it."""
    if expr is call:
        return NOTHING
    before: list[tuple[Expr, bool]] = []
    match expr:
        case Cond(test=test, then=then, other=other):
            for part, outcome in ((then, True), (other, False)):
                found = _inside(part, call)
                if found is not None:
                    return found.union(_parts(test, outcome))
            return _inside(test, call)
        case Op(op="and" | "or" as op, operands=operands):
            for operand in operands:
                found = _inside(operand, call)
                if found is not None:
                    return found.union(before)
                before += _parts(operand, op == "and")
            return None
        case Comp(fors=fors, elements=elements):
            tests = [part for generator in fors for test in generator.ifs for part in _parts(test, True)]
            inside = [_inside(element, call) for element in elements]
            return next((found.union(tests) for found in inside if found is not None), NOTHING)
    children = EXPRESSIONS.get(expr.__class__)
    for child in children(expr) if children else ():
        found = _inside(child, call)
        if found is not None:
            return found
    return None


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
        value = values.get(value) if isinstance(value, str) else value
        if isinstance(value, Const) and param.name not in function.node.binds:
            found.append((param.name, value))
    return tuple(found)


def is_ruled_out(tests: Tests, given: Given) -> bool:
    """Whether one of some tests cannot come out so with the values a caller gives."""
    values = dict(given)
    return bool(values) and any(_outcome(test, values) is (not outcome) for test, outcome in tests)


def _outcome(test: Expr, values: Mapping[str, Const]) -> bool | None:
    """How a condition comes out; None where that is not known."""
    match test:
        case Op(op="not", operands=(operand,)):
            found = _outcome(operand, values)
            return None if found is None else not found
        case Op(op="and" | "or" as op, operands=operands):
            outcomes = [_outcome(operand, values) for operand in operands]
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
    found = _value(test, values)
    return truth(found)


def _value(expr: Expr, values: Mapping[str, Const]) -> Const | None:
    return expr if isinstance(expr, Const) else values.get(expr) if isinstance(expr, str) else None


def happens_once(function: Function, site: CallSite, tests: Tests, below: tuple[Function, ...]) -> bool:
    """Whether a call runs only until it has run: it is tested that something is missing that outlives the function, and the
    function, or what it calls, puts it there."""
    kept = _stored(function) | {name for other in below for name in _stored(other)}
    return any(name in kept for test, outcome in tests for name in _missing(test, outcome, site.env))


def _missing(test: Expr, outcome: bool, env: Env) -> Iterator[str]:
    """What is not there yet where a test has an outcome."""
    match test:
        case Op(op="is" | "==", operands=(held, Const(kind="none"))) if outcome:
            yield from _holder(held, env)
        case Op(op="is not" | "!=", operands=(held, Const(kind="none"))) if not outcome:
            yield from _holder(held, env)
        case Op(op="in", operands=(_, str() as holder)) if not outcome:
            yield holder
        case Op(op="not in", operands=(_, str() as holder)) if outcome:
            yield holder
        case Call(func="hasattr", args=(str() as base, Const(value=str() as name))) if not outcome:
            yield f"{base}.{name}"
        case str() | Walrus() | Item() | Call() | Attr() if not outcome:
            yield from _holder(test, env)
        case Op(op="is", operands=(held, Const(kind="bool", value=False))) if outcome:
            yield from _holder(held, env)


def _holder(expr: Expr, env: Env) -> Iterator[str]:
    """What keeps a value: a name, or what it was looked up in."""
    match expr:
        case str():
            yield expr
            for assigned in env.get(expr, ()):
                if assigned.how == VALUE and not isinstance(assigned.expr, str):
                    yield from _holder(assigned.expr, {})
        case Walrus(value=value):
            yield from _holder(value, env)
        case Item(base=str() as base):
            yield base
        case Call(func=str() as func, args=(_, *_)) if func.rpartition(".")[2] in FETCHES:
            yield func.rpartition(".")[0]
        case Call(func="getattr", args=(str() as base, Const(value=str() as name), *_)):
            yield f"{base}.{name}"


def _stored(function: Function) -> set[str]:
    """What a function assigns or adds to that outlives it: attributes, globals, items of anything."""
    own = {*function.node.binds, *(param.name for param in function.node.params)}
    found: set[str] = set()
    for statement in statements(function.body):
        if isinstance(statement, Set):
            for target in statement.targets:
                if isinstance(target, str) and ("." in target or target not in own):
                    found.add(target)
                elif isinstance(target, Item) and isinstance(target.base, str):
                    found.add(target.base)
        value = getattr(statement, "value", None)
        if isinstance(value, Call) and isinstance(value.func, str):
            holder, _, method = value.func.rpartition(".")
            if method in STORES and holder:
                found.add(holder)
            elif value.func == "setattr" and len(value.args) > 1 and isinstance(value.args[1], Const):
                found.add(f"{value.args[0]}.{value.args[1].value}")
    return found
