"""JSON for programs: one object, laid out with one finding a line, so that two reports can be compared line by line.

The shape is versioned by ``schema``: fields are added under the same number, and taken away or changed under a new one.
Lines and columns count from 1, columns in code points; an end column is the one just past the last character.
"""

import msgspec

from archlint import __version__
from archlint.core import Finding, Related, Report
from archlint.reporters import View
from archlint.reporters.encoding import encode, encode_array

SCHEMA = 1


class _Summary(msgspec.Struct, frozen=True):
    files: int
    errors: int
    warnings: int
    fixable: int
    suppressed: int
    baselined: int


class _Related(msgspec.Struct, frozen=True):
    path: str
    line: int
    column: int
    message: str


class _Finding(msgspec.Struct, frozen=True):
    code: str
    name: str
    severity: str
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    symbol: str
    help: str
    url: str
    fingerprint: str
    related: tuple[_Related, ...]
    fix: None = None


def render(report: Report, view: View) -> str:
    """The report as JSON; how a person would view it plays no part."""
    summary = _Summary(
        files=report.files,
        errors=report.errors,
        warnings=report.warnings,
        fixable=0,
        suppressed=report.suppressed,
        baselined=0,
    )
    findings = encode_array(_finding(finding) for finding in report.findings)
    head = f'"schema":{SCHEMA},"archlint":{encode(__version__)},"summary":{encode(summary)}'
    return f'{{{head},"findings":{findings}}}\n'


def _finding(finding: Finding) -> _Finding:
    span = finding.span
    return _Finding(
        code=finding.code,
        name=finding.name,
        severity=finding.severity,
        message=finding.message,
        path=finding.path,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        symbol=finding.symbol,
        help=finding.help,
        url=finding.url,
        fingerprint=finding.fingerprint,
        related=tuple(_related(related) for related in finding.related),
    )


def _related(related: Related) -> _Related:
    return _Related(related.path, related.span.line, related.span.column, related.message)
