"""Statements of the lowering; see `archlint.facts.expressions` for what names and positions mean."""

from __future__ import annotations

from typing import Union

from archlint.facts.expressions import Expr, Node, Param

ASYNC = 1
GENERATOR = 2
NESTING = 4
ASYNC_INSIDE = 8
"""`Def.flags`: it is ``async``; it yields; its body holds functions, lambdas or classes of its own; ``async`` functions among
them, however deep."""


class Do(Node, frozen=True, tag=30):
    """An expression statement."""

    value: Expr
    line: int
    col: int


class Set(Node, frozen=True, tag=31):
    """An assignment: plain (``op`` empty), annotated, or augmented (``op`` is ``+`` …)."""

    targets: tuple[Expr, ...]
    value: Expr
    annotation: Expr
    op: str
    line: int
    col: int
    end_line: int
    end_col: int


class Return(Node, frozen=True, tag=32):
    value: Expr
    line: int
    col: int
    end_line: int
    end_col: int


class Raise(Node, frozen=True, tag=33):
    value: Expr
    cause: Expr
    line: int
    col: int
    end_line: int
    end_col: int


class Del(Node, frozen=True, tag=34):
    targets: tuple[Expr, ...]
    line: int
    col: int


class Assert(Node, frozen=True, tag=35):
    test: Expr
    message: Expr
    line: int
    col: int


class Jump(Node, frozen=True, tag=36):
    """``pass``, ``break`` or ``continue``."""

    kind: str
    line: int
    col: int


class Scope(Node, frozen=True, tag=37):
    """``global`` or ``nonlocal`` names."""

    kind: str
    names: tuple[str, ...]
    line: int
    col: int


class Import(Node, frozen=True, tag=38):
    """An import statement. ``module`` is None for ``import a.b as c``; ``names`` pairs each name with its ``as`` name or
    an empty string. ``guard`` says when it runs: ``runtime``, ``typing`` (under ``TYPE_CHECKING``), ``optional`` (in a
    ``try`` that expects it to fail), ``main`` (under a ``__main__`` guard) or ``function``."""

    module: Union[str, None]
    names: tuple[tuple[str, str], ...]
    level: int
    guard: str
    line: int
    col: int
    end_line: int
    end_col: int


class TypeAlias(Node, frozen=True, tag=39):
    """``type name[params] = value`` (PEP 695)."""

    name: str
    params: tuple[TypeParam, ...]
    value: Expr
    line: int
    col: int


class TypeParam(Node, frozen=True, tag=40):
    """A type parameter (PEP 695, 696); ``kind`` is empty, ``*`` or ``**``."""

    name: str
    kind: str
    bound: Expr
    default: Expr


class If(Node, frozen=True, tag=41):
    test: Expr
    body: Block
    orelse: Block
    line: int
    col: int


class For(Node, frozen=True, tag=42):
    target: Expr
    iter: Expr
    body: Block
    orelse: Block
    is_async: bool
    line: int
    col: int


class While(Node, frozen=True, tag=43):
    test: Expr
    body: Block
    orelse: Block
    line: int
    col: int


class With(Node, frozen=True, tag=44):
    """``items`` pairs each context manager with its target."""

    items: tuple[tuple[Expr, Expr], ...]
    body: Block
    is_async: bool
    line: int
    col: int


class Handler(Node, frozen=True, tag=45):
    type: Expr
    name: str
    body: Block
    line: int
    col: int


class Try(Node, frozen=True, tag=46):
    body: Block
    handlers: tuple[Handler, ...]
    orelse: Block
    final: Block
    is_star: bool
    line: int
    col: int


class Case(Node, frozen=True, tag=47):
    """One case; patterns are expressions (a class pattern is a Call, alternatives an Op ``|``, a capture a name)."""

    pattern: Expr
    guard: Expr
    body: Block


class Match(Node, frozen=True, tag=48):
    subject: Expr
    cases: tuple[Case, ...]
    line: int
    col: int


class Def(Node, frozen=True, tag=49):
    """A function. ``start`` is the line of its first decorator, else its own; ``binds`` the names its own scope
    binds by statements, walruses and patterns: a parameter only when it is bound again, a ``global`` name not.

    In the interface ``body`` is a slot of `Facts.bodies`; a function inside a function carries its block.
    """

    name: str
    params: tuple[Param, ...]
    returns: Expr
    decorators: tuple[Expr, ...]
    type_params: tuple[TypeParam, ...]
    flags: int
    doc: str
    binds: tuple[str, ...]
    body: Union[int, Block]
    start: int
    line: int
    col: int
    end_line: int
    end_col: int


class Class(Node, frozen=True, tag=50):
    """A class. ``start`` is the line of its first decorator, else its own."""

    name: str
    bases: tuple[Expr, ...]
    keywords: tuple[tuple[str, Expr], ...]
    decorators: tuple[Expr, ...]
    type_params: tuple[TypeParam, ...]
    doc: str
    body: Block
    start: int
    line: int
    col: int
    end_line: int
    end_col: int


Stmt = Union[
    Do, Set, Return, Raise, Del, Assert, Jump, Scope, Import, TypeAlias, If, For, While, With, Try, Match, Def, Class
]  # fmt: skip
Block = tuple[Stmt, ...]
