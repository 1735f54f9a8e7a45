"""What classes descend from: across modules, generics, factories, and into the frameworks' own classes."""

import pytest

from archlint.project.calls.graph import descendants
from archlint.project.classes import (
    ancestors,
    bases,
    descends,
    find_class,
    find_function,
    method,
    methods,
    mro,
    symbol_of,
)  # fmt: skip
from archlint.project.model import Project
from archlint.project.names import Symbol
from archlint.testing import project_of

A = "shop/a.py"
MODEL = frozenset({"pydantic.BaseModel"})
HTTP = frozenset({"starlette.exceptions.HTTPException"})


def names(symbols: tuple[Symbol, ...]) -> list[str]:
    return [symbol.name for symbol in symbols]


def above(source: str, name: str, beside: dict[str, str] | None = None) -> list[str]:
    """The names of the ancestors of a class of ``shop/a.py``."""
    return names(ancestors(project_of({**(beside or {}), A: source}), Symbol(A, name)))


class TestBases:
    @pytest.mark.parametrize(
        ("base", "expected"),
        [
            ("Exception", ["builtins.Exception"]),
            ("BaseModel", ["pydantic.BaseModel"]),
            ("pydantic.BaseModel", ["pydantic.BaseModel"]),
            ("Generic[T]", ["typing.Generic"]),
            ("List[BaseModel]", ["List"]),
            ("BaseModel, Generic[T]", ["pydantic.BaseModel", "typing.Generic"]),
            ("make(BaseModel)", ["make"]),
            ("with_metaclass(Meta, BaseModel)", ["with_metaclass"]),
            ("BaseModel, metaclass=Meta", ["pydantic.BaseModel"]),
            ("registry[0]", ["registry"]),
            ("Unknown", []),
            ("*bases", []),
            ("(lambda: BaseModel)()", []),
        ],
    )
    def test_what_stands_in_the_brackets(self, base: str, expected: list[str]) -> None:
        head = (
            "import pydantic\nfrom typing import Generic, TypeVar\nfrom pydantic import BaseModel\n"
            "T = TypeVar('T')\nregistry = [BaseModel]\nclass List: ...\nclass Meta(type): ...\n"
            "def make(base): ...\ndef with_metaclass(meta, base): ...\n"
        )
        project = project_of({A: f"{head}class C({base}): ...\n"})
        definition = find_class(project, Symbol(A, "C"))
        assert definition
        assert names(bases(project, definition)) == expected

    def test_a_sibling_inside_a_class(self) -> None:
        assert above("class Outer:\n    class A: ...\n    class B(A): ...\n", "Outer.B") == ["Outer.A"]

    def test_a_class_of_another_class(self) -> None:
        assert above("class Outer:\n    class A: ...\nclass B(Outer.A): ...\n", "B") == ["Outer.A"]


