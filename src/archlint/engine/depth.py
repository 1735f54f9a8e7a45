"""How deep questions may go."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

RECURSION_LIMIT = 10_000
"""Frames; enough for names handed on through 2,000 modules."""


@contextmanager
def deep_questions() -> Iterator[None]:
    """Lets questions ask one another as deep as modules import one another; a decorator too.

    The limit belongs to the process: not for several threads at once.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
