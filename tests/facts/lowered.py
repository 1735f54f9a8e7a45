"""Short ways to lower a program, and walks over trees and facts that share nothing with the lowering."""

import ast
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeVar

from archlint.facts import Facts, StoredFacts, lower
from archlint.facts.expressions import Attr, Call, Comp, Const, Expr, Node, Op, Param, Seq, Walrus
from archlint.facts.statements import (
    Block,
    Class,
    Def,
    Do,
    Handler,
    Import,
    Jump,
    Scope,
    Set,
    TypeAlias,
    TypeParam,
)

Kind = TypeVar("Kind")

NAMING_FIELDS: dict[type, frozenset[str]] = {
    Const: frozenset({"kind", "value"}),
    Attr: frozenset({"name"}),
    Op: frozenset({"op"}),
    Seq: frozenset({"kind"}),
    Comp: frozenset({"kind"}),
    Walrus: frozenset({"name"}),
    Param: frozenset({"name", "kind"}),
    TypeParam: frozenset({"name", "kind"}),
    TypeAlias: frozenset({"name"}),
    Set: frozenset({"op"}),
    Jump: frozenset({"kind"}),
    Scope: frozenset({"kind", "names"}),
    Import: frozenset({"module", "names", "guard"}),
    Handler: frozenset({"name"}),
    Def: frozenset({"name", "doc", "binds"}),
    Class: frozenset({"name", "doc"}),
}
"""The fields whose strings are no expressions."""


def facts(source: str | bytes) -> Facts:
    """The facts of a program that parses."""
    found = lower(source.encode() if isinstance(source, str) else source)
    assert found.interface.error is None, found.interface.error
    return found


def decoded(data: bytes) -> Facts:
    """All that encoded facts hold, no longer tied to their bytes."""
    stored = StoredFacts(data)
    return Facts(stored.interface, [stored.body(slot) for slot in range(stored.slots)])


def block(source: str | bytes) -> Block:
    return facts(source).interface.body


def statement(source: str, kind: type[Kind]) -> Kind:
    """The only statement of a program."""
    (found,) = block(source)
    assert isinstance(found, kind)
    return found


def expression(source: str) -> Expr:
    return statement(source, Do).value


def definition(source: str) -> tuple[Def, Block]:
    """The only statement of a program, a function, and its body."""
    found = facts(source)
    (function,) = found.interface.body
    assert isinstance(function, Def)
    assert isinstance(function.body, int)
    return function, found.body(function.body)


def within(body: Block, kind: type[Kind]) -> list[Kind]:
    """The structs of one class in a block, functions that carry their own block included, in no order."""
    return [node for node in structs(body) if isinstance(node, kind)]


def structs(root: Any) -> Iterator[Node]:
    stack = [root]
    while stack:
        value = stack.pop()
        if isinstance(value, Node):
            yield value
            stack.extend(getattr(value, field) for field in value.__struct_fields__)
        elif isinstance(value, (tuple, list)):
            stack.extend(value)


def everything(found: Facts) -> list[Block]:
    return [found.interface.body, *[found.body(slot) for slot in range(found.slots)]]


def names_in(node: Node) -> Iterator[str]:
    """The dotted names that are expressions directly under a struct."""
    naming = NAMING_FIELDS.get(type(node), frozenset())
    for field in node.__struct_fields__:
        value = getattr(node, field)
        if field in ("kwargs", "keywords"):
            value = tuple(passed for _, passed in value)
        if field not in naming:
            yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)


def counted_facts(found: Facts) -> Counter[str]:
    """How often facts hold each dotted name, each string constant, and calls and attributes at each place."""
    counts: Counter[str] = Counter()
    for node in structs(everything(found)):
        counts.update(f"name {name}" for name in names_in(node))
        if isinstance(node, Call):
            counts[f"call {node.line}:{node.col}-{node.end_line}:{node.end_col}"] += 1
        elif isinstance(node, Attr):
            counts[f"attribute {node.name} {node.line}:{node.col}"] += 1
        elif isinstance(node, Const) and node.kind == "str":
            counts[f"string {node.value!r} {node.length}"] += 1
        elif isinstance(node, (Walrus, TypeAlias)):
            counts[f"name {node.name}"] += 1
    return counts


def counted_tree(data: bytes) -> Counter[str]:
    """The same of the ``ast`` tree, by ``ast.walk``, strings in annotations left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(data)
    quoted = {id(node) for hint in _annotations(tree) for node in ast.walk(hint)}
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    counts: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            dotted = _dotted(node)
            if dotted and id(node) not in inner:
                counts[f"name {dotted}"] += 1
            elif not dotted and isinstance(node, ast.Attribute):
                counts[f"attribute {node.attr} {node.lineno}:{node.col_offset}"] += 1
        elif isinstance(node, (ast.Call, ast.MatchClass)):
            counts[f"call {node.lineno}:{node.col_offset}-{node.end_lineno}:{node.end_col_offset}"] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value and id(node) not in quoted:
            kept = node.value[:512].encode("utf-8", "backslashreplace").decode()
            counts[f"string {kept!r} {len(node.value)}"] += 1
    return counts


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def _annotations(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        for field in ("annotation", "returns", "bound", "default_value"):
            hint = getattr(node, field, None)
            if isinstance(hint, ast.expr):
                yield hint
        if type(node).__name__ == "TypeAlias":
            yield node.value  # type: ignore[attr-defined]
