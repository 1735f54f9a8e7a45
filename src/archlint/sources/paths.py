"""The files a run reports on: the user's PATHS, looked up in what the walk of the project found."""

# Plain string paths: see discover.py.
# ruff: noqa: PTH112, PTH113, PTH122

import os
from bisect import bisect_left
from collections.abc import Sequence

from archlint.core import UsageError
from archlint.sources.discover import Discovery

# Scripts often have no suffix, and pre-commit counts the others as Python.
_PYTHON_SUFFIXES = frozenset(("", ".py", ".pyw", ".wsgi"))


def select(paths: Sequence[str], discovered: Discovery, *, force_exclude: bool = False) -> tuple[str, ...]:
    """The files to report on, relative to the project root, sorted, each once.

    A folder stands for everything discovered under it. A file named explicitly is taken even where the walk left it
    out, unless ``force_exclude`` is set: then what the walk left out stays out, silently, as a pre-commit hook needs,
    and so does what is not Python by its suffix: the hook is handed stub files too.

    Stub files (``.pyi``) hold no code: they are passed over where anything else is asked about.

    Args:
        paths: absolute paths the user asked about.
        discovered: the walk of the project they lie in.

    Raises:
        UsageError: a path does not exist, lies outside the project, is no Python file, or is a folder without any.
    """
    chosen: set[str] = set()
    stubs = [path for path in paths if path.endswith(".pyi") and os.path.isfile(path)]
    if stubs and len(stubs) == len(paths) and not force_exclude:
        raise UsageError(f"{_shown(stubs[0])} is a stub file without code to check: give .py files or folders")
    for path in paths:
        if path in stubs:
            continue
        if os.path.isdir(path):
            chosen.update(_under(path, discovered, force_exclude))
        elif os.path.isfile(path) or path == discovered.unsaved:
            chosen.update(_explicit(path, discovered, force_exclude))
        elif os.path.lexists(path):
            raise UsageError(f"{_shown(path)} is neither a file nor a folder: give .py files or folders")
        else:
            raise UsageError(f"{_shown(path)} does not exist: check the spelling and the working directory")
    return tuple(sorted(chosen))


def _under(path: str, discovered: Discovery, force_exclude: bool) -> tuple[str, ...]:
    folders = _spellings(path, discovered.root)
    for folder in folders:
        # "0" is the character after "/": the slice holds what begins with the folder's name and a slash.
        found = _slice(discovered.files, folder + "/", folder + "0") if folder else discovered.files
        if found:
            return found
    if any(_has(discovered.folders, folder) for folder in folders):
        raise UsageError(
            f"no Python file to check under {_shown(path)}: name a folder with .py files git does not ignore"
        )
    if force_exclude:
        return ()
    raise UsageError(
        f'{_shown(path)} is left out by default, `exclude` or .gitignore: add "!{folders[0]}/" to `exclude`'
    )


def _explicit(path: str, discovered: Discovery, force_exclude: bool) -> tuple[str, ...]:
    if os.path.splitext(path)[1] not in _PYTHON_SUFFIXES:
        if force_exclude:
            return ()
        raise UsageError(f"{_shown(path)} is not a Python file: give .py files or folders")
    files = _spellings(path, discovered.root)
    for file in files:
        if _has(discovered.files, file):
            return (file,)
    return () if force_exclude else files[:1]


def _spellings(path: str, root: str) -> tuple[str, ...]:
    """``path`` relative to the root, as written and with links resolved; the empty string for the root itself."""
    inside = []
    for given, base in ((path, root), (os.path.realpath(path), os.path.realpath(root))):
        try:
            relative = os.path.relpath(given, base).replace(os.sep, "/")
        except ValueError:  # another drive
            continue
        if relative != ".." and not relative.startswith("../"):
            inside.append("" if relative == "." else relative)
    if not inside:
        raise UsageError(f"{_shown(path)} lies outside the project {root}: check one project at a time")
    return tuple(inside)


def _has(names: tuple[str, ...], name: str) -> bool:
    return bool(_slice(names, name, name + "\0"))


def _slice(names: tuple[str, ...], first: str, after: str) -> tuple[str, ...]:
    """The names from ``first`` up to, and without, ``after``; ``names`` are sorted."""
    start = bisect_left(names, first)
    return names[start : bisect_left(names, after, start)]


def _shown(path: str) -> str:
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if relative.startswith("..") else relative
