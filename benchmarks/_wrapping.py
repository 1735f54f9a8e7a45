"""Expressions of a file wrapped where they stand, so that a type checker says what each is and every line stays where it is."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Whose arguments must stay as they are: a checker narrows on them, or reads them as types.
PLAIN = frozenset({"bool", "callable", "cast", "hasattr", "isinstance", "issubclass", "len", "super", "type"})

# As Python counts them: form feeds and other separators end none.
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

CALL, RECEIVER, ARGUMENT = "call", "receiver", "argument"


class Spot(NamedTuple):
    """An expression to be asked about.

    Attributes:
        line: 1-based line it starts on, as ``ast`` counts; columns are UTF-8 byte offsets.
        role: `CALL`, the `RECEIVER` of a call, or an `ARGUMENT` that is a name or a chain of attributes.
        call: where the call it belongs to starts and ends, the call itself where it is one.
        nth: which of the positional arguments, -1 where it is a keyword's; 0 for others.
        keyword: the keyword it is given for; empty for others.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    role: str
    call: tuple[int, int, int, int]
    nth: int
    keyword: str
    text: str


Places = dict[tuple[int, int], Spot]


def spots(source: str) -> list[Spot]:
    """What is asked about in a file: calls in function bodies, what they are called on, names they are given.

    Raises:
        SyntaxError, ValueError: the running Python cannot parse it.
    """
    found: dict[tuple[int, int, int, int], Spot] = {}
    for call in _calls(ast.parse(source)):
        plain = isinstance(call.func, ast.Name) and call.func.id in PLAIN
        for role, index, keyword, node in _parts(call, plain):
            spot = Spot(*_place(node), role, _place(call), index, keyword, ast.unparse(node))
            found.setdefault(spot[:4], spot)
    return sorted(found.values())


def _parts(call: ast.Call, plain: bool) -> Iterator[tuple[str, int, str, ast.expr]]:
    if not plain:
        yield CALL, 0, "", call
    if isinstance(call.func, ast.Attribute) and _is_chain(call.func.value):
        yield RECEIVER, 0, "", call.func.value
    for index, argument in enumerate(call.args if not plain else ()):
        if _is_chain(argument):
            yield ARGUMENT, index, "", argument
    for keyword in call.keywords if not plain else ():
        if keyword.arg and _is_chain(keyword.value):
            yield ARGUMENT, -1, keyword.arg, keyword.value


def _is_chain(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _place(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _calls(tree: ast.AST, inside: bool = False) -> Iterator[ast.Call]:
    """The calls in function bodies; what f-strings hold has no place of its own before Python 3.12."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, inside)]
    while waiting:
        node, inside = waiting.pop()
        if isinstance(node, ast.Call) and inside:
            yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [(child, True) for child in node.body]
            waiting += [(child, inside) for child in node.decorator_list]
        elif isinstance(node, ast.AnnAssign):
            waiting += [(node.value, inside)] if node.value is not None else []
        elif not isinstance(node, ast.JoinedStr):
            waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


def wrapped(source: str, chosen: Sequence[Spot], probe: str = "", value: str = "") -> tuple[str, Places]:
    """A source in which each of some expressions is ``reveal_type(expression)``, and which one is revealed where: by line
    and column, both counted from 0, columns in UTF-16 units as a language server counts.

    Args:
        probe: a function that is called on the expression first.
        value: what gives the expression's value again, after that.
    """
    before, after = (f"{probe}(", f")){value}") if probe else ("", ")")
    opening: dict[int, list[tuple[int, int, int, Spot]]] = defaultdict(list)
    closing: dict[int, list[int]] = defaultdict(list)
    for spot in chosen:
        opening[spot.line].append((spot.col, -spot.end_line, -spot.end_col, spot))
        closing[spot.end_line].append(spot.end_col)
    places: Places = {}
    lines = LINE.findall(source)
    for number in {*opening, *closing}:
        line = lines[number - 1].encode()
        events: list[tuple[int, int, int, int, Spot | None]] = [(col, 0, 0, 0, None) for col in closing[number]]
        events += [(col, 1, end_line, end_col, spot) for col, end_line, end_col, spot in opening[number]]
        built, done = "", 0
        for col, _, _, _, begun in sorted(events, key=lambda event: event[:4]):
            built += line[done:col].decode()
            done = col
            built += after if begun is None else "reveal_type("
            if begun is not None:
                places[number - 1, len(built.encode("utf-16-le")) // 2] = begun
                built += before
        lines[number - 1] = built + line[done:].decode()
    return "".join(lines), places
