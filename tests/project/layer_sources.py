"""Sources that the tests of layers put into files, and what those files then are."""

from collections.abc import Mapping

from archlint.project.layers.assignment import Layer, layer
from archlint.testing import project_of

PLAIN = "def work(x: int) -> int:\n    return x\n"
ROUTES = """\
from fastapi import APIRouter

router = APIRouter()


@router.get("/orders")
def orders() -> list[str]:
    return []
"""
INCLUDES_ROUTES = """\
from fastapi import APIRouter

from shop.order_api import router as orders

api = APIRouter()
api.include_router(orders)
"""
APP = """\
from fastapi import FastAPI

from shop.order_api import router

app = FastAPI()
app.include_router(router)
"""
APP_GIVEN = """\
from fastapi import FastAPI

from shop.order_api import router


def register(app: FastAPI) -> None:
    app.include_router(router)
"""
MAPPED = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
PYDANTIC = """\
from pydantic import BaseModel


class UserIn(BaseModel):
    name: str
"""
SETTINGS = """\
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    url: str = ""


settings = Settings()
"""
ENGINE = """\
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(engine)
"""
QUERIES = """\
from sqlalchemy import select
from sqlalchemy.orm import Session


def get_user(db: Session, id: int) -> object:
    return db.get(object, id)


def get_users(db: Session) -> object:
    return db.execute(select(1)).all()
"""
VIEW_BASE = "class BaseController:\n    page: int = 1\n"
VIEWS = """\
from fastapi import APIRouter
from fastapi_utils.cbv import cbv

from shop.base_controller import BaseController

router = APIRouter()


@cbv(router)
class Users(BaseController):
    @router.get("/users")
    def users(self) -> list[str]:
        return []
"""
RESULT = "class Success: ...\n\n\nclass Failure: ...\n\n\nResult = Success | Failure\n"
COMMANDS = "import typer\n\ncli = typer.Typer()\n\n\n@cli.command()\ndef load() -> None: ...\n"
HTTP_ERRORS = """\
from fastapi import HTTPException, Request


class NotHere(HTTPException):
    def __init__(self) -> None:
        super().__init__(404)


def handle(request: Request, exc: NotHere) -> None: ...
"""
SCRIPT = "def main() -> None: ...\n\n\nif __name__ == '__main__':\n    main()\n"
REVISION = "revision = 'a1'\ndown_revision = None\n\n\ndef upgrade() -> None: ...\n"
ENV = "from alembic import context\n\ncontext.run_migrations()\n"
A_TEST = "def test_it() -> None:\n    assert True\n"
PROVIDES = "def current_user() -> str:\n    return ''\n"

ORDER_API = {"shop/order_api.py": ROUTES}


def user_of(module: str, name: str = "current_user") -> dict[str, str]:
    """A file with a handler that depends on a function of a module."""
    source = f"""\
from fastapi import APIRouter, Depends

from {module} import {name}

router = APIRouter()


@router.get("/me")
def me(user: str = Depends({name})) -> str:
    return user
"""
    return {"shop/me_api.py": source}


def found(path: str, source: str = PLAIN, beside: Mapping[str, str] | None = None) -> Layer:
    """The layer of a file among others, ``beside``."""
    project = project_of({**(beside or {}), path: source})
    return layer(project, project.by_path[path])


def layer_of(path: str, source: str = PLAIN, beside: Mapping[str, str] | None = None) -> str:
    """The name of the layer of a file; ``none`` for none, ``outside`` where no rule looks at it either."""
    answer = found(path, source, beside)
    return answer.name or ("outside" if answer.outside else "none")
