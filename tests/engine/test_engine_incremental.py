"""A run with a cache says what one without says, whatever happened to the project in between.

A state machine edits small projects and compares the two after every step: `incremental_machine.py`, `edits_of_*.py`.
`benchmarks/incremental.py` makes the long run of it.
"""

from pathlib import Path

import pytest
from forgetful_engines import ENGINES, Forgetful, Watch
from incremental_machine import FIXTURES, PROJECTS, Tally, explore

from archlint.engine import Request, check, known_rules
from archlint.engine.inputs import cache_folder
from archlint.engine.load import load_project
from archlint.engine.run import judge
from archlint.facts.store import open_store

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


def test_after_a_change_of_one_body_the_other_modules_are_not_even_opened(tmp_path: Path) -> None:
    for number in range(12):
        slow = f"def slow_{number}():\n    time.sleep(1)\n"
        work = f"async def work_{number}():\n    slow_{number}()\n"
        (tmp_path / f"part_{number}.py").write_text("\n\n".join(("import time\n", slow, work)))
    request = Request(cwd=str(tmp_path), cache=True)
    before = check(request)
    changed = tmp_path / "part_3.py"
    changed.write_text(changed.read_text().replace("    time.sleep(1)", "    count = {}\n    time.sleep(1)"))
    with open_store(cache_folder(str(tmp_path), request)) as store:
        loaded = load_project(request, lambda _: store)
        report = judge(loaded, request)
        opened = {module.path for module in loaded.project.modules if getattr(module.facts, "_opened", True)}
    assert len(before.findings) == len(report.findings) > 0
    assert opened == {"part_3.py"}
