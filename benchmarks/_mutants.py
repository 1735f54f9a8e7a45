"""Mistakes planted in a copy of a project: an ``await`` taken away from a call, or put before one."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from _wrapping import LINE

TAKEN, PUT = "taken away", "put"
CODES = {TAKEN: "ARC304", PUT: "ARC307"}

# Methods of SQLAlchemy's async objects that are to be awaited, and some that are not.
AWAITED = frozenset({
    "close", "commit", "connection", "delete", "execute", "exec", "flush", "get", "get_one", "merge", "refresh", "rollback",
    "scalar", "scalars", "stream",
})  # fmt: skip
PLAIN = frozenset({"add", "add_all", "expunge", "expunge_all", "expire"})
FETCHERS = frozenset({
    "all", "first", "one", "one_or_none", "scalars", "scalar_one", "scalar_one_or_none", "fetchall", "mappings", "unique",
})  # fmt: skip


class Mutant(NamedTuple):
    """One mistake.

    Attributes:
        function: the line of the innermost function around it: there is one mistake a function in a round.
        start: line (from 1) and UTF-8 column where something is written or taken away.
        length: how many bytes are taken away.
        end: where the parenthesis is closed that is opened at the start; None where there is none.
        line: where the finding is expected.
        use: what becomes of the value then: it is `dropped`, `used`, or `assigned` to a local of which an attribute or an
            item is taken; empty for an ``await`` that is put.
        callee: what is called, as written.
    """

    path: str
    kind: str
    function: int
    start: tuple[int, int]
    length: int
    end: tuple[int, int] | None
    line: int
    use: str
    callee: str


class Names(NamedTuple):
    """The last names of the functions that a project defines: only with ``async def``, only with ``def``."""

    coroutines: frozenset[str]
    plain: frozenset[str]


def names_of(trees: Iterable[ast.AST]) -> Names:
    """The names of the functions of some modules; generators, decorated functions and plain ones that do not say what they
    return are left out, and names of which any function is one."""
    kinds: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yields = any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
                is_odd = node.decorator_list or yields or (isinstance(node, ast.FunctionDef) and node.returns is None)
                kind = "other" if is_odd else type(node).__name__
                kinds.setdefault(node.name, set()).add(kind)
    return Names(
        frozenset(name for name, found in kinds.items() if found == {"AsyncFunctionDef"}),
        frozenset(name for name, found in kinds.items() if found == {"FunctionDef"}),
    )


def mutants(path: str, tree: ast.AST, names: Names) -> list[Mutant]:
    """The mistakes that can be planted in the ``async def``s of a module."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return [
        mutant
        for node in ast.walk(tree)
        if isinstance(node, ast.Await | ast.Call)
        and isinstance(function := _around(node, parents), ast.AsyncFunctionDef)
        and (mutant := _mutant(path, node, function, parents, names)) is not None
    ]


def _mutant(
    path: str,
    node: ast.Await | ast.Call,
    function: ast.AsyncFunctionDef,
    parents: Mapping[ast.AST, ast.AST],
    names: Names,
) -> Mutant | None:
    start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    if isinstance(node, ast.Call):
        given = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        if isinstance(parents[node], ast.Await) or not _is_sync(node, names) or _written(node) in given:
            return None
        return Mutant(path, PUT, function.lineno, start, 0, end, node.lineno, "", _written(node))
    call = node.value
    if not isinstance(call, ast.Call) or call.lineno != node.lineno or not _is_async(call, names):
        return None
    use = _use(node, parents)
    length = call.col_offset - node.col_offset
    return Mutant(path, TAKEN, function.lineno, start, length, None, call.lineno, use, _written(call)) if use else None


def _is_async(call: ast.Call, names: Names) -> bool:
    name = _last(call)
    return name in names.coroutines or (name in AWAITED and _holder(call) in ("session", "db"))


def _is_sync(call: ast.Call, names: Names) -> bool:
    name = _last(call)
    holder = _holder(call)
    return (
        name in names.plain
        or (name in PLAIN and holder in ("session", "db"))
        or (name in FETCHERS and (holder in ("result", "results") or _last_of(call) in FETCHERS - {"all", "first"}))
    )


def _last_of(call: ast.Call) -> str:
    """What ``x.name().other()`` calls before."""
    base = call.func.value if isinstance(call.func, ast.Attribute) else None
    return _last(base) if isinstance(base, ast.Call) else ""


def _last(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _holder(call: ast.Call) -> str:
    """The last name before the method."""
    base = call.func.value if isinstance(call.func, ast.Attribute) else None
    return base.attr.lstrip("_") if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""


def _written(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _around(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> ast.AST | None:
    """The function in whose body a node stands; None where that is in a lambda, an f-string or a generator expression."""
    while node in parents:
        inner, node = node, parents[node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and inner in node.body:
            return node
        if isinstance(node, ast.Lambda | ast.JoinedStr | ast.GeneratorExp):
            return None
    return None


def _use(node: ast.Await, parents: Mapping[ast.AST, ast.AST]) -> str:
    """What becomes of the value of an expression; see `Mutant.use`; empty where it may be handed on."""
    parent = parents[node]
    match parent:
        case ast.Expr():
            return "dropped"
        case ast.Attribute() | ast.Subscript() | ast.Compare() | ast.UnaryOp():
            return "used"
        case ast.If() | ast.While() | ast.Assert():
            return "used"
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is node:
            return "used"
        case ast.Assign(targets=[ast.Tuple()]):
            return "used"
        case ast.Assign(targets=[ast.Name(id=name)]):
            function = _around(node, parents)
            return "assigned" if function is not None and _is_looked_into(function, name, parents) else ""
    return ""


def _is_looked_into(function: ast.AST, name: str, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether an attribute or item of a local is taken, and nothing else is ever assigned to it."""
    named = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
    stored = [node for node in named if isinstance(node.ctx, ast.Store)]
    return len(stored) == 1 and any(
        getattr(parents[node], "value", None) is node and isinstance(parents[node], ast.Attribute | ast.Subscript)
        for node in named
    )


def rounds(found: Iterable[Mutant], most: int, seed: int) -> Iterator[list[Mutant]]:
    """Mistakes to be planted together: of each function one a round, drawn at random."""
    shuffled = sorted(found)
    random.Random(seed).shuffle(shuffled)
    for _ in range(most):
        chosen: dict[tuple[str, int], Mutant] = {}
        for mutant in shuffled:
            chosen.setdefault((mutant.path, mutant.function), mutant)
        if not chosen:
            return
        yield list(chosen.values())
        shuffled = [mutant for mutant in shuffled if chosen[mutant.path, mutant.function] is not mutant]


def planted(source: str, chosen: Iterable[Mutant]) -> str:
    """A source with some mistakes in it; no line moves."""
    edits: list[tuple[tuple[int, int], int, bytes]] = []
    for mutant in chosen:
        edits.append((mutant.start, mutant.length, b"(await " if mutant.kind == PUT else b""))
        if mutant.end is not None:
            edits.append((mutant.end, 0, b")"))
    lines = LINE.findall(source)
    for (line, column), length, text in sorted(edits, reverse=True):
        data = lines[line - 1].encode()
        lines[line - 1] = (data[:column] + text + data[column + length :]).decode()
    return "".join(lines)
