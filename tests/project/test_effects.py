"""What functions do to the world, themselves or through others; each program names the effects in comments."""

import pytest

from archlint.project.calls.candidates import COMMITS, QUERIES, RAISES, WRITES
from archlint.project.calls.effects import effects
from archlint.project.definitions import Function, all_functions
from archlint.project.model import Project
from archlint.testing import project_of

PROGRAM = """
from sqlalchemy import select, update, delete
from sqlalchemy.orm import Session, DeclarativeBase, Mapped, mapped_column, sessionmaker

class Base(DeclarativeBase): ...
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

class NotFound(LookupError): ...

factory = sessionmaker()

def read(session: Session):
    return session.execute(select(User)).all()

def read_old(session: Session):
    return session.query(User).filter(User.id == 1).first()

def build(session: Session):
    return session.query(User)

def write(session: Session):
    session.execute(update(User))

def write_named(session: Session):
    statement = delete(User)
    statement = statement.where(User.id == 1)
    session.execute(statement)

def write_old(session: Session):
    session.query(User).delete()

def save(session: Session, user):
    session.add(user)
    session.commit()

def transact():
    with factory.begin() as session:
        session.add(User())

class Repo:
    def __init__(self, session: Session):
        self.session = session
    def store(self, user):
        save(self.session, user)
    def again(self, user):
        self.store(user)
        self.other(user)
    def other(self, user):
        self.again(user)
    def find(self, key):
        user = self.session.get(User, key)
        if user is None:
            raise NotFound(key)
        return user
    def find_or_none(self, key):
        try:
            return self.find(key)
        except LookupError:
            return None
    def find_or_fail(self, key):
        try:
            return self.find(key)
        except KeyError:
            raise ValueError from None

def one(repo: Repo): repo.store(1)
def two(repo: Repo): one(repo)
def three(repo: Repo): two(repo)
def unknown(x): x.commit()
"""


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of({"src/app.py": PROGRAM})


def function(project: Project, name: str) -> Function:
    return next(f for f in all_functions(project, project.modules[0]) if f.name == name)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("read", QUERIES, ["session.execute"]),
        ("read", WRITES, []),
        ("read_old", QUERIES, ["session.query(…).first"]),
        ("build", QUERIES, []),
        ("write", WRITES, ["session.execute"]),
        ("write", QUERIES, []),
        ("write_named", WRITES, ["session.execute"]),
        ("write_old", WRITES, ["session.query(…).delete"]),
        ("save", WRITES, ["session.add"]),
        ("save", COMMITS, ["session.commit"]),
        ("transact", COMMITS, ["factory.begin"]),
        ("Repo.store", COMMITS, ["save → session.commit"]),
        ("one", COMMITS, ["repo.store → save → session.commit"]),
        ("two", COMMITS, ["one → repo.store → save → session.commit"]),
        ("three", COMMITS, []),
        ("unknown", COMMITS, []),
        ("Repo.again", COMMITS, ["self.store → save → session.commit"]),
        ("Repo.other", COMMITS, ["self.again → self.store → save → session.commit"]),
        ("Repo.find", RAISES, ["NotFound"]),
        ("Repo.find_or_none", RAISES, []),
        ("Repo.find_or_fail", RAISES, ["self.find → NotFound", "ValueError"]),
    ],
)
def test_effects(project: Project, name: str, kind: str, expected: list[str]) -> None:
    found = effects(project, function(project, name), kind)
    assert [" → ".join(hop.name for hop in effect.chain) for effect in found] == expected
