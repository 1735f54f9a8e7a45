"""The unchanged run: what was printed last time is printed again, before anything that could find it out is imported.

A memo is what one command line printed, with all that the run depended on: the *circumstances* (arguments, working
directory, terminal, interpreter, as text) and the *stamps* of files and folders. Both are compared in full. Whoever makes
a run read another environment variable adds it to ``_VARIABLES``; other inputs: ``engine/inputs.py``.
"""

# Plain string paths, and no import that is not loaded at start: this is most of what an unchanged run costs.
# ruff: noqa: PTH109, PTH110, PTH112, PTH118, PTH120, PTH123

import os
import sys
from binascii import crc32  # zlib's is the same, and takes longer to load

from archlint.cli.output import Outcome, columns

TYPE_CHECKING = False  # typing would double the time a run takes
if TYPE_CHECKING:
    from collections.abc import Iterable

CACHE = ".archlint_cache"
COMPLETION = "_ARCHLINT_COMPLETE"
"""The environment variable with which a shell asks for completions, or for the script that makes it ask."""

_MAGIC = "archlint-memo-1"
_PASSING = frozenset((f"{CACHE}/", "__pycache__/"))
"""What a run itself may put into a folder."""
_VARIABLES = ("COLUMNS", "FORCE_COLOR", "HOME", "NO_COLOR", "TERM", "USERPROFILE")
_FOLDER = 0o040000
_KIND = 0o170000

Stamp = tuple[int, int, int, int]


class Memo:
    """What a run told, and what it depended on.

    Attributes:
        circumstances: see ``circumstances``.
        paths: absolute; those of folders end in ``/``.
        stamps: of each path, one after another.
        entries: folders that are compared by the names in them: the folder, then the names.
    """

    def __init__(
        self, circumstances: str, paths: "list[str]", stamps: "list[int]", entries: "list[list[str]]", outcome: Outcome
    ) -> None:
        self.circumstances = circumstances
        self.paths = paths
        self.stamps = stamps
        self.entries = entries
        self.outcome = outcome

    def holds(self) -> bool:
        """Whether every file and folder is what it was."""
        numbers = iter(self.stamps)
        for path, *recorded in zip(self.paths, numbers, numbers, numbers, numbers, strict=True):
            if stamp(path) != tuple(recorded):
                return False
        return all(entries(folder) == names for folder, *names in self.entries)

    def encoded(self) -> bytes:
        """The memo as bytes."""
        sections = (
            self.circumstances,
            "\0".join(self.paths),
            " ".join(map(str, self.stamps)),
            "\0\0".join("\0".join(listing) for listing in self.entries),
            self.outcome.notes,
            self.outcome.output,
            self.outcome.encoding,
        )
        body = "".join(sections).encode("utf-8", "surrogatepass")
        lengths = " ".join(str(len(section)) for section in sections)
        return f"{_MAGIC} {self.outcome.code} {crc32(body)} {lengths}\n".encode() + body


def decoded(data: bytes) -> Memo | None:
    """A memo from its bytes; None where they are none."""
    head, _, body = data.partition(b"\n")
    try:
        magic, *numbers = head.decode("ascii").split(" ")
        code, checksum, *lengths = map(int, numbers)
        if magic != _MAGIC or checksum != crc32(body):
            return None
        text, sections, start = body.decode("utf-8", "surrogatepass"), [], 0
        for length in lengths:
            sections.append(text[start : start + length])
            start += length
        circumstances, paths, stamps, listings, *told = sections
        entries = [listing.split("\0") for listing in listings.split("\0\0")]
        return Memo(circumstances, paths.split("\0"), list(map(int, stamps.split())), entries, Outcome(code, *told))
    except (ValueError, TypeError):
        return None


def recall(arguments: "list[str]") -> Outcome | None:
    """What the same run told last time; None where something has changed since, so that it has to be made."""
    if os.environ.get(COMPLETION):
        return None
    try:
        now = circumstances(arguments)
        name = file_name(now)
        for folder in _folders(arguments):
            memo = _read(os.path.join(folder, name), now)
            if memo is not None and memo.holds():
                return memo.outcome
    except (OSError, ValueError):  # a working directory or a folder that is gone; a null character in an argument
        pass
    return None


def _read(file: str, now: str) -> Memo | None:
    try:
        with open(file, "rb") as stream:
            memo = decoded(stream.read())
    except OSError:
        return None
    return memo if memo is not None and memo.circumstances == now else None


def _folders(arguments: "list[str]") -> "Iterable[str]":
    """Where a memo may lie: the folder given, else the caches at or above the first path or, failing that, the working
    directory, the nearest first; which of several is the project's, only its files would tell."""
    for place, argument in enumerate(arguments):
        if argument == "--cache-dir":
            return arguments[place + 1 : place + 2]
        if argument.startswith("--cache-dir="):
            return [argument.partition("=")[2]]
    here = os.getcwd()
    starts = [here]
    starts += (os.path.join(here, word) for word in arguments[1:] if not word.startswith("-") and os.path.exists(word))
    return dict.fromkeys(cache for start in reversed(starts[:2]) for cache in _caches(start))


def _caches(folder: str) -> "Iterable[str]":
    folder, above = os.path.normpath(folder), ""
    while folder != above:
        cache = os.path.join(folder, CACHE)
        if os.path.isdir(cache):
            yield cache
        folder, above = os.path.dirname(folder), folder


def circumstances(arguments: "list[str]") -> str:
    """All that a run depends on and no file tells, as text."""
    streams = [
        (stream.encoding, stream.errors, stream.isatty()) if stream else None for stream in (sys.stdout, sys.stderr)
    ]
    variables = [(name, os.environ.get(name)) for name in _VARIABLES]
    interpreter = (sys.version, sys.executable, sys.flags, sys.warnoptions, sys.path, sys.getfilesystemencoding())
    user = os.geteuid() if hasattr(os, "geteuid") else 0
    return repr((arguments, os.getcwd(), __file__, user, streams, columns(), variables, interpreter))


def stamp(path: str) -> Stamp:
    """What tells that a file holds what it held, or a folder (its path ends in ``/``) the names it held. Of what is
    there and not of the kind looked for, only which one it is counts."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return (-1 - os.path.islink(path), 0, 0, 0)  # noqa: PTH114
    if (found.st_mode & _KIND == _FOLDER) != path.endswith("/"):
        return (-3, found.st_mode & _KIND, found.st_dev, found.st_ino)
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def entries(folder: str) -> "list[str]":
    """The names of what lies in a folder, those of folders ending in ``/``, without what a run may put there."""
    with os.scandir(folder) as found:
        return lasting(f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name for entry in found)


def lasting(names: "Iterable[str]") -> "list[str]":
    """Names of entries in order, without what a run may put there."""
    return sorted(name for name in names if name not in _PASSING)


def file_name(circumstances: str) -> str:
    """The name of the memo of a run; another run's may be the same, and takes its place."""
    return f"memo-{crc32(circumstances.encode('utf-8', 'surrogatepass')):08x}"
