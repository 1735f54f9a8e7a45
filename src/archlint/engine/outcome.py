"""What becomes of the findings in one module: suppressed, selected, given a severity, and put where readers find them."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from archlint.config import Selection
from archlint.core import RECOMMENDED, Finding, Rule
from archlint.engine.load import Loaded
from archlint.engine.locate import Lines, fingerprinted, located, quoted_lines
from archlint.engine.suppress import Suppressions
from archlint.project.model import Module


class Outcome(msgspec.Struct, array_like=True, frozen=True):
    """The findings to report in one module.

    Attributes:
        findings: located, but with paths relative to the project root.
        suppressed: how many inline suppressions hid.
        lines: by path from the root, the text of each line that is quoted.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: int = 0
    lines: dict[str, dict[int, str]] = {}


NOTHING = Outcome()


class Outcomes:
    """Makes outcomes.

    Args:
        lines: the text lines of a path.
    """

    def __init__(self, loaded: Loaded, enabled: list[Rule], selection: Selection, lines: Lines) -> None:
        self._loaded = loaded
        self._enabled = enabled
        self._selection = selection
        self._lines = lines

    def of(self, module: Module, findings: list[Finding]) -> Outcome:
        """What is left of all findings in a module."""
        hidden: list[Finding] = []
        if module.interface.suppressions:
            findings, hidden = self._suppress(module, findings)
        kept = [finding for finding in findings if self._is_reported(finding)]
        suppressed = sum(map(self._is_reported, hidden))
        if not kept and not suppressed:
            return NOTHING
        judged = [replace(finding, severity=self._severity(finding)) for finding in kept]
        marked = fingerprinted(sorted(judged, key=lambda f: (f.span, f.code, f.symbol, f.message)), self._lines)
        shown = tuple(located(finding, self._lines) for finding in marked)
        return Outcome(shown, suppressed, quoted_lines(marked, self._lines))

    def _is_reported(self, finding: Finding) -> bool:
        """Whether the preset and the configuration's per-file-ignores let a finding through."""
        wanted = finding.preset in ("", RECOMMENDED, self._selection.preset)
        return wanted and finding.code not in self._loaded.ignores.ignored(finding.path)

    def _severity(self, finding: Finding) -> str:
        """What the configuration says, else what the finding says of itself, else the rule."""
        configured = self._loaded.config.settings.severity
        own = configured.get(finding.code) or configured.get(finding.name)
        return own or finding.severity or self._selection.severity[finding.code]

    def _suppress(self, module: Module, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
        """The findings of a module that its suppressions leave, those about the suppressions included, and those they
        hide."""
        suppressions = Suppressions(module, self._loaded.rules)
        sorted_out = [(finding, suppressions.hides(finding)) for finding in findings]
        about = self._about(suppressions, module)
        if sum(suppressions.hides(finding) for finding in about):
            # What hides a finding about a suppression has been of use: look again.
            about = self._about(suppressions, module)
        sorted_out += [(finding, suppressions.hides(finding)) for finding in about]
        return [f for f, is_hidden in sorted_out if not is_hidden], [f for f, is_hidden in sorted_out if is_hidden]

    def _about(self, suppressions: Suppressions, module: Module) -> list[Finding]:
        audit = suppressions.audit({rule.code for rule in self._enabled})
        return [
            replace(finding, code=rule.code, name=rule.name)
            for rule in self._enabled
            if "audit" in rule.needs
            for finding in rule.check(module=module, audit=audit)
        ]
