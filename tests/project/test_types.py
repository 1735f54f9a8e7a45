"""What an expression is: through parameters, dependencies, attributes, calls, context managers and loops."""

import pytest
from typing_programs import seen

HEAD = """
import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, AsyncGenerator, Generic, Optional, Self, TypeVar, cast
import httpx
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine, select, text, update, insert
from sqlalchemy.ext.asyncio import AsyncSession, async_object_session, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, object_session, scoped_session, sessionmaker

class Base(DeclarativeBase): ...
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
class Out(BaseModel):
    id: int
engine = create_engine("sqlite://")
SessionLocal = sessionmaker(bind=engine)
AsyncLocal = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"))
T = TypeVar("T")
"""


def what(source: str) -> str:
    """What the one call of ``seen`` in a program is given."""
    [found] = seen({"src/shop/main.py": HEAD + source})
    return found


QUERIES = [
    # sync sessions
    ("s: Session", "s.execute(select(User))", "Result[tuple[User]]"),
    ("s: Session", "s.execute(select(User)).scalars()", "ScalarResult[User]"),
    ("s: Session", "s.execute(select(User)).scalars().all()", "list[User]"),
    ("s: Session", "s.execute(select(User).where(User.id == 1)).scalar_one_or_none()", "User | None"),
    ("s: Session", "s.execute(select(User, Team)).all()", "list[Row[tuple[User, Team]]]"),
    ("s: Session", "s.execute(select(User, Team)).one()[1]", "Team"),
    ("s: Session", "s.execute(select(User.id)).scalars().all()", "list[int]"),
    ("s: Session", "s.execute(text('select 1'))", "Result[?]"),
    ("s: Session", "s.execute(text('select 1')).scalars().all()", "list[?]"),
    ("s: Session", "s.execute(update(User).values(id=1))", "Result[?]"),
    ("s: Session", "s.execute(insert(User).returning(User)).scalar_one()", "User"),
    ("s: Session", "s.scalars(select(User)).first()", "User | None"),
    ("s: Session", "s.scalars(select(User)).unique().one()", "User"),
    ("s: Session", "s.scalar(select(User))", "User | None"),
    ("s: Session", "s.get(User, 1)", "User | None"),
    ("s: Session", "s.get_one(User, 1)", "User"),
    ("s: Session", "s.merge(User())", "User"),
    ("s: Session", "s.query(User).filter(User.id == 1).first()", "User | None"),
    ("s: Session", "s.query(User).all()", "list[User]"),
    ("s: Session", "s.query(User, Team).all()", "list[Row[tuple[User, Team]]]"),
    ("s: Session", "s.query(User).count()", "int"),
    ("s: Session", "[u for u in s.scalars(select(User))]", "list[User]"),
    ("s: Session", "[u for u, t in s.execute(select(User, Team))]", "list[User]"),
    ("s: Session", "s.commit()", "None"),
    # async sessions
    ("s: AsyncSession", "s.execute(select(User))", "Coroutine[Result[tuple[User]]]"),
    ("s: AsyncSession", "await s.execute(select(User))", "Result[tuple[User]]"),
    ("s: AsyncSession", "(await s.execute(select(User))).scalars().all()", "list[User]"),
    ("s: AsyncSession", "s.scalars(select(User))", "Coroutine[ScalarResult[User]]"),
    ("s: AsyncSession", "await s.scalar(select(User))", "User | None"),
    ("s: AsyncSession", "s.commit()", "Coroutine[None]"),
    ("s: AsyncSession", "s.get(User, 1)", "Coroutine[User | None]"),
    ("s: AsyncSession", "await s.get(User, 1)", "User | None"),
    ("s: AsyncSession", "s.add(User())", "None"),
    ("s: AsyncSession", "await s.stream(select(User))", "AsyncResult[tuple[User]]"),
    ("s: AsyncSession", "(await s.stream(select(User))).scalars()", "AsyncScalarResult[User]"),
    ("s: AsyncSession", "(await s.stream(select(User))).scalars().all()", "Coroutine[list[User]]"),
    ("s: AsyncSession", "[u async for u in await s.stream_scalars(select(User))]", "list[User]"),
    ("s: AsyncSession", "[u async for u, in await s.stream(select(User))]", "list[User]"),
    ("s: AsyncSession", "s.begin()", "AsyncSessionTransaction"),
    ("s: AsyncSession", "await s.begin_nested()", "AsyncSessionTransaction"),
    ("s: AsyncSession", "await s.connection()", "AsyncConnection"),
    ("s: AsyncSession", "s.sync_session.commit()", "None"),
    ("s: AsyncSession", "s.run_sync(lambda sync: sync.get(User, 1))", "Coroutine[User | None]"),
    ("s: AsyncSession", "await s.run_sync(lambda sync: sync)", "Session"),
    ("s: AsyncSession", "await s.run_sync(load, 1)", "User"),
    ("user: User", "object_session(user)", "Session | None"),
    ("user: User", "async_object_session(user)", "AsyncSession | None"),
    # sessions nobody knows
    ("s", "s.get(User, 1)", "User | None"),
    ("s", "await s.get(User, 1)", "User | None"),
    ("s", "(await s.execute(select(User))).scalars().all()", "list[User]"),
    ("s", "s.get('key')", "?"),
    ("s", "s.execute(text('select 1'))", "?"),
    ("s", "s.commit()", "?"),
]


