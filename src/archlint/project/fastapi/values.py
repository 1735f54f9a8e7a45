"""What expressions that build a FastAPI application denote: routers, holders of routers, functions, texts."""

from typing import NamedTuple

from archlint.core.record import Record
from archlint.facts.expressions import Const, Expr, Lambda
from archlint.project.constants.values import UNKNOWN
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.model import Module
from archlint.project.names import Symbol

APP = "app"
ROUTER = "router"
BARE = "bare"
NOT_KNOWN = Const("unknown", UNKNOWN)
"""A constant that nobody knows."""
LIMIT = 400
"""Most elements of a list and items of a dict that are gone through."""


class Frame:
    """The names of one module, class body or call while it is interpreted.

    Attributes:
        names: what each name denotes so far; a name that is there but denotes nothing known has None.
        sources: the argument a parameter was given, by name.
        outer: the frame whose names are seen from here.
        caller: the frame the call was made in.
        context: the calls and loop turns that led here.
        is_assumed: rests on an instance nobody makes.
        wants_result: what is returned matters, so every call made is followed.
    """

    __slots__ = (
        "caller", "context", "depth", "function", "is_assumed", "is_class", "module", "names", "outer", "owner",
        "returned", "sources", "wants_result",
    )  # fmt: skip

    def __init__(self, module: Module, function: Function | None = None, outer: "Frame | None" = None) -> None:
        self.module = module
        self.function = function
        self.outer = outer
        self.owner: ClassDefinition | None = function.owner if function else None
        self.names: dict[str, Value] = {}
        self.sources: dict[str, Argument] = {}
        self.returned: list[Value] = []
        self.is_class = False
        self.caller: Frame | None = None
        self.context: tuple[object, ...] = outer.context if outer else ()
        self.depth: int = outer.depth if outer else 0
        self.is_assumed: bool = outer.is_assumed if outer else False
        self.wants_result = False


class Key(NamedTuple):
    """Where an object is made: the place of the call, and the calls and loop turns that led there."""

    path: str
    line: int
    col: int
    context: tuple[object, ...] = ()


class Argument(Record, frozen=True):
    """An expression passed to FastAPI, and the module and function to read it in."""

    value: Expr
    module: Module
    function: Function | None


Arguments = tuple[tuple[str, Argument], ...]


class Passed(Record, frozen=True):
    """One argument of a call: what it denotes, its code, and the expression and frame it is evaluated in."""

    value: "Value"
    argument: Argument
    expr: Expr = None
    frame: Frame | None = None


class Given(Record, frozen=True):
    """All arguments of a call, ``*`` and ``**`` spread; ``is_complete`` unless one of those is unknown."""

    positional: tuple[Passed, ...]
    named: tuple[tuple[str, Passed], ...]
    is_complete: bool = True

    def get(self, name: str, position: int = -1) -> Passed | None:
        """The argument for a parameter."""
        for key, passed in self.named:
            if key == name:
                return passed
        return self.positional[position] if 0 <= position < len(self.positional) else None

    @property
    def arguments(self) -> Arguments:
        return tuple((name, passed.argument) for name, passed in self.named)

    def everything(self) -> "list[Value]":
        return [passed.value for passed in self.positional] + [passed.value for _, passed in self.named]


class Router:
    """An app or router; equal to another made at the same place.

    Attributes:
        kind: `APP`, `ROUTER`, or `BARE` for Starlette's own.
        prefix: its own, `UNKNOWN` where a part is not known.
        arguments: what its constructor was given, keyword by keyword.
        is_assumed: nothing in the project makes it; a parameter's annotation or an instance nobody makes stands for it.
    """

    __slots__ = ("arguments", "class_", "end_col", "end_line", "is_assumed", "key", "kind", "module", "prefix")

    def __init__(
        self, key: Key, kind: str, class_: Symbol, module: Module, end: tuple[int, int], *, is_assumed: bool = False,
    ) -> None:  # fmt: skip
        self.key = key
        self.kind = kind
        self.class_ = class_
        self.module = module
        self.end_line, self.end_col = end
        self.is_assumed = is_assumed
        self.prefix = ""
        self.arguments: Arguments = ()

    @property
    def line(self) -> int:
        return self.key.line

    @property
    def col(self) -> int:
        return self.key.col

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Router) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Router({self.kind}, {self.key.path}:{self.key.line}, {self.prefix!r})"


