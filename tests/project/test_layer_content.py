"""What a module's content says about its layer, where no strong name does."""

import pytest
from layer_sources import (
    COMMANDS,
    ENGINE,
    MAPPED,
    PLAIN,
    PROVIDES,
    PYDANTIC,
    QUERIES,
    RESULT,
    SETTINGS,
    found,
    layer_of,
    user_of,
)  # fmt: skip

AT = "shop/orders.py"


def functions(count: int) -> str:
    return "".join(f"\n\ndef other_{number}() -> None: ...\n" for number in range(count))


class TestEngines:
    @pytest.mark.parametrize(
        "line",
        [
            "from sqlalchemy import create_engine\nengine = create_engine('x')",
            "import sqlalchemy as sa\nengine = sa.create_engine('x')",
            "from sqlalchemy.ext.asyncio import create_async_engine as make\nengine = make('x')",
            "from sqlmodel import create_engine\nengine = create_engine('x')",
            "from sqlalchemy.orm import sessionmaker\nfrom shop.x import engine\nSession = sessionmaker(engine)",
            "from sqlalchemy.orm import scoped_session\nfrom shop.x import S\nSession = scoped_session(S)",
            "from sqlalchemy.ext.asyncio import async_sessionmaker\nS = async_sessionmaker()",
            "from sqlalchemy import create_engine\ndef make():\n    return create_engine('x')",
            "from sqlalchemy import create_engine\ndef make():\n    engine = create_engine('x')\n    return engine",
            "from sqlalchemy import create_engine\nE = None\ndef make():\n    global E\n    E = create_engine('x')",
            "from sqlalchemy import create_engine\nclass D:\n    def __init__(self):\n        self.engine = create_engine('x')",
        ],
    )
    def test_what_builds_one(self, line: str) -> None:
        assert layer_of(AT, line + "\n") == "core"

    @pytest.mark.parametrize(
        "line",
        [
            "from game import create_engine\nengine = create_engine('x')",
            "def create_engine(): ...\nengine = create_engine()",
            "from sqlalchemy import create_engine\ndef probe():\n    create_engine('x').connect()",
            "from sqlalchemy import create_engine",
        ],
    )
    def test_what_does_not(self, line: str) -> None:
        assert layer_of(AT, line + "\n") == "none"

    def test_a_factory_among_many_functions_is_a_detail(self) -> None:
        factory = "from sqlalchemy import create_engine\ndef make():\n    return create_engine('x')\n"
        assert layer_of(AT, factory + functions(4)) == "core"
        assert layer_of(AT, factory + functions(5)) == "none"
        assert layer_of(AT, ENGINE + functions(20)) == "core"


class TestSettings:
    def test_settings_classes(self) -> None:
        assert layer_of(AT, SETTINGS) == "core"
        assert layer_of(AT, "import pydantic\n\n\nclass S(pydantic.BaseSettings):\n    a: int = 1\n") == "core"
        beside = {"shop/base.py": SETTINGS}
        assert (
            layer_of(AT, "from shop.base import Settings\n\n\nclass Mine(Settings):\n    a: int = 1\n", beside)
            == "core"
        )

    def test_enums_and_exceptions_beside_them_say_nothing(self) -> None:
        more = "\n\nimport enum\n\n\nclass Env(enum.StrEnum):\n    DEV = 'dev'\n\n\nclass Wrong(Exception): ...\n"
        assert layer_of(AT, SETTINGS + more) == "core"

    def test_sections_of_settings_are_settings(self) -> None:
        head = "from pydantic import BaseModel\nfrom pydantic_settings import BaseSettings\n\n\n"
        sections = (
            "class Section(BaseModel): ...\n\n\nclass Pool(Section):\n    size: int = 5\n\n\n"
            "class Database(Section):\n    url: str = 'sqlite://'\n    pool: Pool = Pool()\n\n\n"
            "class Mail(Section):\n    host: str = ''\n\n\n"
        )
        settings = "class Settings(BaseSettings):\n    database: Database = Database()\n    mails: dict[str, Mail | None] = {}\n"
        assert layer_of(AT, head + sections + settings) == "core"
        assert found(AT, head + sections + settings).rival == "schema"
        assert layer_of(AT, head + sections + settings + functions(5)) == "core"
        assert layer_of(AT, head + sections + settings + functions(6)) == "none"
        assert layer_of(AT, head + sections + "class Settings(BaseSettings):\n    a: int = 1\n") == "schema"
        assert layer_of(AT, head + sections) == "schema"

    def test_fewer_than_other_classes_or_functions(self) -> None:
        assert layer_of(AT, SETTINGS + "\n\nclass A: ...\n") == "none"
        assert layer_of(AT, SETTINGS + functions(1)) == "core"
        assert layer_of(AT, SETTINGS + functions(2)) == "none"


