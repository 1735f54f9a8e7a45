"""What a decoded table must obey beyond the types of its values."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from archlint.config.contracts import (
    Contract,
    ForbiddenContract,
    LayersContract,
    contracts,
    ignored_import,
    module_pattern,
    siblings,
)
from archlint.config.model import Config
from archlint.config.nearest import hint
from archlint.config.settings import LAYERS, ORDER_KEY, Level
from archlint.config.words import KeyPath, spell, subject, tick

Written = TypeVar("Written")
Read = TypeVar("Read")


def check_file(config: Config) -> None:
    """Raise ConfigError for the first value of a file that is wrong although its type is right."""
    settings = config.settings
    for name, globs in settings.layers.items():
        for item, glob in enumerate(globs):
            if name != ORDER_KEY and not isinstance(glob, str):
                place = ("layers", name, item)
                raise config.error(place, f"{subject(place)}: expected a string, found an array")
    for item, path in enumerate(settings.public_paths):
        if not path.startswith("/"):
            raise config.error(("public-paths", item), f"`public-paths`: {tick(path)} does not begin with `/`")
    for item, package in enumerate(settings.plugins):
        if not all(part.isidentifier() for part in package.split(".")):
            raise config.error(("plugins", item), f"`plugins`: {tick(package)} is not the name of a package")
    if settings.contracts:
        _check_contracts(config)


def _check_contracts(config: Config) -> None:
    found = contracts(config)
    for item, contract in enumerate(found):
        _check_contract(config, ("contracts", item), contract)
        if contract.name in [other.name for other in found[:item]]:
            key = ("contracts", item, "name")
            raise config.error(key, f"{subject(key)}: {tick(contract.name)} is the name of a contract above it")


def check_layers(config: Config) -> None:
    """Raise ConfigError for a layer that is neither archlint's nor complete: with a place in ``order``, and with files.

    Made for the whole configuration, as one file may name the layer and another its files.
    """
    layers = config.settings.layers
    ordered = _check_levels(config, ("layers", ORDER_KEY), layers.get(ORDER_KEY, ()))
    for name in layers:
        if name not in (*LAYERS, *ordered, ORDER_KEY):
            advice = "a layer of your own must have its place in `order`"
            message = f"unknown key `{spell([name])}` in `layers`{hint(name, [*LAYERS, *ordered, ORDER_KEY], advice)}"
            raise config.error(("layers", name), message)
    for name, item in ordered.items():
        if name not in LAYERS and name not in layers:
            advice = "give a layer of your own its files, in a key of its name under `[layers]`"
            key = ("layers", ORDER_KEY, item)
            raise config.error(key, f"{subject(key)}: unknown layer {tick(name)}{hint(name, LAYERS, advice)}")


def _check_levels(config: Config, key: KeyPath, levels: Iterable[Level]) -> dict[str, int]:
    """The names of some levels, each with the number of its level."""
    names: dict[str, int] = {}
    for item, level in enumerate(levels):
        found = _read(config, (*key, item), siblings, level)
        if found.optional and key[0] == "layers":
            raise config.error((*key, item), f"{subject((*key, item))}: layers in parentheses are for contracts")
        for name in found.names:
            if name in names:
                message = f"{subject((*key, item))}: {tick(name)} stands in item {names[name] + 1} already"
                raise config.error((*key, item), message)
            names[name] = item
    return names


def _check_contract(config: Config, key: KeyPath, contract: Contract) -> None:
    if isinstance(contract, LayersContract):
        _check_layered(config, key, contract)
        named = {"containers": contract.containers}
    elif isinstance(contract, ForbiddenContract):
        named = {"source-modules": contract.source_modules, "forbidden-modules": contract.forbidden_modules}
    else:
        named = {"modules": contract.modules}
    for name, expressions in named.items():
        if not expressions and name != "containers":
            raise config.error((*key, name), f"{subject((*key, name))}: names no module")
        for item, expression in enumerate(expressions):
            _read(config, (*key, name, item), module_pattern, expression)
    for item, entry in enumerate(contract.ignore_imports):
        _read(config, (*key, "ignore-imports", item), ignored_import, entry)


def _check_layered(config: Config, key: KeyPath, contract: LayersContract) -> None:
    names = _check_levels(config, (*key, "layers"), contract.layers)
    for name, item in names.items():
        _read(config, (*key, "layers", item), module_pattern, name)
        if "*" in name:
            place = (*key, "layers", item)
            raise config.error(place, f"{subject(place)}: {tick(name)}: layers take no wildcards, only containers do")
    if contract.exhaustive and not contract.containers:
        raise config.error((*key, "exhaustive"), f"{subject((*key, 'exhaustive'))}: needs `containers`")
    if not names:
        raise config.error((*key, "layers"), f"{subject((*key, 'layers'))}: names no module")


def _read(config: Config, key: KeyPath, reader: Callable[[Written], Read], written: Written) -> Read:
    try:
        return reader(written)
    except ValueError as wrong:
        shown = f"{tick(written)}: " if isinstance(written, str) else ""
        raise config.error(key, f"{subject(key)}: {shown}{wrong}") from None
