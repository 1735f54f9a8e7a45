"""Sessions and connections that may stay open: nobody closes them, or only where nothing raises.

One is closed by a ``with``, by a ``close()`` in a ``finally``, by a helper that does, or by whoever it is handed to.

Source: SQLAlchemy, "Closing"; "When do I construct a Session, when do I commit it, and when do I close it?".
"""

from collections.abc import Iterator

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call, Const, Expr, Item
from archlint.facts.statements import Block, Return, Set, With
from archlint.project.aliases import called, slots_calling
from archlint.project.calls.forms import last_name, values_passed, written
from archlint.project.calls.graph import callee
from archlint.project.calls.top_level import at_import
from archlint.project.definitions import Function, bodies_in
from archlint.project.flow.forms import decorator_name
from archlint.project.flow.sites import ENTERED, RETURNED, YIELDED, CallSite, call_sites
from archlint.project.knowledge import names_in
from archlint.project.layers.assignment import is_outside
from archlint.project.layers.content import is_cli
from archlint.project.layers.injection import injected
from archlint.project.model import Module, Project, every, question
from archlint.project.places import whole
from archlint.project.transactions.openings import (
    Opening,
    assigned_to,
    chained,
    generator_names,
    is_class,
    opened_by_module,
    opener_names,
    openings_in,
    outcomes,
    yields_one,
)
from archlint.project.transactions.uses import Life
from archlint.project.types.callables import passed_to
from archlint.project.walk import calls, find, names, nodes, statements

NEVER = "never"
UNLESS_RAISED = "unless raised"
NEXT = "next"
INJECTED = "injected"


