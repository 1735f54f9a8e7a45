"""Every mistake a configuration file can hold, and the one line the user is told."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archlint.config import Options, RuleInfo, Settings, load, options, select_rules
from archlint.core import ConfigError

KNOWN = (
    RuleInfo("ARC101", "framework-import-in-service", "recommended", "error"),
    RuleInfo("ARC115", "service-too-long", "recommended", "warning"),
    RuleInfo("ARC116", "god-service", "recommended", "error"),
    RuleInfo("ARC201", "missing-response-model", "recommended", "error"),
)

TOP_KEYS = (
    "`src`, `exclude`, `preset`, `select`, `extend-select`, `ignore`, `per-file-ignores`, `severity`, `python`, `layers`, "
    "`rules`"
)

SETTINGS_ERRORS = {
    "unknown key": (
        'src = ["src"]\n\nignroe = ["ARC101"]\n',
        "archlint.toml:3: unknown key `ignroe`; did you mean `ignore`?",
    ),
    "snake case": (
        "[per_file_ignores]\n",
        "archlint.toml:1: unknown key `per_file_ignores`; did you mean `per-file-ignores`?",
    ),
    "unknown key like no other": (
        "zzz = 1",
        f"archlint.toml:1: unknown key `zzz`; valid: {TOP_KEYS}",
    ),
    "unknown key that must be quoted": (
        '"a b" = 1',
        f'archlint.toml:1: unknown key `"a b"`; valid: {TOP_KEYS}',
    ),
    "unknown key that looks like msgspec's own words": (
        'select = ["ARC1"]\n"select` - at `$.select" = 1',
        f'archlint.toml:2: unknown key `"select` - at `$.select"`; valid: {TOP_KEYS}',
    ),
    "unknown key with a line break": (
        '"select\\n" = 1',
        'archlint.toml:1: unknown key `"select\\n"`; did you mean `select`?',
    ),
    "the first mistake only": (
        "select = 1\nsrcc = 2",
        "archlint.toml:1: `select`: expected an array of strings, found the integer 1",
    ),
    "a string for an array": (
        '# select = ["ARC1"]\nselect = "ARC101"',
        'archlint.toml:2: `select`: expected an array of strings, found the string "ARC101"',
    ),
    "an array for a string": (
        'preset = ["strict"]',
        "archlint.toml:1: `preset`: expected a string, found an array",
    ),
    "a long string is cut": (
        f'src = "{"x" * 100}"',
        f'archlint.toml:1: `src`: expected an array of strings, found the string "{"x" * 57}..."',
    ),
    "an item of an array over several lines": (
        'ignore = [\n  "ARC101", # select\n  3,\n]',
        "archlint.toml:3: item 2 of `ignore`: expected a string, found the integer 3",
    ),
    "a float": (
        "src = [1.5]",
        "archlint.toml:1: item 1 of `src`: expected a string, found the float 1.5",
    ),
    "a boolean": (
        "exclude = true",
        "archlint.toml:1: `exclude`: expected an array of strings, found the boolean true",
    ),
    "a date": (
        "extend-select = [2020-02-03]",
        "archlint.toml:1: item 1 of `extend-select`: expected a string, found the date 2020-02-03",
    ),
    "a table": (
        "[select]\na = 1",
        "archlint.toml:1: `select`: expected an array of strings, found a table",
    ),
    "a value in a table": (
        '[per-file-ignores]\n"a.py" = ["ARC1"]\n"tests/**" = "ARC101"',
        'archlint.toml:3: `per-file-ignores."tests/**"`: expected an array of strings, found the string "ARC101"',
    ),
    "an item in a table's array": (
        'per-file-ignores."tests/**" = ["ARC101", [\n"ARC102"]]',
        'archlint.toml:1: item 2 of `per-file-ignores."tests/**"`: expected a string, found an array',
    ),
    "an array of tables": (
        "[[rules]]\nmax = 1",
        "archlint.toml:1: `rules`: expected a table, found an array",
    ),
    "unknown preset": (
        'preset = "strct"',
        "archlint.toml:1: `preset`: unknown value `strct`; did you mean `strict`?",
    ),
    "unknown preset like no other": (
        'preset = "all"',
        "archlint.toml:1: `preset`: unknown value `all`; valid: `recommended`, `strict`",
    ),
    "unknown severity": (
        '[severity]\nARC115 = "error"\nARC101 = "warn"',
        "archlint.toml:3: `severity.ARC101`: unknown value `warn`; did you mean `warning`?",
    ),
    "a mistake among right ones, and another further on": (
        '[severity]\nARC115 = "error"\nARC101 = "warn"\nARC102 = "warning"\n[rules]\nARC101 = 3',
        "archlint.toml:3: `severity.ARC101`: unknown value `warn`; did you mean `warning`?",
    ),
    "a severity that is no string": (
        "severity = { ARC101 = 1 }",
        "archlint.toml:1: `severity.ARC101`: expected a string, found the integer 1",
    ),
    "unknown layer": (
        '[layers]\nservice = ["a"]\nservcie = ["b"]',
        "archlint.toml:3: unknown key `servcie` in `layers`; did you mean `service`?",
    ),
    "a plural layer": (
        'layers.repositories = ["b"]',
        "archlint.toml:1: unknown key `repositories` in `layers`; did you mean `repository`?",
    ),
    "options that are no table": (
        "[rules]\ngod-service = 3",
        "archlint.toml:2: `rules.god-service`: expected a table, found the integer 3",
    ),
    "pyproject's table in the own file": (
        "[tool.archlint]\nselect = []",
        "archlint.toml:1: unknown key `tool`; the settings of archlint.toml stand at its top level",
    ),
    "not TOML": (
        'src = ["a"]\nselect = [\n"ARC1"\n',
        "archlint.toml:4: not valid TOML: Unclosed array (at end of document)",
    ),
    "not TOML, with a place": (
        "src = []\nselect == []",
        "archlint.toml:2: not valid TOML: Invalid value (at line 2, column 9)",
    ),
    "nested too deep": (
        "src = " + "[" * 5000 + "]" * 5000,
        "archlint.toml: not valid TOML: nested too deep",
    ),
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def message_of(text: str, name: str = "archlint.toml") -> str:
    Path(name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(Path(name))
    return str(caught.value)


@pytest.mark.parametrize(("text", "message"), SETTINGS_ERRORS.values(), ids=SETTINGS_ERRORS)
def test_a_wrong_setting(text: str, message: str) -> None:
    assert message_of(text) == message


def test_lines_in_pyproject_are_those_of_our_table() -> None:
    text = '[tool.other]\nselect = 3\n\n[tool.archlint]\nsrc = []\nselect = ["a", 3]\n'
    message = "pyproject.toml:6: item 2 of `select`: expected a string, found the integer 3"
    assert message_of(text, "pyproject.toml") == message


@pytest.mark.parametrize("text", ["", "[tool]", "tool = 3", "[archlint]\nsrc = []"])
def test_pyproject_without_our_table(text: str) -> None:
    assert message_of(text, "pyproject.toml") == "pyproject.toml: there is no table `tool.archlint`"


def test_our_table_is_no_table() -> None:
    message = "pyproject.toml:2: `tool.archlint`: expected a table, found the integer 3"
    assert message_of("[tool]\narchlint = 3", "pyproject.toml") == message


def test_a_file_that_does_not_exist() -> None:
    with pytest.raises(ConfigError, match=r"^none\.toml: cannot be read: No such file or directory$"):
        load(Path("none.toml"))


def test_a_folder_for_a_file(project: Path) -> None:
    (project / "archlint.toml").mkdir()
    with pytest.raises(ConfigError, match=r"^archlint\.toml: cannot be read: Is a directory$"):
        load(Path("archlint.toml"))


def test_a_file_that_is_not_utf8(project: Path) -> None:
    (project / "archlint.toml").write_bytes(b'src = ["a"]\n# caf\xe9\n')
    with pytest.raises(ConfigError, match=r"^archlint\.toml:2: not UTF-8: byte 0xe9 \(invalid continuation byte\)$"):
        load(Path("archlint.toml"))


def test_a_number_longer_than_python_reads() -> None:
    assert message_of(f"src = {'9' * 5000}").startswith("archlint.toml: not valid TOML: Exceeds the limit")


def test_the_file_is_named_from_the_working_directory(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "archlint.toml").write_text("preset = 1")
    inner = project / "app" / "api"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    with pytest.raises(ConfigError) as caught:
        load(project / "archlint.toml")
    assert str(caught.value).startswith("../../archlint.toml:1: ")
    assert (caught.value.path, caught.value.line) == ("../../archlint.toml", 1)


class Limits(Options, frozen=True):
    max_lines: int = 150
    god_methods: int = 10
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


SNIPPETS = st.sampled_from(
    [
        "select",
        "layers",
        "rules",
        "[",
        "]",
        "{",
        "}",
        "=",
        ".",
        ",",
        "\n",
        '"',
        "'",
        '"""',
        "#",
        "1",
        "true",
        "ARC1",
        "\\",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(), st.lists(SNIPPETS).map(lambda parts: " ".join(parts).encode())))
