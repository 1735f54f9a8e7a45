"""Every expression, and the structs it becomes."""

import pytest
from lowered import block, definition, expression, statement

from archlint.facts.expressions import (
    TEXT_LIMIT,
    Attr,
    Await,
    Call,
    Comp,
    Cond,
    Const,
    Expr,
    Generator,
    Item,
    Lambda,
    Map,
    Op,
    Param,
    Seq,
    Slice,
    Star,
    Text,
    Walrus,
    Yield,
)
from archlint.facts.statements import Return, Set

ONE, TWO = Const("int", 1), Const("int", 2)
NONE = Const("none")


def string(text: str) -> Const:
    return Const("str", text, len(text))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'abc'", Const("str", "abc", 3)),
        ("'a' 'b'", Const("str", "ab", 2)),
        ("'é'", Const("str", "é", 1)),
        ("''", Const("str", "", 0)),
        (r"b'a\xff'", Const("bytes", "a\xff", 2)),
        ("1", Const("int", 1)),
        ("-1", Const("int", -1)),
        ("0x10", Const("int", 16)),
        ("1.5", Const("float", 1.5)),
        ("-1.5", Const("float", -1.5)),
        ("1e999", Const("float", float("inf"))),
        ("2j", Const("complex", "2j")),
        ("True", Const("bool", True)),
        ("False", Const("bool", False)),
        ("None", NONE),
        ("...", Const("ellipsis")),
    ],
)
def test_literals(source: str, expected: Const) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", "0x8000000000000000"),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", "-0x8000000000000001"),
        ("0x" + "f" * 9_000, "0x" + "f" * (TEXT_LIMIT - 2)),
    ],
)
def test_an_int_beyond_64_bits_is_kept_in_hexadecimal(source: str, value: int | str) -> None:
    assert expression(source) == Const("int", value)


def test_long_literals_are_cut_but_keep_their_length() -> None:
    assert expression(repr("ab" * 1_000)) == Const("str", "ab" * (TEXT_LIMIT // 2), 2_000)
    assert expression(repr(b"ab" * 1_000)) == Const("bytes", "ab" * (TEXT_LIMIT // 2), 2_000)


def test_lone_surrogates_are_escaped() -> None:
    assert expression(r"'a\ud800é'") == Const("str", r"a\ud800é", 3)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a", "a"),
        ("a.b.c", "a.b.c"),
        ("(a).b", "a.b"),
        ("a[0]", Item("a", Const("int", 0))),
        ("a.b[c.d]", Item("a.b", "c.d")),
        ("a[0].b", Attr(Item("a", Const("int", 0)), "b", 1, 0)),
        ("'x'.b", Attr(string("x"), "b", 1, 0)),
        ("a[1:2]", Item("a", Slice(ONE, TWO, None))),
        ("a[::b]", Item("a", Slice(None, None, "b"))),
        ("a[:, 1]", Item("a", Seq("tuple", (Slice(None, None, None), ONE)))),
    ],
)
def test_names_attributes_and_items(source: str, expected: Expr) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f()", Call("f", (), (), 1, 0, 1, 3)),
        ("a.f(x, *y)", Call("a.f", ("x", Star("y")), (), 1, 0, 1, 10)),
        ("f(1, k=x, **m)", Call("f", (ONE,), (("k", "x"), ("", "m")), 1, 0, 1, 14)),
        ("f()()", Call(Call("f", (), (), 1, 0, 1, 3), (), (), 1, 0, 1, 5)),
        ("f().g()", Call(Attr(Call("f", (), (), 1, 0, 1, 3), "g", 1, 0), (), (), 1, 0, 1, 7)),
        ("é(x)", Call("é", ("x",), (), 1, 0, 1, 5)),
        ("f(\n  x\n)", Call("f", ("x",), (), 1, 0, 3, 1)),
    ],
)
def test_calls(source: str, expected: Call) -> None:
    assert expression(source) == expected