class TestAncestors:
    def test_nearest_first_and_each_once(self) -> None:
        source = "class A: ...\nclass B(A): ...\nclass C(A): ...\nclass D(B, C): ...\n"
        assert above(source, "D") == ["B", "C", "A"]

    def test_across_modules_and_re_exports(self) -> None:
        beside = {
            "shop/one.py": "from fastapi import HTTPException as H\nclass One(H): ...\n",
            "shop/pack/__init__.py": "from .two import *\n",
            "shop/pack/two.py": "from shop import one\nclass Two(one.One): ...\n",
        }
        source = "from shop.pack import Two\nBase = Two\nclass Three(Base): ...\n"
        assert above(source, "Three", beside) == [
            "Two", "One", "fastapi.HTTPException", "starlette.exceptions.HTTPException", "builtins.Exception",
            "builtins.BaseException",
        ]  # fmt: skip

    def test_through_an_optional_import(self) -> None:
        optional = "try:\n    from pydantic import BaseModel\nexcept ImportError:\n    BaseModel = object\n"
        source = optional + "class C(BaseModel): ...\n"
        assert "pydantic.BaseModel" in above(source, "C")

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("declarative_base()", "sqlalchemy.orm.declarative_base"),
            ("orm.declarative_base(metadata=1)", "sqlalchemy.orm.declarative_base"),
            ("create_model('Model')", "pydantic.create_model"),
            ("Page[int]", "Page"),
            ("Page", "Page"),
        ],
    )
    def test_a_base_that_is_assigned(self, value: str, expected: str) -> None:
        head = (
            "from sqlalchemy import orm\nfrom sqlalchemy.orm import declarative_base\nfrom pydantic import create_model\n"
            "class Page: ...\n"
        )
        assert expected in above(f"{head}Base = {value}\nclass C(Base): ...\n", "C")

    @pytest.mark.parametrize(
        ("base", "root"),
        [
            ("fastapi.HTTPException", "starlette.exceptions.HTTPException"),
            ("fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException"),
            ("starlette.exceptions.HTTPException", "starlette.exceptions.HTTPException"),
            ("fastapi.FastAPI", "starlette.applications.Starlette"),
            ("fastapi.APIRouter", "starlette.routing.Router"),
            ("pydantic.RootModel", "pydantic.BaseModel"),
            ("pydantic.main.BaseModel", "pydantic.BaseModel"),
            ("pydantic_settings.BaseSettings", "pydantic.BaseModel"),
            ("sqlmodel.SQLModel", "pydantic.BaseModel"),
            ("enum.StrEnum", "enum.Enum"),
            ("fastapi.responses.JSONResponse", "starlette.responses.Response"),
        ],
    )
    def test_into_the_frameworks(self, base: str, root: str) -> None:
        package = base.rpartition(".")[0]
        project = project_of({A: f"import {package}\nclass C({base}): ...\n"})
        assert descends(project, Symbol(A, "C"), frozenset({root}))

    def test_classes_in_a_loop(self) -> None:
        assert above("class A(B): ...\nclass B(A): ...\n", "A") == ["B"]
        assert above("class A(A): ...\n", "A") == []

    def test_a_name_bound_twice_is_the_last_class(self) -> None:
        assert above("class A: ...\nclass B: ...\nclass C(A): ...\nclass C(B): ...\n", "C") == ["B"]

    def test_one_branch_of_several_is_enough(self) -> None:
        source = (
            "import sys\nif sys.platform == 'win32':\n    class C(A): ...\nelse:\n    class C(A): ...\nclass A: ...\n"
        )
        assert above(source, "C") == ["A"]


class TestDescends:
    def test_itself_counts_where_it_is_third_party(self) -> None:
        project = project_of({A: "import pydantic\nclass C: ...\n"})
        assert descends(project, Symbol("", "pydantic.BaseModel"), MODEL)
        assert not descends(project, Symbol(A, "C"), MODEL)
        assert not descends(project, None, MODEL)

    def test_a_namesake_of_the_project_is_somebody_else(self) -> None:
        source = "class HTTPException(Exception): ...\nclass NotFound(HTTPException): ...\n"
        project = project_of({A: source, "fastapi_like.py": "class HTTPException(Exception): ...\n"})
        assert not descends(project, Symbol(A, "NotFound"), HTTP)

    def test_a_first_party_package_called_like_a_framework(self) -> None:
        files = {
            A: "from pydantic import BaseModel\nclass C(BaseModel): ...\n",
            "pydantic.py": "class BaseModel: ...\n",
        }
        assert not descends(project_of(files), Symbol(A, "C"), MODEL)

    def test_generic_models(self) -> None:
        source = (
            "from typing import Generic, TypeVar\nfrom pydantic import BaseModel\nT = TypeVar('T')\n"
            "class Page(BaseModel, Generic[T]): ...\nclass Users(Page[int]): ...\n"
        )
        assert descends(project_of({A: source}), Symbol(A, "Users"), MODEL)


