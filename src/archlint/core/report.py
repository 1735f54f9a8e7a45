"""The outcome of one run, as every reporter receives it."""

import msgspec

from archlint.core.finding import ERROR, WARNING, Finding
from archlint.core.inputs import Inputs
from archlint.core.rule import RulePage


class Report(msgspec.Struct, frozen=True):
    """Findings in the order path, line, column, code, and what else the reader must know.

    Attributes:
        findings: located findings (columns in code points, paths relative to the working directory).
        files: how many files were checked.
        suppressed: how many findings inline suppressions hid.
        notices: sentences for stderr: templates skipped, files that vanished.
        lines: by path, the text of each source line a text report quotes (line number from 1 to text).
        rules: the rules that ran, by code, whether or not they found anything.
        details: how the run went about it, for those who ask: what the project is, what configured it, what was read.
        inputs: what the run depended on, where it may be remembered.
    """

    findings: tuple[Finding, ...]
    files: int
    suppressed: int = 0
    notices: tuple[str, ...] = ()
    lines: dict[str, dict[int, str]] = {}
    rules: tuple[RulePage, ...] = ()
    details: tuple[str, ...] = ()
    inputs: Inputs | None = None

    def count(self, severity: str) -> int:
        """Number of findings of one severity."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def errors(self) -> int:
        return self.count(ERROR)

    @property
    def warnings(self) -> int:
        return self.count(WARNING)
