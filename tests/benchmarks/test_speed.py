"""speed.py: what it runs, what it counts, what it refuses. Figures are only checked for making sense."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest
from benchmark_fakes import FAKE_ARCHLINT, Corpus, _measure, _projects, finding, speed

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="speed.py needs a POSIX system")

HEADERS = ["run", "median", "min to max", "x parse", "x parse, paired", "x parse alone", "x empty", "peak memory"]


@pytest.fixture
def projects(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def measured(projects: Corpus, *arguments: str, archlint: str = FAKE_ARCHLINT) -> int:
    shared = ["--cache", str(projects.cache), "--projects", str(projects.list), "--archlint", archlint]
    return speed.main([*arguments, *shared])


def test_prints_a_row_for_each_way_of_running(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    (projects.root("alpha") / "pkg" / "other.py").write_text("a = 1\nb = 2", encoding="utf-8")
    projects.reports("alpha", [finding("f1")])
    assert measured(projects, "alpha", "--runs", "2") == 0
    shown = capsys.readouterr().out
    assert "2 interleaved runs" in shown
    assert "## alpha 1.0" in shown
    assert "2 files, 0.0 kLOC, 0.00 MB of Python; archlint checked 2 files." in shown
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in shown.splitlines() if row.startswith("| ")]
    assert rows[0] == HEADERS
    assert [row[0] for row in rows[1:]] == ["python -c pass", "ast.parse", "archlint, cold"]
    assert rows[2][3:5] == ["1.00", "1.00"]
    assert rows[1][6] == "1.0"
    assert all(float(row[7].removesuffix(" MB")) > 1 for row in rows[1:])


def test_says_when_the_comparison_is_not_like_for_like(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        (projects.root("alpha") / f"more_{number}.py").write_text("a = 1\n", encoding="utf-8")
    (projects.root("alpha") / "broken.py").write_text("def", encoding="utf-8")
    assert measured(projects, "alpha", "--runs", "1") == 0
    shown = capsys.readouterr().out
    assert "archlint checked 2 files fewer than were parsed" in shown
    assert "1 more files are refused by this interpreter's ast" in shown


def test_a_failing_archlint_is_a_failure(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    projects.crashes("alpha", "it broke")
    assert measured(projects, "alpha", "--quick") == 2
    assert "it broke" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "archlint", "said"),
    [
        (("gamma",), FAKE_ARCHLINT, "no project named gamma"),
        (("alpha", "--runs", "0"), FAKE_ARCHLINT, "1 or more"),
        (("alpha",), "no-such-command", "no such command"),
        (("alpha",), shlex.join([sys.executable, "-c", "import sys; sys.exit(3)"]), "cannot run"),
    ],
)
def test_refuses_what_cannot_be_measured(
    projects: Corpus, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], archlint: str, said: str
) -> None:
    assert measured(projects, *arguments, archlint=archlint) == 2
    assert said in capsys.readouterr().err


def test_a_project_without_python_files_is_refused(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    (projects.root("alpha") / "pkg" / "service.py").unlink()
    assert measured(projects, "alpha") == 2
    assert "no Python file" in capsys.readouterr().err


def test_cold_options_are_those_archlint_has() -> None:
    plain = ("check", ".", "--isolated", "--output-format", "json")
    assert speed.cold_arguments(shlex.split(FAKE_ARCHLINT)) == (*plain, "--no-cache")


def test_statistics() -> None:
    samples = {
        speed.FLOOR: [_measure.Sample(seconds, 10_000_000, None) for seconds in (0.01, 0.01, 0.01)],
        speed.PARSE: [_measure.Sample(seconds, 20_000_000, inner) for seconds, inner in ((1, 0.5), (2, 1), (4, 2))],
        speed.COLD: [_measure.Sample(seconds, 30_000_000, None) for seconds in (3, 2, 8)],
    }
    found = {"accepted": ["a.py"], "refused": [], "lines": 1500, "bytes": 2_500_000}
    section = speed.section(_projects.Project("alpha", "1.0", "app"), found, 1, samples)
    assert "1 files, 1.5 kLOC, 2.50 MB of Python; archlint checked 1 files." in section
    cold = [cell.strip() for cell in section.splitlines()[-1].split("|")[1:-1]]
    # Medians: 3 against 2 (1 inside ast.parse, 0.01 empty); ratios within the rounds: 3, 1 and 2.
    assert cold == ["archlint, cold", "3000 ms", "2000 to 8000", "1.50", "2.00", "3.00", "300.0", "30 MB"]
