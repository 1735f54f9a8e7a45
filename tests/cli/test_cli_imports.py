"""What is imported, and so paid for, before a run can begin. Each of these costs milliseconds that every run would take."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from cli_project import environment, make

MAIN = """
import sys
before = set(sys.modules)
{script}
from archlint.__main__ import main
code = main()
print(*sorted(sys.modules.keys() - before), file=sys.stderr)
raise SystemExit(code)
"""
# What was written just now is not trusted: the run is to have begun later.
LATER = """
import time
from archlint.cli import check
check.time_ns = lambda: time.time_ns() + 10_000_000_000
"""
ANSWERING = {"archlint", "archlint.__main__", "archlint.cli", "archlint.cli.output"}
LIBRARIES = {"archlint", "click", "msgspec", "tomli"}
# typing_extensions is msgspec's choice where it is installed; tomli's name has a hash in it where it is compiled.
TOLERATED = {"typing_extensions"}
HEAVY = {
    "_hashlib", "asyncio", "concurrent", "configparser", "csv", "dataclasses", "difflib", "doctest", "email", "glob", "hashlib",
    "html", "http", "importlib.metadata", "importlib.resources", "json", "logging", "multiprocessing", "optparse", "pickle",
    "pprint", "random", "selectors", "shutil", "socket", "ssl", "statistics", "string", "tempfile", "traceback", "xml",
    "zipfile",
}  # fmt: skip
OURS = {
    "archlint.cli.columns", "archlint.cli.config", "archlint.cli.explain", "archlint.cli.markdown", "archlint.cli.rule",
    "archlint.cli.rules", "archlint.config.contracts", "archlint.config.decode", "archlint.config.extend",
    "archlint.config.keys", "archlint.config.listing", "archlint.config.schema", "archlint.facts.newer_expressions",
    "archlint.facts.newer_syntax", "archlint.facts.newer_tokens", "archlint.facts.suppressions",
    "archlint.project.layers.contract_chains", "archlint.reporters.counts", "archlint.reporters.github",
    "archlint.reporters.sarif", "archlint.testing",
}  # fmt: skip
STORING = {"sqlite3", "archlint.facts.database", "archlint.sources.write", "archlint.cli.remember"}


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A project without a configuration, whose pyproject.toml therefore need not be decoded."""
    root = make(tmp_path / "project")
    (root / "pyproject.toml").write_text("")
    return root


def imported(root: Path, *arguments: str, script: str = "") -> set[str]:
    """The modules that a process imports, those that any process has apart."""
    done = subprocess.run(
        [sys.executable, "-c", MAIN.format(script=script), *arguments],
        cwd=root, env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.split())


@cache
def unavoidable() -> set[str]:
    """What the libraries import, and on some versions of Python pathlib."""
    script = "import sys, click, msgspec, pathlib, sqlite3, tomli, zlib; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


def libraries(modules: set[str]) -> set[str]:
    """The packages among modules that are not the standard library's."""
    found = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    return {name for name in found if not name.endswith("__mypyc")}


def test_the_version(plain: Path) -> None:
    assert imported(plain, "--version") == {*ANSWERING, "gc"}


def test_a_check_in_which_nothing_has_changed(plain: Path) -> None:
    imported(plain, "check", "src", script=LATER)
    assert imported(plain, "check", "src") == {*ANSWERING, "archlint.cli.unchanged", "binascii", "gc"}


@pytest.mark.parametrize("name", ["text", "concise", "json"])
def test_a_check_without_a_cache(plain: Path, name: str) -> None:
    found = imported(plain, "check", "src", "--no-cache", "--output-format", name)
    assert libraries(found) - TOLERATED == LIBRARIES
    assert found & (HEAVY - unavoidable() | OURS | STORING) == set()


def test_a_check_that_leaves_a_cache_and_one_that_finds_it(plain: Path) -> None:
    first = imported(plain, "check", "src", "--output-format", "json")
    (plain / "src/shop/services/users.py").write_text("import json\nimport csv\n")
    second = imported(plain, "check", "src", "--output-format", "json")
    for found in (first, second):
        assert libraries(found) - TOLERATED == LIBRARIES
        assert found & (HEAVY - unavoidable() | OURS) == set()
        assert {"sqlite3", "archlint.facts.database"} <= found
