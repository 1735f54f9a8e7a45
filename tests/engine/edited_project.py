"""A copy of a project on disk that is edited as people and tools edit: in place or by another file in its place."""

import ast
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")


class Pick(Protocol):
    """Chooses one of several."""

    def __call__(self, choices: Sequence[T], /) -> T: ...


TICK = 10_000_000
"""Nanoseconds between the times that files say they were changed."""


class EditedProject:
    """The files of a project by path; what is written here is written to disk.

    Attributes:
        folder: where it lies.
        files: the text files it consists of.
        findings: (path, line, code, paths of related places) of what was last found in it.
    """

    def __init__(self, origin: Path, folder: Path) -> None:
        self.folder = folder
        # Long ago, so that a time of change alone tells an old file from a new one.
        self._clock = time.time_ns() - 86_400_000_000_000
        self.files: dict[str, str] = {}
        self.findings: list[tuple[str, int, str, tuple[str, ...]]] = []
        for path in sorted(origin.rglob("*")):
            relative = path.relative_to(origin).as_posix()
            if path.is_file() and "__pycache__" not in relative and ".archlint_cache" not in relative:
                self.write(relative, path.read_text(encoding="utf-8"))

    def write(self, path: str, text: str, *, way: str = "in place") -> None:
        """Make ``text`` what a file holds; ``way`` is how: "in place", "replaced" or "now" (with the time it is)."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        written = target.with_name(f"{target.name}.tmp") if way == "replaced" else target
        written.write_bytes(text.encode(errors="surrogateescape"))
        if way != "now":
            self._clock += TICK
            os.utime(written, ns=(self._clock, self._clock))
        if written != target:
            written.replace(target)
        self.files[path] = text

    def remove(self, path: str) -> None:
        (self.folder / path).unlink()
        del self.files[path]
        parent = (self.folder / path).parent
        if parent != self.folder and not any(parent.iterdir()):
            parent.rmdir()

    def rename(self, path: str, new: str) -> None:
        """As ``mv`` does: the file keeps its time of change and its inode."""
        target = self.folder / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).replace(target)
        self.files[new] = self.files.pop(path)

    def restore(self, files: dict[str, str]) -> None:
        """Make it the files of another moment, as switching branches does."""
        for path in self.files.keys() - files.keys():
            self.remove(path)
        for path, text in files.items():
            if self.files.get(path) != text:
                self.write(path, text)

    def move(self, folder: Path) -> None:
        """Let the whole project lie elsewhere."""
        shutil.move(self.folder, folder)
        self.folder = folder

    @property
    def python(self) -> list[str]:
        return sorted(path for path in self.files if path.endswith(".py") and not path.startswith(".venv"))

    @property
    def folders(self) -> list[str]:
        """Those that hold Python files, at any depth."""
        found = {str(parent) for path in self.python for parent in Path(path).parents}
        return sorted(found - {"."})

    def module(self, path: str) -> str:
        """The dotted name of a file's module."""
        parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
        starts = [i for i in range(len(parts)) if "/".join((*parts[: i + 1], "__init__.py")) in self.files]
        return ".".join(parts[starts[0] if starts else min(len(parts) - 1, parts.count("src")) :])

    def tree(self, path: str) -> ast.Module | None:
        """The syntax tree of a file; None where it has none."""
        try:
            return ast.parse(self.files[path])
        except (SyntaxError, ValueError):
            return None

    def parsed(self) -> list[str]:
        return [path for path in self.python if self.tree(path) is not None]

    def defined(self, path: str) -> list[str]:
        """The names that the top level of a file binds, imports included."""
        tree = self.tree(path)
        return [] if tree is None else list(dict.fromkeys(_bound(tree)))


def _bound(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            yield from (
                (alias.asname or alias.name).partition(".")[0] for alias in statement.names if alias.name != "*"
            )
        elif isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
