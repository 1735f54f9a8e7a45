"""The facts of many files, by however many processes."""

import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from archlint.engine import Request, check, lowering, workers
from archlint.engine.lowering import jobs_that_pay, lower_all, shares, usable_cores
from archlint.engine.workers import Workers
from archlint.facts import Facts, StoredFacts, lower

FIXTURES = Path(__file__).parents[2] / "fixtures"
CONTENTS = {
    **{f"{n}.py": b"import a%d\n\ndef f(x: int) -> int:\n    return g(x)\n" % n * (n % 7) for n in range(40)},
    "broken.py": b"def (:\n",
    "empty.py": b"",
    "null.py": b"\0",
}


class Here(Executor):
    """Calls functions at once, in this process."""

    def __init__(self) -> None:
        self.calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        self.calls.append((fn, args))
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        self.answer(future, fn, *args)
        return future

    def answer(self, future: "Future[Any]", fn: Callable[..., Any], *args: Any) -> None:
        future.set_result(fn(*args))


class Never(Here):
    """Begins nothing."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return Future()


class Refusing(Here):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        raise RuntimeError("no more calls, please")


class Failing(Here):
    def answer(self, future: "Future[Any]", fn: Callable[..., Any], *args: Any) -> None:
        future.set_exception(OSError("the machine has been switched off"))


class Forgetful(Here):
    """Loses the last answer of each share."""

    def answer(self, future: "Future[Any]", fn: Callable[..., Any], *args: Any) -> None:
        future.set_result(fn(*args)[:-1])


class Fickle(Here):
    """Takes on a share, and drops it."""

    def answer(self, future: "Future[Any]", fn: Callable[..., Any], *args: Any) -> None:
        future.set_exception(CancelledError())


class Diligent(Workers):
    """Leaves nothing for this process to do."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future = super().submit(fn, *args, **kwargs)
        future.result()
        return future


class Counted:
    """Counts the parts it is told of."""

    def __init__(self) -> None:
        self.count = 0

    def step(self, name: str, total: int = 0, note: str = "") -> None:
        raise AssertionError(name)

    def part(self, name: str = "", count: int = 1) -> None:
        self.count += count


def encoded(found: Mapping[str, Facts]) -> list[tuple[str, bytes]]:
    return [(path, facts.encode()) for path, facts in found.items()]


EXPECTED = [(path, lower(content).encode()) for path, content in CONTENTS.items()]


@pytest.fixture(autouse=True)
def _small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lowering, "LEAST_SHARE", 100)


@pytest.mark.parametrize("is_forked", [False, True])
@pytest.mark.parametrize("jobs", [0, 1, 2, 4, 12])
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # tests may run beside threads
def test_facts_are_the_same_however_many_processes_there_are(
    jobs: int, is_forked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lowering, "can_fork", lambda: is_forked and hasattr(os, "fork"))
    monkeypatch.setattr(lowering, "MOST_TICKETS", 5)
    progress = Counted()
    assert encoded(lower_all(CONTENTS, jobs, progress=progress)) == EXPECTED
    assert progress.count == sum(map(len, CONTENTS.values()))


@pytest.mark.parametrize("executor", [Here, Never, Refusing, Failing, Forgetful, Fickle])
def test_facts_are_the_same_whatever_becomes_of_what_is_given_away(executor: type[Executor]) -> None:
    progress = Counted()
    assert encoded(lower_all(CONTENTS, 2, executor(), progress)) == EXPECTED
    assert progress.count == sum(map(len, CONTENTS.values()))


def test_what_is_given_away_can_be_sent_to_another_machine() -> None:
    """A list of bytes goes out to a function that a module holds, a list of bytes comes back."""
    executor = Here()
    lower_all(CONTENTS, 2, executor)
    for function, (share,) in executor.calls:
        assert (function.__module__, function.__qualname__) == ("archlint.facts.remote", "lower_share")
        assert {type(content) for content in (*share, *function(share))} == {bytes}


def test_the_standard_librarys_processes_will_do() -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found = lower_all(CONTENTS, 3, executor)
    assert encoded(found) == EXPECTED


def test_what_others_lowered_stays_encoded_until_it_is_asked_for() -> None:
    found = lower_all(CONTENTS, 2, Here())
    assert {type(facts) for facts in found.values()} == {StoredFacts}


def test_one_process_is_one_process() -> None:
    executor = Here()
    lower_all(CONTENTS, 1, executor)
    assert executor.calls == []
    assert {type(facts) for facts in lower_all(CONTENTS, 1).values()} == {Facts}


def test_nothing_is_no_trouble() -> None:
    assert lower_all({}, 0) == lower_all({}, 4) == {}


def test_shares_hold_every_file_once_the_largest_first_and_get_smaller() -> None:
    found = list(shares(CONTENTS, 2))
    assert sorted(path for share in found for path in share) == sorted(CONTENTS)
    sizes = [[len(CONTENTS[path]) for path in share] for share in found]
    assert [size for share in sizes for size in share] == sorted(map(len, CONTENTS.values()), reverse=True)
    assert len(found) > 4
    assert sum(sizes[0]) > 2 * sum(sizes[-2])


def test_few_bytes_are_lowered_by_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lowering, "usable_cores", lambda: 64)
    assert jobs_that_pay(0) == jobs_that_pay(lowering.CROSSOVER - 1) == 1
    assert jobs_that_pay(lowering.CROSSOVER) == 2
    assert jobs_that_pay(10**9) == lowering.MOST_PROCESSES


def test_there_are_no_more_processes_than_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lowering, "usable_cores", lambda: 1)
    assert jobs_that_pay(10**9) == 1


@pytest.fixture
def limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the kernel tells a container's share of the processors."""
    file = tmp_path / "cpu.max"
    monkeypatch.setattr(lowering, "_CONTAINER_LIMIT", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    return file


@pytest.mark.parametrize(
    ("text", "cores"),
    [("max 100000\n", 8), ("250000 100000\n", 2), ("50000 100000\n", 1), ("6400000 100000\n", 8), ("?\n", 8)],
)
def test_a_container_may_have_fewer_cores_than_the_machine(limit: Path, text: str, cores: int) -> None:
    limit.write_text(text)
    assert usable_cores() == cores


@pytest.mark.usefixtures("limit")
def test_outside_a_container_the_process_has_what_the_system_lets_it_have(monkeypatch: pytest.MonkeyPatch) -> None:
    assert usable_cores() == 8
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert usable_cores() == 3
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_cores() == 1


@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.iterdir() if path.is_dir()))
def test_reports_are_the_same_with_one_and_two_processes(fixture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "Workers", Diligent)
    monkeypatch.setattr(lowering, "can_fork", lambda: False)
    one, two = (
        check(Request(cwd=str(FIXTURES / fixture), isolated=True, preset="strict", jobs=jobs)) for jobs in (1, 2)
    )
    assert one == two
