"""identical.py: silent about what is the same, and it shows what differs."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from benchmark_fakes import Corpus, identical

FAKE = shlex.join([sys.executable, "-I", "-S", str(Path(__file__).resolve().with_name("caching_archlint.py"))])


@pytest.fixture
def projects(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def compared(projects: Corpus, kind: str) -> int:
    shared = ["--cache", str(projects.cache), "--projects", str(projects.list), "--archlint", f"{FAKE} {kind}"]
    return identical.main(["alpha", *shared])


def test_the_same_reports(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in projects.root("alpha").rglob("*.py")}
    assert compared(projects, "honest") == 0
    assert "alpha: " in (shown := capsys.readouterr().out)
    assert "reports identical, 1 findings" in shown
    assert {path: path.read_bytes() for path in projects.root("alpha").rglob("*.py")} == before


def test_another_report_after_an_edit(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(projects, "forgetful") == 1
    shown = capsys.readouterr().out
    assert "alpha: json, pkg/service.py: a comment above: not what it is without a cache" in shown
    assert '\n-{"findings"' in shown


def test_an_archlint_that_fails(projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    shared = ["--cache", str(projects.cache), "--projects", str(projects.list)]
    assert (
        identical.main(["alpha", *shared, "--archlint", f"{shlex.quote(sys.executable)} -c 'raise SystemExit(3)'"]) == 2
    )
    assert "exit code 3" in capsys.readouterr().err
