"""A coroutine that is never awaited: what was called never runs.

Calling an `async def` runs nothing. It makes a coroutine, and the body runs when that is awaited. A call without
`await` does nothing at all (`session.commit()` saves nothing, and says so in a warning at best), or gives a coroutine where
its value was meant, which is always true, has no such attribute, and cannot be looped over.

Followed are the coroutines of SQLAlchemy's and SQLModel's async objects and those of the project's own `async def`s. What
is handed on may be awaited elsewhere: a coroutine that is returned, passed to a call (`asyncio.gather`, `create_task`), kept
in an attribute, a list or a dict, or bound to a name that is awaited or handed on later. So may what an unknown decorator
or a sync override makes of a function.

## Bad
```python
# src/shop/services/orders.py
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy import select

from shop.models import Order


async def notify(order: Order) -> bool:
    return True


async def place(session: AsyncSession, order: Order) -> None:
    session.add(order)
    session.commit()  # error: `session.commit()` is never awaited
    if notify(order):  # error: `notify()` is used without `await`
        order.notified = True


async def recent(session: AsyncSession) -> list[Order]:
    found = session.execute(select(Order))  # error: `session.execute()` is used without `await`
    return found.scalars().all()
```
```python
# src/shop/models.py
from sqlalchemy.orm import DeclarativeBase, Mapped


class Base(DeclarativeBase):
    pass


class Order(Base):
    notified: Mapped[bool]
```

## Good
```python
# src/shop/services/orders.py
import asyncio

from sqlalchemy.ext.asyncio import AsyncSession


async def notify(order: object) -> bool:
    return True


async def place(session: AsyncSession, orders: list[object]) -> list[bool]:
    session.add_all(orders)
    await session.commit()
    waiting = [notify(order) for order in orders]
    return await asyncio.gather(*waiting)
```

Source: documents 002 and 004 (async first); The Python Standard Library, "Coroutines and Tasks".
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, Module, Project, found, related, rule, unawaited


@rule("ARC304", severity=ERROR)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for call in unawaited(project, module):
        what = "is never awaited: nothing runs" if call.is_dropped else "is used without `await`: it is a coroutine"
        within = call.within.rpartition(".")[2]
        yield found(
            module,
            call,
            f"`{call.name}()` {what}",
            help=f"{'Write' if call.in_async else f'Make `{within}` an `async def` and write'} `await {call.name}(…)`.",
            symbol=call.within,
            related=(related(*call.definition, "defined here with `async def`"),) if call.definition else (),
        )
