"""What a run tells besides its findings: exit code, colour, counts, and how it went."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_project import SERVICE, archlint, command, environment


@pytest.mark.parametrize(
    ("severity", "options", "code"),
    [
        ("error", [], 1),
        ("warning", [], 1),
        ("warning", ["--fail-on", "warning"], 1),
        ("warning", ["--fail-on", "error"], 0),
        ("error", ["--fail-on", "error"], 1),
        ("error", ["--fail-on", "never"], 0),
        ("error", ["--exit-zero"], 0),
        ("error", ["--fail-on", "error", "--exit-zero", "--quiet"], 0),
    ],
)
def test_the_exit_code(project: Path, severity: str, options: list[str], code: int) -> None:
    """The findings are shown whatever it is."""
    (project / "archlint.toml").write_text(f"[severity]\nARC101 = '{severity}'\n")
    done = archlint(project, "check", SERVICE, "--output-format", "concise", *options)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.startswith(f"{SERVICE}:1:1: ARC101")


def test_a_mistake_is_2_whatever_else_is_asked(project: Path) -> None:
    assert archlint(project, "check", "nowhere", "--exit-zero", "--fail-on", "never").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of POSIX")
@pytest.mark.parametrize(
    ("options", "changes", "coloured"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--output-format", "json"], {}, False),
    ],
)
def test_colour_on_a_terminal(project: Path, options: list[str], changes: dict[str, str], coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            command("check", SERVICE, *options),
            cwd=project,
            env=environment({"TERM": "xterm", **changes}),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            timeout=60,
            check=False,
        )
        shown = os.read(ours, 10_000)
    finally:
        os.close(theirs)
        os.close(ours)
    assert b"ARC101" in shown
    assert (b"\x1b[" in shown) is coloured


@pytest.mark.parametrize(
    ("options", "changes", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
    ],
)
def test_colour_elsewhere(project: Path, options: list[str], changes: dict[str, str], coloured: bool) -> None:
    assert ("\x1b[" in archlint(project, "check", SERVICE, *options, env=changes).stdout) is coloured


def test_source_is_shown_unless_it_is_not_wanted(project: Path) -> None:
    assert "1 | from fastapi import status" in archlint(project, "check", SERVICE).stdout
    assert "1 | from fastapi import status" in archlint(project, "check", SERVICE, "--show-source").stdout
    assert "|" not in archlint(project, "check", SERVICE, "--no-show-source").stdout


def test_statistics_stand_in_for_the_findings(project: Path) -> None:
    done = archlint(project, "check", "src", "--statistics")
    assert (done.returncode, done.stdout) == (1, "1  ARC101  framework-import-in-service\n1 error in 3 files\n")
    rows = json.loads(archlint(project, "check", "src", "--statistics", "--output-format", "json").stdout)
    assert rows == [{"code": "ARC101", "name": "framework-import-in-service", "count": 1}]


def test_verbose_tells_on_stderr_how_the_run_went(project: Path) -> None:
    plain = archlint(project, "check", SERVICE, "--select", "ARC101,ARC102")
    done = archlint(project, "check", SERVICE, "--select", "ARC101,ARC102", "--verbose")
    assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)
    told = done.stderr.splitlines()
    about = ["project: .", "configuration: pyproject.toml", "files: 3 read, 1 checked", "rules: ARC101 ARC102"]
    assert told[: len(about)] == about
    assert told[len(about)].startswith("time: ")


def test_verbose_tells_where_the_time_went(project: Path) -> None:
    done = archlint(project, "check", SERVICE, "--select", "ARC101,ARC102", "--verbose", "--no-cache")
    _, _, times = done.stderr.partition("\ntime: ")
    lines = [re.fullmatch(r"  (\S.*?) +\d+\.\d\d s(?:  (.+))?", line) for line in times.splitlines()[1:]]
    steps = {line[1]: line[2] for line in lines if line}
    assert list(steps) == ["start-up", "set up", "walk", "read", "lower", "assemble", "judge", "report"]
    assert steps["lower"] == "3 files, 0 from the cache"
    assert "ARC101 0.0" in steps["judge"]


def test_verbose_outside_the_root_and_without_a_configuration(project: Path) -> None:
    err = archlint(project / "src", "check", "shop", "--isolated", "-v").stderr
    assert err.startswith("project: .\nconfiguration: none\n")
    err = archlint(project / "src/shop", "check", "-v", ".").stderr
    assert err.startswith("project: ../..\nconfiguration: ../../pyproject.toml\n")


def test_sarif_of_a_run_names_every_rule_that_ran(project: Path) -> None:
    done = archlint(project, "check", "src", "--select", "ARC1", "--output-format", "sarif")
    (run,) = json.loads(done.stdout)["runs"]
    codes = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert codes == sorted(codes)
    assert set(codes) >= {"ARC101", "ARC102"}
    assert all(code.startswith("ARC1") for code in codes)
    (result,) = run["results"]
    assert codes[result["ruleIndex"]] == result["ruleId"] == "ARC101"
    assert len(result["partialFingerprints"]["archlint/v1"]) == 16


def test_a_severity_of_the_configuration_is_the_level_of_the_rule(project: Path) -> None:
    (project / "archlint.toml").write_text("[severity]\nARC101 = 'warning'\n")
    done = archlint(project, "check", "src", "--select", "ARC101", "--output-format", "sarif")
    (run,) = json.loads(done.stdout)["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    levels = {rule["defaultConfiguration"]["level"], *(result["level"] for result in run["results"])}
    assert levels == {"warning"}
