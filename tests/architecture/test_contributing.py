"""CONTRIBUTING names things that exist, and all tables of knowledge."""

import importlib
import re
from pathlib import Path

import pytest

from archlint.project.knowledge import FOLDER

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0]


QUESTIONS = re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)\.([a-z_]+)(?=[`(])", section("What to ask"))


def test_it_names_questions() -> None:
    assert len(QUESTIONS) > 20


@pytest.mark.parametrize(("module", "name"), QUESTIONS)
def test_every_question_exists(module: str, name: str) -> None:
    assert callable(getattr(importlib.import_module(f"archlint.project.{module}"), name))


def test_every_table_of_knowledge_is_listed() -> None:
    listed = re.findall(r"`([a-z]+\.toml)`", section("What archlint knows of packages"))
    assert set(listed) == {path.name for path in FOLDER.glob("*.toml")}
