"""What installed packages' classes descend from: by the table, then by the packages' own files."""

import sys
from pathlib import Path

import pytest

from archlint.project.classes import ancestors, descends, find_class
from archlint.project.environment import MOST_FILES, library
from archlint.project.knowledge import canonical, third_party_bases
from archlint.project.model import Module, Project
from archlint.project.names import Symbol
from archlint.project.types.data import is_mapped
from archlint.sources import Environment, environment_at
from archlint.testing import project_of

A = "shop/a.py"
HTTP = frozenset({"starlette.exceptions.HTTPException"})
MODEL = frozenset({"pydantic.BaseModel"})
PACK = "site-packages/pack"


def above(base: str, files: dict[str, str]) -> list[str]:
    """The names of the ancestors of a class of the project that inherits from ``base`` of an installed package."""
    package = base.rpartition(".")[0]
    project = project_of({A: f"import {package}\nclass C({base}): ...\n", **files})
    return [symbol.name for symbol in ancestors(project, Symbol(A, "C"))]


def read_files(project: Project) -> list[str]:
    shelf = library(project)
    assert shelf
    return sorted(shelf.by_path)


class TestThroughFiles:
    def test_from_module_to_module_into_the_table(self) -> None:
        files = {
            f"{PACK}/errors.py": "from starlette.exceptions import HTTPException\nclass Base(HTTPException): ...\n",
            f"{PACK}/api.py": "from .errors import Base\nclass Denied(Base): ...\n",
        }
        assert above("pack.api.Denied", files) == [
            "pack.api.Denied", "pack.errors.Base", "starlette.exceptions.HTTPException", "builtins.Exception",
            "builtins.BaseException",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "init",
        [
            "from .errors import Denied\n",
            "from .errors import Denied as Denied\n",
            "from pack.errors import *\n",
            "from .between import Denied\n",
            "from . import errors\nDenied = errors.Denied\n",
            "try:\n    from .errors import Denied\nexcept ImportError:\n    Denied = None\n",
            "import typing\nif typing.TYPE_CHECKING:\n    from .errors import Denied\ndef __getattr__(name): ...\n",
        ],
    )
    def test_re_exports(self, init: str) -> None:
        files = {
            f"{PACK}/__init__.py": init,
            f"{PACK}/between.py": "from .errors import *\n",
            f"{PACK}/errors.py": "import fastapi\nclass Denied(fastapi.HTTPException): ...\n",
        }
        assert above("pack.Denied", files)[:3] == ["pack.Denied", "pack.errors.Denied", "fastapi.HTTPException"]

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("class T(Generic[X]): ...\n", ["typing.Generic"]),
            ("class T(BaseModel, Generic[X]): ...\n", ["pydantic.BaseModel", "typing.Generic"]),
            ("class M(BaseModel): ...\nclass T(M[int]): ...\n", ["pack.M", "pydantic.BaseModel"]),
            ("if X:\n    class T(BaseModel): ...\nelse:\n    class T(BaseModel): ...\n", ["pydantic.BaseModel"]),
            ("class O:\n    class T(BaseModel): ...\nT = O.T\n", ["pack.O.T", "pydantic.BaseModel"]),
            ("T = create_model('T')\n", ["pydantic.create_model", "pydantic.BaseModel"]),
            ("class O:\n    class I(BaseModel): ...\nclass P(O): ...\nclass T(P.I): ...\n",
             ["pack.P.I", "pack.O.I", "pydantic.BaseModel"]),
            ("class T: ...\n", []),
            ("T = 1\n", []),
            ("def T(): ...\n", []),
            ("class T(\n", []),
            ("", []),
        ],
    )  # fmt: skip
    def test_what_a_class_can_be(self, source: str, expected: list[str]) -> None:
        head = "from typing import Generic\nfrom pydantic import BaseModel, create_model\n"
        assert above("pack.T", {f"{PACK}/__init__.py": head + source})[1:] == expected

    def test_stubs(self) -> None:
        stub = {f"{PACK}/fast.pyi": "from pydantic import BaseModel\nclass T(BaseModel): ...\n"}
        assert "pydantic.BaseModel" in above("pack.fast.T", stub)

    def test_from_package_to_package(self) -> None:
        files = {
            f"{PACK}/__init__.py": "from other.deep import Base\nclass T(Base): ...\n",
            "site-packages/other/deep.py": "from pydantic.main import BaseModel\nclass Base(BaseModel): ...\n",
        }
        assert above("pack.T", files) == ["pack.T", "other.deep.Base", "pydantic.BaseModel"]

    def test_by_the_name_the_tables_have(self) -> None:
        files = {
            "site-packages/sse_starlette/__init__.py": "from ._impl import EventSourceResponse\n",
            "site-packages/sse_starlette/_impl.py": "class EventSourceResponse: ...\n",
            f"{PACK}/__init__.py": "from sse_starlette._impl import EventSourceResponse\nclass T(EventSourceResponse): ...\n",
        }
        assert "starlette.responses.Response" in above("pack.T", files)

    def test_classes_in_a_loop(self) -> None:
        files = {
            f"{PACK}/__init__.py": "from .b import B\nclass A(B): ...\n",
            f"{PACK}/b.py": "from . import A\nclass B(A): ...\n",
        }
        assert above("pack.A", files) == ["pack.A", "pack.b.B"]

    def test_modules_that_star_import_each_other(self) -> None:
        files = {
            f"{PACK}/__init__.py": "from .b import *\n",
            f"{PACK}/b.py": "from pack import *\nfrom pydantic import *\nclass T(Missing): ...\n",
        }
        assert above("pack.T", files)[1:] == ["pack.b.T"]


