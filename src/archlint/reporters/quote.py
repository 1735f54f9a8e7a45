"""A stretch of one source line, laid out in the cells of a terminal."""

from typing import NamedTuple

from archlint.reporters.cells import cells
from archlint.reporters.visible import visible

_TAB = 4
_CUT = "..."


class Quote(NamedTuple):
    """A line as it is shown, and where the stretch that is meant lies in it.

    Attributes:
        text: the line; tabs expanded, what does not fit left out at either end.
        offset: cells before the stretch.
        length: cells it takes, at least 1.
    """

    text: str
    offset: int
    length: int


def quote(line: str, start: int, end: int, width: int) -> Quote:
    """Lay out a source line so that the stretch from one code point to another is seen.

    Args:
        line: the line, with or without its line ending.
        start: 0-based index of the first code point meant.
        end: index of the one just past the last; past the line's end means all that follows.
        width: cells to lay it out in; at least 20.
    """
    line = line.rstrip()
    before = line[:start].expandtabs(_TAB)
    upto = line[:end].expandtabs(_TAB)
    marked = visible(upto[len(before) :])
    after = visible(line.expandtabs(_TAB)[len(upto) :])
    before = visible(before)
    # A line may hold a megabyte. What lies this far off is out of sight, whatever its cells.
    far = 4 * width
    before, marked, after = before[-far:], marked[:far], after[:far]

    if cells(before + marked + after) > width:
        before, marked, after = _cut(before, marked, after, width)
    return Quote(before + marked + after, cells(before), max(1, cells(marked)))


def _cut(before: str, marked: str, after: str, width: int) -> tuple[str, str, str]:
    """The three parts with text left out where it is farthest from the marked stretch's start."""
    ends = 2 * len(_CUT)
    if cells(before) + cells(marked) > width - len(_CUT):
        before = _CUT + _tail(before, max(width // 4, width - cells(marked) - ends))
    room = width - cells(before) - len(_CUT)
    if cells(marked) > room:
        return before, _head(marked, room), _CUT
    room -= cells(marked)
    if cells(after) > room + len(_CUT):
        after = _head(after, room) + _CUT
    return before, marked, after


def _head(text: str, room: int) -> str:
    """The longest beginning that takes no more than so many cells."""
    for index, character in enumerate(text):
        room -= cells(character)
        if room < 0:
            return text[:index]
    return text


def _tail(text: str, room: int) -> str:
    """The longest end that takes no more than so many cells."""
    return _head(text[::-1], room)[::-1]
