"""Calls that are awaited though what they give is no awaitable.

Certain is what is said of SQLAlchemy's objects, and of functions of the project that are plain ``def``s whose annotation, or
else each of whose ``return`` statements, gives something that cannot be awaited. Source: Python, "Awaitable Objects".
"""

from collections.abc import Iterator

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Call, Comp, Cond, Const, Expr, Map, Op, Seq, Text, indexed_name
from archlint.facts.statements import Try
from archlint.project.aliases import called, spellings
from archlint.project.calls.candidates import COMMON, has_database, nearby
from archlint.project.calls.forms import holder_of, last_name
from archlint.project.calls.glimpses import Glimpse, glimpses_of
from archlint.project.calls.graph import NOW, Callee, callee, is_abstract
from archlint.project.classes import bases, find_class, methods
from archlint.project.definitions import Function, definitions, with_inner
from archlint.project.flow.assignments import ADDED, VALUE, Assigned, returned
from archlint.project.flow.sites import AWAITED, BODY, CallSite, call_sites, frame_of
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, every, question
from archlint.project.names import resolve
from archlint.project.places import Place, header, whole
from archlint.project.redefined import is_reliable
from archlint.project.spelling import spelled_chain
from archlint.project.types.annotations import (
    CLASS,
    LITERAL,
    NONE,
    OBJECT,
    TYPE,
    UNION,
    Type,
    arms,
    function_site,
    lineage,
    read,
    variables,
)
from archlint.project.types.databases import database_of
from archlint.project.types.expressions import Frame, type_of
from archlint.project.types.protocols import COROUTINE
from archlint.project.types.signatures import is_sync, methods_giving, sync_methods
from archlint.project.waiting.coroutines import functions_by_slot, overrides, unawaited_slots

DEPTH = 4


class Needless(Record, frozen=True):
    """A call that is awaited in vain: it raises a ``TypeError``.

    Attributes:
        name: what is called, as written.
        within: the function it stands in.
        definition: where the function is, if it is one of the project.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    name: str
    within: str
    definition: tuple[Module, Place] | None


def needless_awaits(project: Project, module: Module) -> Iterator[Needless]:
    """The awaited calls in functions of a module that give no awaitable."""
    for function, names in _suspects(project, module):
        sites = call_sites(project, function)
        if any(last_name(site.call) in names_in("coroutines", "inquiries") for site in sites):
            continue
        for site in sites:
            if site.use != AWAITED or indexed_name(site.call.func) not in names or _expects_failure(site):
                continue
            run = callee(project, function, site)
            if (
                run.when == NOW
                and _gives_no_awaitable(project, function, site, run)
                and _is_as_annotated(project, function, site, run)
            ):
                own = run.functions[0] if run.functions else None
                definition = (own.module, header(own)) if own is not None else None
                yield Needless(*whole(site.call), spelled_chain(site.call.func), function.name, definition)


def _suspects(project: Project, module: Module) -> Iterator[tuple[Function, frozenset[str]]]:
    """The functions of a module that may await what gives no awaitable, with the names they call it by."""
    awaited = module.interface.awaited
    by_slot: dict[int, list[str]] = {}
    for name in _callees(project, module) if awaited else ():
        for slot in awaited[name]:
            by_slot.setdefault(slot, []).append(name)
    for function, written in functions_by_slot(project, module, by_slot):
        seen = glimpses_of(project, function, written)
        names = frozenset(each.name for each in seen if any(_may_give_none(project, each, run) for run in each.runs))
        if names:
            yield function, names


def _may_give_none(project: Project, seen: Glimpse, run: Callee) -> bool:
    """Whether what a call by a name may run gives no awaitable."""
    if run.functions:
        is_class = seen.name.rpartition(".")[2] != "__init__" and run.functions[0].node.name == "__init__"
        return not is_class and any(each.is_generator or not each.is_async for each in run.functions)
    names = (run.name, *[arm.name for arm in arms(run.receiver)])
    return any(name.partition(".")[0] in names_in("coroutines", "packages") for name in names) and (
        is_sync(project, run.receiver, seen.name.rpartition(".")[2])
    )


@question(cyclic=frozenset())
def _callees(project: Project, module: Module) -> frozenset[str]:
    """The names, as written, by which a module may await what gives no awaitable. The I/O of a session counts where the
    module also calls some of the same object without ``await``, a name that all collections have a method of where it is
    called without as well, or is a session's that works in memory."""
    wanted = sync_names(project, module)
    told = _io()
    memory = sync_methods(names_in("coroutines", "packages")) - told
    plain = {
        name.rpartition(".")[0]
        for name in module.interface.callees
        if name.rpartition(".")[2] in told and unawaited_slots(module, name)
    }
    own = _own_names(project)
    return frozenset(
        name
        for name in module.interface.awaited
        if (last := name.rpartition(".")[2]) in wanted
        and (last not in told or last in own or name.rpartition(".")[0] in plain)
        and (last not in COMMON or last in memory or unawaited_slots(module, name))
    )


