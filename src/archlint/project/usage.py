"""Where a module uses the names it imports."""

from collections.abc import Iterator
from typing import Any

from archlint.facts.expressions import Call, Item
from archlint.facts.statements import Block, Class, Def, Set
from archlint.project.model import Module, Project, question
from archlint.project.walk import EVERYTHING, find


@question(cyclic=frozenset())
def at_work(project: Project, module: Module) -> frozenset[str]:
    """The names a module uses in what it does, each by its first part: not those that only stand in signatures, in
    annotations or in ``Annotated``, where they say what is handed over and by which dependency."""
    return frozenset(_working(module, module.interface.body))


def _working(module: Module, root: Block) -> Iterator[str]:
    stack: list[Any] = [*root]
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is str:
            yield _head(node)
        elif kind is Def:
            stack += [*node.decorators, *module.body(node)]
        elif kind is Set:
            stack += [*node.targets, node.value]
        elif kind in EVERYTHING and not (kind is Item and _is_annotated(node)):
            stack += EVERYTHING[kind](node)


@question(cyclic=frozenset(), kept=frozenset[str])
def as_values(project: Project, module: Module) -> frozenset[str]:
    """The names a module uses as values, as written: not those it calls, binds, annotates or decorates with."""
    return frozenset(_values(module, module.interface.body))


def _values(module: Module, root: Block) -> Iterator[str]:
    stack: list[Any] = [*root]
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is str:
            yield node
        elif kind is Def:
            stack += [*[param.default for param in node.params], *module.body(node)]
        elif kind is Class:
            stack += node.body
        elif kind is Call:
            stack += [*node.args, *[value for _, value in node.kwargs]]
            stack += [] if isinstance(node.func, str) else [node.func]
        elif kind is Set:
            stack += [*[target for target in node.targets if not isinstance(target, str)], node.value]
        elif kind in EVERYTHING:
            stack += EVERYTHING[kind](node)


def _is_annotated(node: Item) -> bool:
    return isinstance(node.base, str) and node.base.rpartition(".")[2] == "Annotated"


@question(cyclic=frozenset())
def inside(project: Project, module: Module, method: str) -> frozenset[str]:
    """The names that functions of one name use, signatures included; each by its first part."""
    return frozenset(
        name
        for node in find(module.interface.body, (Def,), into_definitions=True)
        if node.name == method
        for name in _heads(module, (node,), "")
    )


@question(cyclic=frozenset())
def outside(project: Project, module: Module, method: str) -> frozenset[str]:
    """The names a module uses anywhere but in functions of one name; each by its first part."""
    return frozenset(_heads(module, module.interface.body, method))


def _heads(module: Module, root: Block, skip: str) -> Iterator[str]:
    stack: list[Any] = [*root]
    while stack:
        node = stack.pop()
        if node.__class__ is str:
            yield _head(node)
        elif node.__class__ is not Def:
            stack += EVERYTHING[node.__class__](node) if node.__class__ in EVERYTHING else ()
        elif node.name != skip:
            stack += [*node.decorators, *node.params, node.returns, *module.body(node)]


def _head(name: str) -> str:
    return name.partition(".")[0]
