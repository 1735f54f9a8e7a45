"""Writing down what a run printed, for the next one in which nothing has changed: see ``unchanged.py``."""

# Plain string paths: see sources/discover.py.
# ruff: noqa: PTH108, PTH116, PTH118, PTH120, PTH208

import os
import sys
from collections.abc import Iterator
from contextlib import suppress

from archlint.cli.output import Outcome
from archlint.cli.unchanged import Memo, circumstances, entries, file_name, lasting, stamp
from archlint.core import Inputs
from archlint.facts.cache_folder import make_folder
from archlint.sources import SETTLED
from archlint.sources.write import replace

_MOST_FILES = 32
_LONGEST = 4_000_000
"""Characters of output; printing more takes longer than finding it out saves."""


def remember(arguments: list[str], inputs: Inputs, start: int, outcome: Outcome) -> None:
    """Write a memo, unless something a run depends on is too new to be trusted; nothing is said where that fails.

    Args:
        arguments: the command line.
        inputs: what the run depended on.
        start: when it began, in nanoseconds since the epoch.
        outcome: what it told.
    """
    if len(outcome.output) > _LONGEST:
        return
    with suppress(OSError, ValueError):
        if lasting(inputs.entries) != entries(inputs.root):
            return
        paths = [*inputs.paths, *_code()]
        stamps = _stamps(
            paths, start - SETTLED
        )  # from the start on: what changed since may have changed during the run
        if stamps is None or not make_folder(inputs.cache):
            return
        now = circumstances(arguments)
        listings = [[folder, *entries(folder)] for folder in (inputs.root, *_rule_folders(inputs.packages))]
        memo = Memo(now, paths, stamps, listings, outcome)
        replace(os.path.join(inputs.cache, file_name(now)), memo.encoded())
        _forget_oldest(inputs.cache)


def _stamps(paths: list[str], trusted: int) -> list[int] | None:
    """The stamps of all paths; None where one is newer than what is trusted."""
    stamps: list[int] = []
    for path in paths:
        found = stamp(path)
        if max(found[:2]) > trusted:
            return None
        stamps += found
    return stamps


def _code() -> Iterator[str]:
    """The files of archlint itself, of the plugins and of the packages they use, as far as they were imported.

    The standard library is as old as the interpreter.
    """
    standard = os.path.join(os.path.dirname(os.__file__), "")
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and (not file.startswith(standard) or "-packages" in file):
            yield file


def _rule_folders(packages: tuple[str, ...]) -> Iterator[str]:
    """The folders rules were loaded from: another rule may be put there."""
    for name, module in list(sys.modules.items()):
        if f"{name}.".startswith(tuple(f"{package}." for package in packages)):
            yield from getattr(module, "__path__", ())


def _forget_oldest(folder: str) -> None:
    files = [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("memo-")]
    if len(files) > _MOST_FILES:
        for file in sorted(files, key=lambda file: os.stat(file).st_mtime_ns)[:-_MOST_FILES]:
            os.unlink(file)