def _io() -> frozenset[str]:
    """The methods that are to be awaited of an async session, and are not of a sync one."""
    both = methods_giving(COROUTINE, names_in("coroutines", "packages")) | {"query"}
    return both - names_in("coroutines", "fetchers")


@question(cyclic=frozenset())
def sync_names(project: Project, module: Module) -> frozenset[str]:
    """The last parts of the names by which a module may call what gives no awaitable."""
    packages = names_in("coroutines", "packages") if has_database(project, module) else frozenset()
    return nearby(project, module, _own_names(project)) | (sync_methods(packages) & called(project, module))


@question(cyclic=frozenset())
def _own_names(project: Project) -> frozenset[str]:
    return spellings(project, frozenset().union(*[names for _, names in every(project, _sync_names)]))


@question(cyclic=frozenset(), kept=frozenset[str])
def _sync_names(project: Project, module: Module) -> frozenset[str]:
    found = definitions(project, module)
    functions = (inner for each in found.functions.values() for inner in with_inner(project, each))
    return frozenset([f.node.name for f in functions if f.is_generator or not f.is_async])


def _expects_failure(site: CallSite) -> bool:
    """Whether it stands in a ``try`` that catches the error of awaiting what is no awaitable."""
    caught = [
        handler.type
        for a in site.around
        if isinstance(a.statement, Try) and a.part == BODY
        for handler in a.statement.handlers
    ]
    return any(type_ == "TypeError" or (isinstance(type_, Seq) and "TypeError" in type_.items) for type_ in caught)


def _gives_no_awaitable(project: Project, function: Function, site: CallSite, run: Callee, depth: int = DEPTH) -> bool:
    if run.functions:
        own = run.functions[0].node.name
        if run.name or len(arms(run.receiver)) > 1 or (own == "__init__" and last_name(site.call) != own):
            return False
        made = type_of(project, site.call, frame_of(function, site))
        return all(_is_sync(project, each, made, depth) for each in run.functions)
    names = {run.name} if run.name else {arm.name for arm in arms(run.receiver)}
    if not names or not all(name.partition(".")[0] in names_in("coroutines", "packages") for name in names):
        return False
    return bool(arms(run.receiver)) and all(is_sync(project, arm, last_name(site.call)) for arm in arms(run.receiver))


def _is_as_annotated(project: Project, function: Function, site: CallSite, run: Callee) -> bool:
    """Whether a sync session or connection is one in truth. Many an `AsyncSession` is annotated `Session`, and works: it
    takes a call of its I/O without `await` in the same function to tell."""
    database = database_of(project, run.receiver)
    if database is None or database.is_async or run.functions:
        return True
    told = _io() | {"scalar", "scalars"}
    holder = holder_of(site.call)
    return any(
        other.use != AWAITED and holder_of(other.call) == holder and last_name(other.call) in told
        for other in call_sites(project, function)
    )


def _is_sync(project: Project, function: Function, made: Type, depth: int) -> bool:
    """Whether calling a function gives no awaitable, whichever class below overrides it; ``made`` is what the call is where
    its annotation leaves that to the call."""
    return all(_gives_value(project, each, made, depth) for each in (function, *overrides(project, function)))


