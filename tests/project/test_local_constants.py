"""Constants bound inside functions: what is one, and where it belongs."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.project.constants.constancy import is_constant_name
from archlint.project.constants.local_constants import LocalConstant, local_constants
from archlint.testing import findings_in, project_of

PATH = "src/shop/subject.py"


def constants_in(source: str, **others: str) -> tuple[LocalConstant, ...]:
    project = project_of({PATH: source, **{f"src/shop/{name}.py": text for name, text in others.items()}})
    return local_constants(project, project.by_path[PATH])


def is_constant(value: str, before: str = "") -> bool:
    return bool(constants_in(f"{before}\n\ndef f(param):\n    NAME = {value}\n    return NAME\n"))


@pytest.mark.parametrize("name", ["MAX_RETRIES", "URL", "_LIMIT", "__SECRET__", "K1", "HTTP_2", "A_B"])
def test_names_written_as_constants(name: str) -> None:
    assert is_constant_name(name)


@pytest.mark.parametrize("name", ["T", "_M", "_", "__", "X_", "Limit", "maxRetries", "MAXx", "_1", "_12"])
def test_names_not_written_as_constants(name: str) -> None:
    assert not is_constant_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "1", "-1", "1_000", "1e-3", "2j", "'a'", "b'a'", "None", "...", "True", "'a' 'b'", "'é' * 600", "()",
        "(1, 'a')", "[1, *(2, 3)]", "{'a': [], **{'b': {}}}", "{1, 2}", "60 * 60 // 2 ** 3 % 7",
        "~0x0F & (1 << 4) | 2 ^ 1", "'a' + 'b'", "'%s' % 'a'", "f'a{1}'", "f'{1:>3}'", "float('inf')", "set(['a'])",
        "frozenset({1})", "range(2000, 2030)", "dict(a=1)", "tuple([1])",
    ],
)  # fmt: skip
def test_constant_expressions(value: str) -> None:
    assert is_constant(value)


@pytest.mark.parametrize(
    ("value", "before"),
    [
        ("timedelta(minutes=5)", "from datetime import timedelta"),
        ("dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)", "import datetime as dt"),
        ("Decimal('0.1')", "from decimal import Decimal"),
        ("re.compile('a', re.I)", "import re"),
        ("P('a') / 'b'", "from pathlib import Path as P"),
        ("UUID('12345678123456781234567812345678')", "from uuid import UUID"),
        ("logging.INFO", "import logging"),
        ("status.HTTP_404_NOT_FOUND", "from fastapi import status"),
        ("[HTTPStatus.OK, HTTPStatus.CREATED.value]", "from http import HTTPStatus"),
        ("math.pi / 180", "import math"),
        ("string.ascii_letters + string.digits", "import string"),
        ("OTHER * 2", "OTHER = 1"),
        ("OTHER", "from shop.other import OTHER"),
        ("other.OTHER", "from shop import other"),
        ("Kind.paid", "from shop.other import Kind"),
        ("Kind.paid.name", "from shop.other import Kind"),
        ("other.Box.SIZE", "import shop.other as other"),
    ],
)
def test_constants_made_of_names(value: str, before: str) -> None:
    other = (
        "import enum\nOTHER = 1\nclass Kind(enum.StrEnum):\n    paid = enum.auto()\n"
        "class Base:\n    SIZE = OTHER + 1\nclass Box(Base):\n    pass\n"
    )
    body = f"{before}\n\ndef f(param):\n    NAME = {value}\n    return NAME\n"
    assert constants_in(body, other=other)


@pytest.mark.parametrize(
    ("value", "before"),
    [
        ("param", ""), ("[1, param]", ""), ("f'{param}'", ""), ("{'a': param}", ""), ("1 + param", ""),
        ("param.LIMIT", ""), ("[]", ""), ("{}", ""), ("set()", ""), ("list()", ""), ("'a'.lower()", ""),
        ("'a,b'.split(',')", ""), ("len('a')", ""), ("[n for n in (1, 2)]", ""), ("lambda: 1", ""),
        ("1 if param else 2", ""), ("1 < 2", ""), ("not True", ""), ("(1, 2)[0]", ""), ("unknown", ""),
        ("UNKNOWN", ""), ("__file__", ""), ("object()", ""), ("open('a')", ""),
        ("datetime.now()", "from datetime import datetime"), ("uuid4()", "from uuid import uuid4"),
        ("os.environ['A']", "import os"), ("Path.home()", "from pathlib import Path"), ("Path()", "class Path: ..."),
        ("timedelta(minutes=param)", "from datetime import timedelta"), ("variable", "variable = 1"),
        ("OTHER", "OTHER = []"), ("OTHER", "OTHER = None"), ("OTHER", "OTHER = 1\nOTHER = 2"),
        ("OTHER", "import other as OTHER"), ("OTHER", "class OTHER: ..."), ("OTHER", "def OTHER(): ..."),
        ("OTHER", "OTHER: int"), ("OTHER", "OTHER = 1\ndef set_it():\n    global OTHER\n    OTHER = 2"),
        ("OTHER", "for OTHER in (1, 2): ..."), ("sqlalchemy.JSON", "import sqlalchemy"),
        ("settings.MAX_SIZE", "from django.conf import settings"),
        ("Box.size", "class Box:\n    size = 1"), ("Box.SIZE", "class Box:\n    SIZE = make()"),
        ("Box.SIZE", "class Box:\n    SIZE: int"),
        ("Kind.missing", "from enum import Enum\nclass Kind(Enum):\n    A = 1"),
        ("Kind", "from enum import Enum\nclass Kind(Enum): ..."),
    ],
)  # fmt: skip
def test_what_is_no_constant(value: str, before: str) -> None:
    assert not is_constant(value, before)


@pytest.mark.parametrize(
    "rest",
    [
        "NAME = 2", "NAME += 1", "del NAME", "for NAME in (): ...", "with x as NAME: ...", "import x as NAME",
        "from x import NAME", "(NAME := 2)", "[(NAME := y) for y in x]", "def NAME(): ...", "class NAME: ...",
        "a, NAME = x", "NAME: int = 2", "global NAME", "NAME[0] = 1", "NAME[0][1].x = 1", "del NAME[0]",
        "NAME.append(1)", "NAME[0].update(x)", "NAME[0] += 1", "def g():\n        nonlocal NAME",
        "def g():\n        NAME.add(1)", "match x:\n        case [NAME]: ...", "try: ...\n    except E as NAME: ...",
    ],
)  # fmt: skip
def test_names_bound_or_changed_again(rest: str) -> None:
    assert constants_in("def f(x):\n    NAME = [1]\n    return x\n")
    assert not constants_in(f"def f(x):\n    NAME = [1]\n    {rest}\n    return x\n")


def test_reading_passing_on_and_declaring_change_nothing() -> None:
    body = ["NAME: list[int]", "NAME = [1]", "x.append(NAME)", "x[NAME[0]] = NAME.index(1)", "del x[NAME[0]]"]
    assert constants_in("def f(x):\n    " + "\n    ".join(body) + "\n    return NAME\n")


def test_where_a_constant_belongs() -> None:
    source = (
        "from datetime import timedelta\nfrom shop.other import BASE\n\nLIMIT = 3\n\n\n"
        "def f():\n    SPAN = timedelta(minutes=LIMIT * BASE)\n    TWICE = SPAN * 2\n    LIMIT_2 = 1\n"
        "    return SPAN, TWICE, LIMIT_2\n"
    )
    span, twice, plain = constants_in(source, other="BASE = 1\n")
    assert (span.names, span.below, span.line, span.col, span.end_line, span.end_col) == (
        ("SPAN",),
        ("LIMIT",),
        8,
        4,
        8,
        42,
    )
    assert twice.below == ("LIMIT",)
    assert plain.below == ()


def remedies(source: str) -> list[str]:
    return [finding.help for finding in findings_in({PATH: source}, ["ARC120"])]


def test_the_remedy_says_where_and_for_whom() -> None:
    assert remedies(
        "LIMIT = 1\n\n\ndef f():\n    LIMIT = 2\n    return LIMIT\n\n\n"
        "def g():\n    WAIT = 5\n    return WAIT\n\n\n"
        "class A:\n    def h(self):\n        WAIT = 5\n        return WAIT\n\n\n"
        "def i():\n    WAIT = 6\n    SPAN = LIMIT + 1\n    return WAIT, SPAN\n"
    ) == [
        "Move it to module level, below the imports, under another name, as the module binds `LIMIT` already.",
        "Move it to module level, below the imports, and use it in `A.h` too.",
        "Move it to module level, below the imports, and use it in `g` too.",
        "Move it to module level, below the imports.",
        "Move it to module level, below `LIMIT`.",
    ]


LITERALS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner, min_size=1)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner, min_size=1)
        | st.frozensets(st.integers(), min_size=1).map(set)
    ),
    max_leaves=8,
)


@given(LITERALS)
@settings(deadline=None)
def test_every_literal_is_a_constant(value: object) -> None:
    (constant,) = constants_in(f"def f():\n    NAME = {value!r}\n    return NAME\n")
    assert constant.names == ("NAME",)


@given(LITERALS, st.integers(min_value=0))
@settings(deadline=None)
def test_a_parameter_anywhere_makes_it_none(value: object, choice: int) -> None:
    tree = ast.parse(repr(value), mode="eval")
    leaves = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    chosen = leaves[choice % len(leaves)]

    class Swap(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            return ast.Name("param", ast.Load()) if node is chosen else node

    text = ast.unparse(ast.fix_missing_locations(Swap().visit(tree)))
    assert not constants_in(f"def f(param):\n    NAME = {text}\n    return NAME\n")
