"""Which locals of a function tell what some expressions in it are: following only these is what makes long functions cheap."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from archlint.facts.expressions import Call, Const, Expr, Walrus
from archlint.facts.statements import Block, Class, Def, Do, For, Import, Match, Set, Stmt, Try, With
from archlint.project.walk import find, names


class Heads:
    """The names that the expressions of one body begin with: each is asked for several times over."""

    def __init__(self) -> None:
        self.known: dict[int, set[str]] = {}

    def of(self, expr: Expr) -> set[str]:
        found = self.known.get(id(expr))
        if found is None:
            found = self.known[id(expr)] = heads(expr)
        return found


def heads(root: Expr) -> set[str]:
    """The names that the dotted names in an expression begin with."""
    if root.__class__ is str:
        return {root.partition(".")[0]}
    if root is None or root.__class__ is Const:
        return set()
    return {name.partition(".")[0] for name in names(root)}


def telling(values: Iterable[Expr], made_of: Mapping[str, list[Expr]], known: Heads) -> set[str]:
    """The names that tell what some expressions are: those in them, and those they are made of."""
    found: set[str] = set()
    waiting = [name for value in values for name in known.of(value)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [used for value in made_of.get(name, ()) for used in known.of(value)]
    return found


def made_of(body: Iterable[Stmt]) -> dict[str, list[Expr]]:
    """What each name that some statements bind or add to is made of."""
    found: dict[str, list[Expr]] = {}
    for statement in body:
        making = MAKINGS.get(statement.__class__)
        if making is not None:
            for target, value in making(statement):
                for name in heads(target):
                    found.setdefault(name, []).append(value)
    return found


def _added(statement: Do) -> list[tuple[Expr, Expr]]:
    call = statement.value
    return [(call.func, arg) for arg in call.args] if isinstance(call, Call) and isinstance(call.func, str) else []


MAKINGS: dict[type, Callable[[Any], Iterable[tuple[Expr, Expr]]]] = {
    Set: lambda s: [(target, s.value) for target in s.targets],
    For: lambda s: [(s.target, s.iter)],
    With: lambda s: [(target, context) for context, target in s.items],
    Do: _added,
    Match: lambda s: [(name, s.subject) for case in s.cases for name in captures(case.pattern)],
    Import: lambda s: [(alias or name, None) for name, alias in s.names],
    Def: lambda s: [(s.name, None)],
    Class: lambda s: [(s.name, None)],
    Try: lambda s: [(handler.name, None) for handler in s.handlers if handler.name],
}
"""What a statement binds or adds to, each with what that is made of."""


def add_walruses(found: dict[str, list[Expr]], body: Block) -> None:
    """Add to what names are made of what walruses in a body make of them."""
    for walrus in find(body, (Walrus,)):
        found.setdefault(walrus.name, []).append(walrus.value)


def captures(pattern: Expr) -> set[str]:
    """The names a pattern binds, and perhaps some of classes in it."""
    return {walrus.name for walrus in find(pattern, (Walrus,))} | {name for name in names(pattern) if "." not in name}
