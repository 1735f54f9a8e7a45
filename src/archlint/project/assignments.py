"""Which assignments of a function's locals can be in force where it returns.

Branches, loops (once), handlers and early exits are followed. A call that never returns counts as one that does.
"""

from collections.abc import Mapping

from archlint.facts.expressions import Call, Const, Expr, Item, Op, Param, Seq, Star, Walrus, Yield
from archlint.facts.statements import (
    Block,
    Class,
    Def,
    Do,
    For,
    If,
    Import,
    Jump,
    Match,
    Raise,
    Return,
    Set,
    Stmt,
    Try,
    While,
    With,
)  # fmt: skip
from archlint.project.definitions import Function
from archlint.project.model import Project, question
from archlint.project.walk import find, names, statements

VALUE = "value"
ELEMENT = "element"
ENTERED = "entered"
ADDED = "added"
PARAM = "param"
IS = "is"
IS_NOT = "is not"
OPAQUE = "opaque"

ADDERS = ("append", "add", "insert", "appendleft")
JUMPS = ("break", "continue")


class Assigned:
    """One way a local gets its value; compared by identity.

    Attributes:
        how: ``expr`` itself (`VALUE`), an item of it (`ELEMENT`), what entering it gives (`ENTERED`), a container
            ``expr`` is added to (`ADDED`), the parameter ``param`` (`PARAM`), what ``name`` was before, known to be
            of the classes ``expr`` (`IS`) or of none of them (`IS_NOT`), or nobody knows (`OPAQUE`).
        position: of an unpacked tuple, which of its items; else -1.
        env: what the locals were before.
        depth: how long the longest chain of assignments is that led to this one.
    """

    __slots__ = ("annotation", "depth", "env", "expr", "how", "name", "param", "position")

    def __init__(
        self, how: str, expr: Expr, env: "Env", *, annotation: Expr = None, position: int = -1,
        param: Param | None = None, name: str = "", heads: set[str] | None = None,
    ) -> None:  # fmt: skip
        self.how = how
        self.expr = expr
        self.env = env
        self.annotation = annotation
        self.position = position
        self.param = param
        self.name = name
        depth = 0
        if env:
            for head in (*(_heads(expr) if heads is None else heads), name):
                for each in env.get(head, ()):
                    if each.depth > depth:
                        depth = each.depth
        self.depth: int = depth + 1


Env = Mapping[str, tuple[Assigned, ...]]
Exit = tuple[Expr, Env]


@question(cyclic=())
def returned(project: Project, function: Function) -> tuple[Exit, ...]:
    """What the ``return`` statements of a function return, in source order, each with what its locals can be there."""
    body = list(statements(function.body))
    values = [statement.value for statement in body if isinstance(statement, Return)]
    own = {*function.node.binds, *(param.name for param in function.node.params)}
    heads = _Heads()
    if all(own.isdisjoint(heads.of(value)) for value in values):
        return tuple((value, {}) for value in values)
    made_of = _made_of(body)
    # What no statement binds, a walrus may.
    has_walruses = not made_of.keys() >= set(function.node.binds)
    walk = _Walk(has_walruses, None if has_walruses else _telling(values, made_of, heads), heads)
    walk.block(function.body, parameters_of(function))
    return tuple(walk.returned)


@question(cyclic=frozenset())
def feeding(project: Project, function: Function) -> frozenset[str]:
    """The parameters that what a function returns may be made of."""
    found: set[str] = set()
    seen: set[Assigned] = set()
    waiting = [(name, env) for value, env in returned(project, function) for name in names(value)]
    while waiting:
        name, env = waiting.pop()
        for assigned in env.get(name.partition(".")[0], ()):
            if assigned in seen:
                continue
            seen.add(assigned)
            if assigned.param is not None:
                found.add(assigned.param.name)
            waiting += [(used, assigned.env) for used in (*names(assigned.expr), assigned.name)]
    return frozenset(found)


def recorded(function: Function) -> dict[int, Env]:
    """What the locals of a function can be before each statement that is reached, by the identity of the statement."""
    walk = _Recording(True, None, _Heads())
    walk.block(function.body, parameters_of(function))
    return walk.envs


@question(cyclic={})
def bound_to(project: Project, function: Function) -> dict[str, tuple[Assigned, ...]]:
    """All that is ever assigned to each local of a function, as the functions inside it see it."""
    found: dict[str, dict[Assigned, None]] = {}
    for env in (parameters_of(function), *recorded(function).values()):
        for name, assigned in env.items():
            found.setdefault(name, {}).update(dict.fromkeys(assigned))
    return {name: tuple(assigned) for name, assigned in found.items()}


