"""``extend``: a configuration that begins with what others say.

As in ruff (https://docs.astral.sh/ruff/settings/#extend): a file named in ``extend`` is read first, its own ``extend``
included, and what the extending file says takes its place, key by key; paths and patterns count from the folder of the
file they stand in. The tables ``severity``, ``per-file-ignores``, ``layers`` and each rule's options merge key by key,
and so do ``contracts``, by their names.
"""

import os
import re
from pathlib import Path
from typing import Any

import msgspec

from archlint.config.decode import decode
from archlint.config.gitignore import parse_line, to_regex
from archlint.config.globs import compile_glob
from archlint.config.load import OWN_FILE, SHARED_FILE, read
from archlint.config.model import Config, absolute, is_file, is_folder, shown
from archlint.config.nearest import hint
from archlint.config.settings import ORDER_KEY, Settings
from archlint.config.words import KeyPath, tick

_TABLES = ("severity", "per-file-ignores", "layers")
_Read = tuple[Config, dict[str, Any]]


def extended(config: Config, data: dict[str, Any], root: Path | None, trail: tuple[Path, ...] = ()) -> _Read:
    """A configuration together with those it extends.

    Args:
        config: what its own file says.
        data: the table it was decoded from.
        root: what all paths are relative to, where it is not each file's own folder.
        trail: the files on the way that led here, for cycles.

    Returns:
        The whole, and the table it would have been decoded from.

    Raises:
        ConfigError: an extended file is missing, wrong in itself, or extends one that is being read.
    """
    if config.settings.extend == () or config.path is None:
        return config, data
    trail = (*trail, config.path)
    merge = _Merge(config.root)
    bases: tuple[Path, ...] = ()
    for key, written in _paths(config):
        path = _base(config, key, written, trail)
        base, table = extended(*read(path, root), root, trail)
        bases += (path, *base.bases)
        merge.add(base, table)
    merge.add(config, data)
    settings = decode(config, (), merge.data, Settings)
    return msgspec.structs.replace(config, settings=settings, written=merge.written, bases=bases), merge.data


def _paths(config: Config) -> list[tuple[KeyPath, str]]:
    written = config.settings.extend
    if isinstance(written, str):
        return [(("extend",), written)]
    return [(("extend", item), path) for item, path in enumerate(written)]


def _base(config: Config, key: KeyPath, written: str, trail: tuple[Path, ...]) -> Path:
    """The file an item of ``extend`` names, from the folder of the file it stands in."""
    path = absolute(trail[-1].parent / os.path.expanduser(written))  # noqa: PTH111
    if path in trail:
        circle = " → ".join(shown(step) for step in (*trail[trail.index(path) :], path))
        raise config.error(key, f"`extend`: {tick(written)} leads back to itself: {circle}")
    if is_folder(path):
        raise config.error(key, f"`extend`: {tick(written)} is a folder; name the {OWN_FILE} or {SHARED_FILE} in it")
    if not is_file(path):
        raise config.error(key, f"`extend`: there is no file {tick(written)}{hint(path.name, _files_in(path.parent))}")
    return path


def _files_in(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.suffix == ".toml")
    except OSError:
        return []


class _Merge:
    """Tables laid over one another, later ones on top.

    Attributes:
        data: the result, its paths and patterns relative to ``root``.
        written: for each of its keys, the configuration that brought it and the key's path there.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data: dict[str, Any] = {}
        self.written: dict[KeyPath, tuple[Config, KeyPath]] = {}

    def add(self, config: Config, data: dict[str, Any]) -> None:
        for key, value in data.items():
            if key in _TABLES:
                for name, inner in value.items():
                    self.put(config, (key, name), inner)
            elif key == "rules":
                for rule, options in value.items():
                    self.data.setdefault("rules", {}).setdefault(rule, {})
                    for option, inner in options.items():
                        self.put(config, (key, rule, option), inner)
            elif key == "contracts":
                for item, contract in enumerate(value):
                    self.put_contract(config, item, contract)
            else:
                self.put(config, (key,), value)

    def put(self, config: Config, key: KeyPath, value: Any) -> None:
        place, value = self.moved(config, key, value)
        if place is None:
            return
        table: dict[str | int, Any] = self.data  # type: ignore[assignment]
        for step in place[:-1]:
            table = table.setdefault(step, {})
        table[place[-1]] = value
        self.written[place] = (config, key)

    def put_contract(self, config: Config, item: int, contract: Any) -> None:
        contracts = self.data.setdefault("contracts", [])
        names = [written["name"] for written in contracts]
        place = names.index(contract["name"]) if contract["name"] in names else len(contracts)
        contracts[place : place + 1] = [contract]
        self.written["contracts", place] = (config, ("contracts", item))

    def moved(self, config: Config, key: KeyPath, value: Any) -> tuple[KeyPath | None, Any]:
        """A key and its value as they would be written in ``root``; no key where its pattern can match nothing there."""
        if config.root == self.root:
            return key, value
        if key == ("src",):
            return key, [os.path.relpath(config.root / folder, self.root).replace(os.sep, "/") for folder in value]
        if key == ("exclude",) or (key[0] == "layers" and key[1] != ORDER_KEY):
            patterns = [self.pattern(config, (*key, item), text) for item, text in enumerate(value)]
            return key, [pattern for pattern in patterns if pattern]
        if key[0] == "per-file-ignores":
            pattern = self.pattern(config, key, str(key[1]))
            return (key[0], pattern) if pattern else None, value
        return key, value

    def pattern(self, config: Config, key: KeyPath, text: str) -> str:
        """A pattern as it would be written in ``root``; empty where it can match nothing there."""
        compile_glob(config, key, text)
        parsed = parse_line(text)
        if parsed is None or not parsed.anchored or parsed.text.startswith("**/"):
            return text
        up = Path(os.path.relpath(config.root, self.root)).parts
        down = [part for part in up if part != ".."]
        mark, slash = "!" * parsed.negated, "/" * parsed.folders_only
        if len(down) == len(up):
            return f"{mark}/{'/'.join([*map(_escaped, down), parsed.text])}{slash}"
        inside = "" if down else _below(f"{parsed.text}{slash}", self.root.parts[-len(up) :])
        return f"{mark}/{inside}" if inside else ""


def _escaped(name: str) -> str:
    return "".join(f"\\{char}" if char in "*?[\\" else char for char in name)


def _below(pattern: str, folders: tuple[str, ...]) -> str:
    """What is left of a pattern inside the folders it begins with; empty where it leads elsewhere."""
    left = pattern
    for folder in folders:
        segment, _, rest = left.partition("/")
        if segment == "**":
            break
        regex = to_regex(segment, anchored=False)
        if regex is None or not re.fullmatch(regex, folder, re.DOTALL):
            return ""
        if not rest:
            return "**"
        left = rest
    return left
