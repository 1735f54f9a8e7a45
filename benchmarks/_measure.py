"""Measuring processes side by side: what is run, how often, for how long at most."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from _common import HERE, BenchmarkError
from _edits import Change

# A run that takes longer is one whose first run counts: to warm up matters little to it, and its time is dear.
LONG = 20.0
TRACEBACK = "Traceback (most recent call last)"
# A run that takes less is repeated as often in a hurry as else.
SHORT = 0.25


class Column(NamedTuple):
    """One thing to measure.

    Attributes:
        name: as the table shows it.
        command: what to run; the first word an absolute path.
        folder: where to run it.
        exit_codes: those that mean it did its work.
        inner: reads, from what the process printed, seconds it measured itself; None where it measures nothing.
        cores: 1 or 2: how many it may use.
        rival: the name of the column that does the same with ruff; empty: none.
        fresh: a folder to remove before each run.
        change: what is different from the run before, and undone after each run.
        limit: seconds after which it is stopped; None: never. One with a limit is measured as often as fits into it,
            and does without where it fails.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    exit_codes: tuple[int, ...] = (0,)
    inner: Callable[[str], float] | None = None
    cores: int = 1
    rival: str = ""
    fresh: Path | None = None
    change: Change | None = None
    limit: float | None = None


class Sample(NamedTuple):
    """One command from start to end: wall seconds, peak resident bytes, and the seconds it measured itself, if any."""

    seconds: float
    peak: int
    inner: float | None


class OverLimitError(Exception):
    """A command was stopped because it took longer than it may."""


class Outcome(NamedTuple):
    """Samples of each column in the order of the rounds, and why there are none of some."""

    samples: Mapping[str, Sequence[Sample]]
    failures: Mapping[str, str]


class Bench(NamedTuple):
    """Where processes leave what they print, and where programs keep caches and settings of their user's."""

    scratch: Path
    home: Path

    def measure(self, column: Column, number: int = 0, watch: bool = False) -> Sample:
        """Run a column once.

        Args:
            column: what to run.
            number: of the run, for changes: no two runs of a column may make the same one.
            watch: whether to add up the memory of all its processes meanwhile. That takes some time from them.

        Raises:
            BenchmarkError: it fails.
            OverLimitError: it takes too long.
        """
        if column.fresh:
            shutil.rmtree(column.fresh, ignore_errors=True)
        if column.change is None:
            return self._run(column, watch)
        column.change.apply(number)
        try:
            sample = self._run(column, watch)
        finally:
            column.change.undo()
        # Its cache then knows the unchanged tree, from which the next change differs.
        self._run(column, watch=False)
        return sample

    def output(self) -> str:
        """What the process measured last wrote to stdout."""
        return (self.scratch / "stdout").read_text(encoding="utf-8", errors="replace")

    def _run(self, column: Column, watch: bool) -> Sample:
        stdout, stderr = self.scratch / "stdout", self.scratch / "stderr"
        launcher = (sys.executable, "-I", "-S", str(HERE / "_launch.py"), core_list(column.cores))
        command = [*launcher, str(stdout), str(stderr), *column.command]
        with _started(command, column.folder, self.home) as process:
            summed = _watch(process, column.limit) if watch else 0
            try:
                said, problem = process.communicate(timeout=column.limit)
            except subprocess.TimeoutExpired:
                raise OverLimitError from None
        if process.returncode:
            raise BenchmarkError(f"cannot run {' '.join(column.command)}: {problem.strip()}")
        seconds, peak, exit_code = said.split()
        said = stderr.read_text(encoding="utf-8", errors="replace").strip()
        # To the shell, a Python program that crashed looks like one that found something.
        if int(exit_code) not in column.exit_codes or TRACEBACK in said:
            raise BenchmarkError(f"{' '.join(column.command)}: exit code {exit_code}\n{said or self.output()[-2000:]}")
        inner = column.inner(self.output()) if column.inner else None
        return Sample(float(seconds), max(int(peak), summed), inner)

    def interleave(self, columns: Sequence[Column], runs: int, long_runs: int) -> Outcome:
        """Samples of each column after one run of each that is watched and whose time does not count.

        The columns take turns, and each round starts with another one: what slows the machine down for a while, or
        favours what follows what, then falls on all alike. Those that get fewer runs get them in the first rounds.

        Args:
            columns: what to measure.
            runs: of each column.
            long_runs: of columns of which one takes longer than ``SHORT``.
        """
        samples: dict[str, list[Sample]] = {}
        firsts: dict[str, Sample] = {}
        failures: dict[str, str] = {}
        for column in columns:
            first = self._first(column)
            if isinstance(first, Sample):
                firsts[column.name] = first
            else:
                failures[column.name] = first
        running = [column for column in columns if column.name in firsts]
        left = {one.name: following(one.limit, firsts[one.name].seconds, runs, long_runs) for one in running}
        for name, first in firsts.items():
            samples[name] = [] if left[name] else [first]
        for number in range(1, runs + 1):
            start = number % len(running)
            for column in (*running[start:], *running[:start]):
                if left[column.name] >= number:
                    samples[column.name].append(self.measure(column, number))
        # The first run has watched all processes, the others only the one that was started.
        whole = {name: [_at_least(firsts[name].peak, sample) for sample in taken] for name, taken in samples.items()}
        return Outcome(whole, failures)

    def _first(self, column: Column) -> Sample | str:
        """The first run of a column, or why there is none; one without a limit must not fail."""
        try:
            return self.measure(column, watch=True)
        except OverLimitError:
            return f"over {column.limit:.0f} s"
        except BenchmarkError as error:
            if column.limit is None:
                raise
            return str(error)


