#!/usr/bin/env python3
"""Hold what archlint takes expressions for (sessions, engines, coroutines …) against pyright's opinion, on real applications.

usage: second_opinion.py [PROJECT...] [--show] [--kind KIND]

Exit codes: 0 both budgets are met, 1 one is not, 2 a failure. See README.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _common import HERE, BenchmarkError, default_cache, table
from _opinions import AGREE, DISAGREE, ONLY_THEIRS, Count, Opinion, by_kind, counted, opinions
from _projects import choose, fetch, load_projects
from _pyright import CLASSES, ask

DEFAULT_PROJECTS = ("fief-server", "argilla-server", "open-webui", "langflow-base")
AGREED, KNOWN = 0.98, 0.85
HEADERS = ("project, kind", "agree", "disagree", "only archlint", "only pyright", "agreed", "known")
RECURSION_LIMIT = 10_000


def rows_of(name: str, found: Sequence[Opinion]) -> list[tuple[str, ...]]:
    """The rows of one project: each kind, and all of them."""
    rows = [_row(f"{name}, {kind}", counted(some)) for kind, some in by_kind(found).items()]
    return [*rows, _row(f"{name}, all", counted(found))]


def _row(title: str, count: Count) -> tuple[str, ...]:
    return title, *map(str, count), _percent(count.agreed), _percent(count.known)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def is_met(count: Count) -> bool:
    """Whether the two agree often enough, and archlint knows enough of what pyright knows."""
    return (count.agreed is None or count.agreed >= AGREED) and (count.known is None or count.known >= KNOWN)


def listed(found: Sequence[Opinion], verdicts: Sequence[str]) -> list[str]:
    """Opinions of some verdicts, a line each."""
    return [
        f"{opinion.verdict}: {opinion.path}:{opinion.spot.line}:{opinion.spot.col + 1} {opinion.spot.role} "
        f"`{_short(opinion.spot.text)}`: pyright {' or '.join(sorted(opinion.theirs)) or '?'}, archlint {opinion.says}"
        for opinion in sorted(found)
        if opinion.verdict in verdicts
    ]


def _short(text: str, limit: int = 70) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def main(arguments: Sequence[str]) -> int:
    """Compare the projects named; see the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--show", action="store_true", help="list each disagreement and each miss")
    parser.add_argument("--show-all", action="store_true", help="list what only archlint knows and what both do, too")
    parser.add_argument("--kind", choices=tuple(CLASSES), help="list those of one kind")
    options = parser.parse_args(arguments)
    cache = options.cache or default_cache()
    sys.setrecursionlimit(RECURSION_LIMIT)
    everything: list[Opinion] = []
    rows: list[tuple[str, ...]] = []
    try:
        for entry in choose(load_projects(HERE / "corpus.toml"), options.projects or DEFAULT_PROJECTS):
            root = fetch(entry, cache)
            with tempfile.TemporaryDirectory(prefix="archlint-pyright-") as scratch:
                found = opinions(root, ask(root, cache, Path(scratch).resolve()))
            everything += found
            rows += rows_of(entry.name, found)
            if options.show or options.show_all:
                verdicts = (
                    (AGREE, "only archlint", DISAGREE, ONLY_THEIRS) if options.show_all else (DISAGREE, ONLY_THEIRS)
                )
                print(f"## {entry.name} {entry.version}")
                print("\n".join(listed([o for o in found if options.kind in (None, o.kind)], verdicts)))
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    total = counted(everything)
    print(table(HEADERS, [*rows, _row("all", total)]))
    print(
        f"agreed {_percent(total.agreed)} (at least {AGREED:.0%}), known {_percent(total.known)} (at least {KNOWN:.0%})"
    )
    return 0 if is_met(total) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
