"""The ways in which an empty Python, the parser, archlint and ruff are run on a project."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from _common import HERE, BenchmarkError
from _edits import Change
from _measure import Column, environment

FLOOR = "python -c pass"
PARSE = "ast.parse"
VERSION = "archlint --version"
COLD = "archlint, cold, 1 process"
COLD_TWO = "archlint, cold, 2 processes"
WHOLE = "archlint, cold, 1 process, whole tree"
CONTRACT = "archlint, cold, 1 process, with the contract"
WRITING = "archlint, cold, writing a cache"
UNCHANGED = "archlint, unchanged"
BODY = "archlint, one body changed"
INTERFACE = "archlint, one interface changed"
ADDED = "archlint, one file added"
GIVEN = "archlint, one file given"
RUFF_COLD = "ruff, cold"
RUFF_MORE = "ruff, cold, comparable rules"
RUFF_UNCHANGED = "ruff, unchanged"
RUFF_CLEAN = "ruff, unchanged, nothing to show"
RUFF_BODY = "ruff, one body changed"
RUFF_GIVEN = "ruff, one file given"

# Both print one line a finding: of the formats that both have, what costs ruff least.
CONCISE = ("--output-format", "concise")
NO_CACHE = ("--no-cache",)
# ruff's own rules on what archlint's are about, with those it checks anyway.
COMPARABLE = ("--extend-select", "FAST,ASYNC,UP,PL,C90")
# A check may find something (1) or not (0).
CHECKED = (0, 1)


class Ground(NamedTuple):
    """What is measured on.

    Attributes:
        root: the folder to check: the files the running interpreter's ``ast`` accepts.
        whole: the same with the others; the same folder where there are none.
        edited: another copy of ``root``, in which the changes are made: what has once been touched, a cache may mistrust.
        listed: a file that lists the Python files in ``root``.
        given: the one file given, as seen from ``root``.
        scratch: a folder for caches.
        body, interface, added: the changes.
    """

    root: Path
    whole: Path
    edited: Path
    listed: Path
    given: str
    scratch: Path
    body: Change
    interface: Change
    added: Change


def floor_columns(ground: Ground) -> list[Column]:
    """What ratios are taken against."""
    parse = (sys.executable, str(HERE / "_parse.py"), str(ground.listed))
    return [
        Column(FLOOR, (sys.executable, "-c", "pass"), ground.root),
        Column(PARSE, parse, ground.root, inner=float),
    ]


def archlint_columns(archlint: Sequence[str], ground: Ground) -> list[Column]:
    """The ways of running archlint."""
    check = (*archlint, "check", "--isolated", *CONCISE)
    cold = (*check, *NO_CACHE, "--jobs")

    def way(name: str, command: tuple[str, ...], rival: str, cores: int = 2, change: Change | None = None) -> Column:
        folder = ground.edited if change else ground.root
        return Column(name, command, folder, CHECKED, cores=cores, rival=rival, change=change)

    def cached(name: str, rival: str, change: Change | None = None) -> Column:
        cache = ground.scratch / name.replace(" ", "-")
        return way(name, (*check, "--cache-dir", str(cache), "."), rival, change=change)

    writing = cached(WRITING, RUFF_COLD)
    columns = [
        Column(VERSION, (*archlint, "--version"), ground.root),
        way(COLD, (*cold, "1", "."), RUFF_COLD, cores=1),
        way(COLD_TWO, (*cold, "2", "."), RUFF_COLD),
        writing._replace(fresh=Path(writing.command[-2])),
        cached(UNCHANGED, RUFF_UNCHANGED),
        cached(BODY, RUFF_BODY, ground.body),
        cached(INTERFACE, RUFF_BODY, ground.interface),
        cached(ADDED, RUFF_BODY, ground.added),
        way(GIVEN, (*check, *NO_CACHE, ground.given), RUFF_GIVEN),
    ]
    if ground.whole != ground.root:
        columns.insert(2, way(WHOLE, (*cold, "1", "."), RUFF_COLD, cores=1)._replace(folder=ground.whole))
    return columns


def contract_column(archlint: Sequence[str], ground: Ground, config: Path, limit: float) -> Column:
    """archlint, cold, with a configuration that has a contract."""
    command = (*archlint, "check", "--config", str(config), *CONCISE, *NO_CACHE, "--jobs", "1", ".")
    return Column(CONTRACT, command, ground.root, CHECKED, rival=RUFF_COLD, limit=limit)


def ruff_columns(ruff: Path, ground: Ground, findings: Sequence[Mapping[str, object]]) -> list[Column]:
    """The ways of running ruff.

    Args:
        ruff: its executable.
        ground: what is checked.
        findings: what it finds with its default rules, as ``ruff_findings`` has it.
    """
    check = (str(ruff), "check", "--isolated", *CONCISE)

    def way(name: str, *arguments: str, change: Change | None = None) -> Column:
        folder = ground.edited if change else ground.root
        return Column(name, (*check, *arguments), folder, CHECKED, cores=2, change=change)

    def cached(name: str, *arguments: str, change: Change | None = None) -> Column:
        cache = ground.scratch / name.replace(" ", "-")
        return way(name, *arguments, "--cache-dir", str(cache), ".", change=change)

    return [
        way(RUFF_COLD, *NO_CACHE, "."),
        way(RUFF_MORE, *COMPARABLE, *NO_CACHE, "."),
        cached(RUFF_UNCHANGED),
        cached(RUFF_CLEAN, *silencing(ground.root, findings))._replace(exit_codes=(0,)),
        cached(RUFF_BODY, change=ground.body),
        way(RUFF_GIVEN, *NO_CACHE, ground.given),
    ]


def ruff_findings(ruff: Path, root: Path) -> list[dict[str, object]]:
    """What ruff finds with its default rules, as its JSON has it."""
    command = [str(ruff), "check", "--isolated", *NO_CACHE, "--output-format", "json", "."]
    done = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode not in CHECKED:
        raise BenchmarkError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr.strip()}")
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def silencing(root: Path, findings: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Options that leave ruff nothing to show: what it found is not asked for, what it cannot parse not read."""
    codes = sorted({str(finding["code"]) for finding in findings})
    # The codes of rules are in capitals; that of a syntax error is not, and cannot be ignored.
    ignored = [code for code in codes if code[:1].isupper()]
    unread = sorted(
        {
            Path(str(finding["filename"])).relative_to(root.resolve()).as_posix()
            for finding in findings
            if finding["code"] not in ignored
        }
    )
    options: tuple[str, ...] = ("--ignore", ",".join(ignored)) if ignored else ()
    return (*options, "--extend-exclude", ",".join(unread)) if unread else options


def checked_files(archlint: Sequence[str], root: Path) -> int:
    """How many files archlint checks in a folder."""
    command = [*archlint, "check", "--isolated", "--output-format", "json", *NO_CACHE, "."]
    done = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode not in CHECKED:
        raise BenchmarkError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr.strip()}")
    return int(json.loads(done.stdout)["summary"]["files"])


def modules_loaded(archlint: Sequence[str], ground: Ground) -> frozenset[str]:
    """The modules that a check of one file imports; empty where the interpreter does not tell."""
    command = [*archlint, "check", "--isolated", *CONCISE, *NO_CACHE, ground.given]
    telling = {**environment(), "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(command, cwd=ground.root, env=telling, capture_output=True, text=True, check=False)
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return frozenset(line.rpartition("|")[2].strip() for line in lines)
