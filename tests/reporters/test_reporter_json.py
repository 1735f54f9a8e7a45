"""The report as JSON."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from reporter_reports import CLASS, CLEAR, IMPORT, MIXED

from archlint import __version__
from archlint.core import Finding, Related, Report, Span
from archlint.reporters import View
from archlint.reporters.json import render


def test_the_shape() -> None:
    assert json.loads(render(Report((IMPORT,), files=3, suppressed=1), View())) == {
        "schema": 1,
        "archlint": __version__,
        "summary": {"files": 3, "errors": 1, "warnings": 0, "fixable": 0, "suppressed": 1, "baselined": 0},
        "findings": [
            {
                "code": "ARC101",
                "name": "framework-import-in-service",
                "severity": "error",
                "message": "a service imports `HTTPException` from `fastapi`",
                "path": "src/shop/services/orders.py",
                "line": 3,
                "column": 1,
                "end_line": 3,
                "end_column": 34,
                "symbol": "fastapi.HTTPException",
                "help": "raise a domain exception, and turn it into a response in the router",
                "url": "https://example.org/ARC101",
                "fingerprint": "0123456789abcdef",
                "related": [
                    {
                        "path": "src/shop/api/errors.py",
                        "line": 12,
                        "column": 5,
                        "message": "where such exceptions become responses",
                    }
                ],
                "fix": None,
            }
        ],
    }


def test_one_finding_a_line() -> None:
    lines = render(MIXED, View()).splitlines()
    assert len(lines) == 4
    assert [json.loads(line.rstrip(","))["code"] for line in lines[1:3]] == ["ARC101", "ARC115"]
    assert lines[3] == "]}"


def test_no_findings() -> None:
    text = render(CLEAR, View())
    assert text.count("\n") == 1
    assert json.loads(text)["findings"] == []


@pytest.mark.parametrize("view", [View(quiet=True), View(color=True), View(width=1), View(source=False)])
def test_the_view_plays_no_part(view: View) -> None:
    assert render(MIXED, view) == render(MIXED, View())


def test_half_a_surrogate_pair_stays_an_escape() -> None:
    text = render(Report((replace(CLASS, path="caf\udce9.py", message="the string '\ud800'"),), files=1), View())
    text.encode()  # strict: what is written is UTF-8
    finding = json.loads(text)["findings"][0]
    assert (finding["path"], finding["message"]) == ("caf\udce9.py", "the string '\ud800'")


any_text = st.text(st.characters(codec=None))
any_span = st.builds(Span, *[st.integers(1, 9)] * 4)
any_finding = st.builds(
    Finding, any_text, any_text, any_span, related=st.tuples(st.builds(Related, any_text, any_span, any_text))
)


@given(st.lists(any_finding, max_size=3))
@settings(deadline=None)
def test_any_finding_survives(findings: list[Finding]) -> None:
    decoded = json.loads(render(Report(tuple(findings), files=1), View()))["findings"]
    told = [(finding["path"], finding["message"], finding["related"][0]["message"]) for finding in decoded]
    meant = [(finding.path, finding.message, finding.related[0].message) for finding in findings]
    assert told == [tuple(map(paired, texts)) for texts in meant]


def paired(text: str) -> str:
    """Two halves of a surrogate pair side by side are one character in JSON."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
