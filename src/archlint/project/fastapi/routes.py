"""The routes of a project, with their full paths."""

from collections.abc import Iterable

from archlint.core.record import Record
from archlint.project.definitions import Function, definitions
from archlint.project.fastapi.activity import NO_SLOTS, active_slots
from archlint.project.fastapi.events import INCLUDE, Creation, Event, Inclusion, Registration
from archlint.project.fastapi.interpreter import module_run
from archlint.project.fastapi.linking import Chain, chains, rank, wiring
from archlint.project.fastapi.values import APP, BARE, ROUTER, Argument, Arguments, Point, Router
from archlint.project.model import Module, Project, question
from archlint.project.places import Place, header, whole


class Route:
    """One registration of a handler; compared by identity.

    Attributes:
        methods: the HTTP methods, upper case; empty for a websocket and where nothing says.
        path: as registered, without any prefix.
        full_paths: one for each way from an app to it, or from a router no app includes.
        chains: these ways, in the same order.
        handler: the function that answers, if it is one of the project's.
        module, place: the handler's ``def``; without a known handler the registration.
        registered: the decorator's function, or the call of ``add_api_route`` and the like.
        arguments: what the registration was given, keyword by keyword.
        is_complete: ``arguments`` is all of them; no ``**`` of something unknown stands among them.
        is_decorator: the handler was registered by decorating it.
    """

    __slots__ = (
        "arguments", "chains", "handler", "is_complete", "is_decorator", "is_websocket", "methods", "module", "path",
        "place", "registered", "router",
    )  # fmt: skip

    def __init__(self, event: Registration, ways: tuple[Chain, ...]) -> None:
        self.router: Router = event.router
        self.methods = event.methods
        self.path = event.path
        self.handler: Function | None = event.handler
        self.registered: Point = event.at
        self.arguments: Arguments = event.given.arguments
        self.is_complete = event.given.is_complete
        self.is_websocket = event.is_websocket
        self.is_decorator = event.is_decorator
        self.chains = ways
        self.module: Module = event.handler.module if event.handler else event.at.module
        self.place: Place = header(event.handler) if event.handler else whole(event.at)

    def __repr__(self) -> str:
        return f"Route({'|'.join(self.methods)} {' '.join(self.full_paths)})"

    @property
    def full_paths(self) -> tuple[str, ...]:
        return tuple(chain.path for chain in self.chains)

    @property
    def title(self) -> str:
        """Methods and first path, for messages."""
        return f"{'|'.join(self.methods) or 'WEBSOCKET'} {self.full_paths[0]}"

    @property
    def is_documented(self) -> bool:
        """Whether OpenAPI describes what it answers: not for websockets and HEAD, nor where a ``**`` hides what the
        registration was given."""
        return not self.is_websocket and self.methods != ("HEAD",) and self.is_complete

    @property
    def is_served(self) -> bool:
        """Whether an app of the project reaches it."""
        return any(chain.root.kind in (APP, BARE) for chain in self.chains)

    def argument(self, name: str) -> Argument | None:
        """A keyword argument of the registration."""
        return next((argument for key, argument in self.arguments if key == name), None)


@question(cyclic=())
def routes(project: Project) -> tuple[Route, ...]:
    """Every route of the project, websockets included, by path, line and method."""
    best: dict[object, int] = {}
    events = wiring(project).registrations
    ways_of = [chains(project, event.router.key) for event in events]
    for event, found in zip(events, ways_of, strict=True):
        site = _site(event)
        best[site] = min([best.get(site, 9), *map(rank, found)])
    made = []
    for event, found in zip(events, ways_of, strict=True):
        kept: dict[str, Chain] = {}
        for chain in found:
            if rank(chain) == best[_site(event)]:
                path = (chain.path if event.is_prefixed else chain.unprefixed) + event.path
                kept.setdefault(path, Chain(chain.steps, path))
        if kept:
            made.append(Route(event, tuple(kept.values())))
    made.sort(
        key=lambda r: (r.module.path, r.place, r.registered.module.path, r.registered.line, r.methods, r.full_paths)
    )
    return tuple(made)


def _site(event: Registration) -> object:
    return event.at.module.path, event.at.line, event.at.col


@question(cyclic={})
def _by_module(project: Project) -> dict[str, tuple[Route, ...]]:
    found: dict[str, list[Route]] = {}
    for route in routes(project):
        found.setdefault(route.module.path, []).append(route)
    return {path: tuple(group) for path, group in found.items()}


