"""What third-party functions, methods and attributes give, as ``knowledge/returns.toml`` and ``clients.toml`` tell."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call, Const, Expr, Star
from archlint.project.calls.blocking import is_group
from archlint.project.classes import ancestors
from archlint.project.knowledge import names_in, table
from archlint.project.model import Project
from archlint.project.names import Symbol
from archlint.project.types.annotations import (
    CLASS,
    NO_VALUE,
    NOTHING_KNOWN,
    TYPE,
    UNION,
    UNKNOWN,
    VARIABLE,
    Type,
    external,
    lineage,
    union,
)  # fmt: skip
from archlint.project.types.carriers import ROW, element
from archlint.project.types.protocols import promised

FUNCTIONS = "functions"
METHODS = "methods"
ATTRIBUTES = "attributes"
VARIABLES = "variables"
UNKNOWN_RECEIVER = "?"
ANY_NAME = "*"
ENTERED = frozenset({"__aenter__", "__aexit__", "__anext__"})
FILES = ("returns", "clients")
STATEMENT = "sqlalchemy.Select"
TOKEN = re.compile(r"[\w.]+|[\[\]|,]")


class Use(Record, frozen=True):
    """How something third-party is used.

    Attributes:
        receiver: the object whose method or attribute it is.
        holder: the third-party class it descends from that has the method, with its type arguments.
        typed: what an expression is where the call stands.
        entered: what entering an object gives.
    """

    receiver: Type
    call: Call | None
    typed: Callable[[Expr], Type]
    entered: Callable[[Type], Type]
    holder: Type = NOTHING_KNOWN

    def given(self) -> Type:
        """What is passed first."""
        return self.typed(self.call.args[0]) if self.call is not None and self.call.args else NOTHING_KNOWN


def function_gives(name: str, use: Use) -> Type | None:
    """What a third-party function gives; None where the tables do not say."""
    found = _rows(FUNCTIONS, "").get(name)
    return None if found is None else _filled(_template(found), use)


def variable_is(name: str) -> Type:
    """What a variable of a third-party module, or an attribute of one, is, where the tables say."""
    found = _rows(VARIABLES, "").get(name)
    return NOTHING_KNOWN if found is None else _template(found)


def member_gives(project: Project, part: str, type_: Type, name: str, use: Use) -> Type | None:
    """What a method (``part`` is `METHODS`) of an object gives, or an attribute (`ATTRIBUTES`) is; None where the tables do
    not say."""
    for holder in holders(project, type_):
        rows = _rows(part, holder.name)
        found = rows.get(name) or rows.get(ANY_NAME)
        if found is not None:
            return _filled(_template(found), replace(use, receiver=type_, holder=holder))
        if holder.name in names_in("returns", "proxies", "classes"):
            return member_gives(project, part, held(holder), name, use)
        if is_group(f"{holder.name}.{name}", part == METHODS):
            return external(f"{holder.name}.{name}")
    return None


def holders(project: Project, type_: Type) -> Iterator[Type]:
    """The third-party classes an object's attributes are looked up in, with its type arguments."""
    for base in lineage(project, type_) if type_.kind in (CLASS, VARIABLE) else ():
        if base.symbol is not None and base.symbol.is_external:
            yield base
            for symbol in ancestors(project, base.symbol):
                if symbol.is_external:
                    yield Type(CLASS, symbol, base.args)


def session_gives(name: str, use: Use) -> Type:
    """What a method of an object nobody knows gives, if what it is given tells that it is one of a session."""
    found = _rows(METHODS, UNKNOWN_RECEIVER).get(name)
    if found is None or use.call is None or not use.call.args:
        return NOTHING_KNOWN
    if name.startswith("get") and len(use.call.args) + len(use.call.kwargs) < 2:
        return NOTHING_KNOWN
    given = _filled(_template(found), use)
    return NOTHING_KNOWN if any(arg.kind == UNKNOWN for arg in given.args) else given


@functools.cache
def methods_giving(result: str, packages: frozenset[str]) -> frozenset[str]:
    """The names of the methods of some packages' classes that give objects of a class."""
    return frozenset(
        name
        for holder in table("returns")[METHODS]
        if holder.partition(".")[0] in packages
        for name, gives in _rows(METHODS, holder).items()
        if _template(gives).name == result
    )


@functools.cache
def sync_methods(packages: frozenset[str]) -> frozenset[str]:
    """The names of the methods of some packages' classes that give something that cannot be awaited."""
    return frozenset(
        name
        for holder in table("returns")[METHODS]
        if holder.partition(".")[0] in packages
        for name, gives in _rows(METHODS, holder).items()
        if not _is_awaitable(_template(gives), holder)
    )


def is_sync(project: Project, type_: Type, name: str) -> bool:
    """Whether the tables say that what a method of an object gives cannot be awaited."""
    if name in ENTERED:  # of these they say what awaiting gives
        return False
    for holder in holders(project, type_):
        gives = _rows(METHODS, holder.name).get(name)
        if gives is not None:
            return not _is_awaitable(_template(gives), holder.name)
        if holder.name in names_in("returns", "proxies", "classes"):
            return is_sync(project, held(holder), name)
    return False


def may_be_awaited(name: str) -> bool:
    """Whether the tables say that what a third-party function gives can be awaited."""
    gives = _rows(FUNCTIONS, "").get(name)
    return gives is not None and _is_awaitable(_template(gives), "")


def _is_awaitable(given: Type, holder: str) -> bool:
    """Whether what a method of a class gives may be awaited: coroutines, what awaits itself to be entered or begun, what a
    function that is passed gives."""
    symbol = given.symbol.name if given.symbol is not None else ""
    name = holder if symbol == "Self" else symbol
    return name in names_in("coroutines", "awaitables") or "__await__" in _rows(METHODS, name) or symbol == "Called"


