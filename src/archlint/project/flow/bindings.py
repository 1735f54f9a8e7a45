"""The ways locals get their values: by assignment, and by what a condition or a pattern tells of the value they have."""

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import compress
from operator import is_not
from typing import Any

from archlint.facts.expressions import Call, Comp, Const, Expr, Item, Lambda, Map, Op, Param, Seq, Star, Text, Walrus
from archlint.project.definitions import Function
from archlint.project.flow.forms import is_irrefutable
from archlint.project.flow.telling import heads

VALUE = "value"
ELEMENT = "element"
ENTERED = "entered"
ADDED = "added"
CAUGHT = "caught"
PARAM = "param"
IS = "is"
IS_NOT = "is not"
OPAQUE = "opaque"

SUBJECT = "(subject)"
"""Stands in an `Env` for what a ``match`` is about."""
NONE = Const("none")
DISPLAYS = (Seq, Map, Comp, Text, Lambda)


class Assigned:
    """One way a local gets its value; compared by identity.

    Attributes:
        how: ``expr`` itself (`VALUE`), an item of it (`ELEMENT`), what entering it gives (`ENTERED`), a container
            ``expr`` is added to (`ADDED`), an exception of the classes ``expr`` (`CAUGHT`), the parameter ``param``
            (`PARAM`), what ``name`` was before, known to be of the classes ``expr`` (`IS`) or of none of them (`IS_NOT`;
            the class of ``None`` is ``None``), or nobody knows (`OPAQUE`).
        position: of an unpacked tuple, which of its items; else -1.
        env: what the locals were before.
        at: the statement, handler or case that says so; None of a parameter.
        number: how many assignments it was made after, itself counted; 0 where nobody counts.
    """

    __slots__ = ("_depth", "annotation", "at", "env", "expr", "how", "name", "number", "param", "position")

    def __init__(
        self, how: str, expr: Expr, env: "Env", *, annotation: Expr = None, position: int = -1,
        param: Param | None = None, name: str = "", at: Any = None, number: int = 0,
    ) -> None:  # fmt: skip
        self.how = how
        self.expr = expr
        self.env = env
        self.annotation = annotation
        self.position = position
        self.param = param
        self.name = name
        self.at = at
        self.number = number
        self._depth = 0

    def is_deep(self, most: int) -> bool:
        """Whether the longest chain of assignments that led to this one is longer than so many."""
        if 0 < self.number <= most:
            return False
        waiting = [] if self._depth else [self]
        while waiting:
            each = waiting[-1]
            before = [other for head in (*heads(each.expr), each.name) for other in each.env.get(head, ())]
            unknown = [other for other in before if not other._depth]
            if not unknown:
                each._depth = max([other._depth for other in before], default=0) + 1
                waiting.pop()
            waiting += unknown
        return self._depth > most


Env = Mapping[str, tuple[Assigned, ...]]
Make = Callable[..., Assigned]
"""Makes an `Assigned`: the class itself, or what makes the same again for the same."""


def parameters_of(function: Function) -> Env:
    """The locals of a function before its body runs."""
    return {param.name: (Assigned(PARAM, None, {}, param=param),) for param in function.node.params}


def looped(target: Expr, iterated: Expr, env: Env) -> Env:
    """The locals inside a loop over something."""
    return bound(target, ELEMENT, iterated, env, Assigned)


def bound(target: Expr, how: str, expr: Expr, env: Env, make: Make, position: int = -1) -> Env:
    """The locals after an assignment to a target; an item set in a local container is added to it."""
    match target:
        case str() if "." not in target:
            return {**env, target: (make(how, expr, env, position=position),)}
        case Item(base=str() as base) if base in env and how == VALUE:
            return added(base, expr, env, make)
        case Star(value=value):
            return bound(value, OPAQUE, None, env, make)
        case Seq(items=items):
            before = env
            for index, item in enumerate(items):
                made = bound(item, how if position < 0 else OPAQUE, expr, before, make, index)
                env = {**env, **{name: found for name, found in made.items() if before.get(name) is not found}}
    return env


def added(name: str, expr: Expr, env: Env, make: Make) -> Env:
    """The locals where something has been added to a container that one of them holds."""
    made = make(ADDED, expr, env)
    return env if made in env[name] else {**env, name: (*env[name], made)}


def join(*envs: Env | None) -> Env | None:
    """What locals can be where several ways meet; None for a way that ends before."""
    live = [env for env in envs if env is not None]
    if not live:
        return None
    return reduce(joined, live)


def joined(one: Env, other: Env) -> Env:
    """What locals can be where two ways meet; ``one`` itself where the other adds nothing to it."""
    if one is other:
        return one
    more: dict[str, tuple[Assigned, ...]] = {}
    # Nearly all locals are as they were: what it takes to find the others is the price of it.
    for name in compress(other, map(is_not, map(one.get, other), other.values())):
        known, found = one.get(name), other[name]
        if known is None:
            more[name] = found
        elif found != known[: len(found)]:  # mostly one is the beginning of the other
            more[name] = tuple(dict.fromkeys((*known, *found)))
            if len(more[name]) == len(known):
                del more[name]
    return {**one, **more} if more else one