class TestWhoIsAsked:
    FILES = {f"{PACK}/__init__.py": "from pydantic import BaseModel\nclass T(BaseModel): ...\n"}  # noqa: RUF012

    def test_without_an_environment_an_unknown_class_has_no_ancestors(self) -> None:
        assert above("pack.T", {}) == ["pack.T"]

    def test_the_table_goes_before_the_files(self) -> None:
        files = {"site-packages/fastapi/__init__.py": "class HTTPException: ...\n"}
        project = project_of({A: "import fastapi\nclass C(fastapi.HTTPException): ...\n", **files})
        assert descends(project, Symbol(A, "C"), HTTP)
        assert read_files(project) == []

    def test_only_the_files_on_the_way_are_read(self) -> None:
        files = {
            **self.FILES,
            f"{PACK}/unused.py": "",
            "site-packages/other/__init__.py": "class Other: ...\n",
            A: "import other\nfrom pack import T\nclass C(T): ...\nother.Other()\n",
        }
        project = project_of(files)
        assert descends(project, Symbol(A, "C"), MODEL)
        assert read_files(project) == [f"{PACK}/__init__.py"]

    def test_what_the_project_itself_has_is_not_looked_up(self) -> None:
        files = {**self.FILES, "pack/__init__.py": "", A: "from pack import T\nclass C(T): ...\n"}
        project = project_of(files)
        assert not descends(project, Symbol(A, "C"), MODEL)

    def test_a_folder_of_the_project_that_is_no_package_hides_none(self) -> None:
        files = {**self.FILES, "pack/versions/one.py": "", A: "from pack import T\nclass C(T): ...\n"}
        assert descends(project_of(files), Symbol(A, "C"), MODEL)

    def test_a_question_reads_so_many_files_at_most(self) -> None:
        chain = {
            f"{PACK}/m{n}.py": f"from .m{n + 1} import T\n" for n in range(MOST_FILES + 50)
        }  # fmt: skip
        project = project_of({A: "from pack.m0 import T\nclass C(T): ...\n", **chain})
        assert not descends(project, Symbol(A, "C"), MODEL)
        assert len(read_files(project)) == MOST_FILES


def test_an_environment_changes_nothing_about_the_project_s_own_classes() -> None:
    files = {
        "shop/base.py": "from fastapi import HTTPException as H\nclass One(H): ...\nclass Two(Exception): ...\n",
        A: "from enum import Enum\nfrom shop.base import *\nclass Three(One): ...\nclass Four(Two): ...\n"
        "class Five(str, Enum): ...\nclass Six(Unknown): ...\nclass Seven:\n    class In(Three): ...\n",
    }
    installed = {
        "site-packages/fastapi/__init__.py": "class HTTPException: ...\n",
        "site-packages/shop/base.py": "class One: ...\nclass Two: ...\n",
        "site-packages/enum.py": "class Enum: ...\n",
        "site-packages/builtins.py": "class Exception: ...\n",
    }
    without, beside = project_of(files), project_of({**files, **installed})
    symbols = [Symbol("shop/base.py", name) for name in ("One", "Two")]
    symbols += [Symbol(A, name) for name in ("Three", "Four", "Five", "Six", "Seven", "Seven.In")]
    for symbol in symbols:
        assert ancestors(without, symbol) == ancestors(beside, symbol)


