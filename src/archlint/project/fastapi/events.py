"""What interpreting a stretch of code does to routers, in order."""

from collections.abc import Mapping

from archlint.core.record import Record
from archlint.project.constants.values import UNKNOWN
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.fastapi.values import Arguments, Given, Point, Router, Value

INCLUDE = "include"
MOUNT = "mount"


class Registration(Record, frozen=True):
    """A function becomes the handler of a path on a router; ``is_prefixed`` unless the router's own prefix is left out,
    as it is where a route object is put among its routes."""

    router: Router
    methods: tuple[str, ...]
    path: str
    handler: Function | None
    given: Given
    at: Point
    is_websocket: bool
    is_decorator: bool
    is_prefixed: bool = True

    @property
    def says_something(self) -> bool:
        """Whether the handler or a part of the path is known; what hands both on for others is no route itself."""
        return self.handler is not None or self.path.strip(UNKNOWN) != ""


class Inclusion(Record, frozen=True):
    """A router is included in, or an app mounted on, another; ``child`` is None when nothing says what it is."""

    parent: Router
    child: Router | None
    prefix: str
    kind: str
    arguments: Arguments
    at: Point


class Creation(Record, frozen=True):
    """An app or router is made."""

    router: Router
    at: Point


class View(Record, frozen=True):
    """A class is handed to a router by a decorator."""

    definition: ClassDefinition
    router: Router


Event = Registration | Inclusion | Creation | View


class Outcome(Record, frozen=True):
    """What a stretch of code denotes and does, and the functions it goes through."""

    value: Value = None
    events: tuple[Event, ...] = ()
    entered: frozenset[Function] = frozenset()


class Run(Record, frozen=True):
    """What a module does by itself.

    Attributes:
        names: what its names denote once it has run.
        top: what its own statements do.
        functions: what each of its functions does that touches routers, called with whatever its annotations promise.
    """

    names: Mapping[str, Value]
    top: Outcome
    functions: tuple[tuple[Function, Outcome], ...]


NOTHING = Outcome()
NO_RUN = Run({}, NOTHING, ())
