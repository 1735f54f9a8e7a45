"""The names by calling which a function may come to wait, so that most functions need not be looked into."""

from archlint.facts.statements import ASYNC
from archlint.project.aliases import called, spellings
from archlint.project.blocking import suspects
from archlint.project.definitions import Function, definitions, with_inner
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, every, question

DEPTH = 3
SESSION_WORDS = ("session", "db", "conn")
LIBRARIES = ("sqlalchemy", "sqlmodel")


def leading(project: Project, depth: int = DEPTH) -> frozenset[str]:
    """The names of the sync functions of the project that may wait, themselves or within ``depth`` calls."""
    return _leading(project, depth)


@question(cyclic=frozenset())
def _leading(project: Project, depth: int) -> frozenset[str]:
    found = spellings(project, frozenset().union(*[names for _, names in every(project, _waiting)]))
    new = found
    for _ in range(depth - 1):
        new = spellings(project, _calling(project, new)) - found
        found |= new
    return found


@question(cyclic=frozenset(), kept=frozenset[str])
def _calling(project: Project, names: frozenset[str]) -> frozenset[str]:
    """The names of the sync functions that call something by one of some names."""
    found: set[str] = set()
    for module, all_called in every(project, called):
        if not names.isdisjoint(all_called):
            by_slot = sync_names(project, module)
            for slot in slots_calling(module, names) & by_slot.keys():
                found.update(by_slot[slot])
    return frozenset(found)


def slots_calling(module: Module, names: frozenset[str]) -> set[int]:
    """The slots of a module in which something is called by a name that ends so, other than under ``await``."""
    interface = module.interface
    found: set[int] = set()
    for name, where in interface.callees.items():
        if name.rpartition(".")[2] in names:
            awaited = interface.awaited.get(name)
            found.update(where if awaited is None else _not_awaited(module, name, where, awaited))
    return found


def _not_awaited(module: Module, name: str, where: tuple[int, ...], awaited: tuple[int, ...]) -> set[int]:
    return set(where).difference(awaited).union(module.interface.mixed.get(name, ()))


@question(cyclic=frozenset(), kept=frozenset[str])
def _waiting(project: Project, module: Module) -> frozenset[str]:
    """The names of the sync functions of a module that may wait by themselves."""
    slots = waiting_slots(project, module)
    if not slots:
        return frozenset()
    by_slot = sync_names(project, module)
    return frozenset(name for slot in slots & by_slot.keys() for name in by_slot[slot])


@question(cyclic=frozenset(), kept=frozenset[int])
def waiting_slots(project: Project, module: Module) -> frozenset[int]:
    """The slots of a module in which something may wait by itself, by the names of what is called."""
    strong = _strong(project)
    all_called = called(project, module)
    found = slots_calling(module, strong) if not strong.isdisjoint(all_called) else set()
    if "get" in all_called:
        is_open = any((each.module or "").partition(".")[0] in LIBRARIES for each in module.interface.imports)
        interface = module.interface
        for name, where in interface.callees.items():
            holder, _, method = name.rpartition(".")
            if method == "get" and holder and (is_open or any(word in holder.lower() for word in SESSION_WORDS)):
                awaited = interface.awaited.get(name, ())
                found |= _not_awaited(module, name, where, awaited)
    return frozenset(found)


@question(cyclic=frozenset())
def _strong(project: Project) -> frozenset[str]:
    """The names of what waits, those left out that most things have a method of."""
    return (names_in("data", "effects", "waits") - {"get"}) | {"query"} | spellings(project, suspects(project))


@question(cyclic={})
def sync_names(project: Project, module: Module) -> dict[int, tuple[str, ...]]:
    """The names by which the sync functions in each slot of a module are called."""
    found: dict[int, tuple[str, ...]] = {}
    for outermost in definitions(project, module).functions.values():
        slot = outermost.node.body
        if isinstance(slot, int):
            found[slot] = tuple(
                _called_as(each) for each in with_inner(project, outermost) if not each.node.flags & ASYNC
            )
    return found


def _called_as(function: Function) -> str:
    name = function.node.name
    return function.owner.node.name if name == "__init__" and function.owner is not None else name
