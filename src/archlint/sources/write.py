"""Writing a file whole or not at all."""

# Plain string paths: see discover.py.
# ruff: noqa: PTH101, PTH105, PTH108, PTH116, PTH118, PTH120

import os
import stat
from contextlib import suppress


def replace(path: str, data: bytes) -> None:
    """Give a file other bytes, so that whoever looks, at whatever moment, sees all of the old or all of the new.

    A file that exists keeps its mode; of a link, what it leads to is replaced.

    Raises:
        OSError: the folder does not exist or cannot be written to, or the disk is full; the file is as it was.
    """
    path = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(path), f".archlint-{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        with suppress(FileNotFoundError):
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
