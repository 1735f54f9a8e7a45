"""The JSON Schema and the page about the configuration, against the settings themselves."""

import json
import re
from pathlib import Path

import jsonschema
import msgspec
import pytest
import tomli

from archlint.config import Config, Settings, load
from archlint.config.contracts import ForbiddenContract, IndependenceContract, LayersContract
from archlint.config.schema import described, json_schema
from archlint.core import ConfigError
from archlint.engine import Request, known_rules
from archlint.engine.configuration import configuration

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEYS = [field.encode_name for field in msgspec.structs.fields(Settings)]
CONTRACTS = (LayersContract, ForbiddenContract, IndependenceContract)
FENCE = re.compile(r"```toml\n(.*?)```", re.DOTALL)
SCHEMA = json_schema(known_rules())
OWN = jsonschema.Draft202012Validator(SCHEMA)
PYPROJECT = jsonschema.Draft202012Validator(json_schema(known_rules(), pyproject=True))


def sections() -> dict[str, str]:
    """The page's sections about one key each."""
    parts = re.split(r"^### `([a-z-]+)`$", PAGE, flags=re.MULTILINE)
    return {key: text.partition("\n## ")[0] for key, text in zip(parts[1::2], parts[2::2], strict=True)}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(OWN.schema)
    jsonschema.Draft202012Validator.check_schema(PYPROJECT.schema)


def test_every_key_is_described_in_the_schema_and_on_the_page() -> None:
    assert set(SCHEMA["properties"]) == set(described(Settings)) == set(KEYS) == set(sections())
    for kind in CONTRACTS:
        fields = {field.encode_name for field in msgspec.structs.fields(kind)}
        assert set(described(kind)) == fields
        assert all(re.search(rf"^\| `{field}` \|", PAGE, re.MULTILINE) for field in fields)


@pytest.mark.parametrize("key", KEYS)
def test_the_page_gives_each_key_its_default_and_an_example(key: str) -> None:
    section = sections()[key]
    default = getattr(Settings(), key.replace("-", "_"))
    stated = re.search(r"Default: (?:`([^`]*)`|not set)", section)
    assert stated
    written = json.loads(stated[1]) if stated[1] else None
    assert written == (list(default) if isinstance(default, tuple) else default)
    assert all(key in tomli.loads(example) for example in FENCE.findall(section))
    assert FENCE.search(section)


def test_every_rule_s_options_are_in_the_schema_with_their_defaults_and_descriptions() -> None:
    tables = SCHEMA["$defs"]
    for rule in known_rules():
        for name, (default, text) in rule.options_table().items():
            option = tables[rule.code]["properties"][name]
            assert option.get("default", default) == (list(default) if isinstance(default, set) else default)
            assert option["description"] == text


def test_our_own_tables_and_every_example_are_valid(tmp_path: Path) -> None:
    for path in (ROOT / "pyproject.toml", *ROOT.glob("fixtures/*/**/pyproject.toml")):
        PYPROJECT.validate(tomli.loads(path.read_text(encoding="utf-8")))
    for path in ROOT.glob("fixtures/**/archlint.toml"):
        OWN.validate(tomli.loads(path.read_text(encoding="utf-8")))
    (tmp_path / "archlint.toml").touch()
    (tmp_path / "inner").mkdir()
    for example in FENCE.findall(README):
        PYPROJECT.validate(tomli.loads(example))
    for example in FENCE.findall(PAGE):
        OWN.validate(tomli.loads(example))
        file = tmp_path / "inner" / "archlint.toml"
        file.write_text(example, encoding="utf-8")
        assert isinstance(load(file), Config)


WRONG = [
    'prest = "strict"',
    'preset = "lax"',
    'src = "src"',
    'select = ["ARC9"]',
    'severity.ARC101 = "warn"',
    'severity.ARC1 = "error"',
    'layers.service = "x"',
    "rules.god-service.max-line = 3",
    'rules.god-service.max-lines = "3"',
    "rules.unknown.x = 1",
    '[[contracts]]\nname = "x"\ntype = "layer"',
    '[[contracts]]\nname = "x"\ntype = "independence"',
    '[[contracts]]\nname = "x"\ntype = "independence"\nmodules = ["a"]\nlayers = ["b"]',
    "extend = 3",
    "contracts = [3]",
    "layers.order = [[3]]",
    'repositories = "no"',
    "plugins = [1]",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_archlint_refuses_the_schema_refuses(text: str, tmp_path: Path) -> None:
    assert not OWN.is_valid(tomli.loads(text))
    (tmp_path / "archlint.toml").write_text(text)
    with pytest.raises(ConfigError):
        configuration(Request(cwd=str(tmp_path)))