def test_the_value_of_a_keyword() -> None:
    call = expression("f(a, b=c, d=None)")
    assert isinstance(call, Call)
    assert (call.keyword("b"), call.keyword("d"), call.keyword("a")) == ("c", NONE, None)


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "//", "%", "@", "<<", ">>", "|", "^", "&", "and", "or"])
def test_a_chain_of_one_left_associative_operator_is_flat(op: str) -> None:
    assert expression(f"a {op} b {op} c") == Op(op, ("a", "b", "c"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a ** b ** c", Op("**", ("a", Op("**", ("b", "c"))))),
        ("(a ** b) ** c", Op("**", (Op("**", ("a", "b")), "c"))),
        ("a - (b - c)", Op("-", ("a", Op("-", ("b", "c"))))),
        ("a + b - c", Op("-", (Op("+", ("a", "b")), "c"))),
        ("a and b or c", Op("or", (Op("and", ("a", "b")), "c"))),
        ("not a", Op("not", ("a",))),
        ("-a", Op("u-", ("a",))),
        ("+a", Op("u+", ("a",))),
        ("~a", Op("~", ("a",))),
        ("-True", Op("u-", (Const("bool", True),))),
    ],
)
def test_operators(source: str, expected: Op) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"])
def test_comparisons(op: str) -> None:
    assert expression(f"a {op} b") == Op(op, ("a", "b"))


def test_a_chained_comparison_is_an_and_of_two() -> None:
    assert expression("0 < a <= b.c") == Op("and", (Op("<", (Const("int", 0), "a")), Op("<=", ("a", "b.c"))))


def test_the_middle_of_a_chained_comparison_stands_twice_only_if_it_is_a_name_or_a_literal() -> None:
    call = Call("f", (), (), 1, 4, 1, 7)
    assert expression("0 < f() < 9") == Op("and", (Op("<", (Const("int", 0), call)), Op("<", (None, Const("int", 9)))))


def test_chained_comparisons_in_one_another_do_not_grow_exponentially() -> None:
    source = "x"
    for _ in range(60):
        source = f"a < ({source}) < b"
    assert len(str(expression(source))) < 10_000


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f'a{b}c'", Text((string("a"), "b", string("c")))),
        ("f''", Text(())),
        ("'x' f'{b}'", Text((string("x"), "b"))),
        ("f'{b!r}'", Text((Op("format", ("b", string("r"), None)),))),
        ("f'{b:>{w}}'", Text((Op("format", ("b", string(""), Text((string(">"), "w")))),))),
        ("f'{b=}'", Text((string("b="), Op("format", ("b", string("r"), None))))),
    ],
)
def test_f_strings(source: str, expected: Text) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[]", Seq("list", ())),
        ("[a, *b]", Seq("list", ("a", Star("b")))),
        ("(a,)", Seq("tuple", ("a",))),
        ("()", Seq("tuple", ())),
        ("{a, b}", Seq("set", ("a", "b"))),
        ("{}", Map(())),
        ("{'k': a, **b}", Map(((string("k"), "a"), (None, "b")))),
        ("a if b else c", Cond("b", "a", "c")),
        ("(a := b)", Walrus("a", "b")),
        ("[x for x in y]", Comp("list", ("x",), (Generator("x", "y", (), False),), 1, 0)),
        ("{x for x in y if x if z}", Comp("set", ("x",), (Generator("x", "y", ("x", "z"), False),), 1, 0)),
        (
            "{k: v for k, v in y}",
            Comp("dict", ("k", "v"), (Generator(Seq("tuple", ("k", "v")), "y", (), False),), 1, 0),
        ),
        (
            "(x for y in z for x in y)",
            Comp("generator", ("x",), (Generator("y", "z", (), False), Generator("x", "y", (), False)), 1, 0),
        ),
    ],
)
def test_displays_and_comprehensions(source: str, expected: Expr) -> None:
    assert expression(source) == expected


