"""Every mistake a configuration file can hold, and the one line the user is told."""

from pathlib import Path

import pytest

from archlint.config import load
from archlint.core import ConfigError

TOP_KEYS = (
    "`extend`, `src`, `exclude`, `preset`, `select`, `extend-select`, `ignore`, `per-file-ignores`, `severity`, "
    "`repositories`, `orm-style`, `public-paths`, `plugins`, `python`, `layers`, `contracts`, `rules`"
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
    "an unknown layer like no other": (
        'layers.zzz = ["b"]',
        "archlint.toml:1: unknown key `zzz` in `layers`; a layer of your own must have its place in `order`",
    ),
    "globs in an array of their own": (
        'layers.service = [["b"]]',
        "archlint.toml:1: item 1 of `layers.service`: expected a string, found an array",
    ),
    "globs that are no array": (
        'layers.service = "b"',
        'archlint.toml:1: `layers.service`: expected an array of strings, found the string "b"',
    ),
    "a layer in the order that is misspelt": (
        'layers.order = ["router",\n["model", "servce"]]',
        "archlint.toml:2: item 2 of `layers.order`: unknown layer `servce`; did you mean `service`?",
    ),
    "a layer in the order without files": (
        'layers.order = ["gateway"]',
        (
            "archlint.toml:1: item 1 of `layers.order`: unknown layer `gateway`; "
            "give a layer of your own its files, in a key of its name under `[layers]`"
        ),
    ),
    "a layer twice in the order": (
        'layers.order = ["core | model", "service", ["domain", "model"]]',
        "archlint.toml:1: item 3 of `layers.order`: `model` stands in item 1 already",
    ),
    "a layer twice in a level": (
        'layers.order = ["core | core"]',
        "archlint.toml:1: item 1 of `layers.order`: `core | core`: a name stands there twice",
    ),
    "both kinds of siblings": (
        'layers.order = ["core | model : domain"]',
        "archlint.toml:1: item 1 of `layers.order`: `core | model : domain`: `|` and `:` cannot stand in one level",
    ),
    "a level of nothing": (
        "layers.order = [[]]",
        "archlint.toml:1: item 1 of `layers.order`: a name is missing",
    ),
    "an optional layer in the order": (
        'layers.order = ["(core)"]',
        "archlint.toml:1: item 1 of `layers.order`: layers in parentheses are for contracts",
    ),
    "a path that is no path": (
        'public-paths = ["/x", "y"]',
        "archlint.toml:1: `public-paths`: `y` does not begin with `/`",
    ),
    "a plugin that is no package": (
        'plugins = ["./rules"]',
        "archlint.toml:1: `plugins`: `./rules` is not the name of a package",
    ),
    "extend that is no path": (
        "extend = 3",
        "archlint.toml:1: `extend`: expected a string or an array of strings, found the integer 3",
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


CONTRACT_ERRORS = {
    "no type": ('name = "x"', "1: the key `type` is missing"),
    "unknown type": ('type = "layer"', "2: `type`: unknown value `layer`; did you mean `layers`?"),
    "a type that is no string": ("type = 3", "2: `type`: expected a string, found the integer 3"),
    "no name": ('type = "independence"\nmodules = ["a"]', "1: the key `name` is missing"),
    "a key of another type": (
        'type = "layers"\nname = "x"\nmodules = ["a"]',
        (
            "4: unknown key `modules`; valid: `type`, `layers`, `containers`, `exhaustive`, `exhaustive-ignores`, `name`, "
            "`reason`, `ignore-imports`"
        ),
    ),
    "import-linter's spelling": (
        'type = "forbidden"\nname = "x"\nsource_modules = ["a"]',
        "4: unknown key `source_modules`; did you mean `source-modules`?",
    ),
    "a string for an array": (
        'type = "forbidden"\nname = "x"\nsource-modules = "a"',
        '4: `source-modules`: expected an array of strings, found the string "a"',
    ),
    "an item that is no level": (
        'type = "layers"\nname = "x"\nlayers = ["a",\n3]',
        "5: item 2 of `layers`: expected a string or an array of strings, found the integer 3",
    ),
    "no layers": ('type = "layers"\nname = "x"\nlayers = []', "4: `layers`: names no module"),
    "no modules": ('type = "independence"\nname = "x"\nmodules = []', "4: `modules`: names no module"),
    "no module name": (
        'type = "independence"\nname = "x"\nmodules = ["a", "b-c"]',
        "4: item 2 of `modules`: `b-c`: not a module name; `*` stands for one part of it and `**` for one or more",
    ),
    "a wildcard among layers": (
        'type = "layers"\nname = "x"\nlayers = ["a.*"]',
        "4: item 1 of `layers`: `a.*`: layers take no wildcards, only containers do",
    ),
    "exhaustive without containers": (
        'type = "layers"\nname = "x"\nlayers = ["a", "b"]\nexhaustive = true',
        "5: `exhaustive`: needs `containers`",
    ),
    "an ignored import without an arrow": (
        'type = "independence"\nname = "x"\nmodules = ["a"]\nignore-imports = ["a > b"]',
        "5: item 1 of `ignore-imports`: `a > b`: expected `importer -> imported`",
    ),
    "an ignored import of no module": (
        'type = "independence"\nname = "x"\nmodules = ["a"]\nignore-imports = ["a -> "]',
        (
            "5: item 1 of `ignore-imports`: `a -> `: not a module name; "
            "`*` stands for one part of it and `**` for one or more"
        ),
    ),
    "one name twice": (
        'type = "independence"\nname = "x"\nmodules = ["a"]\n[[contracts]]\ntype = "independence"\nname = "x"\nmodules = ["a"]',
        "7: `name`: `x` is the name of a contract above it",
    ),
}


@pytest.mark.parametrize(("text", "message"), CONTRACT_ERRORS.values(), ids=CONTRACT_ERRORS)
def test_a_wrong_contract(text: str, message: str) -> None:
    told = message_of(f"[[contracts]]\n{text}").replace(" in item 1 of `contracts`", "")
    told = told.replace("item 1 of `contracts`: the key", "the key").replace(" in item 2 of `contracts`", "")
    assert told == f"archlint.toml:{message}"


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
