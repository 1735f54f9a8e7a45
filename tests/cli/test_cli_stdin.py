"""``--stdin-filename``: the text of an editor, in its place in the project."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_project import SERVICE, archlint, command, environment

BAD = b"\nfrom fastapi import status\n"


def found(root: Path, text: bytes, *arguments: str) -> list[str]:
    """The findings in a text, as ``path:line code``."""
    done = archlint(root, "check", "--output-format", "json", *arguments, stdin=text)
    assert done.stderr == ""
    report: dict[str, Any] = json.loads(done.stdout)
    findings = [f"{finding['path']}:{finding['line']} {finding['code']}" for finding in report["findings"]]
    assert done.returncode == bool(findings)
    return findings


def test_the_text_takes_the_place_of_the_file(project: Path) -> None:
    assert found(project, b"", "--stdin-filename", SERVICE, "-") == []
    assert found(project, BAD, "--stdin-filename", SERVICE, "-") == [f"{SERVICE}:2 ARC101"]
    assert (project / SERVICE).read_text() == "from fastapi import status\n"


def test_only_that_file_is_reported(project: Path) -> None:
    assert found(project, b"import json\n", "--stdin-filename", "src/shop/services/users.py", "-") == []


def test_the_dash_may_be_left_out(project: Path) -> None:
    assert found(project, BAD, "--stdin-filename", SERVICE) == [f"{SERVICE}:2 ARC101"]


def test_it_is_judged_with_the_project_in_view(project: Path) -> None:
    text = b"from shop.core.errors import Gone\n\n\ndef drop():\n    raise Gone(410)\n"
    assert found(project, text, "--stdin-filename", SERVICE, "-") == [f"{SERVICE}:5 ARC102"]


def test_others_see_it_in_the_files_place(project: Path) -> None:
    (project / SERVICE).write_text("from shop.core.errors import Gone\n\n\ndef drop():\n    raise Gone(410)\n")
    text = b"class Gone(Exception): ...\n"
    assert found(project, text, "--stdin-filename", "src/shop/core/errors.py", "-") == []
    assert found(project, (project / SERVICE).read_bytes(), "--stdin-filename", SERVICE, "-") == [f"{SERVICE}:5 ARC102"]


@pytest.mark.parametrize("path", ["src/shop/services/new.py", "src/shop/services/deep/er/new.py"])
@pytest.mark.parametrize("options", [[], ["--force-exclude"]])
def test_the_file_need_not_exist(project: Path, path: str, options: list[str]) -> None:
    assert found(project, BAD, "--stdin-filename", path, "-", *options) == [f"{path}:2 ARC101"]
    assert not (project / path).exists()


def test_a_path_counts_from_the_working_directory(project: Path) -> None:
    assert found(project / "src/shop", BAD, "--stdin-filename", "services/new.py", "-") == ["services/new.py:2 ARC101"]
    assert found(project / "src", BAD, "--stdin-filename", str(project / SERVICE)) == [
        "shop/services/orders.py:2 ARC101"
    ]


@pytest.mark.parametrize(
    "path",
    ["src/shop/generated/services/client.py", "src/shop/generated/services/new.py", "src/shop/services/local.py"],
)
def test_an_excluded_path(project: Path, path: str) -> None:
    """Is checked when it is named, unless ``--force-exclude`` says otherwise, as by an editor or a hook."""
    assert found(project, BAD, "--stdin-filename", path, "-") == [f"{path}:2 ARC101"]
    assert found(project, BAD, "--stdin-filename", path, "-", "--force-exclude") == []


@pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")
def test_a_path_through_a_link(project: Path) -> None:
    (project / "link").symlink_to(project / "src" / "shop")
    real = "src/shop/services/new.py"
    assert found(project, BAD, "--stdin-filename", "link/services/new.py", "-", "--force-exclude") == [
        f"{real}:2 ARC101"
    ]


def test_any_bytes_will_do(project: Path) -> None:
    assert found(project, b"\xff\x00(", "--stdin-filename", SERVICE, "-") == [f"{SERVICE}:1 ARC001"]
    assert found(project, b"# coding: latin-1\nx = '\xe9'\n", "--stdin-filename", SERVICE, "-") == []


def test_what_is_no_python_is_told(project: Path) -> None:
    done = archlint(project, "check", "--stdin-filename", "README.md", "-", stdin=b"# Title\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "README.md is not a Python file" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="descriptors of POSIX")
def test_a_closed_stdin_is_told(project: Path) -> None:
    line = " ".join(map(repr, command("check", "--stdin-filename", SERVICE, "-"))) + " <&-"
    done = subprocess.run(
        line, shell=True, cwd=project, env=environment(), capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (2, b"error: --stdin-filename: standard input is closed\n")
