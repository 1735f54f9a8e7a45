"""Every case file, ``tests/rules/<rule name>/<case>.md``, does what it says.

A case is Markdown: a title, a sentence, and fenced Python blocks as in a rule's documentation. Lines that end in
``# error`` are where the rule must speak; everywhere else it must be silent.
"""

from pathlib import Path

import pytest

from archlint.engine import known_rules
from archlint.testing import check_example, parse_example

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*/*.md"))
RULES = {rule.name.replace("-", "_"): rule for rule in known_rules()}


@pytest.mark.parametrize("case", CASES, ids=[f"{case.parent.name}/{case.stem}" for case in CASES])
def test_case(case: Path) -> None:
    check_example(parse_example(case.read_text(encoding="utf-8")), RULES[case.parent.name])


def test_every_folder_of_cases_belongs_to_a_rule() -> None:
    assert {case.parent.name for case in CASES} <= RULES.keys()


def test_every_case_has_files() -> None:
    assert all(parse_example(case.read_text(encoding="utf-8")).files for case in CASES)
