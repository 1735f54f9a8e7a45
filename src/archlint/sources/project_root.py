"""The folder a run takes as its project."""

# Plain string paths: see discover.py.
# ruff: noqa: PTH100, PTH111, PTH112, PTH113, PTH118, PTH120

import os
from collections.abc import Sequence

from archlint.core import UsageError

_MARKS = ("pyproject.toml", "archlint.toml", ".git")


def find_root(paths: Sequence[str | os.PathLike[str]], cwd: str | os.PathLike[str]) -> str:
    """The project root for some paths, absolute.

    It is the nearest folder, at or above the folder all paths lie in, that holds a ``pyproject.toml``, an
    ``archlint.toml`` or a ``.git``. Where none does, it is the working directory if the paths lie in it (unless that is
    the home folder or the top of the file system: those are no projects), else the folder the paths have in common;
    and if that lies inside a package, the outermost package around it, so that naming one subpackage does not hide the
    rest of the program.

    Args:
        paths: files and folders the user named, absolute or relative to ``cwd``; none means ``cwd``.
        cwd: the working directory.

    Raises:
        UsageError: the paths share no folder (different drives).
    """
    here = os.path.abspath(cwd)
    given = [os.path.normpath(os.path.join(here, path)) for path in paths] or [here]
    try:
        common = os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in given])
    except ValueError:
        raise UsageError("the paths lie on different drives: check one project at a time") from None
    marked = _nearest_marked(common)
    if marked is not None:
        return marked
    inside = common == here or common.startswith(os.path.join(here, ""))
    too_wide = here in (os.path.dirname(here), os.path.expanduser("~"))
    root = here if inside and not too_wide else common
    while _is_package(root) and _is_package(os.path.dirname(root)):
        root = os.path.dirname(root)
    return root


def _nearest_marked(folder: str) -> str | None:
    while not any(os.path.lexists(os.path.join(folder, mark)) for mark in _MARKS):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _is_package(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, "__init__.py"))
