"""Schemas: the fields of Pydantic models, dataclasses and typed dicts, and all that a model holds at any depth.

Sources: Pydantic, "Models", "Fields" and "Serialization"; SQLModel, "Relationship Attributes".
"""

from collections import deque
from collections.abc import Iterator

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Call, Const, Expr, Item, Seq
from archlint.facts.statements import Set
from archlint.project.classes import descends, find_class, methods, symbol_of
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.model import Project, question
from archlint.project.names import Symbol, chosen, module_scope, resolve
from archlint.project.places import Place, header, whole
from archlint.project.types.annotations import (
    CLASS,
    NOTHING_KNOWN,
    TYPE,
    UNION,
    Type,
    arguments,
    class_site,
    function_site,
    lineage,
    read,
    substitute,
)  # fmt: skip
from archlint.project.walk import statements

PYDANTIC = frozenset({"pydantic.BaseModel"})
RECORDS = frozenset({"typing.TypedDict", "typing.NamedTuple"})
ROOT = ("__root__", "root")
DEEPEST = 8
MOST = 2000


class Field(Record, frozen=True):
    """One field of a schema.

    Attributes:
        type: in terms of the type variables of the class that declares it, unless `fields` has filled them in.
        owner: the class that declares it.
        place: its declaration in the module of ``owner``.
        is_excluded: it is never serialised (``Field(exclude=True)``).
    """

    name: str
    type: Type
    owner: ClassDefinition
    place: Place
    is_excluded: bool


class Part(Record, frozen=True):
    """Something a model holds.

    Attributes:
        path: the fields that lead to it, the outermost first; items of lists and arms of unions have no name.
        field: the last of them; None for the model itself and what a type variable or a dict display stands for.
    """

    path: tuple[str, ...]
    type: Type
    field: Field | None


@question(cyclic=False)
def is_pydantic(project: Project, symbol: Symbol) -> bool:
    """Whether a class is a Pydantic model; SQLModel's are."""
    return descends(project, symbol, PYDANTIC)


@question(cyclic=False)
def is_schema(project: Project, definition: ClassDefinition) -> bool:
    """Whether FastAPI serialises objects of a class field by field as declared: a Pydantic model, a dataclass, a typed
    dict or a named tuple."""
    symbol = symbol_of(definition)
    if is_pydantic(project, symbol) or descends(project, symbol, RECORDS):
        return True
    return any(_names(project, definition, decorator, "dataclass") for decorator in definition.node.decorators)


def _names(project: Project, owner: ClassDefinition, expr: Expr, *names: str) -> bool:
    """Whether an expression, or the function it calls, is a third party's that is called one of ``names``."""
    if isinstance(expr, Call):
        expr = expr.func
    if not isinstance(expr, str):
        return False
    symbol = resolve(project, owner.module, expr, owner.outer)
    return symbol is not None and symbol.is_external and symbol.last in names


@question(cyclic=())
def own_fields(project: Project, definition: ClassDefinition) -> tuple[Field, ...]:
    """The fields a schema's own body declares, computed ones included, in source order."""
    site = class_site(definition)
    found = {}
    for statement in statements(definition.node.body):
        if (
            isinstance(statement, Set)
            and statement.annotation is not None
            and _is_field(project, definition, statement)
        ):
            name = str(statement.targets[0])
            found[name] = Field(
                name=name,
                type=read(project, statement.annotation, site),
                owner=definition,
                place=whole(statement),
                is_excluded=_is_excluded(project, definition, statement),
            )
    _adapt(project, definition, found)
    return tuple(found.values())


def _is_field(project: Project, definition: ClassDefinition, statement: Set) -> bool:
    name = statement.targets[0]
    if not isinstance(name, str) or "." in name or name == "model_config" or (name[0] == "_" and name not in ROOT):
        return False
    if _names(project, definition, statement.value, "Relationship", "PrivateAttr"):
        return False
    annotation = statement.annotation.base if isinstance(statement.annotation, Item) else statement.annotation
    return not _names(project, definition, annotation, "ClassVar")


def _is_excluded(project: Project, definition: ClassDefinition, statement: Set) -> bool:
    return any(
        isinstance(given, Call) and getattr(given.keyword("exclude"), "value", None) is True
        for given in (statement.value, *_metadata(project, definition, statement.annotation))
    )


