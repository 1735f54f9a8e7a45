"""What talks to a database, told from the types of a function's parameters and locals."""

import textwrap

import pytest

from archlint.project.definitions import definitions
from archlint.project.flow.sites import call_sites, frame_of
from archlint.project.types.databases import CONNECTION, ENGINE, FACTORY, SCOPED, SESSION, Database, database_of
from archlint.project.types.expressions import type_of
from archlint.testing import project_of

HEAD = """
from typing import Annotated, Optional, Union
from fastapi import Depends
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.ext.asyncio import (
    AsyncConnection, AsyncEngine, AsyncSession, async_scoped_session, async_sessionmaker, create_async_engine,
)
from sqlalchemy.orm import Session, scoped_session, sessionmaker
import sqlmodel
from sqlmodel.ext.asyncio.session import AsyncSession as ModelSession

engine = create_engine("sqlite://")
async_engine = create_async_engine("sqlite+aiosqlite://")
SessionLocal = sessionmaker(bind=engine)
AsyncLocal = async_sessionmaker(async_engine)
OldAsyncLocal = sessionmaker(async_engine, class_=AsyncSession)
Scoped = scoped_session(SessionLocal)
AsyncScoped = async_scoped_session(AsyncLocal, lambda: 1)

def get_session():
    with SessionLocal() as session:
        yield session

async def get_async_session():
    async with AsyncLocal() as session:
        yield session

SessionDep = Annotated[AsyncSession, Depends(get_async_session)]

class Mine(AsyncSession): ...

class Service:
    def __init__(self, db: Session):
        self.db = db
"""


def database(source: str) -> Database | None:
    """What ``seen(…)`` is given in a function of the program."""
    project = project_of({"src/shop/main.py": HEAD + textwrap.dedent(source)})
    module = project.modules[0]
    for function in definitions(project, module).functions.values():
        for site in call_sites(project, function):
            if site.call.func == "seen":
                return database_of(project, type_of(project, site.call.args[0], frame_of(function, site)))
    raise AssertionError("nothing is seen")


@pytest.mark.parametrize(
    ("source", "kind", "is_async"),
    [
        ("def f(db: Session): seen(db)", SESSION, False),
        ("def f(db: 'Session | None' = None): seen(db)", SESSION, False),
        ("def f(db: Optional[Session]): seen(db)", SESSION, False),
        ("def f(db: sqlmodel.Session): seen(db)", SESSION, False),
        ("def f(db: ModelSession): seen(db)", SESSION, True),
        ("def f(db: Mine): seen(db)", SESSION, True),
        ("def f(db: AsyncSession = Depends(get_async_session)): seen(db)", SESSION, True),
        ("def f(db: SessionDep): seen(db)", SESSION, True),
        ("def f(db=Depends(get_session)): seen(db)", SESSION, False),
        ("def f(db=Depends(get_async_session)): seen(db)", SESSION, True),
        ("def f(service: Service): seen(service.db)", SESSION, False),
        ("def f():\n    with SessionLocal() as db: seen(db)", SESSION, False),
        ("async def f():\n    async with AsyncLocal() as db: seen(db)", SESSION, True),
        ("async def f():\n    async with OldAsyncLocal() as db: seen(db)", SESSION, True),
        ("def f():\n    with SessionLocal.begin() as db: seen(db)", SESSION, False),
        ("def f():\n    with Session(engine) as db: seen(db)", SESSION, False),
        ("def f(): seen(Session(engine))", SESSION, False),
        ("def f(): seen(SessionLocal())", SESSION, False),
        ("def f(): seen(engine)", ENGINE, False),
        ("def f(): seen(async_engine)", ENGINE, True),
        ("def f(e: AsyncEngine): seen(e)", ENGINE, True),
        ("def f(): seen(SessionLocal)", FACTORY, False),
        ("def f(): seen(AsyncLocal)", FACTORY, True),
        ("def f(): seen(OldAsyncLocal)", FACTORY, True),
        ("def f(make: async_sessionmaker[AsyncSession]): seen(make)", FACTORY, True),
        ("def f(make: sessionmaker): seen(make)", FACTORY, False),
        ("def f(): seen(Scoped)", SCOPED, False),
        ("def f(): seen(AsyncScoped)", SCOPED, True),
        ("def f(): seen(Scoped())", SESSION, False),
        ("def f():\n    with engine.connect() as c: seen(c)", CONNECTION, False),
        ("def f():\n    with engine.begin() as c: seen(c)", CONNECTION, False),
        ("async def f():\n    async with async_engine.begin() as c: seen(c)", CONNECTION, True),
        ("async def f():\n    c = await async_engine.connect()\n    seen(c)", CONNECTION, True),
        ("async def f(db: AsyncSession): seen(db.sync_session)", SESSION, False),
        ("def f(db: Session): seen(db.connection())", CONNECTION, False),
        ("async def f(db: AsyncSession): seen(await db.connection())", CONNECTION, True),
        ("def f(c: Union[Connection, Engine]): seen(c)", CONNECTION, False),
    ],
)
def test_what_talks_to_a_database(source: str, kind: str, is_async: bool) -> None:
    assert database(source) == Database(kind, is_async)


@pytest.mark.parametrize(
    "source",
    [
        "def f(db): seen(db)",
        "def f(db: 'Session | AsyncSession'): seen(db)",
        "def f(db: 'Session | str'): seen(db)",
        "def f(db, other: Session): seen(db or other)",
        "def f(db: AsyncSession): seen(db.connection())",
        "class Session: ...\ndef f(db: Session): seen(db)",
        "def f(): seen(Session)",
    ],
)
def test_what_does_not(source: str) -> None:
    assert database(source) is None
