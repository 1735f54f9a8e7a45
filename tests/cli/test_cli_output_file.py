"""``--output-file``: the report lands in a file, whole or not at all."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cli_project import SERVICE, archlint, command, environment, spawned

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, modes and devices of POSIX")


@pytest.mark.parametrize("name", ["text", "concise", "json", "sarif", "github"])
def test_the_file_holds_what_stdout_would(project: Path, name: str) -> None:
    shown = archlint(project, "check", "src", "--output-format", name)
    saved = archlint(project, "check", "src", "--output-format", name, "--output-file", "report")
    assert (saved.returncode, saved.stdout, saved.stderr) == (1, "", "")
    assert (project / "report").read_text(encoding="utf-8") == shown.stdout


def test_statistics_too(project: Path) -> None:
    assert archlint(project, "check", "src", "--statistics", "-o", "report", "--exit-zero").returncode == 0
    assert (project / "report").read_text(encoding="utf-8").startswith("1  ARC101  framework-import-in-service\n")


def test_notes_still_go_to_stderr(project: Path) -> None:
    (project / "src/shop/template.py").write_text("{% if x %}\nimport {{ x }}\n{% endif %}\n", encoding="utf-8")
    done = archlint(project, "check", "src", "-o", "report")
    assert (done.stdout, done.stderr.startswith("note: src/shop/template.py: skipped")) == ("", True)


@pytest.mark.parametrize(("options", "coloured"), [([], False), (["--color", "always"], True)])
def test_a_file_is_no_terminal(project: Path, options: list[str], coloured: bool) -> None:
    archlint(project, "check", "src", "-o", "report", *options, env={"FORCE_COLOR": "1", "COLUMNS": "60"})
    assert ("\x1b[" in (project / "report").read_text(encoding="utf-8")) is coloured


def test_a_run_that_fails_leaves_the_file_alone(project: Path) -> None:
    report = project / "report"
    report.write_text("before")
    done = archlint(project, "check", "nowhere", "-o", "report")
    assert (done.returncode, report.read_text()) == (2, "before")


@posix
def test_a_file_keeps_its_mode_and_a_link_stays_one(project: Path) -> None:
    target = project / "reports" / "today.json"
    target.parent.mkdir()
    target.write_text("before")
    target.chmod(0o640)
    link = project / "report.json"
    link.symlink_to(target)
    archlint(project, "check", "src", "--output-format", "json", "-o", "report.json")
    assert link.is_symlink()
    assert json.loads(target.read_text())["summary"]["errors"] == 1
    assert target.stat().st_mode & 0o777 == 0o640
    assert os.listdir(target.parent) == ["today.json"]  # noqa: PTH208


@posix
def test_a_device_is_written_to(project: Path) -> None:
    done = spawned(project, "check", "src", "--output-format", "concise", "-o", "/dev/stdout")
    assert (done.returncode, done.stdout.splitlines()[0][: len(SERVICE)]) == (1, SERVICE)
    assert spawned(project, "check", "src", "-o", os.devnull).returncode == 1
    assert not Path(os.devnull).is_file()


@posix
def test_stdout_by_its_other_name_is_not_truncated(project: Path) -> None:
    log = project / "log"
    log.write_text("before\n")
    with log.open("ab") as stream:
        arguments = command("check", "src", "--output-format", "concise", "-o", "/dev/stdout")
        subprocess.run(arguments, cwd=project, env=environment(), stdout=stream, timeout=60, check=False)
    assert log.read_text().startswith(f"before\n{SERVICE}:1:1: ARC101")


@posix
def test_a_named_pipe_is_written_to(project: Path) -> None:
    os.mkfifo(project / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((project / "pipe").read_text()), daemon=True)
    reader.start()
    done = spawned(project, "check", "src", "--output-format", "concise", "-o", "pipe")
    reader.join(60)
    assert (done.returncode, read[0].startswith(SERVICE)) == (1, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_is_told(project: Path) -> None:
    done = spawned(project, "check", "src", "-o", "/dev/full")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: cannot write the output: /dev/full: No space left on device\n"


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("nowhere/report", "there is no folder nowhere: create it first"),
        ("pyproject.toml/report", "there is no folder pyproject.toml: create it first"),
        ("src", "src is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_told_at_once(project: Path, file: str, reason: str) -> None:
    done = archlint(project, "check", "src", "-o", file)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: cannot write the output: {reason}\n")
