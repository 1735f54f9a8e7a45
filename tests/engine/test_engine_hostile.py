"""Whatever lies in a project, every file leads to findings, to ARC001 or to a notice, and none hides its neighbours."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archlint.core import Report, UsageError
from archlint.engine import Request, check, files
from archlint.sources import Unreadable, read
from archlint.testing import findings_in

pytestmark = pytest.mark.skipif(os.name == "nt", reason="files of POSIX")

WRONG = "import fastapi\n"
FOUND = "services/good.py:1 ARC101"


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """The folder of services in a small project; it holds one file with one finding."""
    folder = tmp_path / "services"
    folder.mkdir()
    (tmp_path / "pyproject.toml").touch()
    (folder / "good.py").write_text(WRONG)
    return folder


def run(services: Path, *paths: str) -> Report:
    return check(Request(cwd=str(services.parent), paths=paths))


def found(report: Report) -> list[str]:
    return [f"{finding.path}:{finding.span.line} {finding.code}" for finding in report.findings]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(path))


SPECIAL: dict[str, Callable[[Path], None]] = {
    "pipe": pipe,
    "socket": bound_socket,
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "terminal": lambda path: path.symlink_to("/dev/stdin"),
    "dangling": lambda path: path.symlink_to("nowhere.py"),
    "folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", SPECIAL)
def test_what_is_no_file_is_passed_over(services: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(services)
    SPECIAL[kind](services / "x.py")
    assert found(run(services)) == [FOUND]


@pytest.mark.parametrize("kind", ["pipe", "socket", "endless"])
def test_what_is_no_file_cannot_be_asked_for(services: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(services)
    SPECIAL[kind](services / "x.py")
    with pytest.raises(UsageError, match=r"x\.py is neither a file nor a folder"):
        run(services, "services/x.py")


def test_links_in_a_circle(services: Path) -> None:
    (services / "up").symlink_to(services)
    (services / "self.py").symlink_to(services / "self.py")
    report = run(services)
    assert found(report) == [FOUND]
    assert report.notices == ("cannot read services/self.py: Too many levels of symbolic links",)


@pytest.mark.parametrize("reason", ["Permission denied", "No such file or directory", "Input/output error"])
def test_a_file_that_cannot_be_read_any_more_is_a_notice(
    services: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    (services / "lost.py").write_text(WRONG)

    def failing(path: str) -> bytes | Unreadable:
        return Unreadable(path, reason) if path.endswith("lost.py") else read(path)

    monkeypatch.setattr(files, "read", failing)
    report = run(services)
    assert found(report) == [FOUND]
    assert report.notices == (f"services/lost.py: skipped: {reason}",)


def test_a_file_that_becomes_a_folder_is_a_notice(services: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (services / "odd.py").write_text(WRONG)

    def slow(path: str) -> bytes | Unreadable:
        if path.endswith("odd.py"):
            (services / "odd.py").unlink()
            (services / "odd.py").mkdir()
        return read(path)

    monkeypatch.setattr(files, "read", slow)
    report = run(services)
    assert found(report) == [FOUND]
    assert report.notices == ("services/odd.py: skipped: Is a directory",)


@pytest.mark.parametrize(
    "name",
    [
        "a b.py",
        "new\nline.py",
        "tab\t.py",
        "\x1b[31m.py",
        "quote'\".py",
        "%s.py",
        "[red].py",
        "::error.py",
        "-x.py",
        ".py",
        "ünï.py",
        "中文.py",
        "🐍.py",
        "\u202egnp.py",
        os.fsdecode(b"\xff\xfe.py"),
        "x" * 250 + ".py",
        "class.py",
        "a.b.py",
        "1.py",
    ],
)
def test_any_name(services: Path, name: str) -> None:
    (services / name).write_text(WRONG)
    report = run(services)
    assert sorted(found(report)) == sorted([FOUND, f"services/{name}:1 ARC101"])
    assert found(run(services, f"services/{name}")) == [f"services/{name}:1 ARC101"]


def test_names_that_differ_in_case_only(services: Path) -> None:
    (services / "Good.py").write_text(WRONG)
    assert len(found(run(services))) == len(list(services.iterdir()))


def test_a_path_longer_than_the_system_opens_at_once(services: Path) -> None:
    """Folders are entered by their whole path, and what the system refuses is told."""
    here = os.open(services, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    report = run(services)
    assert found(report) == [FOUND]
    assert [notice[-len("File name too long") :] for notice in report.notices] == ["File name too long"]


def test_empty_files(services: Path) -> None:
    (services / "empty.py").touch()
    (services / "__init__.py").write_bytes(b"\xef\xbb\xbf")
    assert (found(run(services)), run(services).files) == ([FOUND], 3)


def test_templates_are_told(services: Path) -> None:
    (services / "jinja.py").write_text("{% if x %}\nimport a\n{% endif %}\n")
    (services / "{{ cookiecutter.name }}.py").write_text("class {{ name }}: pass\n")
    report = run(services)
    assert found(report) == [FOUND]
    assert sorted(report.notices) == [
        f"services/{name}: skipped: a template rather than Python"
        for name in ("jinja.py", "{{ cookiecutter.name }}.py")
    ]


UNREADABLE = {
    "null bytes": b"x = 1\0\n",
    "invalid UTF-8": b"x = '\xff'\n",
    "UTF-16": "import fastapi\n".encode("utf-16"),
    "UTF-32": "import fastapi\n".encode("utf-32"),
    "unknown codec": b"# coding: nonsense\nimport fastapi\n",
    "a codec that is none for text": b"# coding: rot13\nimport fastapi\n",
    "another one": b"# coding: hex\n00\n",
    "a codec that always fails": b"# coding: undefined\nimport fastapi\n",
    "not Python": b"\x7fELF\x02\x01\x01",
}
READABLE = {
    "byte order mark": (b"\xef\xbb\xbfimport fastapi\n", 1),
    "CR LF": (b"\r\nimport fastapi\r\n", 2),
    "CR": (b"\r\rimport fastapi\r", 3),
    "form feed": (b"\x0cimport fastapi\x0c\n", 1),
    "latin-1": (b"# coding: latin-1\n'\xe9'; import fastapi\n", 2),
    "cp1252": (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'; import fastapi\n", 3),
    "UTF-7": (b"# coding: utf-7\n'+2D3eAQ-'; import fastapi\n", 2),
    "invalid UTF-8 in a comment": (b"# \xff\nimport fastapi\n", 2),
    "no end of line": (b"import fastapi", 1),
    "a long line": (b"import fastapi; x = '" + b"x" * 1_000_000 + b"'\n", 1),
    "many lines": (b"x = 1\n" * 10_000 + b"import fastapi\n", 10_001),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_bytes_that_are_no_python_are_arc001_and_hide_nothing(services: Path, kind: str) -> None:
    (services / "bad.py").write_bytes(UNREADABLE[kind])
    report = run(services)
    assert [(finding.path, finding.code) for finding in report.findings] == [
        ("services/bad.py", "ARC001"),
        ("services/good.py", "ARC101"),
    ]
    assert report.findings[0].message.isprintable()


@pytest.mark.parametrize("kind", READABLE)
def test_bytes_that_are_python(services: Path, kind: str) -> None:
    data, line = READABLE[kind]
    (services / "also.py").write_bytes(data)
    assert found(run(services)) == [f"services/also.py:{line} ARC101", FOUND]


PIECES = st.sampled_from(
    ["x", "def f(", "):\n", "    ", "\n", "class C", "(", ")", "[", "'", '"""', "\\", "#", "import ", "=", ":", "await ",
     "async ", "match x:\n", "case ", "{", "}", "f'{", "lambda", "\0", "\r", "\t", "é", "\ufeff", "# archlint: ignore[A1]",
     "raise HTTPException(", "from fastapi import *\n", "LIMIT = 1\n", "type X = int\n", "except A, B:"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200) | st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode("utf-8")))
def test_any_bytes_lead_to_findings_or_arc001(data: bytes) -> None:
    files: dict[str, str | bytes] = {"src/shop/services/a.py": data, "src/shop/services/b.py": WRONG}
    findings = findings_in(files, ["ALL"], preset="strict")
    assert [finding.code for finding in findings if finding.path.endswith("b.py")] == ["ARC101"]
    codes = {finding.code for finding in findings if finding.path.endswith("a.py")}
    assert "ARC001" not in codes or codes == {"ARC001"}


def test_a_hostile_project_on_the_command_line(services: Path) -> None:
    """One line on stderr for each file left out, nothing else, and the exit code of a run with findings."""
    os.mkfifo(services / "pipe.py")
    (services / os.fsdecode(b"\xff.py")).write_text("(" * 100_000)
    (services / "\n.py").write_bytes(b"\xff\0")
    (services / "template.py").write_text("{% raw %}")
    done = subprocess.run(
        [sys.executable, "-c", "from archlint.__main__ import main; raise SystemExit(main())", "check"],
        cwd=services.parent, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == b"note: services/template.py: skipped: a template rather than Python\n"
    assert done.stdout.count(b"ARC001") == 2
