"""Which assignments of a function's locals can be in force, statement by statement.

Loops are gone round twice: after that no assignment is in force anywhere that was not before.
"""

from collections.abc import Callable, Collection
from itertools import count
from operator import attrgetter
from typing import Any

from archlint.core.record import Record
from archlint.facts.expressions import Call, Expr, Item, Walrus, Yield
from archlint.facts.statements import Assert, Del, Do, Return, Set, Stmt, Try
from archlint.project.definitions import Function
from archlint.project.flow import fold as flow
from archlint.project.flow.bindings import (
    ADDED,
    CAUGHT,
    ELEMENT,
    ENTERED,
    IS,
    IS_NOT,
    OPAQUE,
    PARAM,
    VALUE,
    Assigned,
    Env,
    added,
    bound,
    is_not_none,
    join,
    joined,
    looped,
    matched,
    narrowed,
    parameters_of,
)
from archlint.project.flow.forms import LOOPS
from archlint.project.flow.telling import Heads, add_walruses, made_of, telling
from archlint.project.model import Project, question
from archlint.project.walk import find, statements

__all__ = [
    "ADDED", "CAUGHT", "ELEMENT", "ENTERED", "IS", "IS_NOT", "OPAQUE", "PARAM", "VALUE", "Assigned", "Env", "Exit", "Point",
    "bound_to", "environments", "feeding", "is_not_none", "join", "looped", "narrowed", "parameters_of", "recorded",
    "returned", "yielded",
]  # fmt: skip

ADDERS = ("append", "add", "insert", "appendleft")
ROUNDS = 2
Exit = tuple[Expr, Env]


class Point(Record, frozen=True):
    """A step of a body (see `archlint.project.flow.fold.Step`) and what the locals can be before it."""

    step: Any
    env: Env


@question(cyclic=(), large=True)
def returned(project: Project, function: Function) -> tuple[Exit, ...]:
    """What the ``return`` statements of a function return, in source order, each with what its locals can be there."""
    body = list(statements(function.body))
    returns = [statement for statement in body if isinstance(statement, Return)]
    own = function.locals
    known = Heads()
    if all(own.isdisjoint(known.of(statement.value)) for statement in returns):
        return tuple((statement.value, {}) for statement in returns)
    walk = _Locals(function, body, [statement.value for statement in returns], known, Return)
    return tuple(
        (statement.value, walk.captured(statement.value, walk.before[id(statement)][1]))
        for statement in returns
        if id(statement) in walk.before
    )


def environments(function: Function, only: Collection[Expr] | None = None) -> tuple[Point, ...]:
    """Each step of a function that is reached, in the order it is first reached, with what the locals can be before it.

    Args:
        only: expressions whose locals are followed, with what those are made of; None for all.
    """
    before = _Locals(function, list(statements(function.body)), only, Heads()).before
    return tuple([Point(step, env) for step, env in before.values()])


def yielded(function: Function) -> list[Exit]:
    """What the ``yield`` statements of a function yield, each with what its locals can be there."""
    body = list(statements(function.body))
    yields = {
        id(statement): Item(statement.value.value, None) if statement.value.is_from else statement.value.value
        for statement in body
        if isinstance(statement, Do | Set) and isinstance(statement.value, Yield)
    }
    return [
        (yields[id(step)], env) for step, env in environments(function, list(yields.values())) if id(step) in yields
    ]


@question(cyclic={}, large=True)
def bound_to(project: Project, function: Function) -> dict[str, tuple[Assigned, ...]]:
    """All that is ever assigned to each local of a function, as the functions inside it see it."""
    found: dict[str, dict[Assigned, None]] = {}
    last: dict[str, tuple[Assigned, ...]] = {}
    for env in (parameters_of(function), *recorded(function).values()):
        for name, assigned in env.items():
            if last.get(name) is not assigned:  # most are as they were before
                last[name] = assigned
                found.setdefault(name, {}).update(dict.fromkeys(assigned))
    return {name: tuple(assigned) for name, assigned in found.items()}


