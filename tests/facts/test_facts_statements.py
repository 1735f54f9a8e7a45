"""Every statement, and the struct it becomes."""

import pytest
from lowered import block, definition, facts, statement

from archlint.facts.expressions import Call, Const, Expr, Item, Map, Op, Param, Seq, Star, Walrus
from archlint.facts.statements import (
    ASYNC,
    Assert,
    Case,
    Class,
    Def,
    Del,
    Do,
    For,
    Handler,
    If,
    Import,
    Jump,
    Match,
    Raise,
    Return,
    Scope,
    Set,
    Stmt,
    Try,
    TypeAlias,
    TypeParam,
    While,
    With,
)

ONE = Const("int", 1)
PASS = (Jump("pass", 2, 1),)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a", Do("a", 1, 0)),
        ("a = b", Set(("a",), "b", None, "", 1, 0, 1, 5)),
        ("a = b.c = 1", Set(("a", "b.c"), ONE, None, "", 1, 0, 1, 11)),
        ("a, *b = c", Set((Seq("tuple", ("a", Star("b"))),), "c", None, "", 1, 0, 1, 9)),
        ("a[b] = (\n1)", Set((Item("a", "b"),), ONE, None, "", 1, 0, 2, 2)),
        ("a: B = 1", Set(("a",), ONE, "B", "", 1, 0, 1, 8)),
        ("a.b: 'C'", Set(("a.b",), None, "C", "", 1, 0, 1, 8)),
        ("a: None = None", Set(("a",), Const("none"), Const("none"), "", 1, 0, 1, 14)),
        ("a += 1", Set(("a",), ONE, None, "+", 1, 0, 1, 6)),
        ("a.b //= 1", Set(("a.b",), ONE, None, "//", 1, 0, 1, 9)),
        ("raise", Raise(None, None, 1, 0, 1, 5)),
        ("raise A from b", Raise("A", "b", 1, 0, 1, 14)),
        ("raise A from None", Raise("A", Const("none"), 1, 0, 1, 17)),
        ("del a, b[1]", Del(("a", Item("b", ONE)), 1, 0)),
        ("assert a, b", Assert("a", "b", 1, 0)),
        ("assert a", Assert("a", None, 1, 0)),
        ("pass", Jump("pass", 1, 0)),
        ("global a, b", Scope("global", ("a", "b"), 1, 0)),
        ("import a.b, c as d", Import(None, (("a.b", ""), ("c", "d")), 0, "runtime", 1, 0, 1, 18)),
        ("from a.b import c, d as e", Import("a.b", (("c", ""), ("d", "e")), 0, "runtime", 1, 0, 1, 25)),
        ("from ..a import *", Import("a", (("*", ""),), 2, "runtime", 1, 0, 1, 17)),
        ("from . import a", Import("", (("a", ""),), 1, "runtime", 1, 0, 1, 15)),
    ],
)
def test_simple_statements(source: str, expected: Stmt) -> None:
    assert block(source) == (expected,)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if a:\n pass", If("a", PASS, (), 1, 0)),
        ("if a:\n pass\nelse:\n b", If("a", PASS, (Do("b", 4, 1),), 1, 0)),
        ("if a:\n pass\nelif b:\n c", If("a", PASS, (If("b", (Do("c", 4, 1),), (), 3, 0),), 1, 0)),
        ("for a, b in c:\n pass", For(Seq("tuple", ("a", "b")), "c", PASS, (), False, 1, 0)),
        ("for a in c:\n pass\nelse:\n b", For("a", "c", PASS, (Do("b", 4, 1),), False, 1, 0)),
        ("while a:\n pass\nelse:\n b", While("a", PASS, (Do("b", 4, 1),), 1, 0)),
        ("while a:\n break", While("a", (Jump("break", 2, 1),), (), 1, 0)),
        ("while a:\n continue", While("a", (Jump("continue", 2, 1),), (), 1, 0)),
        ("with a, b as c:\n pass", With((("a", None), ("b", "c")), PASS, False, 1, 0)),
        ("async for a in b:\n pass", For("a", "b", PASS, (), True, 1, 0)),
        ("async with a as (b, c):\n pass", With((("a", Seq("tuple", ("b", "c"))),), PASS, True, 1, 0)),
    ],
)
def test_compound_statements(source: str, expected: Stmt) -> None:
    assert block(source) == (expected,)


def test_try() -> None:
    source = "try:\n pass\nexcept A as e:\n b\nexcept (B, c.D):\n d\nexcept:\n e\nelse:\n f\nfinally:\n g"
    handlers = (
        Handler("A", "e", (Do("b", 4, 1),), 3, 0),
        Handler(Seq("tuple", ("B", "c.D")), "", (Do("d", 6, 1),), 5, 0),
        Handler(None, "", (Do("e", 8, 1),), 7, 0),
    )
    assert block(source) == (Try(PASS, handlers, (Do("f", 10, 1),), (Do("g", 12, 1),), False, 1, 0),)


