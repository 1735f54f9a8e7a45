"""Finding and reading the configuration file."""

import re
from pathlib import Path
from typing import Any

import msgspec

from archlint.config.model import Config, absolute, is_file, shown
from archlint.config.settings import Settings
from archlint.config.words import spell
from archlint.core import ConfigError

OWN_FILE = "archlint.toml"
SHARED_FILE = "pyproject.toml"
_TABLE = ("tool", "archlint")


def find(start: Path) -> Path | None:
    """The configuration file of a file or folder: the nearest one at or above it.

    ``archlint.toml`` counts, and ``pyproject.toml`` where it has ``[tool.archlint]``; in one folder the former wins. A
    ``pyproject.toml`` that mentions archlint and cannot be read counts as well, so that ``load`` tells what is wrong
    with it rather than the next file up being taken in silence.
    """
    start = absolute(start)
    for folder in (start, *start.parents):
        own = folder / OWN_FILE
        if is_file(own):
            return own
        shared = folder / SHARED_FILE
        if is_file(shared) and _may_configure(shared):
            return shared
    return None


def load(path: Path, root: Path | None = None) -> Config:
    """The configuration in a file: the table ``[tool.archlint]`` of a ``pyproject.toml``, the whole of any other.

    Args:
        path: the file.
        root: the folder that paths and patterns are relative to, those of extended files too; the folder of the file
            they stand in when not given.

    Raises:
        ConfigError: a file cannot be read, is not UTF-8 or not TOML, or a setting is wrong.
    """
    config, data = read(path, root)
    if config.settings.extend != ():
        from archlint.config.extend import extended

        config, _ = extended(config, data, root)
    if config.settings.layers:
        from archlint.config.checks import check_layers

        check_layers(config)
    return config


def read(path: Path, root: Path | None) -> tuple[Config, dict[str, Any]]:
    """The configuration in one file, whatever it extends, and its table as tomli reads it; see ``load``."""
    from archlint.config.checks import check_file
    from archlint.config.decode import decode, found

    path = absolute(path)
    text = _text(path)
    table = _TABLE if path.name == SHARED_FILE else ()
    config = Config(settings=Settings(), root=root or path.parent, path=path, text=text, table=table)
    data = _settings_of(_parsed(path, text), table)
    if data is None:
        raise ConfigError(shown(path), 0, f"there is no table `{spell(table)}`")
    if not isinstance(data, dict):
        raise config.error((), f"`{spell(table)}`: expected a table, found {found(data)}")
    if not table and isinstance(data.get("tool"), dict):
        raise config.error(("tool",), f"unknown key `tool`; the settings of {path.name} stand at its top level")
    config = msgspec.structs.replace(config, settings=decode(config, (), data, Settings))
    check_file(config)
    return config, data


def default(root: Path | None = None) -> Config:
    """The configuration of a project that has none: every setting at its default.

    Args:
        root: the project's folder; the working directory when not given.
    """
    return Config(settings=Settings(), root=absolute(root or Path()))


def _settings_of(data: Any, table: tuple[str, ...]) -> Any:
    """What stands at a table's place; None when nothing does."""
    for key in table:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _may_configure(path: Path) -> bool:
    import tomli

    try:
        raw = path.read_bytes()
        # Parsing a whole manifest costs a millisecond or more; most never mention us.
        return b"archlint" in raw and _settings_of(tomli.loads(_decoded(raw)), _TABLE) is not None
    except (OSError, ValueError, RecursionError):
        return True


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8-sig")


def _text(path: Path) -> str:
    raw = b""
    try:
        raw = path.read_bytes()
        return _decoded(raw)
    except OSError as failure:
        raise ConfigError(shown(path), 0, f"cannot be read: {failure.strerror or failure}") from None
    except UnicodeDecodeError as failure:
        line = raw.count(b"\n", 0, failure.start) + 1
        byte = raw[failure.start]
        raise ConfigError(shown(path), line, f"not UTF-8: byte 0x{byte:02x} ({failure.reason})") from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    import tomli

    try:
        return tomli.loads(text)
    except RecursionError:
        raise ConfigError(shown(path), 0, "not valid TOML: nested too deep") from None
    except ValueError as failure:  # TOMLDecodeError, and integers of more digits than int() takes
        message = str(failure)
        place = re.search(r"\(at line (\d+), column \d+\)$", message)
        line = int(place[1]) if place else text.count("\n") + 1 if "(at end of document)" in message else 0
        raise ConfigError(shown(path), line, f"not valid TOML: {message}") from None
