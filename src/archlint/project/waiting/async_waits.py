"""What makes the ``async def``s of a module wait with the event loop in their hands."""

from collections.abc import Iterator

from archlint.core.record import Record
from archlint.facts.expressions import Expr
from archlint.project.calls.candidates import ASSUMES, WAITS
from archlint.project.calls.forms import written
from archlint.project.calls.graph import callee
from archlint.project.calls.origin import OUTER, OWN, is_session, origin, passed
from archlint.project.calls.own_effects import Hop, own_effects
from archlint.project.calls.startup import is_serving
from archlint.project.calls.tasks import is_for_terminal
from archlint.project.definitions import Function
from archlint.project.flow.sites import ENTERED, CallSite, call_sites, frame_of
from archlint.project.layers.assignment import layer
from archlint.project.model import Module, Project, question
from archlint.project.places import Place, header, whole
from archlint.project.types.annotations import NOTHING_KNOWN
from archlint.project.types.expressions import entered, type_of
from archlint.project.waiting.chains import Reach, happens, may_lead, through
from archlint.project.waiting.loop_names import async_slots, async_suspects, depth_of
from archlint.project.waiting.suspicion import may_have

SERVING = ("app", "router", "dependency")


class Step(Record, frozen=True):
    """One call of a chain: the module it stands in, its place, and what is called, as written."""

    module: Module
    place: Place
    name: str


class Blocked(Record, frozen=True):
    """A call in an ``async def`` that blocks further down.

    Attributes:
        function: the qualified name of the ``async def``.
        callee: that of the function, or the class, of the project that is called; the call as written, where any of
            several may be.
        chain: the names of what is called one after the other, the callee first, what blocks last.
        steps: the calls after the first.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    function: str
    callee: str
    chain: tuple[str, ...]
    steps: tuple[Step, ...]


class SessionUse(Record, frozen=True):
    """An ``async def`` that waits for a database through a sync session: the place of its ``def`` and its name.

    Attributes:
        uses: the calls in it that do: as `Step`, each with the chain of names that it comes to, itself the first.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    function: str
    uses: tuple[tuple[Step, tuple[str, ...]], ...]


def blocking_reached(project: Project, module: Module) -> Iterator[Blocked]:
    """The calls of functions of the project in the ``async def``s of a module that block further down, the first
    of each function that is called, in source order. I/O on a session that the ``async def`` holds is none of them."""
    for function in _suspects(project, module):
        seen: set[Function] = set()
        for site in call_sites(project, function):
            found = _not_held(project, function, site)
            if found and found[0][0] not in seen and is_serving(project, function, site):
                below, reach = min(found, key=lambda each: len(each[1].chain))
                seen.add(below)
                several = len(callee(project, function, site).functions) > 1
                name = written(site.call) if several else _name(below).removesuffix(".__init__")
                steps = tuple(map(_step, reach.chain))
                yield Blocked(*whole(site.call), function.name, name, _chain(reach), steps)


def _not_held(project: Project, function: Function, site: CallSite) -> list[tuple[Function, Reach]]:
    """What a call blocks by; not by a session of its own where it does by one that the function holds as well."""
    every = [each for each in through(project, function, site, depth_of(project)) if each[1].kind != ASSUMES]
    found = [each for each in every if not _holds(project, function, site, *each)]
    return found if len(found) == len(every) else [each for each in found if each[1].kind != WAITS]


def sync_sessions(project: Project, module: Module) -> Iterator[SessionUse]:
    """The ``async def``s of a module that wait for a database through a sync session or connection that they hold, in
    source order."""
    for function in _suspects(project, module):
        uses = tuple(_uses(project, function))
        if uses:
            yield SessionUse(*header(function), function.name, uses)


def _uses(project: Project, function: Function) -> Iterator[tuple[Step, tuple[str, ...]]]:
    direct = {effect.number for effect in own_effects(project, function, WAITS)}
    for site in call_sites(project, function):
        step = Step(function.module, whole(site.call), written(site.call))
        chain: tuple[str, ...] = ()
        if site.number in direct:
            chain = (step.name,) if happens(project, function, site, (), ()) else ()
        else:
            held = [
                each
                for each in through(project, function, site, depth_of(project))
                if _holds(project, function, site, *each)
            ]
            chain = _chain(held[0][1]) if held else ()
        if chain and is_serving(project, function, site):
            yield step, chain


def _holds(project: Project, function: Function, site: CallSite, below: Function, reach: Reach) -> bool:
    """Whether a call waits through a session that the function itself holds."""
    if reach.kind != WAITS:
        return False
    if site.use == ENTERED and is_session(
        project, entered(project, type_of(project, site.call, frame_of(function, site)))
    ):
        return True
    if reach.holder in (OWN, OUTER):
        return reach.holder == OUTER and below.outer is function
    given: Expr = passed(below, site.call, reach.holder)
    if given is None:
        return False
    type_ = type_of(project, given, frame_of(function, site))
    if is_session(project, type_):
        return True
    is_object = below.owner is not None and reach.holder == below.node.params[0].name
    # What nobody gives a type is a session all the same, where the callee waits through just that.
    is_unknown = type_ == NOTHING_KNOWN and not is_object and not below.node.decorators
    return origin(project, function, given, site.env) != OWN or (
        is_unknown and isinstance(given, str) and given in site.env
    )


def _suspects(project: Project, module: Module) -> tuple[Function, ...]:
    """The async functions of a module that may wait for a session of theirs or by what they call; none of one with commands
    for a terminal, which have an event loop to themselves."""
    return _waiting(project, module) if async_slots(project, module) else ()


@question(cyclic=())
def _waiting(project: Project, module: Module) -> tuple[Function, ...]:
    suspects = async_suspects(project, module)
    if not suspects or (is_for_terminal(project, module) and layer(project, module).name not in SERVING):
        return ()
    depth = depth_of(project)
    return tuple(each for each in suspects if may_lead(project, each, depth) or may_have(project, each, WAITS))


def _chain(reach: Reach) -> tuple[str, ...]:
    """The functions that a call comes to one after the other, and what waits in the last of them."""
    what = reach.what.removeprefix("builtins.")
    if reach.kind == WAITS:
        what = ".".join(what.rsplit(".", 2)[-2:])
    return (*(_name(hop.function) for hop in reach.chain), what)


def _name(function: Function) -> str:
    return function.name.rpartition("<locals>.")[2]


def _step(hop: Hop) -> Step:
    return Step(hop.function.module, hop.place, hop.name)
