"""A program in the syntax of Python 3.11 to 3.14 has the findings, line for line, of the same program written in 3.10.

The programs are in ``fixtures/newer_syntax``: the same file in ``newer`` and in ``older``, its first line naming its place
in the project, what is reported standing at the same columns in both.
"""

import ast
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import tomli
from rewriting import facts

from archlint.config import Settings
from archlint.core import Finding
from archlint.testing import findings_in

ROOT = Path(__file__).parents[2] / "fixtures" / "newer_syntax"
SETTINGS = msgspec.convert(tomli.loads((ROOT / "archlint.toml").read_text("utf-8")), Settings)
NAMES = sorted(path.stem for path in (ROOT / "newer").glob("*.py"))
BESIDE: dict[str, str | bytes] = {
    "src/shop/errors.py": "from fastapi import HTTPException\n\n\nclass NotAllowed(HTTPException): ...\n",
    "src/shop/services/orders.py": "def place(): ...\n",
    "src/shop/routers/orders.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n",
}


def source(folder: str, name: str) -> str:
    return (ROOT / folder / f"{name}.py").read_text("utf-8")


def findings(program: str, written: Callable[[str], bytes]) -> list[Finding]:
    """What is found in a program, apart from fingerprints, which are made of the text of lines."""
    head = re.match(r"# (\S+)\n", program)
    assert head
    found = findings_in({**BESIDE, head[1]: written(program)}, ["ALL"], preset="strict", settings=SETTINGS)
    return [msgspec.structs.replace(f, fingerprint="") for f in found if f.path == head[1]]


def inside(head: str) -> Callable[[str], bytes]:
    """Writes a program as the body of a statement."""
    return lambda text: f"{head}\n{re.sub('^(?=.)', '    ', text, flags=re.MULTILINE)}".encode()


WAYS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "CR LF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "coding line": lambda text: (
        b"# coding: cp1252\n" + text.encode("cp1252", "xmlcharrefreplace").replace(b"&#", b"\xe9")
    ),
    "tabs": lambda text: re.sub("^    ", "\t", text, flags=re.MULTILINE).encode(),
    "form feeds": lambda text: text.replace("\n\n\n", "\n\x0c\n\n").encode(),
    "in an if": inside("if x:"),
    "in a function": inside("async def outer():"),
    "in a method": lambda text: inside("class Outer:")(inside("def method(self):")(text).decode()),
    "no end of line": lambda text: text.rstrip("\n").encode(),
    "behind newer syntax": lambda text: b'type A = int; x = f"{"""\n"""}"\n' + text.encode(),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_newer_syntax_has_the_findings_of_its_older_spelling(name: str, way: str) -> None:
    newer, older = (findings(source(folder, name), WAYS[way]) for folder in ("newer", "older"))
    assert newer == older


@pytest.mark.parametrize("name", NAMES)
def test_there_is_something_to_find(name: str) -> None:
    codes = [finding.code for finding in findings(source("older", name), str.encode)]
    assert codes
    assert "ARC001" not in codes


def test_all_kinds_of_findings_are_compared() -> None:
    codes = {finding.code for name in NAMES for finding in findings(source("newer", name), str.encode)}
    assert codes >= {
        "ARC002", "ARC003", "ARC101", "ARC102", "ARC103", "ARC115", "ARC116", "ARC120", "ARC201",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_rewriting_gives_what_a_newer_interpreter_reads(name: str) -> None:
    """On an interpreter that knows the syntax these are two ways; on an older one they are the same."""
    facts(source("newer", name))


@pytest.mark.parametrize("name", NAMES)
def test_the_older_spelling_is_older(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(source("older", name))
        if sys.version_info < (3, 11):
            with pytest.raises(SyntaxError):
                ast.parse(source("newer", name))
