"""Where an expression stands, and what is known of the call that led there."""

import msgspec

from archlint.project.definitions import Function
from archlint.project.flow.assignments import Env
from archlint.project.model import Module
from archlint.project.types.annotations import Type


class Caller(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """What is known of the call that runs a function.

    Attributes:
        this: what ``self`` is, where that is known better than by the class around the function.
        given: what its parameters are given.
        calls: how many functions that do not say what they return led here.
    """

    this: Type | None = None
    given: tuple[tuple[str, Type], ...] = ()
    calls: int = 0


NOBODY = Caller()


class Frame(msgspec.Struct, frozen=True, gc=False):
    """Where an expression stands.

    Attributes:
        env: what the function's locals can be there.
        nesting: how many expressions around this one led here.
    """

    module: Module
    function: Function | None
    env: Env
    caller: Caller = NOBODY
    nesting: int = 0

    @property
    def calls(self) -> int:
        return self.caller.calls
