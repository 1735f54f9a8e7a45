"""From what rules say to what users read: columns in code points, paths from the working directory, fingerprints."""

import os
from collections import Counter
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from archlint.core import Finding, Related, Span
from archlint.core.hashing import blake2b

Lines = Callable[[str], list[str]]


def fingerprinted(findings: Iterable[Finding], lines: Lines) -> list[Finding]:
    """The findings with fingerprints: a hash of code, path, symbol, the first line's text without white space, and which
    of several alike it is; so it stays while lines above it come and go.

    Args:
        findings: of one module, in the order of their places.
        lines: the text lines of a path.
    """
    seen: Counter[str] = Counter()
    marked = []
    for finding in findings:
        text = "".join(_line(lines(finding.path), finding.span.line).split())
        key = "\0".join((finding.code, finding.path, finding.symbol, text))
        seen[key] += 1
        digest = blake2b(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        marked.append(replace(finding, fingerprint=digest))
    return marked


def located(finding: Finding, lines: Lines) -> Finding:
    """The finding with columns in code points."""
    related = tuple(Related(r.path, _in_code_points(r.span, lines(r.path)), r.message) for r in finding.related)
    return replace(finding, span=_in_code_points(finding.span, lines(finding.path)), related=related)


def quoted_lines(findings: Iterable[Finding], lines: Lines) -> dict[str, dict[int, str]]:
    """The source lines a text report quotes, by path and line number."""
    quoted: dict[str, dict[int, str]] = {}
    for finding in findings:
        for path, span in ((finding.path, finding.span), *((r.path, r.span) for r in finding.related)):
            quoted.setdefault(path, {})[span.line] = _line(lines(path), span.line)
    return quoted


def seen_from(finding: Finding, root: str, cwd: str) -> Finding:
    """The finding with paths as they are from the working directory."""
    related = tuple(Related(path_from(r.path, root, cwd), r.span, r.message) for r in finding.related)
    return replace(finding, path=path_from(finding.path, root, cwd), related=related)


def path_from(path: str, root: str, cwd: str) -> str:
    """A path from the project root as it is from the working directory."""
    if root == cwd:
        return path
    return os.path.relpath(os.path.join(root, path), cwd).replace(os.sep, "/")  # noqa: PTH118


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _in_code_points(span: Span, lines: list[str]) -> Span:
    column = _column(_line(lines, span.line), span.column)
    end_column = _column(_line(lines, span.end_line), span.end_column)
    return Span(span.line, column, span.end_line, end_column)


def _column(line: str, column: int) -> int:
    if line.isascii():
        return column
    return len(line.encode("utf-8", "replace")[: column - 1].decode("utf-8", "ignore")) + 1
