"""The versions a lock file has settled on.

Read only when somebody asks for a package, and only that package's entry: decoding the lock of a large project takes
longer (80 ms for 1.3 MB) than all of its source files' rules.
"""

import re
from collections.abc import Iterator

from archlint.sources.manifests.model import Manifest, table, text

ENTRY = re.compile(rb'\nname = "([^"\r\n]*)"[ \t]*\r?(?=\n|\Z)(?:\nversion = "([^"\r\n]*)")?')
"""Begins with what is searched for as it stands, which is ten times faster than a pattern is (0.3 ms for 0.6 MB)."""
LOCKS = frozenset(("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"))


def locked(manifest: Manifest, name: str) -> tuple[str, ...]:
    """The versions of a package (its normalised name) in a lock file; several where they differ by platform or Python.

    Sources: uv, "Locking and syncing"; Poetry, "Commit your poetry.lock"; PEP 751; pipenv, "Pipfile.lock".
    """
    if manifest.kind == "Pipfile.lock":
        return tuple(sorted(set(_from_json(manifest.data, name))))
    return tuple(sorted({version for version in _entries(manifest.data, name) if version}))


def holds(manifest: Manifest, name: str) -> bool:
    """Whether a lock file has an entry for a package, be it one without a version: a member of the workspace."""
    return any(True for _ in _entries(manifest.data, name))


def _entries(data: bytes, name: str) -> Iterator[str]:
    spelled = re.compile("[-_.]+".join(map(re.escape, name.split("-"))).encode(), re.I)
    for match in ENTRY.finditer(b"\n" + data):
        if spelled.fullmatch(match[1]):
            yield (match[2] or b"").decode("ascii", "replace")


def _from_json(data: bytes, name: str) -> Iterator[str]:
    import json

    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return
    for section in ("default", "develop"):
        version = text(table(content, section, name).get("version"))
        if version:
            yield version.lstrip("=")
