"""Which rules are on, and with which severity. Knows rules only by what they are called.

Selectors and their precedence follow ruff (https://docs.astral.sh/ruff/linter/#rule-selection and, for ties,
https://docs.astral.sh/ruff/settings/#lint_select): of the selectors that match a rule, the most specific decides,
whatever the order they are written in; where two are equally specific, ``ignore`` wins.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from archlint.config.model import Config
from archlint.config.nearest import hint
from archlint.config.settings import PRESETS
from archlint.config.words import spell, tick
from archlint.core import UsageError

ALL = "ALL"
_EXACT = sys.maxsize


class RuleInfo(NamedTuple):
    """What selection needs to know of a rule.

    Attributes:
        code: capital letters that name its family, then digits: ``ARC101``.
        name: kebab-case, the other way to write the rule in settings.
        preset: the smallest preset it belongs to: ``recommended`` or ``strict``.
        severity: ``error`` or ``warning``, unless the settings say otherwise.
    """

    code: str
    name: str
    preset: str
    severity: str


class Overrides(NamedTuple):
    """What the command line says about rules; None and empty where it says nothing."""

    preset: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


NO_OVERRIDES = Overrides()


class Selection(NamedTuple):
    """The outcome: the preset in force, and the codes of the enabled rules with their severity, in the rules' order."""

    preset: str
    severity: Mapping[str, str]


class Choice(NamedTuple):
    """The rules one selector stands for, and how specific it is: ``ALL`` < ``ARC`` < ``ARC1`` < a code or a name."""

    specificity: int
    codes: frozenset[str]


def select_rules(config: Config, known: Sequence[RuleInfo], overrides: Overrides = NO_OVERRIDES) -> Selection:
    """Decide which of the known rules run.

    The file's ``select``, or its preset where it has none, is the base, which its ``extend-select`` and ``ignore``
    change. A selector stands for every rule it matches, strict-only ones too. On top of that the command line:

    * ``--select`` begins afresh: exactly what it names, less ``--ignore``; the file's selection plays no part;
    * ``--preset`` replaces the file's base, and the file's ``extend-select`` and ``ignore`` still hold;
    * ``--extend-select`` and ``--ignore`` change what is on so far, and win over the file however specific that is.

    Raises:
        ConfigError: a rule that does not exist, in ``select``, ``extend-select``, ``ignore``, ``severity`` or
            ``[rules]``; one rule written there both by code and by name; settings that leave no rule on.
        UsageError: the same mistakes on the command line.
    """
    _check_tables(config, known)
    settings = config.settings
    known = [_in_this_project(rule, settings.repositories) for rule in known]
    preset = overrides.preset or settings.preset
    written = _Reader(known, lambda key, item, message: config.error((key, item), f"`{key}`: {message}"))
    written.read("select", settings.select or ())  # wrong is wrong, even where --preset replaces it
    select = None if overrides.preset else settings.select
    enabled = written.apply(_preset_codes(preset, known), select, settings.extend_select, settings.ignore)
    typed = _Reader(known, lambda key, _, message: UsageError(f"--{key}: {message}"))
    enabled = typed.apply(enabled, overrides.select, overrides.extend_select, overrides.ignore)
    if known and not enabled:
        message = "the selection leaves no rule to check"
        raise UsageError(message) if overrides != NO_OVERRIDES else config.error(("select",), message)
    return Selection(preset, {rule.code: _severity(config, rule) for rule in known if rule.code in enabled})


def expand(selector: str, known: Iterable[RuleInfo]) -> Choice | None:
    """The rules a selector stands for: a code, a name, a prefix of codes or ``ALL``; None when it stands for none.

    A prefix holds all the letters of the codes it means, so that ``ARC`` never selects another package's ``ARCX100``.
    """
    rules = tuple(known)
    exact = frozenset(rule.code for rule in rules if selector in (rule.code, rule.name))
    if exact:
        return Choice(_EXACT, exact)
    if selector == ALL:
        return Choice(-1, frozenset(rule.code for rule in rules))
    prefix = re.fullmatch("([A-Z]+)([0-9]*)", selector)
    if prefix is None:
        return None
    family = re.compile(f"{prefix[1]}(?![A-Z]){prefix[2]}")
    codes = frozenset(rule.code for rule in rules if family.match(rule.code))
    return Choice(len(prefix[2]), codes) if codes else None


