"""What is near a module, and what is looked for there."""

import pytest

from archlint.project.calls.candidates import WAITS, packages_near
from archlint.project.calls.own_effects import own_effects
from archlint.project.definitions import definitions
from archlint.testing import project_of

DATABASE = """
import redis
import sqlalchemy
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Cached: ...
"""


@pytest.mark.parametrize(("base", "expected"), [("Base", {"sqlalchemy"}), ("Cached", {"redis", "sqlalchemy"})])
def test_what_a_base_brings(base: str, expected: set[str]) -> None:
    user = f"from app.db import {base}\n\nclass User({base}): ...\n"
    project = project_of({"app/__init__.py": "", "app/db.py": DATABASE, "app/user.py": user})
    assert packages_near(project, project.by_path["app/user.py"]) & {"redis", "sqlalchemy"} == expected


@pytest.mark.parametrize(
    ("call", "number"),
    [('session.get("name")', 0), ("session.get(User, 1)", 1), ('session.query(User).get("name")', 1)],
)
def test_a_word_is_looked_up_in_a_mapping(call: str, number: int) -> None:
    code = f"from sqlalchemy.orm import Session\n\ndef load(session: Session): return {call}\n"
    project = project_of({"app.py": code})
    (load,) = definitions(project, project.by_path["app.py"]).functions.values()
    assert len(own_effects(project, load, WAITS)) == number