def narrowed(test: Expr, env: Env, outcome: bool, make: Make = Assigned) -> Env:
    """What locals are where a condition has an outcome: ``isinstance(x, C)``, ``x is None``, ``x``, ``not``, ``and``, ``or``."""
    match test:
        case Op(op="not", operands=(operand,)):
            return narrowed(operand, env, not outcome, make)
        case Op(op="and" | "or", operands=operands):
            if (test.op == "and") is outcome:
                for operand in operands:
                    env = narrowed(operand, env, outcome, make)
        case Op(op="is" | "is not" | "==" | "!=", operands=(subject, Const(kind="none"))):
            return _known(subject, NONE, env, (test.op in ("is", "==")) is outcome, make)
        case Call(func="isinstance", args=(subject, classes)):
            return _known(subject, classes, env, outcome, make)
        case Call(func="bool", args=(subject,)) | (str() | Walrus() as subject) if outcome:
            return _known(subject, NONE, env, False, make)
    return env


def _known(subject: Expr, classes: Expr, env: Env, outcome: bool, make: Make) -> Env:
    """The locals where the subject of a test is known to be of some classes, or of none of them."""
    name = subject.name if isinstance(subject, Walrus) else subject
    if not isinstance(name, str) or name not in env or (classes is NONE and not outcome and _is_something(env[name])):
        return env
    return {**env, name: (make(IS if outcome else IS_NOT, classes, env, name=name),)}


def is_not_none(assigned: Assigned) -> bool:
    """Whether a local is what has been told from None by a condition."""
    return assigned.how == IS_NOT and assigned.expr is NONE


def _is_something(assigned: tuple[Assigned, ...]) -> bool:
    """Whether a local is known not to be None."""
    return all(
        each.expr.__class__ in DISPLAYS if each.how == VALUE else each.how == ADDED or is_not_none(each)
        for each in assigned
    )


def matched(pattern: Expr, subject: Expr, env: Env, outcome: bool, make: Make) -> Env:
    """The locals where a subject matches a pattern, or does not."""
    name = subject.name if isinstance(subject, Walrus) else subject
    if not isinstance(name, str) or name not in env:
        name, env = SUBJECT, {**env, SUBJECT: (make(VALUE, subject, env),)}
    classes, is_all = _classes(pattern)
    if not outcome:
        return _known(name, classes, env, False, make) if classes is not None and is_all else env
    if classes is not None:
        env = _known(name, classes, env, True, make)
    return _captured(pattern, name, env, make)


def _classes(pattern: Expr) -> tuple[Expr, bool]:
    """The classes of what a pattern matches, None where it says nothing of them, and whether it matches all of those."""
    match pattern:
        case Const(kind="none"):
            return NONE, True
        case Call(func=func, args=args, kwargs=kwargs):
            return func, all(map(is_irrefutable, (*args, *(value for _, value in kwargs))))
        case Walrus(value=value):
            return _classes(value)
        case Op(op="|", operands=operands):
            found = [_classes(operand) for operand in operands]
            if any(classes is None for classes, _ in found):
                return None, False
            return Seq("tuple", tuple(classes for classes, _ in found)), all(is_all for _, is_all in found)
    return None, False


def _captured(pattern: Expr, name: str, env: Env, make: Make) -> Env:
    """The locals with those that a pattern binds; ``name`` is what it is held against."""
    match pattern:
        case str() if "." not in pattern:
            return env if pattern == "_" else {**env, pattern: (make(VALUE, name, env),)}
        case Walrus(name=captured, value=value):
            return {**_captured(value, name, env, make), captured: (make(VALUE, name, env),)}
        case Call(args=args, kwargs=kwargs):
            for label, value in kwargs:
                known = "." not in name and isinstance(value, str)
                env = _captured(value, f"{name}.{label}", env, make) if known else _opaque(value, env, make)
            return _opaque(Seq("tuple", args), env, make)
        case None | Const():
            return env
    return _opaque(pattern, env, make)


def _opaque(pattern: Expr, env: Env, make: Make) -> Env:
    """The locals with those a pattern binds to something nobody knows."""
    match pattern:
        case str() if "." not in pattern and pattern != "_":
            return {**env, pattern: (make(OPAQUE, None, env),)}
        case Walrus(name=captured, value=value):
            return _opaque(value, {**env, captured: (make(OPAQUE, None, env),)}, make)
        case Seq(items=items) | Op(operands=items) | Call(args=items):
            for item in (*items, *(value for _, value in pattern.kwargs)) if isinstance(pattern, Call) else items:
                env = _opaque(item, env, make)
        case Map(pairs=pairs):
            for _, value in pairs:
                env = _opaque(value, env, make)
        case Star(value=value):
            return _opaque(value, env, make)
    return env
