"""What containers and query results hold, told from their types alone."""

from collections.abc import Callable

from msgspec.structs import replace

from archlint.facts.expressions import Const, Expr, Star
from archlint.project.knowledge import names_in
from archlint.project.types.annotations import (
    ANY,
    CLASS,
    NOTHING_KNOWN,
    OBJECT,
    UNION,
    UNKNOWN,
    VARIABLE,
    Type,
    arms,
    external,
    union,
)

ROW = "sqlalchemy.Row"
ROWS = ("sqlalchemy.Result", "sqlalchemy.ext.asyncio.AsyncResult")
QUERIED = ("sqlalchemy.ScalarResult", "sqlalchemy.ext.asyncio.AsyncScalarResult", "sqlalchemy.orm.Query")


def display(kind: str, items: tuple[Expr, ...], typed: Callable[[Expr], Type]) -> Type:
    """What a list, tuple or set display is; what a star unpacks into a tuple has no certain place."""
    found = [element(typed(item)) if isinstance(item, Star) else typed(item) for item in items]
    if kind == "tuple" and not any(isinstance(item, Star) for item in items):
        return external("builtins.tuple", *found)
    return external(f"builtins.{kind}", *([union(found)] if found else ()))


def labelled(pairs: tuple[tuple[Expr, Expr], ...], typed: Callable[[Expr], Type]) -> Type:
    """What a dict display is."""
    labels = tuple(str(key.value) if isinstance(key, Const) and key.kind == "str" else "" for key, _ in pairs)
    return replace(external("builtins.dict", *[typed(value) for _, value in pairs]), labels=labels)


def element(type_: Type, key: Expr = None) -> Type:
    """What a container holds, under a literal key if given; of a mapping without one nothing is known."""
    return union([_element(arm, key) for arm in arms(type_)])


def _element(type_: Type, key: Expr) -> Type:
    literal = key.value if isinstance(key, Const) else None
    if not type_.args:
        return NOTHING_KNOWN
    if type_.name in names_in("types", "collections", "mappings"):
        if key is None or not type_.labels:
            return NOTHING_KNOWN if key is None else type_.args[-1]
        return type_.args[type_.labels.index(str(literal))] if literal in type_.labels else NOTHING_KNOWN
    if type_.name == ROW:
        return element(type_.args[0], key) if isinstance(literal, int) else NOTHING_KNOWN
    if type_.name in ROWS:
        return external(ROW, type_.args[0])
    if type_.name == "builtins.tuple":
        if not isinstance(literal, int):
            return union(type_.args)
        return type_.args[literal] if -len(type_.args) <= literal < len(type_.args) else NOTHING_KNOWN
    known = names_in("types", "collections", "sequences") | names_in("types", "collections", "streams")
    return type_.args[0] if type_.name in known or type_.name in QUERIED else NOTHING_KNOWN


def unpacked(type_: Type, position: int) -> Type:
    """What stands at a position of what is unpacked."""
    return element(type_, Const("int", position))


def may_be_added_to(type_: Type) -> bool:
    """Whether what has a method ``add`` or ``append`` may be a collection, for all one knows: a session is none."""
    known = names_in("types", "collections", "sequences") | names_in("types", "collections", "mappings")
    return all(arm.kind != CLASS or arm.name in known for arm in arms(type_))


def says_nothing(type_: Type) -> bool:
    """Whether a type says nothing of what it holds: ``Any``, ``object``, a collection bare or of such, or a union with
    such an arm."""
    if type_.kind == ANY or type_.name == OBJECT:
        return True
    if type_.kind == UNION:
        return any(map(says_nothing, type_.args))
    if type_.name in names_in("types", "collections", "mappings"):
        return not type_.args or says_nothing(type_.args[-1])
    if type_.name in names_in("types", "collections", "sequences"):
        return not type_.args or any(map(says_nothing, type_.args))
    return False


def is_open(type_: Type) -> bool:
    """Whether a value annotated so may be of any type."""
    return any(arm.kind in (UNKNOWN, VARIABLE) for arm in (type_, *arms(type_))) or says_nothing(type_)


def is_stream(type_: Type) -> bool:
    """Whether a function annotated so yields."""
    streams = names_in("types", "collections", "streams")
    return type_.name in streams or type_.name in ("collections.abc.Iterator", "collections.abc.Iterable")


def from_container(receiver: Type, name: str, key: Expr) -> Type:
    """What a method of a list or a dict gives when ``key`` is passed first."""
    match receiver.name:
        case "builtins.list":
            return element(receiver) if name == "pop" else receiver if name == "copy" else NOTHING_KNOWN
        case "builtins.dict" if name == "values":
            return external("builtins.list", union(receiver.args if receiver.labels else receiver.args[-1:]))
        case "builtins.dict" if name == "items":
            held = union(receiver.args if receiver.labels else receiver.args[-1:])
            return external("builtins.list", external("builtins.tuple", NOTHING_KNOWN, held))
        case "builtins.dict" if name in ("get", "pop") and key is not None:
            return element(receiver, key)
    return NOTHING_KNOWN
