"""Loading rules: a rule package is a package whose modules each define one rule."""

import functools
import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from archlint.config import Config, RuleInfo, find, load
from archlint.core import Rule, UsageError

OURS = "archlint.rules"


@functools.cache
def known_rules(packages: tuple[str, ...] = (OURS,)) -> tuple[Rule, ...]:
    """Every rule of the packages and their sub-packages, by code.

    Raises:
        ValueError: two rules share a code or a name, a module defines no rule, or a package is none.
    """
    rules = sorted((rule for package in packages for rule in _rules_of(package)), key=lambda rule: rule.code)
    for key in ("code", "name"):
        seen = [getattr(rule, key) for rule in rules]
        twice = sorted({value for value in seen if seen.count(value) > 1})
        if twice:
            raise ValueError(f"two rules share the {key} {twice[0]}")
    return tuple(rules)


def rules_for(config: Config) -> tuple[Rule, ...]:
    """The rules a configuration knows: archlint's own, and those of the packages it names in ``plugins``.

    Raises:
        ConfigError: a package cannot be imported, or what it holds are no rules; archlint says so instead of it.
    """
    packages: tuple[str, ...] = (OURS,)
    for item, package in enumerate(config.settings.plugins):
        packages += (package,)
        try:
            known_rules(packages)
        except Exception as failure:  # whatever somebody else's module raises while it is imported
            what = f"{type(failure).__name__}: {failure}" if not isinstance(failure, ValueError) else str(failure)
            raise config.error(("plugins", item), f"`plugins`: cannot load `{package}`: {what}") from None
    return known_rules(packages)


def infos(rules: Iterable[Rule]) -> list[RuleInfo]:
    """What the configuration has to know of rules."""
    return [RuleInfo(rule.code, rule.name, rule.preset, rule.severity) for rule in rules]


def rules_near(folder: str) -> tuple[Rule, ...]:
    """The rules that the configuration of a folder knows; archlint's own where it is wrong, for they help to mend it."""
    path = find(Path(folder))
    try:
        return rules_for(load(path)) if path else known_rules()
    except UsageError:
        return known_rules()


def _rules_of(package: str) -> list[Rule]:
    module = importlib.import_module(package)
    if not hasattr(module, "__path__"):
        raise ValueError("it is a module, not a package")
    rules = []
    for info in pkgutil.iter_modules(module.__path__, f"{package}."):
        if info.ispkg:
            rules += _rules_of(info.name)
        else:
            defined = vars(importlib.import_module(info.name)).values()
            mine = [value for value in defined if isinstance(value, Rule)]
            if len(mine) != 1:
                raise ValueError(f"{info.name} defines {len(mine)} rules; a rule module defines one")
            rules += mine
    return rules
