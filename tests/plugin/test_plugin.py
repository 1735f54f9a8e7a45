"""The face rule authors see: what it offers, and that one file is all a new rule takes."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archlint import plugin
from archlint.core import Rule
from archlint.engine import known_rules
from archlint.testing import check_documentation, findings_in

SURFACE = set(
    """
    Audit Blocked Blocking BlockingCall Breach Contract Depth ERROR Finding Group Hop HttpError ImportStatement
    ImportTimeIO ImportedName ImpureImport ImpureName Layer LayeredName Link LocalConstant MappedPart Module
    Mutation Opening Options Place Project RECOMMENDED Related Route Rule STRICT Scattered Service SessionUse Span
    Split StrayError Unclosed Unhandled Use WARNING blocking_calls blocking_reached contract_breaches found
    framework_chain framework_imports from_above http_errors import_cycles import_time_io impure_imports
    impure_packages internal_imports is_disputed is_older is_own_module layer local_constants mapped_in_response
    names_listed
    mutations needless_awaits openings order parse_error place proposed_split related response_contract returns_data
    returns_responses round_services routes routes_in rule runtime_imports scattered_commits services start_of
    stray_errors sync_sessions unawaited unclosed_sessions unhandled untyped_response
    """.split()  # noqa: SIM905 - a table of words
)

ACME = '''"""A module that is called helpers.

Nobody knows what belongs in it.

## Bad
```python
# src/shop/helpers.py  # error
```

## Good
```python
# src/shop/prices.py
```

Source: our own experience.
"""

from collections.abc import Iterator

from archlint.plugin import WARNING, Finding, Module, found, rule, start_of


@rule("ACME001", severity=WARNING)
def check(module: Module) -> Iterator[Finding]:
    if module.stem == "helpers":
        yield found(module, start_of(module), "the module is called helpers", help="Name it for what it holds.")
'''


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rule]:
    package = tmp_path / "vague_rules"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "vague_module.py").write_text(ACME, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    [made] = known_rules(("vague_rules",))
    yield made
    for name in [name for name in sys.modules if name.partition(".")[0] == "vague_rules"]:
        del sys.modules[name]
    known_rules.cache_clear()


def test_the_surface_is_what_it_was() -> None:
    assert set(plugin.__all__) == SURFACE


def test_the_surface_holds_no_lowered_code() -> None:
    modules = {getattr(getattr(plugin, name), "__module__", "") for name in plugin.__all__}
    assert not {"archlint.facts.expressions", "archlint.facts.statements"} & modules


def test_one_file_is_a_rule(acme: Rule) -> None:
    assert (acme.code, acme.name, acme.summary) == ("ACME001", "vague-module", "A module that is called helpers")
    check_documentation(acme, rules=(acme,))
    [finding] = findings_in({"src/shop/helpers.py": "", "src/shop/prices.py": ""}, ["ACME001"], rules=(acme,))
    assert (finding.path, finding.span.line, finding.severity, finding.name) == (
        "src/shop/helpers.py",
        1,
        "warning",
        "vague-module",
    )


def test_two_rules_of_one_code_are_refused(acme: Rule) -> None:
    with pytest.raises(ValueError, match="two rules share the code ARC001"):
        known_rules(("archlint.rules", "archlint.rules"))
    assert acme.code
