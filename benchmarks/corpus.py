#!/usr/bin/env python3
"""Run archlint on real FastAPI projects, compare runs, and keep verdicts on what it finds.

corpus.py [run] [PROJECT...]        run archlint, keep the reports, write a summary of each project and rule
corpus.py diff RUN_A RUN_B          findings that appeared and disappeared between two runs
corpus.py --unread [PROJECT...]     findings of the sample that nobody has judged; exit 0 when there are none
corpus.py judge FINGERPRINT... right|wrong --reason TEXT      (or: judge --from FILE)
corpus.py fetch [PROJECT...]        only download the projects

The projects are those of corpus.toml. Exit codes: 0 nothing to report, 1 something is (a difference, a finding
without verdict), 2 a failure (an archlint run that crashed, a download, a wrong argument). See README.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import _runs
import _summary
import _verdicts
from _common import CACHE_VARIABLE, HERE, BenchmarkError, archlint_command, default_cache, locked, write_atomic
from _projects import Project, choose, fetch, load_projects, root_of
from _runs import Finding, Outcome

COMMANDS = ("run", "diff", "unread", "judge", "fetch")
UNREAD_RUN = "unread"


class Tools(NamedTuple):
    """What every command works with."""

    projects: tuple[Project, ...]
    cache: Path
    verdicts: Path

    @property
    def runs(self) -> Path:
        return self.cache / "runs"


Command = Callable[[Tools, argparse.Namespace], int]


def main(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    # Source and messages may hold what the terminal's encoding cannot show.
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    options = _parser().parse_args(_with_command(argv))
    try:
        cache = Path(options.cache) if options.cache else default_cache()
        tools = Tools(load_projects(Path(options.projects)), cache.resolve(), Path(options.verdicts))
        command: Command = options.command
        return command(tools, options)
    except BenchmarkError as error:
        print(f"corpus.py: {error}", file=sys.stderr)
        return 2


def run(tools: Tools, options: argparse.Namespace) -> int:
    """Run archlint on the projects; keep reports and summaries under the run's name."""
    folder = _runs.folder_of(tools.cache, options.name or time.strftime("%Y%m%d-%H%M%S"))
    outcomes = _run_all(tools, options, folder)
    verdicts = _verdicts.load(tools.verdicts)
    roots = {project.name: root_of(project, tools.cache) for project in tools.projects}
    for outcome in outcomes:
        page = _summary.project_page(outcome, roots[outcome.project], options.rule, verdicts)
        write_atomic(folder / f"{outcome.project}.md", page)
    summary = _summary.overview(outcomes, options.rule, verdicts)
    write_atomic(folder / "summary.md", f"# Run {folder.name}\n\n{summary}\n")
    print(summary)
    print(f"\nrun {folder.name}: summary.md and a page for each project in {folder}")
    _refuse_no_match(outcomes, options.rule)
    return 2 if any(outcome.problem for outcome in outcomes) else 0


def diff(tools: Tools, options: argparse.Namespace) -> int:
    """Print what changed between two kept runs."""
    before, after = (_runs.load(_runs.folder_of(tools.cache, name)) for name in (options.run_a, options.run_b))
    lines = _summary.difference(before, after, options.rule, _verdicts.load(tools.verdicts))
    print("\n".join(lines) or "no difference")
    return 1 if lines else 0


def unread(tools: Tools, options: argparse.Namespace) -> int:
    """Print the sampled findings that have no verdict, then how the reading stands."""
    if options.run:
        kept = _runs.load(_runs.folder_of(tools.cache, options.run))
        wanted = choose(tools.projects, options.names or sorted(kept))
        outcomes = [kept[project.name] for project in wanted if project.name in kept]
        if len(outcomes) < len(wanted):
            raise BenchmarkError(f"run {options.run} has only {', '.join(kept)}")
    else:
        outcomes = _run_all(tools, options, _runs.folder_of(tools.cache, UNREAD_RUN))
    for outcome in outcomes:
        if outcome.problem:
            print(f"{outcome.project} failed: {outcome.problem}", file=sys.stderr)
    _refuse_no_match(outcomes, options.rule)
    verdicts = _verdicts.load(tools.verdicts)
    roots = {project.name: root_of(project, tools.cache) for project in tools.projects}
    left = 0
    for outcome in outcomes:
        left += _print_unread(outcome, roots[outcome.project], options.rule, verdicts)
    if any(outcome.problem for outcome in outcomes):
        return 2
    return 1 if left else 0


