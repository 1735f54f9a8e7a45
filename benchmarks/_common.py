"""What the benchmark scripts share: their error, atomic writes, aligned tables, the archlint to run."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE_VARIABLE = "ARCHLINT_CORPUS"


class BenchmarkError(Exception):
    """A failure to explain in one message: a download, a bad argument, a broken file. Scripts exit 2 on it."""


def default_cache() -> Path:
    """The folder for downloads and runs: ``$ARCHLINT_CORPUS``, else ``.corpus`` beside the scripts."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else HERE / ".corpus"


def add_shared_options(parser: argparse.ArgumentParser) -> None:
    """The options of every script that runs archlint on the corpus: which archlint, and where the projects are."""
    parser.add_argument("--archlint", metavar="CMD", help="command to run (default: archlint of this interpreter)")
    parser.add_argument("--cache", metavar="DIR", help=f"folder for downloads (default: ${CACHE_VARIABLE}, .corpus)")
    parser.add_argument("--projects", metavar="FILE", default=HERE / "corpus.toml", help="the list of projects")


def archlint_command(given: str | None) -> tuple[str, ...]:
    """The command line that starts archlint: what was given, else the one installed beside the running interpreter."""
    if given:
        command = shlex.split(given)
        found = shutil.which(command[0])
        if found is None:
            raise BenchmarkError(f"no such command: {command[0]}")
        # Absolute, for it runs in other folders; not resolved, for a virtual environment's python is a symlink.
        return (os.path.abspath(found), *command[1:])  # noqa: PTH100
    script = shutil.which("archlint", path=str(Path(sys.executable).parent))
    return (script,) if script else (sys.executable, "-m", "archlint")


def write_atomic(path: Path, text: str) -> None:
    """Write UTF-8 ``text`` so that readers see the old file or the new one, never a part; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, scratch = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(scratch).chmod(mode)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold off other processes that use this on a file of the same folder, so that none loses another's changes.

    The lock is on the folder, which leaves no lock file behind. Windows cannot do that; there it does nothing.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, padded to read well as plain text; every column but the first is aligned right."""
    lines = [list(headers), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headers))]

    def render(cells: Sequence[str]) -> str:
        first, *others = [
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join([first, *others])} |"

    rule = "|".join(
        f"{'-' * (width + 1)}:" if column else f":{'-' * (width + 1)}" for column, width in enumerate(widths)
    )
    return "\n".join([render(lines[0]), f"|{rule}|", *map(render, lines[1:])])
