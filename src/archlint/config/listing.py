"""Every setting in force, and where it was written."""

import json
from typing import Any, NamedTuple

import msgspec

from archlint.config.model import Config, shown
from archlint.config.settings import ORDER_KEY, Settings
from archlint.config.words import KeyPath, spell


class Setting(NamedTuple):
    """One setting: its key, its value, and the file and line (from 1) it stands in; None where it is the default."""

    key: str
    value: Any
    path: str | None
    line: int | None


def listing(config: Config) -> list[Setting]:
    """The settings in force in the order the documentation has them, the entries of tables one by one."""
    data = msgspec.to_builtins(config.settings)
    data["layers"] = {ORDER_KEY: config.settings.layer_order, **data["layers"]}
    data["contracts"] = [{"name": contract.pop("name"), **contract} for contract in data["contracts"]]
    return [
        _setting(config, key, value)
        for field in msgspec.structs.fields(Settings)
        for key, value in _entries((field.encode_name,), data[field.encode_name])
        if value is not None
    ]


def _entries(key: KeyPath, value: Any) -> list[tuple[KeyPath, Any]]:
    """A table's entries, down to what is no table; contracts one by one; anything else is an entry itself."""
    if isinstance(value, dict) and value:
        return [entry for name, inner in value.items() for entry in _entries((*key, name), inner)]
    if key == ("contracts",) and value:
        return [((*key, item), contract) for item, contract in enumerate(value)]
    return [(key, value)]


def _setting(config: Config, key: KeyPath, value: Any) -> Setting:
    origin, path = config.origin(key)
    name = spell([str(part) for part in key])
    if origin.path is None or not origin.is_written(path):
        return Setting(name, value, None, None)
    return Setting(name, value, shown(origin.path), origin.where(path))


def toml(value: Any) -> str:
    """A setting's value as TOML writes it on one line."""
    if value == {}:
        return "{}"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{spell([key])} = {toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    return str(value).lower() if isinstance(value, bool) else str(value)
