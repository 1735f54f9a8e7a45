"""Loading rules: a rule package is a package whose modules each define one rule."""

from pathlib import Path

import pytest

from archlint.engine.rules import OURS, known_rules

RULE = """\
'''A rule.'''
from archlint.plugin import WARNING, rule


@rule("{code}", severity=WARNING)
def check(module):
    yield from ()
"""


def package(root: Path, name: str, modules: dict[str, str]) -> None:
    for path, text in {"__init__.py": "", **modules}.items():
        target = root / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_module_a_rule_in_order_of_code(folder: Path) -> None:
    modules = {
        "later.py": RULE.format(code="ACME002"),
        "deep/__init__.py": "",
        "deep/early_bird.py": RULE.format(code="ACME001"),
    }
    package(folder, "acme_rules", modules)
    rules = known_rules(("acme_rules",))
    assert [(rule.code, rule.name, rule.summary) for rule in rules] == [
        ("ACME001", "early-bird", "A rule"),
        ("ACME002", "later", "A rule"),
    ]


def test_a_rule_says_what_it_needs(folder: Path) -> None:
    package(folder, "needy_rules", {"one.py": RULE.format(code="ACME001")})
    (rule,) = known_rules(("needy_rules",))
    assert rule.needs == ("module",)
    assert (rule.preset, rule.layers, rule.everywhere, rule.options) == ("recommended", (), False, None)


@pytest.mark.parametrize(
    ("name", "modules", "message"),
    [
        ("same_code", {"a.py": RULE.format(code="X1"), "b.py": RULE.format(code="X1")}, "share the code X1"),
        (
            "same_name",
            {"a.py": RULE.format(code="X1"), "b/__init__.py": "", "b/a.py": RULE.format(code="X2")},
            "the name a",
        ),
        ("no_rule", {"a.py": "x = 1\n"}, r"no_rule\.a defines 0 rules"),
        (
            "two_rules",
            {"a.py": RULE.format(code="X1") + RULE.format(code="X2").replace("check", "other")},
            "defines 2 rules",
        ),
    ],
)
def test_mistakes_of_a_package(folder: Path, name: str, modules: dict[str, str], message: str) -> None:
    package(folder, name, modules)
    with pytest.raises(ValueError, match=message):
        known_rules((name,))


def test_our_own() -> None:
    rules = known_rules()
    assert rules == known_rules((OURS,))
    assert [rule.code for rule in rules] == sorted(rule.code for rule in rules)
    assert all(rule.doc and rule.severity in ("error", "warning") for rule in rules)
