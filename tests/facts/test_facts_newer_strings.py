"""F-strings and t-strings newer than the interpreter, and programs nobody wrote."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rewriting import facts, only, rewritten, same, value

from archlint.facts import lower, newer_syntax
from archlint.facts.expressions import Attr, Call, Const, Item, Op, Seq, Star, Text
from archlint.facts.statements import Set


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ('f"{a["b"]}"', "f\"{a['b']}\""),
        ('f"{f("x")!r:>{w["n"]}}"', "f\"{f('x')!r:>{w['n']}}\""),
        ('"a" f"{b["c"]}" "d"', "'a' f\"{b['c']}\" 'd'"),
        ('f"{{{a["b"]}}}"', "f\"{{{a['b']}}}\""),
        ("t'{a}{b!r:x}'", "f'{a}{b!r:x}'"),
        ("rT'{a}\\d'", "rf'{a}\\d'"),
        ("Tr'''{a}\n{b}'''", "fr'''{a}\n{b}'''"),
    ],
)
def test_an_fstring_is_the_one_with_other_quotes(newer: str, older: str) -> None:
    same(f"x = {newer}\n", f"x = {older}\n")


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ('f"{f"{f"{a}"}"}"', (Text((Text(("a",)),)),)),
        ('f"{a["b"]=}"', ('a["b"]=', Op("format", (Item("a", Const("str", "b", 1)), Const("str", "r", 1), None)))),
        ('f"{a  =  }"', ("a  =  ", Op("format", ("a", Const("str", "r", 1), None)))),
        ('f"{a # note\n= }"', ("a \n= ", Op("format", ("a", Const("str", "r", 1), None)))),
        ('f"{a=:>5}"', ("a=", Op("format", ("a", Const("str", ""), Text((Const("str", ">5", 2),)))))),
        ('f"{a=:}"', ("a=", Op("format", ("a", Const("str", ""), Text(()))))),
        ('f"{a!=b}{a:=5}"', (
            Op("!=", ("a", "b")), Op("format", ("a", Const("str", ""), Text((Const("str", "=5", 2),))))
        )),
        ('f"{{}}\\{a}\\x41\\N{BULLET}"', ("{}\\", "a", "A\u2022")),
        ('rf"\\{a}\\N{b}\\""', ("\\", "a", "\\N", "b", '\\"')),
        ('f"""{a}"\n"{b:{c}}"""', ("a", '"\n"', Op("format", ("b", Const("str", ""), Text(("c",)))))),
        ('f"{*a, b}{c,}"', (Seq("tuple", (Star("a"), "b")), Seq("tuple", ("c",)))),
        ('f"{\n  a(  # }\n  b)\n!r}"', (Op("format", (Call("a", ("b",), (), 2, 2, 3, 4), Const("str", "r", 1), None)),)),
        ('f"é{a(1)}"', ("é", Call("a", (Const("int", 1),), (), 1, 9, 1, 13))),
        ('f""', ()),
    ],
)  # fmt: skip
def test_parts_of_an_fstring(source: str, parts: tuple[object, ...]) -> None:
    """Constants stand here as their text."""
    found = value(source)
    assert isinstance(found, Text)
    assert tuple([part.value if isinstance(part, Const) else part for part in found.parts]) == parts


@pytest.mark.parametrize("inner", ["()", '""', 'f""', "[]", "{}", "(a for a in b)"])
def test_what_is_empty_may_begin_a_line_of_a_field(inner: str) -> None:
    same(f'x = f"""{{\n{inner}\n}}"""\n', f"x = f'''{{\n{inner}\n}}'''\n")


def test_a_continued_line_behind_the_equals_sign() -> None:
    """Its text differs between releases of Python (3.13.0 drops the continuation), so only the rest is compared."""
    (statement,) = rewritten(b'x = f"{a =\\\n}"\n').interface.body
    assert isinstance(statement, Set)
    assert isinstance(statement.value, Text)
    assert statement.value.parts[1] == Op("format", ("a", Const("str", "r", 1), None))


def test_a_call_on_a_string_with_a_backslash() -> None:
    found = value('f"{"\\n".join(a)}"')
    attribute = Attr(Const("str", "\n", 1), "join", 1, 7)
    assert found == Text((Call(attribute, ("a",), (), 1, 7, 1, 19),))


def test_what_stands_behind_an_fstring_keeps_its_place() -> None:
    found = only('x = (f"{a["b"]}"  # c\n  f"""{\nd}""", e(f"{f"{g}"}"), h())\n')
    assert isinstance(found, Set)
    assert found.value == Seq("tuple", (
        Text((Item("a", Const("str", "b", 1)), "d")),
        Call("e", (Text((Text(("g",)),)),), (), 3, 7, 3, 21),
        Call("h", (), (), 3, 23, 3, 26),
    ))  # fmt: skip
    assert (found.end_line, found.end_col) == (3, 27)


# Open-ended


def _quoted(text: str) -> str:
    for old in "\\'\"\n":
        text = text.replace(old, {"\n": "\\n"}.get(old, "\\" + old))
    return text.replace("{", "{{").replace("}", "}}")


ATOMS = st.sampled_from(["a", "b.c", "f(x)", "d[0]", "(yield)", "[*e]", "(not i)"])
TEXT = st.text(st.sampled_from("ab é{}\\n'\"#:!="), max_size=6)
FIELDS = st.builds(
    "{{{}{}{}}}".format, ATOMS, st.sampled_from(["", "=", " = "]), st.sampled_from(["", "!r", "!s", ":>5", "!a:{w}x"])
)
FSTRINGS = st.lists(TEXT.map(_quoted) | FIELDS, max_size=4).map(lambda parts: "f'" + "".join(parts) + "'")
EXPRESSIONS = st.lists(ATOMS | FSTRINGS | TEXT.map(repr), min_size=1, max_size=3).map(" + ".join)
STATEMENTS = st.sampled_from([
    "x = {}", "type = {}", "def f(type={}): return {}", "class A({}): type: int = {}", "for x in {}: x[{}]",
    "try: {}\n except (A, {}) as e: {}\n finally: {}", "match {}:\n  case type: {}", "@f({})\n async def type(): {}",
    "with a({}, # {{\n{}) as b: pass", "assert {}, (\n{})", "type[{}]; type({})", "lambda type: {}",
])  # fmt: skip


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A program in the syntax of Python 3.10."""
    templates = draw(st.lists(STATEMENTS, min_size=1, max_size=4))
    statements = [t.format(*[draw(EXPRESSIONS) for _ in range(t.count("{}"))]) for t in templates]
    return "\n ".join(["async def g():", *statements])


