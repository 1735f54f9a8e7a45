"""An installed environment: where it keeps its packages, and the file of a module in them.

Nothing in it is imported or run: the folders are found by the layout that venv, virtualenv, conda and Debian give them
(https://docs.python.org/3/library/site.html, https://docs.python.org/3/library/sysconfig.html#installation-paths).
"""

# Plain string paths: see discover.py.
# ruff: noqa: PTH110, PTH112, PTH113, PTH118, PTH119, PTH120, PTH202, PTH207

import os
import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from archlint.sources.read import Unreadable, read, stamp

_USUAL = (".venv", "venv")
_LAYOUTS = (
    "lib/python3*/site-packages",
    "Lib/site-packages",
    "lib/python3*/dist-packages",
    "local/lib/python3*/dist-packages",
)
_PYTHON = re.compile(r"python3\.?(\d+)")
_LARGEST = 1 << 20
"""Bytes of the largest file that is read; what is larger was generated, and takes longer than its classes are worth."""


class PackageFile(msgspec.Struct, frozen=True):
    """The file of a module of an installed package.

    Attributes:
        path: absolute, ``/``-separated.
        is_package: it is the ``__init__`` of a package.
        data: its bytes.
    """

    path: str
    is_package: bool
    data: bytes


class Environment:
    """Installed packages; folders are listed and files read when they are asked for.

    Attributes:
        folders: absolute folders that packages lie in, in the order Python would search them.
        stamps: modification time in nanoseconds and size, zeros for none, of everything that was looked for so far.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self.folders = folders
        self.stamps: dict[str, tuple[int, int]] = {}

    @cached_property
    def packages(self) -> frozenset[str]:
        """The top-level names that can be imported, and some that only look so."""
        entries = [entry for folder in self.folders for entry in self.entries(folder)]
        stems = (entry.removesuffix(".py").removesuffix(".pyi").removesuffix("-stubs") for entry in entries)
        return frozenset(stem for stem in stems if stem.isidentifier())

    def read(self, name: str) -> PackageFile | None:
        """The file of the module with a dotted name: of a package its ``__init__``, of what is written in C its stub; None
        where there is none or it cannot be read. A file larger than any written by hand is given as an empty one."""
        for path, is_package in self._candidates(name):
            data = self.content(path)
            if data is not None:
                return PackageFile(path, is_package, data)
        return None

    def entries(self, folder: str) -> list[str]:
        """The names of what lies in a folder."""
        self.stamps[folder] = stamp(folder)[:2]
        return _listing(folder)

    def content(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        self.stamps[path] = stamp(path)[:2]
        if not os.path.isfile(path):
            return None
        data = b"" if os.path.getsize(path) > _LARGEST else read(path)
        return None if isinstance(data, Unreadable) else data

    def _candidates(self, name: str) -> Iterator[tuple[str, bool]]:
        top, *rest = name.split(".")
        for ending in (".py", ".pyi"):
            for folder in self.folders:
                path = "/".join((folder, top, *rest))
                yield f"{path}/__init__{ending}", True
                yield f"{path}{ending}", False
        for folder in self.folders:
            path = "/".join((folder, f"{top}-stubs", *rest))
            yield f"{path}/__init__.pyi", True
            yield f"{path}.pyi", False


def environment_at(path: str, root: str) -> Environment | None:
    """The environment a path names: its folder, its interpreter, or the folder its packages lie in; None where it
    names none.

    Args:
        path: absolute.
        root: the project root, absolute. What an editable installation takes from inside it is no package but the
            project itself.
    """
    above = os.path.dirname(path)
    prefixes = (path,) if os.path.isdir(path) else (os.path.dirname(above), above) if os.path.isfile(path) else ()
    for prefix in prefixes:
        folders = _package_folders(prefix, os.path.basename(path))
        if not folders and any(entry.endswith(".dist-info") for entry in _listing(prefix)):
            folders = [prefix]
        if folders:
            return Environment((*folders, *_linked(folders, root)))
    return None


def usual_environment(root: str) -> Environment | None:
    """The environment in ``.venv`` or ``venv`` in the project root or, inside a git repository, in a folder above it up
    to the repository's top.

    ``VIRTUAL_ENV`` plays no part: findings are not to depend on the shell a run was started from.
    """
    for folder in _up_to_repository(root):
        for name in _USUAL:
            path = f"{folder}/{name}"
            found = environment_at(path, root) if os.path.isdir(path) else None
            if found is not None:
                return found
    return None


def watched(environment: Environment | None, path: str | None, root: str) -> Iterator[str]:
    """What can be looked at to tell that an environment is still what it was: absolute paths of files, there or not,
    and, ending in ``/``, of folders.

    Args:
        environment: what was found, if anything.
        path: the absolute path it was looked for at; None for the usual places.
        root: the project root, absolute.
    """
    if path is None:
        prefixes = [f"{folder}/{name}" for folder in _up_to_repository(root) for name in _USUAL]
    else:
        prefixes = [path, os.path.dirname(path), os.path.dirname(os.path.dirname(path))]
    for prefix in prefixes:
        yield prefix
        for layout in _LAYOUTS:
            library = f"{prefix}/{layout.partition('/python3*')[0]}"
            yield f"{library}/"
            yield from (f"{library}/{entry}/" for entry in _listing(library) if entry.startswith("python3"))
    for folder in environment.folders if environment else ():
        yield f"{folder}/"
        yield from (f"{folder}/{entry}" for entry in _listing(folder) if entry.endswith(".pth"))
    for file in environment.stamps if environment else ():
        # Where there is no file, the folder that would hold it tells of many.
        yield file if os.path.isfile(file) else _nearest_folder(file)


def _nearest_folder(path: str) -> str:
    folder = os.path.dirname(path)
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return f"{folder}/"


def _up_to_repository(root: str) -> list[str]:
    folders = [root]
    while not os.path.exists(f"{folders[-1]}/.git"):
        above = os.path.dirname(folders[-1])
        if above == folders[-1]:
            return [root]
        folders.append(above)
    return folders


def _package_folders(prefix: str, interpreter: str) -> list[str]:
    """The folders of the version of Python an interpreter's name tells, else the newest that has any."""
    from glob import escape, glob

    found = [path.replace(os.sep, "/") for layout in _LAYOUTS for path in glob(f"{escape(prefix)}/{layout}")]
    wanted = _PYTHON.match(interpreter)
    versions = {int(version[1]) for path in found if (version := _PYTHON.search(path, len(prefix)))}
    chosen = int(wanted[1]) if wanted else max(versions, default=0)
    return [path for path in found if not (version := _PYTHON.search(path, len(prefix))) or int(version[1]) == chosen]


def _linked(folders: list[str], root: str) -> list[str]:
    """The folders that ``.pth`` files of editable installations name, those of the project itself left out. Their lines
    that are code are not run."""
    found: dict[str, None] = {}
    own = os.path.join(os.path.realpath(root), "")
    for folder in folders:
        for entry in _listing(folder):
            if entry.endswith(".pth") and not entry.startswith("."):
                content = read(f"{folder}/{entry}")
                text = "" if isinstance(content, Unreadable) else content.decode("utf-8", "replace")
                for line in text.split("\n"):
                    path = _linked_folder(folder, line.rstrip())
                    if path and path not in folders and not os.path.join(os.path.realpath(path), "").startswith(own):
                        found[path] = None
    return list(found)


def _linked_folder(folder: str, line: str) -> str:
    if not line or "\0" in line or line.startswith(("#", "import ", "import\t")):
        return ""
    path = os.path.normpath(os.path.join(folder, line)).replace(os.sep, "/")
    return path if os.path.isdir(path) else ""


def _listing(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return []