def test_except_star() -> None:
    handlers = (Handler("A", "", (Do("b", 4, 1),), 3, 0),)
    assert block("try:\n pass\nexcept* A:\n b") == (Try(PASS, handlers, (), (), True, 1, 0),)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("1", ONE),
        ("-1", Const("int", -1)),
        ("None", Const("none")),
        ("a.b", "a.b"),
        ("a", "a"),
        ("_", "_"),
        ("[a, *rest]", Seq("list", ("a", Star("rest")))),
        ("[*_]", Seq("list", (Star("_"),))),
        ("{'k': a, **rest}", Map(((Const("str", "k", 1), "a"), (None, "rest")))),
        ("A(b, c=1)", Call("A", ("b",), (("c", ONE),), 2, 6, 2, 15)),
        ("1 | A()", Op("|", (ONE, Call("A", (), (), 2, 10, 2, 13)))),
        ("A() as b", Walrus("b", Call("A", (), (), 2, 6, 2, 9))),
    ],
)
def test_patterns(pattern: str, expected: Expr) -> None:
    found = statement(f"match x:\n case {pattern} if y: z", Match)
    assert found == Match("x", (Case(expected, "y", found.cases[0].body),), 1, 0)
    assert isinstance(found.cases[0].body[0], Do)


def test_a_function() -> None:
    source = '@a\n@b(1)\nasync def f(x: int = 1) -> str:\n    """ Says. """\n    return x\n'
    function, body = definition(source)
    params = (Param("x", "", "int", ONE, 3, 12),)
    decorators = ("a", Call("b", (ONE,), (), 2, 1, 2, 5))
    assert function == Def("f", params, "str", decorators, (), ASYNC, "Says.", (), 0, 1, 3, 0, 5, 12)
    assert body == (Do(Const("str", " Says. ", 7), 4, 4), Return("x", 5, 4, 5, 12))


def test_a_class() -> None:
    source = "@a\nclass C(B[T], m.D, metaclass=M, **k):\n    '''Is.'''\n    x: int\n"
    found = statement(source, Class)
    bases, keywords = (Item("B", "T"), "m.D"), (("metaclass", "M"), ("", "k"))
    body = (Do(Const("str", "Is.", 3), 3, 4), Set(("x",), None, "int", "", 4, 4, 4, 10))
    assert found == Class("C", bases, keywords, ("a",), (), "Is.", body, 1, 2, 0, 4, 10)


@pytest.mark.parametrize(("body", "doc"), [("'x' 'y'", "xy"), ("b'x'", ""), ("f'x'", ""), ("1", ""), ("x = 'y'", "")])
def test_only_a_string_first_in_a_body_is_a_docstring(body: str, doc: str) -> None:
    assert facts(body).interface.doc == doc
    assert definition(f"def f(): {body}")[0].doc == doc
    assert statement(f"class C: {body}", Class).doc == doc


def test_a_long_docstring_is_cut() -> None:
    assert facts("'''\n" + "é" * 2_000 + "'''").interface.doc == "é" * 512


def test_type_parameters() -> None:
    params = (
        TypeParam("T", "", "B", None),
        TypeParam("U", "", "A", None),
        TypeParam("Ts", "*", None, None),
        TypeParam("P", "**", None, None),
    )
    assert definition("def f[T: B, U: 'A', *Ts, **P](): ...")[0].type_params == params
    assert statement("class C[T: B, U: 'A', *Ts, **P]: ...", Class).type_params == params
    assert block("type A[T] = 'list[T]'") == (
        TypeAlias("A", (TypeParam("T", "", None, None),), Item("list", "T"), 1, 0),
    )


def test_defaults_of_type_parameters() -> None:
    assert statement("class C[T = int]: ...", Class).type_params == (TypeParam("T", "", None, "int"),)


def test_columns_are_bytes() -> None:
    (_, found) = block("é = 'ü'; x = 1")
    assert isinstance(found, Set)
    assert (found.col, found.end_col) == (11, 16)


@pytest.mark.parametrize("head", ["\ufeff", "\f", "# coding: utf-8\r\n", "\r", "\n\n"])
def test_what_stands_before_a_statement_does_not_move_its_column(head: str) -> None:
    (found,) = block(f"{head}a = 1\r\n".encode())
    assert isinstance(found, Set)
    assert (found.col, found.end_col) == (0, 5) if head != "\f" else (1, 6)


def test_columns_of_another_encoding_are_those_of_utf_8() -> None:
    (_, found) = block("# coding: latin-1\n'é'; a = 1\n".encode("latin-1"))
    assert isinstance(found, Set)
    assert found.col == 6
