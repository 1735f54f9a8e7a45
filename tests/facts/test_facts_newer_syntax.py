"""Syntax newer than the interpreter gives the facts a newer interpreter gives."""

import subprocess
import sys

import pytest
from rewriting import facts, only, same, value

from archlint.facts.expressions import Call, Const, Item, Lambda, Op, Param, Seq, Star
from archlint.facts.statements import Class, Def, Jump, Try, TypeAlias, TypeParam

# PEP 695, PEP 696


def test_type_parameters_of_a_function() -> None:
    found = only("@d\nasync def f[T: (int, str), *Ts = *tuple[int, ...], **P = [int]](x: T) -> T: ...\n")
    assert isinstance(found, Def)
    assert found.type_params == (
        TypeParam("T", "", Seq("tuple", ("int", "str")), None),
        TypeParam("Ts", "*", None, Star(Item("tuple", Seq("tuple", ("int", Const("ellipsis")))))),
        TypeParam("P", "**", None, Seq("list", ("int",))),
    )
    assert found.params == (Param("x", "", "T", None, 2, 64),)
    assert (found.start, found.line, found.col) == (1, 2, 0)


def test_type_parameters_of_a_class() -> None:
    found = only('class C[T: "Base" = int, ](Base[T], metaclass=M):\n    pass\n')
    assert isinstance(found, Class)
    assert found.type_params == (TypeParam("T", "", "Base", "int"),)
    assert found.bases == (Item("Base", "T"),)
    assert found.keywords == (("metaclass", "M"),)
    assert found.body == (Jump("pass", 2, 4),)


def test_type_parameters_without_bases() -> None:
    found = only("class C[T]: pass\n")
    assert isinstance(found, Class)
    assert (found.type_params, found.bases) == ((TypeParam("T", "", None, None),), ())


@pytest.mark.parametrize("head", ["", "()", "  \\\n  ()"])
def test_type_parameters_over_several_lines(head: str) -> None:
    found = only(f"class C[\n\n    T,  # ], a comment\n    S: dict[str, int]\n]{head}:\n    pass\n")
    assert isinstance(found, Class)
    bound = Item("dict", Seq("tuple", ("str", "int")))
    assert found.type_params == (TypeParam("T", "", None, None), TypeParam("S", "", bound, None))
    assert found.bases == ()


def test_a_bound_that_calls_has_its_position() -> None:
    found = only("def f[T: bound(1)](): pass\n")
    assert isinstance(found, Def)
    assert found.type_params == (TypeParam("T", "", Call("bound", (Const("int", 1),), (), 1, 9, 1, 17), None),)
    assert facts("def f[T: bound(1)](): pass\n").interface.callees == {"bound": (-1,)}


def test_a_bound_may_be_a_lambda() -> None:
    found = only("def f[T: lambda a=1, b=2: a](): pass\n")
    assert isinstance(found, Def)
    (param,) = found.type_params
    assert isinstance(param.bound, Lambda)
    assert [p.name for p in param.bound.params] == ["a", "b"]


def test_type_alias() -> None:
    assert only("type X = dict[str, 'Y']\n") == TypeAlias("X", (), Item("dict", Seq("tuple", ("str", "Y"))), 1, 0)


def test_type_alias_with_parameters() -> None:
    found = only("type X[\n    T, *Ts\n] = tuple[T, *Ts]\n")
    params = (TypeParam("T", "", None, None), TypeParam("Ts", "*", None, None))
    assert found == TypeAlias("X", params, Item("tuple", Seq("tuple", ("T", Star("Ts")))), 1, 0)


def test_type_aliases_wherever_a_statement_begins() -> None:
    source = "class A: type type = int; type match[T] = T\nif A:\n    type \\\n      B = f(1)\n"
    class_, if_ = facts(source).interface.body
    assert class_.body == (  # type: ignore[union-attr]
        TypeAlias("type", (), "int", 1, 9),
        TypeAlias("match", (TypeParam("T", "", None, None),), "T", 1, 26),
    )
    assert if_.body == (TypeAlias("B", (), Call("f", (Const("int", 1),), (), 4, 10, 4, 14), 3, 4),)  # type: ignore[union-attr]


