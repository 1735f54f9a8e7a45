"""What all modules do to routers, put together: which router is reached from which app, under which path."""

from collections.abc import Iterable, Iterator

from archlint.core.record import Record
from archlint.project.aliases import called
from archlint.project.classes import symbol_of
from archlint.project.definitions import Function
from archlint.project.fastapi.activity import NO_SLOTS, active_functions, active_slots
from archlint.project.fastapi.events import MOUNT, Creation, Event, Inclusion, Outcome, Registration, Run, View
from archlint.project.fastapi.interpreter import module_run
from archlint.project.fastapi.kinds import takes_router
from archlint.project.fastapi.values import APP, BARE, Key, Router
from archlint.project.knowledge import names_in
from archlint.project.layers import words
from archlint.project.model import Module, Project, every, question
from archlint.project.names import absolute, resolve

MOST_CHAINS = 64
MOST_DEEP = 16
ROUNDS = 3


class Step(Record, frozen=True):
    """An app or router on the way to a route, and the call that put it into the one before; the outermost has none."""

    router: Router
    inclusion: Inclusion | None


class Chain(Record, frozen=True):
    """One way from an app to a route, the app first, and the path it gives the route."""

    steps: tuple[Step, ...]
    path: str

    @property
    def root(self) -> Router:
        return self.steps[0].router

    @property
    def unprefixed(self) -> str:
        """The path without the last router's own prefix."""
        return self.path.removesuffix(self.steps[-1].router.prefix)


class Wiring(Record, frozen=True):
    """Everything that happens to routers in a project, each once, in the order of running it.

    Attributes:
        routers: every app and router by the place that makes it.
        parents: what each router is included in or mounted on.
    """

    routers: dict[Key, Router]
    registrations: tuple[Registration, ...]
    inclusions: tuple[Inclusion, ...]
    views: tuple[View, ...]
    parents: dict[Key, list[Inclusion]]


@question(cyclic=Wiring({}, (), (), (), {}))
def wiring(project: Project) -> Wiring:
    """All modules' doings together. Tests and scripts are left out where there is anything else."""
    active = {module for module, slots in every(project, active_slots) if slots}
    modules = [module for module in project.modules if not _is_aside(project, module)]
    if active.isdisjoint(modules):
        modules = list(project.modules)
    callers = _callers(project, modules)
    involved = [module for module in modules if module in callers or module in active]
    order = in_order(project, involved)
    return _joined(list(_events([module_run(project, module, callers.get(module, NO_SLOTS)) for module in order])))


def _is_aside(project: Project, module: Module) -> bool:
    """Whether a module is a test, or lies in a folder of scripts beside the project's code."""
    return words.is_test(project, module) or module.path.partition("/")[0] in names_in("layers", "folders", "scripts")


def _callers(project: Project, modules: list[Module]) -> dict[Module, frozenset[int]]:
    """Where functions are called that are handed routers or hand them out, and nothing else touches routers."""
    found: dict[Module, frozenset[int]] = {}
    active = {module for module, slots in every(project, active_slots) if slots}
    carriers = {
        f
        for module in modules
        if module in active
        for f in active_functions(project, module, NO_SLOTS)
        if _carries(project, f)
    }
    for _ in range(ROUNDS):
        names = frozenset(function.node.name for function in carriers)
        added: dict[Module, frozenset[int]] = {}
        calling = _calling(project, names)
        for module in modules:
            if module.path not in calling:
                continue
            made = [name for name in module.interface.callees if name.rpartition(".")[2] in names]
            known = active_slots(project, module) | found.get(module, NO_SLOTS)
            more = {slot for name in made for slot in _slots(project, module, name, carriers)} - known
            if more:
                added[module] = frozenset(more)
        carriers = set()
        for module, slots in added.items():
            found[module] = found.get(module, NO_SLOTS) | slots
            carriers |= {f for f in active_functions(project, module, slots) if _carries(project, f)}
    return found


@question(cyclic=frozenset(), kept=frozenset[str])
def _calling(project: Project, names: frozenset[str]) -> frozenset[str]:
    """The paths of the modules that call anything that goes by one of some names."""
    return frozenset(module.path for module, found in every(project, called) if not names.isdisjoint(found))


def _carries(project: Project, function: Function) -> bool:
    """Whether a function is handed routers or hands them out."""
    if function.owner is not None:
        return False
    plain = any(param.annotation is None for param in function.node.params)
    return plain or takes_router(project, function)


def _slots(project: Project, module: Module, name: str, carriers: set[Function]) -> Iterable[int]:
    symbol = resolve(project, module, name, None)
    if symbol is None or any(symbol_of(function) == symbol for function in carriers):
        return module.interface.callees[name]
    return ()