def _at_least(peak: int, sample: Sample) -> Sample:
    return sample._replace(peak=max(peak, sample.peak))


def following(limit: float | None, first: float, runs: int, long_runs: int) -> int:
    """How many runs are to follow the first, which took so many seconds; with a limit as many as fit into it."""
    wanted = runs if first <= SHORT else long_runs
    if limit is None:
        return wanted
    return 0 if first > LONG else min(wanted, max(1, int(limit / first)))


@contextmanager
def _started(command: Sequence[str], folder: Path, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in a group of its own; none of the group is left afterwards."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # Where all have ended there is none; macOS says so in the second way.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _watch(process: subprocess.Popen[str], limit: float | None) -> int:
    """The most resident bytes a process's group had at one time, the leader apart; 0 where there is no ``/proc``."""
    started = time.perf_counter()
    most = 0
    while process.poll() is None:
        spent = time.perf_counter() - started
        if limit is not None and spent > limit:
            raise OverLimitError
        most = max(most, resident(process.pid))
        # A look takes a few milliseconds; the longer a run, the rarer they need be.
        time.sleep(min(0.1, max(0.002, spent / 50)))
    return most


def resident(group: int, proc: Path = Path("/proc")) -> int:
    """Resident bytes of the processes of a group, its leader apart; of a page that several share, each has its part, or
    where the system does not tell that, all of it."""
    total = 0
    try:
        entries = [entry for entry in os.listdir(proc) if entry.isdigit() and int(entry) != group]  # noqa: PTH208
    except OSError:
        return 0
    for entry in entries:
        try:
            with open(f"{proc}/{entry}/stat", "rb") as stream:  # noqa: PTH123
                # After the name, in brackets: state, parent, group, …; the resident pages are field 24 (proc(5)).
                fields = stream.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            own = _proportional(f"{proc}/{entry}/smaps_rollup")
            total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE") if own is None else own
    return total


def _proportional(path: str) -> int | None:
    """The proportional set size of a process in bytes (proc(5)); None where it is not told."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            return next((int(line.split()[1]) * 1024 for line in stream if line.startswith(b"Pss:")), None)
    except OSError:
        return None


def environment(home: Path | None = None) -> Mapping[str, str]:
    """The environment processes get: byte code may be written, else every start would compile all it imports.

    Args:
        home: where programs may keep settings and caches of their own.
    """
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "XDG_CACHE_HOME": str(home), "XDG_CONFIG_HOME": str(home)} if home else kept


def core_list(count: int) -> str:
    """The cores to measure on, as _launch.py takes them: the last this process may use."""
    if not hasattr(os, "sched_getaffinity"):
        return "-"
    return ",".join(str(core) for core in sorted(os.sched_getaffinity(0))[-count:])
