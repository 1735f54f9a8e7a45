"""Annotations on a pull request: GitHub's workflow commands, one a finding.

The syntax is that of https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions, the escapes are
those of ``command.ts`` in https://github.com/actions/toolkit.
"""

from archlint.core import Finding, Report
from archlint.reporters import View
from archlint.reporters.summary import summary

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report, view: View) -> str:
    """A command a finding, then the summary, which the log shows as it is."""
    lines = [_command(finding) for finding in report.findings]
    if not view.quiet:
        lines.append(summary(report))
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding) -> str:
    span = finding.span
    properties: dict[str, str | int] = {"file": finding.path, "line": span.line}
    if span.line == span.end_line:
        properties |= {"col": span.column, "endLine": span.end_line, "endColumn": span.end_column}
    else:  # GitHub takes columns only within one line
        properties["endLine"] = span.end_line
    properties["title"] = f"{finding.code} {finding.name}"
    written = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items())
    text = "\n".join(part for part in (finding.message, finding.help) if part)
    return f"::{finding.severity} {written}::{text.translate(_DATA)}"