def test_names_are_normalised_as_python_does() -> None:
    assert only("type ﬁ[ﬂ] = int\n") == TypeAlias("fi", (TypeParam("fl", "", None, None),), "int", 1, 0)


def test_unpacking_in_subscripts_of_names_that_begin_statements() -> None:
    facts("match[*a] = case[*b]\ncase[*a].b(lambda: 1)\nmatch [*a], b:\n  case [*c] if d: case[*e]\ntype[*f] = 1\n")


# PEP 758, PEP 654


def test_exceptions_without_parentheses() -> None:
    found = only("try:\n    a()\nexcept A, b.B:\n    pass\nexcept f(C), D,:\n    pass\n")
    assert isinstance(found, Try)
    assert [(h.type, h.name, h.line, h.col) for h in found.handlers] == [
        (Seq("tuple", ("A", "b.B")), "", 3, 0),
        (Seq("tuple", (Call("f", ("C",), (), 5, 7, 5, 11), "D")), "", 5, 0),
    ]
    assert not found.is_star


def test_the_shortest_and_a_continued_clause() -> None:
    same("try: a\nexcept(A),B:b\n", "try: a\nexcept(A,B):b\n")
    same("try: a\nexcept A, \\\n  B : b\n", "try: a\nexcept(A,\n  B): b\n")
    same("try: a\nexcept (A,\n  B), C: b\n", "try: a\nexcept((A,\n  B),C): b\n")


def test_star_handlers() -> None:
    found = only("try:\n    a()\nexcept* A, B:\n    pass\nexcept *C as c:\n    pass\n")
    assert isinstance(found, Try)
    assert found.is_star
    assert [(h.type, h.name) for h in found.handlers] == [(Seq("tuple", ("A", "B")), ""), ("C", "c")]


def test_handlers_inside_handlers() -> None:
    source = "try:\n  try: a\n  except* A: b\nexcept C, D:\n  try: e\n  except* F, G: h\nelse: i\nfinally: j\n"
    found = only(source)
    assert isinstance(found, Try)
    first, second = found.body[0], found.handlers[0].body[0]
    assert isinstance(first, Try)
    assert isinstance(second, Try)
    assert (found.is_star, first.is_star, second.is_star) == (False, True, True)


# PEP 646


def test_unpacking_in_subscripts_and_annotations() -> None:
    assert value("a[*b]") == Item("a", Seq("tuple", (Star("b"),)))
    assert value("a[*b | c, d][0]") == Item(
        Item("a", Seq("tuple", (Star(Op("|", ("b", "c"))), "d"))), Const("int", 0)
    )  # fmt: skip
    assert value("[*a, b[*c, *[*d]]]") == Seq(
        "list", (Star("a"), Item("b", Seq("tuple", (Star("c"), Star(Seq("list", (Star("d"),)))))))
    )
    found = only("def f(a: int, *args: *Ts, b: c * d): pass\n")
    assert isinstance(found, Def)
    assert found.params[1] == Param("args", "*", Star("Ts"), None, 1, 15)


# What only looks like it


