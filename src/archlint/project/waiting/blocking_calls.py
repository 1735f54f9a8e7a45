"""The calls by which the ``async def``s of a module block the event loop themselves."""

from collections.abc import Collection, Iterator

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Await, Call, Expr, Item, Op, Walrus
from archlint.project.aliases import slots_calling
from archlint.project.calls.blocking import counterpart, path_in_client
from archlint.project.calls.candidates import BLOCKS, telling
from archlint.project.calls.forms import base_of, written
from archlint.project.calls.graph import callee
from archlint.project.calls.own_effects import Effect, own_effects
from archlint.project.calls.startup import is_startup
from archlint.project.calls.tasks import is_script
from archlint.project.definitions import Function
from archlint.project.flow.assignments import IS, IS_NOT, PARAM, Env
from archlint.project.flow.sites import CallSite, call_sites
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.places import Place, whole
from archlint.project.types.annotations import CLASS, arms
from archlint.project.waiting.loop_names import async_functions, async_slots

DEEPEST = 12
WRAPPERS = ("closing", "nullcontext", "enter_context")
"""Functions that give back what they are given."""

Root = Place | str
"""What an object comes from: the call that makes it, or the parameter, attribute or global it is held in."""


class BlockingCall(Record, frozen=True):
    """A call that blocks the event loop.

    Attributes:
        name: what is called: its dotted name.
        written: the same as the code has it.
        instead: what to use instead, as the object of "use …".
        function: the qualified name of the ``async def``.
        others: the places of further calls on the same object that block too.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    name: str
    written: str
    instead: str
    function: str
    others: tuple[Place, ...]


@question(cyclic=())
def blocking_calls(project: Project, module: Module) -> tuple[BlockingCall, ...]:
    """The blocking calls directly inside the ``async def``s of a module, in source order; of those on one object the first,
    and none on an object that such a call has made. Scripts and commands for a terminal serve nobody meanwhile."""
    suspects = async_functions(project, module, _suspect_slots(project, module))
    if not suspects or is_script(project, module):
        return ()
    return tuple(sorted(call for each in suspects for call in _in_function(project, each)))


def _suspect_slots(project: Project, module: Module) -> Collection[int]:
    """The slots of a module in which something may block that is called other than right under ``await``."""
    if not async_slots(project, module):
        return ()
    return slots_calling(project, module, telling(project, module, BLOCKS), True).keys()


def _in_function(project: Project, function: Function) -> Iterator[BlockingCall]:
    first: dict[Root, int] = {}
    found: list[tuple[CallSite, Effect, list[Place]]] = []
    for effect in own_effects(project, function, BLOCKS):
        site = call_sites(project, function)[effect.number]
        if is_startup(project, function, site):
            continue
        roots = _roots_of_receiver(project, function, site)
        earlier = next((first[root] for root in roots if root in first), None)
        if earlier is None:
            earlier = len(found)
            found.append((site, effect, []))
        else:
            found[earlier][2].append(whole(site.call))
        first.update(dict.fromkeys((whole(site.call), *roots), earlier))
    for site, effect, others in found:
        instead = counterpart(project, effect.what.name) or ""
        name, text = effect.what.name, written(site.call)
        yield BlockingCall(*whole(site.call), name, text, instead, function.name, tuple(others))


def _roots_of_receiver(project: Project, function: Function, site: CallSite) -> set[Root]:
    """What the object comes from that a method is called on; empty for a function, and for a method of what is a value
    rather than something open, such as a path."""
    run = callee(project, function, site)
    types = arms(run.receiver)
    if not any(type_.kind == CLASS for type_ in types):
        return set()
    if any(type_.name in names_in("blocking", "values", "classes") for type_ in types):
        return set()
    base = base_of(site.call)
    if isinstance(base, str):
        base = base.rsplit(".", max(len(path_in_client(type_.name)) for type_ in types))[0]
    return set(_roots(base, site.env, 0))


def _roots(expr: Expr, env: Env, depth: int) -> Iterator[Root]:
    if isinstance(expr, str):
        yield from _roots_of_name(expr, env, depth) if depth < DEEPEST else ()
        return
    if isinstance(expr, Call):
        yield whole(expr)
    for part in _parts(expr, env):
        yield from _roots(part, env, depth + 1)


def _parts(expr: Expr, env: Env) -> tuple[Expr, ...]:
    """The expressions that what another gives belongs to."""
    match expr:
        case Call(func=Attr(base=base)) | Attr(base=base) | Item(base=base):
            return (base,)
        case Call(func=str() as func, args=args):
            holder, _, last = func.rpartition(".")
            wrapped = args[:1] if last in WRAPPERS else ()
            return (holder, *wrapped) if func.partition(".")[0] in env else wrapped
        case Await(value=value) | Walrus(value=value):
            return (value,)
        case Op(operands=operands):
            return operands
    return ()


def _roots_of_name(name: str, env: Env, depth: int) -> Iterator[Root]:
    head = name.partition(".")[0]
    assigned = env.get(head)
    if assigned is None or head in ("self", "cls"):
        yield name
        return
    for each in assigned:
        if each.how == PARAM:
            yield name
        elif each.how in (IS, IS_NOT):
            yield from _roots_of_name(each.name, each.env, depth + 1)
        else:
            yield from _roots(each.expr, each.env, depth + 1)
