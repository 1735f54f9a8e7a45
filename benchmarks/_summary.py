"""What a reader sees of a run: Markdown summaries, findings in their source, the difference of two runs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from _common import table
from _runs import Finding, Outcome
from _verdicts import Verdicts, sample, tally, verdict_on

CONTEXT_LINES = 2
# str.splitlines would also split at form feeds and the like, and every later line number would be off.
NEWLINE = re.compile(r"\r\n|\r|\n")


class Source:
    """Reads the lines around findings in one project's package folder; files are read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, list[str]] = {}

    def excerpt(self, finding: Finding) -> list[str]:
        """The finding's line, marked, with the lines around it; a sentence instead when it cannot be read."""
        lines = self._lines(finding.path)
        if not 1 <= finding.line <= len(lines):
            return [f"(no line {finding.line} in {finding.path})"]
        first = max(1, finding.line - CONTEXT_LINES)
        last = min(len(lines), finding.line + CONTEXT_LINES)
        width = len(str(last))
        return [
            f"{'>' if number == finding.line else ' '} {number:>{width}} | {lines[number - 1]}".rstrip()
            for number in range(first, last + 1)
        ]

    def _lines(self, path: str) -> list[str]:
        if path not in self._files:
            try:
                text = (self._root / path).read_bytes().decode("utf-8-sig", errors="replace")
            except OSError:
                text = ""
            self._files[path] = NEWLINE.split(text) if text else []
        return self._files[path]


def matches(finding: Finding, rules: Sequence[str]) -> bool:
    """Whether a finding is of one of the rules, given by code, by the start of one, or by name; all when none given."""
    return not rules or any(finding.code.startswith(rule) or finding.name == rule for rule in rules)


def overview(outcomes: Iterable[Outcome], rules: Sequence[str], verdicts: Verdicts) -> str:
    """Markdown for a whole run: a row a project, then a row for each rule and project."""
    projects: list[tuple[str, ...]] = []
    counts: list[tuple[str, ...]] = []
    problems: list[str] = []
    for outcome in outcomes:
        findings = [finding for finding in outcome.findings if matches(finding, rules)]
        status = "failed" if outcome.problem else str(outcome.exit_code)
        files = str(outcome.report["summary"]["files"]) if outcome.report else "-"
        severities = [str(sum(one.severity == level for one in findings)) for level in ("error", "warning")]
        name = f"{outcome.project} {outcome.version}"
        projects.append((name, status, files, *severities, f"{outcome.seconds:.1f}"))
        counts.extend(_rule_rows(outcome.project, findings, verdicts))
        if outcome.problem:
            problems.append(f"{outcome.project} failed: {outcome.problem}\n  command: {' '.join(outcome.command)}")
    parts = [table(("project", "exit", "files", "errors", "warnings", "seconds"), projects)]
    if counts:
        headers = ("rule", "project", "findings", "right", "wrong", "unread of sample")
        parts.append(table(headers, sorted(counts)))
    return "\n\n".join(parts + [f"```\n{problem}\n```" for problem in problems])


def project_page(outcome: Outcome, root: Path, rules: Sequence[str], verdicts: Verdicts) -> str:
    """Markdown for one project: every finding under its rule, in its source, with the verdict on it."""
    source = Source(root)
    lines = [f"# {outcome.project} {outcome.version}", "", f"`{' '.join(outcome.command)}`", ""]
    lines += [overview([outcome], rules, verdicts), ""]
    for code, findings in _by_rule(finding for finding in outcome.findings if matches(finding, rules)):
        lines += [f"## {code} {findings[0].name} ({len(findings)})", ""]
        for finding in findings:
            lines += _finding_page(outcome.project, finding, source, verdicts)
    return "\n".join(lines)


