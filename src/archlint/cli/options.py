"""Options that several commands share."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])


class RuleWords(click.types.StringParamType):
    """A rule, or several separated by commas: any text, for which a shell completes codes and names."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from archlint import engine

        before, comma, word = incomplete.rpartition(",")
        rules = engine.known_rules()
        told = [(rule.code, rule.name) for rule in rules]
        if word:
            told += [(rule.name, rule.code) for rule in rules]
        return [
            CompletionItem(f"{before}{comma}{spelling}", help=meaning)
            for spelling, meaning in told
            if spelling.startswith(word)
        ]


def selectors(name: str, meaning: str) -> Callable[[Command], Command]:
    """An option that takes rules, separated by commas and as often as wanted, and gives them as one tuple."""
    return click.option(name, metavar="RULES", type=RuleWords(), multiple=True, callback=_split, help=meaning)


def _split(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(word.strip() for value in values for word in value.split(","))
    if not all(words):
        raise click.BadParameter("names no rule", ctx, param)
    return words


def configuration(command: Command) -> Command:
    """Which configuration to go by: ``--config`` and ``--isolated``."""
    file = click.option(
        "--config", "config_file", metavar="FILE", type=click.Path(), default="", help="Use this configuration file."
    )
    isolated = click.option("--isolated", is_flag=True, help="Use no configuration file at all.")
    return file(isolated(command))


def coloring(command: Command) -> Command:
    """``--color auto|always|never``; see ``terminal.color``."""
    choices = click.Choice(["auto", "always", "never"])
    meaning = "Whether to colour text: on terminals (auto; NO_COLOR and FORCE_COLOR are heeded), always, or never."
    return click.option("--color", type=choices, default="auto", show_default=True, help=meaning)(command)


def layout(command: Command) -> Command:
    """``--format text|json``."""
    formats = click.Choice(["text", "json"])
    return click.option("--format", "layout", type=formats, default="text", show_default=True, help="Output format.")(
        command
    )


def here() -> str:
    """The working directory, absolute."""
    try:
        return os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        raise click.UsageError("the working directory does not exist any more") from None
