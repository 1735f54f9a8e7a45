"""Copies of this process that work beside it: what they answer, what becomes of those that die, and that none is left.

Each test is a program of its own, for a process with threads, as one that runs tests may be, is never forked.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from living import gone, is_there

from archlint.engine.forks import can_fork

pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="nothing is forked there")

BEGIN = """
import errno, os, signal, sys, time
from archlint.engine.forks import MOST_TICKETS, Tickets, can_fork, divide
assert can_fork()
parent, done = os.getpid(), []
def here(numbers):
    for number in numbers:
        done.append(number)
        time.sleep(0.001)
def elsewhere(numbers):
    return bytes(number for number in numbers if time.sleep(0.001) is None)
def is_alone():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
"""


def run(program: str) -> str:
    command = [sys.executable, "-W", "error", "-c", BEGIN + program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


def test_each_part_is_done_once() -> None:
    run("""
answers = list(divide(MOST_TICKETS, 3, here, elsewhere))
assert len(answers) == 2
assert all(list(part) == sorted(part) for part in (done, *answers))
assert sorted([*done, *b"".join(answers)]) == list(range(MOST_TICKETS))
assert len(done) < MOST_TICKETS
assert is_alone()
""")


def test_answers_may_be_large() -> None:
    """A megabyte does not fit into a pipe."""
    run("""
answers = list(divide(1, 4, lambda numbers: None, lambda numbers: b"x" * 1_000_000))
assert answers == [b"x" * 1_000_000] * 3
""")


@pytest.mark.parametrize(
    "end",
    [
        "os._exit(0)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "raise MemoryError",
        "raise KeyboardInterrupt",
        "sys.exit('never told')",
        "return object()",
    ],
)
def test_what_died_is_left_out(end: str) -> None:
    run(f"""
alive = os.pipe()
def dying(numbers):
    if os.read(alive[0], 1) == b"0":
        next(numbers)
        {end}
    return b"well"
os.write(alive[1], b"01")
assert list(divide(9, 3, lambda numbers: None, dying)) == [b"well"]
assert is_alone()
""")


def test_half_an_answer_is_none() -> None:
    run("""
from archlint.engine import forks
def send(stream, value):
    os.write(stream.fileno(), (100).to_bytes(8, "big") + b"and then")
    os._exit(1)
forks.send = send
assert list(divide(9, 2, here, elsewhere)) == []
""")


def test_where_the_system_has_no_more_processes_all_is_done_here() -> None:
    run("""
def refuse():
    raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
os.fork = refuse
assert list(divide(9, 3, here, elsewhere)) == []
assert done == list(range(9))
""")


def test_nothing_that_waits_to_be_written_is_written_twice() -> None:
    program = """
sys.stdout.write("once")
list(divide(9, 3, here, elsewhere))
"""
    assert run(program) == "once"


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "ValueError", "SystemExit"])
def test_what_fails_here_ends_all(error: str) -> None:
    run(f"""
def failing(numbers):
    raise {error}
began = time.monotonic()
try:
    list(divide(9, 3, failing, lambda numbers: time.sleep(60)))
except {error}:
    pass
else:
    raise AssertionError
assert is_alone() and time.monotonic() - began < 30
""")


def test_one_whose_parent_is_killed_takes_no_more() -> None:
    program = """
def slow(numbers):
    print(os.getpid(), flush=True)
    for number in numbers:
        time.sleep(0.01)
list(divide(MOST_TICKETS, 2, lambda numbers: time.sleep(60), slow))
"""
    command = [sys.executable, "-c", BEGIN + program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        other = int(process.stdout.readline())
        process.kill()
        process.stdout.read()  # ends once nobody holds it any more
        assert gone(lambda: is_there(os.kill, other))


CHECKING = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from archlint.engine import fresh
from archlint.engine.judging import Judges
fresh.processes = lambda modules, jobs: jobs
def module(self, module):
    os.write(2, b"ready\\n")
    time.sleep(60)
Judges.module = module
from archlint.__main__ import main
raise SystemExit(main())
"""


@pytest.mark.parametrize("send", [os.killpg, os.kill], ids=["everyone", "only the first"])
def test_ctrl_c_ends_every_process_quietly(send: Callable[[int, int], None], tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"m{number}.py").write_text("def f(): pass\n")
    command = [sys.executable, "-c", CHECKING, "check", "--isolated", "--no-cache", "--jobs", "3"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        assert process.stderr
        assert [process.stderr.readline() for _ in range(3)] == [b"ready\n"] * 3
        send(process.pid, signal.SIGINT)
        assert process.communicate(timeout=60) == (b"", b"")
        assert process.returncode == 130
    assert gone(lambda: is_there(os.killpg, process.pid))


def test_nothing_is_forked_beside_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not can_fork()


def test_nothing_is_forked_beside_threads_that_are_not_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "listdir", lambda _: ["1", "2"])
    assert not can_fork()


def test_nothing_is_forked_on_macos_nor_where_there_is_no_such_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "listdir", lambda _: ["1"])
    assert can_fork()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "darwin")
        assert not can_fork()
    monkeypatch.delattr(os, "fork")
    assert not can_fork()
