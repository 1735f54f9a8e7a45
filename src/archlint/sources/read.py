"""Reading a file that may have gone since it was listed."""

# Plain string paths: see discover.py.
# ruff: noqa: PTH116, PTH123

import os

import msgspec

SETTLED = 2_000_000_000
"""Nanoseconds a file must have been left alone before it was looked at for its stamp to say that it is the same: the
coarsest time stamps in use count in two seconds (FAT)."""


class Unreadable(msgspec.Struct, frozen=True):
    """A file whose bytes could not be had.

    Attributes:
        path: as it was asked for.
        reason: what the operating system said, without a full stop.
    """

    path: str
    reason: str


def read(path: str) -> bytes | Unreadable:
    """The bytes of a file; ``Unreadable`` where it vanished, may not be read, or the disk failed."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        return Unreadable(path, error.strerror or str(error))


def stamp(path: str) -> tuple[int, int, int]:
    """What a file or folder is taken for unchanged by: modification time in nanoseconds, size and inode; zeros for none."""
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)
