"""Nothing takes more steps than the square of a program's size, however its parts lead to one another."""

import ast
import sys
from types import FrameType

import pytest
from worst_cases import CASES, HEAD

from archlint.testing import findings_in

COUNT = 16
"""The larger program, of twice as many parts, nests as deep as CPython 3.10 still parses."""
MANY = 60
FLAT = ("ifs after ifs", "tries after tries", "sessions", "raising", "tested", "bases in a loop")
SQUARE = 4
SLACK = 1.3


def steps(source: str) -> int:
    """How many functions are called to find everything in a project with a service and a router of the same text."""
    called = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal called
        called += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        findings_in({"shop/services/orders.py": source, "shop/api/routes.py": source}, ["ALL"], preset="strict")
    finally:
        sys.setprofile(before)
    return called


@pytest.mark.parametrize("name", CASES)
def test_twice_the_size_takes_four_times_the_steps_at_most(name: str) -> None:
    count = MANY if name.endswith(FLAT) else COUNT
    small, large = HEAD + CASES[name](count), HEAD + CASES[name](2 * count)
    ast.parse(large)
    steps(HEAD)  # what is loaded and remembered for good
    least = steps(HEAD)
    assert steps(large) - least <= SQUARE * SLACK * (steps(small) - least)