class Unclosed(Record, frozen=True):
    """A session or connection that may stay open; the place is the call that opens it.

    Attributes:
        how: nobody closes it (`NEVER`), it is closed only if nothing raises (`UNLESS_RAISED`), it is the `NEXT` of a
            generator that would close it, or a dependency returns it (`INJECTED`) rather than to yield it.
        kind: ``session`` or ``connection``.
        written: the call, as written.
        holder: what it is held in, if anything.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    how: str
    kind: str
    written: str
    holder: str
    function: Function | None


@question(cyclic=())
def unclosed_sessions(project: Project, module: Module) -> tuple[Unclosed, ...]:
    """The sessions and connections that a module or its functions may leave open."""
    openers, generators = opener_names(project), generator_names(project)
    wanted, nexts = openers | generators, names_in("lifetimes", "nexts")
    if wanted.isdisjoint(called(project, module)) or is_outside(project, module) or is_cli(project, module):
        return ()
    found = [*_global_ones(project, module), *_used_up_at_import(project, module)]
    for function, block in bodies_in(project, module, slots_calling(project, module, wanted)):
        if function is not None and not _is_fixture(function) and _is_called_outside_with(block, openers):
            found += [u for opening in openings_in(project, function) for u in _judged(project, function, opening)]
    slots = slots_calling(project, module, nexts)
    for function, block in bodies_in(project, module, slots.keys() & slots_calling(project, module, wanted).keys()):
        if function is not None and not _is_fixture(function) and _is_called_outside_with(block, nexts):
            found += [u for site in call_sites(project, function) for u in _next(project, function, site)]
    return tuple(found)


def _is_called_outside_with(block: Block, wanted: frozenset[str]) -> bool:
    """Whether a body calls something by one of some names other than to enter it."""
    made = [call for call in calls(block) if last_name(call.func if isinstance(call.func, Call) else call) in wanted]
    if not made:
        return False
    entered = {id(context) for s in find(block, (With,)) for context, _ in s.items}
    return any(id(call) not in entered for call in made)


def _is_fixture(function: Function) -> bool:
    return any(decorator_name(each).rpartition(".")[2] == "fixture" for each in function.node.decorators)


def _found(function: Function, site: CallSite, how: str, kind: str, holder: Expr = None) -> Unclosed:
    text = holder if isinstance(holder, str) else ""
    return Unclosed(*whole(site.call), how, kind, f"{written(site.call)}()", text, function)


def _global_ones(project: Project, module: Module) -> Iterator[Unclosed]:
    """Sessions and connections that a module opens when it is imported and keeps in a variable."""
    for statement in statements(module.interface.body):
        if not isinstance(statement, Set) or not isinstance(statement.value, Call):
            continue
        name = next((target for target in statement.targets if isinstance(target, str)), "")
        kind = opened_by_module(project, module, statement.value) if name else ""
        if kind and name not in _closed_attributes(project, module) and not _is_entered_by(module, name):
            made = f"{written(statement.value)}()"
            yield Unclosed(*whole(statement.value), NEVER, kind, made, name, None)


def _used_up_at_import(project: Project, module: Module) -> Iterator[Unclosed]:
    """Sessions and connections that importing a module opens for one call of a method, and keeps in nothing."""
    if -1 not in slots_calling(project, module, opener_names(project)):
        return
    passing = names_in("lifetimes", "closing") | names_in("lifetimes", "same")
    for run in at_import(project, module):
        sites = call_sites(project, run)
        for site in sites:
            kind = "" if site.deferred else opened_by_module(project, module, site.call)
            if kind and chained(sites, site) not in passing | {""}:
                yield _found(run, site, NEVER, kind)


def _is_entered_by(module: Module, name: str) -> bool:
    withs = find(module.interface.body, (With,), into_definitions=True)
    return any(name in names(context) for statement in withs for context, _ in statement.items)


def _judged(project: Project, function: Function, opening: Opening) -> Iterator[Unclosed]:
    """The finding about one that a function opens, if there is one to make."""
    site = opening.site
    sites = call_sites(project, function)
    first = next(iter(assigned_to(site)), None)
    if first is not None:
        how = _left_open(project, function, opening, assigned_to(site))
        if how:
            yield _found(function, site, how, opening.kind, first)
    elif isinstance(site.statement, Return) and _is_injected(project, function):
        yield _found(function, site, INJECTED, opening.kind)
    elif site.use == YIELDED:
        yield _found(function, site, NEVER, opening.kind)
    elif site.use not in (ENTERED, RETURNED):
        method = chained(sites, site)
        is_used = method and method not in names_in("lifetimes", "closing") | names_in("lifetimes", "same")
        if is_used or (not method and _is_lost_in_call(project, function, site)):
            yield _found(function, site, NEVER, opening.kind)


def _is_lost_in_call(project: Project, function: Function, site: CallSite) -> bool:
    """Whether one is made right in a call of a function of the project that does not close it."""
    for other in call_sites(project, function):
        given = values_passed(other.call)
        if not any(site.call in outcomes(value) for value in given):
            continue
        run = callee(project, function, other)
        if len(run.functions) != 1 or is_class(project, function, written(other.call)):
            return False
        return not _closes_argument(run.functions[0], other.call, site.call)
    return False


def _closes_argument(function: Function, call: Call, argument: Expr) -> bool:
    """Whether a function closes what it is handed, hands it out, or puts it where others find it."""
    for param, value in passed_to(function, call, is_bound=function.owner is not None):
        if argument in outcomes(value):
            if param.kind in ("*", "**"):
                return True
            life = Life(function, {param.name})
            return life.is_entered() or life.closes_anywhere() or life.is_handed_on() or life.is_kept()
    return True


def _is_injected(project: Project, function: Function) -> bool:
    """Whether a function is used in ``Depends``, and no handler closes what it gets of it."""
    return function.name in injected(project, function.module) and not any(
        function.node.name in closed for _, closed in every(project, _closed_dependencies)
    )


@question(cyclic=frozenset(), kept=frozenset[str])
def _closed_dependencies(project: Project, module: Module) -> frozenset[str]:
    """The last parts of the names in the defaults and annotations of parameters that functions of a module close."""
    found: set[str] = set()
    for function, _ in bodies_in(project, module, slots_calling(project, module, names_in("lifetimes", "closing"))):
        for param in function.node.params if function is not None else ():
            if function is not None and Life(function, {param.name}).closes_anywhere():
                found.update(name.rpartition(".")[2] for name in names((param.default, param.annotation)))
    return frozenset(found)


def _left_open(project: Project, function: Function, opening: Opening, targets: tuple[Expr, ...]) -> str:
    """How what is assigned to some targets may stay open; empty where it is closed, or where nobody can tell."""
    locals_ = {target for target in targets if isinstance(target, str) and "." not in target}
    others = [target for target in targets if target not in locals_]
    life = Life(function, locals_ or {str(target) for target in others if isinstance(target, str)})
    if (
        (locals_ and life.is_global())
        or life.is_entered(opening.kind)
        or life.closes_finally()
        or life.closes_at_once()
    ):
        return ""
    if locals_ and life.is_handed_on():
        return INJECTED if not life.closes_anywhere() and _is_injected(project, function) else ""
    if _closed_by_helper(project, function, life):
        return ""
    kept = [*others, *life.kept_in()]
    if any(_is_closed_elsewhere(project, function, target) for target in kept) or life.is_kept():
        return ""
    return UNLESS_RAISED if life.closes_anywhere() else NEVER


def _closed_by_helper(project: Project, function: Function, life: Life) -> bool:
    """Whether a function or an object of the project that is handed it closes it."""
    for site in call_sites(project, function):
        if not life.is_given(site.call):
            continue
        run = callee(project, function, site)
        for target in run.functions:
            given = [(p, v) for p, v in passed_to(target, site.call, is_bound=target.owner is not None)]
            handed = {p.name for p, v in given if v in life.holders}
            inner = Life(target, handed)
            if handed and (inner.closes_anywhere() or inner.is_entered()):
                return True
            if handed and target.node.name == "__init__" and _owner_closes(project, target, inner):
                return True
    return False


def _owner_closes(project: Project, init: Function, inner: Life) -> bool:
    """Whether the class whose ``__init__`` keeps it closes it."""
    return any(_is_closed_elsewhere(project, init, target) for target in inner.kept_in())


def _is_closed_elsewhere(project: Project, function: Function, target: Expr) -> bool:
    """Whether what is put in an attribute or an item is closed by others."""
    if isinstance(target, Item):
        return isinstance(target.key, Const) and _closes_item(project, function.module, str(target.key.value))
    if not isinstance(target, str):
        return True
    attribute = target.rpartition(".")[2]
    return any(attribute in closed for _, closed in every(project, _closed_attributes))


@question(cyclic=frozenset(), kept=frozenset[str])
def _closed_attributes(project: Project, module: Module) -> frozenset[str]:
    """The attributes that a module closes something by, or hands to what does by its name."""
    closing = names_in("lifetimes", "closing")
    found: set[str] = set()
    slots: set[int] = set()
    for name, where in module.interface.callees.items():
        on, _, method = name.rpartition(".")
        if on and method in closing:
            found.add(on.rpartition(".")[2])
        words = set(method.lower().strip("_").split("_"))
        if not words.isdisjoint(names_in("lifetimes", "closing_words")) or method in names_in("lifetimes", "closers"):
            slots.update(where)
    for _, body in bodies_in(project, module, slots):
        for call in calls(body):
            words = set(last_name(call).lower().strip("_").split("_"))
            if not words.isdisjoint(names_in("lifetimes", "closing_words")) or last_name(call) in names_in(
                "lifetimes", "closers"
            ):
                given = values_passed(call)
                found.update(v.rpartition(".")[2] for v in given if isinstance(v, str) and "." in v)
    return frozenset(found)


@question(cyclic=False)
def _closes_item(project: Project, module: Module, key: str) -> bool:
    """Whether a function of a module that knows the key of an item closes anything."""
    closing = names_in("lifetimes", "closing")
    for _, body in bodies_in(project, module, slots_calling(project, module, closing)):
        if any(isinstance(node, Const) and node.value == key for node in nodes(body)):
            return True
    return False


def _next(project: Project, function: Function, site: CallSite) -> Iterator[Unclosed]:
    """``next(get_session())``: what closes the session is thrown away with the generator."""
    if last_name(site.call) not in names_in("lifetimes", "nexts") or site.deferred:
        return
    func = site.call.func
    stream = func.base if isinstance(func, Attr) else site.call.args[0] if site.call.args else None
    if isinstance(func, str) and "." in func:
        stream = func.rpartition(".")[0]
    made, holder = stream, ""
    if isinstance(stream, str):
        holder = stream
        made = next((a.expr for a in site.env.get(stream, ()) if isinstance(a.expr, Call)), None)
    inner = next((other for other in call_sites(project, function) if other.call is made), None)
    if inner is None:
        return
    run = callee(project, function, inner)
    if len(run.functions) != 1 or run.functions[0].node.decorators or not yields_one(project, run.functions[0]):
        return
    if holder and Life(function, {holder}).closes_finally():
        return
    targets = {target for target in assigned_to(site) if isinstance(target, str)}
    life = Life(function, targets)
    if not targets or not (life.is_entered() or life.closes_finally() or life.is_handed_on()):
        yield replace(
            _found(function, site, NEXT, "session", next(iter(targets), None)), written=f"{written(inner.call)}()"
        )
