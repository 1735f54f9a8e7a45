#!/usr/bin/env python3
"""Measure archlint against the time Python itself needs to parse the same files.

usage: speed.py [PROJECT...] [--runs N | --quick] [--archlint CMD]

Whole processes, taking turns on one core: an empty Python, one that parses every file with ast.parse and does nothing
else, and a cold archlint (one process, no cache). Prints medians with their spread, and ratios, which hold from
machine to machine better than times do. Exit codes: 0 measured, 2 a failure. See README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from _common import CACHE_VARIABLE, HERE, BenchmarkError, archlint_command, default_cache, table
from _measure import Bench, Column, Sample, environment, median_of_ratios, one_core, ratio_of_medians, spread
from _projects import Project, choose, fetch, load_projects

DEFAULT_PROJECTS = ("open-webui", "langflow-base")
RUNS = 9
QUICK_RUNS = 3

FLOOR = "python -c pass"
PARSE = "ast.parse"
COLD = "archlint, cold"
# Options that make a run a cold one in one process; given where `archlint check` has them.
COLD_OPTIONS = (("--no-cache",), ("--jobs", "1"))


def columns(file_list: Path, archlint: Sequence[str]) -> list[Column]:
    """What is measured on each project. Another tool or way of running is one more entry."""
    return [
        Column(FLOOR, (sys.executable, "-c", "pass")),
        Column(PARSE, (sys.executable, str(HERE / "_parse.py"), str(file_list)), inner=float),
        Column(COLD, (*archlint, *cold_arguments(archlint)), exit_codes=(0, 1)),
    ]


def cold_arguments(archlint: Sequence[str]) -> tuple[str, ...]:
    """The arguments of a check that reuses nothing and uses one process."""
    command = [*archlint, "check", "--help"]
    try:
        shown = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchmarkError(f"cannot run {' '.join(command)}: {error}") from error
    extra = [word for option in COLD_OPTIONS if option[0] in shown for word in option]
    return ("check", ".", "--isolated", "--output-format", "json", *extra)


def survey(root: Path, scratch: Path) -> tuple[dict[str, Any], Path]:
    """What there is to parse under ``root``, and a file that lists it."""
    # In a process of its own: this one must stay small and idle.
    command = [sys.executable, str(HERE / "_parse.py"), "--survey", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        raise BenchmarkError(f"cannot survey {root}: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    if not found["accepted"]:
        raise BenchmarkError(f"no Python file under {root}")
    listed = scratch / "files"
    listed.write_text("\n".join(found["accepted"]) + "\n", encoding="utf-8")
    return found, listed


def measure(project: Project, root: Path, archlint: Sequence[str], runs: int) -> str:
    """Measure one project; returns its section of the report."""
    with tempfile.TemporaryDirectory(prefix="archlint-speed-") as scratch:
        found, listed = survey(root, Path(scratch))
        bench = Bench(root, Path(scratch), one_core())
        measured = columns(listed, archlint)
        samples = bench.interleave(measured, runs)
        bench.measure(next(column for column in measured if column.name == COLD))
        checked = json.loads(bench.output())["summary"]["files"]
    return section(project, found, checked, samples)


def section(project: Project, found: Mapping[str, Any], checked: int, samples: Mapping[str, Sequence[Sample]]) -> str:
    """The table of one project, under a line saying what was measured on."""
    files, refused = len(found["accepted"]), len(found["refused"])
    size = f"{files} files, {found['lines'] / 1000:.1f} kLOC, {found['bytes'] / 1e6:.2f} MB of Python"
    head = [f"## {project.name} {project.version}", "", f"{size}; archlint checked {checked} files."]
    if refused:
        head.append(f"{refused} more files are refused by this interpreter's ast; only archlint's time includes them.")
    if checked < files:
        head.append(f"**archlint checked {files - checked} files fewer than were parsed: the ratios flatter it.**")
    headers = ("run", "median", "min to max", "x parse", "x parse, paired", "x parse alone", "x empty", "peak memory")
    return "\n".join([*head, "", table(headers, [_row(name, samples) for name in samples])])


def _row(name: str, samples: Mapping[str, Sequence[Sample]]) -> tuple[str, ...]:
    seconds = [sample.seconds for sample in samples[name]]
    parse = [sample.seconds for sample in samples[PARSE]]
    alone = [sample.inner for sample in samples[PARSE] if sample.inner is not None]
    empty = [sample.seconds for sample in samples[FLOOR]]
    middle = spread(seconds)
    return (
        name,
        f"{middle.median * 1000:.0f} ms",
        f"{middle.low * 1000:.0f} to {middle.high * 1000:.0f}",
        f"{ratio_of_medians(seconds, parse):.2f}",
        f"{median_of_ratios(seconds, parse):.2f}",
        f"{ratio_of_medians(seconds, alone):.2f}",
        f"{ratio_of_medians(seconds, empty):.1f}",
        f"{max(sample.peak for sample in samples[name]) / 1e6:.0f} MB",
    )


def preamble(runs: int, archlint: Sequence[str]) -> str:
    """What a reader must know to compare these figures with others."""
    core = one_core()
    pinned = "not pinned to a core" if core is None else f"pinned to core {core} of {os.cpu_count()}"
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    python = (
        f"{platform.python_implementation()} {platform.python_version()} on {platform.system()} {platform.machine()}"
    )
    explained = (
        "x parse: against the whole ast.parse process (paired: median of the ratios within each round); "
        "x parse alone: against the time inside ast.parse; x empty: against the empty Python."
    )
    method = f"{python}, {pinned}, {load}; {runs} interleaved runs of each after one that does not count."
    return "\n".join([method, f"archlint is `{' '.join(archlint)}`.", explained])


def main(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    options = _parser().parse_args(argv)
    runs = QUICK_RUNS if options.quick else options.runs
    try:
        if not hasattr(os, "wait4") or not hasattr(os, "posix_spawn"):
            raise BenchmarkError("speed.py needs a POSIX system")
        if runs < 1:
            raise BenchmarkError("--runs takes 1 or more")
        cache = Path(options.cache) if options.cache else default_cache()
        archlint = archlint_command(options.archlint)
        print(preamble(runs, archlint))
        for project in choose(load_projects(Path(options.projects)), options.names or DEFAULT_PROJECTS):
            print("\n" + measure(project, fetch(project, cache.resolve()), archlint, runs), flush=True)
    except BenchmarkError as error:
        print(f"speed.py: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="PROJECT", nargs="*", help=f"default: {', '.join(DEFAULT_PROJECTS)}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"samples of each column (default: {RUNS})")
    parser.add_argument("--quick", action="store_true", help=f"only {QUICK_RUNS} samples, for a first look")
    parser.add_argument("--archlint", metavar="CMD", help="command to run (default: archlint of this interpreter)")
    parser.add_argument("--cache", metavar="DIR", help=f"folder for downloads (default: ${CACHE_VARIABLE}, .corpus)")
    parser.add_argument("--projects", metavar="FILE", default=HERE / "corpus.toml", help="the list of projects")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
