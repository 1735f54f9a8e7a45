"""The names by calling which async code may come to wait, so that only few functions need be looked into: from the names
that async code calls at once, forward to the functions these may be, and from those that wait back again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from typing import Annotated

from msgspec import Meta

from archlint.config import options
from archlint.core import Options
from archlint.facts.interface import Interface
from archlint.facts.statements import ASYNC, ASYNC_INSIDE, NESTING
from archlint.project.aliases import by_last, called, calling, meanings
from archlint.project.calls.blocking import named_as_blocking, suspects
from archlint.project.calls.candidates import ASSUMES, BLOCKS, COMMON, WAITS, called_as, packages_near, telling
from archlint.project.classes import ancestors, symbol_of
from archlint.project.definitions import Function, definitions, with_inner
from archlint.project.import_graph import imported_from
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, every, question
from archlint.project.names import BUILTINS, resolve
from archlint.project.origins import origins
from archlint.project.spelling import is_class_name
from archlint.project.waiting.suspicion import may_have

SESSION_WORDS = ("session", "db", "conn", "trans", "sess")
RESULTS = frozenset({"scalar", "scalars"})
"""What results of queries have too."""


class Depth(Options, frozen=True):
    """How many calls of functions of the project are followed: the options of ``blocking-call-reached``."""

    max_depth: Annotated[int, Meta(ge=1)] = 3


def depth_of(project: Project) -> int:
    """How many calls of functions of the project are followed from async code, the first included."""
    return options(project.config, "ARC302", "blocking-call-reached", Depth).max_depth


@question(cyclic=frozenset())
def leading(project: Project, module: Module, depth: int) -> frozenset[str]:
    """The last parts of the names by calling which a function of a module may come to wait, in at most ``depth`` calls.
    Names that all collections have count in modules that import one where such a function is defined."""
    return _told(project, module, _waiting(project, depth) & called(project, module))


def async_suspects(project: Project, module: Module) -> list[Function]:
    """The async functions of a module that may wait, by the names of what they call at once."""
    if not async_slots(project, module):
        return []
    slots = _slots_calling(project, module, leading(project, module, depth_of(project)))
    return async_functions(project, module, slots | _waiting_slots(project, module))


def async_functions(project: Project, module: Module, slots: Collection[int]) -> list[Function]:
    """The async functions in some slots of a module, those inside functions too."""
    holding = async_slots(project, module).intersection(slots)
    found = [each for function in _outermost(project, module, holding) for each in with_inner(project, function)]
    return [function for function in found if function.is_async]


@question(cyclic=frozenset())
def _waiting(project: Project, depth: int) -> frozenset[str]:
    """The names of the sync functions that may wait within ``depth`` calls, themselves the first."""
    if depth < 2:
        return _waiting_themselves(project)
    below = _waiting(project, depth - 1)
    return below | calling(project, _calling(project, below) & on_loop(project))


@question(cyclic=frozenset(), kept=frozenset[str])
def _waiting_themselves(project: Project) -> frozenset[str]:
    """The names of the sync functions that may wait themselves."""
    modules = _modules_defining(project, on_loop(project))
    return calling(project, frozenset().union(*[_waiting_in(project, module) for module in modules]))


@question(cyclic=frozenset(), kept=frozenset[str])
def _waiting_in(project: Project, module: Module) -> frozenset[str]:
    """The names of the sync functions of a module that wait themselves, of those that async code may come to."""
    wanted: set[str] = set()
    within: set[int] = set()
    loop = on_loop(project)
    for slot, own in _names(project, module).items():
        if not loop.isdisjoint(own):
            within.add(slot)
            wanted.update(name for name in own if name in loop)
    slots = _blocking_slots(project, module, within) | (within & _waiting_slots(project, module))
    return frozenset(
        called_as(function)
        for outermost in _outermost(project, module, slots)
        for function in with_inner(project, outermost)
        if called_as(function) in wanted and not function.is_async and _waits(project, function)
    )


def _blocking_slots(project: Project, module: Module, within: Set[int]) -> Set[int]:
    """Those of some slots of a module in which something may block; packages are asked for what is called there alone."""
    known, interface = by_last(project, module), module.interface
    at: dict[str, set[int]] = {}
    for last in named_as_blocking(project, known):
        for name in known[last]:
            if not within.isdisjoint(where := _at_once(interface, name)):
                at.setdefault(last, set()).update(where)
    own = origins(project, module).packages
    told = suspects(project, at, own, lambda: packages_near(project, module)) if at else ()
    return within & set().union(*[at[last] for last in told])


def _waits(project: Project, function: Function) -> bool:
    kinds = (BLOCKS, WAITS, ASSUMES)
    return any(may_have(project, each, kind) for each in with_inner(project, function) for kind in kinds)


@question(cyclic=frozenset(), kept=frozenset[str])
def on_loop(project: Project) -> frozenset[str]:
    """The names of the functions of the project that async code may come to."""
    defined = frozenset(_defined(project))
    names = frozenset().union(*[names for _, names in every(project, _called_at_once)])
    new = found = meanings(project, names) & defined
    for _ in range(depth_of(project) - 1):
        new = (meanings(project, _called_by(project, new)) & defined) - found
        found |= new
    return found


@question(cyclic={})
def _defined(project: Project) -> Mapping[str, Set[Module]]:
    """The names by which the sync functions of the project are called, each with the modules that define such a one."""
    found: dict[str, set[Module]] = {}
    for module, names in every(project, _names):
        for own in names.values():
            for name in own:
                found.setdefault(name, set()).add(module)
    return found


def _modules_defining(project: Project, names: Collection[str]) -> list[Module]:
    """The modules that define a sync function which goes by one of some names, in the order of the project's."""
    defined = _defined(project)
    found = set().union(*[defined[name] for name in names if name in defined])
    return sorted(found, key=lambda module: module.path)


