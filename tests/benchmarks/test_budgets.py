"""What speed.py makes of samples: ratios, budgets, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from benchmark_fakes import _budgets, _figures, _measure, _tables, _ways


def project(
    lines: int, seconds: Mapping[str, Sequence[float]], peak: int = 10_000_000, findings: int | None = 5
) -> _budgets.Measured:
    samples = {name: [_measure.Sample(value, peak, None) for value in values] for name, values in seconds.items()}
    return _budgets.Measured(f"lines-{lines}", lines, samples, findings, frozenset({"ast", "rich"}))


def verdicts(*projects: _budgets.Measured) -> dict[str, tuple[str, bool | None]]:
    return {one.budget.partition(" ×")[0]: (one.figure, one.met) for one in _budgets.judge(projects)}


GOOD = {
    _ways.FLOOR: (0.01, 0.01), _ways.PARSE: (1.0, 1.0), _ways.VERSION: (0.012, 0.014), _ways.COLD: (1.6, 1.6),
    _ways.COLD_TWO: (0.9, 0.9), _ways.UNCHANGED: (0.02, 0.02), _ways.BODY: (0.1, 0.08), _ways.GIVEN: (0.08, 0.08),
    _ways.RUFF_UNCHANGED: (0.2, 0.2), _ways.RUFF_CLEAN: (0.016, 0.016), _ways.RUFF_BODY: (0.2, 0.2),
}  # fmt: skip


class TestBudgets:
    def test_a_middling_project_has_all_that_speak_of_such(self) -> None:
        found = verdicts(project(375_000, GOOD))
        assert found == {
            "cold, 1 process: ≤ 1.7": ("1.60 (1.60 to 1.60)", True),
            "cold, 2 processes: ≤ 1.0": ("0.90 (0.90 to 0.90)", True),
            "unchanged: ≤ 2.5": ("2.00 (2.00 to 2.00)", True),
            "unchanged: ≤ 0.2": ("0.10 (0.10 to 0.10)", True),
            "unchanged: ≤ 1.5": ("1.25 (1.25 to 1.25)", True),
            "one body changed: ≤ 10": ("9.00 (8.00 to 10.00)", True),
            "one body changed: ≤ 1.0": ("0.45 (0.40 to 0.50)", True),
            "--version: ≤ 1.5": ("1.30 (1.20 to 1.40)", True),
            "cold, time a line at 1 M lines: ≤ 1.3": ("not measured", None),
        }

    @pytest.mark.parametrize(
        ("lines", "budgets"), [(19_000, 0), (20_000, 1), (100_000, 5), (299_000, 5), (300_000, 7), (451_000, 5)]
    )
    def test_each_speaks_of_some_sizes(self, lines: int, budgets: int) -> None:
        # --version and growth are not about one project.
        assert len(verdicts(project(lines, GOOD))) - 2 == budgets

    def test_some_speak_of_ruff_with_findings(self) -> None:
        assert len(verdicts(project(375_000, GOOD, findings=0))) == 7

    def test_misses(self) -> None:
        slow = {**GOOD, _ways.COLD: (1.8, 1.8), _ways.UNCHANGED: (0.03, 0.03), _ways.VERSION: (0.016, 0.016)}
        found = verdicts(project(128_000, slow))
        assert [budget for budget, (_, met) in found.items() if met is False] == [
            "cold, 1 process: ≤ 1.7", "unchanged: ≤ 2.5", "unchanged: ≤ 1.5", "--version: ≤ 1.5",
        ]  # fmt: skip

    def test_a_small_project(self) -> None:
        found = verdicts(project(3_000, GOOD))
        assert found["one file given: ≤ 9"] == ("8.00 (8.00 to 8.00)", True)
        assert ("rich", False) in found.values()

    def test_what_was_not_measured_is_neither_met_nor_missed(self) -> None:
        found = verdicts(_budgets.Measured("x", 375_000, {_ways.FLOOR: [_measure.Sample(1, 1, None)]}, 1))
        assert set(found.values()) == {("not measured", None)}
        assert len(found) == 9

    def test_growth_and_memory_at_a_million_lines(self) -> None:
        base = project(128_000, {**GOOD, _ways.COLD: (1.0, 1.0)})
        large = {**GOOD, _ways.COLD: (12.0, 12.0), _ways.PARSE: (8.0, 8.0)}
        found = verdicts(base, project(1_000_000, large, peak=551_000_000))
        assert found["cold, time a line at 1 M lines: ≤ 1.3"] == ("1.54 (parse alone: 1.02)", False)
        assert found["peak memory: ≤ 150 MB + 400 bytes a line"][1] is False
        found = verdicts(base, project(1_000_000, {**large, _ways.COLD: (9.0, 9.0)}, peak=549_000_000))
        assert found["cold, time a line at 1 M lines: ≤ 1.3"][1] is True
        assert found["peak memory: ≤ 150 MB + 400 bytes a line"] == ("549 of 550 MB (cold, 1 process)", True)

    def test_ahead_of_the_others(self) -> None:
        others = {"import-linter, cold": (2.0,), "import-linter, unchanged": (0.01,), "pylint, cold": (90.0,)}
        found = verdicts(project(50_000, {**GOOD, **others}))
        assert found["ahead of the tools of its kind, cold: < 1"] == ("0.80 (0.80 to 0.80) × import-linter", True)
        assert found["ahead of the tools of its kind, warm: < 1"] == ("2.00 (2.00 to 2.00) × import-linter", False)
        found = verdicts(project(50_000, {**GOOD, **others, _ways.CONTRACT: (2.2,)}))
        assert found["ahead of the tools of its kind, cold: < 1"][1] is False


def test_ratios() -> None:
    assert _figures.spread([3, 1, 8]) == (3, 1, 8)
    assert _figures.ratio_of_medians([3, 2, 8], [1, 2, 4]) == 1.5
    assert _figures.paired([3, 2, 8], [1, 2, 4]) == (2, 1, 3)
    # One that took part in the first rounds only.
    assert _figures.paired([3, 2], [1, 2, 4]) == (2, 1, 3)


def test_a_row_of_the_table() -> None:
    samples = {
        _ways.FLOOR: [_measure.Sample(seconds, 10_000_000, None) for seconds in (0.01, 0.01, 0.01)],
        _ways.PARSE: [_measure.Sample(seconds, 20_000_000, inner) for seconds, inner in ((1, 0.5), (2, 1), (4, 2))],
        _ways.COLD: [_measure.Sample(seconds, 30_000_000, None) for seconds in (3, 2, 8)],
        _ways.RUFF_COLD: [_measure.Sample(0.05, 30_000_000, None)],
    }
    columns = [_measure.Column(name, ("x",), Path()) for name in (*samples, "pylint, cold")]
    columns[2] = columns[2]._replace(rival=_ways.RUFF_COLD)
    found = {"accepted": ["a.py"], "refused": [], "lines": 1500, "bytes": 2_500_000}
    measured = _budgets.Measured("alpha", 1500, samples)
    failures = {"pylint, cold": "pylint -x: exit code 32\nno such option\n"}
    section = _tables.render(_tables.Section("alpha 1.0", found, 1, columns, measured, failures, ["a note."]))
    assert "1 files, 1.5 kLOC, 2.50 MB of Python. Inside ast.parse: 1000 ms." in section
    # Medians: 3 against 2 (0.01 empty, 0.05 ruff); ratios within the rounds: 3, 1 and 2.
    row = ["archlint, cold, 1 process", "3", "3000 ms", "2000 to 8000", "1.50", "2.00", "300.0", "60.00", "30 MB"]
    assert row in [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines()]
    assert section.endswith("\n\n* a note.\n* pylint, cold: no such option.")


def test_the_budget_table() -> None:
    shown = _tables.budget_table(
        [
            _budgets.Verdict("cold", "alpha", "1.2", True),
            _budgets.Verdict("warm", "alpha", "9.2", False),
            _budgets.Verdict("growth", "–", "not measured", None),
        ]
    )
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in shown.splitlines()[4:]]
    assert cells == [
        ["cold", "alpha", "1.2", "met"],
        ["warm", "alpha", "9.2", "**not met**"],
        ["growth", "–", "not measured", "–"],
    ]
