"""How often each rule speaks."""

import json

from msgspec.structs import replace
from reporter_reports import CLASS, CLEAR, IMPORT

from archlint.core import Report
from archlint.reporters import FORMATS, View
from archlint.reporters.counts import COUNTED, counted

REPORT = Report((IMPORT, CLASS, replace(CLASS, code="ARC116", name="god-service"), *[CLASS] * 9), files=3)
TABLE = """\
10  ARC115  service-too-long
 1  ARC101  framework-import-in-service
 1  ARC116  god-service
1 error, 11 warnings in 3 files
"""


def test_most_first_and_equals_by_code() -> None:
    assert counted(REPORT, View(), "text") == TABLE
    assert counted(REPORT, View(), "concise") == TABLE
    assert counted(REPORT, View(quiet=True), "text") == TABLE.rpartition("1 error")[0]


def test_json_is_an_array() -> None:
    rows = json.loads(counted(REPORT, View(), "json"))
    assert rows[0] == {"code": "ARC115", "name": "service-too-long", "count": 10}
    assert [row["code"] for row in rows] == ["ARC115", "ARC101", "ARC116"]


def test_nothing_found() -> None:
    assert counted(CLEAR, View(), "text") == "All clear: 214 files checked\n"
    assert counted(CLEAR, View(quiet=True), "text") == ""
    assert counted(CLEAR, View(), "json") == "[]\n"


def test_the_formats_it_comes_in_are_formats() -> None:
    assert set(COUNTED) < set(FORMATS)
