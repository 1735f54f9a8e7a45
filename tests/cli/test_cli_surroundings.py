"""A run with a cache tells what a run without one tells, whatever becomes of the cache, the disk and the process."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cli_project import SERVICE, archlint, command, environment, make, spawned

from archlint.facts.store import key, open_store

posix = pytest.mark.skipif(os.name == "nt", reason="files, limits and signals of POSIX")

RECORDS = "records-1.db"

FOREIGN = 100
"""How many records of ours are in a cache beside those of a run."""

Outcome = tuple[int, str, str]


@pytest.fixture
def large(project: Path) -> Path:
    """A project with so many services that there is a middle of a run."""
    functions = "".join(f"def f{n}(x: int) -> int:\n    return [x, {n}][0]\n\n\n" for n in range(20))
    for number in range(60):
        text = f"from shop.services import users\nfrom fastapi import status\n\n\n{functions}{number}\n"
        (project / f"src/shop/services/s{number}.py").write_text(text)
    return project


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def filled(project: Path, cache: Path) -> Path:
    """The cache that a run leaves; a file has changed since."""
    fill(project, cache)
    with (project / SERVICE).open("a") as stream:
        stream.write("from fastapi import HTTPException\n")
    return cache


def fill(project: Path, cache: Path) -> None:
    told(project, cache)
    with open_store(str(cache)) as opened:
        opened.put({key("test", str(n)): b"a record" * 100 for n in range(FOREIGN)})


def line(cache: Path | str) -> tuple[str, ...]:
    return "check", "--output-format", "json", "--cache-dir", str(cache)


def told(project: Path, cache: Path | str) -> Outcome:
    done = archlint(project, *line(cache))
    return done.returncode, done.stdout, done.stderr


def told_by_a_process(project: Path, cache: Path | str) -> Outcome:
    done = spawned(project, *line(cache))
    return done.returncode, done.stdout, done.stderr


def cold(project: Path) -> Outcome:
    done = archlint(project, "check", "--output-format", "json", "--no-cache")
    assert done.returncode == 1, done.stderr
    return done.returncode, done.stdout, done.stderr


def is_intact(cache: Path) -> bool:
    """Whether the records, if there are any, lie in a sound database."""
    if not (cache / RECORDS).exists():
        return True
    with closing(sqlite3.connect(cache / RECORDS)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_run_leaves_records(filled: Path) -> None:
    with closing(sqlite3.connect(filled / RECORDS)) as connection:
        assert connection.execute("SELECT count(*) FROM records").fetchone()[0] > FOREIGN


def halved(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def without_its_beginning(path: Path) -> None:
    path.write_bytes(path.read_bytes()[path.stat().st_size // 2 :])


def with_zeros_inside(path: Path) -> None:
    data = path.read_bytes()
    third = len(data) // 3
    path.write_bytes(data[:third] + bytes(third) + data[2 * third :])


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "other bytes": lambda path: path.write_bytes(b"\xff\0 something else\n" * 5_000),
    "nothing": lambda path: path.write_bytes(b""),
    "halved": halved,
    "without its beginning": without_its_beginning,
    "with zeros inside": with_zeros_inside,
    "a folder": a_folder,
    "a link to itself": a_link_to_itself,
}


class TestTheCache:
    def test_it_changes_nothing(self, project: Path, cache: Path) -> None:
        expected = cold(project)
        for _ in range(2):
            assert told(project, cache) == expected
            assert told_by_a_process(project, cache) == expected
        assert is_intact(cache)

    @pytest.mark.parametrize("kind", DAMAGE)
    def test_every_file_of_it_is_damaged(self, project: Path, filled: Path, kind: str) -> None:
        for path in [path for path in filled.iterdir() if path.is_file()]:
            DAMAGE[kind](path)
        expected = cold(project)
        assert told(project, filled) == expected
        assert told_by_a_process(project, filled) == expected

    @pytest.mark.parametrize("place", ["file", "file/below", "circle", "/proc/archlint", "/dev/null"])
    @posix
    def test_there_cannot_be_one(self, project: Path, place: str) -> None:
        (project / "file").write_text("mine")
        (project / "circle").symlink_to(project / "circle")
        assert told(project, place) == cold(project)
        assert (project / "file").read_text() == "mine"

    def test_it_lies_among_the_sources(self, project: Path) -> None:
        expected = cold(project)
        for place in (".", "src/shop/services"):
            assert told(project, place) == expected
        assert cold(project) == expected
        assert (project / ".gitignore").read_text() == "local.py\n"

    def test_two_projects_share_it(self, project: Path, tmp_path: Path, cache: Path) -> None:
        other = make(tmp_path / "other")
        (other / SERVICE).write_text("\n\nfrom fastapi import status\n")
        for _ in range(2):
            assert told(project, cache) == cold(project)
            assert told(other, cache) == cold(other)

    def test_the_project_moves_with_it(self, project: Path, tmp_path: Path) -> None:
        expected = told(project, "")
        moved = project.rename(tmp_path / "moved")
        assert told_by_a_process(moved, "") == expected

    def test_another_process_keeps_it_locked(self, project: Path, filled: Path) -> None:
        expected = cold(project)
        with closing(sqlite3.connect(filled / RECORDS, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert told(project, filled) == expected
            other.execute("ROLLBACK")
        assert told(project, filled) == expected

    def test_it_is_deleted_during_the_run(self, project: Path, cache: Path) -> None:
        expected = cold(project)
        with running(lambda: shutil.rmtree(cache, ignore_errors=True)):
            for _ in range(4):
                assert told(project, cache) == expected


@contextmanager
def running(work: Callable[[], object]) -> Iterator[None]:
    """Do something again and again beside a block."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(0.01):
            work()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_runs_at_once_on_one_cache(large: Path, cache: Path) -> None:
    expected = cold(large)
    pipe = subprocess.PIPE
    for _ in range(2):
        runs = [
            subprocess.Popen(command(*line(cache)), cwd=large, env=environment(), stdout=pipe, stderr=pipe, text=True)
            for _ in range(3)
        ]
        outputs = [run.communicate(timeout=120) for run in runs]
        assert [(run.returncode, *output) for run, output in zip(runs, outputs, strict=True)] == [expected] * 3
        assert is_intact(cache)
    assert told_by_a_process(large, cache) == expected


