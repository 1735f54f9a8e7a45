"""Verdicts on findings: what a reader of the corpus decided about each, and what is still to be read."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from _common import BenchmarkError, write_atomic
from _runs import Finding

RIGHT = "right"
WRONG = "wrong"
SAMPLE_SIZE = 10


class Verdict(NamedTuple):
    """One line of ``verdicts.jsonl``. (project, fingerprint) is the key; the rest tells a human what it was."""

    project: str
    code: str
    fingerprint: str
    path: str
    symbol: str
    message: str
    verdict: str
    reason: str


Verdicts = Mapping[tuple[str, str], Verdict]


def load(path: Path) -> dict[tuple[str, str], Verdict]:
    """Read the verdicts, none when there is no file; ``BenchmarkError`` names the line that is not one."""
    verdicts: dict[tuple[str, str], Verdict] = {}
    if not path.exists():
        return verdicts
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            verdict = Verdict(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise BenchmarkError(f"{path}:{number}: not a verdict: {error}") from error
        key = (verdict.project, verdict.fingerprint)
        if verdict.verdict not in (RIGHT, WRONG) or key in verdicts:
            raise BenchmarkError(f"{path}:{number}: neither right nor wrong, or a second verdict on one finding")
        verdicts[key] = verdict
    return verdicts


def save(verdicts: Verdicts, path: Path) -> None:
    """Write all verdicts, one a line, sorted by project, rule, path and fingerprint so that merges stay readable."""
    ordered = sorted(verdicts.values(), key=lambda one: (one.project, one.code, one.path, one.fingerprint))
    write_atomic(path, "".join(json.dumps(one._asdict(), ensure_ascii=False) + "\n" for one in ordered))


def judge(project: str, finding: Finding, verdict: str, reason: str) -> Verdict:
    """A verdict on a finding; ``BenchmarkError`` unless it says right or wrong, and why."""
    if verdict not in (RIGHT, WRONG):
        raise BenchmarkError(f"{finding.fingerprint}: a verdict is right or wrong, not {verdict!r}")
    if not reason.strip():
        raise BenchmarkError(f"{finding.fingerprint}: a verdict needs a reason")
    return Verdict(
        project=project,
        code=finding.code,
        fingerprint=finding.fingerprint,
        path=finding.path,
        symbol=finding.symbol,
        message=finding.message,
        verdict=verdict,
        reason=" ".join(reason.split()),
    )


def sample(project: str, findings: Iterable[Finding], size: int = SAMPLE_SIZE) -> list[Finding]:
    """The findings to be read of one project: up to ``size`` of each rule, in the order of the findings.

    Which ones depends on each finding's own key alone, so findings that come or go change at most their own place in
    the sample, and what has been read stays read.
    """
    findings = list(findings)
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_code[finding.code].append(finding)
    drawn = {
        finding.fingerprint
        for group in by_code.values()
        for finding in sorted(group, key=lambda one: _draw(project, one.fingerprint))[:size]
    }
    return [finding for finding in findings if finding.fingerprint in drawn]


class Tally(NamedTuple):
    """How far the reading of a set of findings has got."""

    right: int
    wrong: int
    unread: int


def tally(project: str, findings: Iterable[Finding], verdicts: Verdicts) -> Tally:
    """Count the findings by verdict."""
    given = [verdict_on(project, finding, verdicts) for finding in findings]
    return Tally(given.count(RIGHT), given.count(WRONG), given.count(""))


def verdict_on(project: str, finding: Finding, verdicts: Verdicts) -> str:
    """``right``, ``wrong``, or an empty string when nobody has judged it."""
    verdict = verdicts.get((project, finding.fingerprint))
    return verdict.verdict if verdict else ""


def _draw(project: str, fingerprint: str) -> bytes:
    return hashlib.sha256(f"{project}\0{fingerprint}".encode()).digest()