@given(programs())
@settings(deadline=None)
def test_any_program_has_the_facts_its_own_parser_gives(source: str) -> None:
    facts(source)


NESTED = st.recursive(
    ATOMS | TEXT.map(repr),
    lambda inner: (
        st.lists(TEXT.map(lambda text: _quoted(text)) | inner.map("{{{}}}".format), max_size=3).map(
            lambda parts: 'f"' + "".join(parts) + '"'
        )
        | st.builds("{}[*{}, {}]".format, ATOMS, inner, inner)
        | st.builds("{}[*{} or {}]".format, ATOMS, inner, inner)
        | st.builds("({} + {})".format, inner, inner)
        | st.builds("f(lambda x={}, *y: {})".format, inner, inner)
        | st.builds('f"{{{}!r:>{{{}}}}}"'.format, inner, inner)
        | st.builds('f"""{{\n{}  # }}\n}}"""'.format, inner)
    ),
    max_leaves=6,
)
PARAMS = st.lists(
    st.sampled_from(["T", "T: {}", "T: ({}, {})", "*Ts", "**P", "T = {}", "*Ts = *{}", "**P = [{}]", "T: {} = {}"]),
    min_size=1,
    max_size=3,
).map(", ".join)
NEWER_STATEMENTS = st.sampled_from([
    "type X = {}", "type X[$] = {}", "def f[$](x={}, *y: *{}) -> {}: return {}", "async def f[$](): type Y[$] = {}; {}",
    "class C[$]: x = {}", "class C[$]({}, metaclass={}): {}", "try: {}\n except A, {}: {}", "try: {}\n except* {}: {}",
    "x[*{}, {}] = {}; type = {}", "with a({}), b({}) as c: type Z = {}", "@f({})\n def g[$](): pass",
    "match {}:\n  case 1 if {}: type match[$] = {}", "if {}: type A = {}; type B = {}",
])  # fmt: skip