def yielded(function: Function) -> list[Exit]:
    """What the ``yield`` statements of a function yield, each with what its locals can be there."""
    envs = recorded(function)
    found = []
    for statement in statements(function.body):
        if isinstance(statement, Do | Set) and isinstance(statement.value, Yield) and id(statement) in envs:
            value = Item(statement.value.value, None) if statement.value.is_from else statement.value.value
            found.append((value, envs[id(statement)]))
    return found


def _made_of(body: list[Stmt]) -> dict[str, list[Expr]]:
    """What each name that statements bind or add to is made of."""
    found: dict[str, list[Expr]] = {}
    for statement in body:
        match statement:
            case Set(targets=targets, value=value):
                _note(found, targets, value)
            case For(target=target, iter=iterated):
                _note(found, (target,), iterated)
            case With(items=items):
                for context, target in items:
                    _note(found, (target,), context)
            case Do(value=Call(func=str() as func, args=args)):
                found.setdefault(func.partition(".")[0], []).extend(args)
            case Import() | Def() | Class() | Try():
                found.update({name: found.get(name, []) for name in _named(statement)})
    return found


def _named(statement: Import | Def | Class | Try) -> list[str]:
    if isinstance(statement, Import):
        return [alias or name.partition(".")[0] for name, alias in statement.names]
    return [handler.name for handler in statement.handlers] if isinstance(statement, Try) else [statement.name]


def _note(found: dict[str, list[Expr]], targets: tuple[Expr, ...], value: Expr) -> None:
    for target in targets:
        for name in _heads(target):
            found.setdefault(name, []).append(value)


