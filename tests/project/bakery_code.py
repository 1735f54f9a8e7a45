"""The fixture application, importable, and what tables say in terms of the real packages."""

import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archlint.project.knowledge import table

FOLDER = Path(__file__).parents[2] / "fixtures" / "bakery"
WORDS = re.compile(r"[\w.]+")
OURS = ("sqlalchemy", "sqlmodel")


@contextmanager
def bakery() -> Iterator[Any]:
    """Its package, all modules imported."""
    sys.path.insert(0, str(FOLDER / "src"))
    try:
        for name in ("models", "database", "services", "routers", "main"):
            importlib.import_module(f"bakery.{name}")
        yield sys.modules["bakery"]
    finally:
        sys.path.remove(str(FOLDER / "src"))


def real(name: str) -> Any:
    """What a dotted name stands for."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            found = getattr(found, part)
        return found
    raise ImportError(name)


def methods(*packages: str) -> list[tuple[str, str, str]]:
    """Class, method and what it gives, as the tables have it, of the classes of some packages."""
    return [
        (class_, method, gives)
        for class_, rows in table("returns")["methods"].items()
        if class_.partition(".")[0] in packages
        for gives, names in rows.items()
        for method in names
    ]


def given(gives: str) -> str:
    """The dotted name of the class at the head of what a table says is given; empty for a word that stands for another."""
    head = WORDS.findall(gives)[0]
    name = str(table("returns")["names"].get(head, head))
    return name if "." in name else ""
