"""The report for a person at a terminal: what, where, why, and what to do instead."""

from collections.abc import Iterator

from archlint.core import ERROR, Finding, Report
from archlint.reporters import View
from archlint.reporters.filled import filled
from archlint.reporters.quote import quote
from archlint.reporters.summary import summary
from archlint.reporters.visible import visible

_NARROWEST = 40
_INDENT = "  "

_PLACE = "bold"
_MARGIN = "blue"
_HELP = "bold cyan"
_NOTE = "bold blue"
_ERROR = "bold red"
_WARNING = "bold yellow"
_CLEAR = "bold green"


def render(report: Report, view: View) -> str:
    """Each finding with the line it is about, then the summary."""
    page = _Page(report, view)
    blocks = ["\n".join(page.finding(finding)) for finding in report.findings]
    if not view.quiet:
        style = _CLEAR if not report.findings else _ERROR if report.errors else _WARNING
        blocks.append(page.paint(summary(report), style))
    return "\n\n".join(blocks) + "\n" if blocks else ""


class _Page:
    """Lays findings out for one view."""

    def __init__(self, report: Report, view: View) -> None:
        self.lines = report.lines
        self.view = view
        self.width = max(view.width, _NARROWEST)

    def paint(self, text: str, style: str) -> str:
        if not self.view.color or not text:
            return text
        from rich.color import ColorSystem
        from rich.style import Style

        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)

    def finding(self, finding: Finding) -> Iterator[str]:
        severity = _ERROR if finding.severity == ERROR else _WARNING
        place = self.paint(visible(f"{finding.path}:{finding.span.line}:{finding.span.column}"), _PLACE)
        code = self.paint(finding.code, severity)
        yield f"{place}  {code} {finding.name}  {self.paint(finding.severity, severity)}"
        yield from self.paragraph("", finding.message)
        if self.view.source:
            yield from self.excerpt(finding, severity)
        for related in finding.related:
            where = f"{related.path}:{related.span.line}:{related.span.column}"
            yield from self.paragraph("note: ", f"{where}: {related.message}", _NOTE)
        if finding.help:
            yield from self.paragraph("help: ", finding.help, _HELP)

    def paragraph(self, label: str, text: str, style: str = "") -> Iterator[str]:
        """Words filled into lines, those after the first set in below the label's end."""
        room = self.width - len(_INDENT) - len(label)
        before = _INDENT + self.paint(label, style)
        for line in filled(visible(text), room):
            yield before + line
            before = _INDENT + " " * len(label)

    def excerpt(self, finding: Finding, style: str) -> Iterator[str]:
        """The finding's first line between margins, underlined where it is meant."""
        span = finding.span
        line = self.lines.get(finding.path, {}).get(span.line, "")
        if not line.strip():
            return
        number = str(span.line)
        margin = " " * len(number)
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        quoted = quote(line, span.column - 1, end, self.width - len(_INDENT) - len(f"{number} | "))
        underline = self.paint("^" * quoted.length, style)
        yield _INDENT + self.paint(f"{margin} |", _MARGIN)
        yield f"{_INDENT}{self.paint(f'{number} |', _MARGIN)} {quoted.text}"
        yield f"{_INDENT}{self.paint(f'{margin} |', _MARGIN)} {' ' * quoted.offset}{underline}"
