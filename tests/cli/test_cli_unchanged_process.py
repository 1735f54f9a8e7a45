"""What only processes show of a check in which nothing has changed: what they print, import, and how they end."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_project import environment, hear_little_and_go, make

import archlint

MAIN = "from archlint.__main__ import main\nraise SystemExit(main())"
# What was written just now is not trusted: the run is to have begun later.
LATER = """
import time
from archlint.cli import check
check.time_ns = lambda: time.time_ns() + 10_000_000_000
"""
# A run that is made, rather than repeated, fails.
REPEATING = """
import builtins
imports = builtins.__import__
def guarded(name, *rest):
    assert name.partition(".")[0] != "click", "not repeated"
    return imports(name, *rest)
builtins.__import__ = guarded
"""
CHECK = ("check", "--output-format", "text", "src")


def start(
    root: Path, *arguments: str, script: str = "", package: Path | None = None, **variables: str
) -> "subprocess.Popen[bytes]":
    """Start archlint in a process of its own, of another copy of it where that is given, ``script`` just before it."""
    search = {"PYTHONPATH": str(package)} if package else {}
    return subprocess.Popen(
        [sys.executable, "-c", f"{script}\n{MAIN}", *arguments],
        cwd=root,
        env=environment({"PYTHONDONTWRITEBYTECODE": "1", **search, **variables}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def told(root: Path, *arguments: str, script: str = "", package: Path | None = None) -> tuple[int, bytes, bytes]:
    with start(root, *arguments, script=script, package=package) as process:
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err


@pytest.mark.parametrize("name", ["text", "concise", "json", "sarif", "github"])
def test_every_byte_is_repeated(project: Path, name: str) -> None:
    (project / "src/shop/template.py").write_text("{% if x %}\n{{ y }}\n{% endif %}\n")
    (project / "src/shop/wörter.py").write_text("x = 1\n", encoding="utf-8")
    arguments = ("check", "--output-format", name)
    first = told(project, *arguments, script=LATER)
    assert first[0] == 1
    assert b"template.py" in first[2]
    assert told(project, *arguments, script=REPEATING) == first
    assert told(project, *arguments, "--no-cache") == first


def test_a_run_is_not_repeated_by_another_archlint(project: Path, tmp_path: Path) -> None:
    for copy in ("one", "other"):
        shutil.copytree(Path(archlint.__file__).parent, tmp_path / copy / "archlint")
    one, other = tmp_path / "one", tmp_path / "other"
    first = told(project, *CHECK, script=LATER, package=one)
    assert told(project, *CHECK, script=REPEATING, package=one) == first
    assert b"not repeated" in told(project, *CHECK, script=REPEATING, package=other)[2]
    for path in ("archlint/rules/layers/http_exception_in_service.py", "archlint/project/knowledge/names.toml"):
        with (one / path).open("a") as file:
            file.write("# more\n")
        assert b"not repeated" in told(project, *CHECK, script=REPEATING, package=one)[2]
        told(project, *CHECK, script=LATER, package=one)
        assert told(project, *CHECK, script=REPEATING, package=one) == first


def test_options_of_the_interpreter_count(project: Path) -> None:
    told(project, *CHECK, script=LATER)
    with start(project, *CHECK, script=REPEATING, PYTHONUTF8="1") as process:
        assert b"not repeated" in process.communicate(timeout=60)[1]


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_closed_pipe_is_as_quiet(project: Path) -> None:
    for number in range(2000):
        (project / f"src/shop/services/s{number}.py").write_text("from fastapi import status\n")
    assert told(project, *CHECK, script=LATER)[0] == 1
    with start(project, *CHECK, script=REPEATING) as process:
        hear_little_and_go(process)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_is_told(project: Path) -> None:
    told(project, *CHECK, script=LATER)
    line = [sys.executable, "-c", f"{REPEATING}\n{MAIN}", *CHECK]
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            line,
            cwd=project,
            env=environment({"PYTHONDONTWRITEBYTECODE": "1"}),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, b"error: cannot write the output: No space left on device\n")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_is_as_quiet(project: Path) -> None:
    script = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from archlint.cli import unchanged
def stamp(path):
    print("ready", file=sys.stderr, flush=True)
    time.sleep(60)
unchanged.stamp = stamp
"""
    told(project, *CHECK, script=LATER)
    with start(project, *CHECK, script=script) as process:
        assert process.stderr
        assert process.stderr.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == (b"", b"")
        assert process.returncode == 130


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_can_be_written_every_run_is_made(project: Path) -> None:
    project.chmod(0o500)
    try:
        first = told(project, *CHECK, script=LATER)
        assert told(project, *CHECK, script=LATER) == first
    finally:
        project.chmod(0o700)
    assert not (project / ".archlint_cache").exists()


def test_a_file_where_the_cache_would_be_is_left_alone(tmp_path: Path) -> None:
    root = make(tmp_path / "shop")
    (root / ".archlint_cache").write_text("mine")
    first = told(root, *CHECK, script=LATER)
    assert first[0] == 1
    assert told(root, *CHECK, script=LATER) == first
    assert (root / ".archlint_cache").read_text() == "mine"
