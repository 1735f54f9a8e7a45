#!/usr/bin/env python3
"""Hold archlint's reports on real applications against one another: cold, from the cache, after edits, with more processes.

identical.py [PROJECT...] [--archlint CMD] [--cache DIR]

Each project is copied; every run is a process of its own in the copy. Prints a line a project. Exit codes: 0 every report
is the same to the byte, 1 one differs: it is shown, and nothing more is run; 2 a failure. See README.md.
"""

from __future__ import annotations

import argparse
import difflib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from _common import BenchmarkError, add_shared_options, archlint_command, default_cache
from _projects import choose, fetch, load_projects

FORMATS = ("json", "text")
TIMEOUT_SECONDS = 1800
SHOWN = 60


class Said(NamedTuple):
    """All that a process says."""

    exit_code: int
    output: str
    errors: str

    def __str__(self) -> str:
        return f"exit code {self.exit_code}\n{self.output}\n{self.errors}"


class DifferenceError(Exception):
    """Two reports differ; the message shows where."""


class Checked:
    """A copy of a project, and the runs on it.

    Attributes:
        folder: what is checked.
        runs: how many reports were compared with another.
    """

    def __init__(self, folder: Path, scratch: Path, archlint: Sequence[str]) -> None:
        self.folder = folder
        self.runs = 0
        self._scratch = scratch
        self._command = (*archlint, "check", ".", "--isolated", "--preset", "strict")

    def say(self, form: str, *arguments: str) -> Said:
        """One run."""
        command = [*self._command, "--output-format", form, *arguments]
        try:
            done = subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, errors="replace", check=False,
                timeout=TIMEOUT_SECONDS,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BenchmarkError(f"{' '.join(command)}: {error}") from error
        if done.returncode not in (0, 1):
            raise BenchmarkError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
        return Said(done.returncode, done.stdout, done.stderr)

    def cold(self, form: str, jobs: int = 1) -> Said:
        return self.say(form, "--no-cache", "--jobs", str(jobs))

    def cached(self, form: str, cache: str = "cache", jobs: int = 1) -> Said:
        return self.say(form, "--cache-dir", str(self._scratch / cache), "--jobs", str(jobs))

    def same(self, what: str, said: Said, expected: Said) -> None:
        """Compare a report with the one it must be."""
        self.runs += 1
        if said != expected:
            lines = difflib.unified_diff(
                str(expected).splitlines(), str(said).splitlines(), "without a cache", what, lineterm=""
            )
            shown = [line[:400] for line, _ in zip(lines, range(SHOWN), strict=False)]
            raise DifferenceError(f"{what}: not what it is without a cache\n" + "\n".join(shown))


def compare(checked: Checked) -> int:
    """Make all the runs on one project; returns how many findings it has.

    Raises:
        DifferenceError: two of them differ.
    """
    cold = {form: checked.cold(form) for form in FORMATS}
    for form in FORMATS:
        checked.same(f"{form}, 2 processes", checked.cold(form, jobs=2), cold[form])
        checked.same(f"{form}, cache with records or none", checked.cached(form), cold[form])
        checked.same(f"{form}, unchanged", checked.cached(form), cold[form])
        checked.same(f"{form}, unchanged, 2 processes", checked.cached(form, jobs=2), cold[form])
    checked.same("json, 2 processes writing a cache", checked.cached("json", "other", jobs=2), cold["json"])
    checked.same("json, from the cache of 2 processes", checked.cached("json", "other"), cold["json"])
    for what, edit, undo in edits(checked.folder, cold["json"].output):
        edit()
        checked.same(f"json, {what}", checked.cached("json"), checked.cold("json"))
        undo()
        checked.same(f"json, {what}, and undone", checked.cached("json"), cold["json"])
    checked.same("text, at the end", checked.cached("text"), cold["text"])
    return len(json.loads(cold["json"].output)["findings"])


Edit = tuple[str, Callable[[], object], Callable[[], object]]


def edits(folder: Path, report: str) -> Iterator[Edit]:
    """What is changed in a project, where most findings are and where most point to: what, doing it and undoing it."""
    findings = json.loads(report)["findings"]
    found = Counter(finding["path"] for finding in findings)
    related = Counter(other["path"] for finding in findings for other in finding["related"])
    for path in dict.fromkeys([*_top(found), *_top(related)]):
        yield from _edits_of(folder / path, path)
    new = folder / "archlint_services.py"
    text = "from fastapi import HTTPException\n\n\ndef serve() -> None:\n    raise HTTPException(404)\n"
    yield "a new module", lambda: new.write_text(text, encoding="utf-8"), new.unlink


def _top(counted: Counter[str]) -> list[str]:
    return [path for path, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:1]]


def _edits_of(file: Path, path: str) -> Iterator[Edit]:
    before = file.read_bytes()

    def changed(new: bytes) -> Callable[[], object]:
        return lambda: file.write_bytes(new)

    undo = changed(before)
    yield f"{path}: a comment above", changed(b"# \xc3\xa9\n" + before), undo
    yield (
        f"{path}: a line of code below",
        changed(before + b"\nimport fastapi as _web\n\n\nclass _New(_web.HTTPException): ...\n"),
        undo,
    )
    yield f"{path}: a mistake in it", changed(before + b"\ndef (\n"), undo
    yield f"{path}: other names", changed(before.replace(b"def ", b"def x").replace(b"class ", b"class X")), undo
    yield f"{path}: emptied", changed(b""), undo
    yield f"{path}: gone", file.unlink, undo


def main(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    options = _parser().parse_args(argv)
    try:
        cache = (Path(options.cache) if options.cache else default_cache()).resolve()
        archlint = archlint_command(options.archlint)
        for project in choose(load_projects(Path(options.projects)), options.names):
            package = fetch(project, cache)
            home = cache / "projects" / f"{project.name}-{project.version}"
            with tempfile.TemporaryDirectory(prefix="archlint-identical-") as scratch:
                copy = Path(scratch).resolve() / "project"
                shutil.copytree(home, copy, symlinks=True, ignore=shutil.ignore_patterns(".archlint_cache"))
                checked, start = Checked(copy / package.relative_to(home), copy.parent, archlint), time.perf_counter()
                try:
                    count = compare(checked)
                except DifferenceError as error:
                    print(f"{project.name}: {error}")
                    return 1
            seconds = time.perf_counter() - start
            print(f"{project.name}: {checked.runs} reports identical, {count} findings, {seconds:.0f} s", flush=True)
    except BenchmarkError as error:
        print(f"identical.py: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("names", metavar="PROJECT", nargs="*", help="projects of corpus.toml (default: all)")
    add_shared_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