@pytest.mark.parametrize(("params", "expr", "expected"), QUERIES)
def test_what_queries_give(params: str, expr: str, expected: str) -> None:
    load = "def load(session: Session, key: int) -> User: ...\n"
    assert what(f"{load}async def f({params}):\n    seen({expr})\n") == expected


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("load()", "Coroutine[User]"),
        ("await load()", "User"),
        ("load_many()", "AsyncGenerator[User]"),
        ("[u async for u in load_many()]", "list[User]"),
        ("declared()", "AsyncIterator[User]"),
        ("cached()", "Coroutine[User]"),
        ("routed()", "Coroutine[User]"),
        ("timed()", "Coroutine[User]"),
        ("logged()", "Coroutine[User]"),
        ("counted()", "Coroutine[User]"),
        ("strange()", "Awaitable[User]"),
        ("await strange()", "User"),
        ("stranger()", "Awaitable[User]"),
        ("Service().load()", "Coroutine[Service]"),
        ("Service().later()", "Coroutine[User]"),
        ("await Service().pending()", "User"),
        ("promise()", "Awaitable[User]"),
        ("await promise()", "User"),
        ("asyncio.create_task(load())", "Task[User]"),
        ("await asyncio.create_task(load())", "User"),
        ("await asyncio.wait_for(load(), 1)", "User"),
        ("await asyncio.gather(load(), other())", "tuple[User, Team]"),
        ("(await asyncio.gather(load(), other()))[1]", "Team"),
        ("await asyncio.gather(*[load() for _ in range(3)])", "list[User]"),
        ("await asyncio.gather(*[load()], return_exceptions=True)", "list[User | BaseException]"),
        ("asyncio.run(load())", "User"),
        ("await asyncio.to_thread(sync)", "User"),
        ("functools.partial(load, 1)()", "Coroutine[User]"),
        ("(lambda: load())()", "Coroutine[User]"),
        ("[load() for _ in range(3)]", "list[Coroutine[User]]"),
        ("await httpx.AsyncClient().get('/')", "Response"),
        ("httpx.AsyncClient().get('/')", "Coroutine[Response]"),
        ("httpx.Client().get('/')", "Response"),
        ("await Handle()", "User"),
    ],
)
def test_coroutines(expr: str, expected: str) -> None:
    source = """
from elsewhere import strange_decorator
router = APIRouter()
def timed_by(function):
    @functools.wraps(function)
    async def wrapper(*args):
        return await function(*args)
    return wrapper
def logged_by(level):
    def decorate(function):
        def wrapper(*args):
            return function(*args)
        return wrapper
    return decorate
def counted_by(function):
    return function
def made_sync(function):
    def wrapper(*args):
        return asyncio.run(function(*args))
    return wrapper
async def load() -> User: ...
async def other(): return Team()
def sync() -> User: ...
async def load_many():
    yield User()
async def declared() -> AsyncIterator[User]:
    yield User()
@functools.lru_cache
async def cached() -> User: ...
@router.get("/")
async def routed() -> User: ...
@timed_by
async def timed() -> User: ...
@logged_by("info")
async def logged() -> User: ...
@counted_by
async def counted() -> User: ...
@strange_decorator
async def strange() -> User: ...
@made_sync
async def stranger() -> User: ...
def promise() -> Awaitable[User]: ...
class Service:
    async def load(self) -> Self: ...
    def later(self): return load()
    @property
    async def pending(self) -> User: ...
    pending_call = pending
    async def pending(self) -> User: ...
class Handle:
    def __await__(self):
        yield
        return User()
"""
    source = source.replace(
        """class Handle:
    def __await__(self):
        yield
        return User()
""",
        """class Handle:
    def __await__(self) -> "Generator[None, None, User]": ...
from collections.abc import Generator
""",
    )
    assert what(f"{source}\nasync def f():\n    seen({expr})\n") == expected


