"""Manifests: which files they are, and what they say. Nothing in them is ever run."""

import re
from collections.abc import Callable, Iterable

from archlint.sources.manifests.locks import LOCKS, holds, locked
from archlint.sources.manifests.model import (
    CONSTRAINT,
    DEV,
    EXTRA,
    MAIN,
    REQUIREMENT_FOLDERS,
    REQUIREMENTS,
    Manifest,
    Requirement,
    normalised,
    requirement,
    requirements,
    scope_of,
    table,
    text,
)
from archlint.sources.read import Unreadable

__all__ = [
    "CONSTRAINT",
    "DEV",
    "EXTRA",
    "LOCKS",
    "MAIN",
    "Manifest",
    "Requirement",
    "holds",
    "is_manifest",
    "kind_of",
    "locked",
    "normalised",
    "read_manifests",
    "requirement",
    "requirements",
    "scope_of",
    "table",
    "text",
]

_TOML = frozenset(("ruff.toml", ".ruff.toml"))
# Settings somebody may ask for; nobody pays for decoding them before.
_KEPT = frozenset(("alembic.ini", ".importlinter", ".isort.cfg", ".pre-commit-config.yaml"))
_KINDS = {name: name for name in (*LOCKS, *_TOML, *_KEPT, "pyproject.toml", "setup.cfg", "Pipfile")}
# Patterns are compiled on first use: most projects need few of them, and every run imports this file.
_LISTS = r"(?:.*[-_.])?(?:requirements?|constraints?)(?:[-_.].*)?\.(?:txt|in)|pylock\..+\.toml"


def kind_of(name: str, folder: str = "") -> str:
    """The kind of manifest a file is, going by its name and that of its folder; empty for no manifest.

    A setup.py is Python and has its facts made from that.
    """
    known = _KINDS.get(name)
    if known:
        return known
    if name.endswith((".txt", ".in", ".toml")):
        if re.fullmatch(_LISTS, name):
            return "pylock.toml" if name.endswith(".toml") else REQUIREMENTS
        if folder in REQUIREMENT_FOLDERS and not name.endswith(".toml"):
            return REQUIREMENTS
    return ""


def is_manifest(path: str) -> bool:
    """Whether a file is a manifest, going by its path."""
    *_, folder, name = ("", *path.split("/"))
    return bool(kind_of(name, folder))


def read_manifests(
    paths: Iterable[str], read: Callable[[str], bytes | Unreadable]
) -> tuple[list[Manifest], list[str]]:  # fmt: skip
    """What the manifests say, with the files they include, and one sentence for each that is broken.

    Args:
        paths: relative to the project root.
        read: gives the bytes of such a path.
    """
    found, notices = [], []
    named = set(paths)
    pending, seen = sorted(named, reverse=True), set(named)
    while pending:
        path = pending.pop()
        data = read(path)
        if isinstance(data, Unreadable):
            if path in named:
                notices.append(f"{path}: ignored: {data.reason}")
            continue
        try:
            manifest = decode_manifest(path, data)
        except ValueError as error:
            is_jinja = b"{{" in data or b"{%" in data
            notices.append(f"{path}: ignored: {'a template rather than a manifest' if is_jinja else error}")
            continue
        found.append(manifest)
        pending += [include for include in manifest.includes if include not in seen]
        seen.update(manifest.includes)
    return found, notices


def decode_manifest(path: str, data: bytes) -> Manifest:
    """What a manifest says; a file of no known kind is taken for a requirements file, as another names it so.

    Raises:
        ValueError: it cannot be decoded; the message says why, without a full stop.
    """
    *_, folder, name = ("", *path.split("/"))
    kind = kind_of(name, folder)
    if kind in LOCKS or kind in _KEPT:
        return Manifest(path, kind, data=data)
    if kind in ("setup.cfg", REQUIREMENTS, ""):
        from archlint.sources.manifests import plain

        return plain.setup_cfg(path, data) if kind == "setup.cfg" else plain.requirements_txt(path, data)
    return _toml(path, kind, data)


def _toml(path: str, kind: str, data: bytes) -> Manifest:
    import tomli

    from archlint.sources.manifests.poetry import dependencies
    from archlint.sources.manifests.pyproject import pyproject

    try:
        content = tomli.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("not valid TOML: nested too deep") from None
    except ValueError as error:
        raise ValueError(f"not valid TOML: {error}") from None
    if kind == "pyproject.toml":
        return pyproject(path, content)
    if kind != "Pipfile":
        return Manifest(path, kind, table=content)
    found = (
        *dependencies(table(content, "packages"), MAIN),
        *dependencies(table(content, "dev-packages"), DEV, "dev"),
    )
    python = text(table(content, "requires").get("python_version"))
    return Manifest(
        path,
        kind,
        requirements=found,
        lists_dependencies=True,
        requires_python=f"=={python}.*" if python else "",
        table=content,
    )
