"""How far a run is, for the one who waits for it: a bar on stderr, once that takes long."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from archlint.engine import SILENT, Progress, Several, Step, Timings

if TYPE_CHECKING:
    from rich.progress import Progress as Rich

PATIENCE = 1.0
"""Seconds a run may take without a word."""

_PAUSE = 0.1
_WORDS = {
    "set up": "setting up",
    "walk": "looking for files",
    "read": "reading files",
    "lower": "parsing files",
    "assemble": "looking at packages",
    "judge": "applying rules",
    "report": "reporting",
}
_SLOWEST = 5


@contextmanager
def watching(begun: float, quiet: bool, timings: Timings | None) -> Iterator[Progress]:
    """What a run is to tell how far it is; once it has, nothing of it is left on the terminal.

    Args:
        begun: when the run did, by `time.perf_counter`.
        quiet: it shall show no bar.
        timings: who else wants to know.
    """
    with ExitStack() as stack:
        listeners: list[Progress] = [timings] if timings else []
        if _is_wanted(quiet):
            listeners.append(stack.enter_context(Bar(begun)))
        yield Several(listeners) if len(listeners) > 1 else listeners[0] if listeners else SILENT


def _is_wanted(quiet: bool) -> bool:
    """Whether someone sits at a terminal that stderr leads to, and is not asked to be left alone."""
    stream = sys.stderr
    if quiet or stream is None or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


class Bar(Progress):
    """A bar that is there from when the run has taken `PATIENCE` until the end of the ``with`` statement.

    It has no thread of its own and draws when it is told of something, so that it costs next to nothing.
    """

    def __init__(self, begun: float) -> None:
        self._next = begun + PATIENCE
        self._shown: Rich | None = None
        self._name, self._total, self._done = "", 0, 0
        self._stack = ExitStack()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def step(self, name: str, total: int = 0, note: str = "") -> None:
        self._name, self._total, self._done = name, total, 0
        self._draw()

    def part(self, name: str = "", count: int = 1) -> None:
        self._done += count
        self._draw()

    def _draw(self) -> None:
        if perf_counter() < self._next:
            return
        if self._shown is None:
            self._shown = self._stack.enter_context(_rich())
            self._shown.add_task("")
        task = self._shown.task_ids[0]
        words = _WORDS.get(self._name, self._name)
        self._shown.update(task, description=words, total=self._total or None, completed=self._done, refresh=True)
        self._next = perf_counter() + _PAUSE


def _rich() -> "Rich":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    class Steady(Console):
        def show_cursor(self, show: bool = True) -> bool:
            return False  # whoever is killed could not bring it back

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f}%"))
    console = Steady(stderr=True)
    return Progress(
        *columns, console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
    )


def told(steps: list[Step], before: float) -> list[str]:
    """Where the time went: the sum, and a line a step; ``before``: seconds it took to get to the first."""
    lines = [f"time: {before + sum(step.seconds for step in steps):.2f} s", _line("start-up", before)]
    for step in steps:
        remark = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in step.slowest(_SLOWEST))
        lines.append(_line(step.name, step.seconds, step.note or remark))
    return lines


def _line(name: str, seconds: float, remark: str = "") -> str:
    return f"  {name:<9}{seconds:5.2f} s{f'  {remark}' if remark else ''}"
