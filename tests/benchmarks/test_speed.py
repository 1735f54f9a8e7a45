"""speed.py: what it runs, what it prints, what it refuses. Figures are only checked for making sense."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest
from benchmark_fakes import FAKE_ARCHLINT, Corpus, _budgets, _stage, _ways, finding, speed

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="speed.py needs a POSIX system")

HEADERS = ["run", "runs", "median", "min to max", "x parse", "paired", "x empty", "x ruff", "peak memory"]
ARCHLINT = [
    _ways.VERSION, _ways.COLD, _ways.COLD_TWO, _ways.WRITING, _ways.UNCHANGED, _ways.BODY, _ways.INTERFACE, _ways.ADDED,
    _ways.GIVEN,
]  # fmt: skip


@pytest.fixture
def projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setattr(speed, "find_ruff", lambda home: None)
    monkeypatch.setattr(_stage, "SETTLED", 0)
    return Corpus(tmp_path)


def measured(projects: Corpus, *arguments: str, archlint: str = FAKE_ARCHLINT) -> int:
    shared = ["--cache", str(projects.cache), "--projects", str(projects.list), "--archlint", archlint]
    return speed.main([*arguments, *shared])


def rows_of(shown: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in shown.splitlines() if row.startswith("| ")]


def test_prints_a_row_for_each_way_of_running(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    (projects.root("alpha") / "pkg" / "other.py").write_text("a = 1\nb = 2", encoding="utf-8")
    projects.reports("alpha", [finding("f1")])
    assert measured(projects, "alpha", "--runs", "2", "--peers", "none") == 0
    shown = capsys.readouterr().out
    assert "2 interleaved runs" in shown
    assert "### alpha 1.0" in shown
    assert "2 files, 0.0 kLOC, 0.00 MB of Python." in shown
    assert "* ruff: not installed" in shown
    table, _, budgets = shown.partition("### Budgets")
    rows = rows_of(table)
    assert rows[0] == HEADERS
    assert [row[0] for row in rows[1:]] == [_ways.FLOOR, _ways.PARSE, *ARCHLINT]
    assert {row[1] for row in rows[1:]} == {"2"}
    assert rows[2][4:6] == ["1.00", "1.00"]
    assert rows[1][6] == "1.0"
    assert all(float(row[8].removesuffix(" MB")) > 1 for row in rows[1:])
    # The fake one imports nothing that the interpreter tells of, being isolated; the size suits one budget more.
    assert [row[0].partition(":")[0] for row in rows_of(budgets)[1:]] == [
        "one file given", "one file given", "--version", "cold, time a line at 1 M lines",
    ]  # fmt: skip


def test_nothing_is_changed_in_the_project(projects: Corpus) -> None:
    folder = projects.root("alpha")
    (folder / "pkg" / "other.py").write_text("import os\n", encoding="utf-8")
    before = {path: (path.stat(), path.is_file() and path.read_bytes()) for path in (folder, *folder.rglob("*"))}
    assert measured(projects, "alpha", "--runs", "1", "--peers", "none") == 0
    assert {path: path.is_file() and path.read_bytes() for path in (folder, *folder.rglob("*"))} == {
        path: content for path, (_, content) in before.items()
    }
    assert all(path.stat().st_mtime_ns == status.st_mtime_ns for path, (status, _) in before.items())


def test_a_quick_run_measures_what_budgets_speak_of(
    projects: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speed, "QUICK_PROJECTS", ("beta",))
    assert measured(projects, "--quick") in (0, 1)
    table, _, budgets = capsys.readouterr().out.partition("### Budgets")
    assert "### beta 1.0" in table
    assert [row[0] for row in rows_of(table)[1:]] == [
        _ways.FLOOR, _ways.PARSE, _ways.VERSION, _ways.COLD, _ways.COLD_TWO, _ways.UNCHANGED, _ways.BODY, _ways.GIVEN,
    ]  # fmt: skip
    assert "≤ 1.5 × empty Python" in budgets


@pytest.mark.parametrize(("met", "exit_code"), [(True, 0), (None, 0), (False, 1)])
def test_a_budget_that_is_not_met_is_told_by_the_exit_code(
    projects: Corpus, monkeypatch: pytest.MonkeyPatch, met: bool | None, exit_code: int
) -> None:
    verdicts = [_budgets.Verdict("cold", "alpha", "1.0", True), _budgets.Verdict("warm", "alpha", "1.0", met)]
    monkeypatch.setattr(speed, "judge", lambda measured: verdicts)
    assert measured(projects, "alpha", "--budgets", "--runs", "1") == exit_code
    assert measured(projects, "alpha", "--runs", "1", "--peers", "none") == 0


def test_a_folder_is_measured_too(projects: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = projects.root("alpha")
    assert measured(projects, f"{folder}{os.sep}", "--budgets", "--runs", "1") in (0, 1)
    assert "### alpha-1.0/app" in capsys.readouterr().out
    assert measured(projects, f"{tmp_path}{os.sep}missing") == 2
    assert "no such folder" in capsys.readouterr().err


def test_says_when_the_comparison_is_not_like_for_like(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        (projects.root("alpha") / f"more_{number}.py").write_text("a = 1\n", encoding="utf-8")
    (projects.root("alpha") / "broken.py").write_text("def", encoding="utf-8")
    assert measured(projects, "alpha", "--runs", "1", "--peers", "none") == 0
    shown = capsys.readouterr().out
    assert "archlint checked 2 files fewer than were parsed" in shown
    assert "1 more are refused by this interpreter's ast" in shown
    assert _ways.WHOLE in [row[0] for row in rows_of(shown)]


def test_peers_that_are_missing_are_told(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    assert measured(projects, "alpha", "--runs", "1", "--budgets", "--peers", "pylint,import-linter") in (0, 1)
    shown = capsys.readouterr().out
    assert "* pylint: not installed; `speed.py --install-peers` does that." in shown
    assert "* import-linter: not installed" in shown
    assert "bandit" not in shown


def test_the_tables_go_into_the_readme(
    projects: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(
        "Before\n<!-- speed.py: begin -->\nmeasured once\n<!-- speed.py: end -->\nAfter\n", encoding="utf-8"
    )
    monkeypatch.setattr(speed, "README", readme)
    assert measured(projects, "alpha", "--runs", "1", "--peers", "none", "--write") == 0
    written = readme.read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip() in written
    assert written.startswith("Before\n<!-- speed.py: begin -->\n2")
    assert written.endswith("\n<!-- speed.py: end -->\nAfter\n")
    assert "measured once" not in written
    readme.write_text("no place", encoding="utf-8")
    assert measured(projects, "alpha", "--runs", "1", "--peers", "none", "--write") == 2
    assert "no place for the tables" in capsys.readouterr().err


def test_a_failing_archlint_is_a_failure(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    projects.crashes("alpha", "it broke")
    assert measured(projects, "alpha", "--quick") == 2
    assert "it broke" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "archlint", "said"),
    [
        (("gamma",), FAKE_ARCHLINT, "no project named gamma"),
        (("alpha", "--runs", "0"), FAKE_ARCHLINT, "1 or more"),
        (("alpha", "--limit", "0"), FAKE_ARCHLINT, "more than 0"),
        (("alpha", "--peers", "pylint,lint"), FAKE_ARCHLINT, "no peer named lint"),
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
