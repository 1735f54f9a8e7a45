"""What small values are made of."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import astuple


class Record(msgspec.Struct, frozen=True, order=True, gc=False):
    """A value of named parts, compared by them. It can be unpacked like a named tuple, and is made in a third of the time, its
    class in a sixth: a run defines more than a hundred and makes tens of thousands."""

    def __iter__(self) -> Iterator[Any]:
        return iter(astuple(self))
