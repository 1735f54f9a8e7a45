"""The calls a function makes: each with what its locals can be there, what becomes of its value, and what is around it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from archlint.core.record import Record
from archlint.facts.expressions import (
    Attr,
    Await,
    Call,
    Comp,
    Cond,
    Expr,
    Item,
    Lambda,
    Map,
    Op,
    Seq,
    Star,
    Walrus,
    Yield,
)  # fmt: skip
from archlint.facts.statements import (
    Assert,
    Block,
    Del,
    Do,
    For,
    If,
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
from archlint.project.flow.assignments import Env, looped, narrowed, recorded
from archlint.project.flow.forms import LOOPS, leaves
from archlint.project.model import Project, question
from archlint.project.types.expressions import Frame
from archlint.project.walk import CHILDREN

AWAITED = "awaited"
DROPPED = "dropped"
ASSIGNED = "assigned"
RETURNED = "returned"
YIELDED = "yielded"
ENTERED = "entered"
ITERATED = "iterated"
PASSED = "passed"
COLLECTED = "collected"
TESTED = "tested"
RAISED = "raised"
USED = "used"

BODY = "body"
ORELSE = "orelse"
HANDLER = "handler"
FINAL = "final"


class Around(Record, frozen=True):
    """A compound statement around another, and which part of it that is in: `BODY` (of a loop: what is repeated),
    `ORELSE`, `HANDLER` or `FINAL`; ``number`` is that of the handler or case."""

    statement: Stmt
    part: str
    number: int = 0


class Locals:
    """What the locals of a function can be at one place of it; found out when somebody asks."""

    __slots__ = ("_env", "_find")

    def __init__(self, find: Callable[[], Env]) -> None:
        self._find = find
        self._env: Env | None = None

    @property
    def env(self) -> Env:
        if self._env is None:
            self._env = self._find()
        return self._env

    def narrowed(self, test: Expr, outcome: bool) -> "Locals":
        """The same where a condition has an outcome."""
        return Locals(lambda: narrowed(test, self.env, outcome))

    def looped(self, target: Expr, iterated: Expr) -> "Locals":
        """The same inside a comprehension's loop."""
        return Locals(lambda: looped(target, iterated, self.env))


class CallSite(Record, frozen=True):
    """One call.

    Attributes:
        number: its place among those of the function.
        locals: what the function's locals can be there.
        use: what becomes of its value: it is awaited, dropped (the call is a statement), assigned, returned, yielded,
            entered by a ``with``, iterated by a ``for``, passed to another call, collected in a display, tested, raised,
            or used in another expression (an attribute of it is taken, it is compared …).
        statement: the statement it stands in, in the header of it where that is a compound one.
        around: the compound statements around that one, the outermost first.
        deferred: it stands in a lambda, so it runs when that is called, if ever.
        repeated: it stands in a comprehension.
    """

    number: int
    call: Call
    locals: Locals
    use: str
    statement: Stmt
    around: tuple[Around, ...]
    deferred: bool = False
    repeated: bool = False

    @property
    def is_awaited(self) -> bool:
        """Its value is awaited, or entered by ``async with``, or iterated by ``async for``."""
        implicitly = self.use in (ENTERED, ITERATED) and isinstance(self.statement, With | For)
        return self.use == AWAITED or (implicitly and self.statement.is_async)  # type: ignore[union-attr]

    @property
    def env(self) -> Env:
        """What the function's locals can be there."""
        return self.locals.env

    @property
    def loops(self) -> tuple[For | While, ...]:
        """The loops that repeat it, the outermost first."""
        return tuple(a.statement for a in self.around if a.part == BODY and isinstance(a.statement, LOOPS))


class Reached(Record, frozen=True):
    """A statement that is reached, what the locals can be before it, and what is around it."""

    statement: Stmt
    locals: Locals
    around: tuple[Around, ...]

    @property
    def env(self) -> Env:
        """What the function's locals can be before it."""
        return self.locals.env


@question(cyclic=(), large=True)
def reached(project: Project, function: Function) -> tuple[Reached, ...]:
    """Every statement of a function's own body that is reached, in source order."""
    found: list[Reached] = []
    _walk(function.body, (), partial(_envs, project, function), found)
    return tuple(found)


def _at(envs: Callable[[], dict[int, Env]], statement: int) -> Env:
    return envs().get(statement, {})


@question(cyclic={}, large=True)
def _envs(project: Project, function: Function) -> dict[int, Env]:
    return recorded(function)


@question(cyclic=(), large=True)
def call_sites(project: Project, function: Function) -> tuple[CallSite, ...]:
    """Every call of a function's own body, in source order; what functions and classes inside it do is theirs. Code that
    is never reached makes none."""
    found: list[CallSite] = []
    for statement, locals_, around in reached(project, function):
        header = HEADERS.get(statement.__class__)
        if header is not None:
            reader = _Reader(statement, around, found)
            for expr, use in header(statement):
                reader.read(expr, use, locals_)
    return tuple(found)


def frame_of(function: Function, site: CallSite) -> Frame:
    """Where the expressions of a call stand."""
    return Frame(function.module, function, site.env)


