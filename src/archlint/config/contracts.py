"""What ``[[contracts]]`` can say about imports; the words and what they mean are import-linter's.

Source: https://import-linter.readthedocs.io/en/stable/contract_types/. Keys are in kebab-case here.
"""

import re
from typing import NamedTuple

import msgspec

from archlint.config.decode import decode
from archlint.config.model import Config
from archlint.config.settings import Level


class _Contract(
    msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True, tag_field="type"
):
    """What every contract has.

    Attributes:
        name: what findings call it; of two contracts with one name the later counts (see ``extend``).
        reason: why it holds; findings give it as their help.
        ignore_imports: imports the contract does not see: ``importer -> imported``, with the wildcards ``*`` (one part
            of a name) and ``**`` (one or more).
    """

    name: str
    reason: str = ""
    ignore_imports: tuple[str, ...] = ()


class LayersContract(_Contract, frozen=True, tag="layers"):
    """Modules that may import only what stands below them, not even by way of modules that stand nowhere.

    Attributes:
        layers: from the top down; ``a | b`` are siblings that may not import one another, ``a : b`` and arrays are
            siblings that may; ``(a)`` need not exist.
        containers: packages each of which has these layers; names in ``layers`` are then relative to them.
        exhaustive: every child of a container has to be named among the layers.
        exhaustive_ignores: names of children that need not be, all the same.
    """

    layers: tuple[Level, ...]
    containers: tuple[str, ...] = ()
    exhaustive: bool = False
    exhaustive_ignores: tuple[str, ...] = ()


class ForbiddenContract(_Contract, frozen=True, tag="forbidden"):
    """Modules that may not import certain others.

    Attributes:
        source_modules: the importers; with the wildcards ``*`` and ``**``.
        forbidden_modules: what they may not import: modules of the project, or third-party packages.
        allow_indirect_imports: only direct imports count.
        as_packages: a module stands for all modules inside it too.
    """

    source_modules: tuple[str, ...]
    forbidden_modules: tuple[str, ...]
    allow_indirect_imports: bool = False
    as_packages: bool = True


class IndependenceContract(_Contract, frozen=True, tag="independence"):
    """Modules none of which may import another, not even by way of further modules.

    Attributes:
        modules: the modules; with the wildcards ``*`` and ``**``.
    """

    modules: tuple[str, ...]


Contract = LayersContract | ForbiddenContract | IndependenceContract


def contracts(config: Config) -> tuple[Contract, ...]:
    """The contracts of a configuration.

    Raises:
        ConfigError: a key a contract does not have, or a wrong value.
    """
    return decode(config, ("contracts",), list(config.settings.contracts), tuple[Contract, ...])


class Siblings(NamedTuple):
    """One level of an order: its names, which of them need not exist, and whether they must leave one another alone."""

    names: tuple[str, ...]
    optional: frozenset[str]
    independent: bool


def siblings(level: Level) -> Siblings:
    """A level as written, taken apart.

    Raises:
        ValueError: it mixes ``|`` and ``:``, or has an empty or repeated name; the message is for the user.
    """
    if isinstance(level, str):
        if "|" in level and ":" in level:
            raise ValueError("`|` and `:` cannot stand in one level")
        independent = ":" not in level
        written = [part.strip() for part in level.replace("|", ":").split(":")]
    else:
        independent, written = False, [part.strip() for part in level]
    names = tuple(name[1:-1].strip() if name[:1] + name[-1:] == "()" else name for name in written)
    if not all(names) or not names:
        raise ValueError("a name is missing")
    if len(set(names)) < len(names):
        raise ValueError("a name stands there twice")
    optional = frozenset(name for name, text in zip(names, written, strict=True) if name != text)
    return Siblings(names, optional, independent)


class IgnoredImport(NamedTuple):
    """An ``ignore-imports`` entry as two patterns, to be matched against whole module names."""

    importer: re.Pattern[str]
    imported: re.Pattern[str]


def module_pattern(expression: str) -> re.Pattern[str]:
    """The module names an expression means, as an expression of ``re`` to be matched against all of a name.

    Args:
        expression: a dotted name in which ``*`` stands for one part and ``**`` for one or more.

    Raises:
        ValueError: it is none; the message is for the user.
    """
    parts = expression.split(".")
    if not all(part in _WILD or part.isidentifier() for part in parts):
        raise ValueError("not a module name; `*` stands for one part of it and `**` for one or more")
    return re.compile(r"\.".join(_WILD.get(part, part) for part in parts))


def ignored_import(entry: str) -> IgnoredImport:
    """An ``ignore-imports`` entry, ``importer -> imported``.

    Raises:
        ValueError: it is none; the message is for the user.
    """
    importer, arrow, imported = (part.strip() for part in entry.partition("->"))
    if not arrow:
        raise ValueError("expected `importer -> imported`")
    return IgnoredImport(module_pattern(importer), module_pattern(imported))


_WILD = {"*": r"[^.]+", "**": r".+"}
