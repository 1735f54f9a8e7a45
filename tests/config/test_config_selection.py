"""Which rules run: by example, and the laws every selection obeys."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.config import Config, Overrides, RuleInfo, Settings, expand, select_rules
from archlint.core import ConfigError, UsageError

KNOWN = (
    RuleInfo("ARC101", "framework-import-in-service", "recommended", "error"),
    RuleInfo("ARC103", "layer-violation", "recommended", "error"),
    RuleInfo("ARC104", "transitive-framework-import", "strict", "warning"),
    RuleInfo("ARC115", "service-too-long", "recommended", "warning"),
    RuleInfo("ARC201", "missing-response-model", "recommended", "error"),
    RuleInfo("ARC206", "success-status", "strict", "warning"),
    RuleInfo("ARCX101", "acme-rule", "recommended", "error"),
)
CODES = [rule.code for rule in KNOWN]
RECOMMENDED = {rule.code for rule in KNOWN if rule.preset == "recommended"}


def config_of(**values: Any) -> Config:
    return Config(settings=Settings(**values), root=Path("/project"))


def enabled(overrides: Overrides = Overrides(), /, **values: Any) -> set[str]:  # noqa: B008
    return set(select_rules(config_of(**values), KNOWN, overrides).severity)


def test_recommended_is_the_default_and_strict_contains_it() -> None:
    assert enabled() == RECOMMENDED
    assert enabled(preset="strict") == set(CODES)


def test_select_replaces_the_preset() -> None:
    assert enabled(select=("ARC115",)) == {"ARC115"}
    assert enabled(preset="strict", select=("ARC115",)) == {"ARC115"}


def test_a_selected_strict_rule_is_on() -> None:
    assert enabled(extend_select=("ARC206",)) == {*RECOMMENDED, "ARC206"}
    assert enabled(select=("ARC1",)) == {"ARC101", "ARC103", "ARC104", "ARC115"}
    assert enabled(select=("ALL",)) == set(CODES)


def test_a_prefix_stays_in_its_family() -> None:
    assert enabled(select=("ARC",)) == set(CODES) - {"ARCX101"}
    assert enabled(select=("ARC1",), extend_select=("ARCX",)) == {"ARC101", "ARC103", "ARC104", "ARC115", "ARCX101"}


def test_the_more_specific_wins_either_way() -> None:
    assert enabled(select=("ARC1",), ignore=("ARC10",)) == {"ARC115"}
    assert enabled(select=("ARC10",), ignore=("ARC1",)) == {"ARC101", "ARC103", "ARC104"}
    assert enabled(select=("ARC101",), ignore=("ARC",)) == {"ARC101"}
    assert enabled(select=("layer-violation", "ARC2"), ignore=("ARC10", "success-status")) == {"ARC103", "ARC201"}
    assert enabled(extend_select=("ARC104",), ignore=("ALL",)) == {"ARC104"}


def test_equally_specific_ignore_wins() -> None:
    assert enabled(select=("ARC1", "ARC2"), ignore=("ARC1",)) == {"ARC201", "ARC206"}
    assert enabled(select=("ARC1",), extend_select=("ARC101",), ignore=("framework-import-in-service",)) == {
        "ARC103",
        "ARC104",
        "ARC115",
    }


def test_select_on_the_command_line_begins_afresh() -> None:
    written: dict[str, Any] = {"select": ("ARC2",), "extend_select": ("ARCX",), "ignore": ("ARC101",)}
    assert enabled(Overrides(select=("ARC10",)), **written) == {"ARC101", "ARC103", "ARC104"}
    assert enabled(Overrides(select=("ARC10",), ignore=("ARC103",)), **written) == {"ARC101", "ARC104"}


def test_the_command_line_changes_what_the_file_left_on() -> None:
    written: dict[str, Any] = {"select": ("ARC1",), "ignore": ("ARC101",)}
    assert enabled(Overrides(extend_select=("ARC2",)), **written) == {"ARC103", "ARC104", "ARC115", "ARC201", "ARC206"}
    assert enabled(Overrides(ignore=("ARC10",)), **written) == {"ARC115"}
    assert enabled(Overrides(extend_select=("ARC1",)), **written) == {"ARC101", "ARC103", "ARC104", "ARC115"}


def test_a_preset_on_the_command_line_replaces_the_files_base_only() -> None:
    assert enabled(Overrides(preset="strict"), select=("ARC2",), ignore=("ARC101",)) == set(CODES) - {"ARC101"}
    assert enabled(Overrides(preset="recommended"), preset="strict", extend_select=("ARC206",)) == {
        *RECOMMENDED,
        "ARC206",
    }
    assert select_rules(config_of(), KNOWN, Overrides(preset="strict")).preset == "strict"
    assert select_rules(config_of(preset="strict"), KNOWN).preset == "strict"


def test_severity_by_code_or_name_of_what_is_on() -> None:
    config = config_of(severity={"ARC101": "warning", "service-too-long": "error", "ARC206": "error"})
    assert select_rules(config, KNOWN).severity == {
        "ARC101": "warning",
        "ARC103": "error",
        "ARC115": "error",
        "ARC201": "error",
        "ARCX101": "error",
    }


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (Overrides(select=("ARC1011",)), "--select: unknown rule `ARC1011`; did you mean `ARC101`?"),
        (
            Overrides(ignore=("layer-violations",)),
            "--ignore: unknown rule `layer-violations`; did you mean `layer-viola",
        ),
        (Overrides(extend_select=("all",)), "--extend-select: unknown rule `all`; did you mean `ALL`?"),
        (Overrides(select=("X1",)), "--select: unknown rule `X1`; `archlint rules` lists them"),
        (Overrides(select=("ARC1",), ignore=("ARC1",)), "the selection leaves no rule to check"),
        (Overrides(select=()), "the selection leaves no rule to check"),
    ],
)
def test_a_mistake_on_the_command_line(overrides: Overrides, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        select_rules(config_of(), KNOWN, overrides)
    assert str(caught.value).startswith(message)
    assert not isinstance(caught.value, ConfigError)


def test_a_mistake_in_the_file_is_told_whatever_the_command_line_says() -> None:
    with pytest.raises(ConfigError, match="`ignore`: unknown rule `ARC9`"):
        select_rules(config_of(ignore=("ARC9",)), KNOWN, Overrides(select=("ARC101",)))
    with pytest.raises(ConfigError, match="`select`: unknown rule `ARC9`"):
        select_rules(config_of(select=("ARC9",)), KNOWN, Overrides(preset="strict"))


PREFIXES = ["ALL", "ARC", "ARC1", "ARC10", "ARC2", "ARC20", "ARCX", "ARCX1"]
SELECTORS = st.lists(st.sampled_from([*PREFIXES, *CODES, *(rule.name for rule in KNOWN)]), max_size=4).map(tuple)
SELECTS = st.one_of(st.none(), SELECTORS)


def outcome(overrides: Overrides = Overrides(), /, **values: Any) -> set[str]:  # noqa: B008
    """What is on; nothing where that is refused."""
    try:
        return enabled(overrides, **values)
    except UsageError as error:
        if "leaves no rule" in str(error):
            return set()
        raise


def rank(selectors: tuple[str, ...], rule: RuleInfo) -> int:
    """How specifically any of the selectors means the rule: -1 when none does."""
    ranks = [-1]
    for selector in selectors:
        if selector in (rule.code, rule.name):
            ranks.append(99)
        elif selector == "ALL":
            ranks.append(0)
        elif rule.code.startswith(selector) and rule.code[len(selector) :].isdigit():
            ranks.append(len(selector))
    return max(ranks)


@settings(deadline=None)
@given(SELECTS, SELECTORS, SELECTORS)
def test_each_rule_is_decided_by_the_most_specific_selector(
    select: tuple[str, ...] | None, extend: tuple[str, ...], ignore: tuple[str, ...]
) -> None:
    expected = set()
    for rule in KNOWN:
        on, off = rank((*(select or ()), *extend), rule), rank(ignore, rule)
        by_preset = select is None and rule.preset == "recommended" and off < 0
        if on > off or (on < 0 and by_preset):
            expected.add(rule.code)
    assert outcome(select=select, extend_select=extend, ignore=ignore) == expected


@settings(deadline=None)
@given(SELECTS, SELECTORS, SELECTORS, st.randoms())
def test_order_and_repetition_of_selectors_do_not_matter(
    select: tuple[str, ...] | None, extend: tuple[str, ...], ignore: tuple[str, ...], random: Any
) -> None:
    def shuffled(selectors: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(random.sample(selectors * 2, len(selectors) * 2))

    other = None if select is None else shuffled(select)
    assert outcome(select=select, extend_select=extend, ignore=ignore) == outcome(
        select=other, extend_select=shuffled(extend), ignore=shuffled(ignore)
    )


@settings(deadline=None)
@given(SELECTS, SELECTORS, SELECTORS, st.sampled_from([*PREFIXES, *CODES]))
def test_selecting_more_turns_nothing_off_and_ignoring_more_nothing_on(
    select: tuple[str, ...] | None, extend: tuple[str, ...], ignore: tuple[str, ...], more: str
) -> None:
    before = outcome(select=select, extend_select=extend, ignore=ignore)
    assert before <= outcome(select=select, extend_select=(*extend, more), ignore=ignore)
    assert before >= outcome(select=select, extend_select=extend, ignore=(*ignore, more))


@settings(deadline=None)
@given(SELECTS, SELECTORS, SELECTORS, SELECTORS, SELECTORS)
def test_the_file_plays_no_part_once_select_is_typed(
    select: tuple[str, ...] | None,
    extend: tuple[str, ...],
    ignore: tuple[str, ...],
    typed: tuple[str, ...],
    typed_ignore: tuple[str, ...],
) -> None:
    overrides = Overrides(select=typed, ignore=typed_ignore)
    assert outcome(overrides, select=select, extend_select=extend, ignore=ignore) == outcome(overrides)


@settings(deadline=None)
@given(SELECTORS, SELECTORS)
def test_a_name_is_as_good_as_its_code(select: tuple[str, ...], ignore: tuple[str, ...]) -> None:
    names = {rule.code: rule.name for rule in KNOWN}

    def renamed(selectors: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(selector, selector) for selector in selectors)

    assert outcome(select=select, ignore=ignore) == outcome(select=renamed(select), ignore=renamed(ignore))


@given(st.text(max_size=8))
@settings(deadline=None)
def test_any_text_is_a_selector_of_known_rules_or_none(text: str) -> None:
    choice = expand(text, KNOWN)
    assert choice is None or (choice.codes and choice.codes <= set(CODES))


DECIDED = tuple(
    RuleInfo(code, f"rule-{code[3:]}", preset, "warning")
    for code, preset in (
        ("ARC101", "recommended"),
        ("ARC105", "strict"),
        ("ARC110", "recommended"),
        ("ARC113", "recommended"),
        ("ARC114", "strict"),
        ("ARC420", "strict"),
    )
)
STANDS = {
    "allowed": {"ARC101": "warning", "ARC110": "warning", "ARC113": "warning"},
    "required": {"ARC101": "warning", "ARC105": "error", "ARC110": "error", "ARC113": "warning", "ARC420": "error"},
    "avoid": {"ARC101": "warning", "ARC110": "warning", "ARC113": "error", "ARC114": "error"},
}


@pytest.mark.parametrize("stand", STANDS)
def test_what_the_project_thinks_of_repositories(stand: str) -> None:
    assert select_rules(config_of(repositories=stand), DECIDED).severity == STANDS[stand]
    strict = select_rules(config_of(repositories=stand, preset="strict"), DECIDED).severity
    off = {"allowed": set(), "required": {"ARC114"}, "avoid": {"ARC420"}}[stand]
    assert {rule.code for rule in DECIDED} - strict.keys() == off


def test_selectors_and_severities_stand_above_what_the_project_thinks_of_repositories() -> None:
    config = config_of(
        repositories="required", ignore=("ARC105",), extend_select=("ARC114",), severity={"ARC420": "warning"}
    )
    severity = select_rules(config, DECIDED).severity
    assert ("ARC105" in severity, severity["ARC114"], severity["ARC420"]) == (False, "warning", "warning")
