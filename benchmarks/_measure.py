"""Measuring processes side by side: what is run, how often, and the statistics of it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from _common import HERE, BenchmarkError


class Column(NamedTuple):
    """One thing to measure.

    Attributes:
        name: as the table shows it.
        command: what to run; the first word an absolute path.
        exit_codes: those that mean it did its work.
        inner: reads, from what the process printed, seconds it measured itself; None where it measures nothing.
    """

    name: str
    command: tuple[str, ...]
    exit_codes: tuple[int, ...] = (0,)
    inner: Callable[[str], float] | None = None


class Sample(NamedTuple):
    """One process from start to end: wall seconds, peak resident bytes, and the seconds it measured itself, if any."""

    seconds: float
    peak: int
    inner: float | None


class Bench(NamedTuple):
    """Where the processes run: in a folder, on one core (None: any), with a scratch folder for what they print."""

    folder: Path
    scratch: Path
    core: int | None

    def measure(self, column: Column) -> Sample:
        """Run a column once; ``BenchmarkError`` when it fails."""
        stdout, stderr = self.scratch / "stdout", self.scratch / "stderr"
        core = "-" if self.core is None else str(self.core)
        launcher = (sys.executable, "-I", "-S", str(HERE / "_launch.py"), core, str(stdout), str(stderr))
        done = subprocess.run(
            [*launcher, *column.command],
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchmarkError(f"cannot run {' '.join(column.command)}: {done.stderr.strip()}")
        seconds, peak, exit_code = done.stdout.split()
        if int(exit_code) not in column.exit_codes:
            said = stderr.read_text(encoding="utf-8", errors="replace").strip()
            raise BenchmarkError(f"{' '.join(column.command)}: exit code {exit_code}\n{said}")
        inner = column.inner(self.output()) if column.inner else None
        return Sample(float(seconds), int(peak), inner)

    def output(self) -> str:
        """What the process measured last wrote to stdout."""
        return (self.scratch / "stdout").read_text(encoding="utf-8", errors="replace")

    def interleave(self, columns: Sequence[Column], runs: int) -> dict[str, list[Sample]]:
        """``runs`` samples of each column, by name, after one run of each that does not count.

        The columns take turns, and each round starts with another one: what slows the machine down for a while, or
        favours what follows what, then falls on all alike.
        """
        samples: dict[str, list[Sample]] = {column.name: [] for column in columns}
        for column in columns:
            self.measure(column)
        for number in range(runs):
            start = number % len(columns)
            for column in (*columns[start:], *columns[:start]):
                samples[column.name].append(self.measure(column))
        return samples


class Spread(NamedTuple):
    """A median with the smallest and the largest value."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Median and extremes of at least one value."""
    return Spread(statistics.median(values), min(values), max(values))


def ratio_of_medians(values: Sequence[float], base: Sequence[float]) -> float:
    """How many times larger the median of ``values`` is."""
    return statistics.median(values) / statistics.median(base)


def median_of_ratios(values: Sequence[float], base: Sequence[float]) -> float:
    """The median of the ratios within each round: what drifts slowly cancels out in it."""
    return statistics.median(value / other for value, other in zip(values, base, strict=True))


def environment() -> Mapping[str, str]:
    """The environment the processes get: byte code may be written, else every start would compile all it imports."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def one_core() -> int | None:
    """A core to measure on, the last this process may use; None where processes cannot be pinned."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