class TestModels:
    BASE = {"shop/base.py": "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase): ...\n"}  # noqa: RUF012

    @pytest.mark.parametrize(
        "source",
        [
            "from shop.base import Base\nfrom sqlalchemy import Column\nclass U(Base):\n    id = Column()",
            "from shop.base import Base\nfrom sqlalchemy.orm import Mapped\nclass U(Base):\n    id: Mapped[int]",
            "from shop.base import Base\nfrom sqlalchemy.orm import relationship\nclass U(Base):\n    pets = relationship()",
            "from shop.base import Base\nimport sqlalchemy as sa\nclass U(Base):\n    id = sa.Column()",
            "from shop.base import Base\nclass U(Base):\n    __tablename__ = 'u'",
            "from shop import base\nclass U(base.Base):\n    __tablename__ = 'u'",
            "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\nclass U(Base):\n    __tablename__ = 'u'",
            "from sqlalchemy.ext.declarative import declarative_base\nB = declarative_base()\nclass U(B):\n    __table__ = 1",
            "from sqlalchemy.orm import as_declarative\n@as_declarative()\nclass B: ...\nclass U(B):\n    __tablename__ = 'u'",
            "from sqlalchemy.ext import declarative as d\n@d.as_declarative()\nclass B: ...\nclass U(B):\n    __table__ = 1",
            "from sqlmodel import SQLModel\nclass U(SQLModel, table=True):\n    id: int",
        ],
    )
    def test_mapped_classes(self, source: str) -> None:
        assert layer_of(AT, source + "\n", self.BASE) == "model"

    @pytest.mark.parametrize(
        "source",
        [
            "from shop.base import Base\nclass U(Base):\n    __abstract__ = True\n    __tablename__ = 'u'",
            "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass",
            "from sqlalchemy import Column\nclass Stamped:\n    created = Column()",
            "class Base: ...\nclass U(Base):\n    __tablename__ = 'u'",
            "from attrs import as_declarative\n@as_declarative()\nclass B: ...\nclass U(B):\n    __tablename__ = 'u'",
            "from sqlalchemy.orm import as_declarative\n@as_declarative()\nclass B: ...\nclass U(B):\n    pass",
        ],
    )
    def test_what_is_not_mapped(self, source: str) -> None:
        assert layer_of(AT, source + "\n", self.BASE) == "none"

    def test_one_is_enough(self) -> None:
        assert layer_of(AT, MAPPED + PYDANTIC + functions(5)) == "model"

    def test_sqlmodel_without_a_table_is_a_schema(self) -> None:
        assert layer_of(AT, "from sqlmodel import SQLModel\n\n\nclass UserIn(SQLModel):\n    name: str\n") == "schema"


class TestSchemas:
    def test_classes_must_outnumber_functions(self) -> None:
        assert layer_of(AT, PYDANTIC) == "schema"
        assert layer_of(AT, PYDANTIC + functions(1)) == "none"
        assert layer_of(AT, PYDANTIC + "\n\nclass UserOut(UserIn):\n    id: int\n" + functions(1)) == "schema"

    def test_other_classes(self) -> None:
        assert layer_of(AT, PYDANTIC + "\n\nclass Helper: ...\n") == "none"
        enums = "\n\nimport enum\n\n\nclass Role(enum.Enum):\n    A = 1\n\n\nclass Kind(enum.IntEnum):\n    B = 1\n"
        assert layer_of(AT, PYDANTIC + enums) == "schema"
        typed = "\n\nfrom typing import TypedDict\n\n\nclass Row(TypedDict):\n    id: int\n"
        assert layer_of(AT, PYDANTIC + typed) == "schema"

    def test_typed_dicts_alone_are_not(self) -> None:
        assert layer_of(AT, "from typing import TypedDict\n\n\nclass Row(TypedDict):\n    id: int\n") == "none"

    def test_models_with_behaviour_are_more_than_data(self) -> None:
        methods = "".join(f"    def step_{number}(self) -> None: ...\n" for number in range(3))
        assert layer_of(AT, PYDANTIC + methods) == "none"
        validators = "".join(f"    @field_validator('name')\n    def check_{n}(cls, v): ...\n" for n in range(3))
        assert layer_of(AT, "from pydantic import field_validator\n" + PYDANTIC + validators) == "schema"

    def test_a_base_model_of_the_projects_own(self) -> None:
        beside = {"shop/base.py": "import pydantic\n\n\nclass Model(pydantic.BaseModel): ...\n"}
        assert (
            layer_of(AT, "from shop.base import Model\n\n\nclass UserIn(Model):\n    name: str\n", beside) == "schema"
        )

    def test_a_namesake_of_base_model_is_not_one(self) -> None:
        assert layer_of(AT, "from django.models import BaseModel\n\n\nclass User(BaseModel):\n    name = 1\n") == "none"


