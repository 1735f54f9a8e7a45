"""Inline suppressions: which findings they hide, and which of them hide nothing."""

from collections.abc import Collection, Iterable

from archlint.config import nearest
from archlint.core import Audit, Finding, Rule, Span, SuppressionIssue
from archlint.project.definitions import decorated_lines
from archlint.project.model import Module


class Suppressions:
    """The suppressions of one module, and what they have hidden so far."""

    def __init__(self, module: Module, rules: Iterable[Rule]) -> None:
        self.comments = module.interface.suppressions
        decorated = decorated_lines(module) if self.comments else []
        self.heads = {line: start for start, end in decorated for line in range(start, end + 1)}
        self.of_file: list[int] = []
        self.of_place: dict[int, list[int]] = {}
        for index, comment in enumerate(self.comments):
            reach = self.of_file if comment.whole_file else self.of_place.setdefault(self._place(comment.line), [])
            reach.append(index)
        self.names = {spelling: rule.code for rule in rules for spelling in (rule.code, rule.name)}
        self.used: set[tuple[int, str]] = set()

    def hides(self, finding: Finding) -> bool:
        """Whether a suppression hides a finding; it counts as used from then on."""
        hidden = False
        for index in (*self.of_file, *self.of_place.get(self._place(finding.span.line), ())):
            for code in self.comments[index].codes:
                if self.names.get(code) == finding.code:
                    self.used.add((index, code))
                    hidden = True
        return hidden

    def _place(self, line: int) -> int:
        """A line, or for all lines of the head of a decorated definition the first of them."""
        return self.heads.get(line, line)

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
