"""Processes that work for this one: what they answer, and that none of them outlives its use."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest
from living import gone, is_alive, is_there

from archlint.engine import lowering
from archlint.engine.lowering import lower_all
from archlint.engine.workers import Workers
from archlint.facts import lower
from archlint.facts.remote import lower_share

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and process groups of POSIX")
CONTENTS = {f"{number}.py": b"import a\n" * (number + 1) for number in range(30)}
EXPECTED = [(path, lower(content).encode()) for path, content in CONTENTS.items()]


@pytest.fixture(autouse=True)
def _not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lowering, "can_fork", lambda: False)


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(2)
    yield made
    made.shutdown(cancel_futures=True)


def lowered() -> list[tuple[str, bytes]]:
    return [(path, facts.encode()) for path, facts in lower_all(CONTENTS, 2).items()]


def test_a_call_is_answered_by_another_process(workers: Workers) -> None:
    assert workers.submit(os.getpid).result() != os.getpid()
    assert workers.submit(lower_share, [b"import a", b""]).result() == [
        lower(b"import a").encode(),
        lower(b"").encode(),
    ]


def test_more_calls_than_processes_are_answered_in_turn(workers: Workers) -> None:
    """A megabyte does not fit into a pipe."""
    calls = [workers.submit(lower_share, [b"#%d" % number * 300_000]) for number in range(8)]
    assert [call.result() for call in calls] == [[lower(b"#%d" % number).encode()] for number in range(8)]


def test_several_may_wait_for_their_answers(workers: Workers) -> None:
    assert list(workers.map(os.path.basename, ["a/b", "c/d"])) == ["b", "d"]


def test_arguments_have_no_names(workers: Workers) -> None:
    with pytest.raises(TypeError, match="by position"):
        workers.submit(lower_share, share=[])


def test_a_call_that_fails_ends_its_process_and_no_other(workers: Workers) -> None:
    with pytest.raises(BrokenExecutor):
        workers.submit(int, "one").result()
    assert workers.submit(os.path.basename, "a/b").result() == "b"


def test_where_no_process_is_left_calls_fail(workers: Workers) -> None:
    calls = [workers.submit(os._exit, 1) for _ in range(4)]
    for call in calls:
        with pytest.raises(BrokenExecutor):
            call.result()
    with pytest.raises(BrokenExecutor):
        workers.submit(os.getpid)


def test_after_a_shutdown_there_are_no_more_calls(workers: Workers) -> None:
    call = workers.submit(os.getpid)
    workers.shutdown()
    assert call.result() > 0
    with pytest.raises(RuntimeError, match="shut down"):
        workers.submit(os.getpid)


def test_a_shutdown_waits_for_what_is_asked(workers: Workers) -> None:
    calls = [workers.submit(time.sleep, 0.01) for _ in range(6)]
    with workers:
        pass
    assert all(call.done() and not call.cancelled() for call in calls)


def test_a_shutdown_that_cancels_waits_for_nothing(workers: Workers) -> None:
    pids = [workers.submit(os.getpid).result() for _ in range(8)]
    calls = [workers.submit(time.sleep, 600) for _ in range(3)]
    workers.shutdown(cancel_futures=True)
    assert all(call.done() for call in calls)
    assert not any(map(is_alive, pids))


@pytest.mark.parametrize("executable", ["", "/nowhere/python", os.devnull, sys.executable])
@pytest.mark.parametrize("is_frozen", [False, True])
def test_facts_are_the_same_where_no_process_can_be_started(
    executable: str, is_frozen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setattr(sys, "frozen", is_frozen, raising=False)
    assert lowered() == EXPECTED


def test_facts_are_the_same_where_the_system_has_no_more_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert lowered() == EXPECTED


def test_facts_are_the_same_where_the_system_has_no_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert lowered() == EXPECTED


def test_facts_are_the_same_where_a_process_is_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It talks nonsense, and ends."""
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho nonsense nonsense nonsense\ncat >&2\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    assert lowered() == EXPECTED


def test_a_process_sees_nothing_of_site_packages_nor_of_the_environment(workers: Workers) -> None:
    assert workers.submit(eval, "__import__('sys').flags.isolated + __import__('sys').flags.no_site").result() == 2


CALLING = """
import os, time
from archlint.engine.workers import Workers
workers = Workers(1)
print(workers.submit(os.getpid).result(), flush=True)
time.sleep(600)
"""


@POSIX
def test_a_process_ends_when_the_one_it_works_for_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", CALLING], stdout=subprocess.PIPE) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        process.kill()
    assert gone(lambda: is_alive(worker))


CHECKING = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from archlint.engine import lowering
def lower(content):
    print("ready", file=sys.stderr, flush=True)
    time.sleep(600)
lowering.lower = lower
lowering.can_fork = lambda: False
from archlint.__main__ import main
raise SystemExit(main())
"""


@POSIX
@pytest.mark.parametrize("send", [os.killpg, os.kill], ids=["everyone", "only the first"])
def test_ctrl_c_ends_every_process_quietly(send: Callable[[int, int], None], tmp_path: Path) -> None:
    for path, content in CONTENTS.items():
        (tmp_path / path).write_bytes(content * 1_000)
    command = [sys.executable, "-c", CHECKING, "check", "--isolated", "--no-cache", "--jobs", "2"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        assert process.stderr
        assert process.stderr.readline() == b"ready\n"
        send(process.pid, signal.SIGINT)
        assert process.communicate(timeout=60) == (b"", b"")
        assert process.returncode == 130
    assert gone(lambda: is_there(os.killpg, process.pid))
