"""Properties of a quoted line, whatever it holds."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from archlint.reporters.quote import quote

# Marks that combine take no cell, ideographs take two, a tab up to four.
characters = st.sampled_from("ab(, \t\u0301\u4e2d\U0001f600\x1b\u202e")
source_lines = st.one_of(st.text(characters, max_size=200), st.text(max_size=200))


@given(source_lines, st.integers(0, 250), st.integers(0, 250), st.integers(20, 150))
@settings(deadline=None)
def test_a_quote_fits_and_its_mark_lies_inside(line: str, start: int, length: int, width: int) -> None:
    quoted = quote(line, start, start + length, width)
    assert cell_len(quoted.text) <= width
    assert quoted.length >= 1
    assert quoted.offset + quoted.length <= max(width, cell_len(quoted.text) + 1)
    assert not any(unicodedata.category(character) == "Cc" for character in quoted.text)


@given(st.text(st.sampled_from("ab(, "), min_size=1, max_size=300), st.data())
@settings(deadline=None)
def test_a_short_stretch_is_never_cut(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, min(len(line), start + 10)))
    quoted = quote(line, start, end, 40)
    meant = line.rstrip()[start:end]
    assert quoted.text[quoted.offset : quoted.offset + quoted.length] == meant or not meant


def test_a_line_of_a_megabyte_is_quoted_all_the_same() -> None:
    line = "x = '" + "中" * 1_000_000 + "'"
    quoted = quote(line, 500_000, 500_001, 80)
    assert cell_len(quoted.text) <= 80
    assert quoted.length == 2
