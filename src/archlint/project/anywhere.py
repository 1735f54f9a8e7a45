"""What a function calls and all that its locals can ever be, found in one pass that does not follow what is in force where.

It is more than `archlint.project.assignments` finds for any place of the function, at a fraction of the price: enough to
tell what cannot be.
"""

from collections.abc import Callable
from typing import Any

from archlint.facts.expressions import Attr, Call, Comp, Expr, Item, Walrus, Yield
from archlint.facts.statements import Do, For, Match, Set, Stmt, Try, While, With
from archlint.project.assignments import ADDERS
from archlint.project.bindings import (
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
from archlint.project.definitions import Function
from archlint.project.model import Project, question
from archlint.project.sites import HEADERS
from archlint.project.telling import Heads, heads
from archlint.project.walk import find, statements

LOOPS = (For, While)
INSIDE = (Walrus, Comp)


class Body:
    """The body of a function; what functions and classes inside it hold is theirs.

    Attributes:
        calls: its calls, by what is called as written (see `callee_name`).
        iterated: what loops, comprehensions and ``yield from`` go over.
        looped: the names that comprehensions give to items.
    """

    __slots__ = ("_env", "_function", "_has_inside", "_set", "calls", "iterated", "looped")

    def __init__(self, function: Function) -> None:
        self._function = function
        self._env: Env | None = None
        self._set: frozenset[str] | None = None
        self._has_inside = False
        self.calls: dict[str, list[Call]] = {}
        self.iterated: list[Expr] = []
        self.looped: set[str] = set()
        for node in find(function.body, (Call, Comp, Walrus, For, Yield)):
            match node:
                case Call():
                    self.calls.setdefault(callee_name(node), []).append(node)
                case For(iter=iter_):
                    self.iterated.append(iter_)
                case Yield(value=value, is_from=True):
                    self.iterated.append(value)
                case Comp(fors=fors):
                    self._has_inside = True
                    for generator in fors:
                        self.iterated.append(generator.iter)
                        self.looped |= heads(generator.target)
                case Walrus():
                    self._has_inside = True

    @property
    def env(self) -> Env:
        """All that is assigned to each local, in comprehensions too."""
        if self._env is None:
            self._env = self._found()
        return self._env

    def sets(self, name: str) -> bool:
        """Whether something is assigned to a dotted name."""
        if self._set is None:
            body = statements(self._function.body)
            targets = [target for each in body if isinstance(each, Set) for target in each.targets]
            self._set = frozenset(target for target in targets if isinstance(target, str))
        return name in self._set

    def _found(self) -> Env:
        env = parameters_of(self._function)
        for call in self.calls.get("isinstance", ()):
            if len(call.args) == 2 and isinstance(call.args[0], str | Walrus):
                subject, classes = call.args
                name = subject if isinstance(subject, str) else subject.name
                env = joined(env, {name: (Assigned(CAUGHT, classes, {}),)}) if "." not in name else env
        body = list(statements(self._function.body))
        repeats = any(statement.__class__ in LOOPS for statement in body)
        make = _Making(repeats)
        for _ in range(2 if repeats else 1):
            for statement in body:
                make.at = statement
                if self._has_inside:
                    env = _inside(statement, env, make)
                binds = BINDINGS.get(statement.__class__)
                if binds is not None:
                    env = joined(env, binds(statement, env, make))
        return env


class _Making:
    """Makes assignments, in the second round of a loop only those that are made of something else than in the first."""

    __slots__ = ("at", "known", "made", "repeats")

    def __init__(self, repeats: bool) -> None:
        self.repeats = repeats
        self.at: Stmt | None = None
        self.known = Heads()
        self.made: dict[object, Assigned] = {}

    def __call__(self, how: str, expr: Expr, env: Env, **more: Any) -> Assigned:
        used = self.known.of(expr)
        if not self.repeats:
            return Assigned(how, expr, env, heads_of=used, **more)
        key = id(self.at), id(expr), how, more.get("name"), more.get("position")
        earlier = self.made.get(key)
        if earlier is not None and all(earlier.env.get(name) == env.get(name) for name in used):
            return earlier
        found = self.made[key] = Assigned(how, expr, env, heads_of=used, **more)
        return found


def _inside(statement: Stmt, env: Env, make: Make) -> Env:
    """The locals with what comprehensions and walruses in a statement itself bind."""
    header = HEADERS.get(statement.__class__)
    for expr, _ in header(statement) if header is not None else ():
        walruses = []
        for node in find(expr, INSIDE):
            if node.__class__ is Walrus:
                walruses.append(node)
            else:
                for generator in node.fors:
                    env = joined(env, bound(generator.target, ELEMENT, generator.iter, env, make))
        for walrus in reversed(walruses):
            env = joined(env, {walrus.name: (make(VALUE, walrus.value, env),)})
    return env


def _set(statement: Set, env: Env, make: Make) -> Env:
    if statement.value is None:
        return env
    for target in statement.targets:
        if statement.op:
            env = joined(env, bound(target, OPAQUE, None, env, make))
        elif isinstance(target, str) and "." not in target:
            made = make(VALUE, statement.value, env, annotation=statement.annotation)
            env = joined(env, {target: (made,)})
        else:
            env = joined(env, bound(target, VALUE, statement.value, env, make))
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
        env = joined(env, bound(target, ENTERED, context, env, make))
    return env


def _try(statement: Try, env: Env, make: Make) -> Env:
    caught = {h.name: (make(CAUGHT, h.type, env, name=h.name),) for h in statement.handlers if h.name}
    return joined(env, caught)


def _match(statement: Match, env: Env, make: Make) -> Env:
    for case in statement.cases:
        env = joined(env, matched(case.pattern, statement.subject, env, True, make))
    return env


BINDINGS: dict[type, Callable[[Any, Env, Make], Env]] = {
    Set: _set,
    Do: _do,
    For: lambda statement, env, make: bound(statement.target, ELEMENT, statement.iter, env, make),
    With: _with,
    Try: _try,
    Match: _match,
}
"""The locals with those that a statement itself binds, as they were before or as it makes them."""


@question(cyclic=None)
def body_of(project: Project, function: Function) -> Body:
    """The body of a function."""
    return Body(function)


def callee_name(call: Call) -> str:
    """The name under which a module's index has what a call calls; empty where it has none."""
    if isinstance(call.func, str):
        return call.func
    if isinstance(call.func, Attr):
        return f".{call.func.name}"
    return call.func.base if isinstance(call.func, Item) and isinstance(call.func.base, str) else ""
