"""``archlint check``: find what is wrong, and say so in the format asked for."""

import click

from archlint.cli import terminal
from archlint.cli.options import coloring, configuration, here, selectors
from archlint.cli.output import tell, write
from archlint.core import ERROR, WARNING, Report
from archlint.reporters import FORMATS, View, reporter

_EXAMPLES = """\b
RULES are codes (ARC101), prefixes of codes (ARC1), names (layer-violation) or ALL.

\b
Examples:
  archlint check                               what the configuration calls its src, else this folder
  archlint check src/shop/services             findings about these files, judged with the whole project in view
  archlint check --select ARC1,ARC201 src      only these rules
  archlint check --fail-on error src           warnings are shown, but do not fail the run
  archlint check --output-format json src      for programs

\b
Exit codes:
  0  nothing found at or above --fail-on
  1  something found
  2  could not run: usage, configuration or internal error, or nothing to check
"""

_FAILING = {"error": (ERROR,), "warning": (ERROR, WARNING), "never": ()}


@click.command("check", epilog=_EXAMPLES, short_help="Find violations.")
@click.argument("paths", nargs=-1)
@selectors("--select", "Check these rules instead of the preset's.")
@selectors("--extend-select", "Check these rules as well.")
@selectors("--ignore", "Do not check these rules.")
@click.option("--preset", type=click.Choice(["recommended", "strict"]), help="Check the rules of this preset.")
@configuration
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="For people, one line a finding, or for programs.",
)
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
@click.option("--no-cache", is_flag=True, expose_value=False, help="Neither read nor write a cache.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only: no summary, no notes.")
@coloring
def command(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    preset: str | None,
    config_file: str,
    isolated: bool,
    output_format: str,
    show_source: bool,
    fail_on: str,
    exit_zero: bool,
    quiet: bool,
    color: str,
) -> int:
    """Find violations of the architecture in PATHS.

    PATHS limit what is reported, not what is seen: the project they lie in is the context. Without PATHS, what the
    configuration calls its `src` is checked, else the working directory.
    """
    from archlint import engine

    report = engine.check(
        engine.Request(
            paths=paths,
            cwd=here(),
            config_file=config_file,
            isolated=isolated,
            preset=preset or "",
            select=select,
            extend_select=extend_select,
            ignore=ignore,
        )
    )
    for notice in () if quiet else report.notices:
        tell(notice, "note")
    view = View(terminal.width(), terminal.color(color), show_source, quiet)
    write(reporter(output_format).render(report, view), encoding="utf-8" if output_format == "json" else "")
    return 0 if exit_zero else int(_fails(report, fail_on))


def _fails(report: Report, fail_on: str) -> bool:
    return any(finding.severity in _FAILING[fail_on] for finding in report.findings)
