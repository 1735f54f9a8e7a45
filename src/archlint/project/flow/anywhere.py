"""What a function calls and all that its locals can ever be, found in one pass that does not follow what is in force where.

It is more than `archlint.project.flow.assignments` finds for any place of the function, at a fraction of the price: enough to
tell what cannot be.
"""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from archlint.facts.expressions import Call, Comp, Expr, Walrus, Yield, indexed_name
from archlint.facts.statements import Do, For, Match, Set, Stmt, Try, While, With
from archlint.project.definitions import Function
from archlint.project.flow.assignments import ADDERS
from archlint.project.flow.bindings import (
    CAUGHT,
    ELEMENT,
    ENTERED,
    OPAQUE,
    VALUE,
    Assigned,
    Env,
    Make,
    added,
    bound,
    joined,
    matched,
    parameters_of,
)
from archlint.project.flow.forms import LOOPS
from archlint.project.flow.telling import Heads, heads, made_of, telling
from archlint.project.model import Project, question
from archlint.project.walk import find

BINDING = (Set, Do, For, With, Try, Match)
NODES = frozenset((Call, Comp, Walrus, Yield, While, *BINDING))


class Body:
    """The body of a function; what functions and classes inside it hold is theirs.

    Attributes:
        calls: its calls, by what is called as written (see `indexed_name`).
        iterated: what loops, comprehensions and ``yield from`` go over.
        looped: the names that comprehensions give to items.
    """

    __slots__ = ("_env", "_function", "_repeats", "_steps", "calls", "iterated", "looped")

    def __init__(self, function: Function) -> None:
        self._function = function
        self._env: Env | None = None
        self._repeats = False
        self._steps: list[tuple[Stmt | None, list[Any]]] = [(None, [])]
        self.calls: dict[str, list[Call]] = {}
        self.iterated: list[Expr] = []
        self.looped: set[str] = set()
        for node in find(function.body, NODES):
            kind = node.__class__
            if kind is Call:
                self.calls.setdefault(indexed_name(node.func) or "", []).append(node)
            elif kind is Yield:
                self.iterated += [node.value] if node.is_from else []
            elif kind is Comp or kind is Walrus:
                self._steps[-1][1].append(node)
                for generator in node.fors if kind is Comp else ():
                    self.iterated.append(generator.iter)
                    self.looped |= heads(generator.target)
            else:
                self._steps.append((node, []))
                if kind in LOOPS:
                    self._repeats = True
                    self.iterated += [node.iter] if kind is For else []

    @property
    def env(self) -> Env:
        """All that is assigned to each local, in comprehensions too."""
        if self._env is None:
            self._env = self._found(self._steps)
        return self._env

    def about(self, values: Iterable[Expr]) -> Env:
        """The same of only those locals that tell what some expressions are."""
        bound = [_bound_names(statement, inside) for statement, inside in self._steps]
        made: dict[str, list[Expr]] = {}
        for each in bound:
            for name, made_of_it in each.items():
                made.setdefault(name, []).extend(made_of_it)
        wanted = telling(values, made, Heads())
        return self._found([step for step, each in zip(self._steps, bound, strict=True) if not wanted.isdisjoint(each)])

    def sets(self, name: str) -> bool:
        """Whether something is assigned to a dotted name."""
        return any(isinstance(step, Set) and name in step.targets for step, _ in self._steps)

    def _found(self, steps: list[tuple[Stmt | None, list[Any]]]) -> Env:
        env = parameters_of(self._function)
        for call in self.calls.get("isinstance", ()):
            subject, classes = call.args if len(call.args) == 2 else (None, None)
            if isinstance(subject, str | Walrus):
                name = subject if isinstance(subject, str) else subject.name
                env = env if "." in name else _grown(env, name, Assigned(CAUGHT, classes, {}))
        make = _Making(self._repeats)
        for _ in range(2 if self._repeats else 1):
            for make.at, inside in steps:
                if inside:
                    env = _inside(inside, env, make)
                binds = BINDINGS.get(make.at.__class__)
                if binds is not None:
                    env = binds(make.at, env, make)
        return env


