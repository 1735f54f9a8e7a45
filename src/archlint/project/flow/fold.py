"""The one fold over the statements of a body: what holds where, on every way through it.

`run` carries a state along: through branches, loops, handlers, ``finally`` and ``with``, and out by every exit. Nesting is
the control flow; there is no graph beside it. What a state is, what a step does to it, and what holds where two ways meet
is the caller's business: the fold never looks into one. A state is immutable and has equality; None stands for no way.

Source: "The Python Language Reference", compound statements (https://docs.python.org/3/reference/compound_stmts.html).
"""

from collections.abc import Callable
from functools import reduce
from typing import Any, Generic, TypeVar

from archlint.core.record import Record
from archlint.facts.expressions import Const, Expr
from archlint.facts.statements import (
    Assert,
    Block,
    Case,
    For,
    Handler,
    If,
    Jump,
    Match,
    Raise,
    Return,
    Scope,
    Stmt,
    Try,
    While,
    With,
)  # fmt: skip
from archlint.project.flow.forms import is_catch_all, is_irrefutable, suppresses, truth

ROUNDS = 8
DEEP = 5
"""Loops nested deeper than this go round once: each level of nesting may double the work."""
DEEP_FINALS = 3
"""``finally`` blocks nested deeper than this in one another are gone through once for all ways."""

State = TypeVar("State")


class Evaluate(Record, frozen=True):
    """The iterable of a ``for``, or the subject of a ``match``, is computed, once."""

    expr: Expr
    at: For | Match


class Test(Record, frozen=True):
    """A condition has an outcome: of an ``if``, a ``while``, or the guard of a case."""

    expr: Expr
    outcome: bool
    at: If | While | Case


class Next(Record, frozen=True):
    """A loop takes an item."""

    target: Expr
    iter: Expr
    at: For


class Enter(Record, frozen=True):
    """A ``with`` enters a context."""

    context: Expr
    target: Expr
    at: With


class Leave(Record, frozen=True):
    """A ``with`` leaves a context, on whatever way."""

    context: Expr
    at: With


class Caught(Record, frozen=True):
    """A handler takes an exception."""

    handler: Handler
    at: Try


class Matched(Record, frozen=True):
    """A subject does, or does not, match the pattern of a case; its guard is a `Test` after that."""

    subject: Expr
    case: Case
    outcome: bool
    at: Match


Step = Stmt | Evaluate | Test | Next | Enter | Leave | Caught | Matched
"""What `run` hands to a transfer: the simple statements themselves, ``def`` and ``class`` among them, and what the headers
of compound statements do; those say what they stand ``at``."""

HEADERS = (Evaluate, Test, Next, Enter, Leave, Caught, Matched)

Transfer = Callable[[Any, State], "State | None"]
Join = Callable[[State, State], State]


class Ends(Generic[State]):
    """What holds at the ends of a body; None where there is no way to one.

    Attributes:
        normal: behind its last statement.
        returned: where it has returned, all ``finally`` and ``with`` left behind.
        raised: where it lets an exception out. Anything but ``pass``, jumps and the return of a literal may raise, and so
            may leaving a context, when it is left. No exception passes an ``except Exception``.
    """

    __slots__ = ("_join", "_raised", "_returned", "normal")

    def __init__(self, normal: State | None, returned: list[State], raised: list[State], join: Join[State]) -> None:
        self.normal = normal
        self._returned = returned
        self._raised = raised
        self._join = join

    @property
    def returned(self) -> State | None:
        return reduce(self._join, self._returned) if self._returned else None

    @property
    def raised(self) -> State | None:
        return reduce(self._join, self._raised) if self._raised else None


def run(
    body: Block,
    state: State,
    transfer: Transfer[State],
    join: Join[State],
    *,
    failing: Transfer[State] | None = None,
    rounds: int = ROUNDS,
    swallows: Callable[[Expr], bool] = suppresses,
    raises: bool = True,
) -> Ends[State]:
    """Carry a state through a body.

    Args:
        state: what holds before it.
        transfer: what holds after a step, given what holds before; None where the way ends there, as behind a call that
            never returns. Called several times with the same step where there are several ways to it, always with
            states that are joined already where ways have met.
        join: what holds where two ways meet. Joining a state with itself, or with one it came from by joining, changes
            nothing, or loops end only for having gone ``rounds`` times round.
        failing: what holds where a step raises, given what holds before it, which it is when nothing is said; None where
            it cannot raise.
        rounds: how often a loop is gone round at most until what holds before a round no longer changes.
        swallows: whether a context may end an exception that reaches it (``contextlib.suppress`` does).
        raises: whether it matters what holds where an exception leaves the body.
    """
    fold = _Fold(transfer, join, failing, rounds, swallows)
    fold.catching = int(raises)
    normal = fold.block(body, state)
    return Ends(normal, fold.ways.returned, fold.ways.raised, join)


