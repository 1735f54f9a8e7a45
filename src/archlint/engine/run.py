"""The whole run on one page: a request becomes a report."""

import os
from collections.abc import Iterable, Iterator
from functools import cache

from msgspec.structs import replace

from archlint.config import Overrides, Selection, options, select_rules
from archlint.core import RECOMMENDED, Finding, Report, Rule, RulePage
from archlint.engine.depth import deep_questions
from archlint.engine.load import Loaded, load_project
from archlint.engine.locate import fingerprinted, located, quoted_lines
from archlint.engine.progress import SILENT, Progress
from archlint.engine.request import Request
from archlint.engine.rules import infos
from archlint.engine.suppress import Suppressions
from archlint.project.layers import is_outside, layer
from archlint.project.model import Module
from archlint.sources import line_texts


def check(request: Request, progress: Progress = SILENT) -> Report:
    """Find what the request asks for, and tell how far that is.

    Raises:
        UsageError: wrong paths, selectors or settings; the message is for the user.
    """
    return judge(load_project(request, progress), request, progress)


def judge(loaded: Loaded, request: Request, progress: Progress = SILENT) -> Report:
    """Run the rules the request and the configuration choose over a loaded project."""
    rules = loaded.rules
    selection = _selection(request, loaded, rules)
    enabled = [rule for rule in rules if rule.code in selection.severity]
    progress.step("judge", len(enabled) + 1)
    with deep_questions():
        places = _Places(loaded)
        progress.part("layers")
        findings, suppressed = _judge(loaded, rules, enabled, selection, places, progress)
    progress.step("report")
    loaded = replace(loaded, notices=(*loaded.notices, *places.given_up))
    report = _report(loaded, findings, suppressed, request.cwd)
    pages = tuple(rule.page(selection.severity[rule.code]) for rule in enabled)
    return replace(report, rules=pages, details=_details(loaded, pages, request.cwd))


def _selection(request: Request, loaded: Loaded, rules: tuple[Rule, ...]) -> Selection:
    overrides = Overrides(request.preset or None, request.select or None, request.extend_select, request.ignore)
    return select_rules(loaded.config, infos(rules), overrides)


def _judge(
    loaded: Loaded, rules: tuple[Rule, ...], enabled: list[Rule], selection: Selection, places: "_Places",
    progress: Progress,
) -> tuple[list[Finding], int]:  # fmt: skip
    """All findings in reported modules that nothing hides, and how many inline suppressions hid."""
    by_path: dict[str, list[Finding]] = {path: [] for path in loaded.reported}
    for rule in enabled:
        if "audit" not in rule.needs:
            for finding in _run(rule, loaded, places):
                if finding.path in by_path:
                    by_path[finding.path].append(finding)
        progress.part(rule.code)
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for path, findings in by_path.items():
        module = loaded.project.by_path[path]
        if module.interface.suppressions:
            left, taken = _suppress(module, findings, rules, enabled)
            kept += left
            hidden += taken
        else:
            kept += findings
    kept = [finding for finding in kept if _is_reported(finding, loaded, selection)]
    suppressed = sum(_is_reported(finding, loaded, selection) for finding in hidden)
    return [replace(finding, severity=_severity(loaded, finding, selection)) for finding in kept], suppressed


def _is_reported(finding: Finding, loaded: Loaded, selection: Selection) -> bool:
    """Whether the preset and the configuration's per-file-ignores let a finding through."""
    wanted = finding.preset in ("", RECOMMENDED, selection.preset)
    return wanted and finding.code not in loaded.ignores.ignored(finding.path)


def _severity(loaded: Loaded, finding: Finding, selection: Selection) -> str:
    """What the configuration says, else what the finding says of itself, else the rule."""
    configured = loaded.config.settings.severity
    own = configured.get(finding.code) or configured.get(finding.name)
    return own or finding.severity or selection.severity[finding.code]


def _suppress(
    module: Module, findings: list[Finding], rules: tuple[Rule, ...], enabled: list[Rule]
) -> tuple[list[Finding], list[Finding]]:
    """The findings of a module that its suppressions leave, those about the suppressions included, and those they
    hide."""
    suppressions = Suppressions(module, rules)
    sorted_out = [(finding, suppressions.hides(finding)) for finding in findings]
    about = _about(suppressions, module, enabled)
    if sum(suppressions.hides(finding) for finding in about):
        # What hides a finding about a suppression has been of use: look again.
        about = _about(suppressions, module, enabled)
    sorted_out += [(finding, suppressions.hides(finding)) for finding in about]
    return [f for f, is_hidden in sorted_out if not is_hidden], [f for f, is_hidden in sorted_out if is_hidden]


def _about(suppressions: Suppressions, module: Module, enabled: list[Rule]) -> list[Finding]:
    audit = suppressions.audit({rule.code for rule in enabled})
    return [
        _named(rule, finding)
        for rule in enabled
        if "audit" in rule.needs
        for finding in rule.check(module=module, audit=audit)
    ]


class _Places:
    """The reported modules by what rules ask for: a layer, inside the rules' scope, all; and where one gave up."""

    def __init__(self, loaded: Loaded) -> None:
        project = loaded.project
        self.given_up: list[str] = []
        self.all = [project.by_path[path] for path in loaded.reported]
        found = [layer(project, module) for module in self.all]
        self.layers = ["" if own.outside else own.name for own in found]
        self.inside = [module for module in self.all if not is_outside(project, module)]

    def of(self, rule: Rule) -> Iterable[Module | None]:
        """The modules a rule looks at; None alone for a rule about the whole project."""
        if "module" not in rule.needs:
            return [None]
        if rule.everywhere:
            return self.all
        if rule.layers:
            return [m for m, name in zip(self.all, self.layers, strict=True) if name in rule.layers]
        return self.inside


def _run(rule: Rule, loaded: Loaded, places: _Places) -> Iterator[Finding]:
    given: dict[str, object] = {"project": loaded.project}
    if rule.options is not None:
        given["options"] = options(loaded.config, rule.code, rule.name, rule.options)
    needs, check = rule.needs, rule.check
    for module in places.of(rule):
        given["module"] = module
        try:
            for finding in check(**{name: given[name] for name in needs}):
                yield _named(rule, finding)
        except RecursionError:
            where = module.path if module else "the project"
            places.given_up.append(f"{where}: {rule.code} skipped: too many names lead to one another")


def _named(rule: Rule, finding: Finding) -> Finding:
    return replace(finding, code=rule.code, name=rule.name)


def _details(loaded: Loaded, rules: tuple[RulePage, ...], cwd: str) -> tuple[str, ...]:
    config = loaded.config.path
    return (
        f"project: {os.path.relpath(loaded.root, cwd)}",
        f"configuration: {os.path.relpath(config, cwd) if config else 'none'}",
        f"files: {len(loaded.project.modules)} read, {len(loaded.reported)} checked",
        f"rules: {' '.join(rule.code for rule in rules)}",
    )


def _report(loaded: Loaded, findings: list[Finding], suppressed: int, cwd: str) -> Report:
    @cache
    def lines(path: str) -> list[str]:
        return line_texts(loaded.data[path])

    ordered = sorted(findings, key=lambda f: (f.path, f.span, f.code, f.symbol, f.message))
    marked = fingerprinted(ordered, lines)
    shown = [located(finding, lines, loaded.root, cwd) for finding in marked]
    shown.sort(key=lambda f: (f.path, f.span.line, f.span.column, f.code, f.symbol, f.message))
    quoted = quoted_lines(marked, lines, loaded.root, cwd)
    return Report(tuple(shown), len(loaded.reported), suppressed, loaded.notices, quoted)
