"""``archlint config``: the settings in force, where each comes from, and the schema."""

import json
from pathlib import Path

import pytest
import tomli
from cli_fakes import Run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.toml").write_text(
        'preset = "strict"\npublic-paths = ["/\\u00e4\\n"]\n[severity]\nARC101 = "warning"\n'
        '[[contracts]]\nname = "One"\ntype = "independence"\nmodules = ["a", "b"]\n'
    )
    (tmp_path / "archlint.toml").write_text(
        'extend = "base.toml"\nignore = [\n"ARC103"]\n[rules.god-service]\nmax-lines = 9\n'
    )
    return tmp_path


def test_each_setting_with_its_place(archlint: Run) -> None:
    code, out, err = archlint("config")
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[:2] == ["# archlint.toml, base.toml", "# paths count from ."]
    for line in (
        'preset = "strict" # base.toml:1',
        'ignore = ["ARC103"] # archlint.toml:2',
        'severity.ARC101 = "warning" # base.toml:4',
        "rules.god-service.max-lines = 9 # archlint.toml:5",
        'orm-style = "2.0" # default',
        '{ name = "One", type = "independence", modules = ["a", "b"] }, # base.toml:5',
        "# ARC101 framework-import-in-service warning",
    ):
        assert line in lines
    assert not any(line.startswith("# ARC103") for line in lines)


def test_the_text_is_toml(archlint: Run) -> None:
    table = tomli.loads(archlint("config", "show").out)
    assert (table["preset"], table["public-paths"], table["severity"]) == ("strict", ["/ä\n"], {"ARC101": "warning"})
    assert table["contracts"] == [{"name": "One", "type": "independence", "modules": ["a", "b"]}]
    assert table["rules"] == {"god-service": {"max-lines": 9}}
    assert table["layers"]["order"][5] == ["model", "schema"]


def test_as_json(archlint: Run) -> None:
    record = json.loads(archlint("config", "show", "--output-format", "json").out)
    assert (record["root"], record["files"]) == (".", ["archlint.toml", "base.toml"])
    settings = {setting["key"]: setting for setting in record["settings"]}
    assert settings["preset"] == {"key": "preset", "value": "strict", "path": "base.toml", "line": 1}
    assert settings["exclude"] == {"key": "exclude", "value": [], "path": None, "line": None}
    assert {"code": "ARC101", "name": "framework-import-in-service", "severity": "warning"} in record["rules"]
    assert "ARC103" not in {rule["code"] for rule in record["rules"]}


def test_of_a_folder_a_file_and_nothing(archlint: Run, folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "archlint.toml").write_text('preset = "recommended"')
    assert 'preset = "recommended"' in archlint("config", "show", "inner").out
    assert 'preset = "strict"' in archlint("config", "show", "--config", "base.toml").out
    out = archlint("config", "show", "--isolated").out
    assert out.startswith("# no configuration file\n")
    assert "archlint.toml" not in out


def test_a_mistake_is_one_line(archlint: Run, folder: Path) -> None:
    (folder / "archlint.toml").write_text("src = [\n1]")
    assert archlint("config") == (
        2,
        "",
        "error: archlint.toml:2: item 1 of `src`: expected a string, found the integer 1\n",
    )
    (folder / "archlint.toml").write_text("rules.god-service.x = 1")
    assert archlint("config").err.startswith("error: archlint.toml:1: unknown key `x` in `rules.god-service`")
    assert archlint("config", "prnt").code == 2


def test_the_schema(archlint: Run) -> None:
    schema = json.loads(archlint("config", "schema").out)
    assert (schema["title"], schema["$schema"]) == (
        "archlint's configuration",
        "https://json-schema.org/draft/2020-12/schema",
    )
    assert schema["additionalProperties"] is False
    wrapped = json.loads(archlint("config", "schema", "--pyproject").out)
    assert wrapped["properties"]["tool"]["properties"]["archlint"]["properties"] == schema["properties"]
