"""What becomes of the value of a local: it is handed on, or used as the value it is."""

from collections.abc import Callable, Iterator
from typing import Any

from archlint.facts.expressions import (
    Attr,
    Call,
    Comp,
    Cond,
    Expr,
    Item,
    Lambda,
    Op,
    Star,
    Text,
)  # fmt: skip
from archlint.facts.statements import (
    Assert,
    Class,
    Def,
    Del,
    Do,
    For,
    If,
    Match,
    Raise,
    Return,
    Set,
    Stmt,
    While,
    With,
)  # fmt: skip
from archlint.project.knowledge import names_in
from archlint.project.walk import EVERYTHING, names

CERTAIN = "certain"
VALUE = "value"
HANDED = "handed on"
NEITHER = ""

Roles = list[tuple[Expr, str]]
"""Expressions, and what becomes of the value of each."""

HEADERS: dict[type, Callable[[Any], Roles]] = {
    Do: lambda n: [(n.value, NEITHER)],
    Set: lambda n: [(n.value, HANDED), *((t, VALUE if n.op or not isinstance(t, str) else NEITHER) for t in n.targets)],
    Return: lambda n: [(n.value, HANDED)],
    Raise: lambda n: [(n.value, VALUE), (n.cause, VALUE)],
    Assert: lambda n: [(n.test, VALUE), (n.message, HANDED)],
    If: lambda n: [(n.test, VALUE)],
    While: lambda n: [(n.test, VALUE)],
    For: lambda n: [(n.iter, CERTAIN)],
    With: lambda n: [(context, CERTAIN) for context, _ in n.items],
    Match: lambda n: [(n.subject, VALUE)],
    Del: lambda n: [(target, NEITHER) for target in n.targets],
}
"""The expressions of a statement itself, and what becomes of the value of each."""


def fates(statement: Stmt, name: str) -> Iterator[str]:
    """What a statement, without the blocks in it, does with a local, once for each time it names it: `HANDED` on (awaited,
    returned, passed, kept, captured by a function), used as the `VALUE` it is, or `NEITHER`. `CERTAIN` is a use as a value
    that fails with what is none: an attribute or item of it is taken, it is looped over, entered, calculated with."""
    if isinstance(statement, Def | Class):
        if name in {used.partition(".")[0] for used in names(statement)}:
            yield HANDED
        return
    for expr, role in HEADERS.get(statement.__class__, lambda n: [])(statement):
        yield from _fates(expr, name, role)


def _fates(expr: Expr, name: str, role: str) -> Iterator[str]:
    """What becomes of a local in an expression with whose value ``role`` happens."""
    if isinstance(expr, str):
        head, _, rest = expr.partition(".")
        if head == name:
            is_own = rest.partition(".")[0] in names_in("coroutines", "own")
            yield role if not rest else HANDED if is_own else CERTAIN
    elif isinstance(expr, Lambda):
        yield from (HANDED for _ in _fates(expr.body, name, HANDED))
    elif expr is not None:
        inside = INSIDE.get(expr.__class__)
        children = inside(expr, role) if inside else _handed(expr)
        for child, becomes in children:
            yield from _fates(child, name, becomes)


def _handed(expr: Expr) -> Roles:
    children = EVERYTHING.get(expr.__class__)
    return [(child, HANDED) for child in children(expr)] if children else []


def _of_call(call: Call, _role: str) -> Roles:
    role = VALUE if call.func in names_in("coroutines", "consumers") else HANDED
    return [(call.func, CERTAIN), *((arg, role) for arg in call.args), *((value, role) for _, value in call.kwargs)]


def _of_operator(op: Op, role: str) -> Roles:
    becomes = (
        NEITHER
        if op.op in ("is", "is not")
        else role
        if op.op in ("and", "or")
        else VALUE
        if op.op in names_in("coroutines", "tests")
        else CERTAIN
    )
    return [(operand, becomes) for operand in op.operands]


def _of_comprehension(comp: Comp, _role: str) -> Roles:
    tests = [(test, VALUE) for generator in comp.fors for test in generator.ifs]
    iterated = [(generator.iter, CERTAIN) for generator in comp.fors]
    return [*iterated, *tests, *((element, HANDED) for element in comp.elements)]


INSIDE: dict[type, Callable[[Any, str], Roles]] = {
    Call: _of_call,
    Op: _of_operator,
    Comp: _of_comprehension,
    Attr: lambda n, role: [(n.base, CERTAIN)],
    Star: lambda n, role: [(n.value, CERTAIN)],
    Item: lambda n, role: [(n.base, CERTAIN), (n.key, HANDED)],
    Text: lambda n, role: [(part, VALUE) for part in n.parts],
    Cond: lambda n, role: [(n.test, VALUE), (n.then, role), (n.other, role)],
}
"""What becomes of the value of each part of an expression."""
