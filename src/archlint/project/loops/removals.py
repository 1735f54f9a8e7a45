"""What methods remove from the containers of the object they are called on."""

from collections.abc import Iterator

from archlint.facts.expressions import Call, Item
from archlint.facts.statements import Del
from archlint.project.aliases import slots_calling
from archlint.project.calls.forms import base_of, last_name
from archlint.project.calls.graph import of_method
from archlint.project.classes import methods
from archlint.project.definitions import Function, definitions, with_inner
from archlint.project.flow.sites import Locals, call_sites
from archlint.project.loops.changing import DELETE, Change, key_text
from archlint.project.loops.containers import Path, path_of
from archlint.project.model import Module, Project, every, question
from archlint.project.places import whole
from archlint.project.spelling import spelled
from archlint.project.types.callables import passed_to
from archlint.project.types.expressions import Frame, type_of
from archlint.project.walk import statements

REMOVERS = frozenset({"clear", "discard", "pop", "popitem", "popleft", "remove"})


def removals(
    project: Project, function: Function, call: Call, container: Path, here: Locals, is_awaited: bool
) -> Iterator[Change]:  # fmt: skip
    """The removal from a container that a call of a method of the object it hangs on amounts to."""
    base, name = base_of(call), last_name(call)
    path = None if base is None or name not in removers(project) else path_of(base)
    if path is None or len(path) >= len(container) or container[: len(path)] != path:
        return
    run = of_method(project, type_of(project, base, Frame(function.module, function, here.env)), name).functions
    ways = [
        _way(project, method, call, container[len(path) :])
        if method.is_async is is_awaited and not method.is_generator
        else ""
        for method in run
    ]
    if ways and all(ways):
        yield Change(ways[0], (), whole(call), f"{spelled(base)}.{name}()", None, here)


def _way(project: Project, method: Function, call: Call, container: Path) -> str:
    """How a method, called so, removes from a container of its object; empty if it does not."""
    passed = {f"[{param.name}]": f"[{key_text(arg)}]" for param, arg in passed_to(method, call, is_bound=True)}
    for path, how in removed(project, method):
        if tuple(passed.get(part, part) for part in path) == container:
            return how
    return ""


@question(cyclic=frozenset())
def removers(project: Project) -> frozenset[str]:
    """The names of the methods that may remove from a container of their object."""
    return frozenset().union(*[names for _, names in every(project, _removers)])


@question(cyclic=frozenset(), kept=frozenset[str])
def _removers(project: Project, module: Module) -> frozenset[str]:
    """Those of a module: methods that call a remover, delete an item, or call such a method of their own class."""
    found: set[str] = set()
    calls = slots_calling(project, module, REMOVERS)
    # What a remover is called on hangs on the method's object: `self.open.pop()`, or `.pop()` of `self.open[key]`.
    slots = {slot for slot, written in calls.items() if any(name.count(".") > 1 or name[0] == "." for name in written)}
    slots.update(module.interface.deleting)
    while slots:
        outermost = [each for each in definitions(project, module).functions.values() if each.node.body in slots]
        inside = [function for each in outermost for function in with_inner(project, each)]
        new = {function.node.name for function in inside if function.owner is not None} - found
        found |= new
        slots = set(slots_calling(project, module, frozenset(new))) if new else set()
    return frozenset(found)


@question(cyclic=())
def removed(project: Project, method: Function) -> tuple[tuple[Path, str], ...]:
    """The ways from a method's object to the containers it removes from, itself or through other methods of the object,
    each with how."""
    if method.owner is None or not method.node.params:
        return ()
    this = (method.node.params[0].name,)
    found: dict[Path, str] = {}
    for statement in statements(method.body):
        for target in statement.targets if isinstance(statement, Del) else ():
            if isinstance(target, Item):
                found.setdefault(path_of(target.base) or (), DELETE)
    for site in call_sites(project, method):
        base, name = base_of(site.call), last_name(site.call)
        path = None if base is None or site.deferred else path_of(base)
        if path is not None and name in REMOVERS:
            found.setdefault(path, name)
        other = methods(project, method.owner).get(name) if path == this else None
        for inner, how in removed(project, other) if other is not None else ():
            if not any(part.startswith("[") for part in inner):
                found.setdefault((*this, *inner), how)
    return tuple((path[1:], how) for path, how in found.items() if path[:1] == this and len(path) > 1)
