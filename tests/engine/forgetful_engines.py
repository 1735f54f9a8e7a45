"""Engines that reuse findings wrongly, each by forgetting one thing they depend on: what the machine must catch."""

import ast
import os
from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path

import msgspec
from incremental_machine import Tally
from msgspec.structs import replace

from archlint.core import Finding, Report, UsageError
from archlint.engine import Request, check


class Seen(msgspec.Struct, frozen=True):
    """What a forgetful engine may look at when it decides whether a file's findings are still good.

    Attributes:
        path: the file, relative to the working directory.
        files: the bytes of all files below the working directory.
    """

    request: Request
    path: str
    files: dict[str, bytes]

    @property
    def own(self) -> bytes:
        return self.files[self.path]

    @property
    def asked(self) -> Hashable:
        """All of the request, with hashable parts."""
        return _request(self.request), self.path

    def some(self, wanted: Callable[[str], bool]) -> Hashable:
        return frozenset((path, data) for path, data in self.files.items() if wanted(path))


class Forgetful:
    """An engine that gives the findings it gave for a file when last ``remembered`` of it was what it is now."""

    def __init__(self, remembered: Callable[[Seen], Hashable]) -> None:
        self._remembered = remembered
        self._memo: dict[Hashable, list[Finding]] = {}

    def __call__(self, request: Request) -> Report:
        return self.spoilt(check(replace(request, cache=False)), request, _files(Path(request.cwd)))

    def spoilt(self, report: Report, request: Request, files: dict[str, bytes]) -> Report:
        """What becomes of the right report."""
        found: dict[str, list[Finding]] = {}
        for finding in report.findings:
            found.setdefault(finding.path, []).append(finding)
        for path in files:
            if path.endswith(".py") and not path.startswith(".venv"):
                seen = Seen(request, path, files)
                found[path] = self._memo.setdefault(self._remembered(seen), found.get(path, []))
        findings = [finding for path in sorted(found) for finding in found[path]]
        findings.sort(key=lambda f: (f.path, f.span.line, f.span.column, f.code, f.symbol, f.message))
        return replace(report, findings=tuple(findings))


class Watch:
    """A right engine that carries all the forgetful ones along, and notes when each is first wrong.

    Attributes:
        caught: what each forgets, and the step that showed it.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._engines = {name: Forgetful(remembered) for name, remembered in ENGINES.items()}
        self.caught: dict[str, str] = {}
        self._latest: Report | UsageError = UsageError("")

    def cold(self, request: Request) -> Report:
        """The right report."""
        try:
            self._latest = check(request)
        except UsageError as error:
            self._latest = error
        return self(request)

    def __call__(self, request: Request) -> Report:
        """The right report once more; the forgetful ones have a go at it."""
        report = self._latest
        if isinstance(report, UsageError):
            raise report
        if not request.cache:
            return report
        files = _files(Path(request.cwd))
        for name in self._engines.keys() - self.caught.keys():
            if self._engines[name].spoilt(report, request, files) != report:
                self.caught[name] = f"step {self._tally.steps}: {self._tally.trail[-1]}"
        return report


@lru_cache(8)
def _request(request: Request) -> bytes:
    return msgspec.json.encode(request)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        os.path.relpath(path, folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "/project" in str(path)
    }


@lru_cache(1000)
def _code(data: bytes, *, bodies: bool = True) -> Hashable:
    """What a file means, whatever line that stands on, with or without what its functions do."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return data
    for node in ast.walk(tree):
        if not bodies and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Pass()]
    return ast.dump(tree)


def _imported(seen: Seen) -> Hashable:
    """The bytes of a file and of all it imports, by way of others too."""
    stems: dict[str, list[str]] = {}
    for path in seen.files:
        if path.endswith(".py"):
            stems.setdefault(Path(path.removesuffix("/__init__.py")).stem, []).append(path)
    reached, pending = {seen.path}, [seen.path]
    while pending:
        for word in _imported_words(seen.files[pending.pop()]):
            for path in stems.get(word, ()):
                if path not in reached:
                    reached.add(path)
                    pending.append(path)
    return seen.some(reached.__contains__)


@lru_cache(1000)
def _imported_words(data: bytes) -> set[str]:
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found.update((node.module or "").split("."), (alias.name for alias in node.names))
        elif isinstance(node, ast.Import):
            found.update(part for alias in node.names for part in alias.name.split("."))
    return found


def _others(seen: Seen, read: Callable[[bytes], Hashable]) -> Hashable:
    """A file's own bytes, of the other Python files what ``read`` makes of them, and all else there is."""
    others = frozenset((path, read(data)) for path, data in seen.files.items() if path.endswith(".py"))
    return seen.asked, seen.own, others, seen.some(lambda path: not path.endswith(".py"))


def _is_manifest(path: str) -> bool:
    return not path.endswith((".py", "archlint.toml", "base.toml", ".gitignore"))


def _is_installed(path: str) -> bool:
    return path.startswith(".venv")


ENGINES: dict[str, Callable[[Seen], Hashable]] = {
    "that anything changed": lambda seen: seen.asked,
    "other files": lambda seen: (seen.asked, seen.own),
    "files that are not imported": lambda seen: (
        seen.asked,
        _imported(seen),
        seen.some(lambda p: not p.endswith(".py")),
    ),
    "files that are new": lambda seen: (seen.asked, seen.own, _size_of_known(seen)),
    "what functions of other files do": lambda seen: _others(seen, lambda data: _code(data, bodies=False)),
    "lines of other files": lambda seen: _others(seen, _code),
    "its own lines": lambda seen: (seen.asked, _code(seen.own), seen.some(lambda path: path != seen.path)),
    "the settings": lambda seen: (
        seen.asked,
        seen.some(lambda path: not path.endswith(("archlint.toml", "base.toml"))),
    ),
    "manifests": lambda seen: (seen.asked, seen.some(lambda path: not _is_manifest(path))),
    "installed packages": lambda seen: (seen.asked, seen.some(lambda path: not _is_installed(path))),
    "all but sizes": lambda seen: (seen.asked, frozenset((path, len(data)) for path, data in seen.files.items())),
    "where files lie": lambda seen: (_request(seen.request), seen.own, frozenset(seen.files.values())),
    "which rules are asked for": lambda seen: (_but(seen, select=()), seen.some(bool)),
    "which files are asked for": lambda seen: (_but(seen, paths=()), seen.some(bool)),
    "which preset is asked for": lambda seen: (_but(seen, preset=""), seen.some(bool)),
    "whether settings count": lambda seen: (_but(seen, isolated=False), seen.some(bool)),
    "what is not saved": lambda seen: (_but(seen, content=None), seen.some(bool)),
}
"""What each engine forgets, and what it remembers of a file."""


def _but(seen: Seen, **forgotten: object) -> Hashable:
    return _request(replace(seen.request, **forgotten)), seen.path


def _size_of_known(seen: Seen) -> Hashable:
    """All files that were there at the start of every project: a new one is not looked at."""
    return seen.some(
        lambda path: "new" not in path and Path(path).name not in ("fastapi.py", "errors.py", "__init__.py")
    )
