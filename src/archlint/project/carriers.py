"""What containers, statements and query results hold, told from their types alone.

Sources: SQLAlchemy, "ORM Querying Guide" and "Legacy Query API"; SQLModel, "Read Data".
"""

from archlint.facts.expressions import Const, Expr
from archlint.project.annotations import (
    ANY,
    NO_VALUE,
    NOTHING_KNOWN,
    OBJECT,
    TYPE,
    UNION,
    UNKNOWN,
    VARIABLE,
    Type,
    arms,
    external,
    union,
)
from archlint.project.knowledge import names_in

STATEMENT = "sqlalchemy.Select"
QUERY = "sqlalchemy.orm.Query"
SCALARS = "sqlalchemy.ScalarResult"
ROWS = "sqlalchemy.Result"
WORDS = ("same", "one", "many", "row_one", "scalars", "rows", "loads", "others")


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
    if type_.name == "builtins.tuple" and isinstance(literal, int):
        return type_.args[literal] if 0 <= literal < len(type_.args) else NOTHING_KNOWN
    known = names_in("types", "collections", "sequences") | names_in("types", "collections", "streams")
    return type_.args[0] if type_.name in known or type_.name in (SCALARS, QUERY) else NOTHING_KNOWN


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


def selecting(carrier: str, given: tuple[Type, ...]) -> Type:
    """What carries the one entity that a call selects."""
    if len(given) == 1 and given[0].kind == TYPE and given[0].args:
        return external(carrier, given[0].args[0])
    return NOTHING_KNOWN


def is_telling(name: str) -> bool:
    """Whether a method's name may be one of a container, a query or a session, so that its arguments matter."""
    return any(name in names_in("data", "entities", word) for word in WORDS)


def carried(receiver: Type, name: str, given: tuple[Type, ...], key: Expr) -> Type:
    """What a method of a container, statement, query, result or session gives.

    Args:
        given: the types of its positional arguments.
        key: the first of them.
    """
    entity = receiver.args[0] if receiver.args else NOTHING_KNOWN
    match receiver.name:
        case "builtins.list":
            return entity if name == "pop" else receiver if name == "copy" else NOTHING_KNOWN
        case "builtins.dict" if name == "values":
            return external("builtins.list", union(receiver.args))
        case "builtins.dict":
            return element(receiver, key) if name in ("get", "pop") and key is not None else NOTHING_KNOWN
        case "sqlalchemy.Select" | "sqlalchemy.orm.Query" | "sqlalchemy.ScalarResult" | "sqlalchemy.Result":
            return receiver if name in names_in("data", "entities", "same") else _fetched(receiver, name, entity, given)
    return _loaded(name, given) if given else NOTHING_KNOWN


def _fetched(receiver: Type, name: str, entity: Type, given: tuple[Type, ...]) -> Type:
    if receiver.name == STATEMENT:
        return selecting(STATEMENT, given) if name == "returning" else NOTHING_KNOWN
    if receiver.name == ROWS:
        if name == "scalars" and not given:
            return external(SCALARS, entity)
        return union([entity, NO_VALUE]) if name in names_in("data", "entities", "row_one") else NOTHING_KNOWN
    if name in names_in("data", "entities", "one"):
        return union([entity, NO_VALUE])
    return external("builtins.list", entity) if name in names_in("data", "entities", "many") else NOTHING_KNOWN


def _loaded(name: str, given: tuple[Type, ...]) -> Type:
    """What a method of a session gives, whatever the session is: its arguments tell."""
    first = given[0]
    if name == "query":
        return selecting(QUERY, given)
    if name == "merge":
        return first
    if name in names_in("data", "entities", "loads"):
        is_class = first.kind == TYPE and bool(first.args) and len(given) > 1
        return union([first.args[0], NO_VALUE]) if is_class else NOTHING_KNOWN
    if first.name != STATEMENT:
        return NOTHING_KNOWN
    if name == "scalar":
        return union([*first.args, NO_VALUE])
    if name in names_in("data", "entities", "scalars"):
        return external(SCALARS, *first.args)
    return external(ROWS, *first.args) if name in names_in("data", "entities", "rows") else NOTHING_KNOWN
