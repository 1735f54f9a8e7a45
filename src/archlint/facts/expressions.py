"""The closed set of structs one file is lowered to.

They mirror Python's statements and expressions and nothing else: no field names a library, a layer or a rule, so a new
family of rules never reopens the lowering. A name or a chain of attributes on a name is a plain string (``"a.b.c"``);
an absent expression is ``None`` (the constant ``None`` is a `Const`). Lines count from 1, columns are UTF-8 byte offsets
from 0, as in `ast <https://docs.python.org/3/library/ast.html>`_.
"""

from __future__ import annotations

from typing import Union

import msgspec

TEXT_LIMIT = 512
"""Longest text, in characters, that a `Const` or a docstring keeps; `Const.length` still tells the whole length."""


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="tag"):
    """Base of every lowered construct."""


class Const(Node, frozen=True, tag=1):
    """A literal. ``kind`` is str, bytes, int, float, complex, bool, none or ellipsis. ``value`` is the text of a str
    (lone surrogates escaped), the Latin-1 text of bytes, the ``repr`` of a complex, and ``hex`` of an int beyond 64 bits.
    ``length`` counts the characters of a str, the bytes of bytes."""

    kind: str
    value: Union[str, int, float, bool, None] = None
    length: int = 0


class Attr(Node, frozen=True, tag=2):
    """``base.name`` where ``base`` is no plain dotted name."""

    base: Expr
    name: str
    line: int
    col: int


class Call(Node, frozen=True, tag=3):
    """``func(*args, **kwargs)``; ``**mapping`` stands under the empty keyword."""

    func: Expr
    args: tuple[Expr, ...]
    kwargs: tuple[tuple[str, Expr], ...]
    line: int
    col: int
    end_line: int
    end_col: int

    def keyword(self, name: str) -> Expr:
        """The value passed as ``name=``, else None."""
        return next((value for key, value in self.kwargs if key == name), None)


class Await(Node, frozen=True, tag=4):
    value: Expr


class Item(Node, frozen=True, tag=5):
    """``base[key]``."""

    base: Expr
    key: Expr


class Slice(Node, frozen=True, tag=6):
    lower: Expr
    upper: Expr
    step: Expr


class Op(Node, frozen=True, tag=7):
    """An operator over operands: ``+``, ``and``, ``==``, ``not`` … A chain of one left-associative operator is one Op;
    ``a < b < c`` is an ``and`` of two, with None in place of the second ``b`` unless that is a name or a literal, as it is
    evaluated once; ``format`` is a replacement field with conversion or format spec."""

    op: str
    operands: tuple[Expr, ...]


class Text(Node, frozen=True, tag=8):
    """An f-string or t-string: constants and interpolated expressions in order."""

    parts: tuple[Expr, ...]


class Seq(Node, frozen=True, tag=9):
    """A ``list``, ``tuple`` or ``set`` display."""

    kind: str
    items: tuple[Expr, ...]


class Map(Node, frozen=True, tag=10):
    """A dict display; ``**other`` has the key None."""

    pairs: tuple[tuple[Expr, Expr], ...]


class Star(Node, frozen=True, tag=11):
    value: Expr


class Cond(Node, frozen=True, tag=12):
    """``then if test else other``."""

    test: Expr
    then: Expr
    other: Expr


class Walrus(Node, frozen=True, tag=13):
    """``(name := value)``, and a capture with a pattern in a ``match``."""

    name: str
    value: Expr


class Yield(Node, frozen=True, tag=14):
    value: Expr
    is_from: bool


class Param(Node, frozen=True, tag=15):
    """One parameter; ``kind`` is ``/`` (positional only), empty, ``*`` (variadic), ``k`` (keyword only) or ``**``."""

    name: str
    kind: str
    annotation: Expr
    default: Expr
    line: int
    col: int


class Lambda(Node, frozen=True, tag=16):
    params: tuple[Param, ...]
    body: Expr


class Generator(Node, frozen=True, tag=17):
    """One ``for target in iter if …`` of a comprehension."""

    target: Expr
    iter: Expr
    ifs: tuple[Expr, ...]
    is_async: bool


class Comp(Node, frozen=True, tag=18):
    """A comprehension; ``kind`` is list, set, dict or generator, a dict has the elements key and value."""

    kind: str
    elements: tuple[Expr, ...]
    fors: tuple[Generator, ...]
    line: int
    col: int


Expr = Union[
    str, None, Const, Attr, Call, Await, Item, Slice, Op, Text, Seq, Map, Star, Cond, Walrus, Yield, Lambda, Comp
]  # fmt: skip


def indexed_name(func: Expr) -> str | None:
    """What the index of callees lists a call of ``func`` under (see `archlint.facts.interface.Interface.callees`):
    ``x().name()`` calls ``.name``, ``Page[User]()`` calls ``Page``; None where it lists nothing."""
    if type(func) is str:
        return func
    if type(func) is Attr:
        return "." + func.name
    return func.base if type(func) is Item and type(func.base) is str else None
