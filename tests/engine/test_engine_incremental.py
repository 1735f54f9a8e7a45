"""A run with a cache says what one without says, whatever happened to the project in between.

A state machine edits small projects and compares the two after every step: `incremental_machine.py`, `edits_of_*.py`.
`benchmarks/incremental.py` makes the long run of it.
"""

import pytest
from forgetful_engines import ENGINES, Forgetful, Watch
from incremental_machine import FIXTURES, PROJECTS, Tally, explore

from archlint.engine import Request, check, known_rules

STEPS = 200
STEPS_TO_BE_CAUGHT_IN = 1200
STEPS_AT_A_TIME = 200
SEED = 11


def test_the_projects_have_findings_of_every_rule() -> None:
    reports = [check(Request(cwd=str(FIXTURES / name), preset="strict")) for name in sorted(set(PROJECTS))]
    found = {finding.code for report in reports for finding in report.findings}
    assert found == {rule.code for rule in known_rules()}
    assert all(report.findings for report in reports)


def test_incremental_reports_are_cold_reports() -> None:
    tally = Tally()
    explore(check, check, tally, STEPS)
    assert tally.steps >= STEPS
    assert tally.errors < tally.steps / 2, "most steps were mistakes in the settings: little was compared"


def test_engines_that_forget_are_caught() -> None:
    tally = Tally()
    watch = Watch(tally)
    while watch.caught.keys() != ENGINES.keys() and tally.steps < STEPS_TO_BE_CAUGHT_IN:
        explore(watch.cold, watch, tally, tally.steps + STEPS_AT_A_TIME, SEED)
    assert watch.caught.keys() == ENGINES.keys()


def test_the_machine_stops_at_a_difference() -> None:
    with pytest.raises(AssertionError, match="only with a cache"):
        explore(check, Forgetful(ENGINES["other files"]), Tally(), STEPS_TO_BE_CAUGHT_IN, SEED, shrink=False)