@st.composite
def newer_programs(draw: st.DrawFn) -> str:
    """A program in the syntax of Python 3.14."""
    statements = []
    for template in draw(st.lists(NEWER_STATEMENTS, min_size=1, max_size=3)):
        parts = template.split("$")
        with_params = "".join([part + draw(PARAMS) for part in parts[:-1]]) + parts[-1]
        statements.append(with_params.format(*[draw(NESTED) for _ in range(with_params.count("{}"))]))
    return "\n ".join(["async def g():", *statements])


@given(newer_programs())
@settings(deadline=None)
def test_any_newer_program_has_the_facts_a_newer_parser_gives(source: str) -> None:
    """On an interpreter that does not know the syntax, that there are facts."""
    facts(source)


SAFE = st.text(st.sampled_from("ab é{}:!="), max_size=6).map(_quoted)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """A program in the syntax of Python 3.14, and its spelling in 3.10, character for character as long."""
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        field = f"{{d[Q{draw(SAFE)}Q]{draw(st.sampled_from(['', '.x', '(1)', '[f(2)]']))}}}"
        string = f'F"{draw(SAFE)}{field}{draw(SAFE)}{field}"'
        lines.append(draw(st.sampled_from([
            f"x = {string}", f"try: f({string})\nexcept LA, BR: g({string})", f"def h(x={string}): return g({string})",
        ])))  # fmt: skip
    newer, older = "\n".join(lines), "\n".join(lines)
    for mark, new, old in (("Q", '"', "'"), ("F", "t", "f"), ("LA", " A", "(A"), ("BR", "B ", "B)")):
        newer, older = newer.replace(mark, new), older.replace(mark, old)
    return newer, older


@given(spellings())
@settings(deadline=None)
def test_newer_spellings_have_the_facts_of_the_older_ones(spelled: tuple[str, str]) -> None:
    same(*spelled)


WORDS = st.sampled_from([
    "type", "X", "[", "]", "(", ")", "{", "}", "T", ":", "=", ",", "*", "**", "\n", " ", "def", "class", "async",
    "except", "try", "as", "lambda", "match", "f'", 't"', 'f"""', "'", '"', '"""', "!", "r", "\\", "#", ";", "\x00", "é",
    "\r", "~", ".",
])  # fmt: skip


def is_accepted(data: bytes) -> bool:
    """Whether the rewriting takes a program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            newer_syntax.parse(data)
        except SyntaxError:
            return False
    return True


@given(st.lists(WORDS).map("".join) | st.lists(WORDS).map(" ".join))
@settings(deadline=None)
def test_anything_is_parsed_or_refused(source: str) -> None:
    accepted = is_accepted(source.encode())
    assert accepted == (lower(source.encode()).interface.error is None)


@given(st.binary())
@settings(deadline=None)
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    is_accepted(data)


@pytest.mark.parametrize(
    "source",
    [
        "x = " + 'f"{' * 5000,
        "type X = " + "(" * 20000,
        "type X = " + "f'{a}' " * 10000,
        "except A\n" * 20000,
        "def f[" + "T, " * 10000 + "](): pass",
        "type X[" * 20000,
    ],
    ids=[
        "nested fields",
        "open brackets",
        "one line of strings",
        "clauses without colon",
        "parameters",
        "open parameters",
    ],
)
def test_deep_and_long_programs_end(source: str) -> None:
    """In time that grows with their length only; the slowest takes half a second."""
    assert lower(source.encode()).interface.lines == source.count("\n") + (not source.endswith("\n"))
