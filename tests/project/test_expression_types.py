"""What handlers return, and what response models hold, asked directly."""

import pytest

from archlint.project.fastapi import response_model, response_parts, routes
from archlint.testing import findings_in, project_of

HEAD = """
from typing import Annotated, Any, Generic, List, Optional, TypeVar
from fastapi import FastAPI
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
T = TypeVar("T")
app = FastAPI()
class Base(DeclarativeBase): ...
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
SCHEMAS = """
class Address(BaseModel):
    street: str
    secret: str = Field(exclude=True)
class Person(BaseModel):
    model_config = {}
    name: str
    addresses: List[Address]
class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int
class Staff(Person):
    name: int
    boss: Optional["Staff"] = None
"""


def parts_of(route: str) -> list[str]:
    project = project_of({"src/shop/main.py": HEAD + SCHEMAS + route})
    [found] = routes(project)
    return [".".join(part.path) for part in response_parts(project, found) if part.field]


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ('"/", response_model=Address', ["street"]),
        ('"/", response_model=list[Person]', ["name", "addresses", "addresses.street"]),
        ('"/", response_model=Page[Address]', ["items", "total", "items.street"]),
        ('"/", response_model=Person, response_model_exclude={"addresses"}', ["name"]),
        (
            '"/", response_model=Person, response_model_exclude={"addresses": {"__all__": {"street"}}}',
            ["name", "addresses"],
        ),
        ('"/", response_model=Person, response_model_include={"addresses"}', ["addresses", "addresses.street"]),
        ('"/", response_model=Staff', ["name", "addresses", "boss", "addresses.street"]),
        ('"/", response_model=None', []),
    ],
)
def test_the_fields_of_a_response(decorator: str, expected: list[str]) -> None:
    found = [path for path in dict.fromkeys(parts_of(f"@app.get({decorator})\ndef read(): ...\n")) if path]
    assert found == expected


def test_a_subclass_declares_a_field_anew() -> None:
    project = project_of({"src/shop/main.py": HEAD + SCHEMAS + "@app.get('/')\ndef read() -> Staff: ...\n"})
    [route] = routes(project)
    names = [part.type.name for part in response_parts(project, route) if part.path == ("name",)]
    assert names == ["builtins.int"]


def test_the_model_in_effect_is_the_one_given() -> None:
    source = HEAD + SCHEMAS + "@app.get('/', response_model=Page[Person])\ndef read() -> dict: ...\n"
    project = project_of({"src/shop/main.py": source})
    [route] = routes(project)
    model = response_model(project, route)
    assert model is not None
    assert model.written == "Page[Person]"


GROWING = """
class Grows(BaseModel, Generic[T]):
    inner: "Grows[list[T]]"
class Left(Right[list[T]], Generic[T]): ...
class Right(Left[list[T]], Generic[T]): ...
Again = list["Again"]
@app.get("/a")
def a() -> Grows[int]: ...
@app.get("/b")
def b() -> Left[int]: ...
@app.get("/c")
def c() -> Again: ...
"""
DOUBLING = "@app.get('/')\ndef read(session, a):\n    found = session.get(User, 1)\n" + (
    "    if a:\n        found = {'a': found, 'b': [found]}\n" * 60
)
LONG = "@app.get('/')\ndef read(session):\n    v0 = session.get(User, 1)\n" + "".join(
    f"    v{i + 1} = v{i}\n" for i in range(5000)
)
FAN = "".join(f"def f{i}(x): return [f{i + 1}(x), f{i + 1}([x]), f{i + 1}({{'k': x}})]\n" for i in range(40))


@pytest.mark.parametrize(
    "source",
    [
        GROWING,
        f"{DOUBLING}    return found\n",
        f"{LONG}    return v5000\n",
        f"{FAN}def f40(x): return x\n@app.get('/')\ndef read(session): return f0(session.get(User, 1))\n",
        "def f(x): return g(x)\ndef g(x): return f([x])\n@app.get('/')\ndef read(s): return f(s.get(User, 1))\n",
        f"@app.get('/')\ndef read(s): return s.query(User){'.filter(1)' * 400}.all()\n",
    ],
    ids=["generics", "doubling", "long", "fan", "mutual", "methods"],
)
def test_what_grows_without_end_is_given_up(source: str) -> None:
    assert findings_in({"src/shop/main.py": HEAD + source}, ["ARC202", "ARC203"]) == ()


def test_a_query_built_in_many_steps_is_followed() -> None:
    steps = "".join(f"    if a == {i}:\n        query = query.where(User.id == {i})\n" for i in range(30))
    source = f"@app.get('/')\ndef read(s, a):\n    query = select(User)\n{steps}    return s.scalars(query).all()\n"
    assert len(findings_in({"src/shop/main.py": HEAD + source}, ["ARC203"])) == 1


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("for x in s.query(User):\n        if x: break\n    else:\n        x = 1\n    return x", True),
        ("while True:\n        x = s.get(User, 1)\n        if x: break\n    return x", True),
        ("try:\n        x = s.get(User, 1)\n    finally:\n        s.close()\n    return x", True),
        ("with s as t:\n        x = t.get(User, 1)\n    return x", True),
        ("match s:\n        case 1: x = s.get(User, 1)\n        case _: x = 2\n    return x", True),
        ("x = s.get(User, 1)\n    x = x.id\n    return x", False),
        ("x = s.get(User, 1)\n    x += 1\n    return x", False),
        ("x = s.get(User, 1)\n    if x:\n        raise ValueError\n    x = 1\n    return x", False),
        ("match s:\n        case User() as x: return 1\n        case x: return x", False),
        ("a, b = s.get(User, 1), 2\n    return b", False),
        ("a, b = s.get(User, 1), 2\n    return a", True),
    ],
)
def test_the_assignment_in_force(body: str, is_found: bool) -> None:
    source = f"{HEAD}@app.get('/')\ndef read(s):\n    {body}\n"
    assert bool(findings_in({"src/shop/main.py": source}, ["ARC203"])) is is_found
