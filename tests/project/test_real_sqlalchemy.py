"""What the tables say of SQLAlchemy and SQLModel holds for the packages themselves."""

import asyncio
import gc
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bakery_code import OURS, bakery, given, methods, real
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import MissingGreenlet, StatementError

from archlint.project.knowledge import names_in, table

COROUTINE = "Coroutine["
INSERTS = tuple(f"sqlalchemy.dialects.{dialect}.Insert" for dialect in ("postgresql", "mysql"))
STANDS_FOR = {
    "sqlalchemy.Insert": INSERTS,
    # a statement that returns rows, and the options a query has
    "sqlalchemy.Select": ("sqlalchemy.Insert", *INSERTS, "sqlalchemy.orm.Query"),
}
ELSEWHERE = {
    "close_all": "gone in SQLAlchemy 2.1",
    "get_or_404": "Flask-SQLAlchemy's",
    "first_or_404": "Flask-SQLAlchemy's",
}
AWAITABLE_TOO = {"AsyncConnection", "AsyncSessionTransaction", "AsyncTransaction", "AsyncContext"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The application's databases with one loaf in them."""
    with bakery() as package:
        databases = package.database.Databases(tmp_path / "bakery.db")
        models = package.models
        models.Base.metadata.create_all(databases.engine)
        with databases.sessions.begin() as session:
            session.add(models.Baker(id=1, name="Ann", loaves=[models.Loaf(id=1, kind="rye")]))
        yield SimpleNamespace(databases=databases, Baker=models.Baker, Loaf=models.Loaf)
        databases.engine.dispose()


def functions(class_: str, method: str) -> list[Any]:
    """A method of a class or, where that has it not, of those the class stands for in the tables."""
    found = [getattr(real(name), method, None) for name in (class_, *STANDS_FOR.get(class_, ()))]
    return [function for function in found if function is not None]


@pytest.mark.parametrize(("class_", "method", "gives"), methods(*OURS))
def test_a_method_is_a_coroutine_function_where_the_table_says_so(class_: str, method: str, gives: str) -> None:
    if method in ELSEWHERE and not functions(class_, method):
        pytest.skip(ELSEWHERE[method])
    is_coroutine = inspect.iscoroutinefunction(inspect.unwrap(functions(class_, method)[0]))
    assert is_coroutine is (gives.startswith(COROUTINE) or method == "__aenter__")


@pytest.mark.parametrize(
    "name", sorted({n for kinds in table("databases").values() for m in kinds.values() for n in m})
)
def test_a_database_class_exists(name: str) -> None:
    assert inspect.isclass(real(name))


@pytest.mark.parametrize(("kind", "mode"), [(k, m) for k in ("session", "connection") for m in ("sync", "async")])
def test_what_waits_is_awaited_in_async_classes_and_in_no_sync_one(kind: str, mode: str) -> None:
    for class_ in map(real, table("databases")[kind][mode]):
        known = [getattr(class_, name) for name in names_in("data", "effects", "waits") if hasattr(class_, name)]
        assert known
        assert {inspect.iscoroutinefunction(inspect.unwrap(function)) for function in known} == {mode == "async"}


SESSION_CALLS: dict[str, Callable[[Any, Any], tuple[Any, ...]]] = {
    "add": lambda shop, _: (shop.Baker(name="Bob"),),
    "add_all": lambda shop, _: ([shop.Baker(name="Bob")],),
    "delete": lambda _, loaf: (loaf,),
    "execute": lambda shop, _: (select(shop.Loaf),),
    "exec": lambda shop, _: (select(shop.Loaf),),
    "expire": lambda _, loaf: (loaf,),
    "expunge": lambda _, loaf: (loaf,),
    "get": lambda shop, _: (shop.Loaf, 1),
    "get_one": lambda shop, _: (shop.Loaf, 1),
    "is_modified": lambda _, loaf: (loaf,),
    "merge": lambda _, loaf: (loaf,),
    "refresh": lambda _, loaf: (loaf,),
    "run_sync": lambda _, __: (lambda session: 1,),
    "scalar": lambda shop, _: (select(shop.Loaf),),
    "scalars": lambda shop, _: (select(shop.Loaf),),
    "stream": lambda shop, _: (select(shop.Loaf),),
    "stream_scalars": lambda shop, _: (select(shop.Loaf),),
}
ASYNC_SESSION = [row for row in methods(*OURS) if row[0].endswith("AsyncSession") and not row[1].startswith("__")]


@pytest.mark.filterwarnings("ignore:(?s).*(session.exec|close_all)")
@pytest.mark.parametrize(("class_", "method", "gives"), ASYNC_SESSION)
def test_what_a_method_of_an_async_session_gives(shop: SimpleNamespace, class_: str, method: str, gives: str) -> None:
    if not functions(class_, method):
        pytest.skip(ELSEWHERE[method])

    async def run() -> None:
        session = real(class_)(shop.databases.async_engine)
        loaf = await session.get(shop.Loaf, 1)
        found = getattr(session, method)(*SESSION_CALLS.get(method, lambda _, __: ())(shop, loaf))
        is_awaitable = gives.startswith(COROUTINE) or (found is not None and gives in AWAITABLE_TOO)
        assert inspect.isawaitable(found) is is_awaitable
        answer = await found if gives.startswith(COROUTINE) else found
        expected = given(gives.removeprefix(COROUTINE))
        if gives.removeprefix(COROUTINE).startswith("None"):
            assert answer is None
        elif expected and answer is not None:
            assert isinstance(answer, real(expected))
        if gives == "AsyncSessionTransaction" and answer is not None and not session.in_transaction():
            await answer
        await session.close()
        await shop.databases.async_engine.dispose()

    asyncio.run(run())


@pytest.mark.parametrize("make", ["connect", "begin"])
def test_an_async_engine_gives_what_is_awaited_or_entered(shop: SimpleNamespace, make: str) -> None:
    async def run() -> None:
        engine = shop.databases.async_engine
        context = getattr(engine, make)()
        assert hasattr(context, "__aenter__")
        async with context as connection:
            assert isinstance(connection, real("sqlalchemy.ext.asyncio.AsyncConnection"))
        if make == "connect":
            opened = await engine.connect()
            assert inspect.isawaitable(engine.connect())
            nested = opened.begin_nested()
            assert inspect.isawaitable(nested)
            await nested
            await opened.close()
        await engine.dispose()

    asyncio.run(run())


@pytest.mark.parametrize("method", sorted(m for c, m, _ in methods(*OURS) if c.endswith("AsyncScalarResult")))
def test_fetchers_of_a_streamed_result(shop: SimpleNamespace, method: str) -> None:
    gives = next(g for c, m, g in methods(*OURS) if c.endswith("AsyncScalarResult") and m == method)

    async def run() -> None:
        async with shop.databases.async_sessions() as session:
            result = await session.stream_scalars(select(shop.Loaf))
            found = getattr(result, method)(*[1] if method == "yield_per" else [])
            assert inspect.isawaitable(found) is gives.startswith(COROUTINE)
            if gives.startswith(COROUTINE):
                await found
            await result.close()
        await shop.databases.async_engine.dispose()

    asyncio.run(run())


@pytest.mark.parametrize("what", ["add", "rows", "row"])
def test_awaiting_what_is_no_awaitable_raises(shop: SimpleNamespace, what: str) -> None:
    async def run() -> None:
        async with shop.databases.async_sessions() as session:
            result = await session.scalars(select(shop.Loaf))
            found = {"add": lambda: session.add(shop.Baker(name="Bob")), "rows": result.all, "row": result.first}[
                what
            ]()
            with pytest.raises(TypeError, match="await"):
                await found
        await shop.databases.async_engine.dispose()

    asyncio.run(run())


def test_a_call_that_is_not_awaited_does_nothing(shop: SimpleNamespace) -> None:
    async def run() -> int:
        async with shop.databases.async_sessions() as session:
            session.add(shop.Baker(name="Bob"))
            session.commit().close()
        async with shop.databases.async_sessions() as session:
            count = len((await session.scalars(select(shop.Baker))).all())
        await shop.databases.async_engine.dispose()
        return count

    assert asyncio.run(run()) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_reading_what_is_not_loaded_raises_on_an_async_session(shop: SimpleNamespace) -> None:
    async def run() -> None:
        async with shop.databases.async_sessions() as session:
            baker = await session.get(shop.Baker, 1)
            with pytest.raises((MissingGreenlet, StatementError), match="greenlet_spawn"):
                _ = baker.loaves
            await session.commit()
            with pytest.raises((MissingGreenlet, StatementError), match="greenlet_spawn"):
                _ = baker.name
        await shop.databases.async_engine.dispose()

    asyncio.run(run())
    gc.collect()  # what the driver gave up on it does not close: that is said here, not in another test


Act = Callable[[Any, Any], Any]
SYNC: dict[str, Act] = {
    "execute": lambda session, shop: session.execute(select(shop.Loaf)),
    "scalar": lambda session, shop: session.scalar(select(shop.Loaf)),
    "scalars": lambda session, shop: session.scalars(select(shop.Loaf)),
    "exec": lambda session, shop: session.exec(select(shop.Loaf)),
    "exec_driver_sql": lambda session, _: session.connection().exec_driver_sql("SELECT 1"),
    "get": lambda session, shop: session.get(shop.Loaf, 1),
    "get_one": lambda session, shop: session.get_one(shop.Loaf, 1),
    "commit": lambda session, shop: (session.add(shop.Baker(name="Bob")), session.commit()),
    "flush": lambda session, shop: (session.add(shop.Baker(name="Bob")), session.flush()),
    "refresh": lambda session, shop: session.refresh(next(iter(session.scalars(select(shop.Loaf))))),
    "rollback": lambda session, shop: (session.execute(select(shop.Loaf)), session.rollback()),
    "merge": lambda session, shop: session.merge(shop.Loaf(id=1, kind="oat", baker_id=1)),
    "bulk_save_objects": lambda session, shop: session.bulk_save_objects([shop.Baker(name="Bob")]),
    "bulk_insert_mappings": lambda session, shop: session.bulk_insert_mappings(shop.Baker, [{"name": "Bob"}]),
    "bulk_update_mappings": lambda session, shop: session.bulk_update_mappings(shop.Baker, [{"id": 1, "name": "Bo"}]),
    "query": lambda session, shop: session.query(shop.Loaf),
    "add": lambda session, shop: session.add(shop.Baker(name="Bob")),
    "expunge_all": lambda session, _: session.expunge_all(),
}
QUERY: dict[str, Act] = {
    "all": lambda session, shop: session.query(shop.Loaf).all(),
    "first": lambda session, shop: session.query(shop.Loaf).first(),
    "one": lambda session, shop: session.query(shop.Loaf).one(),
    "one_or_none": lambda session, shop: session.query(shop.Loaf).one_or_none(),
    "scalar": lambda session, shop: session.query(shop.Loaf.id).scalar(),
    "count": lambda session, shop: session.query(shop.Loaf).count(),
    "delete": lambda session, shop: session.query(shop.Loaf).delete(),
    "get": lambda session, shop: session.query(shop.Loaf).get(1),
    "update": lambda session, shop: session.query(shop.Loaf).update({"kind": "oat"}),
    "filter": lambda session, shop: session.query(shop.Loaf).filter_by(kind="rye"),
}


def statements(shop: SimpleNamespace, act: Act, session_class: str = "sqlalchemy.orm.Session") -> list[str]:
    """What the driver is asked to do while something is done with a session."""
    asked: list[str] = []
    engine = shop.databases.engine
    with real(session_class)(engine) as session:
        for name in ("before_cursor_execute", "commit", "rollback"):
            event.listen(engine, name, lambda *_, name=name: asked.append(name))
        act(session, shop)
        return list(asked)


@pytest.mark.parametrize("method", sorted(SYNC))
def test_a_method_of_a_sync_session_asks_the_database_where_the_table_says_it_waits(
    shop: SimpleNamespace, method: str
) -> None:
    class_ = "sqlmodel.orm.session.Session" if method == "exec" else "sqlalchemy.orm.Session"
    assert bool(statements(shop, SYNC[method], class_)) is (method in names_in("data", "effects", "waits"))


@pytest.mark.filterwarnings("ignore:The Query.get")
@pytest.mark.parametrize("method", sorted(QUERY))
def test_a_method_of_a_query_asks_the_database_where_the_table_says_it_waits(
    shop: SimpleNamespace, method: str
) -> None:
    assert bool(statements(shop, QUERY[method])) is (method in names_in("data", "effects", "query_waits"))


def test_every_row_of_what_waits_is_tried() -> None:
    assert names_in("data", "effects", "waits") <= SYNC.keys()
    assert names_in("data", "effects", "query_waits") <= QUERY.keys()


@pytest.mark.parametrize("method", sorted(set(SYNC) - {"exec"}))
def test_commit_alone_commits(shop: SimpleNamespace, method: str) -> None:
    assert ("commit" in statements(shop, SYNC[method])) is (method in names_in("data", "effects", "commits"))


@pytest.mark.parametrize("opened", ["session", "connection"])
def test_entering_a_transaction_commits_at_the_end(shop: SimpleNamespace, opened: str) -> None:
    committed: list[str] = []
    event.listen(shop.databases.engine, "commit", lambda _: committed.append("commit"))
    maker = shop.databases.sessions if opened == "session" else shop.databases.engine
    with maker.begin() as transaction:
        transaction.execute(insert(shop.Baker).values(name="Bob"))
        assert not committed
    assert committed


def opened(shop: SimpleNamespace) -> int:
    """How many connections are in use."""
    return int(shop.databases.engine.pool.checkedout())


def test_a_session_is_closed_by_with_and_not_by_itself(shop: SimpleNamespace) -> None:
    session = shop.databases.sessions()
    session.execute(text("SELECT 1"))
    assert opened(shop) == 1
    session.close()
    assert opened(shop) == 0
    with shop.databases.sessions() as other:
        other.execute(text("SELECT 1"))
        assert opened(shop) == 1
    assert opened(shop) == 0


def test_a_session_taken_from_a_dependency_by_next_stays_open(shop: SimpleNamespace) -> None:
    with bakery() as package:
        provider = package.database.get_session(shop.databases)
        next(provider).execute(text("SELECT 1"))
        assert opened(shop) == 1
        provider.close()
        assert opened(shop) == 0
