"""Every mistake that settings can hold about rules: their options, and which are on."""

from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from archlint.config import Options, RuleInfo, load, options, select_rules
from archlint.core import ConfigError

KNOWN = (
    RuleInfo("ARC101", "framework-import-in-service", "recommended", "error"),
    RuleInfo("ARC115", "service-too-long", "recommended", "warning"),
    RuleInfo("ARC116", "god-service", "recommended", "error"),
    RuleInfo("ARC201", "missing-response-model", "recommended", "error"),
)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Limits(Options, frozen=True):
    max_lines: int = 150
    god_methods: Annotated[int, msgspec.Meta(ge=1)] = 10
    allow: frozenset[str] = frozenset()


OPTION_ERRORS = {
    "unknown option": (
        "[rules.god-service]\nmax-lines = 3\ngod-method = 1",
        "archlint.toml:3: unknown key `god-method` in `rules.god-service`; did you mean `god-methods`?",
    ),
    "snake case": (
        "rules.ARC116 = { max_lines = 3 }",
        "archlint.toml:1: unknown key `max_lines` in `rules.ARC116`; did you mean `max-lines`?",
    ),
    "wrong type": (
        'rules.ARC116.max-lines = "3"',
        'archlint.toml:1: `rules.ARC116.max-lines`: expected an integer, found the string "3"',
    ),
    "too small": (
        "[rules.ARC116]\ngod-methods = 0",
        "archlint.toml:2: `rules.ARC116.god-methods`: expected an integer >= 1, found the integer 0",
    ),
    "wrong type of an item": (
        "[rules]\n[rules.ARC116]\nallow = [\n'a',\n0]",
        "archlint.toml:5: item 2 of `rules.ARC116.allow`: expected a string, found the integer 0",
    ),
}


@pytest.mark.parametrize(("text", "message"), OPTION_ERRORS.values(), ids=OPTION_ERRORS)
def test_a_wrong_option(text: str, message: str) -> None:
    Path("archlint.toml").write_text(text)
    config = load(Path("archlint.toml"))
    with pytest.raises(ConfigError) as caught:
        options(config, "ARC116", "god-service", Limits)
    assert str(caught.value) == message


def test_an_option_for_a_rule_that_takes_none() -> None:
    Path("archlint.toml").write_text("[rules.ARC116]\nx = 1")
    with pytest.raises(ConfigError) as caught:
        options(load(Path("archlint.toml")), "ARC116", "god-service", Options)
    assert str(caught.value) == "archlint.toml:2: unknown key `x` in `rules.ARC116`; it takes none"


SELECTION_ERRORS = {
    "unknown code": (
        'select = [\n"ARC101",\n"ARC1016",\n]',
        "archlint.toml:3: `select`: unknown rule `ARC1016`; did you mean `ARC101`?",
    ),
    "unknown prefix": (
        'extend-select = ["ARC9"]',
        "archlint.toml:1: `extend-select`: unknown rule `ARC9`; `archlint rules` lists them",
    ),
    "unknown name": (
        'ignore = ["god-servise"]',
        "archlint.toml:1: `ignore`: unknown rule `god-servise`; did you mean `god-service`?",
    ),
    "lower case": (
        'ignore = ["arc101"]',
        "archlint.toml:1: `ignore`: unknown rule `arc101`; did you mean `ARC101`?",
    ),
    "like no rule": (
        'select = ["E501"]',
        "archlint.toml:1: `select`: unknown rule `E501`; `archlint rules` lists them",
    ),
    "empty": (
        'select = [""]',
        "archlint.toml:1: `select`: unknown rule ``; `archlint rules` lists them",
    ),
    "severity of an unknown rule": (
        'preset = "strict"\n[severity]\nARC101 = "error"\ngod-services = "error"',
        "archlint.toml:4: `severity`: unknown rule `god-services`; did you mean `god-service`?",
    ),
    "severity of a prefix": (
        'severity.ARC1 = "error"',
        "archlint.toml:1: `severity`: unknown rule `ARC1`; did you mean `ARC101`?",
    ),
    "one rule by code and by name": (
        '[severity]\nARC116 = "error"\ngod-service = "warning"',
        "archlint.toml:3: `severity.god-service`: the same rule as `severity.ARC116`",
    ),
    "options of an unknown rule": (
        "[rules.missing-response]\nx = 1",
        "archlint.toml:1: `rules`: unknown rule `missing-response`; did you mean `missing-response-model`?",
    ),
    "options by code and by name": (
        "rules.ARC116.x = 1\nrules.god-service.x = 1",
        "archlint.toml:2: `rules.god-service`: the same rule as `rules.ARC116`",
    ),
    "nothing left": (
        'ignore = ["ALL"]',
        "archlint.toml: the selection leaves no rule to check",
    ),
    "nothing selected": (
        "src = []\nselect = []",
        "archlint.toml:2: the selection leaves no rule to check",
    ),
}


@pytest.mark.parametrize(("text", "message"), SELECTION_ERRORS.values(), ids=SELECTION_ERRORS)
def test_a_wrong_selection(text: str, message: str) -> None:
    Path("archlint.toml").write_text(text)
    config = load(Path("archlint.toml"))
    with pytest.raises(ConfigError) as caught:
        select_rules(config, KNOWN)
    assert str(caught.value) == message
