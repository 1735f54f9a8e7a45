"""The concise format, and what all formats share."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from reporter_reports import CLASS, CLEAR, MIXED

import archlint.reporters
from archlint.core import Report
from archlint.reporters import FORMATS, View, reporter

CONCISE = """\
src/shop/services/orders.py:3:1: ARC101 a service imports `HTTPException` from `fastapi`
src/shop/services/orders.py:7:1: ARC115 the class `OrderService` is too long
1 error, 1 warning in 214 files (2 suppressed)
"""


def test_concise_is_a_line_a_finding() -> None:
    assert reporter("concise").render(MIXED, View()) == CONCISE
    assert reporter("concise").render(MIXED, View(quiet=True)).splitlines() == CONCISE.splitlines()[:2]


def test_concise_keeps_to_one_line_whatever_the_path() -> None:
    report = Report((replace(CLASS, path="a\nb.py"),), files=1)
    assert reporter("concise").render(report, View()).count("\n") == 2


def test_every_format_is_a_module_that_renders() -> None:
    folder = Path(archlint.reporters.__file__).parent
    rendering = {path.stem for path in folder.glob("*.py") if "\ndef render(" in path.read_text(encoding="utf-8")}
    assert rendering == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", [MIXED, CLEAR])
def test_output_is_the_same_every_time_and_ends_its_last_line(name: str, report: Report) -> None:
    render = reporter(name).render
    assert render(report, View()) == render(report, View())
    assert render(report, View()).endswith("\n")
