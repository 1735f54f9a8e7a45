"""Which async functions may block, told without following what their locals are.

Method names say little (`get`, `create`, `read`): what they are called on says more, and a global, an attribute of ``self`` or
a parameter that nothing binds again is the same all through a function.
"""

from collections.abc import Iterator

from archlint.facts.statements import NESTING
from archlint.project.annotations import Type, arms
from archlint.project.assignments import parameters_of
from archlint.project.blocking import counterpart, is_client, path_in_client
from archlint.project.call_graph import of_method
from archlint.project.candidates import BLOCKS, telling
from archlint.project.definitions import Function, definitions, with_inner
from archlint.project.model import Module, Project, question
from archlint.project.names import resolve
from archlint.project.types import Frame, type_of


def may_block(project: Project, module: Module) -> Iterator[Function]:
    """The async functions of a module that may block, those inside functions too."""
    names = telling(project, module, BLOCKS)
    by_slot: dict[int, list[str]] = {}
    for name, slots in module.interface.callees.items() if names else ():
        if name.rpartition(".")[2] in names:
            for slot in slots:
                by_slot.setdefault(slot, []).append(name)
    for outermost in definitions(project, module).functions.values() if by_slot else ():
        called = by_slot.get(outermost.node.body, ()) if isinstance(outermost.node.body, int) else ()
        if _is_async(outermost) and any(_is_suspect(project, outermost, name) for name in called):
            yield from (function for function in with_inner(project, outermost) if function.is_async)


def _is_async(function: Function) -> bool:
    """Whether it is an ``async def``, or may hold one."""
    return function.is_async or bool(function.node.flags & NESTING)


def _is_suspect(project: Project, function: Function, name: str) -> bool:
    head, dot, _ = name.partition(".")
    if not head or head in function.node.binds:
        return True
    if all(param.name != head for param in function.node.params):
        is_inner = function.node.flags & NESTING and resolve(project, function.module, head, None) is None
        return bool(is_inner) or _is_suspect_global(project, function.module, name)
    holder, _, method = name.rpartition(".")
    frame = Frame(function.module, function, parameters_of(function))
    return bool(dot) and _has(project, type_of(project, holder, frame), method)


@question(cyclic=True)
def _is_suspect_global(project: Project, module: Module, name: str) -> bool:
    symbol = resolve(project, module, name, None)
    if symbol is not None and symbol.is_external:
        return counterpart(project, symbol.name) is not None or is_client(symbol.name)
    if symbol is not None and counterpart(project, f"{project.by_path[symbol.path].name}.{symbol.name}"):
        return True
    holder, _, method = name.rpartition(".")
    return bool(holder) and _has(project, type_of(project, holder, Frame(module, None, {})), method)


def _has(project: Project, type_: Type, method: str) -> bool:
    """Whether an object may have a method that blocks, or whose answer is entered or iterated over and blocks then."""
    if any(is_client(arm.name) or path_in_client(arm.name) for arm in arms(type_) if arm.name):
        return True
    run = of_method(project, type_, method)
    names = [run.name, *(f"{own.module.name}.{own.name}" for own in run.functions)]
    return any(counterpart(project, name) is not None for name in names if name)