def routes_in(project: Project, module: Module) -> tuple[Route, ...]:
    """The routes whose handlers a module defines, or that it registers with handlers nobody knows."""
    return _by_module(project)[module.path] if module.path in _paths(project) else ()


@question(cyclic=frozenset(), kept=frozenset[str])
def handlers(project: Project, module: Module) -> frozenset[str]:
    """The names of a module's functions that routes are registered with, wherever that is done."""
    return frozenset(route.handler.name for route in routes_in(project, module) if route.handler is not None)


@question(cyclic=frozenset(), kept=frozenset[str])
def _paths(project: Project) -> frozenset[str]:
    """Where there are routes."""
    return frozenset(_by_module(project))


def router_sites(project: Project) -> tuple[Router, ...]:
    """Every app and router the project makes, by path and line."""
    made = [router for router in wiring(project).routers.values() if not router.is_assumed]
    return tuple(sorted(made, key=lambda router: router.key[:3]))


def apps(project: Project) -> tuple[Router, ...]:
    """Every FastAPI app the project makes."""
    return tuple(router for router in router_sites(project) if router.kind == APP)


def inclusions(project: Project) -> tuple[Inclusion, ...]:
    """Every ``include_router`` and ``mount``, in the order they run; ``child`` is None where nothing says which."""
    return wiring(project).inclusions


class Doings(Record, frozen=True):
    """What the code of one module does to routers, by itself."""

    declares: bool
    creates_app: bool
    includes: bool
    includes_into_created_app: bool
    has_app_made: bool


MINOR = 5
"""How many functions a module has for each that declares routes, where those are no more than factories in it."""

NO_DOINGS = Doings(False, False, False, False, False)


@question(cyclic=NO_DOINGS)
def doings(project: Project, module: Module) -> Doings:
    """What a module does to routers, as far as its own code and what it names say."""
    if not active_slots(project, module):
        return NO_DOINGS
    run = module_run(project, module, NO_SLOTS)
    events: list[Event] = [*run.top.events]
    for _, outcome in run.functions:
        events += outcome.events
    declares = creates = includes = into_created = False
    for event in events:
        match event:
            case Registration():
                declares |= _declares(event, module)
            case Creation(router=router, at=at) if at.module is module:
                creates |= router.kind == APP
            case Inclusion(at=at, child=child, kind=kind, parent=parent) if at.module is module:
                if child is not None or kind == INCLUDE:
                    includes = True
                    into_created |= parent.kind == APP and parent.key.path == module.path and not parent.is_assumed
    return Doings(declares, creates, includes, into_created, _has_app_made(run.top.events, module))


def _has_app_made(events: Iterable[Event], module: Module) -> bool:
    """Whether what happens at a module's top level makes an app elsewhere, and includes routers in it."""
    made = {e.router for e in events if isinstance(e, Creation) and e.router.kind == APP and e.at.module is not module}
    return any(isinstance(event, Inclusion) and event.parent in made for event in events)


def declares_routes(project: Project, module: Module) -> bool:
    """Whether a module declares routes on a router or app that its own code, or what it names, makes or annotates."""
    return doings(project, module).declares


@question(cyclic=False, kept=bool)
def only_makes_routers(project: Project, module: Module) -> bool:
    """Whether routes are declared by few of a module's functions and by nothing else in it: factories of routers, beside
    what the module is there for."""
    run = module_run(project, module, NO_SLOTS)
    if not declares_routes(project, module) or any(_declares(event, module) for event in run.top.events):
        return False
    makers = sum(any(_declares(event, module) for event in outcome.events) for _, outcome in run.functions)
    return makers * MINOR < len(definitions(project, module).functions)


def _declares(event: Event, module: Module) -> bool:
    """Whether something that happens to routers is a route that a module declares, or has another declare on a router of
    its own."""
    if not isinstance(event, Registration) or not event.says_something:
        return False
    router = event.router
    if router.kind == ROUTER and router.key.path == module.path and not router.is_assumed:
        return True
    return event.at.module is module or (event.handler is not None and event.handler.module is module)


def creates_app(project: Project, module: Module) -> bool:
    """Whether a module makes a FastAPI app."""
    return doings(project, module).creates_app


def includes_routers(project: Project, module: Module) -> bool:
    """Whether a module includes or mounts routers or apps."""
    return doings(project, module).includes


def has_app_made(project: Project, module: Module) -> bool:
    """Whether importing a module has a function of another make a FastAPI app and include routers in it."""
    return doings(project, module).has_app_made


def includes_into_created_app(project: Project, module: Module) -> bool:
    """Whether a module includes routers into an app it makes itself."""
    return doings(project, module).includes_into_created_app
