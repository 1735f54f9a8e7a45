"""The store keeps what it is given, as long as it is used and there is room; and the keys tell everything apart."""

import ast
import hashlib
import shutil
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storing import NAME, outcome, python, records

import archlint
from archlint.facts import database, store
from archlint.facts.store import Store, digest, facts_key, key, open_store

PACKAGE = Path(archlint.__file__).parent
DAY = 24 * 60 * 60
parts = st.lists(st.text() | st.binary())


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "cache")


class Clock:
    """What time it is for the store."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 20_000.5 * DAY
        monkeypatch.setattr(store, "time", lambda: self.now)

    def pass_days(self, days: int) -> None:
        self.now += days * DAY


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def put(folder: str, given: dict[bytes, bytes]) -> None:
    with open_store(folder) as opened:
        opened.put(given)


def get(folder: str, keys: dict[bytes, bytes]) -> dict[bytes, bytes]:
    with open_store(folder) as opened:
        return opened.get(keys)


def size(folder: str) -> int:
    return (Path(folder) / NAME).stat().st_size


class TestRecords:
    def test_they_are_kept(self, folder: str) -> None:
        given = {**records(2_000), key("empty"): b"", key("large"): bytes(3_000_000)}
        with open_store(folder) as opened:
            opened.put(given)
            assert opened.get(given) == given
        assert get(folder, given) == given

    def test_only_those_asked_for_are_given(self, folder: str) -> None:
        put(folder, records(10))
        assert get(folder, {**records(3), **records(5, name="other")}) == records(3)
        assert get(folder, {}) == {}

    def test_a_new_one_takes_the_place_of_an_old_one(self, folder: str) -> None:
        put(folder, {key("a"): b"old", key("b"): b"old"})
        put(folder, {key("a"): b"new"})
        assert get(folder, {key("a"): b"", key("b"): b""}) == {key("a"): b"new", key("b"): b"old"}

    def test_a_key_that_begins_like_another_is_another(self, folder: str) -> None:
        put(folder, {bytes(15) + b"a": b"a"})
        assert get(folder, {bytes(15) + b"b": b""}) == {}

    def test_a_closed_store_is_empty(self, folder: str) -> None:
        opened = open_store(folder)
        opened.put(records(1))
        opened.close()
        opened.close()
        opened.put(records(2))
        assert opened.get(records(2)) == {}
        assert get(folder, records(2)) == records(1)

    def test_no_cache_is_an_empty_store(self) -> None:
        with Store() as empty:
            empty.put(records(1))
            assert empty.get(records(1)) == {}

    def test_another_thread_needs_a_store_of_its_own(self, folder: str) -> None:
        put(folder, records(1))
        raised: list[BaseException] = []

        def use(opened: Store) -> None:
            try:
                opened.get(records(1))
            except Exception as error:
                raised.append(error)

        with open_store(folder) as opened:
            thread = threading.Thread(target=use, args=(opened,))
            thread.start()
            thread.join()
            assert opened.get(records(1)) == records(1)
        assert "thread" in str(raised[0])


class TestBounds:
    def test_what_is_not_used_for_two_weeks_goes(self, folder: str, clock: Clock) -> None:
        old, used = records(10, name="old"), records(10, name="used")
        put(folder, {**old, **used})
        for _ in range(2):
            clock.pass_days(8)
            assert get(folder, used) == used
            put(folder, records(1, name="new"))
        assert get(folder, {**old, **used}) == used

    def test_what_is_not_used_for_less_stays(self, folder: str, clock: Clock) -> None:
        put(folder, records(10))
        clock.pass_days(14)
        put(folder, records(1, name="new"))
        assert get(folder, records(10)) == records(10)

    def test_use_is_written_down_once_a_day(self, folder: str, clock: Clock) -> None:
        put(folder, records(10))
        file = Path(folder) / NAME
        first = file.read_bytes()
        get(folder, records(10))
        assert file.read_bytes() == first
        clock.pass_days(1)
        get(folder, records(10))
        second = file.read_bytes()
        assert second != first
        get(folder, records(10))
        assert file.read_bytes() == second

    def test_a_clock_that_was_wrong_does_no_lasting_harm(self, folder: str, clock: Clock) -> None:
        clock.pass_days(10_000)
        put(folder, records(10))
        clock.pass_days(-10_000)
        assert get(folder, records(5)) == records(5)
        clock.pass_days(20)
        put(folder, records(1, name="new"))
        assert get(folder, records(5)) == {}

    def test_the_file_shrinks_when_most_of_it_goes(self, folder: str, clock: Clock) -> None:
        put(folder, records(100, 100_000, "old"))
        large = size(folder)
        clock.pass_days(20)
        put(folder, records(10))
        assert large > 10_000_000
        assert size(folder) < 1_000_000
        assert get(folder, records(10)) == records(10)

    def test_the_least_used_goes_when_there_is_no_room(
        self, folder: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "LIMIT", 10_000_000)
        days = [records(30, 100_000, f"day {day}") for day in range(4)]
        for day in days:
            put(folder, day)
            clock.pass_days(1)
        assert size(folder) < 11_000_000
        left = [len(get(folder, day)) for day in days]
        assert left[0] < 30
        assert left[2:] == [30, 30]

    def test_there_is_always_room_for_the_newest(
        self, folder: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "LIMIT", 10_000_000)
        for n in range(10):
            newest = records(30, 100_000, str(n))
            put(folder, newest)
            assert get(folder, newest) == newest
            assert size(folder) < 11_000_000

    def test_of_more_than_there_is_room_for_a_part_is_kept(self, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(database, "LIMIT", 10_000_000)
        given = records(200, 100_000)
        put(folder, given)
        assert size(folder) < 10_000_000
        assert 50 < len(get(folder, given)) < 100


class TestFolder:
    def test_it_is_marked_as_a_cache(self, tmp_path: Path) -> None:
        folder = tmp_path / "some" / "where"
        open_store(str(folder)).close()
        assert (folder / ".gitignore").read_text() == "*\n"
        assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
        assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "CACHEDIR.TAG", NAME]

    def test_marks_that_are_there_stay_and_missing_ones_come_back(self, tmp_path: Path) -> None:
        (tmp_path / ".gitignore").write_text("mine")
        open_store(str(tmp_path)).close()
        assert (tmp_path / ".gitignore").read_text() == "mine"
        (tmp_path / ".gitignore").unlink()
        open_store(str(tmp_path)).close()
        assert (tmp_path / ".gitignore").read_text() == "*\n"

    def test_a_folder_with_other_things_is_not_marked(self, tmp_path: Path) -> None:
        (tmp_path / "app.py").touch()
        put(str(tmp_path), records(1))
        assert get(str(tmp_path), records(1)) == records(1)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py", NAME]


class TestKeys:
    @given(st.text(), parts, st.text(), parts)
    @settings(deadline=None)
    def test_other_parts_make_another_key(
        self, kind: str, some: list[str | bytes], other_kind: str, others: list[str | bytes]
    ) -> None:
        assert (key(kind, *some) == key(other_kind, *others)) == ((kind, some) == (other_kind, others))

    def test_where_one_part_ends_and_another_begins_counts(self) -> None:
        keys = [
            key("k", "ab", "c"), key("k", "a", "bc"), key("k", "abc"), key("ka", "b", "c"), key("k", "ab", b"c"),
            key("k", "ab", "c", ""), key("k", "ab", "", "c"), key("k", "as1:bs1:c"), key("k", "\ud800", "c"),
        ]  # fmt: skip
        assert len(set(keys)) == len(keys)
        assert {len(each) for each in keys} == {16}

    def test_a_digest_is_of_the_bytes_alone(self) -> None:
        assert digest(b"text") == hashlib.blake2b(b"text", digest_size=16).digest()

    def test_facts_depend_on_the_interpreter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def changed(version: tuple[int, int, int]) -> bytes:
            monkeypatch.setattr(sys, "version_info", version)
            store._lowering.cache_clear()
            return facts_key(digest(b""))

        keys = [changed(version) for version in ((3, 11, 4), (3, 11, 9), (3, 12, 4))]
        monkeypatch.undo()
        store._lowering.cache_clear()
        assert keys[0] == keys[1] != keys[2]

    def test_facts_depend_on_the_code_that_makes_them(self, tmp_path: Path) -> None:
        def changed(path: str) -> str:
            file = tmp_path / "archlint" / path
            file.write_text(f"{file.read_text()}\n# another line\n")
            return facts_key_of(str(tmp_path))

        shutil.copytree(PACKAGE, tmp_path / "archlint", ignore=shutil.ignore_patterns("__pycache__"))
        first = facts_key_of(str(tmp_path))
        assert first == facts_key_of(str(PACKAGE.parent))
        assert changed("rules/linter/syntax_error.py") == first
        second = changed("facts/lowering.py")
        third = changed("sources/decode.py")
        assert len({first, second, third}) == 3

    def test_facts_depend_on_the_version_where_the_code_is_in_an_archive(self, tmp_path: Path) -> None:
        def zipped(name: str, version: str) -> str:
            with zipfile.ZipFile(tmp_path / name, "w") as archive:
                for file in PACKAGE.rglob("*.py"):
                    inside = f"archlint/{file.relative_to(PACKAGE).as_posix()}"
                    archive.writestr(
                        inside, f'__version__ = "{version}"' if file.parent == PACKAGE else file.read_text()
                    )
            return facts_key_of(str(tmp_path / name))

        assert zipped("a.zip", "1") == zipped("b.zip", "1") != zipped("c.zip", "2")

    def test_the_code_that_makes_facts_is_all_there(self) -> None:
        """Of the other rooms facts import what makes no facts, and what counts among their code."""
        imported = {
            statement.module
            for file in (PACKAGE / "facts").glob("*.py")
            for statement in ast.walk(ast.parse(file.read_text()))
            if isinstance(statement, ast.ImportFrom) and str(statement.module).startswith("archlint.")
        }
        elsewhere = {module for module in imported if not str(module).startswith("archlint.facts")}
        assert elsewhere == {"archlint.core.hashing", "archlint.sources.decode", "archlint.sources.write"}
        decode = ast.parse((PACKAGE / "sources/decode.py").read_text())
        assert "archlint" not in ast.dump(decode)


def facts_key_of(path: str) -> str:
    """The key of one and the same file's facts, made by the archlint in a folder or an archive."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\nfrom archlint.facts.store import *; print(facts_key(b'').hex())"
    )
    out, err, code = outcome(python(script, path, known=False))
    assert (err, code) == ("", 0)
    return out


def test_what_is_not_needed_is_not_imported(folder: str) -> None:
    script = """
known = "sqlite3", "hashlib"
print([name for name in known if name in sys.modules])
with open_store(sys.argv[1]) as opened:
    opened.get([bytes(16)])
print([name for name in known if name in sys.modules])
"""
    assert outcome(python(script, folder)) == ("[]\n['sqlite3']\n", "", 0)
