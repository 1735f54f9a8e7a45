"""What the calls of a function may run, whatever its locals are just there.

It is more than `archlint.project.calls.graph` finds for any one call, without following a function statement by statement.
Whoever looks for something in the calls of functions asks here first which of them may hold it at all.
"""

from collections.abc import Iterator

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call, Expr, Item
from archlint.facts.statements import NESTING
from archlint.project.aliases import called, slots_calling
from archlint.project.calls.graph import Callee, by_name, of_method, of_super
from archlint.project.definitions import Function, holder_of_local
from archlint.project.flow.anywhere import Body, body_of
from archlint.project.flow.assignments import parameters_of
from archlint.project.flow.telling import heads
from archlint.project.model import Module, Project, question
from archlint.project.names import resolve
from archlint.project.types.annotations import Type, arms
from archlint.project.types.expressions import Frame, type_of


class Glimpse(Record, frozen=True):
    """What calls by one name, as written (see `archlint.facts.expressions.indexed_name`), may run."""

    name: str
    runs: tuple[Callee, ...]


def glimpses(project: Project, function: Function, names: frozenset[str], at_once: bool = False) -> Iterator[Glimpse]:
    """What the calls of a function may run that go by names that end so; see `callees`."""
    yield from glimpses_of(project, function, names_written(project, function, names, at_once))


def names_written(
    project: Project, function: Function, names: frozenset[str], at_once: bool = False
) -> tuple[str, ...]:  # fmt: skip
    """The names, as written, that end in one of some and by which the body of a function calls something, or that of the
    function outside functions that it lies in.

    Args:
        at_once: what is called only right under ``await`` is left out.
    """
    outermost = function
    while outermost.outer is not None:
        outermost = outermost.outer
    slot = outermost.node.body
    if isinstance(slot, int):
        return slots_calling(project, function.module, names, at_once).get(slot, ())
    return tuple(name for name in body_of(project, function).calls if name.rpartition(".")[2] in names)


def names_called(project: Project, function: Function) -> tuple[str, ...]:
    """The same, by whatever names."""
    return names_written(project, function, called(project, function.module))


def glimpses_of(project: Project, function: Function, written: tuple[str, ...]) -> Iterator[Glimpse]:
    """What the calls of a function may run by some names as written; those first that tell most easily."""
    later = []
    is_nested = function.outer is not None or function.node.flags & NESTING
    if is_nested and written:  # an index of names is about the outermost function, those inside it and all
        written = tuple(name for name in written if name in body_of(project, function).calls)
    for name in written:
        head = name.partition(".")[0]
        if not head or head in function.node.binds:
            later.append(name)
        elif function.takes(head):
            if is_nested or function.node.body in function.module.interface.callees.get("isinstance", ()):
                later.append(name)
                continue
            yield Glimpse(name, _on_parameter(project, function, name))
        elif resolve(project, function.module, head, None) is None or holder_of_local(function, head):
            later.append(name)  # what a comprehension binds, a class attribute …
        else:
            yield Glimpse(name, _global(project, function.module, name))
    for name in later:
        yield Glimpse(name, _local(project, function, name))


@question(cyclic=())
def _global(project: Project, module: Module, name: str) -> tuple[Callee, ...]:
    return _named(project, name, Frame(module, None, {}))


@question(cyclic=())
def _on_parameter(project: Project, function: Function, name: str) -> tuple[Callee, ...]:
    return _named(project, name, Frame(function.module, function, parameters_of(function)))


@question(cyclic=())
def _local(project: Project, function: Function, name: str) -> tuple[Callee, ...]:
    body = body_of(project, function)
    found: dict[Callee, None] = {}
    for call in body.calls.get(name, ()):
        func = call.func.base if isinstance(call.func, Item) else call.func
        for frame in _frames(function, func, body):
            found.update(dict.fromkeys(_meant(project, function, func, frame)))
        if isinstance(func, str):
            break
    return tuple(found)


def _frames(function: Function, func: Expr, body: Body) -> list[Frame]:
    """Where a callee may stand: a name that a comprehension binds means something else outside it."""
    frames = [Frame(function.module, function, body.env)]
    outside = body.looped & heads(func) - set(function.node.binds)
    if outside:
        env = {name: assigned for name, assigned in body.env.items() if name not in outside}
        frames.append(Frame(function.module, function, env))
    return frames


def _meant(project: Project, function: Function, func: Expr, frame: Frame) -> tuple[Callee, ...]:
    match func:
        case Attr(base=Call(func="super"), name=name) if function.owner is not None:
            return (of_super(project, function.owner, name),)
        case Attr(base=base, name=name):
            return _methods(project, type_of(project, base, frame), name)
        case str():
            return _named(project, func, frame)
    return ()


def _named(project: Project, name: str, frame: Frame) -> tuple[Callee, ...]:
    found = by_name(project, frame.module, name, frame.function)
    head = name.partition(".")[0]
    if found is not None and head not in frame.env:
        return (found,)
    base, _, last = name.rpartition(".")
    typed = _methods(project, type_of(project, base or name, frame), last if base else "__call__")
    return typed if found is None else (found, *typed)


def _methods(project: Project, receiver: Type, name: str) -> tuple[Callee, ...]:
    return tuple(of_method(project, arm, name) for arm in arms(receiver))
