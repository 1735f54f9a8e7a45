"""What an expression evaluates to when nothing but the source says so."""

import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.facts.expressions import Seq
from archlint.facts.statements import Set
from archlint.project.constants.values import UNKNOWN, constant_of, text_of
from archlint.project.definitions import definitions, inner_definitions
from archlint.testing import project_of

SETTINGS = """
import os
from enum import Enum, StrEnum, auto
from functools import cached_property
from typing import Annotated

from decouple import config as read
from environs import Env
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings
from starlette.config import Config

env = Env()
starlette = Config(".env")
VERSION = 3
ROOT = "/api"
FROM_STARLETTE = starlette("PREFIX", default="/starlette")
PATHS = {"users": "/users", "all": ROOT + "/all"}


class Inner(BaseModel):
    prefix: str = "/inner"


class Base(BaseSettings):
    inherited: str = "/inherited"


class Settings(Base):
    plain: str = "/plain"
    described: str = Field("/described", description="x")
    defaulted: str = Field(default="/defaulted")
    made: str = Field(default_factory=lambda: "/made")
    environment: str = os.getenv("X", "/environment")
    required: str
    no_default: str = Field(..., min_length=1)
    inner: Inner = Inner()
    inner_made: Inner = Field(default_factory=Inner)
    inner_annotated: Inner
    joined: str = plain + "/joined"

    @property
    def computed(self) -> str:
        return f"{self.plain}/{VERSION}"

    @cached_property
    def deeper(self) -> str:
        return self.inner.prefix + self.computed


class Plain:
    CONSTANT = "/constant"

    def __init__(self, given, other="/other"):
        self.given = given
        self.other = other


class Text(str, Enum):
    ONE = "/one"


class Name(StrEnum):
    FIRST = auto()


def get_settings() -> Settings:
    return Settings()


def unannotated():
    return Settings(plain="/overridden")


def versioned(path, version="v1"):
    return f"/{version}{path}"


settings = Settings()
overridden: Annotated[Settings, "x"] = Settings(plain="/overridden")
plain = Plain("/given")
"""


def value_of(expression: str, prelude: str = "") -> object:
    """What the last statement's value evaluates to, in a module beside the settings."""
    source = (
        f"from shop import settings as s\nfrom shop.settings import *\nimport os\n{prelude}\nvalue = {expression}\n"
    )
    project = project_of({"shop/__init__.py": "", "shop/settings.py": SETTINGS, "shop/main.py": source})
    module = project.by_path["shop/main.py"]
    statement = module.interface.body[-1]
    assert isinstance(statement, Set)
    constant = constant_of(project, module, None, statement.value)
    return None if constant is None else constant.value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'/a'", "/a"),
        ("'/a' + '/b' + ROOT", "/a/b/api"),
        ("f'{ROOT}/v{VERSION}'", "/api/v3"),
        ("f'/v{VERSION + 1}'", "/v4"),
        ("'/%s/v%s' % ('a', VERSION)", "/a/v3"),
        ("'/%s' % VERSION", "/3"),
        ("'/{}/{name}'.format('a', name=VERSION)", "/a/3"),
        ("'/'.join(['', 'a', f'v{VERSION}'])", "/a/v3"),
        ("ROOT.rstrip('/').upper()", "/API"),
        ("'/api/'.strip('/').replace('api', 'x')", "x"),
        ("str(ROOT)", "/api"),
        ("ROOT if VERSION == 3 else '/b'", "/api"),
        ("'/a' if s.unknown else '/a'", "/a"),
        ("'' or ROOT", "/api"),
        ("ROOT and '/x'", "/x"),
        ("not ROOT", False),
        ("ROOT is None", False),
        ("PATHS['all']", "/api/all"),
        ("PATHS['users'] + ['/x', '/y'][1]", "/users/y"),
        ("s.ROOT", "/api"),
        ("s.settings.plain", "/plain"),
        ("(found := ROOT)", "/api"),
    ],
)
def test_expressions(expression: str, expected: object) -> None:
    assert value_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("settings.plain", "/plain"),
        ("settings.described", "/described"),
        ("settings.defaulted", "/defaulted"),
        ("settings.made", "/made"),
        ("settings.environment", "/environment"),
        ("settings.inherited", "/inherited"),
        ("settings.inner.prefix", "/inner"),
        ("settings.inner_made.prefix", "/inner"),
        ("settings.inner_annotated.prefix", "/inner"),
        ("settings.joined", "/plain/joined"),
        ("settings.computed", "/plain/3"),
        ("settings.deeper", "/inner/plain/3"),
        ("overridden.plain", "/overridden"),
        ("overridden.computed", "/overridden/3"),
        ("get_settings().plain", "/plain"),
        ("unannotated().plain", "/overridden"),
        ("Settings().plain", "/plain"),
        ("Settings.plain", "/plain"),
        ("Plain.CONSTANT", "/constant"),
        ("plain.given", "/given"),
        ("plain.other", "/other"),
        ("Plain('/x', other='/y').other", "/y"),
        ("Text.ONE", "/one"),
        ("Text.ONE.value", "/one"),
        ("f'{Text.ONE}/x'", "/one/x"),
        ("Name.FIRST.value", "first"),
        ("versioned('/users')", "/v1/users"),
        ("versioned('/users', version='v2')", "/v2/users"),
        ("settings.required", None),
        ("settings.no_default", None),
        ("settings.missing", None),
        ("Text.TWO", None),
    ],
)
def test_settings_and_other_holders(expression: str, expected: object) -> None:
    assert value_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("os.getenv('X', '/a')", "/a"),
        ("os.environ.get('X', default='/a')", "/a"),
        ("os.getenv('X') or '/b'", "/b"),
        ("os.environ['X']", None),
        ("os.getenv('X')", None),
        ("read('X', default='/c')", "/c"),
        ("FROM_STARLETTE", "/starlette"),
        ("env('X', '/d')", "/d"),
        ("env.str('X', '/e')", "/e"),
        ("status.HTTP_204_NO_CONTENT", 204),
        ("fastapi.status.HTTP_201_CREATED", 201),
        ("HTTPStatus.ACCEPTED", 202),
        ("HTTPStatus.ACCEPTED.value", 202),
        ("HTTPMethod.GET", "GET"),
    ],
)
def test_environment_and_statuses(expression: str, expected: object) -> None:
    prelude = "import fastapi\nfrom fastapi import status\nfrom http import HTTPMethod, HTTPStatus"
    assert value_of(expression, prelude) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "unknown",
        "unknown + 1",
        "f'{unknown}/x'",
        "ROOT + unknown",
        "PATHS['none']",
        "[1][5]",
        "'{0}{1}'.format('a')",
        "len(ROOT)",
    ],
)
def test_unknown(expression: str) -> None:
    assert value_of(expression) is None