@pytest.mark.parametrize(
    ("provider", "param", "expected"),
    [
        ("def get(): return Session(engine)", "s=Depends(get)", "Session"),
        ("def get() -> Session: ...", "s=Depends(get)", "Session"),
        ("def get():\n    with SessionLocal() as s:\n        yield s", "s=Depends(get)", "Session"),
        (
            "def get():\n    s = SessionLocal()\n    try:\n        yield s\n    finally:\n        s.close()",
            "s=Depends(get)",
            "Session",
        ),
        ("async def get():\n    async with AsyncLocal() as s:\n        yield s", "s=Depends(get)", "AsyncSession"),
        (
            "async def get():\n    async with AsyncLocal() as s, s.begin():\n        yield s",
            "s=Depends(get)",
            "AsyncSession",
        ),
        ("async def get() -> AsyncGenerator[AsyncSession, None]: ...", "s=Depends(get)", "AsyncSession"),
        (
            "async def get() -> AsyncSession:\n    async with AsyncLocal() as s:\n        yield s",
            "s=Depends(get)",
            "AsyncSession",
        ),
        (
            "async def get() -> AsyncGenerator:\n    async with AsyncLocal() as s:\n        yield s",
            "s=Depends(get)",
            "AsyncSession",
        ),
        ("async def get(): return AsyncLocal()", "s=Depends(get)", "AsyncSession"),
        (
            "async def base():\n    async with AsyncLocal() as s:\n        yield s\nasync def get(s=Depends(base)):\n    yield s",
            "s=Depends(get)",
            "AsyncSession",
        ),
        ("def get():\n    yield from inner()\ndef inner():\n    yield SessionLocal()", "s=Depends(get)", "Session"),
        ("class get:\n    def __init__(self, q: str = ''): ...", "s=Depends(get)", "get"),
        ("class get: ...", "s: get = Depends()", "get"),
        (
            "class Getter:\n    def __call__(self):\n        yield SessionLocal()\nget = Getter()",
            "s=Depends(get)",
            "Session",
        ),
        ("class Getter:\n    def __call__(self) -> Session: ...", "s=Depends(Getter())", "Session"),
        ("def make():\n    def get():\n        yield SessionLocal()\n    return get", "s=Depends(make())", "Session"),
        (
            "class Db:\n    def get(self):\n        with SessionLocal() as s:\n            yield s\ndb = Db()",
            "s=Depends(db.get)",
            "Session",
        ),
        ("Dep = Annotated[AsyncSession, Depends(object)]", "s: Dep", "AsyncSession"),
        ("Dep = Annotated['AsyncSession', Depends(object)]", "s: 'Dep | None' = None", "AsyncSession | None"),
        ("type Dep = Annotated[AsyncSession, Depends(object)]", "s: Dep", "AsyncSession"),
        ("def get(): ...", "s: Annotated[Session, Depends(get)]", "Session"),
        ("@contextmanager\ndef get():\n    yield SessionLocal()", "s=Depends(get)", "AbstractContextManager[Session]"),
        ("def get(request): return request.state.db", "s=Depends(get)", "?"),
        ("from elsewhere import get", "s=Depends(get)", "?"),
        ("def get(): return Session(engine)", "s=Depends(dependency=get)", "Session"),
        ("", "s=Depends(lambda: SessionLocal())", "Session"),
    ],
)
def test_what_dependencies_provide(provider: str, param: str, expected: str) -> None:
    assert what(f"{provider}\ndef f({param}):\n    seen(s)\n") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class A:\n    def __init__(self, s: Session):\n        self.s = s\n    def f(self): seen(self.s)", "Session"),
        (
            "class A:\n    def __init__(self, s: Session | None = None):\n        self.s = s or SessionLocal()\n    def f(self): seen(self.s)",
            "Session | None",
        ),
        ("class A:\n    s: Session\n    def f(self): seen(self.s)", "Session"),
        ("@dataclass\nclass A:\n    s: Session\ndef f(a: A): seen(a.s)", "Session"),
        ("class A(BaseModel):\n    user: Out | None = None\ndef f(a: A): seen(a.user)", "Out | None"),
        ("class A:\n    def open(self): self.s = SessionLocal()\n    def f(self): seen(self.s)", "Session"),
        (
            "class A:\n    def __init__(self): self.s = None\n    def open(self): self.s = SessionLocal()\n    def f(self): seen(self.s)",
            "None | Session",
        ),
        (
            "class A:\n    s = None\n    def open(self): self.s = SessionLocal()\n    def f(self): seen(self.s)",
            "None | Session",
        ),
        (
            "class A:\n    def __init__(self):\n        self.e, self.s = engine, SessionLocal()\n    def f(self): seen(self.s)",
            "Session",
        ),
        (
            "class A:\n    def __init__(self):\n        s = SessionLocal()\n        self.s = s\n    def f(self): seen(self.s)",
            "Session",
        ),
        (
            "class A:\n    async def __aenter__(self):\n        self.s = AsyncLocal()\n        return self\n    def f(self): seen(self.s)",
            "AsyncSession",
        ),
        (
            "class B:\n    def __init__(self, s: Session): self.s = s\nclass A(B):\n    def f(self): seen(self.s)",
            "Session",
        ),
        ("class B:\n    make = SessionLocal\nclass A(B):\n    def f(self): seen(self.make())", "Session"),
        (
            "class A:\n    def __init__(self, make: Callable[[], Session]): self.make = make\n    def f(self): seen(self.make())",
            "Session",
        ),
        (
            "class A:\n    def __init__(self, make: async_sessionmaker): self.make = make\n    async def f(self):\n        async with self.make() as s: seen(s)",
            "AsyncSession",
        ),
        ("class A:\n    @property\n    def s(self): return SessionLocal()\n    def f(self): seen(self.s)", "Session"),
        (
            "class A:\n    @functools.cached_property\n    def s(self) -> Session: ...\n    def f(self): seen(self.s)",
            "Session",
        ),
        (
            "class A:\n    @property\n    def s(self) -> Session: ...\n    @s.setter\n    def s(self, value): ...\n    def f(self): seen(self.s)",
            "Session",
        ),
        ("class A:\n    def __init__(this, s: Session):\n        this.s = s\n    def f(this): seen(this.s)", "Session"),
        ("class A:\n    s: Session = Depends(object)\n    def f(self): seen(self.s)", "Session"),
        (
            "def get():\n    yield SessionLocal()\nclass A:\n    s = Depends(get)\n    def f(self): seen(self.s)",
            "Session",
        ),
        (
            "class Db:\n    def __init__(self): self.engine = engine\nclass A:\n    def __init__(self, db: Db): self.db = db\n    def f(self): seen(self.db.engine)",
            "Engine",
        ),
        (
            "class B:\n    def made(self): return SessionLocal()\nclass A(B):\n    def f(self): seen(super().made())",
            "Session",
        ),
        (
            "class A:\n    def make(self) -> Session: ...\n    def f(self):\n        make = self.make\n        seen(make())",
            "Session",
        ),
        ("class A:\n    @classmethod\n    def make(cls): return cls()\ndef f(): seen(A.make())", "A"),
        ("class A:\n    @staticmethod\n    def make() -> Session: ...\ndef f(): seen(A.make())", "Session"),
        ("class A:\n    def f(self, x): seen(self.x)", "?"),
        ("class A:\n    def __init__(self, x): self.x = x\n    def f(self): seen(self.x)", "?"),
    ],
)
def test_attributes(source: str, expected: str) -> None:
    assert what(f"{source}\n") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    with SessionLocal() as s: seen(s)", "Session"),
        ("def f():\n    with SessionLocal.begin() as s: seen(s)", "Session"),
        ("def f():\n    with Session(engine) as s, s.begin(): seen(s)", "Session"),
        ("def f(s: Session):\n    with s.begin() as t: seen(t)", "SessionTransaction"),
        ("async def f(s: AsyncSession):\n    async with s.begin() as t: seen(t)", "AsyncSessionTransaction"),
        ("async def f():\n    async with AsyncLocal.begin() as s: seen(s)", "AsyncSession"),
        ("def f():\n    with engine.connect() as c: seen(c)", "Connection"),
        ("def f():\n    with engine.begin() as c: seen(c.execute(select(User)))", "Result[tuple[User]]"),
        (
            "@contextmanager\ndef opened():\n    yield SessionLocal()\ndef f():\n    with opened() as s: seen(s)",
            "Session",
        ),
        (
            "@asynccontextmanager\nasync def opened():\n    async with AsyncLocal() as s:\n        yield s\nasync def f():\n    async with opened() as s: seen(s)",
            "AsyncSession",
        ),
        (
            "@contextlib.contextmanager\ndef opened() -> Iterator[Session]: ...\ndef f():\n    with opened() as s: seen(s)",
            "Session",
        ),
        (
            "@asynccontextmanager\nasync def opened() -> AsyncIterator[AsyncSession]: ...\nasync def f():\n    async with opened() as s: seen(s)",
            "AsyncSession",
        ),
        (
            "class A:\n    def __enter__(self): return self\n    def __exit__(self, *_): ...\ndef f():\n    with A() as a: seen(a)",
            "A",
        ),
        ("class A:\n    def __enter__(self) -> Session: ...\ndef f():\n    with A() as s: seen(s)", "Session"),
        (
            "class A:\n    async def __aenter__(self) -> AsyncSession: ...\nasync def f():\n    async with A() as s: seen(s)",
            "AsyncSession",
        ),
        (
            "class A:\n    async def __aenter__(self):\n        self.s = AsyncLocal()\n        return self\nasync def f():\n    async with A() as a: seen(a.s)",
            "AsyncSession",
        ),
        ("class B:\n    def __enter__(self) -> Self: ...\nclass A(B): ...\ndef f():\n    with A() as a: seen(a)", "A"),
        (
            "class A:\n    @asynccontextmanager\n    async def open(self):\n        async with AsyncLocal() as s:\n            yield s\nasync def f(a: A):\n    async with a.open() as s: seen(s)",
            "AsyncSession",
        ),
        ("def f():\n    with contextlib.closing(SessionLocal()) as s: seen(s)", "Session"),
        ("def f():\n    with contextlib.ExitStack() as stack: seen(stack.enter_context(SessionLocal()))", "Session"),
        (
            "async def f():\n    async with contextlib.AsyncExitStack() as stack: seen(await stack.enter_async_context(AsyncLocal()))",
            "AsyncSession",
        ),
        ("async def f():\n    async with httpx.AsyncClient() as client: seen(client)", "AsyncClient"),
        ("class Mine(httpx.AsyncClient): ...\nasync def f():\n    async with Mine() as client: seen(client)", "Mine"),
        (
            "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as c, c.get('/') as r: seen(r)",
            "ClientResponse",
        ),
        ("import requests\ndef f():\n    with requests.Session() as c: seen(c.get('/'))", "Response"),
        ("from elsewhere import opened\ndef f():\n    with opened() as s: seen(s)", "?"),
        ("from elsewhere import Opened\ndef f():\n    with Opened() as s: seen(s)", "?"),
    ],
)
def test_context_managers(source: str, expected: str) -> None:
    assert what(f"{source}\n") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(s: Session | None):\n    if s is None:\n        s = SessionLocal()\n    seen(s)", "Session"),
        ("def f(s: Optional[Session] = None):\n    if s is not None: seen(s)", "Session"),
        ("def f(s: Session | None):\n    if s: seen(s)", "Session"),
        ("def f(s: Session | None):\n    if not s:\n        return\n    seen(s)", "Session"),
        ("def f(s: Session | AsyncSession):\n    if isinstance(s, AsyncSession): seen(s)", "AsyncSession"),
        (
            "def f(s: Session | AsyncSession):\n    if isinstance(s, AsyncSession):\n        return\n    seen(s)",
            "Session",
        ),
        ("def f(s):\n    assert isinstance(s, Session)\n    seen(s)", "Session"),
        (
            "def f(s: Session | AsyncSession):\n    match s:\n        case AsyncSession():\n            seen(s)",
            "AsyncSession",
        ),
        ("def f(x: User | Team):\n    match x:\n        case User() as u:\n            seen(u)", "User"),
        ("def f():\n    a, b = User(), Team()\n    seen(b)", "Team"),
        ("def pair() -> tuple[User, Team]: ...\ndef f():\n    a, b = pair()\n    seen(b)", "Team"),
        ("def pair(): return User(), Team()\ndef f():\n    seen(pair()[1])", "Team"),
        ("async def pair(): return User(), Team()\nasync def f():\n    a, b = await pair()\n    seen(a)", "User"),
        (
            "async def f(s: AsyncSession):\n    async for user in await s.stream_scalars(select(User)): seen(user)",
            "User",
        ),
        (
            "class Rows:\n    def __aiter__(self): return self\n    async def __anext__(self) -> User: ...\nasync def f():\n    async for u in Rows(): seen(u)",
            "User",
        ),
        ("class Rows:\n    def __iter__(self) -> Iterator[User]: ...\ndef f():\n    for u in Rows(): seen(u)", "User"),
        ("def f(users: list[User]):\n    for n, u in enumerate(users): seen(u)", "User"),
        ("def f(users: dict[str, User]):\n    for u in users.values(): seen(u)", "User"),
        ("def f(users: dict[str, User]):\n    for k, u in users.items(): seen(u)", "User"),
        ("def f(x):\n    seen(cast(Session, x))", "Session"),
        ("def f(x):\n    seen(cast('Session', x))", "Session"),
        ("def f():\n    def inner():\n        seen(s)\n    s = SessionLocal()\n    return inner", "Session"),
        (
            "class A:\n    def __init__(self, s: Session): self.s = s\n    def f(self):\n        def inner(): seen(self.s)\n        return inner",
            "Session",
        ),
        ("def f(*users: User): seen(users)", "tuple[User]"),
        ("def f(*sessions: Session):\n    for s in sessions: seen(s)", "Session"),
        ("def f(app: FastAPI): seen(app.state.factory())", "?"),
        ("def f(x: 'Any'): seen(x)", "?"),
        ("Pair = tuple[User, Team]\ndef f(p: Pair): seen(p[0])", "User"),
        ("def f(): seen(select)", "?"),
        ("import pathlib\ndef f(name: str): seen(pathlib.Path('a') / name)", "Path"),
        ("from pathlib import Path\ndef f(p: Path): seen(p.parent / 'x')", "Path"),
    ],
)
def test_locals(source: str, expected: str) -> None:
    assert what(f"{source}\n") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(repo: 'Repo[User]'): seen(repo.get())", "User | None"),
        ("class Users(Repo[User]): ...\ndef f(repo: Users): seen(repo.get())", "User | None"),
        ("class Users(Repo[User]): ...\ndef f(repo: Users): seen(repo.all())", "list[User]"),
        ("class Users(Repo[User]): ...\nasync def f(repo: Users): seen(await repo.later())", "User"),
        ("class Users(Repo[User]):\n    def f(self): seen(self.get())", "User | None"),
        ("def f(s: Session): seen(Repo(User, s).get())", "User | None"),
        ("def f(s: Session): seen(Repo[User](User, s).get())", "User | None"),
        ("def f(s: Session): seen(Repo(User, s).session)", "Session"),
        ("S = TypeVar('S', bound=Session)\ndef f(s: S): seen(s.get(User, 1))", "User | None"),
        ("class Held[M: Base]:\n    def __init__(self, m: M): self.m = m\ndef f(): seen(Held(User()).m)", "User"),
    ],
)
def test_generics(source: str, expected: str) -> None:
    repo = """
class Repo(Generic[T]):
    def __init__(self, model: type[T], session: Session):
        self.model = model
        self.session = session
    def get(self): return self.session.get(self.model, 1)
    def all(self) -> list[T]: ...
    async def later(self) -> T: ...
"""
    assert what(f"{repo}{source}\n") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("SessionLocal", "sessionmaker"),
        ("engine", "Engine"),
        ("factory()", "Session"),
        ("Scoped", "scoped_session[Session]"),
        ("Scoped.get(User, 1)", "User | None"),
        ("Scoped()", "Session"),
        ("lazy", "None | Engine"),
        ("chosen", "Engine"),
        ("declared", "Session | None"),
        ("holder.session()", "Session"),
        ("current.get()", "AsyncSession"),
    ],
)
def test_module_level_names(source: str, expected: str) -> None:
    module = """
from contextvars import ContextVar
import os
def get_factory(): return SessionLocal
factory = get_factory()
def make_scoped(): return scoped_session(SessionLocal)
Scoped = scoped_session(SessionLocal)
lazy = None
def start():
    global lazy
    lazy = create_engine("sqlite://")
if os.environ:
    chosen = create_engine("sqlite://")
else:
    chosen = create_engine("postgresql://")
declared: Session | None = None
class Holder:
    def session(self): return SessionLocal()
holder = Holder()
current: ContextVar[AsyncSession] = ContextVar("current")
"""
    assert what(f"{module}\ndef f():\n    seen({source})\n") == expected


