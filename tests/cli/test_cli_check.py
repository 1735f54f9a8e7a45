"""``archlint check``: from options to a request, from a report to output and exit code."""

import json
import os

import pytest
from cli_fakes import ONE_ERROR, ONE_WARNING, FakeEngine, Run

from archlint.core import ConfigError, Report, UsageError
from archlint.engine import Request

CLEAR = Report((), files=1)


def test_options_become_a_request(archlint: Run, fake: FakeEngine) -> None:
    archlint(
        "check", "src", "tests/a.py", "--select", "ARC1,ARC201", "--select", "god-service", "--extend-select", "ARC120",
        "--ignore", "ARC103, ARC104", "--preset", "strict", "--config", "x.toml", "--no-baseline", "--no-cache",
        "--cache-dir", "kept", "--jobs", "3",
    )  # fmt: skip
    assert fake.request == Request(
        paths=("src", "tests/a.py"),
        cwd=os.getcwd(),  # noqa: PTH109
        config_file="x.toml",
        isolated=False,
        preset="strict",
        select=("ARC1", "ARC201", "god-service"),
        extend_select=("ARC120",),
        ignore=("ARC103", "ARC104"),
        cache_dir="kept",
        jobs=3,
    )


def test_no_options_ask_for_the_defaults(archlint: Run, fake: FakeEngine) -> None:
    archlint("check")
    assert fake.request == Request(cwd=os.getcwd(), cache=True, jobs=0)  # noqa: PTH109
    archlint("check", "--isolated")
    assert fake.request.isolated


@pytest.mark.parametrize(
    ("report", "options", "code"),
    [
        (CLEAR, [], 0),
        (ONE_WARNING, [], 1),
        (ONE_ERROR, [], 1),
        (ONE_WARNING, ["--fail-on", "warning"], 1),
        (ONE_WARNING, ["--fail-on", "error"], 0),
        (ONE_ERROR, ["--fail-on", "error"], 1),
        (ONE_ERROR, ["--fail-on", "never"], 0),
        (ONE_ERROR, ["--exit-zero"], 0),
        (ONE_ERROR, ["--quiet"], 1),
    ],
)
def test_the_exit_code(archlint: Run, fake: FakeEngine, report: Report, options: list[str], code: int) -> None:
    fake.report = report
    assert archlint("check", *options).code == code


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (UsageError("nope: no such file"), "error: nope: no such file\n"),
        (ConfigError("archlint.toml", 3, "unknown key `x`"), "error: archlint.toml:3: unknown key `x`\n"),
        (UsageError("two\nlines"), "error: two lines\n"),
    ],
)
def test_the_users_mistakes_are_one_line_and_exit_2(
    archlint: Run, fake: FakeEngine, failure: Exception, line: str
) -> None:
    fake.failure = failure
    assert archlint("check", "--exit-zero") == (2, "", line)


def test_our_own_mistakes_are_one_line_that_says_how_to_report_them(archlint: Run, fake: FakeEngine) -> None:
    fake.failure = KeyError("layer")
    code, out, err = archlint("check")
    assert (code, out) == (2, "")
    assert err.startswith("error: internal error: KeyError: 'layer' (cli/cli_fakes.py:")
    assert "ARCHLINT_DEBUG=1" in err
    assert err.count("\n") == 1


def test_a_traceback_is_shown_on_demand(archlint: Run, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.failure = KeyError("layer")
    monkeypatch.setenv("ARCHLINT_DEBUG", "1")
    err = archlint("check").err
    assert err.startswith("Traceback (most recent call last):\n")
    assert err.splitlines()[-1].startswith("error: internal error: KeyError: 'layer'")


def test_an_interrupt_is_quiet(archlint: Run, fake: FakeEngine) -> None:
    fake.failure = KeyboardInterrupt()
    assert archlint("check") == (130, "", "")


def test_notices_go_to_stderr_and_the_report_to_stdout(archlint: Run, fake: FakeEngine) -> None:
    fake.report = Report((), files=1, notices=("a.py: skipped, a template rather than Python",))
    expected = "note: a.py: skipped, a template rather than Python\n"
    assert archlint("check") == (0, "All clear: 1 file checked\n", expected)
    assert archlint("check", "--quiet") == (0, "", "")


def test_the_formats(archlint: Run, fake: FakeEngine) -> None:
    fake.report = ONE_ERROR
    assert "  1 | import fastapi\n" in archlint("check").out
    assert "  1 | import fastapi\n" not in archlint("check", "--no-show-source").out
    assert archlint("check", "--output-format", "concise").out.startswith("src/a.py:1:2: ARC101 a message\n")
    assert json.loads(archlint("check", "--output-format", "json").out)["findings"][0]["code"] == "ARC101"


@pytest.mark.parametrize(
    ("environment", "options", "coloured"),
    [
        ({}, [], False),
        ({}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": ""}, [], False),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, [], True),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--output-format", "concise"], False),
        ({"FORCE_COLOR": "1"}, ["--output-format", "json"], False),
    ],
)
def test_colour(
    archlint: Run,
    fake: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    options: list[str],
    coloured: bool,
) -> None:
    fake.report = ONE_ERROR
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in archlint("check", *options).out) is coloured


@pytest.mark.parametrize(("term", "coloured"), [("xterm-256color", True), ("dumb", False)])
def test_colour_on_a_terminal(
    archlint: Run, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, term: str, coloured: bool
) -> None:
    fake.report = ONE_ERROR
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", term)
    assert ("\x1b[" in archlint("check").out) is coloured


def test_the_width_is_what_columns_says(archlint: Run, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.report = Report(ONE_ERROR.findings, files=1, lines={"src/a.py": {1: "x" * 200}})
    assert max(map(len, archlint("check").out.splitlines())) == 120
    monkeypatch.setenv("COLUMNS", "70")
    assert max(map(len, archlint("check").out.splitlines())) == 70


def test_a_working_directory_that_is_gone(
    archlint: Run, fake: FakeEngine, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("gone")
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert archlint("check") == (2, "", "error: the working directory does not exist any more\n")
