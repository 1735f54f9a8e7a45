"""Results nobody looks at: dropped, sent to the client, or their value taken with no check for failure on that path.

A check is whatever looks at the Result itself: a condition or ``match`` on it, ``isinstance``, a method or attribute that
does not take the value, passing it to a function. A ``try`` with handlers round taking the value is one too.
"""

from collections.abc import Iterator
from typing import Any

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Await, Call, Comp, Cond, Expr, Lambda, Map, Seq, Walrus, indexed_name
from archlint.facts.statements import Class, Def, Do, Return, Set, Stmt, Try
from archlint.project.aliases import slots_calling
from archlint.project.calls.candidates import nearby
from archlint.project.calls.forms import last_name, values_passed
from archlint.project.calls.glimpses import glimpses
from archlint.project.calls.graph import NOW, callee
from archlint.project.definitions import Function, bodies_in
from archlint.project.fastapi import routes_in
from archlint.project.flow import fold as flow
from archlint.project.flow.forms import decorator_name
from archlint.project.flow.sites import ASSIGNED, AWAITED, CallSite, call_sites
from archlint.project.knowledge import names_in
from archlint.project.layers.result_types import answers_itself, giving_names, is_wrapper, result_of, takers
from archlint.project.loops.changing import expressions
from archlint.project.model import Module, Project, every, question
from archlint.project.names import resolve
from archlint.project.places import Place, whole
from archlint.project.spelling import spelled_chain
from archlint.project.types.annotations import Type
from archlint.project.walk import CHILDREN, names, statements

DROPPED = "dropped"
SENT = "sent"
TAKEN = "taken"
GATHERING = ("asyncio.gather", "asyncio.tasks.gather")
REGISTERING = frozenset(
    {"api_route", "delete", "get", "head", "options", "patch", "post", "put", "route", "trace", "websocket"}
)


class Unhandled(Record, frozen=True):
    """A Result that nobody has asked whether it is a failure.

    Attributes:
        how: it is `DROPPED`, `SENT` to the client, or its value is `TAKEN`.
        name: the function that gives it, as written.
        what: how its value is taken, as written; else empty.
        within: the function it happens in.
        call: where the function is called.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    how: str
    name: str
    what: str
    within: str
    call: Place


def unhandled(project: Project, module: Module) -> Iterator[Unhandled]:
    """The unhandled Results in the functions of a module, by function in source order."""
    wanted = nearby(project, module, giving_names(project))
    if not wanted:
        return
    for function, _ in bodies_in(project, module, slots_calling(project, module, wanted).keys() - {-1}):
        written = frozenset(_giving(project, function, wanted)) if function is not None else frozenset()
        if function is not None and written:
            yield from _in_function(project, function, written)


def _giving(project: Project, function: Function, wanted: frozenset[str]) -> Iterator[str]:
    """The names, as written, by which a function may call what gives a Result."""
    for seen in glimpses(project, function, wanted):
        if any(result_of(project, each) is not None for run in seen.runs for each in run.functions):
            yield seen.name


def _in_function(project: Project, function: Function, written: frozenset[str]) -> Iterator[Unhandled]:
    results: dict[int, tuple[CallSite, Type]] = {}
    for site in call_sites(project, function):
        if indexed_name(site.call.func) in written:
            found = _given(project, function, site)
            if found is not None and _is_there(project, function, site):
                results[id(site.call)] = site, found
    if results:
        yield from _Uses(project, function, results).found()


def _given(project: Project, function: Function, site: CallSite) -> Type | None:
    """The Result a call gives, awaited if that is what it takes; None for other calls."""
    run = callee(project, function, site)
    given = [result_of(project, each) for each in run.functions] if run.when == NOW and not run.name else []
    return given[0] if given and all(each is not None for each in given) else None


def _is_there(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a call gives the Result itself: that of an ``async def`` is a coroutine until it is awaited."""
    if site.deferred or site.repeated:
        return False
    if site.use in (AWAITED, ASSIGNED) or _is_gathered(project, function, site):
        return True
    return not all(each.is_async for each in callee(project, function, site).functions)