@pytest.mark.parametrize(
    "prelude",
    [
        "value = value + 'x'",
        "a = b\nb = a",
        "class A(BaseSettings):\n    x: str = y\n    y: str = x\na = A()",
        "def f():\n    return g()\ndef g():\n    return f()",
        "def f(x=None):\n    x = x if x else x\n    x = f(x)\n    return x",
    ],
)
def test_circles_end(prelude: str) -> None:
    for expression in ("value", "a", "a.x", "f()"):
        assert value_of(expression, prelude) is None


def test_locals_and_parameters() -> None:
    source = """
        ROOT = "/api"

        def outer(prefix="/outer", other=None):
            local = prefix + "/local"
            twice = "/a"
            twice = "/b"

            def inner(tail="/tail"):
                result = [prefix, local, tail, ROOT, twice, other, unknown]
    """
    project = project_of({"main.py": textwrap.dedent(source)})
    module = project.by_path["main.py"]
    outer = definitions(project, module).functions["outer"]
    inner = inner_definitions(project, outer).functions["outer.<locals>.inner"]
    (statement,) = inner.body
    assert isinstance(statement, Set)
    assert isinstance(statement.value, Seq)
    found = [text_of(project, module, inner, item) for item in statement.value.items]
    assert found == ["/outer", "/outer/local", "/tail", "/api", None, None, None]


KNOWN = st.characters(codec="utf-8", exclude_characters=UNKNOWN)
"""What stands for the parts of a text that are not known cannot be told from them."""


@given(st.text(alphabet=KNOWN, max_size=40), st.text(alphabet=KNOWN, max_size=20), st.integers(-(2**62), 2**62))
@settings(deadline=None)
def test_agrees_with_python(first: str, second: str, number: int) -> None:
    for build in BUILDERS:
        expression = build(first, second, number)
        assert value_of_expression(expression) == eval(expression)


BUILDERS: list[Callable[[str, str, int], str]] = [
    lambda a, b, n: f"{a!r} + {b!r}",
    lambda a, b, n: f"{a!r}.strip({b!r})" if b else f"{a!r}.strip()",
    lambda a, b, n: f"{a!r} or {b!r}",
    lambda a, b, n: f"{a!r} if {b!r} else {n!r}",
    lambda a, b, n: f"{n!r} + {n!r}",
    lambda a, b, n: f"{b!r}.join([{a!r}, {a!r}])",
]


def value_of_expression(expression: str) -> object:
    project = project_of({"main.py": f"value = {expression}\n"})
    statement = project.modules[0].interface.body[-1]
    assert isinstance(statement, Set)
    constant = constant_of(project, project.modules[0], None, statement.value)
    assert constant is not None
    return constant.value


@pytest.mark.parametrize(
    "sum_of_two", ["A{0} + A{0}", 'f"{{A{0}}}{{A{0}}}"', '"%s%s" % (A{0}, A{0})', '"{{}}{{}}".format(A{0}, A{0})']
)
def test_texts_made_of_texts_do_not_fill_the_memory(sum_of_two: str) -> None:
    """Each as long as two of the one before: the last would have 2 ** 40 characters."""
    lines = ['A0 = "/a"', *(f"A{i + 1} = {sum_of_two.format(i)}" for i in range(40))]
    project = project_of({"a.py": "\n".join(lines)})
    module = project.by_path["a.py"]
    assert text_of(project, module, None, "A3") == "/a" * 8
    assert text_of(project, module, None, "A40") is None


def test_a_width_that_would_fill_the_memory() -> None:
    project = project_of({"a.py": 'A = "{:>99999999999}".format("a")\nB = "{}".format("a")'})
    module = project.by_path["a.py"]
    assert (text_of(project, module, None, "A"), text_of(project, module, None, "B")) == (None, "a")
