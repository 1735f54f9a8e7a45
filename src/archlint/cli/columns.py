"""Rows of words as columns of text."""

from collections.abc import Sequence

from archlint.reporters.cells import cells
from archlint.reporters.filled import filled
from archlint.reporters.visible import visible

_GAP = "  "
_LEAST = 30


def columns(rows: Sequence[Sequence[str]], width: int = 0) -> str:
    """Pad every column but the last to its widest cell.

    Args:
        rows: the cells, as many in each row.
        width: cells a line may take; the last column is filled into lines below one another. 0: no limit, one row a
            line.
    """
    if not any(rows):
        return ""
    table = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*table, strict=True)][:-1]
    left = sum(widths) + len(_GAP) * len(widths)
    room = width - left if width else 0
    lines = []
    for row in table:
        start = "".join(cell + " " * (size - cells(cell)) + _GAP for cell, size in zip(row, widths, strict=False))
        last = filled(row[-1], room) if room >= _LEAST else [row[-1]]
        lines += [f"{start}{line}".rstrip() for line in last[:1]] or [start.rstrip()]
        lines += [" " * left + line for line in last[1:]]
    return "".join(f"{line}\n" for line in lines)
