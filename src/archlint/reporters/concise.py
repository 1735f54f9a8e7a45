"""One line a finding, for grep and for editors that jump to places: ``path:line:column: CODE message``."""

from archlint.core import Finding, Report
from archlint.reporters import View
from archlint.reporters.summary import summary
from archlint.reporters.visible import visible


def render(report: Report, view: View) -> str:
    """A line a finding, then the summary."""
    lines = [_line(finding) for finding in report.findings]
    if not view.quiet:
        lines.append(summary(report))
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding) -> str:
    span = finding.span
    return visible(f"{finding.path}:{span.line}:{span.column}: {finding.code} {finding.message}")
