"""A session or connection that is opened and may never be closed.

An open session keeps its connection, and the connection its transaction. The pool has few of them: when as many have been
lost as it holds, every request waits for one until it times out. A `close()` that an exception jumps over is no better
than none, as errors come in swarms.

Opened by `Session(...)`, a `sessionmaker`, `engine.connect()` or a function of the project that returns a new one, it has
to be entered by a `with`, closed in a `finally` (also through a helper), or handed to whoever closes it: returned, or
yielded inside `try`/`finally`. FastAPI closes nothing that a dependency returns, and `next(get_session())` throws away the
generator that would have closed the session. What a module opens for one call while it is imported, nobody closes either.
Registries (`scoped_session`) and sessions on somebody else's connection are not looked at, nor is the command line, where
the process ends with the session.

## Bad
```python
# src/shop/jobs.py
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from shop.models import Order

engine = create_engine("postgresql:///shop")
SessionLocal = sessionmaker(bind=engine)


def get_session():
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()


def count_open() -> int:
    session = SessionLocal()  # error: closed only if nothing raises
    orders = session.scalars(select(Order).where(Order.is_open)).all()
    session.close()
    return len(orders)


def first() -> Order | None:
    session = SessionLocal()  # error: never closed
    return session.scalars(select(Order)).first()


def last() -> Order | None:
    session = next(get_session())  # error: throws away
    return session.scalars(select(Order).order_by(Order.id.desc())).first()
```

## Good
```python
# src/shop/jobs.py
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from shop.models import Order

engine = create_engine("postgresql:///shop")
SessionLocal = sessionmaker(bind=engine)


def count_open() -> int:
    with SessionLocal() as session:
        return len(session.scalars(select(Order).where(Order.is_open)).all())


def first() -> Order | None:
    session = SessionLocal()
    try:
        return session.scalars(select(Order)).first()
    finally:
        session.close()
```

Source: document 000, "Use context managers for session commits and rollbacks"; SQLAlchemy, "Opening and Closing a Session".
"""

from collections.abc import Iterator

from archlint.plugin import WARNING, Finding, Module, Project, Unclosed, found, rule, unclosed_sessions

HELP = {
    "never": "Open it in a `with` block, or close it in a `finally`.",
    "unless raised": "Open it in a `with` block, or move the `close()` to a `finally`.",
    "injected": "Yield it inside a `with`, or inside `try`/`finally` with a `close()`.",
    "next": "Make the generator a `contextmanager` and enter it with `with`, or open a session from the factory.",
}


@rule("ARC405", severity=WARNING)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for unclosed in unclosed_sessions(project, module):
        yield found(module, unclosed, _message(unclosed), help=HELP[unclosed.how], symbol=_symbol(unclosed))


def _symbol(unclosed: Unclosed) -> str:
    return unclosed.function.name if unclosed.function is not None else unclosed.holder


def _message(unclosed: Unclosed) -> str:
    if unclosed.how == "next":
        return f"`next()` throws away the generator `{unclosed.written}` that would close the session"
    what = f"{unclosed.kind} `{unclosed.holder}`" if unclosed.holder else unclosed.kind
    if unclosed.how == "injected":
        return f"{what} from `{unclosed.written}` is returned to `Depends`, which closes nothing"
    how = "never closed" if unclosed.how == "never" else "closed only if nothing raises"
    return f"{what} from `{unclosed.written}` is {how}"
