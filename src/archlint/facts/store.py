"""The store: records by key, kept from run to run; the one cache archlint has, and the one way to name what is in it.

A key says everything a record depends on, so a record is never out of date: what changed has another key.
"""

# Plain string paths: see discover.py.
# ruff: noqa: PTH108, PTH118, PTH120, PTH123, PTH208

import os
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import cache
from time import time
from types import TracebackType
from typing import TYPE_CHECKING

from archlint import __version__
from archlint.core.hashing import blake2b
from archlint.facts.cache_folder import make_folder

if TYPE_CHECKING:  # sqlite3 takes 5 ms, and not every run has a cache
    from archlint.facts.database import Database

_FORMAT = 1
_NAME = f"records-{_FORMAT}.db"
_SECONDS_A_DAY = 24 * 60 * 60


class Store:
    """Records on disk. Whatever the state of the disk, no method raises: the store then just forgets.

    A damaged file is replaced. A store belongs to the thread and the process that opened it. Without a database it is
    empty and stays so.
    """

    def __init__(self, database: "Database | None" = None, path: str = "") -> None:
        self._database = database
        self._inherited: Database | None = None
        self._path = path
        self._takes = True

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def get(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """The records of these keys, as far as the store has them intact; each 16 bytes as ``key`` makes them."""
        found: dict[bytes, bytes] = {}
        if keys and not self._attempt(lambda database: found.update(database.read(keys, _today()))):
            self.close()
        return found

    def put(self, records: Mapping[bytes, bytes]) -> None:
        """Keep records for later runs, all of them or, where it cannot be done, none."""
        if records and self._takes:
            self._takes = self._attempt(lambda database: database.write(records, _today()))

    def close(self) -> None:
        """Let go of the file; from then on the store is empty."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def reopen(self) -> None:
        """Have a connection of its own in a process forked from the one that opened the store, which must not even close
        that of the other (https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_file_across_a_fork)."""
        if self._database is not None:
            self._inherited = self._database
            self._database = _opened(self._path)

    def _attempt(self, work: "Callable[[Database], None]") -> bool:
        """Do something with the database, once more in a new one if this one is damaged; whether it could be done."""
        for _ in range(2):
            if self._database is None:
                break
            import sqlite3

            try:
                work(self._database)
                return True
            except sqlite3.OperationalError:
                break
            except sqlite3.ProgrammingError:  # ours, as the use from another thread is
                raise
            except (sqlite3.DatabaseError, UnicodeError):  # UnicodeError: a complaint that quotes what is no text
                self.close()
                self._database = _replaced(self._path)
        return False


def open_store(folder: str) -> Store:
    """The store in a cache folder, which is created if need be.

    Where that cannot be done, where there is no SQLite, or where another process keeps the file locked, the store has
    no database.
    """
    path = os.path.join(folder, _NAME)
    return Store(_opened(path) if make_folder(folder) else None, path)


def _opened(path: str) -> "Database | None":
    try:
        import sqlite3

        from archlint.facts.database import Database
    except ImportError:  # a Python built without it
        return None
    try:
        return Database(path)
    except sqlite3.OperationalError:
        return None
    except (sqlite3.DatabaseError, UnicodeError):
        return _replaced(path)


def _replaced(path: str) -> "Database | None":
    """A new database in place of one that is damaged or is none."""
    import sqlite3

    from archlint.facts.database import Database

    try:
        with suppress(FileNotFoundError):
            os.unlink(f"{path}-journal")  # before the file: a new one must not meet it
        os.unlink(path)
        return Database(path)
    except (OSError, sqlite3.Error, UnicodeError):
        return None


def _today() -> int:
    return int(time()) // _SECONDS_A_DAY


def key(kind: str, *parts: str | bytes) -> bytes:
    """The key of a record: 16 bytes, others for every other kind or list of parts.

    Args:
        kind: what sort of record it is.
        parts: everything it depends on.
    """
    hashed = bytearray()
    for part in (kind, *parts):
        sort, data = (b"s", part.encode("utf-8", "surrogatepass")) if isinstance(part, str) else (b"b", part)
        hashed += b"%b%d:%b" % (sort, len(data), data)
    return digest(hashed)


def digest(data: bytes | bytearray) -> bytes:
    """What stands for the bytes of a file in a key: 16 bytes."""
    return blake2b(data, digest_size=16).digest()


def facts_key(content: bytes) -> bytes:
    """The key of the facts of a file.

    Args:
        content: the ``digest`` of its bytes.
    """
    return key("facts", content, _lowering())


@cache
def _lowering() -> bytes:
    """What facts depend on apart from the file: the code that makes them, and the interpreter's minor version."""
    return key("lowering", str(sys.version_info[:2]), *_code())


def _code() -> list[bytes]:
    """The modules facts are made by; where they are no files, as in a zip archive, archlint's version."""
    folder = os.path.dirname(__file__)
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".py"))
        paths = [os.path.join(folder, name) for name in (*names, "../sources/decode.py")]
        return [_content(path) for path in paths]
    except OSError:
        return [__version__.encode()]


def _content(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()