def _is_gathered(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a call is one of those that a statement waits for together: ``await asyncio.gather(save(), tell())``."""
    if not isinstance(site.statement, Do):
        return False
    together = _awaited(site.statement.value)
    if not isinstance(together, Call) or last_name(together) != "gather" or not isinstance(together.func, str):
        return False
    symbol = resolve(project, function.module, together.func, function)
    is_it = symbol is not None and symbol.is_external and symbol.name in GATHERING
    return is_it and any(arg is site.call for arg in together.args)


@question(cyclic=False)
def _answers_failures(project: Project) -> bool:
    """Whether the project's applications have a handler for what taking the value of a failure raises."""
    return any(found for _, found in every(project, _handles_failures))


@question(cyclic=False, kept=bool)
def _handles_failures(project: Project, module: Module) -> bool:
    raised = names_in("results", "access", "raised")
    imported = any(name in raised for statement in module.interface.imports for name, _ in statement.names)
    called = {name.rpartition(".")[2] for name in module.interface.callees}
    return imported and not called.isdisjoint(("exception_handler", "add_exception_handler"))


State = frozenset[tuple[str, int]]
"""The locals that hold a Result nobody has looked at, each with the call that gave it."""


NOBODY: State = frozenset()
CHAINS = frozenset({"alt", "and_then", "bind", "bind_result", "lash", "map", "map_err", "map_error", "or_else"})
"""Methods of the packages' Results that give another one."""


class _Uses:
    """One run through a function."""

    def __init__(self, project: Project, function: Function, results: dict[int, tuple[CallSite, Type]]) -> None:
        self.project = project
        self.function = function
        self.results = results
        self.faults: dict[int, Unhandled] = {}
        self.step: Any = None
        self.guarded = _guarded(function)
        self.is_handler = _is_plain_handler(project, function)

    def found(self) -> Iterator[Unhandled]:
        flow.run(self.function.body, NOBODY, self.transfer, frozenset.union)
        for number, (site, _) in self.results.items():
            if number in self.faults:
                yield self.faults[number]
            elif self.is_dropped(site):
                yield self.fault(number, DROPPED, whole(site.call))

    def is_dropped(self, site: CallSite) -> bool:
        """Whether a call is a statement, or assigned to a local that is never read."""
        statement = site.statement
        if isinstance(statement, Do):
            return _awaited(statement.value) is site.call or _is_gathered(self.project, self.function, site)
        if not isinstance(statement, Set) or statement.op or _awaited(statement.value) is not site.call:
            return False
        name = statement.targets[0]
        if len(statement.targets) > 1 or not isinstance(name, str) or "." in name or name.startswith("_"):
            return False
        return not any(name == used.partition(".")[0] for used in _read(self.function))

    def fault(self, number: int, how: str, place: Place, what: str = "") -> Unhandled:
        call = self.results[number][0].call
        return Unhandled(*place, how, spelled_chain(call.func), what, self.function.name, whole(call))

    def transfer(self, step: Any, state: State) -> State:
        """The locals nobody has looked at after a step."""
        self.step = step
        if isinstance(step, flow.Matched):
            return frozenset(each for each in state if each[0] not in _heads(step.subject))
        if isinstance(step, Def | Class):
            return frozenset(each for each in state if each[0] not in _heads(step))
        if isinstance(step, flow.Evaluate) and isinstance(step.expr, str) and "." not in step.expr:
            return state
        if isinstance(step, Return):
            self.sent(step, state)
        if isinstance(step, Set) and not step.op:
            return self.assigned(step, state)
        for expr in expressions(step):
            state = self.read(expr, state)
        return state

    def assigned(self, step: Set, state: State) -> State:
        """A name for a Result, or for what holds one already, is another one for it."""
        value = _awaited(step.value)
        held = {number for name, number in state if name == value} if isinstance(value, str) else set()
        if isinstance(value, Call) and id(value) in self.results:
            held = {id(value)}
            state = self.inner(value, state)
        elif not held:
            state = self.read(step.value, state)
        for target in step.targets:
            if isinstance(target, str) and "." not in target:
                state = frozenset(each for each in state if each[0] != target) | {(target, number) for number in held}
            elif held or not isinstance(target, str):
                state = self.read(target, state) if not isinstance(value, str) else _without(state, value)
        return state

    def sent(self, step: Return, state: State) -> None:
        if not self.is_handler:
            return
        items = step.value.items if isinstance(step.value, Seq) else ()
        values = [value for _, value in step.value.pairs] if isinstance(step.value, Map) else [step.value, *items]
        for value in map(_awaited, values):
            numbers = {number for name, number in state if name == value} if isinstance(value, str) else {id(value)}
            for number in numbers & self.results.keys():
                self.faults.setdefault(number, self.fault(number, SENT, whole(step)))

    def read(self, expr: Expr, state: State) -> State:
        """The locals nobody has looked at after an expression."""
        match expr:
            case None:
                return state
            case str():
                return self.named(expr, expr, state)
            case Call(func=str() as func) if "." in func and any(name == func.partition(".")[0] for name, _ in state):
                return self.named(func, expr, self.inner(expr, state))
            case Attr(base=base, name=name):
                self.directly(base, name, None)
                return self.read(base, state)
            case Call(func=Attr(base=base, name=name)):
                self.directly(base, name, expr)
                return self.inner(expr, self.read(base, state))
            case Walrus(name=name, value=value):  # what it stands in looks at the value
                return _without(self.read(value, state), name)
            case Cond(test=test, then=then, other=other):
                state = self.read(test, state)
                return self.read(then, state) | self.read(other, state)
            case Lambda() | Comp():
                return frozenset(each for each in state if each[0] not in _heads(expr))
        children = CHILDREN.get(expr.__class__)
        for child in children(expr) if children else ():
            state = self.read(child, state)
        return state

    def directly(self, base: Expr, name: str, call: Call | None) -> None:
        """A member is taken of what may be the very call that gives a Result."""
        value = _awaited(base.value) if isinstance(base, Walrus) else _awaited(base)
        while isinstance(value, Call) and isinstance(value.func, Attr) and value.func.name in CHAINS:
            value = _awaited(value.func.base)
        known = self.results.get(id(value))
        if known is not None and name in takers(self.project, known[1]):
            own = known[0].call
            self.taken(id(value), call, f".{name}()" if call is not None else f".{name}", whole(call or own))

    def inner(self, call: Call, state: State) -> State:
        """The locals nobody has looked at after what a call is given is computed."""
        for arg in values_passed(call):
            state = self.read(arg, state)
        return state

    def named(self, name: str, expr: Expr, state: State) -> State:
        """The locals nobody has looked at after one of them is named."""
        head, _, rest = name.partition(".")
        member = rest.partition(".")[0]
        numbers = {number for held, number in state if held == head}
        for number in numbers:
            type_ = self.results[number][1]
            is_asked = (
                isinstance(self.step, flow.Test) and not isinstance(expr, Call) and is_wrapper(self.project, type_)
            )
            if member in takers(self.project, type_) and not is_asked:
                called = isinstance(expr, Call) and "." not in rest
                call = expr if isinstance(expr, Call) else None
                statement = getattr(self.step, "at", self.step)
                place = Place(statement.line, statement.col, statement.line, statement.col)
                what = f"{head}.{member}{'()' if called else ''}"
                self.taken(number, call, what, whole(call) if call is not None else place)
        return frozenset(each for each in state if each[1] not in numbers)

    def is_answered(self, number: int, method: str) -> bool:
        """Whether taking the value of a failure by a method makes an answer to the client of it."""
        return _answers_failures(self.project) or answers_itself(self.project, self.results[number][1], method)

    def taken(self, number: int, call: Call | None, what: str, place: Place) -> None:
        statement = getattr(self.step, "at", self.step)
        if id(statement) in self.guarded or (call is not None and self.is_answered(number, last_name(call))):
            return
        self.faults.setdefault(number, self.fault(number, TAKEN, place, what))


def _awaited(expr: Expr) -> Expr:
    while isinstance(expr, Await):
        expr = expr.value
    return expr


def _without(state: State, name: str) -> State:
    return frozenset(each for each in state if each[0] != name)


def _heads(root: Any) -> set[str]:
    return {name.partition(".")[0] for name in names(root)}


def _read(function: Function) -> Iterator[str]:
    """The names that a function reads, in functions inside it too."""
    for statement in statements(function.body):
        if isinstance(statement, Set):
            yield from names((statement.value, *(each for each in statement.targets if not isinstance(each, str))))
        elif isinstance(statement, Def | Class):
            yield from names(statement)
        else:
            yield from names(expressions(statement) or _header(statement))


def _header(statement: Stmt) -> tuple[Expr, ...]:
    found = [getattr(statement, field, None) for field in ("test", "iter", "subject")]
    contexts = [context for context, _ in getattr(statement, "items", ())]
    guards = [case.guard for case in getattr(statement, "cases", ())]
    return (*found, *contexts, *guards, *getattr(statement, "targets", ()))


def _guarded(function: Function) -> set[int]:
    """The statements in a ``try`` that has handlers, by identity."""
    tries = [each for each in statements(function.body) if isinstance(each, Try) and each.handlers]
    return {id(inner) for each in tries for inner in statements(each.body)}


def _is_plain_handler(project: Project, function: Function) -> bool:
    """Whether what a function returns goes to the client as it is: nothing but the route decorates it."""
    if not any(route.handler is function for route in routes_in(project, function.module)):
        return False
    return all(decorator_name(each).rpartition(".")[2] in REGISTERING for each in function.node.decorators)