class TestFinding:
    SOURCE = (
        "class Outer:\n"
        "    class Inner:\n"
        "        def deep(self): ...\n"
        "    def run(self):\n"
        "        class Local(Exception): ...\n"
        "        def helper(): ...\n"
        "        raise Local()\n"
        "class Child(Outer):\n"
        "    pass\n"
        "def top(): ...\n"
    )

    @pytest.mark.parametrize("name", ["Outer", "Outer.Inner", "Outer.run.<locals>.Local", "Child"])
    def test_classes(self, name: str) -> None:
        definition = find_class(project_of({A: self.SOURCE}), Symbol(A, name))
        assert definition
        assert definition.name == name
        assert symbol_of(definition) == Symbol(A, name)

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("top", "top"),
            ("Outer.run", "Outer.run"),
            ("Outer.Inner.deep", "Outer.Inner.deep"),
            ("Child.run", "Outer.run"),
            ("Outer.run.<locals>.helper", "Outer.run.<locals>.helper"),
        ],
    )
    def test_functions(self, name: str, expected: str) -> None:
        function = find_function(project_of({A: self.SOURCE}), Symbol(A, name))
        assert function
        assert function.name == expected

    @pytest.mark.parametrize("name", ["Missing", "Outer.missing", "top.<locals>.x", "Outer.run.<locals>.missing", ""])
    def test_what_is_not_there(self, name: str) -> None:
        project = project_of({A: self.SOURCE})
        assert find_class(project, Symbol(A, name)) is None
        assert find_function(project, Symbol(A, name)) is None

    def test_third_party_names_and_nothing(self) -> None:
        project = project_of({A: self.SOURCE})
        for symbol in (None, Symbol("", "fastapi.FastAPI")):
            assert find_class(project, symbol) is None
            assert find_function(project, symbol) is None


class TestMethods:
    FILES = {  # noqa: RUF012
        "shop/base.py": "class Base:\n    def save(self): ...\n    def load(self): ...\n",
        A: "from shop.base import Base\nclass User(Base):\n    def save(self): ...\n    async def ban(self): ...\n",
    }

    def project(self) -> Project:
        return project_of(self.FILES)

    def test_own_and_inherited(self) -> None:
        project = self.project()
        user = find_class(project, Symbol(A, "User"))
        assert user
        assert sorted(methods(project, user)) == ["ban", "save"]
        found = {name: method(project, user, name) for name in ("save", "load", "ban", "missing")}
        assert {name: f and (f.module.path, f.name) for name, f in found.items()} == {
            "save": (A, "User.save"),
            "load": ("shop/base.py", "Base.load"),
            "ban": (A, "User.ban"),
            "missing": None,
        }
        assert [owner.name for owner in mro(project, user)] == ["User", "Base"]
        assert found["ban"]
        assert found["ban"].is_async

    def test_of_a_class_inside_a_function(self) -> None:
        project = project_of({A: "def f():\n    class Local:\n        def go(self): ...\n    return Local\n"})
        local = find_class(project, Symbol(A, "f.<locals>.Local"))
        assert local
        assert list(methods(project, local)) == ["go"]
        assert method(project, local, "go") is methods(project, local)["go"]


def test_descendants() -> None:
    files = {
        "shop/b.py": "from shop.c import Late\nclass B(Late): ...\nclass Last(B): ...\n",
        "shop/c.py": "from pydantic import BaseModel\nclass Late(BaseModel): ...\nclass Other(BaseModel): ...\n",
    }
    project = project_of(files)

    def below(path: str, name: str) -> list[str]:
        definition = find_class(project, Symbol(path, name))
        assert definition
        return [each.name for each in descendants(project, definition)]

    assert below("shop/c.py", "Late") == ["B", "Last"]
    assert below("shop/b.py", "B") == ["Last"]
    assert below("shop/c.py", "Other") == []
