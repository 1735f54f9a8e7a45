"""A mapped class as the answer of a route.

The table's columns become the API: every one of them is sent, the password hash and the internal flag too, a new column
reaches the clients by accident, and the table can no longer change without breaking them.

A mapped class is SQLAlchemy's, dataclasses included, or an `SQLModel` with `table=True`. It is found in the response
model, in fields of fields, lists, unions and generics; and where there is none that says what is sent (`-> None` and
`response_model=None` included), in what the handler returns. A Pydantic response model takes what it names
from the object and leaves the rest, so returning mapped objects through one is right.

## Bad
```python
# src/shop/routers/users.py
from fastapi import APIRouter, Depends
from sqlmodel import Field, Session, SQLModel, select

from shop.db import get_session

router = APIRouter(prefix="/users")


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    email: str
    password_hash: str


class Page(SQLModel):
    users: list[User]


@router.get("", response_model=Page)
def list_users(session: Session = Depends(get_session)):  # error: the mapped class `User` (at `users`)
    return {"users": session.exec(select(User)).all()}


@router.get("/{user_id}")
def read_user(user_id: int, session: Session = Depends(get_session)) -> User:  # error: the mapped class `User`
    return session.get(User, user_id)


@router.get("/latest")
def latest(session: Session = Depends(get_session)):  # error: no response model
    user = session.exec(select(User).order_by(User.id.desc())).first()
    return {"user": user}
```

```python
# src/shop/db.py
from sqlmodel import Session, create_engine


def get_session():
    with Session(create_engine("sqlite://")) as session:
        yield session
```

## Good
```python
# src/shop/routers/users.py
from fastapi import APIRouter, Depends
from sqlmodel import Field, Session, SQLModel

from shop.db import get_session

router = APIRouter(prefix="/users")


class UserBase(SQLModel):
    email: str


class User(UserBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    password_hash: str


class UserPublic(UserBase):
    id: int


@router.get("/{user_id}", response_model=UserPublic)
def read_user(user_id: int, session: Session = Depends(get_session)) -> User:
    return session.get(User, user_id)
```

```python
# src/shop/db.py
from sqlmodel import Session, create_engine


def get_session():
    with Session(create_engine("sqlite://")) as session:
        yield session
```

Source: document 000 (PII); FastAPI, "Response Model - Return Type"; SQLModel, "Multiple Models with FastAPI".
"""

from collections.abc import Iterator

from archlint.plugin import (
    ERROR,
    Finding,
    MappedPart,
    Module,
    Project,
    found,
    mapped_in_response,
    related,
    routes_in,
    rule,
)


@rule("ARC203", severity=ERROR)
def check(project: Project, module: Module) -> Iterator[Finding]:
    reported = set()
    for route in routes_in(project, module):
        if route.handler is None or not route.is_documented or route.place in reported:
            continue
        mapped = mapped_in_response(project, route)
        if mapped is None:
            continue
        reported.add(route.place)
        name = route.handler.name
        yield found(
            module, route.place, f"`{name}` ({route.title}) {_told(mapped)}", symbol=name,
            help="Declare a Pydantic schema with the fields clients need, and give it as `response_model=`.",
            related=(related(mapped.module, mapped.place, f"`{mapped.name}` is mapped to a table"),),
        )  # fmt: skip


def _told(mapped: MappedPart) -> str:
    where = f" (at `{'.'.join(mapped.path)}`)" if mapped.path else ""
    if mapped.written:
        model = "" if mapped.written == mapped.name else f" in `{mapped.written}`"
        return f"answers with the mapped class `{mapped.name}`{where}{model}"
    return f"returns the mapped class `{mapped.name}`{where}, and no response model says what of it is sent"