def judge(tools: Tools, options: argparse.Namespace) -> int:
    """Add verdicts; either all that were given or, after an error, none."""
    wanted = _wanted_verdicts(options)
    runs = _runs.saved(tools.runs) if not options.run else [_runs.folder_of(tools.cache, options.run)]
    kept = [outcome for folder in runs for outcome in _runs.load(folder).values()]
    with locked(tools.verdicts):
        verdicts = _verdicts.load(tools.verdicts)
        for fingerprint, verdict, reason, project in wanted:
            owner, finding = _look_up(kept, fingerprint, project)
            verdicts[owner, fingerprint] = _verdicts.judge(owner, finding, verdict, reason)
        _verdicts.save(verdicts, tools.verdicts)
    print(f"{len(wanted)} verdicts written to {tools.verdicts}, which now has {len(verdicts)}")
    return 0


def fetch_only(tools: Tools, options: argparse.Namespace) -> int:
    """Download the projects; tries each before reporting those that failed."""
    problems = [problem for project in choose(tools.projects, options.names) if (problem := _fetched(project, tools))]
    if problems:
        raise BenchmarkError("\n".join(problems))
    return 0


def _fetched(project: Project, tools: Tools) -> str:
    try:
        print(f"{project.name} {project.version}: {fetch(project, tools.cache)}", flush=True)
    except BenchmarkError as error:
        return str(error)
    return ""


def _run_all(tools: Tools, options: argparse.Namespace, folder: Path) -> list[Outcome]:
    archlint = archlint_command(options.archlint)
    outcomes = []
    for project in choose(tools.projects, options.names):
        print(f"{project.name} ...", end=" ", file=sys.stderr, flush=True)
        outcome = _runs.check(project, fetch(project, tools.cache), archlint, options.preset)
        print("failed" if outcome.problem else f"{outcome.seconds:.1f} s", file=sys.stderr)
        _runs.save(outcome, folder)
        outcomes.append(outcome)
    return outcomes


def _refuse_no_match(outcomes: Iterable[Outcome], rules: Sequence[str]) -> None:
    # A misspelt rule must not look like a rule without findings.
    if rules and not any(_summary.matches(finding, rules) for outcome in outcomes for finding in outcome.findings):
        raise BenchmarkError(f"no finding of {', '.join(rules)} in these projects")


def _print_unread(outcome: Outcome, root: Path, rules: Sequence[str], verdicts: _verdicts.Verdicts) -> int:
    findings = [finding for finding in outcome.findings if _summary.matches(finding, rules)]
    drawn = _verdicts.sample(outcome.project, findings)
    source = _summary.Source(root)
    for finding in drawn:
        if not _verdicts.verdict_on(outcome.project, finding, verdicts):
            print(_summary.in_source(outcome.project, finding, source))
    for finding in findings:
        verdict = verdicts.get((outcome.project, finding.fingerprint))
        if verdict and verdict.verdict == _verdicts.WRONG:
            print(f"{outcome.project}  still wrong: {finding.code} {finding.place}: {verdict.reason}")
    count = _verdicts.tally(outcome.project, drawn, verdicts)
    print(
        f"{outcome.project}: {count.right} right, {count.wrong} wrong, {count.unread} unread "
        f"(sample of {len(drawn)} from {len(findings)} findings)"
    )
    return count.unread


