"""The folders of a project as one tree, and what its absolute imports say about each of them."""

# Plain string paths: see discover.py.
# ruff: noqa: PTH113, PTH118, PTH119, PTH120

import os
import sys
from collections.abc import Collection, Sequence

# How far above the project root a source root is looked for where there is no package to climb out of.
_HIGHEST = 3


class Layout:
    """The folders that hold Python files, and those above them.

    The tree begins above the project root, at the highest folder a module name could reach. Folders are paths from
    there (the empty string is that highest folder). A *level* is how many parts of such a path lie outside a source
    root, so that a folder and a level say which source root is meant.

    Attributes:
        root: the project root, absolute.
        top: the project root as a folder of the tree.
        folders: every folder, each after the one that holds it.
        packages: the folders with an ``__init__.py`` and a name that can be imported.
        climbed: for each package the level of the nearest folder around it that is none.
        tests: the folders with files pytest collects.
        keys: for each folder, and each module in it: the folder, the path from the highest folder as a dotted name, and
            whether it is a module.
        sizes: for each folder, how many modules and folders it holds that somebody would import (no tests, no dunders).
    """

    def __init__(self, files: Sequence[str], root: str) -> None:
        own_packages = {parent(file) for file in files if last(file) == "__init__.py"}
        self.root = root
        self.top, self.packages = _climb(root, "" in own_packages)
        self.packages |= {folder for item in own_packages if last(folder := self.folder(item)).isidentifier()}
        self.keys: list[tuple[str, str, bool]] = []
        self.tests: set[str] = set()
        self.sizes: dict[str, int] = {"": 0}
        self._add_folder(self.top)
        for file in files:
            self._add(file)
        self.folders = sorted(self.sizes)
        self.climbed: dict[str, int] = {}
        for folder in self.folders:
            if folder in self.packages:
                self.climbed[folder] = self.climbed.get(parent(folder), depth(folder) - 1)

    def folder(self, relative: str) -> str:
        """A folder of the project, given relative to the project root, as a folder of the tree."""
        return f"{self.top}/{relative}" if self.top and relative else self.top or relative

    def source_root(self, folder: str, level: int) -> str:
        """The source root that ``level`` means for ``folder``, relative to the project root; ``.`` for that itself."""
        up = depth(self.top) - level
        return "/".join([".."] * up if up > 0 else folder.split("/")[depth(self.top) : level]) or "."

    def _add(self, file: str) -> None:
        folder = self.folder(parent(file))
        self._add_folder(folder)
        stem = stem_of(file)
        if stem == "__init__":
            return
        self.keys.append((folder, _dotted(f"{folder}/{stem}" if folder else stem), True))
        if stem == "conftest" or stem.startswith("test_") or stem.endswith("_test"):
            self.tests.add(folder)
        elif not stem.startswith("__"):
            self.sizes[folder] += 1

    def _add_folder(self, folder: str) -> None:
        missing = []
        while folder not in self.sizes:
            missing.append(folder)
            folder = parent(folder)
        for folder in reversed(missing):
            self.keys.append((folder, _dotted(folder), False))
            self.sizes[parent(folder)] += 1
            self.sizes[folder] = 0


class Evidence:
    """How many modules of each folder are imported by the name they would have from each level.

    *Plain* evidence is a name of two or more parts. A bare name (``import redis``) is counted apart, as it may well
    mean an installed package; the standard library's names do not count at all. Folders count where they are imported
    themselves (``from app.services import users``), not on the way to a module, or deep names would count several
    times. Where several files could be meant, those count that a name reaches from the outermost root in the project,
    and those whose own package it begins with: tests often repeat the folders of what they test, and checkouts the name
    of their package, without being what is imported.
    """

    def __init__(self, layout: Layout, imported: Collection[str]) -> None:
        claims = _claims(layout, set(imported), _with_prefixes(layout, imported))
        outermost: dict[str, int] = {}
        top = depth(layout.top)
        for name, _, level in claims:
            known = outermost.setdefault(name, level)
            if (level < top, level) < (known < top, known):
                outermost[name] = level
        self._plain: dict[str, dict[int, int]] = {}
        self._bare: dict[str, dict[int, int]] = {}
        for name, folder, level in claims:
            if level == outermost[name] or level == layout.climbed.get(folder):
                counts = (self._plain if "." in name else self._bare).setdefault(folder, {})
                counts[level] = counts.get(level, 0) + 1
        for counted in (self._plain, self._bare):
            _add_up(layout.folders, counted)

    def plain(self, folder: str, level: int) -> int:
        return self._plain.get(folder, {}).get(level, 0)

    def bare(self, folder: str, level: int) -> int:
        return self._bare.get(folder, {}).get(level, 0)

    def best(self, folder: str, below: int) -> tuple[int, int]:
        """The level under ``below`` with the most plain evidence, the outermost of equals, and how much it has."""
        counts = self._plain.get(folder, {})
        return max(((level, count) for level, count in counts.items() if level < below), key=_most, default=(0, 0))


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def last(path: str) -> str:
    return path.rpartition("/")[2]


def stem_of(file: str) -> str:
    return last(file).removesuffix(".py")


def depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0


def _dotted(path: str) -> str:
    # A dot in a file's or folder's own name must not look like a separator; no import can say that name anyway.
    return path.replace(".", "-").replace("/", ".")


def _most(entry: tuple[int, int]) -> tuple[int, int]:
    level, count = entry
    return count, -level


def _climb(root: str, is_package: bool) -> tuple[str, set[str]]:
    """The project root as a folder of the tree, and the packages around it."""
    names: list[str] = []
    in_package: list[bool] = []
    folder, spare = root, _HIGHEST
    while (name := os.path.basename(folder)).isidentifier() and (is_package or spare):
        names.insert(0, name)
        in_package.insert(0, is_package)
        spare -= not is_package
        folder = os.path.dirname(folder)
        is_package = is_package and os.path.isfile(os.path.join(folder, "__init__.py"))
    packages = {"/".join(names[: count + 1]) for count, inside in enumerate(in_package) if inside}
    return "/".join(names), packages


def _with_prefixes(layout: Layout, imported: Collection[str]) -> set[str]:
    """The imported names that could be the project's, and those of the packages around them, which they import too."""
    first_parts = {last(folder) for folder in layout.folders} | {key.rpartition(".")[2] for _, key, _ in layout.keys}
    known: set[str] = set()
    for name in imported:
        if name.partition(".")[0] in first_parts:
            while name and name not in known:
                known.add(name)
                name = name.rpartition(".")[0]
    return known


def _claims(layout: Layout, imported: set[str], known: set[str]) -> list[tuple[str, str, int]]:
    """Every imported name a file could be meant by, with the file's folder and the level the name begins at."""
    claims = []
    for folder, key, is_module in layout.keys:
        name, level = key, 0
        while name:
            counts = name in known and (is_module or name in imported or "." not in name)
            if counts and name not in sys.stdlib_module_names:
                claims.append((name, folder, level))
            name = name.partition(".")[2]
            level += 1
    return claims


def _add_up(folders: Sequence[str], counted: dict[str, dict[int, int]]) -> None:
    """Count what a folder's subfolders hold for the folder too, as far as it lies inside the source root."""
    for folder in reversed(folders):
        above = parent(folder)
        for level, count in counted.get(folder, {}).items():
            if folder and level < depth(folder):
                totals = counted.setdefault(above, {})
                totals[level] = totals.get(level, 0) + count
