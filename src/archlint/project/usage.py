"""Where a module uses the names it imports."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from archlint.facts.expressions import Call, Item
from archlint.facts.statements import Block, Class, Def, Set
from archlint.project.model import Module, Project, question
from archlint.project.walk import EVERYTHING, find


@question(cyclic=frozenset())
def at_work(project: Project, module: Module) -> frozenset[str]:
    """The names a module uses in what it does, each by its first part: not those that only stand in signatures, in
    annotations or in ``Annotated``, where they say what is handed over and by which dependency."""
    return frozenset(map(_head, _names(module.interface.body, lambda node: _working(module, node))))


def _working(module: Module, node: Any) -> Iterable[Any]:
    kind = node.__class__
    if kind is Def:
        return (*node.decorators, *module.body(node))
    if kind is Set:
        return (*node.targets, node.value)
    return () if kind is Item and _is_annotated(node) else _all_parts(node)


@question(cyclic=frozenset(), kept=frozenset[str])
def as_values(project: Project, module: Module) -> frozenset[str]:
    """The names a module uses as values, as written: not those it calls, binds, annotates or decorates with."""
    return frozenset(_names(module.interface.body, lambda node: _values(module, node)))


def _values(module: Module, node: Any) -> Iterable[Any]:
    kind = node.__class__
    if kind is Def:
        return (*[param.default for param in node.params], *module.body(node))
    if kind is Class:
        return node.body  # type: ignore[no-any-return]
    if kind is Call:
        given = (*node.args, *[value for _, value in node.kwargs])
        return given if isinstance(node.func, str) else (*given, node.func)
    if kind is Set:
        return (*[target for target in node.targets if not isinstance(target, str)], node.value)
    return _all_parts(node)


def _names(root: Block, parts: Callable[[Any], Iterable[Any]]) -> Iterator[str]:
    """The names in a block, as written, that are reached by the parts of its statements, the parts of these and so on."""
    stack: list[Any] = [*root]
    while stack:
        node = stack.pop()
        if node.__class__ is str:
            yield node
        else:
            stack += parts(node)


def _all_parts(node: Any) -> Iterable[Any]:
    kind = node.__class__
    return EVERYTHING[kind](node) if kind in EVERYTHING else ()


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
