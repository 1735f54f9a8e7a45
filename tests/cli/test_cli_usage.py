"""Help, and wrong usage: one line on stderr and exit 2."""

import pytest
from cli_fakes import FakeEngine, Run

from archlint import __version__
from archlint.cli.app import COMMANDS
from archlint.core import UsageError

WRONG = {
    ("chek",): "there is no command `chek`; did you mean `check`?",
    ("zzz",): "there is no command `zzz`; there are check, rules, rule, explain",
    ("src",): "there is no command `src`; did you mean `archlint check src`?",
    ("check", "--output-format", "xml"): (
        "Invalid value for '--output-format': 'xml' is not one of 'text', 'concise', 'json', 'sarif', 'github'."
    ),
    ("check", "--select", ""): "Invalid value for '--select': names no rule",
    ("check", "--ignore", "ARC101,,ARC102"): "Invalid value for '--ignore': names no rule",
    ("check", "--preset", "all"): "Invalid value for '--preset': 'all' is not one of 'recommended', 'strict'.",
    ("check", "-q", "-v"): "--quiet and --verbose exclude one another",
    ("check", "--statistics", "--output-format", "sarif"): "--statistics come as text, concise, json, not as sarif",
    ("check", "-"): "`-` is stdin: say with --stdin-filename which file of the project it stands for",
    ("check", "--stdin-filename", "a.py", "src"): "--stdin-filename checks that one file: leave out PATHS, or give `-`",
    ("check", "-o", "src"): "cannot write the output: src is a folder",
    ("check", "-o", "nowhere/a.json"): "cannot write the output: there is no folder nowhere: create it first",
    ("explain",): "give a file or folder to explain, or --routes",
    ("rule",): "Missing argument 'CODE|NAME'.",
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.items())
@pytest.mark.usefixtures("source_folder")
def test_wrong_usage_is_one_line(archlint: Run, fake: FakeEngine, arguments: tuple[str, ...], message: str) -> None:
    fake.failure = UsageError("the engine is not reached")
    assert archlint(*arguments) == (2, "", f"error: {message}\n")


@pytest.fixture
def source_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("project")
    (folder / "src").mkdir()
    monkeypatch.chdir(folder)


def test_an_unknown_option_names_the_nearest(archlint: Run) -> None:
    code, out, err = archlint("check", "--selct", "ARC1")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "--selct" in err
    assert "--select" in err


def test_no_command_shows_the_help_and_fails(archlint: Run) -> None:
    code, out, err = archlint()
    assert (code, out) == (2, "")
    assert err == archlint("--help").out


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help(archlint: Run, command: tuple[str, ...], flag: str) -> None:
    code, out, err = archlint(*command, flag)
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: archlint {' '.join(command)}".rstrip())
    assert "-h, --help" in out


def test_the_help_lists_every_command(archlint: Run) -> None:
    listed = archlint("--help").out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in listed.splitlines()] == list(COMMANDS)


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_version(archlint: Run, flag: str) -> None:
    assert archlint(flag) == (0, f"archlint {__version__}\n", "")