def _wanted_verdicts(options: argparse.Namespace) -> list[tuple[str, str, str, str | None]]:
    if bool(options.source) == bool(options.items):
        raise BenchmarkError("judge takes fingerprints and a verdict, or --from FILE")
    if not options.source:
        *fingerprints, verdict = options.items
        if not fingerprints:
            raise BenchmarkError("judge takes one fingerprint or more, then right or wrong")
        return [(fingerprint, verdict, options.reason or "", options.project) for fingerprint in fingerprints]
    text = sys.stdin.read() if options.source == "-" else _read(Path(options.source))
    wanted = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                wanted.append((row["fingerprint"], row["verdict"], row["reason"], row.get("project", options.project)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BenchmarkError(f"{options.source}:{number}: {error!r}") from error
    return wanted


def _look_up(kept: Iterable[Outcome], fingerprint: str, project: str | None) -> tuple[str, Finding]:
    # Runs come newest first, so the finding is described as it was last seen.
    found: dict[str, Finding] = {}
    for outcome in kept:
        if project in (None, outcome.project):
            for finding in outcome.findings:
                if finding.fingerprint == fingerprint:
                    found.setdefault(outcome.project, finding)
    if not found:
        raise BenchmarkError(f"no kept run has a finding {fingerprint}" + (f" of {project}" if project else ""))
    if len(found) > 1:
        raise BenchmarkError(f"{fingerprint} is a finding of {', '.join(sorted(found))}: name one with --project")
    return next(iter(found.items()))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BenchmarkError(f"cannot read {path}: {error}") from error


def _with_command(argv: Sequence[str]) -> list[str]:
    if "--unread" in argv:
        return ["unread", *(word for word in argv if word != "--unread")]
    if argv and argv[0] in (*COMMANDS, "-h", "--help"):
        return list(argv)
    return ["run", *argv]


def _parser() -> argparse.ArgumentParser:
    shared, rule, running = _shared_options()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    def add(name: str, command: Command, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[shared, *parents], help=(command.__doc__ or "").split(".")[0])
        added.set_defaults(command=command)
        return added

    add("run", run, rule, running).add_argument("--name", help="name of the run (default: date and time)")
    add("unread", unread, rule, running).add_argument(
        "--run", metavar="NAME", help="read a kept run instead of running"
    )
    comparing = add("diff", diff, rule)
    comparing.add_argument("run_a", metavar="RUN_A")
    comparing.add_argument("run_b", metavar="RUN_B")
    judging = add("judge", judge)
    judging.add_argument("items", metavar="FINGERPRINT... right|wrong", nargs="*")
    judging.add_argument("--reason", help="why, in a sentence")
    judging.add_argument("--project", help="where more than one project has such a finding")
    judging.add_argument("--run", metavar="NAME", help="look findings up in this run only (default: newest first)")
    lines = 'JSON lines {"fingerprint", "verdict", "reason"[, "project"]}'
    judging.add_argument("--from", dest="source", metavar="FILE", help=lines)
    add("fetch", fetch_only).add_argument("names", metavar="PROJECT", nargs="*")
    return parser


def _shared_options() -> tuple[argparse.ArgumentParser, argparse.ArgumentParser, argparse.ArgumentParser]:
    """Options of every command, of those that show findings, and of those that run archlint."""
    shared = argparse.ArgumentParser(add_help=False)
    folder = f"folder for downloads and runs (default: ${CACHE_VARIABLE}, .corpus)"
    shared.add_argument("--cache", metavar="DIR", help=folder)
    shared.add_argument("--projects", metavar="FILE", default=HERE / "corpus.toml", help="the list of projects")
    shared.add_argument("--verdicts", metavar="FILE", default=HERE / "verdicts.jsonl", help="where verdicts are kept")
    rule = argparse.ArgumentParser(add_help=False)
    which = "only this rule: code, prefix or name"
    rule.add_argument("--rule", metavar="CODE", action="append", default=[], help=which)
    running = argparse.ArgumentParser(add_help=False)
    running.add_argument("names", metavar="PROJECT", nargs="*", help="projects of corpus.toml (default: all)")
    running.add_argument("--archlint", metavar="CMD", help="command to run (default: archlint of this interpreter)")
    running.add_argument("--preset", default="strict", help="archlint's preset (default: strict)")
    return shared, rule, running


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
