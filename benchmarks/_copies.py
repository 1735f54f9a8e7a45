"""Copies of projects to measure on, so that no run changes the original or finds what another has left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

# What is read of a project by any of the tools. Of other files the copy has the names only.
READ = frozenset({".py", ".pyi", ".toml", ".cfg", ".ini", ".txt", ".lock", ".yaml", ".yml", ".json"})
SKIPPED = shutil.ignore_patterns(".git", "node_modules", ".venv", "venv", "__pycache__", ".*_cache")

# Files are this many seconds old in a copy: caches mistrust what has just been written.
AGE = 3600


def project_copy(root: Path, scratch: Path, without: Collection[Path] = ()) -> Path:
    """A copy of the folder ``root`` in ``scratch``, where the project ends; some files of it may be left out."""
    (scratch / ".git").mkdir(parents=True)
    target = scratch / root.name
    shutil.copytree(root, target, ignore=SKIPPED, copy_function=_copy)
    for path in without:
        (target / path.relative_to(root)).unlink()
    for folder, _, files in os.walk(scratch):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            written = path.stat().st_mtime - AGE
            os.utime(path, (written, written))
    return target


def complete_copy(root: Path, scratch: Path) -> Path:
    """A copy of a package's Python files in which every folder has an ``__init__.py``: grimp passes over the others.

    Files and folders whose names no import can spell are left out: grimp passes over them too.
    """
    target = scratch / root.name
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        if all(part.isidentifier() for part in parts):
            copy = target / file.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    for folder in (target, *target.rglob("*")):
        if folder.is_dir():
            (folder / "__init__.py").touch()
    (scratch / ".git").mkdir()
    return target


def _copy(source: str, target: str) -> None:
    if os.path.splitext(source)[1] in READ:  # noqa: PTH122
        shutil.copyfile(source, target)
    else:
        Path(target).touch()
