"""Containers that are added to or removed from inside the loop that goes over them.

Source: "The Python Language Reference", the ``for`` statement; "The Python Standard Library", dictionary view objects.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Await, Comp, Expr
from archlint.facts.statements import For, Stmt
from archlint.project.definitions import Function, bodies_in
from archlint.project.flow import fold as flow
from archlint.project.flow.assignments import Env, environments
from archlint.project.flow.sites import HEADERS, Locals, Reached, reached
from archlint.project.flow.telling import add_walruses, made_of
from archlint.project.loops.changing import (
    Change,
    Touched,
    calls_at_once,
    changed_by,
    changes,
    counts,
    expressions,
    may_count,
    memberships,
    targets_of,
    touched_in,
)
from archlint.project.loops.containers import FOREIGN, UNCLEAR, Walked, depends_on, is_own, kind_of, walked
from archlint.project.loops.removals import removals, removers
from archlint.project.model import Module, Project
from archlint.project.places import Place
from archlint.project.spelling import spelled
from archlint.project.walk import find, statements

NOWHERE = Locals(dict)


class Mutation(Record, frozen=True):
    """A change of a container inside the loop that goes over it, after which the loop may go on.

    Attributes:
        container: it, as written.
        iterated: what the loop goes over, as written.
        what: the change, as written.
        kind: what kind of container it is, or empty where that is not known.
        within: the function it happens in.
        loop: the line the loop begins on.
        others: further changes in the same loop.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    container: str
    iterated: str
    what: str
    kind: str
    within: str
    loop: int
    others: tuple[Place, ...]


def mutations(project: Project, module: Module) -> Iterator[Mutation]:
    """The containers that functions of a module change while they go over them, each loop at its first change."""
    for function, _ in bodies_in(project, module, module.interface.changing):
        if function is not None:
            yield from _in_function(project, function)


def _in_function(project: Project, function: Function) -> Iterator[Mutation]:
    touched = touched_in(function.body)
    touching = {
        id(statement): own
        for statement in statements(function.body)
        if (own := tuple(_touching(project, function, statement, touched)))
    }
    places = {id(place.statement): place for place in reached(project, function)} if touching else {}
    for number, place in places.items():
        for container, comp, parts in touching.get(number, ()):
            if comp is not None:
                calls = [call for expr in parts for call in calls_at_once(expr)]
                found = [change for call in calls for change in changed_by(call, container.path, {}, place.locals)]
                yield from _judged(project, function, container, found, place.statement, comp.line)
            elif isinstance(place.statement, For):
                found = _Loop(project, function, place.statement, container, places).found()
                yield from _judged(project, function, container, found, place.statement, place.statement.line)


Touching = tuple[Walked, Comp | None, tuple[Expr, ...]]


def _touching(project: Project, function: Function, statement: Stmt, touched: Touched) -> Iterator[Touching]:
    """The containers a statement goes over that something in the body may change: by itself, or in a comprehension, with
    what that evaluates for each item."""
    if isinstance(statement, For) and not statement.is_async:
        for each in walked(project, function, statement.iter, statement.target):
            if each.path in touched.itself or not touched.methods_above(each.path).isdisjoint(removers(project)):
                yield each, None, ()
    header = HEADERS.get(statement.__class__)
    for comp in find(tuple(expr for expr, _ in header(statement)), (Comp,)) if header is not None else ():
        for generator in comp.fors if comp.kind != "generator" else ():
            for each in walked(project, function, generator.iter, generator.target):
                if each.path in touched.itself:
                    yield each, comp, (*generator.ifs, *comp.elements)


def _judged(
    project: Project, function: Function, container: Walked, found: list[Change], at: Stmt, line: int
) -> Iterator[Mutation]:
    """The mutation that changes amount to, given what kind of container it is where a statement goes over it."""
    if not found:
        return
    made = made_of(statements(function.body))
    add_walruses(made, function.body)
    found = [change for change in found if may_count(change, container, made)]
    if not found:
        return
    points = environments(function, (container.expr,))
    env: Env = next((env for step, env in points if getattr(step, "at", step) is at), {})
    kind = kind_of(project, function, container.expr, env)
    if kind == FOREIGN:
        return
    owned = kind != UNCLEAR or is_own(project, function, container.path, env)
    counting = [change for change in found if counts(change, container, kind, owned)]
    if counting:
        name = spelled(container.expr)
        iterated = f"{name}.{container.view}()" if container.view else name
        known = "" if kind == UNCLEAR else kind
        others = tuple(change.place for change in counting[1:])
        yield Mutation(*counting[0].place, name, iterated, counting[0].what, known, function.name, line, others)


class _State(Record, frozen=True):
    """Where one round of a loop stands.

    Attributes:
        pending: the changes so far, by number.
        is_same: the way to the container still leads to the one that is gone over.
        keys: those it is known to hold, or not to hold.
    """

    pending: frozenset[int] = frozenset()
    is_same: bool = True
    keys: frozenset[tuple[str, bool]] = frozenset()


def _joined(one: _State, other: _State) -> _State:
    return _State(one.pending | other.pending, one.is_same and other.is_same, one.keys & other.keys)


class _Loop:
    """Which changes of a container a loop may go on after."""

    def __init__(
        self, project: Project, function: Function, loop: For, container: Walked, places: Mapping[int, Reached]
    ) -> None:  # fmt: skip
        self.project = project
        self.function = function
        self.loop = loop
        self.container = container
        self.places = places
        self.numbers: dict[Place, int] = {}
        self.changes: list[Change] = []
        self.survived: set[int] = set()

    def found(self) -> list[Change]:
        flow.run((self.loop,), _State(), self.transfer, _joined)
        return [self.changes[number] for number in sorted(self.survived)]

    def transfer(self, step: Any, state: _State) -> _State:
        """What holds after a step."""
        if isinstance(step, flow.Next) and step.at is self.loop:
            self.survived |= state.pending
            state = replace(state, keys=frozenset())
        pending = state.pending | self.made(step, state) if state.is_same else state.pending
        targets = tuple(targets_of(step))
        is_same = state.is_same and not any(depends_on(self.container.path, target) for target in targets)
        keys = frozenset(each for each in state.keys if not any(each[0].partition(".")[0] == t[0] for t in targets))
        if isinstance(step, flow.Test):
            keys |= frozenset(memberships(step.expr, step.outcome, self.container.path))
        return _State(pending, is_same, keys)

    def made(self, step: Any, state: _State) -> frozenset[int]:
        """The numbers of the changes a step makes."""
        place = self.places.get(id(getattr(step, "at", step)))
        here = place.locals if place is not None else NOWHERE
        path = self.container.path
        found = set()
        through = self.by_others(step, here) if len(path) > 1 else []
        for change in (*changes(step, path, dict(state.keys), here), *through):
            if change.place not in self.numbers:
                self.numbers[change.place] = len(self.changes)
                self.changes.append(change)
            found.add(self.numbers[change.place])
        return frozenset(found)

    def by_others(self, step: Any, here: Locals) -> list[Change]:
        """The changes that methods make which a step calls, and awaits if that is what it takes."""
        roots = expressions(step)
        awaited = [each.value for each in find(roots, (Await,))]
        return [
            change
            for root in roots
            for call in calls_at_once(root)
            for change in removals(
                self.project, self.function, call, self.container.path, here, any(call is each for each in awaited)
            )
        ]