def recorded(function: Function) -> dict[int, Env]:
    """What the locals of a function can be before each statement that is reached, by the identity of the statement."""
    found: dict[int, Env] = {}
    body = list(statements(function.body))
    for step, env in _Locals(function, body, None, Heads()).before.values():
        kind = step.__class__
        if kind not in HEADERS:
            found[id(step)] = env
        elif kind not in NOT_FIRST:
            found.setdefault(id(step.at), env)
    for statement in reversed(body):
        if statement.__class__ is Try and id(statement.body[0]) in found:
            found[id(statement)] = found[id(statement.body[0])]
    return found


HEADERS: dict[type, Callable[[Any], Any]] = {kind: attrgetter(kind.__struct_fields__[0]) for kind in flow.HEADERS}
"""Steps of compound statements, with the part of those that each is about."""
NOT_FIRST = frozenset((flow.Next, flow.Leave, flow.Caught, flow.Matched))
"""Steps of a compound statement that others of the same statement come before."""


@question(cyclic=frozenset())
def feeding(project: Project, function: Function) -> frozenset[str]:
    """The parameters that what a function returns may be made of, whatever the order of its statements."""
    params = {param.name for param in function.node.params}
    body = list(statements(function.body)) if params else []
    values = [statement.value for statement in body if isinstance(statement, Return)]
    if all(value is None for value in values):
        return frozenset()
    made = made_of(body)
    add_walruses(made, function.body)
    return frozenset(params & telling(values, made, Heads()))


