"""The settings a project can write down, as ``[tool.archlint]`` or ``archlint.toml`` spells them (kebab-case)."""

from typing import Any, Literal, get_args

import msgspec

Preset = Literal["recommended", "strict"]
SeverityName = Literal["error", "warning"]
LayerName = Literal[
    "app",
    "router",
    "dependency",
    "service",
    "repository",
    "schema",
    "model",
    "domain",
    "core",
    "migration",
    "test",
]

PRESETS: tuple[Preset, ...] = get_args(Preset)
"""The presets, each containing the rules of those before it."""

LAYERS: tuple[LayerName, ...] = get_args(LayerName)
"""Every layer a module can have, from the outermost in; ``migration`` and ``test`` stand beside that order."""


class Settings(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """One table of settings, as written; every key is optional.

    Attributes:
        src: source roots, relative to the configuration file; what a bare ``archlint check`` checks.
        exclude: gitignore-style patterns of files and folders left out, beside the defaults and .gitignore.
        preset: which rules are on before ``select`` and ``ignore`` speak.
        select: the rules to run instead of the preset's: codes, code prefixes (``ARC1``), names or ``ALL``. None when
            not written; an empty array is something else, it selects nothing.
        extend_select: rules to run beside those.
        ignore: rules not to run.
        per_file_ignores: gitignore-style pattern to the rules not reported there.
        severity: rule, by code or name, to the severity it is reported with.
        python: the environment to look installed packages up in: its folder, its interpreter or a folder of packages,
            relative to the configuration file; empty for none. None when not written: a ``.venv`` or ``venv`` is found.
        layers: layer to the globs of the modules that belong to it, whatever archlint would have thought.
        rules: rule, by code or name, to that rule's options, not yet decoded (see ``options``).
    """

    src: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    preset: Preset = "recommended"
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = {}
    severity: dict[str, SeverityName] = {}
    python: str | None = None
    layers: dict[LayerName, tuple[str, ...]] = {}
    rules: dict[str, dict[str, Any]] = {}
