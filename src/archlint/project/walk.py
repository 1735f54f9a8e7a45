"""Walking over lowered code: every expression and statement below a node, in source order."""

from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import Any

from archlint.facts.expressions import (
    Attr,
    Await,
    Call,
    Comp,
    Cond,
    Expr,
    Generator,
    Item,
    Lambda,
    Map,
    Node,
    Op,
    Param,
    Seq,
    Slice,
    Star,
    Text,
    Walrus,
    Yield,
)  # fmt: skip
from archlint.facts.statements import (
    Assert,
    Block,
    Case,
    Class,
    Def,
    Del,
    Do,
    For,
    Handler,
    If,
    Match,
    Raise,
    Return,
    Set,
    Stmt,
    Try,
    TypeAlias,
    While,
    With,
)  # fmt: skip

Children = Callable[[Any], tuple[Any, ...]]

EXPRESSIONS: dict[type, Children] = {
    Attr: lambda n: (n.base,),
    Call: lambda n: (n.func, *n.args, *[value for _, value in n.kwargs]) if n.kwargs else (n.func, *n.args),
    Await: lambda n: (n.value,),
    Item: lambda n: (n.base, n.key),
    Slice: lambda n: (n.lower, n.upper, n.step),
    Op: lambda n: n.operands,
    Text: lambda n: n.parts,
    Seq: lambda n: n.items,
    Map: lambda n: tuple(chain.from_iterable(n.pairs)),
    Star: lambda n: (n.value,),
    Cond: lambda n: (n.test, n.then, n.other),
    Walrus: lambda n: (n.value,),
    Yield: lambda n: (n.value,),
    Param: lambda n: (n.annotation, n.default),
    Lambda: lambda n: (*n.params, n.body),
    Generator: lambda n: (n.target, n.iter, *n.ifs),
    Comp: lambda n: (*n.elements, *n.fors),
}
STATEMENTS: dict[type, Children] = {
    Do: lambda n: (n.value,),
    Set: lambda n: (*n.targets, n.annotation, n.value),
    Return: lambda n: (n.value,),
    Raise: lambda n: (n.value, n.cause),
    Del: lambda n: n.targets,
    Assert: lambda n: (n.test, n.message),
    TypeAlias: lambda n: (n.value,),
    If: lambda n: (n.test, *n.body, *n.orelse),
    For: lambda n: (n.target, n.iter, *n.body, *n.orelse),
    While: lambda n: (n.test, *n.body, *n.orelse),
    With: lambda n: (*chain.from_iterable(n.items), *n.body),
    Handler: lambda n: (n.type, *n.body),
    Try: lambda n: (*n.body, *n.handlers, *n.orelse, *n.final),
    Case: lambda n: (n.pattern, n.guard, *n.body),
    Match: lambda n: (n.subject, *n.cases),
}
CHILDREN: dict[type, Children] = EXPRESSIONS | STATEMENTS
DEFINITIONS: dict[type, Children] = {
    Def: lambda n: (*n.decorators, *n.params, n.returns, *(n.body if isinstance(n.body, tuple) else ())),
    Class: lambda n: (*n.decorators, *n.bases, *[value for _, value in n.keywords], *n.body),
}
EVERYTHING = CHILDREN | DEFINITIONS
BLOCKS: dict[type, Children] = {
    If: lambda n: (*n.body, *n.orelse),
    For: lambda n: (*n.body, *n.orelse),
    While: lambda n: (*n.body, *n.orelse),
    With: lambda n: n.body,
    Try: lambda n: (*n.body, *[s for handler in n.handlers for s in handler.body], *n.orelse, *n.final),
    Match: lambda n: tuple(s for case in n.cases for s in case.body),
}


def statements(block: Block) -> Iterator[Stmt]:
    """Every statement of a block and of the compound statements in it; not what functions and classes hold."""
    stack = list(reversed(block))
    while stack:
        statement = stack.pop()
        yield statement
        inner = BLOCKS.get(statement.__class__)
        if inner:
            stack.extend(reversed(inner(statement)))


def defined(block: Block) -> list[Def | Class]:
    """The functions and classes a block and the compound statements in it define, in source order."""
    found: list[Def | Class] = []
    for statement in block:
        kind = statement.__class__
        if kind is Def or kind is Class:
            found.append(statement)  # type: ignore[arg-type]
        elif kind in BLOCKS:
            found += defined(BLOCKS[kind](statement))
    return found


def nodes(root: Node | Block | Expr | tuple[Expr, ...], *, into_definitions: bool = False) -> Iterator[Any]:
    """Every expression (dotted names as strings) and statement at or below ``root``, in source order.

    Functions and classes inside are yielded; ``into_definitions`` also walks what they hold.
    """
    stack: list[Any] = list(reversed(root)) if isinstance(root, tuple) else [root]
    pop, extend = stack.pop, stack.extend
    children_of = EVERYTHING if into_definitions else CHILDREN
    while stack:
        node = pop()
        if node is None:
            continue
        yield node
        children = children_of.get(node.__class__)
        if children is not None:
            extend(children(node)[::-1])


def names(root: Any) -> set[str]:
    """The dotted names written at or below ``root``, in functions and classes inside it too."""
    if root.__class__ is str:
        return {root}
    found: set[str] = set()
    stack: list[tuple[Any, ...]] = [root if isinstance(root, tuple) else (root,)]
    add, pop, push, children_of = found.add, stack.pop, stack.append, EVERYTHING.get
    while stack:
        for node in pop():
            kind = type(node)
            if kind is str:
                add(node)
                continue
            children = children_of(kind)
            if children is not None:
                push(children(node))
    return found


def find(root: Any, kinds: Collection[type], *, into_definitions: bool = False) -> Iterator[Any]:
    """Every node of some kinds at or below ``root`` (a node, an expression or a block), in source order."""
    stack: list[Any] = list(reversed(root)) if isinstance(root, tuple) else [root]
    pop, extend = stack.pop, stack.extend
    children_of = EVERYTHING if into_definitions else CHILDREN
    while stack:
        node = pop()
        kind = node.__class__
        if kind in kinds:
            yield node
        children = children_of.get(kind)
        if children is not None:
            extend(children(node)[::-1])


def calls(root: Any, *, into_definitions: bool = False) -> Iterator[Call]:
    """Every call at or below ``root``, in source order."""
    return find(root, (Call,), into_definitions=into_definitions)
