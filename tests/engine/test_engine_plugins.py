"""Rule packages that a configuration names."""

import sys
from pathlib import Path

import pytest

from archlint.core import ConfigError
from archlint.engine import Request, check, known_rules, rules_near

RULE = '''"""A module of one's own.

## Options
* `words` ([]): words.
"""

from archlint.plugin import WARNING, Options, found, rule, start_of


class Words(Options, frozen=True):
    words: tuple[str, ...] = ()


@rule("ACME001", severity=WARNING, options=Words)
def check(project, module, options):
    if module.stem in options.words:
        yield found(module, start_of(module), "a word", help="Take another.")
'''


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and beside it a folder of rule packages that archlint's environment has."""
    for path, text in {
        "env/plugged_rules/__init__.py": "",
        "env/plugged_rules/own_word.py": RULE,
        "env/plugged_broken/__init__.py": "import no_such_thing\n",
        "env/plugged_empty/__init__.py": "",
        "env/plugged_empty/nothing.py": "",
        "env/plugged_module.py": "",
        "shop/helpers.py": "x = 1\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path / "env"))
    monkeypatch.chdir(tmp_path / "shop")
    for name in [name for name in sys.modules if name.startswith("plugged_")]:
        monkeypatch.delitem(sys.modules, name)
    known_rules.cache_clear()
    return tmp_path / "shop"


def test_a_plugin_s_rules_are_selected_configured_and_ignored_like_ours(shop: Path) -> None:
    config = shop / "archlint.toml"
    config.write_text('plugins = ["plugged_rules"]\nrules.own-word.words = ["helpers"]')
    report = check(Request(cwd=str(shop)))
    assert [(f.code, f.name, f.path) for f in report.findings] == [("ACME001", "own-word", "helpers.py")]
    config.write_text(config.read_text().replace("rules.own-word", "rules.ACME001") + '\nignore = ["ACME"]')
    assert check(Request(cwd=str(shop))).findings == ()
    assert "ACME001" in {rule.code for rule in rules_near(str(shop))}


def test_nothing_that_is_not_named_runs(shop: Path) -> None:
    assert check(Request(cwd=str(shop))).findings == ()
    assert rules_near(str(shop)) == known_rules()
    assert "plugged_rules" not in sys.modules


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("plugged_nothing", "ModuleNotFoundError: No module named 'plugged_nothing'"),
        ("plugged_broken", "ModuleNotFoundError: No module named 'no_such_thing'"),
        ("plugged_empty", "plugged_empty.nothing defines 0 rules; a rule module defines one"),
        ("plugged_module", "it is a module, not a package"),
        ("archlint.rules", "two rules share the code ARC001"),
    ],
)
def test_a_plugin_that_cannot_be_used(shop: Path, name: str, message: str) -> None:
    (shop / "archlint.toml").write_text(f'src = []\nplugins = [\n"{name}"]')
    with pytest.raises(ConfigError) as caught:
        check(Request(cwd=str(shop)))
    assert str(caught.value) == f"archlint.toml:3: `plugins`: cannot load `{name}`: {message}"
    assert rules_near(str(shop)) == known_rules()
