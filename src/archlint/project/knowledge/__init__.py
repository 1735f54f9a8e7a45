"""What archlint knows about other people's packages, kept as data beside this file."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli

FOLDER = Path(__file__).parent


@functools.cache
def table(name: str) -> Mapping[str, Any]:
    """The content of ``<name>.toml``."""
    return tomli.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@functools.cache
def canonical_names() -> tuple[Mapping[str, str], Mapping[str, str], frozenset[str]]:
    """Other spellings of a third-party name: whole names, packages whose every member lives elsewhere, and the top-level
    packages that have any."""
    names = table("names")
    aliases, packages = names["aliases"], names["packages"]
    return aliases, packages, frozenset(name.partition(".")[0] for name in (*aliases, *packages))


def canonical(name: str) -> str:
    """The one spelling of a third-party name."""
    aliases, packages, known = canonical_names()
    if name.partition(".")[0] not in known:
        return name
    for _ in range(3):
        other = aliases.get(name)
        if other is None:
            package, _, last = name.rpartition(".")
            other = f"{packages[package]}.{last}" if package in packages else packages.get(name)
        if other is None or other == name:
            break
        name = other
    return name


@functools.cache
def third_party_bases() -> Mapping[str, tuple[str, ...]]:
    """The direct base classes of third-party classes, by canonical name; of those at the top of the table, none."""
    rows = {name: tuple(bases) for name, bases in table("classes")["bases"].items()}
    return {base: () for bases in rows.values() for base in bases} | rows


@functools.cache
def names_in(name: str, *path: str) -> frozenset[str]:
    """A list of names in ``<name>.toml``, reached through the tables in ``path``."""
    found = table(name)
    for key in path[:-1]:
        found = found[key]
    return frozenset(found[path[-1]])
