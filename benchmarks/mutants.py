#!/usr/bin/env python3
"""How many misplaced ``await``s archlint finds: they are planted in copies of real applications.

usage: mutants.py [PROJECT...] [--rounds N] [--show]

Exit codes: 0 enough are found, 1 too few, 2 a failure. See README.md.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from _common import HERE, BenchmarkError, default_cache, table
from _copies import project_copy
from _mutants import CODES, PUT, TAKEN, Mutant, mutants, names_of, planted, rounds
from _projects import choose, fetch, load_projects

from archlint.engine import Request, check

DEFAULT_PROJECTS = ("argilla-server", "fief-server", "langflow-base", "open-webui")
SEED = 20
ENOUGH = 0.8
RECURSION_LIMIT = 10_000
HEADERS = ("project, await", "planted", "found", "share")


def sources_of(root: Path) -> dict[str, str]:
    """The text of the files of a package that the running Python parses, by path."""
    found = {}
    for file in sorted(root.rglob("*.py")):
        with suppress(SyntaxError, ValueError):
            source = file.read_bytes().decode()
            ast.parse(source)
            found[file.relative_to(root).as_posix()] = source
    return found


def found_in(package: Path) -> set[tuple[str, str, int]]:
    """What archlint finds: code, path, line."""
    request = Request(paths=(str(package),), cwd=str(package), isolated=True, select=tuple(CODES.values()))
    return {(finding.code, finding.path, finding.span.line) for finding in check(request).findings}


def run(root: Path, most: int) -> list[tuple[Mutant, bool]]:
    """Plant mistakes in copies of a package; each with whether it was found."""
    sources = sources_of(root)
    trees = {path: ast.parse(source) for path, source in sources.items()}
    names = names_of(trees.values())
    results = []
    for chosen in rounds([m for path, tree in trees.items() for m in mutants(path, tree, names)], most, SEED):
        with tempfile.TemporaryDirectory(prefix="archlint-mutants-") as scratch:
            package = project_copy(root, Path(scratch))
            for path in {mutant.path for mutant in chosen}:
                text = planted(sources[path], [mutant for mutant in chosen if mutant.path == path])
                (package / path).write_text(text, encoding="utf-8", newline="")
            seen = found_in(package)
        results += [(mutant, (CODES[mutant.kind], mutant.path, mutant.line) in seen) for mutant in chosen]
    return results


def rows_of(name: str, results: Sequence[tuple[Mutant, bool]]) -> list[tuple[str, ...]]:
    """How many of each kind were found."""
    total = Counter((mutant.kind, mutant.use) for mutant, _ in results)
    found = Counter((mutant.kind, mutant.use) for mutant, is_found in results if is_found)
    return [
        (f"{name}, {' '.join(filter(None, key))}", str(total[key]), str(found[key]), f"{found[key] / total[key]:.1%}")
        for key in sorted(total)
    ]


def main(arguments: Sequence[str]) -> int:
    """Plant mistakes in the projects named and count what is found; see the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=2, help="how often, one mistake a function each time (2)")
    parser.add_argument("--show", action="store_true", help="list what is not found")
    options = parser.parse_args(arguments)
    sys.setrecursionlimit(RECURSION_LIMIT)
    everything: list[tuple[Mutant, bool]] = []
    rows: list[tuple[str, ...]] = []
    try:
        for entry in choose(load_projects(HERE / "corpus.toml"), options.projects or DEFAULT_PROJECTS):
            results = run(fetch(entry, options.cache or default_cache()), options.rounds)
            everything += results
            rows += rows_of(entry.name, results)
            missed = [mutant for mutant, is_found in results if not is_found] if options.show else []
            for mutant in sorted(missed):
                print(f"{entry.name}/{mutant.path}:{mutant.line}: {mutant.kind} {mutant.use} `{mutant.callee}`")
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(table(HEADERS, [*rows, *rows_of("all", everything)]))
    shares = [[is_found for mutant, is_found in everything if mutant.kind == kind] for kind in (TAKEN, PUT)]
    return 0 if all(sum(some) >= ENOUGH * len(some) for some in shares) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
