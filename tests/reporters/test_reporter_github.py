"""The report as annotations in GitHub Actions."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from reporter_reports import CLASS, IMPORT, MIXED

from archlint.core import ERROR, WARNING, Finding, Report, Span
from archlint.reporters import View
from archlint.reporters.github import render

EXPECTED = """\
::error file=src/shop/services/orders.py,line=3,col=1,endLine=3,endColumn=34,title=ARC101 framework-import-in-service\
::a service imports `HTTPException` from `fastapi`\
%0Araise a domain exception, and turn it into a response in the router
::warning file=src/shop/services/orders.py,line=7,endLine=9,title=ARC115 service-too-long\
::the class `OrderService` is too long
1 error, 1 warning in 214 files (2 suppressed)
"""


def test_a_command_a_finding() -> None:
    """Without columns where a finding goes over several lines: GitHub does not take them there."""
    assert render(MIXED, View()) == EXPECTED
    assert render(MIXED, View(quiet=True)).splitlines() == EXPECTED.splitlines()[:2]


@pytest.mark.parametrize(
    ("finding", "written"),
    [
        (replace(CLASS, path="a,b:c.py"), "file=a%2Cb%3Ac.py,"),
        (replace(CLASS, path="100%25\n.py"), "file=100%2525%0A.py,"),
        (replace(CLASS, message="a: b, 100%\r\n::error::c"), "::a: b, 100%25%0D%0A::error::c\n"),
        (replace(IMPORT, help="50% of\nit"), "`fastapi`%0A50%25 of%0Ait\n"),
    ],
)
def test_what_has_a_meaning_of_its_own_is_escaped(finding: Finding, written: str) -> None:
    assert written in render(Report((finding,), files=1), View(quiet=True))


any_finding = st.builds(
    Finding,
    st.text(),
    st.text(min_size=1),
    st.builds(Span, *[st.integers(1, 9)] * 4),
    help=st.text(),
    code=st.just("ARC101"),
    name=st.text(),
    severity=st.sampled_from((ERROR, WARNING)),
)


@given(any_finding)
@settings(deadline=None)
def test_any_finding_is_one_command_that_says_it_all(finding: Finding) -> None:
    """Read back as the runner reads it: up to the next ``::``, at commas, at equal signs, then unescaped."""
    text = render(Report((finding,), files=1), View(quiet=True))
    command = re.fullmatch(r"::(error|warning) (.*?)::(.*)\n", text, re.DOTALL)
    assert command
    assert not set("\r\n").intersection(text[:-1])
    properties = dict(part.split("=", 1) for part in command[2].split(","))
    assert unquote(properties["file"]) == finding.path
    assert unquote(properties["title"]) == f"ARC101 {finding.name}"
    assert unquote(command[3]) == "\n".join(filter(None, (finding.message, finding.help)))
