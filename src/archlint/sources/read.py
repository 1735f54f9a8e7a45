"""Reading a file that may have gone since it was listed."""

# Plain string paths: see discover.py.
# ruff: noqa: PTH123

import msgspec


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
