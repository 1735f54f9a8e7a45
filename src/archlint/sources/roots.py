"""Module names: which folder each file is imported from, and the dotted name it has there.

Python itself decides by ``sys.path``, which a linter cannot see. What it can see is where ``__init__.py`` files are,
and the absolute imports of the project: a folder from which imports resolve to its files is a source root.
"""

# Plain string paths: see discover.py.
# ruff: noqa: PTH110, PTH118, PTH119

import os
from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec

from archlint.sources.layout import Evidence, Layout, depth, last, parent, stem_of

_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile")


class ModuleName(NamedTuple):
    """Where a file is imported from and as what.

    Two files of a monorepo may have the same ``name``; they then differ in ``root``. An import means the one whose root
    holds the importing file, as it would at run time.

    Attributes:
        name: dotted. Parts that are no identifiers (``2024-01-init``) stay as they are; nothing can import them.
        root: the source root, relative to the project root: ``.``, ``backend``, ``..`` for a project inside a package.
        is_package: the file is an ``__init__.py``.
    """

    name: str
    root: str
    is_package: bool


def assign(files: Sequence[str], root: str, src: Sequence[str], imported: Collection[str]) -> dict[str, ModuleName]:
    """Name every file.

    A file under a configured source root is named from it (the longest that fits), unless that root is itself a package
    which imports call by its own name. Every other folder gets its root from the absolute imports that name files in
    it: the root from which most of them resolve. Where no import tells, or they agree with it, the layout decides:

    * a package (an unbroken chain of ``__init__.py``, also above the project root, on disk) is imported from the folder
      that holds it; or from a ``src`` folder above, or from where imports reach its neighbours or a package around it;
    * any other folder continues its parent's root, except the project root; outside packages, a folder called ``src``
      or with a manifest (``pyproject.toml``, ``setup.py``, ``setup.cfg``, ``requirements.txt``, ``Pipfile``); and a
      folder whose name is no identifier. These are roots themselves.

    A root that only imports speak for must be spoken for plainly: by names of two or more parts, several where it would
    overrule an evident root, and at least twice as many as speak for a package's own name where it would overrule that;
    or by the bare names of a good part of a folder's modules, which count where the layout calls that a root too. A
    root's own ``__init__.py`` is named after its folder.

    Args:
        files: paths relative to the project root, ``/``-separated, in any order.
        root: the project root, absolute.
        src: configured source roots, relative to the project root.
        imported: the absolute names imported anywhere in the project, as deep as they were written
            (``app.users.models``, also ``app.users.models.User``).

    Returns:
        A name for each of ``files``, in their order.
    """
    layout = Layout(files, root)
    levels = _Levels(layout, Evidence(layout, imported))
    levels.infer()
    levels.configure(src)
    return _names(files, layout, levels.of)


def _names(files: Sequence[str], layout: Layout, levels: dict[str, int]) -> dict[str, ModuleName]:
    by_folder: dict[str, _Place] = {}
    names = {}
    for file in files:
        folder = parent(file)
        place = by_folder.get(folder)
        if place is None:
            place = by_folder[folder] = _place(layout, layout.folder(folder), levels)
        stem = stem_of(file)
        if stem == "__init__":
            names[file] = place.package
        else:
            names[file] = ModuleName(f"{place.prefix}{stem}", place.root, False)
    return names


class _Place(msgspec.Struct, frozen=True):
    """What the names of a folder's modules have in common, and what its ``__init__.py`` is called."""

    prefix: str
    root: str
    package: ModuleName


def _place(layout: Layout, folder: str, levels: dict[str, int]) -> _Place:
    level = levels[folder]
    root = layout.source_root(folder, level)
    parts = folder.split("/")[level:] if folder else []
    if parts:
        dotted = ".".join(parts)
        return _Place(dotted + ".", root, ModuleName(dotted, root, True))
    own_name = last(folder) or os.path.basename(layout.root)
    return _Place("", root, ModuleName(own_name, layout.source_root(folder, level - 1), True))