class Instance:
    """An object of a class of the project; equal to another made at the same place."""

    __slots__ = ("attributes", "definition", "given", "is_assumed", "key")

    def __init__(self, key: Key, definition: ClassDefinition, given: Given, *, is_assumed: bool = False) -> None:
        self.key = key
        self.definition = definition
        self.given = given
        self.is_assumed = is_assumed
        self.attributes: dict[str, Value] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instance) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


class Routine(Record, frozen=True):
    """A function, bound to ``this`` if it is a method, with the frame it closes over, and what it passes itself off for if
    it is a wrapper."""

    function: Function
    this: "Router | Instance | ClassRef | None" = None
    closure: Frame | None = None
    wraps: "Wrapping | None" = None


class Wrapping(Record, frozen=True):
    """``functools.wraps(inner)``: gives a wrapper the signature of what it wraps."""

    inner: "Value"


class Anonymous(Record, frozen=True):
    """A lambda and the frame it closes over."""

    node: Lambda
    frame: Frame


class Method(Record, frozen=True):
    """A method FastAPI defines on a router."""

    router: Router
    name: str


class ClassRef(Record, frozen=True):
    definition: ClassDefinition


class External(Record, frozen=True):
    """Something third-party."""

    symbol: Symbol


class ModuleRef(Record, frozen=True):
    module: Module


class Super(Record, frozen=True):
    """``super()`` inside a method of ``owner``."""

    this: "Router | Instance"
    owner: ClassDefinition


class Registrar(Record, frozen=True):
    """``router.get("/x")``: registers the function it is called with."""

    router: Router
    methods: tuple[str, ...]
    path: str
    given: Given
    is_websocket: bool


class RouteObject(Record, frozen=True):
    """``APIRoute("/x", handler)`` or ``Mount("/x", app)``, before a router holds it."""

    path: str
    target: "Value"
    methods: tuple[str, ...]
    kind: str
    given: Given
    at: "Point"


class Routes(Record, frozen=True):
    """``router.routes``."""

    router: Router


class Wrapped(Record, frozen=True):
    """An app inside something third-party: a middleware, a server, a test client."""

    inner: "Value"


class Partial(Record, frozen=True):
    """``functools.partial``."""

    target: "Value"
    given: Given


class Items(Record, frozen=True):
    """A list, tuple or set."""

    values: "tuple[Value, ...]"


class Table(Record, frozen=True):
    """A dict.

    Attributes:
        pairs: the keys that are known, a later one over an earlier one, and `NOT_KNOWN` for others.
        is_complete: it has no others.
    """

    pairs: tuple[tuple[Const, Passed], ...]
    is_complete: bool = True

    def get(self, key: Const) -> "Value":
        return next((passed.value for name, passed in reversed(self.pairs) if name == key), None)

    def get_or(self, key: "Value", default: "Value") -> "Value":
        """What is under a key, or else a default; where nobody knows what is there, nothing counts as off."""
        if isinstance(key, Const) and any(name == key for name, _ in self.pairs):
            return self.get(key)
        is_absent = isinstance(key, Const) and self.is_complete
        return default if is_absent or not is_off(default) else None

    def having(self, key: "Value", passed: Passed) -> "Table":
        """The dict once something was put into it; what comes under an unknown key stands beside all others."""
        if not isinstance(key, Const) or key == NOT_KNOWN:
            return Table((*self.pairs[:LIMIT], (NOT_KNOWN, passed)), is_complete=False)
        others = [pair for pair in self.pairs if pair[0] != key]
        return Table((*others[:LIMIT], (key, passed)), self.is_complete)

    def argument(self, key: Const) -> Argument | None:
        return next((passed.argument for name, passed in reversed(self.pairs) if name == key), None)