def _metadata(project: Project, definition: ClassDefinition, annotation: Expr) -> Iterator[Expr]:
    """What an ``Annotated`` says beside the type, also through one alias."""
    if isinstance(annotation, str):
        symbol = resolve(project, definition.module, annotation, definition.outer)
        if symbol is None or symbol.is_external or "." in symbol.name:
            return
        bindings = module_scope(project, project.by_path[symbol.path]).names.get(symbol.name)
        annotation = chosen(bindings).value if bindings else None
    if isinstance(annotation, Item) and isinstance(annotation.key, Seq) and annotation.key.kind == "tuple":
        yield from annotation.key.items[1:]


def _adapt(project: Project, definition: ClassDefinition, found: dict[str, Field]) -> None:
    """Add computed fields; a field with a serialiser of its own has that one's type."""
    for function in methods(project, definition).values():
        for decorator in function.node.decorators:
            if _names(project, definition, decorator, "computed_field"):
                type_ = _returns(project, function)
                found[function.node.name] = Field(
                    function.node.name, type_, definition, header(function), _hides(decorator)
                )  # fmt: skip
            elif isinstance(decorator, Call) and _names(project, definition, decorator, "field_serializer"):
                for name in [arg.value for arg in decorator.args if isinstance(arg, Const)]:
                    if name in found:
                        found[str(name)] = replace(found[str(name)], type=_returns(project, function))


def _hides(decorator: Expr) -> bool:
    return isinstance(decorator, Call) and getattr(decorator.keyword("exclude"), "value", None) is True


def _returns(project: Project, function: Function) -> Type:
    returns = function.node.returns
    return NOTHING_KNOWN if returns is None else read(project, returns, function_site(function))


@question(cyclic=())
def fields(project: Project, type_: Type) -> tuple[Field, ...]:
    """The fields of an object of a schema, inherited ones included, type variables filled in; none for other types and
    for models that serialise themselves."""
    definition = find_class(project, type_.symbol) if type_.kind == CLASS else None
    if definition is None or not is_schema(project, definition):
        return ()
    found: dict[str, Field] = {}
    for base in reversed(lineage(project, type_)):
        owner = find_class(project, base.symbol)
        if owner is None:
            continue
        if _serialises_itself(project, owner):
            return ()
        values = arguments(project, base)
        for field in own_fields(project, owner):
            found[field.name] = replace(field, type=substitute(field.type, values))
    return tuple(found.values())


@question(cyclic=False)
def _serialises_itself(project: Project, definition: ClassDefinition) -> bool:
    return any(
        _names(project, definition, decorator, "model_serializer")
        for function in methods(project, definition).values()
        for decorator in function.node.decorators
    )


class Selection(Record, frozen=True):
    """Which parts are serialised, as dotted paths of field names; ``included`` is None where all are."""

    excluded: frozenset[str] = frozenset()
    included: frozenset[str] | None = None

    def holds(self, path: tuple[str, ...]) -> bool:
        """Whether what lies at a path, or something below it, is serialised."""
        dotted = ".".join(path)
        if dotted in self.excluded:
            return False
        return (
            not path
            or self.included is None
            or any(
                dotted == kept or dotted.startswith(f"{kept}.") or kept.startswith(f"{dotted}.")
                for kept in self.included
            )
        )


EVERYTHING = Selection()


@question(cyclic=())
def model_parts(project: Project, type_: Type, selection: Selection) -> tuple[Part, ...]:
    """A model and all that is serialised of what it holds, the nearest first; of a type that is held in several places
    the nearest one, and no further than `DEEPEST` fields down."""
    found: list[Part] = []
    waiting = deque([Part((), type_, None)])
    seen: set[Type] = set()
    while waiting and len(found) < MOST:
        part = waiting.popleft()
        found.append(part)
        if part.type not in seen and len(part.path) < DEEPEST:
            seen.add(part.type)
            waiting.extend(inner for inner in _inside(project, part) if selection.holds(inner.path))
    return tuple(found)


def _inside(project: Project, part: Part) -> Iterator[Part]:
    type_ = part.type
    for field in fields(project, type_):
        if not field.is_excluded:
            yield Part((*part.path, field.name), field.type, field)
    if type_.kind == TYPE or type_.name == "collections.abc.Callable":
        return
    if type_.kind == CLASS and find_class(project, type_.symbol) is not None:
        for base in lineage(project, type_)[1:]:
            if find_class(project, base.symbol) is None and base.name not in ("typing.Generic", "typing.Protocol"):
                yield from (Part(part.path, arg, part.field) for arg in base.args)
        if not type_.labels:
            return
    for index, arg in enumerate(type_.args):
        label = type_.labels[index] if type_.kind != UNION and type_.labels else ""
        yield Part((*part.path, label), arg, None) if label else Part(part.path, arg, part.field)
