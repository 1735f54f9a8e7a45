"""The configuration a request would be answered with, and what follows from it."""

import msgspec

from archlint.config import Config, Overrides, Selection, options, select_rules
from archlint.core import Rule
from archlint.engine.load import settings
from archlint.engine.request import Request
from archlint.engine.rules import infos, rules_for


class Configuration(msgspec.Struct, frozen=True):
    """A configuration, every rule it knows, and the rules it turns on with their severity."""

    config: Config
    rules: tuple[Rule, ...]
    selection: Selection


def configuration(request: Request) -> Configuration:
    """Find, read and check the configuration; the project's files are not looked at.

    Raises:
        UsageError: paths that belong to no one project.
        ConfigError: a mistake in the configuration.
    """
    config, _ = settings(request)
    rules = rules_for(config)
    selection = select_rules(config, infos(rules), Overrides(request.preset or None))
    for rule in rules:
        if rule.options is not None:
            options(config, rule.code, rule.name, rule.options)
    return Configuration(config, rules, selection)
