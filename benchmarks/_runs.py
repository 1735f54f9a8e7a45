"""Running archlint on a project, and keeping what it said."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from _common import BenchmarkError, write_atomic
from _projects import Project

# Longer than any project should ever take: a run that lasts this long hangs, which is a failure to show.
TIMEOUT_SECONDS = 900
RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Finding(NamedTuple):
    """What a reader needs of one finding in archlint's JSON report; lines and columns count from 1."""

    fingerprint: str
    code: str
    name: str
    severity: str
    message: str
    path: str
    line: int
    column: int
    symbol: str
    help: str
    related: tuple[str, ...]

    @property
    def place(self) -> str:
        """``path:line:column``, which terminals and editors open."""
        return f"{self.path}:{self.line}:{self.column}"


class Outcome(NamedTuple):
    """One run of archlint on one project.

    Attributes:
        exit_code: archlint's, or None when it did not start or was stopped for taking too long.
        seconds: wall time of the whole process; an indication only, ``speed.py`` measures.
        problem: why the run counts as failed, with what archlint wrote to stderr; empty when it did not fail.
        report: archlint's JSON report as it came; empty after a failure.
        findings: those of the report.
    """

    project: str
    version: str
    command: tuple[str, ...]
    exit_code: int | None
    seconds: float
    problem: str
    report: dict[str, Any]
    findings: tuple[Finding, ...]


def check(project: Project, root: Path, archlint: Sequence[str], preset: str) -> Outcome:
    """Run ``archlint check`` in the project's package folder. Never raises for what archlint does."""
    command = (*archlint, "check", ".", "--isolated", "--preset", preset, "--output-format", "json")
    started = time.perf_counter()
    exit_code: int | None = None
    stdout = stderr = b""
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        exit_code, stdout, stderr = done.returncode, done.stdout, done.stderr
        problem = "" if exit_code in (0, 1) else f"exit code {exit_code}"
    except subprocess.TimeoutExpired:
        problem = f"no answer after {TIMEOUT_SECONDS} s"
    except OSError as error:
        problem = f"cannot start: {error}"
    seconds = time.perf_counter() - started
    report: dict[str, Any] = {}
    findings: tuple[Finding, ...] = ()
    if not problem:
        try:
            report = json.loads(stdout)
            findings = read_findings(report)
        except ValueError as error:
            problem, report = f"not a valid report: {error}", {}
    if problem:
        problem = f"{problem}\n{stderr.decode(errors='replace').strip()}".strip()
    return Outcome(project.name, project.version, command, exit_code, seconds, problem, report, findings)


def read_findings(report: dict[str, Any]) -> tuple[Finding, ...]:
    """The findings of a JSON report; ``ValueError`` where it breaks the documented schema or repeats a fingerprint."""
    try:
        findings = tuple(_finding(row) for row in report["findings"])
        counts = [report["summary"][key] for key in ("files", "errors", "warnings")]
    except (KeyError, TypeError) as error:
        raise ValueError(f"unexpected shape: {error!r}") from error
    if counts[1] + counts[2] != len(findings):
        raise ValueError(f"the summary counts {counts[1]} + {counts[2]} findings, the list has {len(findings)}")
    seen: dict[str, Finding] = {}
    for finding in findings:
        other = seen.setdefault(finding.fingerprint, finding)
        if other is not finding:
            raise ValueError(f"fingerprint {finding.fingerprint} twice: {other.place} and {finding.place}")
    return findings


def save(outcome: Outcome, run_folder: Path) -> None:
    """Keep an outcome as ``<project>.json`` in the run's folder."""
    kept = {key: value for key, value in outcome._asdict().items() if key != "findings"}
    write_atomic(run_folder / f"{outcome.project}.json", json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


def load(run_folder: Path) -> dict[str, Outcome]:
    """The outcomes kept under a run's name, by project; ``BenchmarkError`` where there are none or one is damaged."""
    outcomes = {outcome.project: outcome for outcome in map(_load_one, sorted(run_folder.glob("*.json")))}
    if not outcomes:
        known = ", ".join(folder.name for folder in saved(run_folder.parent)) or "none"
        raise BenchmarkError(f"no run named {run_folder.name}; there are: {known}")
    return outcomes


def saved(runs: Path) -> list[Path]:
    """The folders of all runs kept, the one written last first."""
    dated = [(max(file.stat().st_mtime_ns for file in files), folder) for folder, files in _with_files(runs)]
    return [folder for _, folder in sorted(dated, reverse=True)]


def folder_of(cache: Path, name: str) -> Path:
    """Where the run of that name is kept; refuses names that are not plain file names."""
    if not RUN_NAME.fullmatch(name):
        raise BenchmarkError(f"not a run name: {name!r} (letters, digits, '.', '_' and '-')")
    return cache / "runs" / name


def _load_one(path: Path) -> Outcome:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        findings = read_findings(kept["report"]) if kept["report"] else ()
        kept["command"] = tuple(kept["command"])
        return Outcome(**kept, findings=findings)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BenchmarkError(f"{path}: not a kept run: {error!r}") from error


def _with_files(runs: Path) -> list[tuple[Path, list[Path]]]:
    folders = [folder for folder in runs.iterdir() if folder.is_dir()] if runs.is_dir() else []
    listed = [(folder, list(folder.glob("*.json"))) for folder in folders]
    return [(folder, files) for folder, files in listed if files]


def _finding(row: dict[str, Any]) -> Finding:
    related = tuple(f"{other['path']}:{other['line']}: {other['message']}" for other in row["related"])
    plain = {key: row[key] for key in Finding._fields if key != "related"}
    for key, value in plain.items():
        if not isinstance(value, int if key in ("line", "column") else str):
            raise ValueError(f"{key} is {value!r} in {row}")
    if not plain["fingerprint"]:
        raise ValueError(f"no fingerprint in {row}")
    return Finding(**plain, related=related)