def in_order(project: Project, modules: list[Module]) -> list[Module]:
    """Modules in the order Python runs them: what a module imports first, before itself."""
    wanted = set(modules)
    done: dict[Module, None] = {}
    seen: set[Module] = set()
    for module in modules:
        stack = [] if module in seen else [(module, _imported(project, module))]
        seen.add(module)
        while stack:
            current, imports = stack[-1]
            inner = next((imported for imported in imports if imported in wanted and imported not in seen), None)
            if inner is None:
                done[current] = None
                stack.pop()
            else:
                seen.add(inner)
                stack.append((inner, _imported(project, inner)))
    return list(done)


def _imported(project: Project, module: Module) -> Iterator[Module]:
    for statement in module.interface.imports:
        if statement.guard == "typing":
            continue
        sources = [name for name, _ in statement.names]
        if statement.module is not None:
            source = absolute(module, statement.module, statement.level)
            sources = [source, *[f"{source}.{name}" for name in sources]]
        for source in sources:
            if source in project.by_name:
                found = project.find(source, module)
                if found is not None:
                    yield found


def _events(runs: list[Run]) -> Iterable[Event]:
    entered: set[Function] = set()
    for run in runs:
        entered |= run.top.entered
    alone = [(function, outcome) for run in runs for function, outcome in run.functions]
    kept = [pair for pair in alone if pair[0].owner is not None or pair[0] not in entered]
    by_function = {function: outcome for function, outcome in kept if function.owner is None}
    for run in runs:
        yield from run.top.events
        for function, outcome in run.functions:
            if function.owner is not None or (function in by_function and not _is_called(function, by_function)):
                yield from outcome.events


def _is_called(function: Function, alone: dict[Function, Outcome]) -> bool:
    """Whether another function calls this one, so that calling it by itself adds nothing."""
    for other, outcome in alone.items():
        if other is not function and function in outcome.entered:
            mutual = other in alone[function].entered
            if not mutual or (other.module.path, other.node.line) < (function.module.path, function.node.line):
                return True
    return False


def _joined(events: list[Event]) -> Wiring:
    """Each event once: the same place does the same thing to the same router whichever way it is reached."""
    routers: dict[Key, Router] = {}
    once: dict[object, Event] = {}
    for event in events:
        once.setdefault(_identity(event), event)
        if isinstance(event, Creation):
            routers.setdefault(event.router.key, event.router)
    registrations = [event for event in once.values() if isinstance(event, Registration) and event.says_something]
    inclusions = [event for event in once.values() if isinstance(event, Inclusion)]
    parents: dict[Key, list[Inclusion]] = {}
    for registration in registrations:
        routers.setdefault(registration.router.key, registration.router)
    for inclusion in inclusions:
        routers.setdefault(inclusion.parent.key, inclusion.parent)
        child = inclusion.child
        if child is not None:
            routers.setdefault(child.key, child)
            parents.setdefault(child.key, []).append(inclusion)
    views = [event for event in once.values() if isinstance(event, View)]
    return Wiring(routers, tuple(registrations), tuple(inclusions), tuple(views), parents)


def _identity(event: Event) -> object:
    match event:
        case Registration(router=router, at=at, path=path, methods=methods, handler=handler):
            return router.key, at.module.path, at.line, at.col, path, methods, handler
        case Inclusion(parent=parent, child=child, at=at, prefix=prefix):
            return parent.key, child.key if child else None, prefix, at.module.path, at.line, at.col
        case Creation(router=router):
            return "made", router.key
    return event.definition, event.router.key


@question(cyclic=())
def chains(project: Project, key: Key) -> tuple[Chain, ...]:
    """Every way from an app, or from a router nothing includes, to a router, and the path in front of its routes."""
    return tuple(_ways(wiring(project), key, frozenset()))


def _ways(wired: Wiring, key: Key, below: frozenset[Key]) -> list[Chain]:
    router = wired.routers[key]
    found: list[Chain] = []
    if len(below) < MOST_DEEP:
        for inclusion in wired.parents.get(key, ()):
            if inclusion.parent.key in below or inclusion.parent.key == key:
                continue
            for chain in _ways(wired, inclusion.parent.key, below | {key}):
                before, prefix = chain.path, inclusion.prefix
                if inclusion.kind == MOUNT:
                    before, prefix = chain.unprefixed, prefix.rstrip("/")
                step = Step(router, inclusion)
                found.append(Chain((*chain.steps, step), before + prefix + router.prefix))
                if len(found) >= MOST_CHAINS:
                    return found
    return found or [Chain((Step(router, None),), router.prefix)]


def rank(chain: Chain) -> int:
    """How much a chain's beginning says: an app the project makes most, a router only assumed least."""
    root = chain.root
    return (0 if root.kind in (APP, BARE) else 2) + root.is_assumed
