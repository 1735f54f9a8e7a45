#!/usr/bin/env python3
"""Compare archlint's contracts with import-linter's, import by import, on real applications.

usage: contracts.py [PROJECT...] [--verbose]

Exit codes: 0 the two agree but for what is explained, 1 they differ, 2 a failure. See README.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from _common import HERE, BenchmarkError, default_cache, table
from _contracts import (
    SEED,
    Edges,
    Seen,
    bound_edges,
    contracts_for,
    doubled_edges,
    guarded_edges,
    importable,
    missing_edges,
    our_edges,
    ours,
    project_of,
    their_edges,
    theirs,
)
from _copies import complete_copy
from _projects import choose, fetch, load_projects

DEFAULT_PROJECTS = ("fief-server", "argilla-server", "quetz-server", "r2r", "open-webui", "langflow-base")
SHOWN = 20
RECURSION_LIMIT = 10_000


def compare(package: Path, verbose: bool) -> bool:
    """Print how the two tools see one package; whether they agree."""
    project = project_of(package)
    their_all, our_all = their_edges(package), our_edges(project)
    guarded = (their_all - our_all) & guarded_edges(project)
    doubled = doubled_edges(project, their_all ^ our_all)
    missing = missing_edges(project, {edge for edge in their_all - our_all if edge[1] == package.name})
    bound = bound_edges(project, their_all ^ our_all)
    explained = guarded | doubled | missing | bound
    print(f"{len(project.modules)} modules, {len(their_all & our_all)} imports seen by both")
    print(f"explained: {len(guarded)} imports under a __main__ guard, which archlint does not count as run time")
    print(f"explained: {len(doubled)} imports of or by a name that both a file and a folder have")
    print(f"explained: {len(bound)} imports of a name that a package binds and that is its module's too")
    print(f"explained: {len(missing)} imports of modules that are not there: the root package's, to import-linter")
    if verbose:
        show("explained", explained)
    show("only import-linter sees", their_all - our_all - explained)
    show("only archlint sees", our_all - their_all - explained)
    agree = not (their_all ^ our_all) - explained
    rows = []
    for contract in contracts_for(package.name, their_all & our_all):
        start = time.perf_counter()
        their_view = theirs(package.name, contract, (their_all - our_all) & explained)
        middle = time.perf_counter()
        our_view = ours(project, contract, (our_all - their_all) & explained)
        end = time.perf_counter()
        shared, wrong = differences(their_view, our_view, their_all)
        agree = agree and not wrong
        counts = (len(their_view.heads), len(our_view.heads), shared, len(wrong))
        times = (f"{middle - start:.2f} s", f"{end - middle:.2f} s")
        rows.append((f"{contract['type']}: {contract['name']}", *map(str, counts), *times))
        for line in wrong[:SHOWN]:
            print(f"  {contract['name']}: {line}")
    headers = ("modules that break", "import-linter", "archlint", "shared", "differ", "import-linter", "archlint")
    print(table(headers, rows))
    return agree


def differences(their_view: Seen, our_view: Seen, edges: Edges) -> tuple[int, list[str]]:
    """Where the two do not find the same modules at fault, at the same imports.

    import-linter prints chains that share no import, archlint one for each import statement that begins any: so each
    module of import-linter's must be one of archlint's, at one of the same lines, and one that only archlint finds must
    begin a chain of imports import-linter knows, of which it prints at least one elsewhere.

    Returns:
        The number of modules that only archlint names for that reason, and the differences it does not explain.
    """
    printed = set().union(*their_view.chains.values())
    extra = our_view.heads.keys() - their_view.heads.keys()
    shared = {module for module in extra if our_view.chains[module] & printed}
    wrong = [f"only import-linter: {module}" for module in sorted(their_view.heads.keys() - our_view.heads.keys())]
    wrong += [f"only archlint: {module}" for module in sorted(extra - shared)]
    for module in sorted(their_view.heads.keys() & our_view.heads.keys()):
        if not their_view.heads[module] & our_view.heads[module]:
            wrong.append(f"{module}: lines {sorted(their_view.heads[module])}, not {sorted(our_view.heads[module])}")
    unknown = set().union(*our_view.chains.values()) - edges
    return len(shared), wrong + [f"no such import: {importer} -> {target}" for importer, target in sorted(unknown)]


def show(title: str, edges: Edges) -> None:
    """A set of imports, cut where it is long."""
    if edges:
        print(f"{title} ({len(edges)}):")
        for importer, imported in sorted(edges)[:SHOWN]:
            print(f"  {importer} -> {imported}")


def main(arguments: Sequence[str]) -> int:
    """Compare the projects named; see the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--verbose", action="store_true", help="list what is explained, too")
    options = parser.parse_args(arguments)
    cache = options.cache or default_cache()
    sys.setrecursionlimit(RECURSION_LIMIT)
    try:
        listed = load_projects(HERE / "corpus.toml")
        chosen = choose(listed, options.projects or DEFAULT_PROJECTS)
        agree = True
        for entry in chosen:
            root = fetch(entry, cache)
            print(f"\n## {entry.name} {entry.version} (seed {SEED})")
            with tempfile.TemporaryDirectory(prefix="archlint-contracts-") as scratch:
                package = complete_copy(root, Path(scratch))
                with importable(package.parent):
                    agree = compare(package, options.verbose) and agree
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print("\nthe two agree" if agree else "\nthe two differ")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
