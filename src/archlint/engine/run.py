"""The whole run on one page: a request becomes a report."""

import os
from contextlib import ExitStack
from functools import lru_cache

from msgspec.structs import replace

from archlint.config import Overrides, Selection, select_rules
from archlint.core import Finding, Report, Rule, RulePage
from archlint.engine.depth import deep_questions
from archlint.engine.fresh import Fresh
from archlint.engine.inputs import cache_folder, inputs
from archlint.engine.judging import Judges
from archlint.engine.load import Loaded, load_project
from archlint.engine.locate import path_from, seen_from
from archlint.engine.outcome import Outcome, Outcomes
from archlint.engine.progress import SILENT, Progress
from archlint.engine.request import Request
from archlint.engine.reuse import judged
from archlint.engine.rules import infos
from archlint.facts.store import Store, open_store
from archlint.sources import line_texts

LINES_HELD = 20
"""Of how many files the lines are held at once: those of all files with findings are a good part of the memory."""


def check(request: Request, progress: Progress = SILENT) -> Report:
    """Find what the request asks for, and tell how far that is.

    Raises:
        UsageError: wrong paths, selectors or settings; the message is for the user.
    """
    with ExitStack() as stack:

        def opened(root: str) -> Store:
            return stack.enter_context(open_store(cache_folder(root, request)))

        loaded = load_project(request, opened if request.cache else None, progress)
        report = judge(loaded, request, progress)
        return replace(report, inputs=inputs(loaded, request)) if request.cache else report


def judge(loaded: Loaded, request: Request, progress: Progress = SILENT) -> Report:
    """Run the rules the request and the configuration choose over a loaded project."""
    selection = _selection(request, loaded)
    enabled = [rule for rule in loaded.rules if rule.code in selection.severity]
    progress.step("judge", len(loaded.reported))
    judges = Judges(loaded, enabled, progress)
    with deep_questions():
        reuse = judged(loaded, judges, (enabled, selection), request)
        outcomes = _outcomes(loaded, enabled, selection, reuse, progress)
    progress.step("report")
    loaded = replace(loaded, notices=(*loaded.notices, *judges.given_up))
    pages = tuple(rule.page(selection.severity[rule.code]) for rule in enabled)
    return replace(_report(loaded, outcomes, request.cwd), rules=pages, details=_details(loaded, pages, request.cwd))


def _selection(request: Request, loaded: Loaded) -> Selection:
    overrides = Overrides(request.preset or None, request.select or None, request.extend_select, request.ignore)
    return select_rules(loaded.config, infos(loaded.rules), overrides)


def _outcomes(
    loaded: Loaded, enabled: list[Rule], selection: Selection, reuse: Fresh, progress: Progress
) -> list[Outcome]:
    """What is to be reported in each module."""

    @lru_cache(LINES_HELD)
    def lines(path: str) -> list[str]:
        return line_texts(loaded.data[path])

    outcomes = Outcomes(loaded, enabled, selection, lines)
    modules = [loaded.project.by_path[path] for path in loaded.reported]
    found, of_project = reuse.findings(modules)
    others = _by_path(of_project)
    made = []
    for module, own in zip(modules, found, strict=True):
        beside = others.get(module.path, [])
        made.append(reuse.outcome(module, beside, lambda: outcomes.of(module, [*own, *beside])))  # noqa: B023
    progress.part("outcomes", 0)
    reuse.save()
    progress.part("saving", 0)
    return made


def _by_path(findings: list[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.path, []).append(finding)
    return found


def _details(loaded: Loaded, rules: tuple[RulePage, ...], cwd: str) -> tuple[str, ...]:
    config = loaded.config.path
    return (
        f"project: {os.path.relpath(loaded.root, cwd)}",
        f"configuration: {os.path.relpath(config, cwd) if config else 'none'}",
        f"files: {len(loaded.project.modules)} read, {len(loaded.reported)} checked",
        f"rules: {' '.join(rule.code for rule in rules)}",
    )


def _report(loaded: Loaded, outcomes: list[Outcome], cwd: str) -> Report:
    root = loaded.root
    shown = [seen_from(finding, root, cwd) for outcome in outcomes for finding in outcome.findings]
    shown.sort(key=lambda f: (f.path, f.span.line, f.span.column, f.code, f.symbol, f.message))
    quoted: dict[str, dict[int, str]] = {}
    for outcome in outcomes:
        for path, lines in outcome.lines.items():
            quoted.setdefault(path_from(path, root, cwd), {}).update(lines)
    suppressed = sum(outcome.suppressed for outcome in outcomes)
    return Report(tuple(shown), len(loaded.reported), suppressed, loaded.notices, quoted)
