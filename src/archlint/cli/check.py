"""``archlint check``: find what is wrong, and say so in the format asked for."""

import sys
from collections.abc import Callable
from time import perf_counter, process_time, time_ns
from typing import Any, TextIO

import click

from archlint.cli import terminal
from archlint.cli.options import coloring, configuration, here, selectors
from archlint.cli.output import Outcome, check_file, line, save, tell
from archlint.core import ERROR, WARNING, Inputs, Report
from archlint.reporters import FORMATS, View, reporter

_EXAMPLES = """\b
RULES are codes (ARC101), prefixes of codes (ARC1), names (layer-violation) or ALL.

\b
Examples:
  archlint check                               what the configuration calls its src, else this folder
  archlint check src/shop/services             findings about these files, judged with the whole project in view
  archlint check --select ARC1,ARC201 src      only these rules
  archlint check --fail-on error src           warnings are shown, but do not fail the run
  archlint check --statistics src              how often each rule speaks
  archlint check --output-format json src      for programs
  archlint check --output-format sarif -o archlint.sarif src
  archlint check --stdin-filename src/shop/orders.py - < draft.py

\b
Exit codes:
  0  nothing found at or above --fail-on
  1  something found
  2  could not run: usage, configuration or internal error, or nothing to check
"""

_FAILING = {"error": (ERROR,), "warning": (ERROR, WARNING), "never": ()}
_FOR_PEOPLE = ("text", "concise")
_STDIN = "-"


def _preset(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    return value or ""


@click.command("check", epilog=_EXAMPLES, short_help="Find violations.")
@click.argument("paths", nargs=-1, type=click.Path())
@selectors("--select", "Check these rules instead of the preset's.")
@selectors("--extend-select", "Check these rules as well.")
@selectors("--ignore", "Do not check these rules.")
@click.option(
    "--preset", type=click.Choice(["recommended", "strict"]), callback=_preset, help="Check the rules of this preset."
)
@configuration
@click.option("--force-exclude", is_flag=True, help="Leave out excluded files even where PATHS name them.")
@click.option(
    "--stdin-filename",
    metavar="PATH",
    type=click.Path(),
    default="",
    help="Check the text on stdin as what this file holds; the file need not exist.",
)
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="For people, one line a finding, for programs, for code scanning, or as annotations in GitHub Actions.",
)
@click.option("-o", "--output-file", metavar="FILE", type=click.Path(), default="", help="Write the report to a file.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of listing them.")
@click.option("--show-source/--no-show-source", default=True, help="Quote the offending lines (text; on by default).")
@click.option(
    "--fail-on",
    type=click.Choice(list(_FAILING)),
    default="warning",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--no-baseline", is_flag=True, expose_value=False, help="Use no baseline.")
@click.option(
    "--no-cache", "cache", is_flag=True, flag_value=False, default=True, help="Neither read nor write a cache."
)
@click.option(
    "--cache-dir", metavar="DIR", default="", help="Keep the cache here [default: .archlint_cache in the project]."
)
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(0),
    default=0,
    help="Use so many processes; 0: as many as pay [default].",
)
@click.option("-q", "--quiet", is_flag=True, help="Print findings only: no summary, no notes.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Tell on stderr what was read, which rules ran, where the time went."
)
@coloring
@click.pass_obj
def command(
    arguments: list[str], /, paths: tuple[str, ...], stdin_filename: str, output_format: str, output_file: str,
    statistics: bool, show_source: bool, color: str, fail_on: str, exit_zero: bool, quiet: bool, verbose: bool,
    **asked: Any,
) -> int:  # fmt: skip
    """Find violations of the architecture in PATHS.

    PATHS limit what is reported, not what is seen: the project they lie in is the context. Without PATHS, what the
    configuration calls its `src` is checked, else the working directory.
    """
    from archlint import engine
    from archlint.cli.progress import told, watching

    start, before, began = perf_counter(), process_time(), time_ns()
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose exclude one another")
    render = _renderer(output_format, statistics)
    if output_file:
        check_file(output_file)
    given, content = _subject(paths, stdin_filename)
    # What is left of the options are the fields of the request.
    request = engine.Request(paths=given, cwd=here(), content=content, **asked)
    with watching(start, quiet, timings := engine.Timings() if verbose else None) as progress:
        report = engine.check(request, progress)
    notes = "\n".join([] if quiet else [line(notice, "note") for notice in report.notices])
    code = 0 if exit_zero else int(_fails(report, fail_on))
    if output_file:
        if notes:
            tell(notes)
        save(render(report, View(color=color == "always", source=show_source, quiet=quiet)), output_file)
    else:
        text = render(report, View(terminal.width(), terminal.color(color), show_source, quiet))
        outcome = Outcome(code, notes, text, "" if output_format in _FOR_PEOPLE else "utf-8")
        outcome.tell()
        _remember(arguments, None if verbose else report.inputs, began, outcome)
    if timings:
        timings.end()
        tell("\n".join((*report.details, *told(timings.steps, before))))
    return code


def _remember(arguments: list[str], inputs: Inputs | None, began: int, outcome: Outcome) -> None:
    if inputs:
        from archlint.cli.remember import remember

        remember(arguments, inputs, began, outcome)


def _renderer(output_format: str, statistics: bool) -> Callable[[Report, View], str]:
    if not statistics:
        return reporter(output_format).render
    from archlint.reporters.counts import COUNTED, counted

    if output_format not in COUNTED:
        raise click.UsageError(f"--statistics come as {', '.join(COUNTED)}, not as {output_format}")
    return lambda report, view: counted(report, view, output_format)


def _subject(paths: tuple[str, ...], stdin_filename: str) -> tuple[tuple[str, ...], bytes | None]:
    """The paths to check, and what is on stdin where that is to be checked in place of the one path."""
    if not stdin_filename:
        if _STDIN in paths:
            raise click.UsageError("`-` is stdin: say with --stdin-filename which file of the project it stands for")
        return paths, None
    if set(paths) - {_STDIN}:
        raise click.UsageError("--stdin-filename checks that one file: leave out PATHS, or give `-`")
    stream: TextIO | None = sys.stdin
    if stream is None:
        raise click.UsageError("--stdin-filename: standard input is closed")
    return (stdin_filename,), stream.buffer.read()


def _fails(report: Report, fail_on: str) -> bool:
    return any(finding.severity in _FAILING[fail_on] for finding in report.findings)
