"""The configuration a request would be answered with, and what follows from it."""

import msgspec

from archlint.config import Config, Overrides, RuleInfo, Selection, options, select_rules
from archlint.core import Rule
from archlint.engine.load import settings
from archlint.engine.request import Request
from archlint.engine.rules import rules_for


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
    infos = [RuleInfo(rule.code, rule.name, rule.preset, rule.severity) for rule in rules]
    selection = select_rules(config, infos, Overrides(request.preset or None))
    for rule in rules:
        if rule.options is not None:
            options(config, rule.code, rule.name, rule.options)
    return Configuration(config, rules, selection)
