"""The SQLite file that holds a cache's records.

How it is set up, and why:

* A rollback journal, deleted after each transaction: SQLite's default. A process may be killed at any moment, the next
  one rolls back what it left. A write-ahead log needs shared memory, which network file systems lack, and writes
  everything twice (3,000 records of 50 MB in all: 300 ms rather than 100).
* ``synchronous=OFF``: nothing waits for the disk (a record: 0.2 ms rather than 8). What a power failure may leave is a
  damaged file, which the checksums or SQLite itself notice; a cache may be lost.
* Small rows apart from the large ones, so that noting the use of 3,000 records writes 5 ms long, and choosing what to
  delete reads no record.
* A row's number is made of the first half of its key, and its checksum covers all of the key: a row of another key, or
  one that a damaged index led to, is as good as none.
"""

import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress

LIMIT = 512_000_000
"""About how many bytes the file may have. Facts come to some 50 bytes a line: ten versions of a million lines."""

MAX_AGE = 14
"""After how many days without use a record is deleted: after a holiday, but not after a branch has been merged."""

_WAIT = 0.5
"""How many seconds to wait for another process, once for reading and once for writing: a large transaction takes 0.1."""

_BATCH = 900
"""How many variables a statement may have: SQLite before 3.32 takes 999."""

_PAGE = 16384
"""How many bytes a page has: those of a typical record, which is written and read in two thirds of the time that pages
of 4096 take, for a file a tenth larger."""

_MANY_PAGES = 256
"""So many free pages are worth the rewriting of the file."""

_SCHEMA = (
    b"CREATE TABLE records (id INTEGER PRIMARY KEY, crc INTEGER, value BLOB)",
    b"CREATE TABLE uses (id INTEGER PRIMARY KEY, day INTEGER, size INTEGER)",
)


class ForeignError(sqlite3.DatabaseError):
    """The file is a sound database, but not one of ours."""


class Database:
    """One connection to the file. Every method may raise what SQLite raises.

    That is ``sqlite3.OperationalError`` where the surroundings are at fault (no permission, a full disk, another process
    that takes too long), and another ``sqlite3.Error`` where the file is.
    """

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        try:
            self._connection.text_factory = bytes
            self._connection.execute("PRAGMA synchronous = OFF")
            self._check_schema()
        except BaseException as error:
            self._connection.close()
            if "unsupported file format" in str(error):  # SQLite does not count this one as damage
                raise ForeignError(str(error)) from error
            raise

    def _check_schema(self) -> None:
        schema = self._schema()
        if not schema:
            self._connection.execute(f"PRAGMA page_size = {_PAGE}")
            with self._transaction():
                for statement in () if self._schema() else _SCHEMA:
                    self._connection.execute(statement.decode())
            schema = self._schema()
        if schema != _SCHEMA:
            raise ForeignError("these are other tables")

    def _schema(self) -> tuple[object, ...]:
        return tuple(sql for (sql,) in self._connection.execute("SELECT sql FROM sqlite_master ORDER BY rowid"))

    def close(self) -> None:
        self._connection.close()

    def read(self, keys: Collection[bytes], today: int) -> Iterator[tuple[bytes, bytes]]:
        """The records there are of these keys, intact; notes that they were used.

        Raises:
            sqlite3.DatabaseError: the file is damaged, and not just a record.
        """
        wanted = {_row_id(key): key for key in keys}
        is_damaged = False
        ids = sorted(wanted)
        unnoted: list[tuple[int]] = []
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            rows = self._connection.execute(f"SELECT id, crc, value FROM records WHERE id IN ({marks})", batch)
            for row, crc, value in rows:
                key = wanted.get(row, b"")
                if isinstance(value, bytes) and crc == _checksum(key, value):
                    yield key, value
                else:
                    is_damaged = True
            others = f"SELECT id FROM uses WHERE id IN ({marks}) AND day != ?"
            unnoted += self._connection.execute(others, [*batch, today])
        # Where two records share a page, writing one of them anew would damage the other.
        if is_damaged and self._connection.execute("PRAGMA quick_check(1)").fetchone() != (b"ok",):
            raise sqlite3.DatabaseError("pages of the file belong to several records, or to none")
        if unnoted:
            with suppress(sqlite3.OperationalError), self._transaction():
                self._connection.executemany(f"UPDATE uses SET day = {today} WHERE id = ?", unnoted)

    def write(self, records: Mapping[bytes, bytes], today: int) -> None:
        """Store the records, all of them or, with an exception, none; make room for them first."""
        rows = sorted(_fitting(records))
        with self._transaction():
            self._forget_unused(today)
            self._make_room(sum(len(value) for _, _, value in rows))
            self._connection.executemany("REPLACE INTO records VALUES (?, ?, ?)", rows)
            uses = [(row, today, len(value)) for row, _, value in rows]
            self._connection.executemany("REPLACE INTO uses VALUES (?, ?, ?)", uses)
        self._shrink()

    def _forget_unused(self, today: int) -> None:
        if self._pragma("user_version") == today:  # the day it was last done
            return
        self._delete("SELECT id FROM uses WHERE day < ?", today - MAX_AGE)
        self._connection.execute(f"PRAGMA user_version = {today}")

    def _make_room(self, size: int) -> None:
        used = (self._pragma("page_count") - self._pragma("freelist_count")) * self._pragma("page_size")
        if used + size <= LIMIT:
            return
        excess = used + size - _room()
        # Within a day it is chance that decides: a row's number is a hash.
        sums = "SELECT id, sum(size) OVER (ORDER BY day, id) - size AS before FROM uses"
        self._delete(f"SELECT id FROM ({sums}) WHERE before < ?", excess)

    def _delete(self, which: str, parameter: int) -> None:
        rows = self._connection.execute(which, (parameter,)).fetchall()
        self._connection.executemany("DELETE FROM records WHERE id = ?", rows)
        self._connection.executemany("DELETE FROM uses WHERE id = ?", rows)

    def _shrink(self) -> None:
        """Give free pages back to the disk where they are most of the file; otherwise the next records take them."""
        free = self._pragma("freelist_count")
        if free > _MANY_PAGES and free > self._pragma("page_count") // 2:
            self._connection.execute("VACUUM")

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise


def _fitting(records: Mapping[bytes, bytes]) -> Iterator[tuple[int, int, bytes]]:
    """The rows of the records, as far as there is room for them at all."""
    total = 0
    for key, value in records.items():
        total += len(value)
        if total > _room():
            return
        yield _row_id(key), _checksum(key, value), value


def _room() -> int:
    """How many bytes may stay when the limit is met, so that it is not met again at once."""
    return LIMIT * 3 // 4


def _row_id(key: bytes) -> int:
    return int.from_bytes(key[:8], "little", signed=True)


def _checksum(key: bytes, value: bytes) -> int:
    return zlib.crc32(value, zlib.crc32(key))