EXITS = ("returned", "broken", "continued", "raised")


class _Ways(Generic[State]):
    """What holds where a block was left other than by its end."""

    __slots__ = ("broken", "continued", "raised", "returned")

    def __init__(self) -> None:
        self.returned: list[State] = []
        self.raised: list[State] = []
        self.broken: list[State] = []
        self.continued: list[State] = []


class _Fold(Generic[State]):
    def __init__(
        self, transfer: Transfer[State], join: Join[State], failing: Transfer[State] | None, rounds: int,
        swallows: Callable[[Expr], bool],
    ) -> None:  # fmt: skip
        self.transfer = transfer
        self.join = join
        self.failing = failing
        self.rounds = rounds
        self.swallows = swallows
        self.ways: _Ways[State] = _Ways()
        self.catching = 0
        self.depth = 0
        self.finals = 0

    def block(self, block: Block, state: State | None) -> State | None:
        for statement in block:
            if state is None:
                return None
            compound = COMPOUND.get(statement.__class__)
            state = self.simple(statement, state) if compound is None else compound(self, statement, state)
        return state

    def step(self, step: Any, state: State) -> State | None:
        if self.catching:
            failed = state if self.failing is None else self.failing(step, state)
            raised = self.ways.raised
            if failed is not None and (not raised or raised[-1] is not failed):
                raised.append(failed)
        return self.transfer(step, state)

    def simple(self, statement: Stmt, state: State) -> State | None:
        kind = statement.__class__
        if kind is Jump or kind is Scope:
            return self.jump(statement, self.transfer(statement, state))
        is_bare = kind is Return and (statement.value is None or isinstance(statement.value, Const))  # type: ignore[union-attr]
        after = self.transfer(statement, state) if is_bare else self.step(statement, state)
        if kind is Return:
            if after is not None:
                self.ways.returned.append(after)
            return None
        if kind is Raise:
            if after is not None:
                self.ways.raised.append(after)
            return None
        return None if kind is Assert and truth(statement.test) is False else after  # type: ignore[union-attr]

    def jump(self, statement: Any, state: State | None) -> State | None:
        kind = statement.kind
        if kind != "break" and kind != "continue":
            return state
        if state is not None:
            (self.ways.broken if kind == "break" else self.ways.continued).append(state)
        return None

    def joined(self, *states: State | None) -> State | None:
        live = [state for state in states if state is not None]
        return reduce(self.join, live) if live else None

    def tested(self, at: If | While | Case, test: Expr, outcome: bool, state: State) -> State | None:
        return None if truth(test) is (not outcome) else self.step(Test(test, outcome, at), state)

    def branches(self, statement: If, state: State) -> State | None:
        ends = []
        while True:  # an ``elif`` is an ``if`` in the ``else``: hundreds of them would overflow the stack
            ends.append(self.block(statement.body, self.tested(statement, statement.test, True, state)))
            other = self.tested(statement, statement.test, False, state)
            orelse = statement.orelse
            if other is None or len(orelse) != 1 or orelse[0].__class__ is not If:
                return self.joined(*ends, self.block(orelse, other))
            statement, state = orelse[0], other

    def cases(self, statement: Match, state: State) -> State | None:
        going = self.step(Evaluate(statement.subject, statement), state)
        ends: list[State | None] = []
        for case in statement.cases:
            if going is None:
                break
            before = going
            inside = self.transfer(Matched(statement.subject, case, True, statement), before)
            going = None
            if not is_irrefutable(case.pattern):
                going = self.transfer(Matched(statement.subject, case, False, statement), before)
            if case.guard is not None and inside is not None:
                going = self.joined(going, self.tested(case, case.guard, False, inside))
                inside = self.tested(case, case.guard, True, inside)
            ends.append(self.block(case.body, inside))
        return self.joined(*ends, going)

    def for_loop(self, statement: For, state: State) -> State | None:
        head = self.step(Evaluate(statement.iter, statement), state)
        if head is None:
            return None
        item = Next(statement.target, statement.iter, statement)
        head, broken = self.rounds_of(statement.body, head, lambda before: self.step(item, before))
        return self.joined(self.block(statement.orelse, head), *broken)

    def while_loop(self, statement: While, state: State) -> State | None:
        test = statement.test
        head, broken = self.rounds_of(statement.body, state, lambda before: self.tested(statement, test, True, before))
        return self.joined(self.block(statement.orelse, self.tested(statement, test, False, head)), *broken)

    def rounds_of(
        self, body: Block, head: State, begin: Callable[[State], State | None]
    ) -> tuple[State, list[State]]:  # fmt: skip
        """What holds before any round of a loop, and where it was left by ``break``."""
        ways = self.ways
        outer = ways.broken, ways.continued
        ways.broken, ways.continued = [], []
        self.depth += 1
        for _ in range(self.rounds if self.depth <= DEEP else 1):
            end = self.block(body, begin(head))
            again = reduce(self.join, [*ways.continued, *(() if end is None else (end,))], head)
            if again is head or again == head:
                break
            head = again
        self.depth -= 1
        broken = ways.broken
        ways.broken, ways.continued = outer
        return head, broken

    def contexts(self, statement: With, state: State, number: int = 0) -> State | None:
        if number == len(statement.items):
            return self.block(statement.body, state)
        context, target = statement.items[number]
        entered = self.step(Enter(context, target, statement), state)
        if entered is None:
            return None
        swallows = self.swallows(context)
        self.catching += swallows
        outer, self.ways = self.ways, _Ways()
        inside, end = self.ways, self.contexts(statement, entered, number + 1)
        self.ways = outer
        self.catching -= swallows
        leave = Leave(context, statement)
        swallowed = self.joined(*inside.raised) if swallows else None
        normal = self.leave(inside, end, lambda before: self.transfer(leave, before))
        if normal is not None:
            self.ways.raised.append(normal)
        return normal if swallowed is None else self.joined(normal, self.transfer(leave, swallowed))

    def attempt(self, statement: Try, state: State) -> State | None:
        has_handlers, has_final = bool(statement.handlers), bool(statement.final)
        self.catching += has_handlers + has_final
        outer, self.ways = self.ways, _Ways()
        inside, tried = self.ways, self.block(statement.body, state)
        self.catching -= has_handlers
        raised = self.joined(*inside.raised) if statement.handlers else None
        if statement.handlers:
            inside.raised = []
        ends = []
        for handler in statement.handlers:
            caught = None if raised is None else self.transfer(Caught(handler, statement), raised)
            ends.append(self.block(handler.body, caught))
        ends.append(self.block(statement.orelse, tried))
        if raised is not None and not any(map(is_catch_all, statement.handlers)):
            inside.raised.append(raised)
        self.ways = outer
        self.catching -= has_final
        if statement.final:
            return self.finish(statement.final, inside, self.joined(*ends))
        for name in EXITS:
            getattr(outer, name).extend(getattr(inside, name))
        return self.joined(*ends)

    def finish(self, final: Block, inside: _Ways[State], normal: State | None) -> State | None:
        """Go out through a ``finally``."""
        self.finals += 1
        if self.finals <= DEEP_FINALS:
            after = self.leave(inside, normal, lambda before: self.block(final, before))
        else:
            before = self.joined(normal, *[state for name in EXITS for state in getattr(inside, name)])
            once = None if before is None else self.block(final, before)
            after = self.leave(inside, normal, lambda before: once)
        self.finals -= 1
        return after

    def leave(
        self, inside: _Ways[State], normal: State | None, way_out: Callable[[State], State | None]
    ) -> State | None:  # fmt: skip
        """Go out by every way there is, each by itself, through what runs on all of them; what holds behind it on the
        normal way."""
        for name in EXITS:
            before = self.joined(*getattr(inside, name))
            after = None if before is None else way_out(before)
            if after is not None:
                getattr(self.ways, name).append(after)
        return None if normal is None else way_out(normal)


COMPOUND: dict[type, Callable[[_Fold[Any], Any, Any], Any]] = {
    If: _Fold.branches,
    Match: _Fold.cases,
    For: _Fold.for_loop,
    While: _Fold.while_loop,
    With: _Fold.contexts,
    Try: _Fold.attempt,
}