@question(cyclic={}, kept=dict[int, tuple[str, ...]])
def _names(project: Project, module: Module) -> dict[int, tuple[str, ...]]:
    """The names of the sync functions in each slot of a module; of those inside others where something is awaited."""
    awaiting = {slot for where in module.interface.awaited.values() for slot in where}
    found: dict[int, tuple[str, ...]] = {}
    for outermost in definitions(project, module).functions.values():
        slot, flags = outermost.node.body, outermost.node.flags
        if isinstance(slot, int) and not flags & ASYNC and slot not in awaiting:
            found[slot] = (called_as(outermost),)
        elif isinstance(slot, int) and flags & NESTING:
            found[slot] = tuple(called_as(each) for each in with_inner(project, outermost) if not each.is_async)
    return found


@question(cyclic=frozenset(), kept=frozenset[str])
def _called_at_once(project: Project, module: Module) -> frozenset[str]:
    """The last parts of the names that async functions of a module call other than under ``await``, of those that sync
    functions of the project go by."""
    slots = async_slots(project, module)
    return frozenset(
        [
            last
            for last, names in _calls_by_name(project, module, slots)
            if any(not slots.isdisjoint(_at_once(module.interface, name)) for name in names)
        ]
    )


@question(cyclic=frozenset())
def async_slots(project: Project, module: Module) -> frozenset[int]:
    """The slots of a module that hold async functions."""
    functions = definitions(project, module).functions.values()
    slots = [function.node.body for function in functions if function.node.flags & (ASYNC | ASYNC_INSIDE)]
    return frozenset(slot for slot in slots if isinstance(slot, int))


def _calls_by_name(project: Project, module: Module, slots: Collection[int]) -> Iterator[tuple[str, Sequence[str]]]:
    """What a module calls by names that sync functions of the project go by, by their last parts; nothing of what is built
    in, and nothing without slots to look at."""
    if not slots:
        return
    known = by_last(project, module)
    for last in called(project, module) & _sync_names(project):
        if last not in BUILTINS:
            yield last, known[last]
        elif names := [name for name in known[last] if name not in BUILTINS]:
            yield last, names


@question(cyclic=frozenset(), kept=frozenset[str])
def _sync_names(project: Project) -> frozenset[str]:
    """The names by which the sync functions of the project may be called."""
    return calling(project, frozenset(_defined(project)))


def _at_once(interface: Interface, name: str) -> Collection[int]:
    """The slots in which something is called by a name other than under ``await``."""
    where = interface.callees[name]
    awaited = interface.awaited.get(name)
    return where if awaited is None else {*where}.difference(awaited).union(interface.mixed.get(name, ()))


def _slots_calling(project: Project, module: Module, names: frozenset[str]) -> set[int]:
    """The slots of a module in which something is called by a name that ends so, other than under ``await``."""
    found: set[int] = set()
    known = by_last(project, module) if names else {}
    for last in names & called(project, module):
        for name in known[last]:
            if name not in BUILTINS:
                found.update(_at_once(module.interface, name))
    return found


