"""Whatever the disk does, the store gives back what it was given or nothing, and goes on working where it can."""

import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storing import NAME, outcome, python, records

from archlint.facts.store import open_store

GIVEN = {**records(40, 200), **records(20, 20_000, "large")}
READ_ONLY_FLAG = 18
"""The byte of the header that says whether the file may be written; SQLite takes any damage to it for a no."""

posix = pytest.mark.skipif(os.name == "nt", reason="files, limits and signals of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def filled(folder: Path) -> Path:
    """A cache that holds ``GIVEN``."""
    put(folder)
    return folder


def put(folder: Path, given: dict[bytes, bytes] = GIVEN) -> None:
    with open_store(str(folder)) as opened:
        opened.put(given)


def get(folder: Path) -> dict[bytes, bytes]:
    with open_store(str(folder)) as opened:
        return opened.get(GIVEN)


def works(folder: Path) -> bool:
    """Whether the cache is of use after a run that found it as it is."""
    with open_store(str(folder)) as opened:
        found = opened.get(GIVEN)
        assert found.items() <= GIVEN.items()
        opened.put({name: GIVEN[name] for name in GIVEN.keys() - found.keys()})
    put(folder)
    return get(folder) == GIVEN


def patched(path: Path, start: int, data: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(start)
        stream.write(data)


def other_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")


def other_columns(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE records (id INTEGER PRIMARY KEY, value BLOB)")
        connection.execute("CREATE TABLE uses (id INTEGER PRIMARY KEY, day INTEGER, size INTEGER)")


def endless_view(path: Path) -> None:
    """Tables of the right names that would keep a reader busy for ever."""
    path.unlink()
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id, x AS crc, x AS value"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE VIEW records AS {numbers} FROM n")
        connection.execute("CREATE TABLE uses (id INTEGER PRIMARY KEY, day INTEGER, size INTEGER)")


def a_trigger_more(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM records; END")


def values_of_other_types(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE records SET value = CASE id % 3 WHEN 0 THEN NULL WHEN 1 THEN 7 ELSE 'text' END")
        connection.execute("UPDATE uses SET day = 'never', size = NULL")


def lost_uses(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM uses")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no database": lambda path: path.write_bytes(b"not a database\n" * 1000),
    "no database, and short": lambda path: path.write_bytes(b"\xff"),
    "zeros": lambda path: path.write_bytes(bytes(100_000)),
    "empty": lambda path: path.write_bytes(b""),
    "cut in the header": lambda path: os.truncate(path, 50),
    "cut after the header": lambda path: os.truncate(path, 20_000),
    "cut in the middle": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut at the end": lambda path: os.truncate(path, path.stat().st_size - 1),
    "a page of zeros": lambda path: patched(path, 16384, bytes(16384)),
    "a schema that is no text": lambda path: patched(path, 16384 - 60, b"\xff" * 50),
    "a later file format": lambda path: patched(path, 44, b"\0\0\0\x09"),
    "a later version to read": lambda path: patched(path, 19, b"\x09"),
    "other tables": other_tables,
    "other columns": other_columns,
    "an endless view": endless_view,
    "a trigger more": a_trigger_more,
    "values of other types": values_of_other_types,
    "uses lost": lost_uses,
    "a journal that is none": lambda path: path.with_name(f"{NAME}-journal").write_bytes(b"\xd9\xd5\x05\xf9" * 9999),
}


class TestDamage:
    @pytest.mark.parametrize("kind", DAMAGE)
    def test_a_damaged_file_is_mended_or_replaced(self, filled: Path, kind: str) -> None:
        DAMAGE[kind](filled / NAME)
        assert works(filled)

    def test_only_the_damaged_record_is_lost(self, filled: Path) -> None:
        file = filled / NAME
        data = file.read_bytes()
        inside = data.index(b"large 7 large 7 large 7")
        patched(file, inside + 100, b"X")
        found = get(filled)
        assert len(found) == len(GIVEN) - 1
        assert found.items() <= GIVEN.items()
        assert works(filled)

    def test_records_that_share_a_page(self, filled: Path) -> None:
        """The last bytes of a page may say where a long record goes on: writing that anew would damage the other one."""
        file = filled / NAME
        whole = file.read_bytes()
        for page in range(2, len(whole) // int.from_bytes(whole[16:18], "big") + 1):
            file.write_bytes(whole[:-4] + page.to_bytes(4, "big"))
            assert works(filled), page

    def test_rows_that_changed_places_are_as_good_as_lost(self, filled: Path) -> None:
        with closing(sqlite3.connect(filled / NAME)) as connection, connection:
            connection.execute("UPDATE records SET (crc, value) = (SELECT crc, value FROM records LIMIT 1)")
        assert len(get(filled)) == 1

    def test_a_file_that_is_damaged_while_it_is_open(self, filled: Path) -> None:
        with open_store(str(filled)) as opened:
            (filled / NAME).write_bytes(b"not a database\n" * 10_000)
            assert opened.get(GIVEN) == {}
            opened.put(GIVEN)
        assert get(filled) == GIVEN

    def test_a_file_that_is_deleted_while_it_is_open(self, filled: Path) -> None:
        with open_store(str(filled)) as opened:
            shutil.rmtree(filled)
            assert opened.get(GIVEN).items() <= GIVEN.items()
            opened.put(GIVEN)
        assert works(filled)

    @settings(max_examples=200, deadline=None)
    @given(st.data())
    def test_any_damage(self, data: st.DataObject) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            put(folder)
            file = folder / NAME
            size = file.stat().st_size
            places = st.one_of(st.integers(0, 200), st.integers(0, size - 1), st.integers(16384, 16384 + 200))
            for _ in range(data.draw(st.integers(1, 5))):
                patched(file, data.draw(places), data.draw(st.binary(min_size=1, max_size=40)))
            flag = file.read_bytes()[READ_ONLY_FLAG]
            assert works(folder) or flag not in (1, 2)


class TestSurroundings:
    @pytest.mark.parametrize("place", ["/proc/archlint", "/dev/null/cache", "/\0"])
    @posix
    def test_a_folder_that_cannot_be(self, place: str) -> None:
        put(Path(place))
        assert get(Path(place)) == {}

    def test_a_folder_that_is_a_file(self, folder: Path) -> None:
        folder.write_text("mine")
        put(folder)
        put(folder / "below")
        assert get(folder) == {}
        assert folder.read_text() == "mine"

    def test_a_folder_in_place_of_the_file(self, folder: Path) -> None:
        (folder / NAME).mkdir(parents=True)
        put(folder)
        assert get(folder) == {}

    @posix
    def test_a_pipe_in_place_of_the_file(self, folder: Path) -> None:
        folder.mkdir()
        os.mkfifo(folder / NAME)
        put(folder)
        assert get(folder) == {}

    @posix
    def test_links_in_a_circle(self, folder: Path) -> None:
        folder.symlink_to(folder)
        put(folder)
        assert get(folder) == {}

    def test_a_python_without_sqlite(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "sqlite3", None)
        monkeypatch.delitem(sys.modules, "archlint.facts.database", raising=False)
        put(folder)
        assert get(folder) == {}


UNPRIVILEGED = """
import archlint.facts.database, archlint.sources.write  # which the user may not be allowed to read
if os.getuid() == 0:  # whom nothing is forbidden
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with open_store(sys.argv[1]) as opened:
    opened.put(records(10, name="new"))
    print(len(opened.get(records(40, 200))), len(opened.get(records(10, name="new"))))
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other users can get into; pytest's own they cannot."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700)
    shutil.rmtree(folder)


@posix
class TestPermissions:
    """Each in a process of a user without privileges."""

    def run(self, folder: Path) -> str:
        out, err, code = outcome(python(UNPRIVILEGED, str(folder)))
        assert (err, code) == ("", 0)
        return out

    def test_no_folder_may_be_made(self, shared: Path) -> None:
        shared.chmod(0o555)
        assert self.run(shared / "cache") == "0 0\n"

    def test_nothing_may_be_written(self, shared: Path) -> None:
        put(shared)
        before = (shared / NAME).read_bytes()
        for path in shared.iterdir():
            path.chmod(0o444)
        shared.chmod(0o555)
        assert self.run(shared) == "40 0\n"
        assert (shared / NAME).read_bytes() == before

    def test_no_file_may_be_made_beside_one_that_may_be_written(self, shared: Path) -> None:
        put(shared)
        (shared / NAME).chmod(0o666)
        shared.chmod(0o555)
        assert self.run(shared) == "40 0\n"

    def test_a_damaged_file_that_may_not_be_replaced(self, shared: Path) -> None:
        (shared / NAME).write_text("no database " * 100)
        (shared / NAME).chmod(0o444)
        shared.chmod(0o555)
        assert self.run(shared) == "0 0\n"

    @pytest.mark.parametrize("mode", [0o000, 0o200])
    def test_nothing_may_be_read(self, shared: Path, mode: int) -> None:
        put(shared)
        (shared / NAME).chmod(mode)
        shared.chmod(0o555)
        assert self.run(shared) == "0 0\n"

    def test_the_folder_may_not_be_entered(self, shared: Path) -> None:
        (shared / "cache").mkdir()
        put(shared / "cache")
        (shared / "cache").chmod(0o000)
        assert self.run(shared / "cache") == "0 0\n"


FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
with open_store(sys.argv[1]) as opened:
    for n in range(3):
        opened.put(records(50, 20_000, "new"))
    opened.put({bytes(16): b"small"})
    print(len(opened.get(records(40, 200))), len(opened.get(records(50, 20_000, "new"))))
"""


@posix
class TestFullDisk:
    """Files that cannot grow, in a process of its own: to the store that is what a full disk is."""

    def test_what_was_there_is_still_there(self, filled: Path) -> None:
        limit = (filled / NAME).stat().st_size + 100_000
        assert outcome(python(FULL, str(filled), str(limit))) == ("40 0\n", "", 0)
        assert get(filled) == GIVEN
        assert works(filled)

    @pytest.mark.parametrize("limit", [0, 30, 5_000, 50_000])
    def test_from_the_start(self, folder: Path, limit: int) -> None:
        assert outcome(python(FULL, str(folder), str(limit))) == ("0 0\n", "", 0)
        assert works(folder)


class TestTwoRuns:
    @pytest.mark.parametrize("how", ["EXCLUSIVE", "IMMEDIATE"])
    def test_a_lock_is_waited_for_briefly(self, filled: Path, how: str) -> None:
        with closing(sqlite3.connect(filled / NAME, isolation_level=None)) as other:
            with open_store(str(filled)) as opened:
                other.execute(f"BEGIN {how}")
                start = time.perf_counter()
                readable = opened.get(GIVEN)
                for _ in range(5):
                    opened.put(records(1, name="new"))
                    assert opened.get(GIVEN) == readable
            assert get(filled) == readable
            assert time.perf_counter() - start < 2.5
            assert readable == ({} if how == "EXCLUSIVE" else GIVEN)
            other.execute("ROLLBACK")
        assert works(filled)

    def test_many_begin_at_once(self, folder: Path) -> None:
        script = """
for n in range(5):
    with open_store(sys.argv[1]) as opened:
        own = records(30, 3_000, f"{sys.argv[2]} {n}")
        opened.put(own)
        assert opened.get(own) == own
"""
        running = [python(script, str(folder), str(n)) for n in range(6)]
        assert [outcome(process) for process in running] == [("", "", 0)] * 6
        with open_store(str(folder)) as opened:
            for process in range(6):
                for n in range(5):
                    own = records(30, 3_000, f"{process} {n}")
                    assert opened.get(own) == own
        assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "CACHEDIR.TAG", NAME]

    def test_many_replace_a_damaged_file_at_once(self, folder: Path) -> None:
        folder.mkdir()
        (folder / NAME).write_text("no database " * 100)
        script = """
with open_store(sys.argv[1]) as opened:
    own = records(30, 3_000, sys.argv[2])
    opened.put(own)
    assert opened.get(own).items() <= own.items()
"""
        running = [python(script, str(folder), str(n)) for n in range(6)]
        assert [outcome(process) for process in running] == [("", "", 0)] * 6
        assert works(folder)


@posix
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_in_the_middle_of_writing(filled: Path, ending: signal.Signals) -> None:
    """What it has written before is there, what it was writing is there or not, and all of it is intact."""
    script = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
with open_store(sys.argv[1]) as opened:
    for n in range(1000):
        opened.put(records(40, 50_000, f"{sys.argv[2]} {n}"))
        print(n, flush=True)
"""
    for turn in range(5):
        process = python(script, str(filled), str(turn))
        assert process.stdout
        for n in range(2):
            assert process.stdout.readline() == f"{n}\n"
        time.sleep(turn * 0.003)
        process.send_signal(ending)
        written = [0, 1, *map(int, process.communicate(timeout=60)[0].split())]
        assert process.returncode != 0
        with open_store(str(filled)) as opened:
            for n in written:
                own = records(40, 50_000, f"{turn} {n}")
                assert opened.get(own) == own
            cut_off = records(40, 50_000, f"{turn} {written[-1] + 1}")
            assert opened.get(cut_off) in ({}, cut_off)
        with closing(sqlite3.connect(filled / NAME)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert get(filled) == GIVEN