@question(cyclic=False)
def _gives_value(project: Project, function: Function, made: Type, depth: int) -> bool:
    if function.is_generator and is_reliable(project, function):
        return True
    if (
        function.is_async
        or not is_reliable(project, function)
        or _is_made_async(project, function)
        or is_abstract(project, function)
        or depth <= 0
    ):
        return False
    given = returned(project, function)
    if function.node.returns is None:
        return all(
            value is None or _is_value(project, value, Frame(function.module, function, env), depth - 1)
            for value, env in given
        )
    declared = read(project, function.node.returns, function_site(function))
    if variables((declared,)) or any(arm.name == "typing.Self" for arm in arms(declared)):
        declared = made
    if declared.kind == NONE and not all(
        _is_value(project, value, Frame(function.module, function, env), depth - 1) for value, env in given
    ):
        return False
    kinds = [type_of(project, value, Frame(function.module, function, env)) for value, env in given]
    return is_no_awaitable(project, declared) and not any(_may_be_awaited(kind) for kind in kinds)


def _is_made_async(project: Project, function: Function) -> bool:
    """Whether a decorator makes a coroutine function of any."""
    named = [each.func if isinstance(each, Call) else each for each in function.node.decorators]
    found = [resolve(project, function.module, name, function.outer) for name in named if isinstance(name, str)]
    return any(symbol is not None and symbol.name in names_in("coroutines", "makers") for symbol in found)


def _may_be_awaited(type_: Type) -> bool:
    return any(arm.name in names_in("coroutines", "awaitables") for arm in arms(type_))


def is_no_awaitable(project: Project, type_: Type) -> bool:
    """Whether nothing of a type can be awaited, as far as its classes are known."""
    if type_.kind in (NONE, LITERAL, TYPE):
        return True
    if type_.kind == UNION:
        return all(is_no_awaitable(project, arm) for arm in type_.args)
    return (
        type_.kind == CLASS
        and type_.name != OBJECT
        and all(_is_plain(project, base) for base in lineage(project, type_))
    )


def _is_plain(project: Project, type_: Type) -> bool:
    """Whether a class itself, its bases left aside, makes nothing awaitable."""
    definition = find_class(project, type_.symbol)
    if definition is not None:
        is_told = len(bases(project, definition)) == len(definition.node.bases)
        return is_told and methods(project, definition).keys().isdisjoint(("__await__", "__new__"))
    name = type_.name
    packages = names_in("coroutines", "plain", "modules")
    return name in names_in("coroutines", "plain", "classes") or name.rpartition(".")[0] in packages


def _is_value(project: Project, expr: Expr, frame: Frame, depth: int) -> bool:
    """Whether an expression of a function is certain to be no awaitable, without a guess at what anything is."""
    match expr:
        case None | Const() | Seq() | Map() | Comp() | Text():
            return True
        case Cond(then=then, other=other):
            return _is_value(project, then, frame, depth) and _is_value(project, other, frame, depth)
        case Op(op="and" | "or", operands=operands):
            return all(_is_value(project, operand, frame, depth) for operand in operands)
        case Op(op=op):
            return op in names_in("coroutines", "tests")
        case Call():
            return _is_value_of_call(project, expr, frame, depth)
        case str() if expr in frame.env:
            return depth > 0 and all(_is_value_held(project, each, frame, depth - 1) for each in frame.env[expr])
        case str():
            return is_no_awaitable(project, type_of(project, expr, frame))
    return False


def _is_value_held(project: Project, assigned: Assigned, frame: Frame, depth: int) -> bool:
    if assigned.how == ADDED:
        return True
    if assigned.how == VALUE and assigned.position < 0:
        return _is_value(project, assigned.expr, replace(frame, env=assigned.env), depth)
    annotation = assigned.param.annotation if assigned.param is not None else None
    if annotation is None or frame.function is None:
        return False
    return is_no_awaitable(project, read(project, annotation, function_site(frame.function)))


def _is_value_of_call(project: Project, call: Call, frame: Frame, depth: int) -> bool:
    function = frame.function
    site = next((s for s in call_sites(project, function) if s.call is call), None) if function is not None else None
    if site is None or function is None:
        return False
    run = callee(project, function, site)
    if run.when != NOW:
        return False
    made = arms(type_of(project, call, frame))
    if find_class(project, run.receiver.symbol) is not None and made == (run.receiver,):
        return is_no_awaitable(project, run.receiver)
    if run.name.startswith("builtins."):
        return is_no_awaitable(project, type_of(project, call, frame))
    return _gives_no_awaitable(project, function, site, run, depth - 1)
