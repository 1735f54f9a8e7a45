"""How often each rule speaks, instead of the findings themselves: ``--statistics``."""

from collections import Counter

import msgspec

from archlint.core import Report
from archlint.reporters import View
from archlint.reporters.encoding import encode_array
from archlint.reporters.summary import summary

COUNTED = ("text", "concise", "json")
"""The formats that counts come in."""


class _Count(msgspec.Struct, frozen=True):
    code: str
    name: str
    count: int


def counted(report: Report, view: View, output_format: str) -> str:
    """The rules that found something, those with most findings first: a JSON array, or a table and the summary."""
    found = Counter((finding.code, finding.name) for finding in report.findings)
    rows = [_Count(code, name, count) for (code, name), count in found.items()]
    rows.sort(key=lambda row: (-row.count, row.code))
    if output_format == "json":
        return encode_array(rows) + "\n"
    width = max((len(str(row.count)) for row in rows), default=0)
    lines = [f"{row.count:>{width}}  {row.code}  {row.name}" for row in rows]
    if not view.quiet:
        lines.append(summary(report))
    return "".join(f"{line}\n" for line in lines)
