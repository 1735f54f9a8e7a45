"""``archlint rule``: all about one rule."""

import click

from archlint.cli import terminal
from archlint.cli.options import RuleWords, coloring
from archlint.cli.output import write
from archlint.cli.rules import row
from archlint.core import Rule

_WIDEST = 100


@click.command("rule", short_help="Explain a rule.")
@click.argument("rule", metavar="CODE|NAME", type=RuleWords())
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@coloring
def command(rule: str, output_format: str, color: str) -> int:
    """Explain a rule: what it finds and why, a bad and a good example, and its options.

    \b
    Examples:
      archlint rule ARC101
      archlint rule framework-import-in-service
    """
    from archlint import engine

    found = _find(rule, engine.known_rules())
    if output_format == "json":
        from archlint.reporters.encoding import encode

        options = [
            {"name": name, "default": default, "description": description}
            for name, (default, description) in found.options_table().items()
        ]
        write(encode({**row(found)._asdict(), "doc": found.doc, "options": options}) + "\n", encoding="utf-8")
    else:
        write(_rendered(found, min(terminal.width(), _WIDEST), terminal.color(color)))
    return 0


def _find(word: str, rules: tuple[Rule, ...]) -> Rule:
    for rule in rules:
        if word.casefold() in (rule.code.casefold(), rule.name.casefold()):
            return rule
    from archlint.config import hint

    spellings = [spelling for rule in rules for spelling in (rule.code, rule.name)]
    raise click.UsageError(f"unknown rule `{word}`{hint(word, spellings, '`archlint rules` lists them')}")


def _rendered(rule: Rule, width: int, color: bool) -> str:
    from io import StringIO

    from rich.console import Console

    from archlint.cli.markdown import THEME, Page

    text = StringIO()
    console = Console(
        file=text,
        width=width,
        theme=THEME,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        _environ={},
    )
    console.print(f"[bold]{rule.code} {rule.name}[/bold]  {rule.severity}, preset {rule.preset}\n", highlight=False)
    console.print(Page(rule.doc.strip(), code_theme="ansi_dark"))
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())
