#!/usr/bin/env python3
"""Measure archlint side by side with an empty Python, Python's own parser, ruff and tools of its kind.

usage: speed.py [PROJECT...] [--runs N] [--quick | --budgets] [--peers all|none|NAME,...] [--write]
       speed.py --install-peers

PROJECT is a name of corpus.toml or a folder. Whole processes, taking turns, on copies of the projects; medians with
their spread, and ratios, which hold from machine to machine better than times do. Exit codes: 0 measured; 1 measured,
with --quick or --budgets, and a budget is not met; 2 a failure. See README.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from _budgets import COLUMNS, judge
from _common import HERE, BenchmarkError, add_shared_options, archlint_command, default_cache
from _measure import environment
from _peers import choose_peers, find_ruff, install_peers, peers_home, versions
from _projects import Project, choose, fetch, load_projects
from _stage import Tools, measure
from _tables import budget_table, preamble, render, write_tables

README = HERE / "README.md"
# An application of 3,000 lines, for the budget on one file given. Not in corpus.toml: its findings are not judged.
SMALL = Project("fastapi-auth-starter", "1.0.5", "fastapi_auth_starter/templates/app")
DEFAULT_PROJECTS = (SMALL.name, "fief-server", "open-webui", "zenml", "litellm")
QUICK_PROJECTS = (SMALL.name, "open-webui", "zenml")
RUNS = 9
QUICK_RUNS = 3
LIMIT = 60.0


def main(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    options = _parser().parse_args(argv)
    try:
        cache = (Path(options.cache) if options.cache else default_cache()).resolve()
        if options.install_peers:
            install_peers(peers_home(cache))
            return 0
        return _measure_all(options, cache)
    except BenchmarkError as error:
        print(f"speed.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _measure_all(options: argparse.Namespace, cache: Path) -> int:
    if not hasattr(os, "wait4") or not hasattr(os, "posix_spawn"):
        raise BenchmarkError("speed.py needs a POSIX system")
    if options.runs < 1 or options.limit <= 0:
        raise BenchmarkError("--runs takes 1 or more, --limit more than 0")
    tools = _tools(options, cache)
    texts = [preamble(options.runs, _told(tools.archlint), _versions(tools))]
    print(texts[0], flush=True)
    measured = []
    for title, root in _projects(options, cache):
        with tempfile.TemporaryDirectory(prefix="archlint-speed-") as scratch:
            section = measure(title, root, tools, Path(scratch).resolve())
        measured.append(section.measured)
        texts.append(render(section))
        print("\n" + texts[-1], flush=True)
    verdicts = judge(measured)
    texts.append(budget_table(verdicts))
    print("\n" + texts[-1])
    if options.write:
        write_tables(README, "\n\n".join(texts))
    missed = any(verdict.met is False for verdict in verdicts)
    return 1 if missed and (options.quick or options.budgets) else 0


def _tools(options: argparse.Namespace, cache: Path) -> Tools:
    short = options.quick or options.budgets
    return Tools(
        archlint=archlint_command(options.archlint),
        ruff=find_ruff(peers_home(cache)),
        peers=choose_peers(options.peers or ("none" if short else "all")),
        home=peers_home(cache),
        limit=options.limit,
        runs=options.runs,
        long_runs=min(QUICK_RUNS, options.runs) if options.quick else options.runs,
        columns=COLUMNS if short else (),
    )


def _projects(options: argparse.Namespace, cache: Path) -> Iterator[tuple[str, Path]]:
    """Titles and folders of what to measure; projects of the list are fetched when their turn comes."""
    known = (SMALL, *load_projects(Path(options.projects)))
    names = options.names or (QUICK_PROJECTS if options.quick else DEFAULT_PROJECTS)
    folders = [Path(name).resolve() for name in names if os.sep in name]
    listed = [name for name in names if os.sep not in name]
    for folder in folders:
        if not folder.is_dir():
            raise BenchmarkError(f"no such folder: {folder}")
    chosen = choose(known, listed) if listed else ()
    for folder in folders:
        yield f"{folder.parent.name}/{folder.name}", folder
    for project in chosen:
        yield f"{project.name} {project.version}", fetch(project, cache)


def _told(archlint: Sequence[str]) -> str:
    """What archlint says its version is."""
    command = [*archlint, "--version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchmarkError(f"cannot run {' '.join(command)}: {error}") from error
    return done.stdout.strip()


def _versions(tools: Tools) -> dict[str, str]:
    """Versions of the tools measured beside archlint."""
    found = versions(tools.home, tools.peers)
    if tools.ruff is not None:
        found["ruff"] = _told([str(tools.ruff)]).rpartition(" ")[2]
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="PROJECT", nargs="*", help=f"default: {', '.join(DEFAULT_PROJECTS)}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"samples of each row (default: {RUNS})")
    which = parser.add_mutually_exclusive_group()
    quick = f"two minutes: as --budgets, of long runs {QUICK_RUNS} samples, on {', '.join(QUICK_PROJECTS)}"
    which.add_argument("--quick", action="store_true", help=quick)
    which.add_argument("--budgets", action="store_true", help="only the rows that budgets speak of; exit 1 on a miss")
    parser.add_argument("--peers", metavar="NAMES", help="which other tools (default: all; with the above: none)")
    parser.add_argument("--limit", metavar="SECONDS", type=float, default=LIMIT, help="for one run of a peer (60)")
    parser.add_argument("--install-peers", action="store_true", help="install the other tools into the cache folder")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md, too")
    add_shared_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