def test_sqlmodel() -> None:
    source = """
from sqlmodel import Field, Session, SQLModel, create_engine, select
from sqlmodel.ext.asyncio.session import AsyncSession
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
class Team(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
engine = create_engine("sqlite://")
def f():
    with Session(engine) as session:
        seen(session.exec(select(Hero)).all())
        seen(session.exec(select(Hero, Team)).first())
        seen(session.get(Hero, 1))
async def g(session: AsyncSession):
    seen(session.exec(select(Hero)))
    seen((await session.exec(select(Hero))).one())
    seen(session.execute(select(Hero)))
"""
    assert seen({"src/shop/main.py": source}) == [
        "list[Hero]",
        "Row[tuple[Hero, Team]] | None",
        "Hero | None",
        "Coroutine[ScalarResult[Hero]]",
        "Hero",
        "Coroutine[Result[tuple[Hero]]]",
    ]


def test_through_modules() -> None:
    files = {
        "src/shop/db.py": """
            from typing import Annotated
            from fastapi import Depends
            from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
            engine = create_async_engine("sqlite+aiosqlite://")
            Local = async_sessionmaker(bind=engine, expire_on_commit=False)
            async def get_session():
                async with Local() as session:
                    yield session
            SessionDep = Annotated[AsyncSession, Depends(get_session)]
        """,
        "src/shop/service.py": """
            from shop.db import SessionDep, Local
            from shop import db
            class Service:
                def __init__(self, session: SessionDep):
                    self.session = session
                async def run(self):
                    seen(self.session)
                    seen(db.engine)
                    async with db.Local() as session:
                        seen(session)
        """,
        "src/shop/web.py": """
            from fastapi import Depends
            from shop.db import get_session
            from shop.service import Service
            async def handler(service: Service = Depends(), session=Depends(get_session)):
                seen(service.session.commit())
                seen(session)
                seen(await service.run())
        """,
    }
    assert seen(files) == ["AsyncSession", "AsyncEngine", "AsyncSession", "Coroutine[None]", "AsyncSession", "?"]
