"""Under which conditions a call runs: what has been tested on every way to it, what a caller's arguments rule out, and what
keeps it from running more than once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archlint.facts.expressions import Attr, Call, Comp, Cond, Const, Expr, Item, Op, Seq, Star, Walrus
from archlint.facts.statements import Del, For, If, Match, Set, Stmt, While, With
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

State = tuple[Tests, frozenset[tuple[str, Const]]]

NOTHING: Tests = frozenset()
HEADERS: Mapping[type, Callable[[Any], Expr]] = {
    If: lambda n: n.test,
    While: lambda n: n.test,
    For: lambda n: n.iter,
    With: lambda n: n.items[0][0],
    Match: lambda n: n.subject,
}
STORES = frozenset({"add", "append", "extend", "insert", "put", "set", "setdefault", "store", "update"})
FILE_TESTS = frozenset({"exists", "is_file", "isfile", "hasHandlers"})
LOGGER_TESTS = frozenset({"handlers"})
FETCHES = frozenset({"get", "pop", "fetch", "lookup"})


def holding(project: Project, function: Function, site: CallSite, given: Given = ()) -> Tests | None:
    """What has been tested, and how it came out, on every way to a call of a function; None where no way leads there.

    Args:
        given: what the caller gives to the parameters.
    """
    statement = site.statement
    header = HEADERS.get(statement.__class__)
    key = id(statement) if header is None else id(header(statement))
    found = _holding(project, function, given).get(key)
    if found is None:
        return None
    tests, values = found
    inside = next(
        (i for i in (_inside(e, site.call) for e in _expressions(statement, header)) if i is not None), NOTHING
    )
    known = dict(values)
    if any(_outcome(test, known) is (not outcome) for test, outcome in inside):
        return None
    return tests | inside


def _expressions(statement: Stmt, header: Callable[[Any], Expr] | None) -> tuple[Expr, ...]:
    if header is not None:
        return (header(statement),)
    return tuple(getattr(statement, name) for name in ("value", "test") if hasattr(statement, name))


@question(cyclic={})
def _holding(project: Project, function: Function, given: Given) -> dict[int, State]:
    """What has been tested before each simple statement, and each header, of a function that is reached, and which
    parameters still have the value they were given, by the identity of the statement or header."""
    found: dict[int, State] = {}

    def transfer(step: Any, state: State) -> State | None:
        match step:
            case Test(expr=expr) | Evaluate(expr=expr) | Enter(context=expr) | Next(iter=expr):
                key = id(expr)
            case _:
                key = id(step)
        found[key] = _joined(found[key], state) if key in found else state
        tests, values = state
        if isinstance(step, Test):
            if values and _outcome(step.expr, dict(values)) is (not step.outcome):
                return None
            return tests.union(_parts(step.expr, step.outcome)), values
        bound = getattr(step, "targets", ()) if isinstance(step, Set | Del) else (getattr(step, "target", None),)
        return tests, frozenset(value for value in values if value[0] not in bound) if values else values

    run(function.body, (NOTHING, frozenset(given)), transfer, _joined)
    return found


def _joined(state: State, other: State) -> State:
    return state[0] & other[0], state[1] & other[1]


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
        value = _value(value, values)
        if isinstance(value, Const):
            found.append((param.name, value))
    return tuple(found)


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
        case Call(func=str() as func, args=(Const(kind="str", value=str() as part),)):
            first = values.get(func.rpartition(".")[0])
            method = {"startswith": str.startswith, "endswith": str.endswith}.get(func.rpartition(".")[2])
            return method(first.value, part) if method and first and isinstance(first.value, str) else None
        case Call(func="isinstance", args=(str() as name, _)) if name in values and values[name].kind == "none":
            return False
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


def happens_once(function: Function, site: CallSite, tests: Tests, below: tuple[Function, ...]) -> bool:
    """Whether a call runs only until it has run: it is tested that something is missing that outlives the function, and the
    function, or what it calls, puts it there; or that a file is missing, or a logger's handlers."""
    if any(not outcome and _is_found(test) for test, outcome in tests):
        return True
    kept = _stored(function) | {name for other in below for name in _stored(other)}
    return any(name in kept for test, outcome in tests for name in _missing(test, outcome, site.env))


def _is_found(test: Expr) -> bool:
    """Whether a test is that a file is there, or that a logger is set up."""
    name = test.func if isinstance(test, Call) else test
    last = name.name if isinstance(name, Attr) else name.rpartition(".")[2] if isinstance(name, str) else ""
    return last in (FILE_TESTS if isinstance(test, Call) else LOGGER_TESTS)


def _missing(test: Expr, outcome: bool, env: Env) -> Iterator[str]:
    """What is not there yet where a test has an outcome."""
    match test:
        case Op(op="is" | "==", operands=(held, Const(kind="none"))) if outcome:
            yield from _holder(held, env)
        case Op(op="is not" | "!=", operands=(held, Const(kind="none"))) if not outcome:
            yield from _holder(held, env)
        case Op(op="or", operands=operands) if outcome:
            for operand in operands:
                yield from _missing(operand, True, env)
        case Op(op="not", operands=(operand,)):
            yield from _missing(operand, not outcome, env)
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