class TestDependencies:
    def test_most_of_what_it_defines(self) -> None:
        user = user_of("shop.orders")
        assert layer_of(AT, PROVIDES, user) == "dependency"
        assert layer_of(AT, PROVIDES + "\n\ndef _helper() -> None: ...\n", user) == "dependency"
        assert layer_of(AT, PROVIDES + functions(1), user) == "none"
        assert layer_of(AT, PROVIDES) == "none"

    @pytest.mark.parametrize(
        "use",
        [
            "def me(u=Depends(given)): ...",
            "def me(u=Security(given, scopes=['a'])): ...",
            "def me(u: Annotated[str, Depends(given)]): ...",
            "def me(u=Depends(dependency=given)): ...",
            "def me(u=Depends(given(1))): ...",
            "User = Annotated[str, Depends(given)]",
            "@router.get('/', dependencies=[Depends(given)])\ndef me(): ...",
            "router = APIRouter(dependencies=[Depends(given)])",
            "class Me:\n    user: str = Depends(given)",
            "def make():\n    @router.get('/')\n    def me(u=Depends(given)): ...",
            "class App:\n    def __init__(self):\n        def me(u: Annotated[str, Depends(given)]): ...",
        ],
    )
    def test_ways_to_use_it(self, use: str) -> None:
        imports = "from typing import Annotated\nfrom fastapi import APIRouter, Depends, Security\n"
        beside = {"shop/api.py": f"{imports}from shop.orders import given\nrouter = APIRouter()\n{use}\n"}
        assert layer_of(AT, "def given() -> str: ...\n", beside) == "dependency"
        assert layer_of(AT, "class given: ...\n", beside) == "dependency"

    def test_a_namesake_beside_the_handlers_a_function_makes(self) -> None:
        makes = "def make():\n    def given() -> str: ...\n    def me(u=Depends(given)): ...\n"
        beside = {"shop/api.py": f"from fastapi import Depends\nfrom shop.orders import given\n\n\n{makes}"}
        assert layer_of(AT, "def given() -> str: ...\n", beside) == "none"

    def test_a_namesake_of_depends(self) -> None:
        beside = {
            "shop/api.py": "from taskiq import Depends\nfrom shop.orders import given\ndef f(x=Depends(given)): ...\n"
        }
        assert layer_of(AT, "def given() -> str: ...\n", beside) == "none"

    def test_a_package_that_offers_its_own_modules_is_there_for_more(self) -> None:
        path, user = "shop/auth/__init__.py", user_of("shop.auth")
        beside = {**user, "shop/auth/tokens.py": "class Token: ...\n"}
        offers = "from shop.auth.tokens import Token\n"
        uses = offers + "\nTOKEN = Token()\n"
        assert layer_of(path, PROVIDES, user) == "dependency"
        assert layer_of(path, offers + PROVIDES, beside) == "none"
        assert layer_of(path, uses + PROVIDES, beside) == "dependency"
        assert layer_of(path, uses + "__all__ = ['Token']\n" + PROVIDES, beside) == "none"

    @pytest.mark.parametrize("name", ["config", "settings", "database", "session"])
    def test_configuration_and_sessions_are_injected_and_stay_what_they_are(self, name: str) -> None:
        assert layer_of(f"shop/core/{name}.py", PROVIDES, user_of(f"shop.core.{name}")) == "core"


