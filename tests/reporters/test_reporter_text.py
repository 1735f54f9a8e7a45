"""The report a person reads at a terminal."""

import re

import pytest
from msgspec.structs import replace
from reporter_reports import CLASS, CLEAR, IMPORT, LINES, MIXED, ORDERS, report_of

from archlint.core import ERROR, Finding, Report, Span
from archlint.reporters import View
from archlint.reporters.text import render

ANSI = re.compile(r"\x1b\[[0-9;]*m")

EXPECTED = """\
src/shop/services/orders.py:3:1  ARC101 framework-import-in-service  error
  a service imports `HTTPException` from `fastapi`
    |
  3 | from fastapi import HTTPException, status
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  note: src/shop/api/errors.py:12:5: where such exceptions become responses
  help: raise a domain exception, and turn it into a response in the router

src/shop/services/orders.py:7:1  ARC115 service-too-long  warning
  the class `OrderService` is too long
    |
  7 | class OrderService:  # all of it
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 error, 1 warning in 214 files (2 suppressed)
"""


def test_the_whole_page() -> None:
    assert render(MIXED, View()) == EXPECTED


def test_colour_changes_nothing_about_the_text() -> None:
    coloured = render(MIXED, View(color=True))
    assert ANSI.sub("", coloured) == EXPECTED
    assert "\x1b[1;31mARC101\x1b[0m" in coloured
    assert "\x1b[1;33mARC115\x1b[0m" in coloured


def test_without_source_the_lines_are_left_out() -> None:
    page = render(MIXED, View(source=False))
    assert " | " not in page
    assert "help: raise a domain exception" in page


def test_quiet_leaves_out_the_summary() -> None:
    assert render(MIXED, View(quiet=True)) == EXPECTED.rpartition("\n\n")[0] + "\n"
    assert render(CLEAR, View(quiet=True)) == ""


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (CLEAR, "All clear: 214 files checked"),
        (Report((), files=1, suppressed=3), "All clear: 1 file checked (3 suppressed)"),
        (Report((CLASS,), files=1), "1 warning in 1 file"),
        (Report((IMPORT, IMPORT), files=2), "2 errors in 2 files"),
        (Report((IMPORT, CLASS, CLASS), files=2, suppressed=1), "1 error, 2 warnings in 2 files (1 suppressed)"),
    ],
)
def test_the_summary(report: Report, sentence: str) -> None:
    assert render(report, View()).splitlines()[-1] == sentence


def test_long_sentences_are_filled_below_their_label() -> None:
    finding = replace(IMPORT, help="move it " * 12, related=())
    lines = render(Report((finding,), files=1), View(width=60, quiet=True)).splitlines()
    assert lines[2] == "  help: " + ("move it " * 6).rstrip() + " move"
    assert lines[3].startswith("        it move it")
    assert max(map(len, lines[1:])) <= 60


@pytest.mark.parametrize(
    ("line", "span", "shown", "underline"),
    [
        pytest.param("\tx = 1", Span(1, 2, 1, 3), "    x = 1", "    ^", id="a tab before"),
        pytest.param("x\t= 1", Span(1, 1, 1, 4), "x   = 1", "^^^^^", id="a tab inside"),
        pytest.param("名前 = 値 # x", Span(1, 6, 1, 7), "名前 = 値 # x", "       ^^", id="wide characters"),
        pytest.param("cafe\u0301 = tea", Span(1, 9, 1, 12), "cafe\u0301 = tea", "       ^^^", id="combining marks"),
        pytest.param("call(a,  ", Span(1, 6, 2, 4), "call(a,", "     ^^", id="goes on below"),
        pytest.param("call(", Span(1, 6, 1, 6), "call(", "     ^", id="an empty stretch"),
        pytest.param("call(\r\n", Span(1, 1, 1, 99), "call(", "^^^^^", id="an end past the line's"),
        pytest.param("x = '\x1b[31m'", Span(1, 1, 1, 2), "x = '\u241b[31m'", "^", id="a control character"),
        pytest.param("x = '\u202e'", Span(1, 1, 1, 2), "x = '\ufffd'", "^", id="a bidirectional override"),
    ],
)
def test_the_underline_lies_below_what_is_meant(line: str, span: Span, shown: str, underline: str) -> None:
    rows = render(report_of(line, span), View(quiet=True)).splitlines()
    assert rows[2:] == ["    |", f"  1 | {shown}", f"    | {underline}"]


def test_a_long_line_is_cut_round_what_is_meant() -> None:
    line = "value = [" + "0, " * 100 + "wrong, " + "1, " * 100 + "]"
    start = line.index("wrong")
    page = render(report_of(line, Span(41, start + 1, 41, start + 6)), View(width=60, quiet=True))
    quoted, underline = page.splitlines()[3:]
    assert len(quoted) <= 60
    assert quoted.startswith("  41 | ...")
    assert quoted.endswith("...")
    assert quoted[underline.index("^") : underline.rindex("^") + 1] == "wrong"


@pytest.mark.parametrize("line", ["", "   ", None])
def test_without_a_line_to_quote_there_is_no_excerpt(line: str | None) -> None:
    lines = {} if line is None else {ORDERS: {3: line}}
    page = render(Report((replace(IMPORT, related=(), help=""),), files=1, lines=lines), View(quiet=True))
    assert page.count("\n") == 2


def test_a_path_cannot_steer_the_terminal() -> None:
    finding = Finding(
        "it\x07 beeps", "a\nb\x1b[2J.py", Span(1, 1, 1, 1), code="ARC001", name="syntax-error", severity=ERROR
    )
    page = render(Report((finding,), files=1), View(quiet=True))
    assert page == "a␊b␛[2J.py:1:1  ARC001 syntax-error  error\n  it␇ beeps\n"


def test_a_terminal_too_narrow_for_anything_still_gets_its_page() -> None:
    assert "ARC101" in render(Report((IMPORT,), files=1, lines=LINES), View(width=0))
