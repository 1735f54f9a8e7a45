"""Changes to a project as people make them, and their undoing: a line in a function, a class that many use, a file."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from _common import BenchmarkError
from _imports import quiet_tree

FunctionDef = (ast.FunctionDef, ast.AsyncFunctionDef)


class Change(Protocol):
    """A change that can be made and undone, again and again."""

    def apply(self, number: int) -> None:
        """Make the change; another one for every number."""

    def undo(self) -> None:
        """Leave files, and their times, as they were."""


class NewLine:
    """A line put before another one of a file."""

    def __init__(self, path: Path, line: int, indent: str, text: str) -> None:
        """Put ``text``, in which ``{}`` is the number of the change, before the line numbered so (from 1)."""
        self.path = path
        self._original = path.read_bytes()
        self._times = _times(path)
        self._index = line - 1
        self._text = indent + text

    def content(self, number: int) -> bytes:
        """The file's content with the line."""
        lines = self._original.splitlines(keepends=True)
        ending = b"\r\n" if lines[0].endswith(b"\r\n") else b"\n"
        new = self._text.format(number).encode("ascii") + ending
        return b"".join((*lines[: self._index], new, *lines[self._index :]))

    def apply(self, number: int) -> None:
        """Make the change."""
        self.path.write_bytes(self.content(number))

    def undo(self) -> None:
        """Write the file as it was."""
        self.path.write_bytes(self._original)
        os.utime(self.path, ns=self._times)


class NewFile:
    """A file put into a folder."""

    def __init__(self, folder: Path, text: str) -> None:
        """The file holds ``text``, in which ``{}`` is the number of the change."""
        self.folder = folder
        self._times = _times(folder)
        self._text = text
        self._made: list[Path] = []

    def apply(self, number: int) -> None:
        """Make the change."""
        path = self.folder / f"speed_added_{number}.py"
        path.write_text(self._text.format(number), encoding="utf-8")
        self._made.append(path)

    def undo(self) -> None:
        """Remove the file."""
        while self._made:
            self._made.pop().unlink()
        os.utime(self.folder, ns=self._times)


def body_change(files: Sequence[Path]) -> NewLine:
    """A new statement in a function of a middling file: the nearest to the median in bytes that has room for one."""
    ranked = sorted(files, key=lambda path: (path.stat().st_size, path))
    middle = len(ranked) // 2
    for _, path in sorted((abs(place - middle), path) for place, path in enumerate(ranked)):
        functions = [node for node in ast.walk(_tree(path)) if isinstance(node, FunctionDef)]
        found = _before_last(path, functions, "speed_changed = {}")
        if found:
            return found
    raise BenchmarkError("no function to change the body of")


def interface_change(importers: Mapping[Path, int]) -> NewLine:
    """A new field of a class, or a new constant, in the most imported file that has room for one.

    Args:
        importers: how many files import each.
    """
    for path in sorted(importers, key=lambda path: (-importers[path], path)):
        tree = _tree(path)
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        functions = [node for node in tree.body if isinstance(node, FunctionDef) and not node.decorator_list]
        field = "speed_changed_{}: int = 0"
        found = _before_last(path, classes, field) or _before(path, functions, field)
        if found:
            return found
    raise BenchmarkError("no class or function to change the interface of")


def new_file(beside: Path, imported: str) -> NewFile:
    """A new module that imports another one, in the folder of a file."""
    lines = (f"import {imported}" if imported else "import os", "", "", "def speed_added() -> int:", "    return {}")
    return NewFile(beside.parent, "\n".join(lines) + "\n")


def _before_last(path: Path, blocks: Sequence[ast.AST], text: str) -> NewLine | None:
    """The line before the last statement of one of some blocks, the middle one if it has room."""
    statements: list[ast.stmt] = [getattr(block, "body")[-1] for block in blocks]  # noqa: B009
    return _before(path, statements[len(statements) // 2 :] + statements[: len(statements) // 2], text)


def _before(path: Path, statements: Iterable[ast.stmt], text: str) -> NewLine | None:
    """The line before the first of some statements that starts on a line of its own."""
    source = path.read_bytes()
    lines = source.splitlines()
    for statement in statements:
        start = min([statement.lineno, *(node.lineno for node in getattr(statement, "decorator_list", ()))])
        indent = lines[start - 1][: statement.col_offset]
        if indent.strip(b" \t"):
            continue
        change = NewLine(path, start, indent.decode("ascii"), text)
        if _parses(change.content(0)):
            return change
    return None


def _tree(path: Path) -> ast.Module:
    return quiet_tree(path.read_bytes())


def _parses(source: bytes) -> bool:
    try:
        quiet_tree(source)
    except (SyntaxError, ValueError):
        return False
    return True


def _times(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_atime_ns, status.st_mtime_ns
