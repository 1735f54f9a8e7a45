"""An `async def` that reads or writes through a sync database session or connection.

A sync session waits for the database with the event loop in its hands: for as long as a query takes, no other request
is answered, and a pool that has run dry stops the whole process. It is the same whether the `async def` uses the
session itself or passes it to a sync function that does; calls are followed as deep as the option `max-depth` of
`blocking-call-reached` says.

A `def` handler is fine: FastAPI runs it in a thread. So is a session that is handed on to a thread, one that only
collects objects (`add`) for others to commit, and a session that is injected and not used.

## Bad
```python
# src/shop/routers/users.py
from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.db import get_session
from shop.models import User

router = APIRouter()


@router.get("/users")
async def list_users(session: Session = Depends(get_session)) -> list[str]:  # error: session.scalars
    return [user.name for user in session.scalars(select(User))]
```
```python
# src/shop/db.py
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("postgresql://db/shop")
SessionLocal = sessionmaker(engine)


def get_session() -> Iterator[Session]:
    with SessionLocal() as session:
        yield session
```
```python
# src/shop/models.py
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
```

## Good
```python
# src/shop/routers/users.py
from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.db import get_session
from shop.models import User

router = APIRouter()


@router.get("/users")
async def list_users(session: AsyncSession = Depends(get_session)) -> list[str]:
    return [user.name for user in await session.scalars(select(User))]
```
```python
# src/shop/db.py
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

engine = create_async_engine("postgresql+asyncpg://db/shop")
SessionLocal = async_sessionmaker(engine)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session
```
```python
# src/shop/models.py
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
```

Source: documents 000 and 002, asynchronous code; SQLAlchemy, "Asynchronous I/O"; FastAPI, "Concurrency and async /
await".
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, Module, Project, found, related, rule, sync_sessions


@rule("ARC303", severity=ERROR)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for use in sync_sessions(project, module):
        chains = [chain for _, chain in use.uses]
        chain = next((chain for chain in chains if not chain[-1].endswith(".rollback")), chains[0])
        yield found(
            module, use, f"`{use.function}` waits for the database on the event loop: {' → '.join(chain)}",
            symbol=use.function,
            related=tuple(related(step.module, step.place, f"calls `{step.name}`") for step, _ in use.uses),
            help="Take an `AsyncSession` and await it, or make the function a plain `def`, or do the work in a thread.",
        )  # fmt: skip