def _telling(values: list[Expr], made_of: Mapping[str, list[Expr]], heads: "_Heads") -> set[str]:
    """The names that tell what a body returns: those it returns, and those they are made of. Following only these is
    what makes long functions cheap."""
    found: set[str] = set()
    waiting = [name for value in values for name in heads.of(value)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [used for value in made_of.get(name, ()) for used in heads.of(value)]
    return found


def _heads(root: Expr) -> set[str]:
    if isinstance(root, str):
        return {root.partition(".")[0]}
    return {name.partition(".")[0] for name in names(root)}


class _Heads:
    """The names that the expressions of one body begin with: each is asked for several times over."""

    def __init__(self) -> None:
        self.known: dict[int, set[str]] = {}

    def of(self, expr: Expr) -> set[str]:
        found = self.known.get(id(expr))
        if found is None:
            found = self.known[id(expr)] = _heads(expr)
        return found


def parameters_of(function: Function) -> Env:
    """The locals of a function before its body runs."""
    return {param.name: (Assigned(PARAM, None, {}, param=param),) for param in function.node.params}


def looped(target: Expr, iterated: Expr, env: Env) -> Env:
    """The locals inside a loop over something."""
    return _bound(target, ELEMENT, iterated, env)


def join(*envs: Env | None) -> Env | None:
    """What locals can be where several ways meet; None for a way that ends before."""
    live = [env for env in envs if env is not None]
    if not live:
        return None
    joined = dict(live[0])
    for env in live[1:]:
        if env is not live[0]:
            for name, found in env.items():
                known = joined.get(name)
                joined[name] = found if known is None or known is found else tuple(dict.fromkeys((*known, *found)))
    return joined


def narrowed(test: Expr, env: Env, outcome: bool) -> Env:
    """What locals are where a condition has an outcome: ``isinstance(x, C)``, ``not``, ``and``, ``or``."""
    match test:
        case Op(op="not", operands=(operand,)):
            return narrowed(operand, env, not outcome)
        case Op(op="and" | "or", operands=operands) if (test.op == "and") is outcome:
            for operand in operands:
                env = narrowed(operand, env, outcome)
        case Call(func="isinstance", args=(str() as name, classes)) if name in env:
            return {**env, name: (Assigned(IS if outcome else IS_NOT, classes, env, name=name),)}
    return env


class _Walk:
    """One walk through a body."""

    def __init__(self, has_walruses: bool, telling: set[str] | None, heads: _Heads) -> None:
        self.has_walruses = has_walruses
        self.telling = telling
        self.heads = heads
        self.returned: list[Exit] = []
        self.breaks: list[list[Env]] = []

    def captured(self, expr: Expr, env: Env) -> Env:
        """The locals with those that walruses in an expression bind."""
        for walrus in find(expr, (Walrus,)) if self.has_walruses else ():
            env = {**env, walrus.name: (Assigned(VALUE, walrus.value, env),)}
        return env

    def block(self, block: Block, env: Env | None) -> Env | None:
        """What locals are after a block; None where its end is not reached."""
        for statement in block:
            if env is None:
                break
            env = self.statement(statement, env)
        return env

    def statement(self, statement: Stmt, env: Env) -> Env | None:
        match statement:
            case Set():
                if self.telling is not None and all(map(self.telling.isdisjoint, map(_heads, statement.targets))):
                    return env
                return _set(statement, self.captured(statement.value, env), self.heads)
            case Do(value=Call() as call):
                return _called(call, self.captured(call, env))
            case Return():
                self.returned.append((statement.value, self.captured(statement.value, env)))
                return None
            case Raise():
                return None
            case Jump(kind=kind) if kind in JUMPS:
                if kind == "break" and self.breaks:
                    self.breaks[-1].append(env)
                return None
        return self.compound(statement, env)

    def compound(self, statement: Stmt, env: Env) -> Env | None:
        match statement:
            case If() | Match():
                return self.branches(statement, env)
            case For() | While():
                return self.loop(statement, env)
            case Try():
                return self.attempt(statement, env)
            case With():
                for context, target in statement.items:
                    env = _bound(target, ENTERED, context, env)
                return self.block(statement.body, env)
        return env

    def branches(self, statement: If | Match, env: Env) -> Env | None:
        if isinstance(statement, If):
            env = self.captured(statement.test, env)
            then, other = narrowed(statement.test, env, True), narrowed(statement.test, env, False)
            return join(self.block(statement.body, then), self.block(statement.orelse, other))
        ends: list[Env | None] = [env]
        for case in statement.cases:
            captured = {name: (Assigned(OPAQUE, None, {}),) for name in names((case.pattern,))}
            ends.append(self.block(case.body, {**env, **captured}))
        return join(*ends)

    def loop(self, statement: For | While, env: Env) -> Env | None:
        self.breaks.append([])
        if isinstance(statement, For):
            inside = _bound(statement.target, ELEMENT, statement.iter, env)
            endless = False
        else:
            inside = self.captured(statement.test, env)
            endless = isinstance(statement.test, Const) and bool(statement.test.value)
        end = self.block(statement.body, inside)
        after = None if endless else self.block(statement.orelse, join(env, end))
        return join(after, *self.breaks.pop())

    def attempt(self, statement: Try, env: Env) -> Env | None:
        tried = self.block(statement.body, env)
        failing = join(env, tried) or env
        ends = [self.block(statement.orelse, tried)]
        for handler in statement.handlers:
            named = {handler.name: (Assigned(OPAQUE, None, {}),)} if handler.name else {}
            ends.append(self.block(handler.body, {**failing, **named}))
        joined = join(*ends)
        after = self.block(statement.final, joined or failing)
        return after if joined is not None else None


class _Recording(_Walk):
    """A walk that keeps what the locals are before each statement."""

    def __init__(self, has_walruses: bool, telling: set[str] | None, heads: _Heads) -> None:
        super().__init__(has_walruses, telling, heads)
        self.envs: dict[int, Env] = {}

    def statement(self, statement: Stmt, env: Env) -> Env | None:
        self.envs[id(statement)] = env
        return super().statement(statement, env)


def _set(statement: Set, env: Env, heads: _Heads) -> Env:
    if statement.value is None:
        return env
    for target in statement.targets:
        if statement.op:
            env = _bound(target, OPAQUE, None, env)
        elif isinstance(target, str) and "." not in target:
            known = heads.of(statement.value)
            made = Assigned(VALUE, statement.value, env, annotation=statement.annotation, heads=known)
            env = {**env, target: (made,)}
        else:
            env = _bound(target, VALUE, statement.value, env)
    return env


def _bound(target: Expr, how: str, expr: Expr, env: Env, position: int = -1) -> Env:
    match target:
        case str() if "." not in target:
            return {**env, target: (Assigned(how, expr, env, position=position),)}
        case Item(base=str() as base) if base in env and how == VALUE:
            return {**env, base: (*env[base], Assigned(ADDED, expr, env))}
        case Star(value=value):
            return _bound(value, OPAQUE, None, env)
        case Seq(items=items):
            before = env
            for index, item in enumerate(items):
                made = _bound(item, how if position < 0 else OPAQUE, expr, before, index)
                env = {**env, **{name: found for name, found in made.items() if before.get(name) is not found}}
    return env


def _called(call: Call, env: Env) -> Env:
    """``items.append(x)`` adds to a local."""
    name, _, method = call.func.rpartition(".") if isinstance(call.func, str) else ("", "", "")
    if name in env and method in ADDERS and call.args:
        return {**env, name: (*env[name], Assigned(ADDED, call.args[-1], env))}
    return env
