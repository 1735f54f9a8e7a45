"""What archlint promises about its speed and memory, and whether measurements keep it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from _figures import paired, ratio_of_medians
from _measure import Sample
from _ways import (
    ADDED,
    BODY,
    COLD,
    COLD_TWO,
    CONTRACT,
    FLOOR,
    GIVEN,
    INTERFACE,
    PARSE,
    RUFF_BODY,
    RUFF_CLEAN,
    RUFF_UNCHANGED,
    UNCHANGED,
    VERSION,
    WRITING,
)

KILO = 1000
SMALL = 5 * KILO
MIDDLE = range(300 * KILO, 450 * KILO)
"""Sizes for which the budgets on one changed file are meant: they grow with the project."""
BASE = range(100 * KILO, 160 * KILO)
HUGE = 900 * KILO
"""Time a line is compared between these two sizes."""
HEAVY = frozenset({"libcst", "astroid", "rich", "importlib.metadata"})
MEMORY_BASE, MEMORY_LINE = 150_000_000, 400

COLUMNS = frozenset(
    {FLOOR, PARSE, VERSION, COLD, COLD_TWO, UNCHANGED, BODY, GIVEN, RUFF_UNCHANGED, RUFF_CLEAN, RUFF_BODY}
)
"""What the budgets speak of."""


class Measured(NamedTuple):
    """One project's measurements.

    Attributes:
        name: of the project.
        lines: of Python in it.
        samples: by column.
        findings: what ruff finds in it with its default rules; None where it was not measured.
        loaded: the modules a check of one file imports; empty where that is not known.
    """

    name: str
    lines: int
    samples: Mapping[str, Sequence[Sample]]
    findings: int | None = None
    loaded: frozenset[str] = frozenset()

    def seconds(self, column: str) -> list[float]:
        """Wall seconds of a column, in the order of the rounds; none where it was not measured."""
        return [sample.seconds for sample in self.samples.get(column, ())]


class Verdict(NamedTuple):
    """Whether a budget is kept.

    Attributes:
        budget: in words.
        on: the project.
        figure: what was measured.
        met: None where nothing could be measured.
    """

    budget: str
    on: str
    figure: str
    met: bool | None


def judge(measured: Sequence[Measured]) -> list[Verdict]:
    """All budgets, on all projects that they are meant for."""
    verdicts = [verdict for project in measured for verdict in _of_project(project)]
    return [*verdicts, _version(measured), _growth(measured)]


def _of_project(project: Measured) -> Iterator[Verdict]:
    if project.lines >= 20 * KILO:
        yield _ratio(project, COLD, PARSE, 1.7, "cold, 1 process: ≤ 1.7 × parse")
    if project.lines >= 100 * KILO:
        yield _ratio(project, COLD_TWO, PARSE, 1.0, "cold, 2 processes: ≤ 1.0 × parse")
        yield _ratio(project, UNCHANGED, FLOOR, 2.5, "unchanged: ≤ 2.5 × empty Python")
        if project.findings:
            yield _ratio(project, UNCHANGED, RUFF_UNCHANGED, 0.2, "unchanged: ≤ 0.2 × ruff that has findings to show")
        yield _ratio(project, UNCHANGED, RUFF_CLEAN, 1.5, "unchanged: ≤ 1.5 × ruff that has nothing to show")
    if project.lines in MIDDLE:
        yield _ratio(project, BODY, FLOOR, 10, "one body changed: ≤ 10 × empty Python")
        if project.findings:
            yield _ratio(project, BODY, RUFF_BODY, 1.0, "one body changed: ≤ 1.0 × ruff that has findings to show")
    if project.lines <= SMALL:
        yield _ratio(project, GIVEN, FLOOR, 9, "one file given: ≤ 9 × empty Python")
        yield _imports(project)
    if project.lines >= HUGE:
        yield _memory(project)
    yield from _peers(project)


def _ratio(project: Measured, column: str, base: str, limit: float, budget: str) -> Verdict:
    values, others = project.seconds(column), project.seconds(base)
    if not values or not others:
        return Verdict(budget, project.name, "not measured", None)
    ratio, rounds = ratio_of_medians(values, others), paired(values, others)
    return Verdict(budget, project.name, f"{ratio:.2f} ({rounds.low:.2f} to {rounds.high:.2f})", ratio <= limit)


def _version(measured: Sequence[Measured]) -> Verdict:
    """Of all projects together: it is the same on each."""
    samples = {
        column: [sample for project in measured for sample in project.samples.get(column, ())]
        for column in (VERSION, FLOOR)
    }
    return _ratio(Measured("–", 0, samples), VERSION, FLOOR, 1.5, "--version: ≤ 1.5 × empty Python")


def _imports(project: Measured) -> Verdict:
    budget = f"one file given: does not import {', '.join(sorted(HEAVY))}"
    if not project.loaded:
        return Verdict(budget, project.name, "not measured", None)
    heavy = sorted(HEAVY & project.loaded)
    return Verdict(budget, project.name, ", ".join(heavy) or "none of them", not heavy)


def _memory(project: Measured) -> Verdict:
    budget = "peak memory: ≤ 150 MB + 400 bytes a line"
    ways = (COLD, COLD_TWO, WRITING, UNCHANGED, BODY, INTERFACE, ADDED, GIVEN)
    peaks = {way: max(sample.peak for sample in project.samples[way]) for way in ways if project.seconds(way)}
    if not peaks:
        return Verdict(budget, project.name, "not measured", None)
    worst = max(peaks, key=lambda way: peaks[way])
    allowed = MEMORY_BASE + MEMORY_LINE * project.lines
    figure = f"{peaks[worst] / 1e6:.0f} of {allowed / 1e6:.0f} MB ({worst.partition(', ')[2]})"
    return Verdict(budget, project.name, figure, peaks[worst] <= allowed)


def _growth(measured: Sequence[Measured]) -> Verdict:
    budget = "cold, time a line at 1 M lines: ≤ 1.3 × that at 128 k"
    timed = [project for project in measured if project.seconds(COLD)]
    small = next((project for project in timed if project.lines in BASE), None)
    large = next((project for project in timed if project.lines >= HUGE), None)
    if small is None or large is None:
        return Verdict(budget, "–", "not measured", None)
    growth = _per_line(large, COLD) / _per_line(small, COLD)
    parsing = _per_line(large, PARSE) / _per_line(small, PARSE)
    on = f"{large.name}, {small.name}"
    return Verdict(budget, on, f"{growth:.2f} (parse alone: {parsing:.2f})", growth <= 1.3)


def _per_line(project: Measured, column: str) -> float:
    return statistics.median(project.seconds(column)) / project.lines


def _peers(project: Measured) -> Iterator[Verdict]:
    """Ahead of each tool that does comparable work: cold in one process, and with nothing changed."""
    ours = (FLOOR, PARSE)
    others = [name for name in project.samples if name not in ours and not name.startswith(("archlint", "ruff"))]
    for way, mark, own in (("cold", ", cold", COLD), ("warm", "", UNCHANGED)):
        timed = {name: project.seconds(name) for name in others if name.endswith(mark) and project.seconds(name)}
        # The work compared with import-linter's includes its contract, where archlint has run with it.
        column = CONTRACT if way == "cold" and project.seconds(CONTRACT) else own
        if timed and project.seconds(column):
            best = min(timed, key=lambda name: statistics.median(timed[name]))
            verdict = _ratio(project, column, best, 1.0, f"ahead of the tools of its kind, {way}: < 1 × the fastest")
            yield verdict._replace(figure=f"{verdict.figure} × {best.partition(',')[0]}")
