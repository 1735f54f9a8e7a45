"""The bar a long run shows on a terminal, and that nothing of it stays there."""

import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from cli_project import SERVICE

from archlint import engine
from archlint.cli import progress
from archlint.cli.app import run
from archlint.core import Report, UsageError

BAR = re.compile(r"(.+) \S+ +(\d+)%")
Step = Callable[[engine.Progress], None]


class Screen(io.StringIO):
    """A terminal of one column of lines.

    Attributes:
        seen: every line that stood there at any time.
    """

    encoding = "utf-8"

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def isatty(self) -> bool:
        return True

    def left(self) -> list[str]:
        """What stands there now."""
        lines, row = [""], 0
        for piece in re.findall(r"\x1b\[[\d;?]*[a-zA-Z]|\r|\n|[^\x1b\r\n]+", self.getvalue()):
            if piece == "\n":
                row += 1
                lines += [""] * (row == len(lines))
            elif piece == "\x1b[2K":
                lines[row] = ""
            elif piece == "\x1b[1A":
                row -= 1
            elif piece == "\x1b[?25l":
                raise AssertionError("the cursor is gone")
            elif piece != "\r" and not piece.endswith("m"):
                lines[row] += piece
                self.seen.append(lines[row])
        return [line for line in lines if line.strip()]

    def check(self, *arguments: str) -> int:
        """Run a check that tells on this terminal; returns its exit code."""
        with patch.object(sys, "stderr", self):
            return run(["check", *arguments])

    def steps(self) -> list[tuple[str, int]]:
        """What the bar has shown, once each: the words before it, and the percentage behind."""
        self.left()
        found = [BAR.fullmatch(line.strip()) for line in self.seen]
        return list(dict.fromkeys((bar[1].rstrip("━╸╺ "), int(bar[2])) for bar in found if bar))


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    for name, value in {"TERM": "xterm", "COLUMNS": "120", "CI": ""}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TTY_COMPATIBLE", raising=False)
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    return screen


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", -1.0)


@pytest.fixture
def engine_that(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Step], None]]:
    def replace(does: Step) -> None:
        def check(request: engine.Request, progress: engine.Progress) -> Report:
            does(progress)
            return Report((), files=1)

        monkeypatch.setattr(engine, "check", check)

    return replace  # type: ignore[return-value]


@pytest.mark.usefixtures("impatient")
def test_a_long_run_shows_how_far_it_is_and_leaves_nothing(
    project: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    assert screen.check(SERVICE, "--no-cache") == 1
    assert screen.left() == []
    steps = screen.steps()
    assert {"reading files", "parsing files", "applying rules"} <= {name for name, _ in steps}
    assert ("parsing files", 100) in steps


def test_a_short_run_shows_nothing(project: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    assert screen.check(SERVICE, "--no-cache") == 1
    assert screen.getvalue() == ""


def some_steps(progress: engine.Progress) -> None:
    progress.step("lower", 4)
    progress.part(count=3)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--quiet"], {}), ([], {"CI": "true"}), ([], {"TERM": "dumb"})],
    ids=["--quiet", "CI", "a dumb terminal"],
)
def test_who_wants_no_bar_sees_none(
    arguments: list[str], environment: dict[str, str], screen: Screen, engine_that: Callable[[Step], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    engine_that(some_steps)
    assert screen.check(*arguments) == 0
    assert screen.getvalue() == ""


@pytest.mark.usefixtures("impatient")
def test_a_file_sees_no_bar(
    screen: Screen, engine_that: Callable[[Step], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "isatty", lambda: False)
    engine_that(some_steps)
    assert screen.check() == 0
    assert screen.getvalue() == ""


@pytest.mark.usefixtures("impatient")
def test_a_closed_stderr_is_no_trouble(engine_that: Callable[[Step], None]) -> None:
    engine_that(some_steps)
    with patch.object(sys, "stderr", None):
        assert run(["check"]) == 0


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("failure", "code", "told"),
    [(UsageError("no such path"), 2, ["error: no such path"]), (KeyboardInterrupt(), 130, [])],
    ids=["an error", "Ctrl-C"],
)
def test_the_bar_is_gone_before_a_failure_is_told(
    failure: BaseException, code: int, told: list[str], screen: Screen, engine_that: Callable[[Step], None]
) -> None:
    def fail(progress: engine.Progress) -> None:
        some_steps(progress)
        raise failure

    engine_that(fail)
    assert screen.check() == code
    assert screen.left() == told
    assert screen.steps() == [("parsing files", 0), ("parsing files", 75)]


@pytest.mark.usefixtures("impatient")
def test_the_bar_is_gone_before_the_times_are_told(screen: Screen, engine_that: Callable[[Step], None]) -> None:
    engine_that(some_steps)
    assert screen.check("--verbose") == 0
    assert [line.split()[0] for line in screen.left()] == ["time:", "start-up", "lower"]
    assert ("parsing files", 75) in screen.steps()
