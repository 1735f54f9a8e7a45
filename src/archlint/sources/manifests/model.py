"""Manifests as plain data: what a project says of its dependencies, and the settings of other tools."""

import re
from typing import Any

import msgspec

MAIN = ""
EXTRA = "extra"
DEV = "dev"
CONSTRAINT = "constraint"
"""`Requirement.scope`: needed to run; needed for an extra or a group of its own; for work on the project; no
dependency at all, but a bound on one."""

_DEV_WORDS = frozenset(
    (
        "bench", "benchmark", "benchmarks", "check", "checks", "ci", "dev", "devel", "develop", "development",
        "doc", "docs", "e2e", "format", "formatting", "lint", "linters", "linting", "loadtest", "local",
        "lowest", "min", "minimal", "minimum", "mypy", "nox", "oldest", "perf", "qa", "style", "test",
        "testing", "tests", "tooling", "tools", "tox", "types", "typing",
    )
)  # fmt: skip
# PEP 508: a name, extras, then a URL or version bounds, then a marker.
_REQUIREMENT = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\]\s*)?"
    r"(?:@\s*(?P<url>\S+)|\(?\s*(?P<bounds>[<>=!~][^;()]*)?\s*\)?)\s*(?:;\s*(?P<marker>.*?))?\s*\Z"
)


class Requirement(msgspec.Struct, frozen=True):
    """A package a manifest names.

    Attributes:
        name: normalised (PEP 503): ``sqlalchemy``, ``python-jose``.
        bounds: version bounds as PEP 440 spells them, alternatives separated by ``||``; empty for any version.
        scope: `MAIN`, `EXTRA`, `DEV` or `CONSTRAINT`.
        group: the extra or group it stands in, as written; empty where it stands in none.
        marker: when it is needed (PEP 508); empty for always.
        extras: the extras of it that are wanted.
        origin: where it comes from if from no index: a URL, a path, ``workspace``.
    """

    name: str
    bounds: str = ""
    scope: str = MAIN
    group: str = ""
    marker: str = ""
    extras: tuple[str, ...] = ()
    origin: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """What one file says of its project.

    Attributes:
        path: relative to the project root, ``/``-separated; begins with ``../`` for those above it.
        kind: the file's usual name: ``pyproject.toml``, ``requirements.txt`` (whatever it is called), ``uv.lock``,
            ``alembic.ini`` …
        name: the project's distribution name, normalised.
        requirements: in the order they are written.
        lists_dependencies: it is one of the places that say what the project needs, though perhaps nothing.
        is_complete: nothing of what it lists is computed, as far as it tells.
        requires_python: bounds like those of a requirement.
        includes: paths of further requirements files, relative to the project root.
        table: a TOML file's content, lock files left out.
        data: the bytes of any other file that lists no requirements itself, and of setup.cfg.
    """

    path: str
    kind: str
    name: str = ""
    requirements: tuple[Requirement, ...] = ()
    lists_dependencies: bool = False
    is_complete: bool = True
    requires_python: str = ""
    includes: tuple[str, ...] = ()
    table: dict[str, Any] = {}
    data: bytes = b""

    @property
    def folder(self) -> str:
        """The folder it speaks for: its own, or the one a folder of requirements files lies in."""
        above = self.path.rpartition("/")[0]
        if self.kind == REQUIREMENTS and above.rpartition("/")[2] in REQUIREMENT_FOLDERS:
            return above.rpartition("/")[0]
        return above


REQUIREMENTS = "requirements.txt"
REQUIREMENT_FOLDERS = frozenset(("reqs", "requirement", "requirements"))


def normalised(name: str) -> str:
    """A distribution's name in its one spelling (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def scope_of(group: str) -> str:
    """What an extra or dependency group is for, going by its name."""
    words = re.split(r"[^a-z0-9]+", group.lower())
    return EXTRA if _DEV_WORDS.isdisjoint(words) else DEV


def requirement(text: Any, scope: str = MAIN, group: str = "") -> Requirement | None:
    """A requirement as PEP 508 writes it; None for anything else."""
    match = _REQUIREMENT.match(text) if isinstance(text, str) else None
    if match is None:
        return None
    extras = tuple(part.strip() for part in (match["extras"] or "").split(",") if part.strip())
    bounds = (match["bounds"] or "").strip().rstrip(",")
    return Requirement(
        normalised(match["name"]), bounds, scope, group, match["marker"] or "", extras, match["url"] or ""
    )  # fmt: skip


def requirements(items: Any, scope: str = MAIN, group: str = "") -> list[Requirement]:
    """The requirements in a list; what is none is left out."""
    found = (requirement(item, scope, group) for item in items) if isinstance(items, list | tuple) else ()
    return [item for item in found if item is not None]


def table(value: Any, *keys: str) -> dict[str, Any]:
    """The table at a path of keys; empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """A string, or the empty one for anything else."""
    return value if isinstance(value, str) else ""
