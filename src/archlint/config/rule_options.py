"""A rule's options, from its table under ``[rules]``."""

from typing import TypeVar

from archlint.config.model import Config
from archlint.core import Options

T = TypeVar("T", bound=Options)


def options(config: Config, code: str, name: str, kind: type[T]) -> T:
    """What the configuration sets of a rule's options, the rest at its default.

    Args:
        config: the configuration.
        code: the rule's code; its table is ``[rules.<code>]`` or
        name: ``[rules.<name>]``.
        kind: the rule's options.

    Raises:
        ConfigError: an option the rule does not have, or a wrong value.
    """
    rules = config.settings.rules
    for key in (name, code):
        if key in rules:
            from archlint.config.decode import decode

            return decode(config, ("rules", key), rules[key], kind)
    return kind()