class _Levels:
    """The level of each folder's source root; folders are decided after the ones that hold them."""

    def __init__(self, layout: Layout, evidence: Evidence) -> None:
        self.of: dict[str, int] = {"": 0}
        self._layout = layout
        self._evidence = evidence
        # Folders that imports prove to be under the root they were given.
        self._evident: set[str] = set()
        # Packages, and everything under them.
        self._in_package: set[str] = set()

    def infer(self) -> None:
        for folder in self._layout.folders:
            if not folder and self._layout.top:
                continue
            level = self._by_layout(folder)
            if depth(folder) >= depth(self._layout.top):
                level = self._by_imports(folder, level)
            self.of[folder] = level
            above = parent(folder)
            if folder in self._layout.packages or above in self._in_package:
                self._in_package.add(folder)
            inherited = above in self._evident and self.of[above] == level
            if inherited or (level < depth(folder) and self._imported_from(folder, level)):
                self._evident.add(folder)

    def configure(self, src: Sequence[str]) -> None:
        """Overrule what was inferred under the configured source roots."""
        layout = self._layout
        sources = [layout.folder(relative) for item in src if (relative := _inside(item, layout.root)) is not None]
        for source in sorted(sources):
            level = self._of_configured(source)
            for folder in layout.folders:
                if not source or folder == source or folder.startswith(source + "/"):
                    self.of[folder] = level

    def _of_configured(self, source: str) -> int:
        own = depth(source)
        outer, count = self._evidence.best(source, own)
        inner = self._evidence.plain(source, own) + self._evidence.bare(source, own)
        return outer if source in self._layout.packages and count > inner else own

    def _by_layout(self, folder: str) -> int:
        layout, own, above = self._layout, depth(folder), parent(folder)
        if folder in layout.packages:
            level = self.of[above]
            called_src = level > 0 and folder.split("/")[level - 1] == "src"
            part_of_package = above in layout.packages or (above in self._in_package and above in self._evident)
            return level if part_of_package or called_src or self._evidence.plain(above, level) else own - 1
        if own <= depth(layout.top) or not last(folder).isidentifier():
            return own
        if above not in self._in_package and (last(folder) == "src" or self._has_manifest(folder)):
            return own
        return self.of[above]

    def _by_imports(self, folder: str, level: int) -> int:
        """The level imports give a folder, where they tell better than the layout's ``level``."""
        packages, own = self._layout.packages, depth(folder)
        settled = parent(folder) in self._evident
        if settled and folder in packages and parent(folder) in packages:
            return level
        best, count = self._evidence.best(folder, own + 1)
        needed = self._evidence.plain(folder, level) + 1
        if best > level and folder in packages:
            # Third parties' names can look like a part of a package; they are few beside the package's own.
            needed *= 2
        elif best > level and settled:
            needed = max(2, needed)
        if level == own and self._bare_names_suffice(folder, settled):
            needed += self._evidence.bare(folder, own)
        if count >= needed:
            return best
        if level < own and not self._imported_from(folder, level) and self._bare_names_suffice(folder, settled):
            return own
        return level

    def _bare_names_suffice(self, folder: str, settled: bool) -> bool:
        """Whether a folder's modules are imported by bare names, as they are where programs are started in it."""
        if settled and folder not in self._layout.tests:
            return False
        bare = self._evidence.bare(folder, depth(folder))
        needed = 2 if folder in self._layout.packages else 1
        return bare >= needed and 3 * bare >= self._layout.sizes[folder]

    def _imported_from(self, folder: str, level: int) -> int:
        return self._evidence.plain(folder, level) + self._evidence.bare(folder, level)

    def _has_manifest(self, folder: str) -> bool:
        path = os.path.join(self._layout.root, self._layout.source_root(folder, depth(folder)))
        return any(os.path.exists(os.path.join(path, name)) for name in _MANIFESTS)


def _inside(item: str, root: str) -> str | None:
    """A configured source root relative to the project root (the empty string for that itself), None if outside it."""
    relative = os.path.relpath(os.path.join(root, item), root).replace(os.sep, "/")
    if relative == ".." or relative.startswith("../"):
        return None
    return "" if relative == "." else relative