def _outermost(project: Project, module: Module, slots: Collection[int]) -> list[Function]:
    functions = definitions(project, module).functions.values() if slots else ()
    return [function for function in functions if function.node.body in slots]


@question(cyclic=frozenset(), kept=frozenset[str])
def _called_by(project: Project, names: frozenset[str]) -> frozenset[str]:
    """The last parts of the names by which sync functions that go by one of some names call such functions."""
    found: set[str] = set()
    for module in _modules_defining(project, names):
        for own, calls in _calls(project, module):
            if not names.isdisjoint(own):
                found |= calls
    return frozenset(found)


@question(cyclic=(), kept=tuple[tuple[tuple[str, ...], frozenset[str]], ...])
def _calls(project: Project, module: Module) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """The names of the sync functions of a module, slot by slot, each with the last parts of the names that are called
    there other than under ``await``, of those that sync functions of the project go by."""
    names = _names(project, module)
    calls: defaultdict[int, set[str]] = defaultdict(set)
    interface = module.interface
    for last, written in _calls_by_name(project, module, names):
        for name in written:
            for slot in _at_once(interface, name):
                if slot in names:
                    calls[slot].add(last)
    return tuple((own, frozenset(calls[slot])) for slot, own in names.items() if slot in calls)


@question(cyclic=frozenset(), kept=frozenset[str])
def _calling(project: Project, names: frozenset[str]) -> frozenset[str]:
    """The names of the sync functions that call something by one of some names, in the modules that async code may come to."""
    found: set[str] = set()
    for module in _modules_defining(project, on_loop(project)):
        here = names & called(project, module)
        if not here:
            continue
        calls = _calls(project, module)
        if any(not (here & COMMON).isdisjoint(called_there) for _, called_there in calls):
            here = _told(project, module, here)
        found.update(name for own, called_there in calls if not here.isdisjoint(called_there) for name in own)
    return frozenset(found)


def _told(project: Project, module: Module, names: frozenset[str]) -> frozenset[str]:
    """Some names, those that all collections have only where a module defines such a function, or one near it."""
    common = names & COMMON
    if not common:
        return names
    near, defined = _near(project, module), _defined(project)
    return names - {name for name in common if name not in defined or near.isdisjoint(defined[name])}


@question(cyclic=frozenset())
def _near(project: Project, module: Module) -> frozenset[Module]:
    """A module, those that it imports, those in which the classes of these find their methods, and those of the classes
    that their functions are declared to give."""
    near = {module, *imported_from(project, module)}
    return frozenset(near | {project.by_path[path] for each in near for path in _behind(project, each)})


@question(cyclic=frozenset(), kept=frozenset[str])
def _behind(project: Project, module: Module) -> frozenset[str]:
    """The paths of the modules that define what the classes of a module descend from, and what its functions give."""
    own = definitions(project, module)
    classes = [each for each in own.classes.values() if each.node.bases]
    found = {base.path for each in classes for base in ancestors(project, symbol_of(each))}
    given = {each.node.returns for each in own.functions.values() if each.owner is None}
    meant = (resolve(project, module, name, None) for name in given if isinstance(name, str) and is_class_name(name))
    return frozenset((found | {symbol.path for symbol in meant if symbol is not None}) - {""})


@question(cyclic=frozenset(), kept=frozenset[int])
def _waiting_slots(project: Project, module: Module) -> frozenset[int]:
    """The slots of a module in which a session or connection may be made to wait, by the names of what is called. What
    most things have a method of counts where it is called on what looks like a session, by its name or what else it is
    asked for."""
    names = telling(project, module, WAITS)
    common = names & (COMMON | RESULTS)
    found = _slots_calling(project, module, names - common)
    if common:
        strong = names_in("data", "effects", "waits") - COMMON - RESULTS
        known = by_last(project, module)
        sessions = {name.rpartition(".")[0] for method in strong & known.keys() for name in known[method]}
        for name in [name for method in common & known.keys() for name in known[method]]:
            holder = name.rpartition(".")[0]
            if holder and (holder in sessions or any(word in holder.lower() for word in SESSION_WORDS)):
                found.update(_at_once(module.interface, name))
    return frozenset(found)