def test_lambdas_and_every_kind_of_parameter() -> None:
    expected = (
        Param("a", "/", None, None, 1, 7),
        Param("b", "", None, ONE, 1, 13),
        Param("c", "*", None, None, 1, 19),
        Param("d", "k", None, None, 1, 22),
        Param("e", "k", None, TWO, 1, 25),
        Param("f", "**", None, None, 1, 32),
    )
    assert expression("lambda a, /, b=1, *c, d, e=2, **f: a") == Lambda(expected, "a")


def test_defaults_of_positional_only_parameters() -> None:
    function, _ = definition("def f(a, b=1, /, c=2): ...")
    assert [(p.name, p.kind, p.default) for p in function.params] == [("a", "/", None), ("b", "/", ONE), ("c", "", TWO)]


def test_await_and_yield() -> None:
    _, body = definition("async def f():\n  await a\n  yield\n  yield b\n  [x async for x in y]\n")
    assert [getattr(found, "value", None) for found in body] == [
        Await("a"),
        Yield(None, False),
        Yield("b", False),
        Comp("list", ("x",), (Generator("x", "y", (), True),), 5, 2),
    ]
    assert definition("def f(): return (yield from a)")[1] == (Return(Yield("a", True), 1, 9, 1, 30),)


def hint(source: str) -> Expr:
    return statement(f"x: {source}", Set).annotation


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'A'", "A"),
        ("' a.B '", "a.B"),
        ("'A | None'", Op("|", ("A", NONE))),
        ("list['A | None']", Item("list", Op("|", ("A", NONE)))),
        ("dict[str, 'list[A]']", Item("dict", Seq("tuple", ("str", Item("list", "A"))))),
        ("Callable[['A'], 'B']", Item("Callable", Seq("tuple", (Seq("list", ("A",)), "B")))),
        ("'A' | 'B' | None", Op("|", ("A", "B", NONE))),
        ("Literal['A']", Item("Literal", string("A"))),
        ("t.Literal['A', 'B']", Item("t.Literal", Seq("tuple", (string("A"), string("B"))))),
        ("Annotated[str, 'doc']", Item("Annotated", Seq("tuple", ("str", string("doc"))))),
        ("Annotated['A', 'doc']", Item("Annotated", Seq("tuple", ("A", string("doc"))))),
        ("'Annotated[A, 1]'", Item("Annotated", Seq("tuple", ("A", ONE)))),
        ("'Literal[\"A\"]'", Item("Literal", string("A"))),
        ("'\"A\"'", "A"),
        ("tuple['A', ...]", Item("tuple", Seq("tuple", ("A", Const("ellipsis"))))),
    ],
)
def test_quoted_annotations_are_the_expressions_they_quote(source: str, expected: Expr) -> None:
    assert hint(source) == expected


@pytest.mark.parametrize("text", ["not a type", "", "x = 1", "a b", "*Ts", "\0", "\ud800", "(", "# x", "a\nb"])
def test_quotes_that_are_no_expression_stay_strings(text: str) -> None:
    annotation = hint(ascii(text))
    assert isinstance(annotation, Const)
    assert (annotation.kind, annotation.length) == ("str", len(text))


def test_what_is_quoted_stands_where_the_quote_stands() -> None:
    assert hint("'A[f(x)]'") == Item("A", Call("f", ("x",), (), 1, 3, 1, 12))


def test_quoted_annotations_of_parameters_and_results() -> None:
    function, _ = definition("def f(a: 'A', *b: 'B', c: 'C' = 'c') -> 'R': ...")
    assert [param.annotation for param in function.params] == ["A", "B", "C"]
    assert function.params[2].default == string("c")
    assert function.returns == "R"


def test_strings_elsewhere_are_not_read() -> None:
    (assigned,) = block("x = list['A']")
    assert isinstance(assigned, Set)
    assert assigned.value == Item("list", string("A"))
