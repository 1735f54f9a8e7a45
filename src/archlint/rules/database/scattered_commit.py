"""A unit of work committed in pieces: twice on one path, once a round of a loop, or in a repository beside other layers.

What a request changes belongs together: all of it is stored, or none. A function that commits, goes on writing and commits
again leaves half of the work behind when the second half fails, and nothing can undo it. A commit in a loop does the same,
and makes the database wait for its disk once a row. A repository that commits decides for its callers where their work
ends: they cannot put two of its functions into one transaction.

One finding per function, at the commit that breaks the unit of work. Calls of helpers that do nothing but save (a
`save(db, obj)` that adds, commits and refreshes) are commits too, through at most two of them. Left alone are a transaction
per item by design (the session is opened in the loop, or each round has its `try`, `commit` and `rollback`), batches,
retries, commits in handlers, which record a failure, and commits with nothing written before them. A repository may commit
where nothing else that answers requests does, no dependency that yields the session and commits it afterwards either, and
where it opens the session itself or a decorator opens it for each call.

## Bad
```python
# src/shop/orders/models.py
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[int]
    status: Mapped[str]


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    sku: Mapped[str]
```
```python
# src/shop/orders/service.py
from sqlalchemy.orm import Session

from shop.orders.models import Line, Order


def place(session: Session, customer: int, skus: list[str]) -> Order:
    order = Order(customer=customer)
    session.add(order)
    session.commit()
    for sku in skus:
        session.add(Line(order_id=order.id, sku=sku))
    session.commit()  # error: commits twice on one path
    return order


def ship(session: Session, orders: list[Order]) -> None:
    for order in orders:
        order.status = "shipped"
        session.commit()  # error: commits in a loop
```

## Good
```python
# src/shop/orders/models.py
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[int]
    status: Mapped[str]


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    sku: Mapped[str]
```
```python
# src/shop/orders/service.py
from sqlalchemy.orm import Session

from shop.orders.models import Line, Order


def place(session: Session, customer: int, skus: list[str]) -> Order:
    order = Order(customer=customer)
    session.add(order)
    session.flush()
    for sku in skus:
        session.add(Line(order_id=order.id, sku=sku))
    session.commit()
    return order


def ship(session: Session, orders: list[Order]) -> None:
    for order in orders:
        order.status = "shipped"
    session.commit()
```

Source: document 000, "Atomic Transactions".
"""

from collections.abc import Iterator

from archlint.plugin import (
    WARNING,
    Finding,
    Module,
    Project,
    Related,
    Scattered,
    found,
    related,
    rule,
    scattered_commits,
)

HELP = {
    "again": "Flush where an id is needed, and commit once, where the unit of work ends.",
    "loop": "Commit once after the loop, or open a session with a transaction of its own for each item.",
    "repository": "Flush here, and leave the commit to whoever owns the unit of work.",
}


@rule("ARC404", severity=WARNING)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for scattered in scattered_commits(project, module):
        yield found(
            module, scattered, _message(scattered), help=HELP[scattered.how], symbol=scattered.function.name,
            related=tuple(_evidence(scattered)),
        )  # fmt: skip


def _message(scattered: Scattered) -> str:
    name = f"`{scattered.function.node.name}`"
    if scattered.how == "again" and scattered.other is not None:
        return f"{name} commits twice on one path: in line {scattered.other.place.line}, and here again"
    if scattered.how == "loop":
        return f"{name} commits in a loop, once a round"
    if scattered.other is None:
        return f"{name} of a repository commits"
    other = scattered.other.function
    return f"{name} of a repository commits, and so does `{other.node.name}` in {other.module.path}"


def _evidence(scattered: Scattered) -> Iterator[Related]:
    if scattered.other is not None:
        text = "the commit before" if scattered.how == "again" else "another layer commits here"
        yield related(scattered.other.function.module, scattered.other.place, text)
