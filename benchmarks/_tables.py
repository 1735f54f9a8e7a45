"""What speed.py prints, and how it gets into the README: the figures of each project, the budgets."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from _budgets import Measured, Verdict
from _common import BenchmarkError, table, write_atomic
from _figures import paired, ratio_of_medians, spread
from _measure import Column, Sample, core_list
from _ways import FLOOR, PARSE

BEGIN, END = "<!-- speed.py: begin -->", "<!-- speed.py: end -->"
HEADERS = ("run", "runs", "median", "min to max", "x parse", "paired", "x empty", "x ruff", "peak memory")
MET = {True: "met", False: "**not met**", None: "–"}


class Section(NamedTuple):
    """What is printed of one project.

    Attributes:
        title: its name and version.
        found: what there is to parse: the survey of ``_parse.py``.
        checked: how many files archlint checks.
        columns: what was measured.
        measured: the figures.
        failures: why columns have no figures.
        notes: what a reader must know besides.
    """

    title: str
    found: Mapping[str, object]
    checked: int
    columns: Sequence[Column]
    measured: Measured
    failures: Mapping[str, str]
    notes: Sequence[str] = ()


def render(section: Section) -> str:
    """The table of one project, under a line saying what was measured on, above its notes."""
    files = _count(section.found["accepted"])
    size = float(str(section.found["bytes"]))
    head = [
        f"### {section.title}",
        "",
        f"{files} files, {section.measured.lines / 1000:.1f} kLOC, {size / 1e6:.2f} MB of Python.{_alone(section)}",
    ]
    if refused := _count(section.found["refused"]):
        head.append(f"{refused} more are refused by this interpreter's ast: only the whole tree has them.")
    if section.checked < files:
        missing = files - section.checked
        head.append(f"**archlint checked {missing} files fewer than were parsed: the ratios flatter it.**")
    columns, samples = section.columns, section.measured.samples
    rows = [_row(column, samples) for column in columns if samples.get(column.name)]
    notes = [*section.notes, *(f"{name}: {_last_line(reason)}." for name, reason in section.failures.items())]
    listed = "\n".join(f"* {note}" for note in notes)
    return "\n".join([*head, "", table(HEADERS, rows), *(["", listed] if notes else [])])


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].rstrip(".") if lines else "failed"


def _alone(section: Section) -> str:
    alone = [sample.inner for sample in section.measured.samples[PARSE] if sample.inner is not None]
    return f" Inside ast.parse: {_milliseconds(statistics.median(alone))} ms." if alone else ""


def _row(column: Column, samples: Mapping[str, Sequence[Sample]]) -> tuple[str, ...]:
    taken = samples[column.name]
    seconds = [sample.seconds for sample in taken]
    middle = spread(seconds)

    def against(base: str, digits: int) -> str:
        others = [sample.seconds for sample in samples.get(base, ())]
        return f"{ratio_of_medians(seconds, others):.{digits}f}" if others else "–"

    rounds = paired(seconds, [sample.seconds for sample in samples[PARSE]])
    return (
        column.name,
        str(len(taken)),
        f"{_milliseconds(middle.median)} ms",
        f"{_milliseconds(middle.low)} to {_milliseconds(middle.high)}",
        against(PARSE, 2),
        f"{rounds.median:.2f}",
        against(FLOOR, 1),
        against(column.rival, 2),
        f"{max(sample.peak for sample in taken) / 1e6:.0f} MB",
    )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}" if seconds < 0.1 else f"{seconds * 1000:.0f}"


def _count(values: object) -> int:
    return len(values) if isinstance(values, list) else 0


def budget_table(verdicts: Iterable[Verdict]) -> str:
    """The budgets: which are met, with the figures."""
    rows = [(one.budget, one.on, one.figure, MET[one.met]) for one in verdicts]
    return "\n".join(["### Budgets", "", table(("budget", "on", "figure", "verdict"), rows)])


def preamble(runs: int, archlint: str, peers: Mapping[str, str]) -> str:
    """What was measured, when, where and how.

    Args:
        runs: of each column.
        archlint: its version, as it tells it.
        peers: versions of the others, by name.
    """
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{_processor()}"
    others = ", ".join(f"{name} {version}" for name, version in sorted(peers.items()))
    one, two = core_list(1), core_list(2)
    pinned = "not pinned to cores" if one == "-" else f"on core {one} or cores {two}"
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return "\n".join(
        [
            f"{datetime.date.today().isoformat()}: {archlint}{' with ' if others else ''}{others}; {python} on {machine}.",
            f"{runs} interleaved runs after one that does not count, {pinned}, {load}.",
        ]
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f" of {names[0]}" if names else ""


def write_tables(readme: Path, text: str) -> None:
    """Put the figures into the README in place of those it has."""
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BenchmarkError(f"{readme}: no place for the tables, between {BEGIN} and {END}")
    write_atomic(readme, f"{before}{BEGIN}\n{text.strip()}\n{END}{after}")
