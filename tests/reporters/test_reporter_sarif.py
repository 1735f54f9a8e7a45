"""The report as SARIF, held against the standard's own schema (see sarif-2.1.0.schema.txt)."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from msgspec.structs import replace
from reporter_reports import CLASS, CLASS_PAGE, CLEAR, IMPORT, IMPORT_PAGE, MIXED

from archlint import __version__
from archlint.core import ERROR, WARNING, Finding, Related, Report, RulePage, Span
from archlint.reporters import View
from archlint.reporters.sarif import render

SCHEMA = Path(__file__).with_name("sarif-2.1.0.schema.json")


@cache
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def run_of(report: Report) -> dict[str, Any]:
    """The one run of a report's log, once the log has proved valid."""
    log = json.loads(render(report, View()))
    assert [error.message for error in validator().iter_errors(log)] == []
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def location(uri: str, *region: int) -> dict[str, Any]:
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "region": dict(zip(keys, region, strict=True)),
        }
    }


@pytest.mark.parametrize("change", [{"version": "2.0.0"}, {"runs": [{}]}, {"found": 1}])
def test_the_schema_refuses_what_is_wrong(change: dict[str, Any]) -> None:
    assert not validator().is_valid({**json.loads(render(MIXED, View())), **change})


def test_a_result() -> None:
    result = run_of(MIXED)["results"][0]
    assert result == {
        "ruleId": "ARC101",
        "ruleIndex": 1,
        "level": "error",
        "message": {
            "text": "a service imports `HTTPException` from `fastapi`. "
            "raise a domain exception, and turn it into a response in the router"
        },
        "locations": [location("src/shop/services/orders.py", 3, 1, 3, 34)],
        "relatedLocations": [
            {
                "id": 1,
                **location("src/shop/api/errors.py", 12, 5, 12, 9),
                "message": {"text": "where such exceptions become responses"},
            }
        ],
        "partialFingerprints": {"archlint/v1": "0123456789abcdef"},
    }


def test_the_rules_that_ran_come_with_their_pages() -> None:
    driver = run_of(MIXED)["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("archlint", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["ARC115", "ARC101"]
    assert driver["rules"][1] == {
        "id": "ARC101",
        "name": "framework-import-in-service",
        "shortDescription": {"text": "A service that imports FastAPI"},
        "fullDescription": {"text": "A service that imports FastAPI.\n\nWhy that is bad."},
        "help": {"text": IMPORT_PAGE.doc.strip(), "markdown": IMPORT_PAGE.doc.strip()},
        "defaultConfiguration": {"level": "error"},
    }


def test_columns_are_code_points_and_paths_count_from_the_working_directory() -> None:
    run = run_of(MIXED)
    assert run["columnKind"] == "unicodeCodePoints"
    assert list(run["originalUriBaseIds"]) == ["%SRCROOT%"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/my shop/ö.py", "src/my%20shop/%C3%B6.py"),
        ("../lib/a.py", "../lib/a.py"),
        ("a:b.py", "a%3Ab.py"),
        ("50%#?.py", "50%25%23%3F.py"),
        ("caf\udce9.py", "caf%E9.py"),
    ],
)
def test_a_path_becomes_a_relative_uri(path: str, uri: str) -> None:
    (result,) = run_of(Report((replace(CLASS, path=path),), files=1))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert urlsplit(uri)[:2] == ("", "")


def test_a_finding_without_help_or_relations() -> None:
    result = run_of(MIXED)["results"][1]
    assert result["message"] == {"text": "the class `OrderService` is too long"}
    assert (result["level"], result["relatedLocations"]) == ("warning", [])


def test_one_finding_a_line() -> None:
    lines = render(MIXED, View()).splitlines()
    assert [json.loads(line.rstrip(","))["ruleId"] for line in lines[-3:-1]] == ["ARC101", "ARC115"]


def test_no_findings() -> None:
    assert run_of(CLEAR)["results"] == []


@pytest.mark.parametrize("view", [View(quiet=True), View(color=True), View(width=1), View(source=False)])
def test_the_view_plays_no_part(view: View) -> None:
    assert render(MIXED, view) == render(MIXED, View())


any_text = st.text(st.characters(codec=None))
any_path = st.text(st.characters(codec="utf-8"), min_size=1)
any_span = st.builds(Span, *[st.integers(1, 9)] * 4)
any_finding = st.builds(
    Finding,
    any_text,
    any_path,
    any_span,
    help=any_text,
    related=st.lists(st.builds(Related, any_path, any_span, any_text), max_size=3).map(tuple),
    severity=st.sampled_from((ERROR, WARNING)),
    code=st.sampled_from(("ARC101", "ARC115", "ARC999")),
)
any_page = st.builds(
    RulePage,
    code=st.just("ARC101"),
    name=any_text,
    severity=st.sampled_from((ERROR, WARNING)),
    summary=any_text,
    doc=any_text,
)


@settings(deadline=None)  # the schema is compiled for the first example
@given(st.lists(any_finding, max_size=3), any_page)
def test_any_report_is_valid(findings: list[Finding], page: RulePage) -> None:
    run = run_of(Report(tuple(findings), files=1, rules=(CLASS_PAGE, page)))
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        index = result["ruleIndex"]
        assert result["ruleId"] == ("ARC999" if index < 0 else rules[index]["id"])


def test_the_fingerprint_is_archlints_own() -> None:
    (result,) = run_of(Report((replace(IMPORT, fingerprint="feed"),), files=1))["results"]
    assert result["partialFingerprints"] == {"archlint/v1": "feed"}
