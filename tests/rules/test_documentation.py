"""Every rule's documented examples do what they say."""

import pytest

from archlint.core import Rule
from archlint.engine import known_rules
from archlint.testing import check_documentation

RULES = known_rules()


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_documentation(rule: Rule) -> None:
    check_documentation(rule)