def test_files_come_and_go_during_the_run(project: Path, cache: Path) -> None:
    """Nothing but notes about them on stderr, and what stays is reported each time."""
    coming = [project / f"src/shop/core/new{n}/new{n}.py" for n in range(30)]

    def churn() -> None:
        for path in coming:
            path.parent.mkdir()
            path.write_text("def broken(:\n")
        for path in coming:
            path.unlink()
            path.parent.rmdir()

    with running(churn):
        for place in (cache, cache, "", ""):
            code, out, err = told(project, place)
            assert code == 1
            assert all(note.startswith("note: ") and "src/shop/core/new" in note for note in err.splitlines())
            assert SERVICE in out
    assert told(project, cache) == cold(project)


@posix
@pytest.mark.parametrize("limit", [0, 20_000])
def test_the_disk_is_full(project: Path, cache: Path, limit: int) -> None:
    """Files that cannot grow are what a full disk is."""
    script = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
sys.dont_write_bytecode = True
from archlint.__main__ import main
raise SystemExit(main())
"""
    expected = cold(project)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", script, *line(cache)],
            cwd=project, env=environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == expected
    assert told(project, cache) == expected
    assert is_intact(cache)


@posix
def test_the_reader_goes_away(project: Path, filled: Path) -> None:
    expected = cold(project)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command(*line(filled)), cwd=project, env=environment(), stdout=pipe, stderr=pipe
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1
    assert is_intact(filled)
    assert told_by_a_process(project, filled) == expected


@posix
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_at_any_moment(large: Path, cache: Path, jobs: str) -> None:
    """It ends the run at once and quietly, with no half of a report, and the next one tells the same as ever."""
    script = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from archlint import __main__ as program
known = program._known
def begun(arguments):
    print("ready", file=sys.stderr, flush=True)
    return known(arguments)
program._known = begun
raise SystemExit(program.main())
"""
    expected = cold(large)
    interrupted = 0
    for moment in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4):
        with subprocess.Popen(
            [sys.executable, "-c", script, *line(cache), "--jobs", jobs],
            cwd=large, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stderr
            assert process.stderr.readline() == "ready\n"
            time.sleep(moment)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            if process.returncode == 130:
                interrupted += 1
                assert err == ""
                assert out in ("", expected[1])  # all of it, where it came while the cache was being written
            else:  # it was done already; an interpreter that is taking itself down ends as the signal has it
                assert process.returncode in (expected[0], -signal.SIGINT)
                assert (out, err) == expected[1:]
        assert is_intact(cache)
        if moment in (0.1, 0.4):
            assert told(large, cache) == expected
    assert interrupted >= 1


@pytest.fixture
def shared() -> Iterator[Path]:
    """A project that other users can get into; pytest's own folders they cannot."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield make(folder / "project")
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o700)


@posix
class TestPermissions:
    """Each in a process of a user without privileges, which has imported before what it will need."""

    SCRIPT = """
import os, sys, time
from archlint.cli import check, remember
from archlint.cli.app import run
check.time_ns = lambda: time.time_ns() + 10**10  # so that it is written down what the run told
elsewhere = ["--cache-dir", sys.argv[1], "--output-file", os.devnull]
modes = zip(sys.argv[2::2], sys.argv[3::2])
line = ["check", "--output-format", "json"]
run([*line, *elsewhere])
for path, mode in modes:
    os.chmod(path, int(mode))
if os.getuid() == 0:  # whom nothing is forbidden
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
raise SystemExit(run(line))
"""

    def run(self, project: Path, modes: dict[str, int]) -> Outcome:
        """The outcome of a run to which files and folders of the project have these modes."""
        flat = [str(part) for path_and_mode in modes.items() for part in path_and_mode]
        done = subprocess.run(
            [sys.executable, "-c", self.SCRIPT, str(project.parent / "elsewhere"), *flat],
            cwd=project, env=environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def test_a_file_may_not_be_read(self, shared: Path) -> None:
        expected = cold(shared)
        told_now = self.run(shared, {"src/shop/services/users.py": 0o000})
        note = "note: src/shop/services/users.py: skipped: Permission denied\n"
        assert told_now == (1, expected[1].replace('"files":3', '"files":2'), note)

    def test_a_folder_may_not_be_read(self, shared: Path) -> None:
        code, out, err = self.run(shared, {"src/shop/core": 0o000})
        assert (code, err) == (1, "note: cannot read the folder src/shop/core: Permission denied\n")
        assert SERVICE in out

    @pytest.mark.parametrize("modes", [(0o555, 0o444), (0o555, 0o000), (0o000, 0o444), (0o755, 0o000)])
    def test_the_cache_may_not_be_written_or_read(self, shared: Path, modes: tuple[int, int]) -> None:
        expected = cold(shared)
        folder = shared / ".archlint_cache"
        fill(shared, folder)
        files = {f".archlint_cache/{path.name}": modes[1] for path in folder.iterdir()}
        assert self.run(shared, {**files, ".archlint_cache": modes[0]}) == expected

    def test_no_cache_may_be_made(self, shared: Path) -> None:
        assert self.run(shared, {".": 0o555}) == cold(shared)
        assert not (shared / ".archlint_cache").exists()
