from pathlib import Path

import pytest
from cli_fakes import RULES, FakeEngine, Run, runner
from cli_project import make

from archlint import engine


@pytest.fixture
def archlint(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ARCHLINT_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    return runner(capsys)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    return FakeEngine(monkeypatch)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "known_rules", lambda: RULES)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path / "project")