def is_known(name: str) -> bool:
    """Whether the tables say what objects of a third-party class give."""
    return name in table("returns")[METHODS]


def held(type_: Type) -> Type:
    """What a generic holds, by its type arguments or by default."""
    if type_.args:
        return type_.args[0]
    default = table("returns")["holds"].get(type_.name)
    return _template(default) if default else NOTHING_KNOWN


@functools.cache
def _rows(part: str, holder: str) -> Mapping[str, str]:
    """What each function, or each method or attribute of a class, gives."""
    parts = [table(file).get(part, {}) for file in FILES]
    rows = [each.get(holder, {}) for each in parts] if holder else parts
    return {name: gives for each in rows for gives, names in each.items() for name in names}


@functools.cache
def _template(text: str) -> Type:
    """A type as the tables write it, with the words that stand for something as type variables."""
    return _union(TOKEN.findall(text))


def _union(tokens: list[str]) -> Type:
    arms = [_single(tokens)]
    while tokens and tokens[0] == "|":
        tokens.pop(0)
        arms.append(_single(tokens))
    return union(arms)


def _single(tokens: list[str]) -> Type:
    word = tokens.pop(0)
    args = []
    if tokens and tokens[0] == "[":
        while tokens.pop(0) != "]":
            args.append(_union(tokens))
    if word == "None":
        return NO_VALUE
    if word in WORDS:
        return Type(VARIABLE, Symbol("", word))
    return external(table("returns")["names"].get(word, word), *args)


def _filled(template: Type, use: Use) -> Type:
    """A template with its words replaced; a union of which an arm is not known is not known."""
    if template.kind == VARIABLE and template.symbol is not None:
        return WORDS[template.symbol.name](use)
    if not template.args:
        return template
    args = [_filled(arg, use) for arg in template.args]
    if template.kind == UNION:
        return NOTHING_KNOWN if any(arg.kind == UNKNOWN for arg in args) else union(args)
    return Type(template.kind, template.symbol, tuple(args))


def _class(use: Use) -> Type:
    given = use.given()
    return given.args[0] if given.kind == TYPE and given.args else NOTHING_KNOWN


def _columns(use: Use) -> Type:
    args = use.call.args if use.call is not None else ()
    found = [use.typed(arg) for arg in args if not isinstance(arg, Star)]
    found = [type_.args[0] if type_.kind == TYPE and type_.args else type_ for type_ in found]
    return external("builtins.tuple", *found) if found and len(found) == len(args) else NOTHING_KNOWN


def _rows_of(use: Use) -> Type:
    given = use.given()
    return held(given) if given.name == STATEMENT else NOTHING_KNOWN


def scalar(rows: Type) -> Type:
    """The first column of rows; what a legacy query of one class holds is that itself."""
    if rows.name == ROW:
        return scalar(held(rows))
    if rows.name == "builtins.tuple":
        return rows.args[0] if rows.args else NOTHING_KNOWN
    return rows


def _queried(use: Use) -> Type:
    found = _columns(use)
    if not found.args:
        return NOTHING_KNOWN
    is_class = len(found.args) == 1 and _class(use).kind != UNKNOWN
    return found.args[0] if is_class else external(ROW, found)


def _executed(use: Use) -> Type:
    rows = _rows_of(use)
    if not rows.args:
        return NOTHING_KNOWN
    return (
        external("sqlalchemy.ScalarResult", *rows.args) if len(rows.args) == 1 else external("sqlalchemy.Result", rows)
    )


def _called(use: Use) -> Type:
    """What a function gives that ``run_sync`` hands what is sync of the object it is called on."""
    call = use.call
    if call is None or not call.args:
        return NOTHING_KNOWN
    base = call.func.base if isinstance(call.func, Attr) else str(call.func).rpartition(".")[0]
    name = "sync_connection" if use.holder.name.endswith("Connection") else "sync_session"
    sync: Expr = f"{base}.{name}" if isinstance(base, str) else Attr(base, name, call.line, call.col)
    return use.typed(replace(call, func=call.args[0], args=(sync, *call.args[1:])))


def _gathered(use: Use) -> Type:
    """What ``asyncio.gather`` gives: in the order of what is passed, or where a star leaves that open a list."""
    args = use.call.args if use.call is not None else ()
    stars = [element(use.typed(arg)) if isinstance(arg, Star) else use.typed(arg) for arg in args]
    found = [promised(type_) for type_ in stars]
    if use.call is not None and use.call.keyword("return_exceptions") not in (None, Const("bool", False)):
        found = [union([type_, external("builtins.BaseException")]) for type_ in found]
    if any(isinstance(arg, Star) for arg in args):
        return external("builtins.list", union(found))
    return external("builtins.tuple", *found)


WORDS: Mapping[str, Callable[[Use], Type]] = {
    "Self": lambda use: use.receiver,
    "T": lambda use: held(use.holder),
    "Scalar": lambda use: scalar(held(use.holder)),
    "Given": Use.given,
    "Class": _class,
    "Columns": _columns,
    "Rows": _rows_of,
    "Entity": lambda use: scalar(_rows_of(use)),
    "Queried": _queried,
    "Executed": _executed,
    "Entered": lambda use: use.entered(use.given()),
    "Called": _called,
    "Awaited": lambda use: promised(use.given()),
    "Gathered": _gathered,
    "Element": lambda use: element(use.given()),
}
"""What the words of the tables stand for."""
