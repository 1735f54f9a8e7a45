"""An `await` on a call that gives nothing to await.

`await` needs an awaitable: a coroutine, a task, a future. On anything else it raises `TypeError: object … can't be used in
'await' expression`, after the call itself has run, so that half of the work is done.

Of an `AsyncSession` the methods that only touch objects in memory are sync: `add`, `add_all`, `expunge`, `expire`; and a
`Result` that has been fetched with `await session.execute(...)` is read without: `result.scalars().all()`. A function of
the project counts where it is a plain `def` whose annotation or whose `return` statements give no awaitable, in every
class that overrides it.

## Bad
```python
# src/shop/services/orders.py
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Order


def total(orders: list[Order]) -> int:
    return sum(order.amount for order in orders)


async def place(session: AsyncSession, order: Order) -> int:
    await session.add(order)  # error: `session.add()`
    result = await session.execute(select(Order))
    orders = await result.scalars().all()  # error: `result.scalars().all()`
    return await total(orders)  # error: `total()`
```
```python
# src/shop/models.py
from sqlalchemy.orm import DeclarativeBase, Mapped


class Base(DeclarativeBase):
    pass


class Order(Base):
    amount: Mapped[int]
```

## Good
```python
# src/shop/services/orders.py
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Order


def total(orders: list[Order]) -> int:
    return sum(order.amount for order in orders)


async def place(session: AsyncSession, order: Order) -> int:
    session.add(order)
    async with session.begin_nested():
        await session.flush()
    result = await session.execute(select(Order))
    return total(result.scalars().all())
```

Source: documents 002 and 004 (async first); The Python Language Reference, "Awaitable Objects".
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, Module, Project, found, needless_awaits, related, rule


@rule("ARC307", severity=ERROR)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for call in needless_awaits(project, module):
        yield found(
            module,
            call,
            f"`{call.name}()` is awaited, but gives nothing to await",
            help=f"Call `{call.name}(…)` without `await`.",
            symbol=call.within,
            related=(related(*call.definition, "defined here with `def`"),) if call.definition else (),
        )
