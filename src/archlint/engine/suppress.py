"""Inline suppressions: which findings they hide, and which of them hide nothing."""

from collections.abc import Collection, Iterable

from archlint.config import nearest
from archlint.core import Audit, Finding, Rule, Span, SuppressionIssue
from archlint.facts import Suppression
from archlint.project.definitions import decorated_lines
from archlint.project.model import Module


class Suppressions:
    """The suppressions of one module, and what they have hidden so far."""

    def __init__(self, module: Module, rules: Iterable[Rule]) -> None:
        self.comments = module.interface.suppressions
        self.decorated = decorated_lines(module) if self.comments else []
        self.names = {spelling: rule.code for rule in rules for spelling in (rule.code, rule.name)}
        self.used: set[tuple[int, str]] = set()

    def hides(self, finding: Finding) -> bool:
        """Whether a suppression hides a finding; it counts as used from then on."""
        hidden = False
        for index, comment in enumerate(self.comments):
            if not comment.whole_file and not self._covers(comment, finding.span.line):
                continue
            for code in comment.codes:
                if self.names.get(code) == finding.code:
                    self.used.add((index, code))
                    hidden = True
        return hidden

    def _covers(self, comment: Suppression, line: int) -> bool:
        """Whether a comment stands on a line, or both belong to the head of one decorated definition."""
        return comment.line == line or any(
            start <= line <= end and start <= comment.line <= end for start, end in self.decorated
        )

    def audit(self, ran: Collection[str]) -> Audit:
        """What is amiss: codes that hid nothing although their rule ran, codes no rule bears, comments without reason."""
        unused, unknown, unexplained = [], [], []
        for index, comment in enumerate(self.comments):
            span = Span(comment.line, comment.col + 1, comment.line, comment.end_col + 1)
            if not comment.codes:
                unused.append(SuppressionIssue(span, ""))
            elif not comment.reason:
                unexplained.append(SuppressionIssue(span, ", ".join(comment.codes)))
            for code in comment.codes:
                known = self.names.get(code)
                if known is None:
                    unknown.append(SuppressionIssue(span, code, nearest(code, self.names) or ""))
                elif known in ran and (index, code) not in self.used:
                    unused.append(SuppressionIssue(span, code))
        return Audit(tuple(unused), tuple(unknown), tuple(unexplained))