def in_source(project: str, finding: Finding, source: Source) -> str:
    """One finding as plain text, with all a reader needs to judge it."""
    subject = f"  symbol {finding.symbol}" if finding.symbol else ""
    head = [
        f"{project}  {finding.code} {finding.name}  fingerprint {finding.fingerprint}",
        f"  {finding.place}: {finding.severity}: {finding.message}{subject}",
        *(f"  related {place}" for place in finding.related),
    ]
    return "\n".join(head + [f"    {line}" for line in source.excerpt(finding)]) + "\n"


def difference(
    before: Mapping[str, Outcome], after: Mapping[str, Outcome], rules: Sequence[str], verdicts: Verdicts
) -> list[str]:
    """What appeared (+) and disappeared (-) from one run to the other, by project and rule; empty when nothing did.

    Findings are the same when their fingerprints are. A project that failed in, or is missing from, one of the runs is
    not compared; that is reported as a difference of its own.
    """
    lines = []
    for project in sorted({*before, *after}):
        old, new = before.get(project), after.get(project)
        if old is None or new is None:
            lines.append(f"{project}: only in the {'second' if old is None else 'first'} run, not compared")
        elif old.problem or new.problem:
            lines += [] if old.problem and new.problem else _one_failed(project, old)
        else:
            lines += _changes(project, old.findings, new.findings, rules, verdicts)
    return lines


def _one_failed(project: str, old: Outcome) -> list[str]:
    return [f"{project}: failed in the {'first' if old.problem else 'second'} run only, not compared"]


def _changes(
    project: str, old: Sequence[Finding], new: Sequence[Finding], rules: Sequence[str], verdicts: Verdicts
) -> list[str]:
    old_keys = {finding.fingerprint for finding in old}
    new_keys = {finding.fingerprint for finding in new}
    changed = [("+", finding) for finding in new if finding.fingerprint not in old_keys]
    changed += [("-", finding) for finding in old if finding.fingerprint not in new_keys]
    changed = [(sign, finding) for sign, finding in changed if matches(finding, rules)]
    signs = {finding.fingerprint: sign for sign, finding in changed}
    if not changed:
        return []
    lines = [f"{project}: {_signed(list(signs.values()))}"]
    for code, findings in _by_rule(finding for _, finding in changed):
        lines.append(f"  {code} {findings[0].name}: {_signed([signs[one.fingerprint] for one in findings])}")
        for finding in findings:
            judged = verdict_on(project, finding, verdicts)
            note = f"  [judged {judged}]" if judged else ""
            lines.append(f"    {signs[finding.fingerprint]} {finding.place}: {finding.message}{note}")
    return lines


def _signed(signs: Sequence[str]) -> str:
    return f"+{signs.count('+')} -{signs.count('-')}"


def _by_rule(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.code].append(finding)
    for code in sorted(groups):
        yield code, sorted(groups[code], key=lambda one: (one.path, one.line, one.column))


def _rule_rows(project: str, findings: Sequence[Finding], verdicts: Verdicts) -> Iterator[tuple[str, ...]]:
    for code, group in _by_rule(findings):
        everything = tally(project, group, verdicts)
        unread = tally(project, sample(project, group), verdicts).unread
        rule = f"{code} {group[0].name}"
        yield rule, project, *map(str, (len(group), everything.right, everything.wrong, unread))


def _finding_page(project: str, finding: Finding, source: Source, verdicts: Verdicts) -> list[str]:
    verdict = verdicts.get((project, finding.fingerprint))
    facts = [f"fingerprint `{finding.fingerprint}`"]
    facts += [f"symbol `{finding.symbol}`"] if finding.symbol else []
    facts += [f"related `{place}`" for place in finding.related]
    facts += [f"**{verdict.verdict}**: {verdict.reason}"] if verdict else []
    excerpt = source.excerpt(finding)
    # A fence longer than any in the source, so the source cannot close it.
    fence = "`" * max(3, 1 + max((len(run) for line in excerpt for run in re.findall("`+", line)), default=0))
    heading = f"### `{finding.path}:{finding.line}` {finding.message}"
    return [heading, "", *(f"* {fact}" for fact in facts), "", fence, *excerpt, fence, ""]