def _walk(
    block: Block, around: tuple[Around, ...], envs: Callable[[], dict[int, Env]], found: list[Reached]
) -> None:  # fmt: skip
    for statement in block:
        found.append(Reached(statement, Locals(partial(_at, envs, id(statement))), around))
        for inner, part, number in _parts(statement):
            _walk(inner, (*around, Around(statement, part, number)), envs, found)
        if leaves(statement):
            break


HEADERS: dict[type, Callable[[Any], tuple[tuple[Expr, str], ...]]] = {
    Do: lambda n: ((n.value, DROPPED),),
    Set: lambda n: ((n.value, ASSIGNED), *((target, USED) for target in n.targets)),
    Return: lambda n: ((n.value, RETURNED),),
    Raise: lambda n: ((n.value, RAISED), (n.cause, USED)),
    Assert: lambda n: ((n.test, TESTED), (n.message, USED)),
    If: lambda n: ((n.test, TESTED),),
    While: lambda n: ((n.test, TESTED),),
    For: lambda n: ((n.iter, ITERATED),),
    With: lambda n: tuple((context, ENTERED) for context, _ in n.items),
    Match: lambda n: ((n.subject, USED),),
    Del: lambda n: tuple((target, USED) for target in n.targets),
}
"""The expressions of a statement itself, in the order they run, and what becomes of them."""


def _parts(statement: Stmt) -> Iterator[tuple[Block, str, int]]:
    match statement:
        case If(body=body, orelse=orelse) | For(body=body, orelse=orelse) | While(body=body, orelse=orelse):
            yield body, BODY, 0
            yield orelse, ORELSE, 0
        case With(body=body):
            yield body, BODY, 0
        case Try():
            yield statement.body, BODY, 0
            for index, handler in enumerate(statement.handlers):
                yield handler.body, HANDLER, index
            yield statement.orelse, ORELSE, 0
            yield statement.final, FINAL, 0
        case Match(cases=cases):
            for index, case in enumerate(cases):
                yield case.body, BODY, index


def caught_by(around: tuple[Around, ...]) -> tuple[Try, ...]:
    """The ``try`` statements whose handlers see what is raised there, the innermost first."""
    return tuple(a.statement for a in reversed(around) if isinstance(a.statement, Try) and a.part == BODY)


class _Reader:
    """Finds the calls in the expressions of one statement."""

    def __init__(self, statement: Stmt, around: tuple[Around, ...], found: list[CallSite]) -> None:
        self.statement = statement
        self.around = around
        self.found = found
        self.deferred = False
        self.repeated = False

    def read(self, expr: Expr, use: str, at: Locals) -> None:
        """Add the calls at or below an expression whose value is used so."""
        match expr:
            case None | str():
                return
            case Call(func=func, args=args, kwargs=kwargs):
                self.read(func, USED, at)
                for arg in args:
                    self.read(arg, PASSED, at)
                for _, value in kwargs:
                    self.read(value, PASSED, at)
                self.add(expr, use, at)
            case Await(value=value):
                self.read(value, AWAITED, at)
            case Walrus(value=value) | Star(value=value):
                self.read(value, use if isinstance(expr, Star) else ASSIGNED, at)
            case Yield(value=value, is_from=is_from):
                self.read(value, ITERATED if is_from else YIELDED, at)
            case Attr(base=base):
                self.read(base, USED, at)
            case Item(base=base, key=key):
                self.read(base, USED, at)
                self.read(key, USED, at)
            case _:
                self.compound(expr, use, at)

    def add(self, call: Call, use: str, at: Locals) -> None:
        number = len(self.found)
        self.found.append(CallSite(number, call, at, use, self.statement, self.around, self.deferred, self.repeated))

    def compound(self, expr: Expr, use: str, at: Locals) -> None:
        match expr:
            case Seq(items=items):
                for item in items:
                    self.read(item, COLLECTED, at)
            case Map(pairs=pairs):
                for key, value in pairs:
                    self.read(key, USED, at)
                    self.read(value, COLLECTED, at)
            case Cond(test=test, then=then, other=other):
                self.read(test, TESTED, at)
                self.read(then, use, at.narrowed(test, True))
                self.read(other, use, at.narrowed(test, False))
            case Op(op="and" | "or"):
                self.junction(expr, use, at)
            case Lambda(body=body):
                before, self.deferred = self.deferred, True
                self.read(body, RETURNED, at)
                self.deferred = before
            case Comp():
                self.comprehension(expr, at)
            case _:
                children = CHILDREN.get(expr.__class__)
                for child in children(expr) if children else ():
                    self.read(child, USED, at)

    def junction(self, expr: Op, use: str, at: Locals) -> None:
        """``a and b``: the last operand's value is that of the whole; with ``or``, that of any may be."""
        for operand in expr.operands:
            self.read(operand, use if operand is expr.operands[-1] or expr.op == "or" else TESTED, at)
            at = at.narrowed(operand, expr.op == "and")

    def comprehension(self, comp: Comp, at: Locals) -> None:
        before = self.repeated
        for index, generator in enumerate(comp.fors):
            self.repeated = before or index > 0
            self.read(generator.iter, ITERATED, at)
            at = at.looped(generator.target, generator.iter)
            self.repeated = True
            for test in generator.ifs:
                self.read(test, TESTED, at)
                at = at.narrowed(test, True)
        for element in comp.elements:
            self.read(element, COLLECTED, at)
        self.repeated = before
