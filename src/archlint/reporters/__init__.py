"""The output formats. Each is one file of this package, with one function that turns a report into text.

Writing that text somewhere, and asking what a terminal can show, is the command line's business.
"""

from importlib import import_module
from typing import NamedTuple, Protocol, cast

from archlint.core import Report

FORMATS = ("text", "concise", "json", "sarif", "github")
"""The names of the formats, each that of its module; the first is the default."""


class View(NamedTuple):
    """How a reader wants to see a report; a format leaves alone what does not concern it.

    Attributes:
        width: cells a line may take.
        color: whether to colour the text with ANSI sequences; the text itself is the same either way.
        source: whether to quote the offending source lines.
        quiet: whether to leave out all but the findings.
    """

    width: int = 120
    color: bool = False
    source: bool = True
    quiet: bool = False


class Reporter(Protocol):
    """What the module of a format offers."""

    def render(self, report: Report, view: View) -> str:
        """The whole output, which ends in a newline unless it is empty."""


def reporter(name: str) -> Reporter:
    """The reporter of a format, imported when asked for, so that a run pays for one format only."""
    return cast("Reporter", import_module(f"{__name__}.{name}"))
