"""How deep facts may nest, and the room on the stack it takes to make and read them.

CPython stops code that recurses too deep, but each version by rules of its own: 3.10 does not check the trees its parser
builds, 3.11 counts Python and C calls together, 3.12 and later count C calls apart. Facts have one limit on every
version, below all of those.
"""

import sys
from typing import Any

from archlint.facts.expressions import Node

NESTING_LIMIT = 400
"""How many structs of facts stand inside one another at most.

The strictest interpreter decides: measured, CPython 3.12.1 lets C code nest 1,500 calls, of which msgspec takes three
for a struct that holds pairs. The deepest file among 28,000 real ones reaches 326.
"""

SHALLOW_FRAMES = NESTING_LIMIT - 50
"""Frames in which lowering cannot nest more than `NESTING_LIMIT` structs, as all but a few of them take one."""

DEEP_FRAMES = 5 * NESTING_LIMIT
"""Frames in which lowering, encoding and decoding get through any facts within `NESTING_LIMIT`."""


class room:  # noqa: N801 - a function to those who use it; a generator would take twice as long, twice a file
    """Allows ``frames`` more frames from here on, however many there are by now; beyond that, RecursionError.

    The limit belongs to the process: not for several threads at once.
    """

    __slots__ = ("frames", "limit")

    def __init__(self, frames: int) -> None:
        self.frames = frames

    def __enter__(self) -> None:
        self.limit = sys.getrecursionlimit()
        frames = self.frames
        frame = sys._getframe()
        while frame := frame.f_back:  # type: ignore[assignment]
            frames += 1
        sys.setrecursionlimit(frames + 1)

    def __exit__(self, *_: object) -> None:
        sys.setrecursionlimit(self.limit)


def nests_too_deeply(block: tuple[Node, ...]) -> bool:
    """Whether structs nest beyond `NESTING_LIMIT`; found without recursing."""
    stack: list[tuple[Any, int]] = [(block, 0)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, Node):
            depth += 1
            if depth > NESTING_LIMIT:
                return True
            value = [getattr(value, field) for field in value.__struct_fields__]
        stack.extend((item, depth) for item in value if isinstance(item, (Node, tuple)))
    return False
