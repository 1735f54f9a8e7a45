"""The sentence that ends a report for people."""

from archlint.core import Report


def summary(report: Report) -> str:
    """How many findings in how many files: ``12 errors, 3 warnings in 214 files (2 suppressed)``."""
    files = count(report.files, "file")
    hidden = f" ({report.suppressed} suppressed)" if report.suppressed else ""
    if not report.findings:
        return f"All clear: {files} checked{hidden}"
    amounts = ((report.errors, "error"), (report.warnings, "warning"))
    found = ", ".join(count(number, noun) for number, noun in amounts if number)
    return f"{found} in {files}{hidden}"


def count(number: int, noun: str) -> str:
    """A number and its noun: ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
