"""Where a module uses the names it imports."""

from collections.abc import Iterator
from typing import Any

from archlint.facts.expressions import Item
from archlint.facts.statements import Block, Def, Set
from archlint.project.model import Module, Project, question
from archlint.project.walk import EVERYTHING


@question(cyclic=frozenset())
def at_work(project: Project, module: Module) -> frozenset[str]:
    """The names a module uses in what it does, each by its first part: not those that only stand in signatures, in
    annotations or in ``Annotated``, where they say what is handed over and by which dependency."""
    return frozenset(_heads(module, module.interface.body, skip=""))


@question(cyclic=frozenset())
def outside(project: Project, module: Module, method: str) -> frozenset[str]:
    """The names a module uses anywhere, annotations included, but in the methods of one name; by their first part."""
    return frozenset(_heads(module, module.interface.body, skip=method))


def _heads(module: Module, root: Block, skip: str) -> Iterator[str]:
    """First parts of names; without a method to skip, signatures and annotations are skipped."""
    stack: list[Any] = [*root]
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is str:
            yield node.partition(".")[0]
        elif kind is Def and skip and node.name == skip:
            continue
        elif kind is Def:
            stack += [*node.decorators, *module.body(node)]
            if skip:
                stack += [*node.params, node.returns]
        elif kind is Set and not skip:
            stack += [*node.targets, node.value]
        elif kind is Item and not skip and _is_annotated(node):
            continue
        elif kind in EVERYTHING:
            stack += EVERYTHING[kind](node)


def _is_annotated(node: Item) -> bool:
    return isinstance(node.base, str) and node.base.rpartition(".")[2] == "Annotated"