class _Locals:
    """One run through a body.

    Attributes:
        telling: the names to follow; None for all.
        before: the steps so far of the ``wanted`` kinds (None for all), with what the locals can be before them.
        has_finals: there are ``finally`` blocks, which several ways lead to one after the other. Elsewhere what the locals
            can be at a step when it is reached again is all they could be before, and more.
        repeats: there are loops.
        made: what has been assigned so far, so that going round a loop once more assigns the same again.
        at: the statement, handler or case the step in hand belongs to.
    """

    def __init__(
        self,
        function: Function,
        body: list[Stmt],
        values: Collection[Expr] | None,
        known: Heads,
        wanted: type | None = None,
    ) -> None:
        made = made_of(body)
        self.has_finals = any(statement.__class__ is Try and statement.final for statement in body)
        self.repeats = any(statement.__class__ in LOOPS for statement in body)
        # What no statement binds, a walrus does.
        self.has_walruses = not made.keys() >= set(function.node.binds)
        if self.has_walruses:
            add_walruses(made, function.body)
        self.telling = None if values is None else telling(values, made, known)
        self.heads = known
        self.wanted = wanted
        self.before: dict[object, tuple[Any, Env]] = {}
        self.made: dict[object, tuple[Assigned, ...]] = {}
        self.at: Any = None
        self.count = count(2)
        env = parameters_of(function)
        if self.telling is not None:
            env = {name: assigned for name, assigned in env.items() if name in self.telling}
        flow.run(function.body, env, self.transfer, joined, rounds=ROUNDS, raises=False)

    def transfer(self, step: Any, env: Env) -> Env:
        """What the locals can be after a step."""
        kind = step.__class__
        if self.wanted is None or kind is self.wanted:
            part = HEADERS.get(kind)
            key = id(step) if part is None else (id(step.at), kind, id(part(step)))
            known = self.before.get(key) if self.has_finals else None
            self.before[key] = step, (env if known is None else joined(known[1], env))
        effect = EFFECTS.get(kind)
        return env if effect is None else effect(self, step, env)

    def make(self, how: str, expr: Expr, env: Env, **more: Any) -> Assigned:
        """An assignment; one made before if what it is made of was the same then."""
        if not self.repeats:
            return Assigned(how, expr, env, at=self.at, number=next(self.count), **more)
        name = more.get("name", "")
        key = id(self.at), id(expr), how, name, more.get("position")
        earlier = self.made.get(key, ())
        if earlier:
            used = (*self.heads.of(expr), name)
            for assigned in earlier:
                if assigned.env is env or all(assigned.env.get(n) == env.get(n) for n in used):
                    return assigned
        made = Assigned(how, expr, env, at=self.at, number=next(self.count), **more)
        self.made[key] = (*earlier, made)
        return made

    def tells(self, targets: tuple[Expr, ...]) -> bool:
        return self.telling is None or not all(self.telling.isdisjoint(self.heads.of(target)) for target in targets)

    def captured(self, expr: Expr, env: Env) -> Env:
        """The locals with those that walruses in an expression bind."""
        if not self.has_walruses:
            return env
        for walrus in find(expr, (Walrus,)):
            if self.telling is None or walrus.name in self.telling:
                env = {**env, walrus.name: (self.make(VALUE, walrus.value, env),)}
        return env

    def set(self, step: Set, env: Env) -> Env:
        if not self.tells(step.targets):
            return env
        env, self.at = self.captured(step.value, env), step
        if step.value is None:
            return env
        for target in step.targets:
            if step.op:
                env = bound(target, OPAQUE, None, env, self.make)
            elif isinstance(target, str) and "." not in target:
                env = {**env, target: (self.make(VALUE, step.value, env, annotation=step.annotation),)}
            else:
                env = bound(target, VALUE, step.value, env, self.make)
        return env

    def do(self, step: Do, env: Env) -> Env:
        """``items.append(x)`` adds to a local."""
        self.at, call = step, step.value
        env = self.captured(call, env)
        if call.__class__ is Call and call.func.__class__ is str and call.args:
            name, _, method = call.func.rpartition(".")
            if name in env and method in ADDERS:
                return added(name, call.args[-1], env, self.make)
        return env

    def delete(self, step: Del, env: Env) -> Env:
        names_ = [target for target in step.targets if isinstance(target, str) and target in env]
        self.at = step
        return {**env, **{name: (self.make(OPAQUE, None, env),) for name in names_}} if names_ else env

    def assertion(self, step: Assert, env: Env) -> Env:
        self.at = step
        return narrowed(step.test, self.captured(step.test, env), True, self.make)

    def test(self, step: flow.Test, env: Env) -> Env:
        self.at = step.at
        return narrowed(step.expr, self.captured(step.expr, env), step.outcome, self.make)

    def next(self, step: flow.Next, env: Env) -> Env:
        self.at = step.at
        return bound(step.target, ELEMENT, step.iter, env, self.make) if self.tells((step.target,)) else env

    def enter(self, step: flow.Enter, env: Env) -> Env:
        self.at = step.at
        env = self.captured(step.context, env)
        return bound(step.target, ENTERED, step.context, env, self.make) if self.tells((step.target,)) else env

    def caught(self, step: flow.Caught, env: Env) -> Env:
        self.at, name = step.handler, step.handler.name
        return {**env, name: (self.make(CAUGHT, step.handler.type, env),)} if name and self.tells((name,)) else env

    def matched(self, step: flow.Matched, env: Env) -> Env:
        self.at = step.case
        env = self.captured(step.subject, env)
        return (
            env
            if self.telling is not None and not self.tells((step.subject, step.case.pattern))
            else matched(step.case.pattern, step.subject, env, step.outcome, self.make)
        )


EFFECTS: dict[type, Callable[[_Locals, Any, Env], Env]] = {
    Set: _Locals.set,
    Do: _Locals.do,
    Del: _Locals.delete,
    Assert: _Locals.assertion,
    flow.Test: _Locals.test,
    flow.Next: _Locals.next,
    flow.Enter: _Locals.enter,
    flow.Caught: _Locals.caught,
    flow.Matched: _Locals.matched,
}
