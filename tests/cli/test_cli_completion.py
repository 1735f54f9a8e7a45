"""Shell completion: the scripts, and what they offer."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cli_project import archlint, spawned

from archlint.engine import known_rules
from archlint.reporters import FORMATS

CODES = [rule.code for rule in known_rules()]


@pytest.mark.parametrize(("shell", "sign"), [("zsh", "#compdef archlint"), ("fish", "complete --no-files")])
def test_a_script_for_each_shell(tmp_path: Path, shell: str, sign: str) -> None:
    done = spawned(tmp_path, env={"_ARCHLINT_COMPLETE": f"{shell}_source"})
    assert (done.returncode, done.stderr, sign in done.stdout) == (0, "", True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash")
def test_the_bash_script_is_one(tmp_path: Path) -> None:
    done = spawned(tmp_path, env={"_ARCHLINT_COMPLETE": "bash_source"})
    assert (done.returncode, done.stderr) == (0, "")
    declared = f"{done.stdout}\ncomplete -p archlint\n"
    bash = subprocess.run(["bash", "-e"], input=declared, capture_output=True, text=True, timeout=60, check=False)
    assert (bash.returncode, bash.stderr) == (0, "")
    assert "-F _archlint_completion archlint" in bash.stdout


def offered(root: Path, line: str) -> list[str]:
    """What is offered for the last word of a command line: a kind and a value each."""
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_ARCHLINT_COMPLETE": "bash_complete"}
    done = archlint(root, env=asked)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("archlint ch", ["check"]),
        ("archlint check --select ARC", CODES),
        ("archlint check --select ", CODES),
        ("archlint check --ignore ARC10", [code for code in CODES if code.startswith("ARC10")]),
        ("archlint check --extend-select ARC120,framework-imp", ["ARC120,framework-import-in-service"]),
        ("archlint check --output-format ", list(FORMATS)),
        ("archlint check --fail-on e", ["error"]),
        ("archlint check --stdin", ["--stdin-filename"]),
        ("archlint rule god", ["god-service"]),
        ("archlint chek --sel", []),
    ],
)
def test_what_is_offered(tmp_path: Path, line: str, words: list[str]) -> None:
    assert offered(tmp_path, line) == [f"plain,{word}" for word in words]


@pytest.mark.parametrize("command", ["check", "check --config", "check --output-file", "explain"])
def test_paths_are_left_to_the_shell(tmp_path: Path, command: str) -> None:
    assert offered(tmp_path, f"archlint {command} sr") == ["file,sr"]


def test_a_shell_nobody_knows_is_refused(tmp_path: Path) -> None:
    done = archlint(tmp_path, env={"_ARCHLINT_COMPLETE": "tcsh_source"})
    assert (done.returncode, done.stdout) == (1, "")
