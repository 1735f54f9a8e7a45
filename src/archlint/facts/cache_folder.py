"""The folder a cache lies in."""

# Plain string paths: see discover.py.
# ruff: noqa: PTH103, PTH118, PTH208

import os
from contextlib import suppress

_MARKS = {
    ".gitignore": b"*\n",
    # https://bford.info/cachedir/: a file of this name that begins so tells backup programs to pass the folder over.
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n# The cache of archlint; it may be deleted.\n",
}
_OURS = (*_MARKS, "records-", "memo-", ".archlint-")
"""How the names of all files begin that archlint puts there."""


def make_folder(folder: str) -> bool:
    """Create a cache folder, marked as one for git and for backup programs; several runs may do so at once.

    A folder with other things in it, such as a project, is not marked: git would ignore them.

    Returns:
        Whether there is such a folder now.
    """
    try:
        os.makedirs(folder, exist_ok=True)
    except (OSError, ValueError):  # ValueError: a null character
        return False
    with suppress(OSError):  # it may be read, but not written to; or the disk is full
        _mark(folder)
    return True


def _mark(folder: str) -> None:
    missing = [name for name in _MARKS if not os.path.lexists(os.path.join(folder, name))]
    if missing and all(name.startswith(_OURS) for name in os.listdir(folder)):
        from archlint.sources.write import replace

        for name in missing:
            replace(os.path.join(folder, name), _MARKS[name])
