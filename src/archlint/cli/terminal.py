"""What the terminal can show, and whether there is one."""

import os
import sys

from archlint.cli.output import columns

_FALLBACK = 120


def color(choice: str) -> bool:
    """Whether to colour stdout.

    Args:
        choice: ``always``, ``never``, or ``auto``: what NO_COLOR (https://no-color.org) and FORCE_COLOR
            (https://force-color.org) say, in that order; failing both, on a terminal that is not a dumb one.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return on_terminal() and os.environ.get("TERM") != "dumb"


def on_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def width() -> int:
    """Cells in a line: what COLUMNS says, else the terminal's, else 120."""
    written = os.environ.get("COLUMNS", "")
    # shutil.get_terminal_size would do, and loads all compression there is.
    return (int(written) if written.isdecimal() else 0) or columns() or _FALLBACK