def test_any_bytes_are_settings_or_one_line_of_error(project: Path, raw: bytes) -> None:
    path = project / "archlint.toml"
    path.write_bytes(raw)
    error = error_of(path)
    if error is not None:
        assert str(error).startswith("archlint.toml")
        assert len(str(error).splitlines()) == 1
        assert error.line <= raw.count(b"\n") + 1


def toml(value: object) -> str:
    """A value as TOML writes it inline."""
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    return json.dumps(value)


KEYS = st.sampled_from([field.encode_name for field in msgspec.structs.fields(Settings)])
WORDS = st.sampled_from(["service", "ARC101", "strict", "error", "`$.x", "max-lines"])
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.one_of(KEYS, WORDS), VALUES, max_size=5))
def test_an_error_points_at_the_line_it_speaks_of(project: Path, data: dict[str, object]) -> None:
    path = project / "archlint.toml"
    lines = {key: f"{toml(key)} = {toml(value)}\n" for key, value in data.items()}
    path.write_text("".join(lines.values()))
    error = error_of(path)
    if error is not None:
        culprit = list(lines)[error.line - 1]
        assert culprit in error.message
        del lines[culprit]
        path.write_text("".join(lines.values()))
        without = error_of(path)
        assert without is None or without.message != error.message


def error_of(path: Path) -> ConfigError | None:
    try:
        load(path)
    except ConfigError as error:
        return error
    return None
