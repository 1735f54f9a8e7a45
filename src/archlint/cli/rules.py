"""``archlint rules``: every rule there is."""

from typing import NamedTuple

import click

from archlint.cli.options import here
from archlint.cli.output import write
from archlint.core import Rule

_HEADER = ("CODE", "NAME", "SEVERITY", "PRESET", "WHAT IT FINDS")


class RuleRow(NamedTuple):
    """What a list says of one rule."""

    code: str
    name: str
    severity: str
    preset: str
    summary: str


@click.command("rules", short_help="List the rules.")
@click.option("--output-format", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def command(output_format: str) -> int:
    """List the rules: code, name, severity, the preset that turns each on, and what it finds.

    `archlint rule CODE` tells all about one of them.
    """
    from archlint import engine

    rows = [row(rule) for rule in engine.rules_near(here())]
    if output_format == "json":
        from archlint.reporters.encoding import encode_array

        write(encode_array(row._asdict() for row in rows) + "\n", encoding="utf-8")
    elif output_format == "markdown":
        write(markdown(rows))
    else:
        from archlint.cli import terminal
        from archlint.cli.columns import columns

        write(columns([_HEADER, *rows], terminal.width() if terminal.on_terminal() else 0))
    return 0


def row(rule: Rule) -> RuleRow:
    """A rule's line in a list."""
    return RuleRow(rule.code, rule.name, rule.severity, rule.preset, rule.summary)


def markdown(rows: list[RuleRow]) -> str:
    """The rules as a table of GitHub's Markdown, which the README holds."""
    lines = ["| Code | Name | Severity | Preset | What it finds |", "|---|---|---|---|---|"]
    for rule in rows:
        summary = rule.summary.replace("|", "\\|")
        lines.append(f"| {rule.code} | `{rule.name}` | {rule.severity} | {rule.preset} | {summary} |")
    return "".join(f"{line}\n" for line in lines)