class TestTheTable:
    def test_names_are_canonical(self) -> None:
        assert [name for name in third_party_bases() if canonical(name) != name] == []

    def test_every_row_ends_at_the_top(self) -> None:
        project = project_of({})
        for name in third_party_bases():
            assert Symbol("", name) not in ancestors(project, Symbol("", name))

    @pytest.mark.parametrize(
        ("written", "root"),
        [
            ("slowapi.errors.RateLimitExceeded", "starlette.exceptions.HTTPException"),
            ("fastcrud.exceptions.http_exceptions.NotFoundException", "starlette.exceptions.HTTPException"),
            ("fastapi_sso.sso.base.SSOLoginError", "starlette.exceptions.HTTPException"),
            ("strawberry.fastapi.GraphQLRouter", "fastapi.APIRouter"),
            ("faststream.rabbit.fastapi.RabbitRouter", "fastapi.APIRouter"),
            ("fastapi_users.schemas.BaseUser[int]", "pydantic.BaseModel"),
            ("fastapi_pagination.default.Page[int]", "pydantic.BaseModel"),
            ("fastapi_camelcase.CamelModel", "pydantic.BaseModel"),
            ("beanie.Document", "pydantic.BaseModel"),
            ("odmantic.Model", "pydantic.BaseModel"),
            ("advanced_alchemy.base.UUIDAuditBase", "sqlalchemy.orm.DeclarativeBase"),
            ("flask_appbuilder.Model", "sqlalchemy.orm.declarative_base"),
            ("pydantic.v1.BaseSettings", "pydantic.BaseSettings"),
            ("builtins.ModuleNotFoundError", "builtins.Exception"),
        ],
    )
    def test_packages_that_projects_inherit_from(self, written: str, root: str) -> None:
        package = written.partition("[")[0].rpartition(".")[0]
        project = project_of({A: f"import {package}\nclass C({written}): ...\n"})
        assert descends(project, Symbol(A, "C"), frozenset({root}))

    @pytest.mark.parametrize("name", ["tortoise.models.Model", "piccolo.table.Table", "saffier.Model"])
    def test_models_that_are_not_pydantic_s(self, name: str) -> None:
        project = project_of({A: f"import {name.rpartition('.')[0]}\nclass C({name}): ...\n"})
        assert not descends(project, Symbol(A, "C"), MODEL)

    @pytest.mark.parametrize(
        ("bases", "expected"),
        [
            ("SQLAlchemyBaseUserTableUUID, Base", True),
            ("SQLAlchemyBaseUserTable[int], Base", True),
            ("SQLAlchemyBaseUserTableUUID", False),
            ("Base", False),
        ],
    )
    def test_a_table_whose_columns_a_package_brings(self, bases: str, expected: bool) -> None:
        head = (
            "from fastapi_users.db import SQLAlchemyBaseUserTable, SQLAlchemyBaseUserTableUUID\n"
            "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n"
        )
        project = project_of({A: f"{head}class User({bases}): ...\n"})
        user = find_class(project, Symbol(A, "User"))
        assert user
        assert is_mapped(project, user) is expected


@pytest.fixture(scope="module")
def installed() -> Project:
    environment = environment_at(Path(sys.prefix).as_posix(), "/nowhere")
    assert environment
    return Project((), environment=environment)


class TestTheInstalledPackages:
    """The packages this very run uses."""

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("fastapi.exceptions.RequestValidationError", "builtins.Exception"),
            ("starlette.exceptions.HTTPException", "builtins.Exception"),
            ("fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException"),
            ("fastapi.exceptions.DependencyScopeError", "builtins.RuntimeError"),
            ("fastapi.openapi.models.OpenAPI", "pydantic.BaseModel"),
            ("starlette.datastructures.MutableHeaders", "starlette.datastructures.Headers"),
            ("libcst.FunctionDef", "libcst._nodes.base.CSTNode"),
            ("click.BadParameter", "builtins.Exception"),
            ("rich.console.ConsoleDimensions", "typing.NamedTuple"),
        ],
    )
    def test_their_classes(self, installed: Project, name: str, expected: str) -> None:
        found = [symbol.name for symbol in ancestors(installed, Symbol("", name))]
        assert expected in found


@pytest.mark.parametrize("data", [b"\xff\xfe\0", b"class T(", b"x = " + b"(" * 5000, b"# coding: nonsense\n"])
def test_files_that_are_no_python(data: bytes) -> None:
    project = project_of({A: "from pack import T\nclass C(T): ...\n", f"{PACK}/__init__.py": data})
    assert [symbol.name for symbol in ancestors(project, Symbol(A, "C"))] == ["pack.T"]


def test_modules_of_the_library_are_no_modules_of_the_project() -> None:
    project = project_of({A: "from pack import T\nclass C(T): ...\n", f"{PACK}/__init__.py": "class T: ...\n"})
    ancestors(project, Symbol(A, "C"))
    assert [module.path for module in project.modules] == [A]
    assert all(isinstance(module, Module) for module in project.modules)
    assert isinstance(project.environment, Environment)