def unknown_rule(word: str, known: Iterable[RuleInfo]) -> str:
    """The message for a selector that stands for no rule, with the nearest one that does."""
    valid = [spelling for rule in known for spelling in (rule.code, rule.name)]
    return f"unknown rule {tick(word)}{hint(word, [*valid, ALL], '`archlint rules` lists them')}"


OFF = ""
"""The preset of a rule that is on only where it is selected by name."""

_BY_REPOSITORIES: dict[str, dict[str, tuple[str, str]]] = {
    "required": {
        "ARC105": ("recommended", "error"),
        "ARC110": ("recommended", "error"),
        "ARC114": (OFF, "warning"),
        "ARC420": ("recommended", "error"),
    },
    "avoid": {
        "ARC113": ("recommended", "error"),
        "ARC114": ("recommended", "error"),
        "ARC420": (OFF, "warning"),
    },
}
"""What ``repositories`` makes of rules: their preset and severity."""


def _in_this_project(rule: RuleInfo, repositories: str) -> RuleInfo:
    preset, severity = _BY_REPOSITORIES.get(repositories, {}).get(rule.code, (rule.preset, rule.severity))
    return rule._replace(preset=preset, severity=severity)


class _Reader:
    """Applies the selectors of one place, the file or the command line, whose errors it tells in that place's way."""

    def __init__(self, known: Sequence[RuleInfo], error: Callable[[str, int, str], UsageError]) -> None:
        self.known = known
        self.error = error

    def apply(
        self, base: frozenset[str], select: Sequence[str] | None, extend: Sequence[str], ignore: Sequence[str]
    ) -> frozenset[str]:
        """The codes that are on after these selectors, ``select`` taking the place of the base."""
        on = [*self.read("select", select or ()), *self.read("extend-select", extend)]
        off = self.read("ignore", ignore)
        enabled = set(base if select is None else ())
        for specificity in sorted({choice.specificity for choice in (*on, *off)}):
            enabled |= _codes_of(on, specificity)
            enabled -= _codes_of(off, specificity)
        return frozenset(enabled)

    def read(self, key: str, selectors: Iterable[str]) -> list[Choice]:
        choices = []
        for item, selector in enumerate(selectors):
            choice = expand(selector, self.known)
            if choice is None:
                raise self.error(key, item, unknown_rule(selector, self.known))
            choices.append(choice)
        return choices


def _severity(config: Config, rule: RuleInfo) -> str:
    severity = config.settings.severity
    return severity.get(rule.code) or severity.get(rule.name) or rule.severity


def _codes_of(choices: Iterable[Choice], specificity: int) -> frozenset[str]:
    return frozenset[str]().union(*(choice.codes for choice in choices if choice.specificity == specificity))


def _preset_codes(preset: str, known: Iterable[RuleInfo]) -> frozenset[str]:
    presets: list[str] = [*PRESETS]
    included = presets[: presets.index(preset) + 1]
    return frozenset(rule.code for rule in known if rule.preset in included)


def _check_tables(config: Config, known: Iterable[RuleInfo]) -> None:
    """Raise unless each rule named in ``severity`` and ``[rules]`` exists and stands there once."""
    codes = {spelling: rule.code for rule in known for spelling in (rule.code, rule.name)}
    for key, table in (("severity", config.settings.severity), ("rules", config.settings.rules)):
        seen: dict[str, str] = {}
        for word in table:
            if word not in codes:
                message = f"unknown rule {tick(word)}{hint(word, codes, '`archlint rules` lists them')}"
                raise config.error((key, word), f"`{key}`: {message}")
            first = seen.setdefault(codes[word], word)
            if first != word:
                raise config.error((key, word), f"`{spell((key, word))}`: the same rule as `{spell((key, first))}`")