def _bound_names(statement: Stmt | None, inside: list[Any]) -> dict[str, list[Expr]]:
    """The names that a statement, and comprehensions and walruses in it, bind or add to, with what they make them of."""
    found = made_of([statement]) if statement is not None else {}
    for node in inside:
        for generator in node.fors if node.__class__ is Comp else ():
            for name in heads(generator.target):
                found.setdefault(name, []).append(generator.iter)
        if node.__class__ is Walrus:
            found.setdefault(node.name, []).append(node.value)
    return found


def _grown(env: Env, name: str, made: Assigned) -> Env:
    known = env.get(name, ())
    return env if made in known else {**env, name: (*known, made)}


class _Making:
    """Makes assignments, in the second round of a loop only those that are made of something else than in the first."""

    __slots__ = ("at", "count", "made", "repeats")

    def __init__(self, repeats: bool) -> None:
        self.repeats = repeats
        self.at: Stmt | None = None
        self.made: dict[object, Assigned] = {}
        self.count = count(2)

    def __call__(self, how: str, expr: Expr, env: Env, **more: Any) -> Assigned:
        if not self.repeats:
            return Assigned(how, expr, env, number=next(self.count), **more)
        key = id(self.at), id(expr), how, more.get("name"), more.get("position")
        earlier = self.made.get(key)
        if earlier is not None and all(earlier.env.get(name) == env.get(name) for name in heads(expr)):
            return earlier
        found = self.made[key] = Assigned(how, expr, env, number=next(self.count), **more)
        return found


def _inside(nodes: list[Any], env: Env, make: Make) -> Env:
    """The locals with what comprehensions and walruses in a statement itself bind."""
    for node in nodes:
        for generator in node.fors if node.__class__ is Comp else ():
            env = _bound(generator.target, ELEMENT, generator.iter, env, make)
    for node in reversed(nodes):
        if node.__class__ is Walrus:
            env = _grown(env, node.name, make(VALUE, node.value, env))
    return env


def _bound(target: Expr, how: str, expr: Expr, env: Env, make: Make) -> Env:
    if target.__class__ is str:
        return env if "." in target else _grown(env, target, make(how, expr, env, position=-1))
    return env if target is None else joined(env, bound(target, how, expr, env, make))


def _set(statement: Set, env: Env, make: Make) -> Env:
    value = statement.value
    for target in statement.targets if value is not None else ():
        if statement.op:
            env = _bound(target, OPAQUE, None, env, make)
        elif isinstance(target, str) and "." not in target and statement.annotation is not None:
            env = _grown(env, target, make(VALUE, value, env, annotation=statement.annotation))
        else:
            env = _bound(target, VALUE, value, env, make)
    return env


def _do(statement: Do, env: Env, make: Make) -> Env:
    call = statement.value
    if call.__class__ is Call and call.func.__class__ is str and call.args:
        name, _, method = call.func.rpartition(".")
        if name in env and method in ADDERS:
            return added(name, call.args[-1], env, make)
    return env


def _with(statement: With, env: Env, make: Make) -> Env:
    for context, target in statement.items:
        env = _bound(target, ENTERED, context, env, make)
    return env


def _try(statement: Try, env: Env, make: Make) -> Env:
    for handler in statement.handlers:
        if handler.name:
            env = _grown(env, handler.name, make(CAUGHT, handler.type, env, name=handler.name))
    return env


def _match(statement: Match, env: Env, make: Make) -> Env:
    for case in statement.cases:
        env = joined(env, matched(case.pattern, statement.subject, env, True, make))
    return env


BINDINGS: dict[type, Callable[[Any, Env, Make], Env]] = {
    Set: _set,
    Do: _do,
    For: lambda statement, env, make: _bound(statement.target, ELEMENT, statement.iter, env, make),
    With: _with,
    Try: _try,
    Match: _match,
}
"""The locals with what a statement itself binds, beside all that they were before."""


@question(cyclic=None, large=True)
def body_of(project: Project, function: Function) -> Body:
    """The body of a function."""
    return Body(function)
