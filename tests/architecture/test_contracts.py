"""Each of archlint's own contracts holds, and a planted violation of it fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANTED = {
    "Imports point one way": ("core/finding.py", "import archlint.config.settings"),
    "Rules import only archlint.plugin and the standard library": (
        "rules/linter/syntax_error.py",
        "import archlint.core.finding",
    ),
    "Rules never import one another": (
        "rules/linter/syntax_error.py",
        "import archlint.rules.linter.unknown_rule",
    ),
    "Reporters import only core": ("reporters/json.py", "import archlint.project.model"),
    "Only facts read ast": ("project/walk.py", "import ast"),
    "Only facts know the store's database": ("engine/run.py", "import sqlite3"),
    "Only project asks astroid": ("facts/lowering.py", "import astroid"),
    "Only the command line knows click, only it and reporters know rich": ("engine/run.py", "import rich"),
    "Only project sees lowered statements and expressions": ("plugin.py", "import archlint.facts.statements"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_every_contract_has_a_planted_violation() -> None:
    names = [line[7:] for line in (ROOT / ".importlinter").read_text().splitlines() if line.startswith("name = ")]
    assert sorted(names) == sorted(PLANTED)


def test_the_contracts_hold(copy: Path) -> None:
    outcome = lint_imports(copy)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_breaks_its_contract(copy: Path, contract: str) -> None:
    name, line = PLANTED[contract]
    file = copy / "src/archlint" / name
    file.write_text(f"{file.read_text()}\n{line}\n")
    outcome = lint_imports(copy)
    assert outcome.returncode == 1
    assert f"{contract} BROKEN" in outcome.stdout


def test_archlint_finds_nothing_in_itself_and_a_planted_constant(copy: Path) -> None:
    def check() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "archlint", "check", "src", "--isolated", "--output-format", "concise"]
        return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)

    clean = check()
    assert clean.returncode == 0, clean.stdout + clean.stderr
    file = copy / "src/archlint/core/report.py"
    file.write_text(f"{file.read_text()}\n\ndef limit() -> int:\n    LIMIT = 10\n    return LIMIT\n")
    planted = check()
    assert planted.returncode == 1
    assert "ARC120" in planted.stdout
