"""The settings a project can write down, as ``[tool.archlint]`` or ``archlint.toml`` spells them (kebab-case)."""

from typing import Any, Literal, get_args

import msgspec

Preset = Literal["recommended", "strict"]
SeverityName = Literal["error", "warning"]
Repositories = Literal["allowed", "required", "avoid"]
OrmStyle = Literal["2.0", "query"]
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
"""The layers archlint knows, from the outermost in; ``migration`` and ``test`` stand beside that order."""

Level = str | tuple[str, ...]
"""One level of an order, as written; see ``contracts.siblings``."""

ORDER_KEY = "order"
"""The key of ``[layers]`` that names no layer."""

ORDER: tuple[Level, ...] = (
    "app", "router", "dependency", "service", "repository", ("model", "schema"), "domain", "core",
)  # fmt: skip
"""The order of the layers unless ``layers.order`` says otherwise: each may import only what is not above it."""


class Settings(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """One table of settings, as written; every key is optional.

    Attributes:
        extend: another configuration file to begin with, or several; later ones win, and this file over all.
        src: folders imports start from, relative to this file; what a bare ``archlint check`` checks.
        exclude: gitignore-style patterns of files and folders left out, beside the defaults and .gitignore.
        preset: which rules are on before ``select`` and ``ignore`` speak.
        select: the rules to run instead of the preset's: codes, code prefixes (``ARC1``), names or ``ALL``. An empty
            array is not the same as no ``select``: it selects nothing.
        extend_select: rules to run as well.
        ignore: rules not to run.
        per_file_ignores: gitignore-style pattern to the rules not reported there.
        severity: rule, by code or name, to the severity it is reported with.
        repositories: whether the project wants a repository layer: ``allowed`` leaves that to the code, ``required`` makes
            errors of what goes round one, ``avoid`` of repositories that do nothing.
        orm_style: the style of queries the project writes: SQLAlchemy's ``2.0`` or ``query``.
        public_paths: patterns of URL paths that need no authentication (``/webhooks/*``).
        plugins: packages of further rules, importable where archlint is installed.
        python: the environment to look installed packages up in: its folder, its interpreter or a folder of packages,
            relative to the configuration file; empty for none. None when not written: a ``.venv`` or ``venv`` is found.
        layers: layer to gitignore-style patterns of the files that belong to it, whatever archlint would have thought.
            ``order`` in it is the order of the layers from the top down, and names layers of your own.
        contracts: what else must hold of imports.
        rules: rule, by code or name, to that rule's options.
    """

    extend: str | tuple[str, ...] = ()
    src: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    preset: Preset = "recommended"
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = {}
    severity: dict[str, SeverityName] = {}
    repositories: Repositories = "allowed"
    orm_style: OrmStyle = "2.0"
    public_paths: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    python: str | None = None
    layers: dict[str, tuple[Level, ...]] = {}
    contracts: tuple[dict[str, Any], ...] = ()
    rules: dict[str, dict[str, Any]] = {}

    @property
    def layer_globs(self) -> dict[str, tuple[str, ...]]:
        """Layer to its globs."""
        return {name: globs for name, globs in self.layers.items() if name != ORDER_KEY}  # type: ignore[misc]

    @property
    def layer_order(self) -> tuple[Level, ...]:
        """The order of the layers, from the top down."""
        return self.layers.get(ORDER_KEY, ORDER)
