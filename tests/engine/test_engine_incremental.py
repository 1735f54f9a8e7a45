"""A run with a cache says what one without says, whatever happened to the project in between.

A state machine edits small projects and compares the two after every step: `incremental_machine.py`, `edits_of_*.py`.
`benchmarks/incremental.py` makes the long run of it.
"""

import pytest
from forgetful_engines import ENGINES, forgetful
from incremental_machine import FIXTURES, PROJECTS, Tally, caught, explore

from archlint.engine import Request, check, known_rules

STEPS = 300


def test_the_projects_have_findings_of_every_rule() -> None:
    reports = [check(Request(cwd=str(FIXTURES / name), preset="strict")) for name in PROJECTS]
    found = {finding.code for report in reports for finding in report.findings}
    assert found == {rule.code for rule in known_rules()}
    assert all(report.findings for report in reports)


def test_incremental_reports_are_cold_reports() -> None:
    tally = Tally()
    explore(check, check, tally, STEPS)
    assert tally.steps >= STEPS
    assert tally.errors < tally.steps / 2, "most steps were mistakes in the settings: little was compared"


@pytest.mark.parametrize("forgotten", ENGINES)
def test_an_engine_that_forgets_is_caught(forgotten: str) -> None:
    assert caught(check, forgetful(ENGINES[forgotten]))
