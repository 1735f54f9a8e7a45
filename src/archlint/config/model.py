"""A configuration: the settings, and where each of them was written."""

import os
from pathlib import Path

import msgspec

from archlint.config.settings import Settings
from archlint.config.words import KeyPath
from archlint.core import ConfigError


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Settings and the file they come from.

    Attributes:
        settings: what the file says.
        root: absolute folder that paths and patterns of the settings are relative to: the file's own, unless the file
            was named with ``--config``: then the project's.
        path: absolute path of the file; None when there is none.
        text: the file's text, from which the line of a key is found when an error needs it.
        table: the table of that text that holds the settings: empty in ``archlint.toml``, ``("tool", "archlint")`` in
            ``pyproject.toml``.
        written: where each key stands that does not stand at its own place in this file, because ``extend`` brought it:
            the configuration it is from, and its path there.
        bases: absolute paths of all files that ``extend`` led to, also of those that had nothing to add.
    """

    settings: Settings
    root: Path
    path: Path | None = None
    text: str = ""
    table: tuple[str, ...] = ()
    written: dict[KeyPath, tuple["Config", KeyPath]] = {}
    bases: tuple[Path, ...] = ()

    def origin(self, key: KeyPath) -> tuple["Config", KeyPath]:
        """The configuration whose file holds a key, this one or one it extends, and the key's path there."""
        for end in range(len(key), 0, -1):
            if key[:end] in self.written:
                config, path = self.written[key[:end]]
                return config.origin((*path, *key[end:]))
        return self, key

    def owns(self, key: KeyPath) -> bool:
        """Whether a key stands in this very file. What an extended file says speaks to other projects too."""
        return self.origin(key)[0].path == self.path

    def where(self, key: KeyPath) -> int:
        """The 1-based line that names a key, given from the settings' own table down, with item numbers from 0.

        ``("select", 0)`` is the line of the first selector. Where the key itself is not written, the line of the
        nearest key above it; 0 where there is none.
        """
        from archlint.config.keys import key_lines

        lines = key_lines(self.text)
        path = (*self.table, *key)
        return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 0)

    def is_written(self, key: KeyPath) -> bool:
        """Whether this file names a key itself."""
        from archlint.config.keys import key_lines

        return (*self.table, *key) in key_lines(self.text)

    def error(self, key: KeyPath, message: str) -> ConfigError:
        """The error to raise for one key: names the file it stands in and its line there."""
        if self.path is None:
            return ConfigError("settings", 0, message)
        config, path = self.origin(key)
        return ConfigError(shown(config.path or self.path), config.where(path), message)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files the settings come from, this one first."""
        return tuple(dict.fromkeys((self.path, *self.bases))) if self.path else ()


def shown(path: Path) -> str:
    """A path as an error names it: relative to the working directory unless that is longer; ``/``-separated."""
    full = str(absolute(path))
    try:
        relative = os.path.relpath(full)
    except ValueError:  # another drive
        relative = full
    return min(relative, full, key=len).replace(os.sep, "/")


def absolute(path: Path) -> Path:
    """A path from the root, without ``..``; symbolic links stay, so that files keep the names the user knows."""
    return Path(os.path.abspath(path))  # noqa: PTH100


# Before Python 3.14 the methods of Path raise PermissionError where a folder on the way may not be searched.


def is_file(path: Path) -> bool:
    """Whether there is a file; False where that cannot be found out."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Whether there is a folder; False where that cannot be found out."""
    return os.path.isdir(path)  # noqa: PTH112