class Either(Record, frozen=True):
    """One of several, as a branch decides."""

    values: "tuple[Value, ...]"


class Point(Record, frozen=True):
    """A place in a module, and the function around it."""

    module: Module
    function: Function | None
    line: int
    col: int
    end_line: int
    end_col: int


Value = (
    Router | Instance | Routine | Anonymous | Method | ClassRef | External | ModuleRef | Super | Registrar
    | RouteObject | Routes | Wrapped | Wrapping | Partial | Items | Table | Either | Const | None
)  # fmt: skip
"""What an expression denotes; None where nothing says."""


def either(values: "list[Value]") -> Value:
    """One value for several that are possible; unknown ones and the constant None are left out if anything is known, and a
    list that another one goes on from: what adds to it counts as done. Several dicts are one that holds what any does."""
    known: list[Value] = []
    for value in values:
        for one in value.values if isinstance(value, Either) else (value,):
            if one is not None and one not in known:
                known.append(one)
    kept = [value for value in known if not (isinstance(value, Const) and value.kind == "none")]
    if not kept:
        return known[0] if known else None
    tables = [value for value in kept if isinstance(value, Table)]
    if len(tables) == len(kept) > 1:
        return _joined(tables)
    kept = [value for value in kept if not any(_goes_on_from(value, other) for other in kept)]
    return kept[0] if len(kept) == 1 else Either(tuple(kept))


def any_of(values: "list[Value]") -> Value:
    """What ``or`` gives: ``settings or {}`` may hold more than the dict that is known."""
    found = either(values)
    return Table(found.pairs, is_complete=False) if isinstance(found, Table) and None in values else found


def _goes_on_from(value: "Value", other: "Value") -> bool:
    """Whether a list is the beginning of another."""
    if not isinstance(value, Items) or not isinstance(other, Items):
        return False
    return len(value.values) < len(other.values) and other.values[: len(value.values)] == value.values


def is_off(value: Value) -> bool:
    """Whether a value is the constant None or False."""
    return isinstance(value, Const) and (value.kind == "none" or value.value is False)


def _joined(tables: list[Table]) -> Table:
    """One dict for several that are possible: it holds what any of them does."""
    found: dict[Const, Passed] = {}
    for name, passed in [pair for table in tables for pair in table.pairs]:
        known = found.get(name)
        found[name] = passed if known is None else Passed(either([known.value, passed.value]), known.argument)
    return Table(tuple(found.items()), all(table.is_complete for table in tables))


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values a value can be."""
    return value.values if isinstance(value, Either) else (value,)


def routers_in(value: Value) -> list[Router]:
    """The routers and apps a value can be; what wraps one stands for it."""
    found = []
    for one in alternatives(value):
        if isinstance(one, Wrapped):
            found += routers_in(one.inner)
        elif isinstance(one, Router):
            found.append(one)
    return found


def holds_router(value: Value, depth: int = 3) -> bool:
    """Whether a router or app is reached through a value."""
    match value:
        case Router() | Wrapped() | Registrar() | Routes() | Method() | RouteObject():
            return True
        case Instance():
            return any(holds_router(v, depth - 1) for v in value.attributes.values()) if depth else False
        case Items(values=values) | Either(values=values):
            return any(holds_router(v, depth - 1) for v in values[:64]) if depth else False
        case Table(pairs=pairs):
            return any(holds_router(passed.value, depth - 1) for _, passed in pairs[:64]) if depth else False
        case Routine(this=Router() | Instance() as this):
            return holds_router(this, depth - 1) if depth else False
    return False