@pytest.mark.parametrize(
    "source",
    [
        "type = 1\n",
        "type(x)\n",
        "type[int]\n",
        "x: type = type\n",
        "type: int = 3\n",
        "type in x; type is y; type if a else b\n",
        "print(type)\n",
        "type[x] = y\n",
        "def type(): pass\n",
        "class type: pass\n",
        "match type:\n    case type: type\n",
        "match [*a]:\n  case [*b]: pass\n  case [c, *_]: pass\n",
        "match = case = 1\nmatch[case] = case[match]\n",
        "s = 'type X[T] = int'  # type Y[T] = int\n",
        "'''\ntype X = int\nexcept A, B:\n\"'''\n",
        "try: a\nexcept (A, B) as e: b\nexcept: c\n",
        "try: a\nexcept lambda x, y: x: b\n",
        "async with a[x]: pass\n",
        "x = b'a' b'c'; y = rb'''d'''\n",
        "x = lambda a, *b: b[0]\nf(*a, **b); [*a]; {*a} if 0 else {**a}\n",
        "x = 1if a else 2\ny = 0xf or.5\nz = ...\n",
        "x = 'a\\\nb' \"\\\"\" '\\''\n",
        "if x:\n\ty = 1\n\x0cz = 2\n",
        "x = ()\ny = (())\nz = ((), *())\nfor () in x: del ()\n",
        "x[()] = y[~a, ~b]; z = -a | ~b\n",
        "",
        "x",
    ],
)
def test_ordinary_code_is_left_alone(source: str) -> None:
    facts(source)


@pytest.mark.parametrize("source", ["é = 1\r\ntype X = é\r\n", "\ufeffclass É[T]: pass\r", "type X = 1\n\x0c\ny = 'é'"])
def test_line_ends_and_marks(source: str) -> None:
    facts(source)


def test_coding_lines() -> None:
    source = "# -*- coding: latin-1 -*-\ntype É = f('é', f(1))  # archlint: ignore[A1] -- é\n"
    found = facts(source.encode("latin-1"))
    assert found.interface.body == facts(source.replace("latin-1", "utf-8")).interface.body
    assert found.interface.suppressions[0].reason == "é"


def test_suppressions_keep_their_place() -> None:
    source = """\
def f[  # archlint: ignore[A1] -- a
    T  # archlint: ignore[A2] -- b
](): pass
x = (f"{a["# archlint: ignore[A3]"]}"  # archlint: ignore[A4] -- d
  f"{
    b  # archlint: ignore[A5] -- e
  }"
)  # archlint: ignore[A6] -- f
try: a
except A, B: b  # archlint: ignore[A7] -- g
"""
    found = facts(source).interface.suppressions
    assert [(s.codes, s.line, s.col) for s in found] == [
        (("A1",), 1, 8), (("A2",), 2, 7), (("A4",), 4, 39), (("A5",), 6, 7), (("A6",), 8, 3), (("A7",), 10, 16),
    ]  # fmt: skip


def test_many_constructs_in_one_file() -> None:
    found = facts("""\
type Pair[T] = tuple[T, T]

@decorator(f"{x["y"]}")
class Repository[Model: Base, *Rest](Generic[Model, *Rest]):
    type Key = int

    async def get[K: Key](self, *keys: *Rest, key: K = t"{default("k")}") -> Model | None:
        try:
            return await self.load(f"{key!r:{"<"}5}")
        except NotFound, Gone:
            type Local = f"{Model}"
        except Timeout, Closed:
            raise
""")
    _, class_ = found.interface.body
    assert isinstance(class_, Class)
    assert [(p.name, p.kind, p.bound) for p in class_.type_params] == [("Model", "", "Base"), ("Rest", "*", None)]
    assert class_.bases == (Item("Generic", Seq("tuple", ("Model", Star("Rest")))),)
    assert class_.body[0] == TypeAlias("Key", (), "int", 5, 4)
    (try_,) = found.body(0)
    assert isinstance(try_, Try)
    assert [(handler.type, handler.line) for handler in try_.handlers] == [
        (Seq("tuple", ("NotFound", "Gone")), 10), (Seq("tuple", ("Timeout", "Closed")), 12),
    ]  # fmt: skip
    assert found.interface.callees == {"decorator": (-1,), "default": (-1,), "self.load": (0,)}


def test_the_rewriting_is_not_imported_for_files_that_parse() -> None:
    program = (
        "import sys; from archlint.facts import lower; lower(b'x = 1'); "
        "sys.exit(any('newer' in name for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
