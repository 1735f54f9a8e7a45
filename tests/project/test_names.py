"""A name means the same whatever the style it is imported in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.project.names import Symbol, resolve
from archlint.testing import project_of

DEFINER = {"src/shop/core/errors.py": "class NotFound(Exception): ...\n\nclass Outer:\n    class Inner: ...\n"}
ANSWER = Symbol("src/shop/core/errors.py", "NotFound")


def meaning(source: str, name: str, files: dict[str, str] | None = None) -> Symbol | None:
    project = project_of({**DEFINER, **(files or {}), "src/shop/services/orders.py": source})
    return resolve(project, project.by_path["src/shop/services/orders.py"], name, None)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from shop.core.errors import NotFound", "NotFound"),
        ("from shop.core.errors import NotFound as N", "N"),
        ("import shop.core.errors", "shop.core.errors.NotFound"),
        ("import shop.core.errors as e", "e.NotFound"),
        ("from shop.core import errors", "errors.NotFound"),
        ("from shop import core", "core.errors.NotFound"),
        ("from ..core.errors import NotFound", "NotFound"),
        ("from ..core import errors as e", "e.NotFound"),
        ("from .. import core", "core.errors.NotFound"),
        ("from shop.core.errors import *", "NotFound"),
        ("from shop.core.errors import NotFound\nMissing = NotFound", "Missing"),
        ("from shop.core import errors\nMissing = errors.NotFound", "Missing"),
        ("try:\n    from shop.core.errors import NotFound\nexcept ImportError:\n    NotFound = None", "NotFound"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.core.errors import NotFound", "NotFound"),
    ],
)
def test_styles_of_import(source: str, name: str) -> None:
    assert meaning(source, name) == ANSWER


LATE = "def __getattr__(name):\n    if name in {t}:\n        return load({t}[name])\n    raise AttributeError(name)\n"


@pytest.mark.parametrize(
    "package",
    [
        "def __getattr__(name):\n    if name:\n        from shop.core.errors import NotFound\n        return NotFound\n",
        "def __getattr__(name):\n    from .core.errors import NotFound\n    return {'NotFound': NotFound}[name]\n",
        "LATE = {'NotFound': ('shop.core.errors', 'NotFound')}\n" + LATE.format(t="LATE"),
        "LATE: dict = {'Other': 'shop.other', 'NotFound': ('.core.errors', 'NotFound')}\n" + LATE.format(t="LATE"),
        "LATE = {'NotFound': 'shop.core.errors'}\n" + LATE.format(t="LATE"),
        "LATE = {'NotFound': '.core.errors'}\n" + LATE.format(t="LATE"),
        "LATE = {'NotFound': 'shop.core.errors:NotFound'}\n" + LATE.format(t="LATE"),
        "LATE = {'NotFound': 'shop.core.errors.NotFound'}\n" + LATE.format(t="LATE"),
    ],
)
@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from shop import NotFound", "NotFound"),
        ("import shop", "shop.NotFound"),
        ("from .. import NotFound as N", "N"),
    ],
)
def test_names_a_module_brings_late(package: str, source: str, name: str) -> None:
    """PEP 562."""
    assert meaning(source, name, {"src/shop/__init__.py": package}) == ANSWER


@pytest.mark.parametrize(
    "package",
    [
        "LATE = {'NotFound': ('shop.core.errors', 'NotFound')}\n",
        "LATE = {'NotFound': ('shop.core.errors', 'Missing')}\n" + LATE.format(t="LATE"),
        "LATE = {'NotFound': ('elsewhere.errors', 'NotFound')}\n" + LATE.format(t="LATE"),
        "LATE = {'NotFound': (1, 2)}\nMORE = {'NotFound': None}\n" + LATE.format(t="LATE"),
        "LATE = {'NotFound': ('shop', 'NotFound')}\n" + LATE.format(t="LATE"),
        "A = {'NotFound': 'shop.core.errors'}\nB = {'NotFound': 'shop.core'}\n" + LATE.format(t="A"),
        "def __getattr__(name):\n    return name\n",
    ],
)
def test_names_nothing_says_a_module_brings(package: str) -> None:
    files = {"src/shop/__init__.py": package}
    assert meaning("from shop import NotFound", "NotFound", files) == Symbol("src/shop/__init__.py", "NotFound")


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"src/shop/core/__init__.py": "from .errors import NotFound"}, "from shop.core import NotFound"),
        ({"src/shop/core/__init__.py": "from .errors import *"}, "from shop.core import NotFound"),
        (
            {"src/shop/core/__init__.py": "from shop.core.errors import NotFound as Missing\nNotFound = Missing"},
            "from shop.core import NotFound",
        ),
        (
            {"src/shop/a.py": "from shop.b import *", "src/shop/b.py": "from shop.core.errors import NotFound"},
            "from shop.a import NotFound",
        ),
        (
            {
                "src/shop/a.py": "from shop.b import *\n",
                "src/shop/b.py": "from shop.a import *\nfrom .core.errors import *",
            },
            "from shop.a import NotFound",
        ),
    ],
)
def test_re_exports(files: dict[str, str], source: str) -> None:
    assert meaning(source, "NotFound", files) == ANSWER


def test_all_decides_what_a_star_brings() -> None:
    files = {"src/shop/a.py": "from shop.core.errors import NotFound\n__all__ = ['other']\nother = 1"}
    assert meaning("from shop.a import *", "NotFound", files) is None
    assert meaning("from shop.a import *", "other", files) == Symbol("src/shop/a.py", "other")


def test_a_local_class_of_the_same_name_is_itself() -> None:
    assert meaning("class HTTPException(Exception): ...", "HTTPException") == Symbol(
        "src/shop/services/orders.py", "HTTPException"
    )


@pytest.mark.parametrize(
    "source",
    [
        "from fastapi import HTTPException",
        "from fastapi.exceptions import HTTPException",
        "import fastapi\nHTTPException = fastapi.HTTPException",
        "import fastapi.exceptions as fe\nHTTPException = fe.HTTPException",
    ],
)
def test_third_party_names_have_one_spelling(source: str) -> None:
    assert meaning(source, "HTTPException") == Symbol("", "fastapi.HTTPException")


def test_what_nothing_binds_is_unknown() -> None:
    assert meaning("x = 1", "NotFound") is None


def test_names_of_a_function_hide_the_modules() -> None:
    source = "from fastapi import HTTPException as E\ndef f(E): ...\ndef g():\n    from shop.core.errors import NotFound as E"
    project = project_of({**DEFINER, "src/shop/a.py": source})
    module = project.by_path["src/shop/a.py"]
    from archlint.project.definitions import definitions

    functions = definitions(project, module).functions
    assert resolve(project, module, "E", functions["f"]) is None
    assert resolve(project, module, "E", functions["g"]) == ANSWER
    assert resolve(project, module, "E", None) == Symbol("", "fastapi.HTTPException")


HOPS = st.lists(st.sampled_from(["from", "as", "module", "star", "assign", "relative"]), min_size=1, max_size=6)


@given(HOPS)
@settings(deadline=None)
def test_chains_of_re_exports_lead_to_the_definition(hops: list[str]) -> None:
    files = dict(DEFINER)
    previous, name = "core.errors", "NotFound"
    for number, hop in enumerate(hops):
        step, new = f"step{number}", f"Name{number}"
        source, name = {
            "from": (f"from shop.{previous} import {name}", name),
            "as": (f"from shop.{previous} import {name} as {new}", new),
            "module": (f"import shop.{previous} as m\n{new} = m.{name}", new),
            "star": (f"from shop.{previous} import *", name),
            "assign": (f"from shop.{previous} import {name}\n{new} = {name}", new),
            "relative": (f"from .{previous} import {name} as {new}", new),
        }[hop]
        files[f"src/shop/{step}.py"] = source
        previous = step
    assert meaning(f"from shop.{previous} import {name} as X", "X", files) == ANSWER
