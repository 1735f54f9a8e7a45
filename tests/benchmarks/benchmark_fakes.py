"""A corpus of one's own for the tests of the benchmark scripts: projects on disk, a fake archlint, no network."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import _budgets
import _common
import _copies
import _edits
import _figures
import _imports
import _measure
import _mutants
import _opinions
import _peers
import _projects
import _pyright
import _runs
import _stage
import _summary
import _tables
import _verdicts
import _ways
import _wrapping
import corpus
import identical
import mutants
import second_opinion
import speed

__all__ = [
    "FAKE_ARCHLINT",
    "Corpus",
    "_budgets",
    "_common",
    "_copies",
    "_edits",
    "_figures",
    "_imports",
    "_measure",
    "_mutants",
    "_opinions",
    "_peers",
    "_projects",
    "_pyright",
    "_runs",
    "_stage",
    "_summary",
    "_tables",
    "_verdicts",
    "_ways",
    "_wrapping",
    "corpus",
    "finding",
    "identical",
    "mutants",
    "report",
    "second_opinion",
    "speed",
]

FAKE_ARCHLINT = shlex.join([sys.executable, "-I", "-S", str(Path(__file__).resolve().with_name("fake_archlint.py"))])
SOURCE = "".join(f"value_{number} = {number}\n" for number in range(1, 31)) + "def value() -> int:\n    return 31\n"


def finding(fingerprint: str, code: str = "ARC101", line: object = 3, **changes: Any) -> dict[str, Any]:
    """A finding as archlint's JSON report has it."""
    return {
        "code": code,
        "name": f"rule-{code.lower()}",
        "severity": "error",
        "message": f"message of {fingerprint}",
        "path": "pkg/service.py",
        "line": line,
        "column": 1,
        "end_line": line,
        "end_column": 8,
        "symbol": f"symbol_{fingerprint}",
        "help": "use the other thing",
        "url": "https://example.org",
        "fingerprint": fingerprint,
        "related": [{"path": "pkg/other.py", "line": 7, "column": 1, "message": "declared here"}],
        "fix": None,
        **changes,
    }


def report(findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A whole JSON report."""
    errors = sum(one["severity"] == "error" for one in findings)
    summary = {"files": 2, "errors": errors, "warnings": len(findings) - errors}
    summary |= {"fixable": 0, "suppressed": 0, "baselined": 0}
    return {"schema": 1, "archlint": "0.0.0", "summary": summary, "findings": list(findings)}


class Corpus:
    """Two projects, alpha and beta, already in a cache folder; each says what archlint will report on it."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self.verdicts = folder / "verdicts.jsonl"
        self.list = folder / "corpus.toml"
        rows = [f'[[project]]\nname = "{name}"\nversion = "1.0"\nroot = "app"\n' for name in ("alpha", "beta")]
        self.list.write_text("".join(rows), encoding="utf-8")
        for name in ("alpha", "beta"):
            package = self.root(name) / "pkg"
            package.mkdir(parents=True)
            (package / "service.py").write_text(SOURCE, encoding="utf-8")
            self.reports(name, [])

    def root(self, project: str) -> Path:
        """The package folder of a project."""
        return self.cache / "projects" / f"{project}-1.0" / "app"

    def reports(self, project: str, findings: Sequence[dict[str, Any]]) -> None:
        """Let archlint report these findings from now on."""
        (self.root(project) / "report.json").write_text(json.dumps(report(findings)), encoding="utf-8")

    def crashes(self, project: str, message: str) -> None:
        """Let archlint crash from now on."""
        (self.root(project) / "crash.txt").write_text(message, encoding="utf-8")

    def run(self, *arguments: str) -> int:
        """One command line of corpus.py on this corpus; returns the exit code."""
        shared = ["--cache", str(self.cache), "--projects", str(self.list), "--verdicts", str(self.verdicts)]
        running = arguments[0] not in ("diff", "judge", "fetch") and "--run" not in arguments
        return corpus.main([*arguments, *shared, *(["--archlint", FAKE_ARCHLINT] if running else [])])

    def lines(self) -> list[dict[str, str]]:
        """The verdicts on disk."""
        return [json.loads(line) for line in self.verdicts.read_text(encoding="utf-8").splitlines()]