class TestRepositories:
    @pytest.mark.parametrize(
        "query",
        [
            "def f{n}(db: Session):\n    return db.query(1)\n",
            "async def f{n}(db: AsyncSession):\n    return await db.execute(1)\n",
            "def f{n}(db: 'Session | None'):\n    db.add(1)\n",
            "def f{n}(db: Annotated[Session, 1]):\n    db.delete(1)\n",
            "def f{n}(db: DbSession):\n    return db.scalars(1)\n",
            "def f{n}():\n    return select(1)\n",
            "def f{n}():\n    return sa.update(1)\n",
        ],
    )
    def test_functions_that_query(self, query: str) -> None:
        head = (
            "from typing import Annotated\nimport sqlalchemy as sa\nfrom sqlalchemy import select\n"
            "from sqlalchemy.orm import Session\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
            "DbSession = Annotated[Session, 1]\n"
        )
        twice = query.format(n=1) + query.format(n=2)
        assert layer_of(AT, head + twice) == "repository"
        assert layer_of(AT, head + query.format(n=1)) == "none"
        assert layer_of(AT, head + twice + functions(1)) == "repository"
        assert layer_of(AT, head + twice + functions(2)) == "none"

    @pytest.mark.parametrize(
        "init",
        [
            "    def __init__(self, db: Session) -> None:\n        self.db = db\n",
            "    db: Session\n",
            "    def __init__(self, db) -> None:\n        self.db: Session = db\n",
        ],
    )
    def test_methods_that_query(self, init: str) -> None:
        methods = (
            "    def one(self):\n        return self.db.get(1)\n\n    def all(self):\n        return self.db.query(1)\n"
        )
        assert layer_of(AT, f"from sqlalchemy.orm import Session\n\n\nclass Users:\n{init}\n{methods}") == "repository"
        assert layer_of(AT, f"class Session: ...\n\n\nclass Users:\n{init}\n{methods}") == "none"

    def test_one_that_uses_services_lies_above_them(self) -> None:
        beside = {"shop/services/mail.py": "def send(): ...\n"}
        assert layer_of(AT, "from shop.services.mail import send\n" + QUERIES, beside) == "none"
        assert layer_of(AT, "from shop.services import mail\n" + QUERIES, beside) == "none"
        assert layer_of(AT, "import shop.services.mail\n" + QUERIES, beside) == "none"

    @pytest.mark.parametrize("path", ["shop/db/orders.py", "shop/orders/db/api.py", "shop/db/common.py"])
    def test_half_of_them_are_enough_in_a_database_folder(self, path: str) -> None:
        helpers = "".join(f"\n\ndef _part_{number}() -> None: ...\n" for number in range(4))
        assert layer_of(path, QUERIES + functions(2)) == "repository"
        assert layer_of(path, QUERIES + helpers + functions(2)) == "repository"
        assert layer_of(path, QUERIES + functions(3)) == "core"
        assert layer_of(path, QUERIES.partition("def get_users")[0]) == "core"
        assert layer_of("shop/db/session.py", QUERIES + functions(2)) == "core"
        assert layer_of(AT, QUERIES + helpers) == "none"

    def test_dictionaries_and_clients_are_not_sessions(self) -> None:
        source = "def f(cache: dict):\n    return cache.get(1)\n\n\ndef g(client):\n    return client.execute(1)\n"
        assert layer_of(AT, source) == "none"


@pytest.mark.parametrize(
    ("source", "layer"),
    [
        (ENGINE + MAPPED, "core"),
        (SETTINGS + MAPPED, "model"),
        (MAPPED + QUERIES, "model"),
        (PYDANTIC + "\n\nclass UserOut(UserIn): ...\n\n\nclass UserFull(UserIn): ...\n" + QUERIES, "schema"),
        (COMMANDS + ENGINE, "none"),
    ],
)
def test_the_order_among_contents(source: str, layer: str) -> None:
    assert layer_of(AT, source) == layer


def test_what_is_used_in_depends_and_queries_is_a_dependency() -> None:
    beside = {"shop/api.py": "from fastapi import Depends\nfrom shop import orders\n"}
    beside["shop/api.py"] += "def f(a=Depends(orders.get_user), b=Depends(orders.get_users)): ...\n"
    assert layer_of(AT, QUERIES, beside) == "dependency"


def test_content_remembers_what_a_weak_name_says_otherwise() -> None:
    assert found("shop/core/orders.py", PYDANTIC).rival == "core"
    assert found("shop/models/orders.py", MAPPED).rival == ""
    assert found("shop/main.py", PYDANTIC).rival == ""
    assert found(AT, PYDANTIC).rival == ""


def test_nothing_says_nothing() -> None:
    assert layer_of(AT, PLAIN) == "none"
    assert layer_of(AT, "") == "none"
    assert layer_of(AT, "def broken(:\n") == "none"
    assert layer_of(AT, RESULT) == "none"
