"""What a route's response holds: the model in effect as a type, all its fields, and what is sent without a model.

Source: FastAPI, "Response Model - Return Type" and ``fastapi/routing.py`` (`APIRoute`, `serialize_response`).
"""

from collections.abc import Iterator

from archlint.core.record import Record
from archlint.facts.expressions import Const, Expr, Map, Seq
from archlint.project.classes import find_class
from archlint.project.definitions import ClassDefinition
from archlint.project.fastapi.response import GIVEN, Contract, response_contract, returns_responses
from archlint.project.fastapi.routes import Route
from archlint.project.fastapi.types import MIXED, MODEL, RESPONSE, UNREAD
from archlint.project.fastapi.values import Argument
from archlint.project.model import Module, Project, question
from archlint.project.names import chosen, module_scope, resolve
from archlint.project.places import Place, header
from archlint.project.spelling import spelled
from archlint.project.types.annotations import (
    CLASS,
    NOTHING_KNOWN,
    UNKNOWN,
    Site,
    Type,
    function_site,
    read,
)  # fmt: skip
from archlint.project.types.carriers import says_nothing
from archlint.project.types.data import is_mapped, may_hold_mapped
from archlint.project.types.expressions import NOBODY, inferred
from archlint.project.types.holding import classes_in
from archlint.project.types.schemas import EVERYTHING, Part, Selection, model_parts


class Model(Record, frozen=True):
    """The response model in effect: its type, and as written."""

    type: Type
    written: str


@question(cyclic=None)
def response_model(project: Project, route: Route) -> Model | None:
    """The response model in effect: ``response_model=``, else the return annotation; None without one."""
    contract = response_contract(project, route)
    argument = contract.effective
    if argument is None or (contract.stated != GIVEN and _streams(route)):
        return None
    site = Site(argument.module, argument.function)
    if contract.stated != GIVEN and route.handler is not None:
        site = function_site(route.handler)
    return Model(read(project, argument.value, site), spelled(argument.value))


def _streams(route: Route) -> bool:
    return route.handler is not None and route.handler.is_generator


def response_parts(project: Project, route: Route) -> tuple[Part, ...]:
    """The response model and all that is serialised of what it holds, ``response_model_exclude`` and ``_include``
    heeded; empty without a model."""
    model = response_model(project, route)
    return () if model is None else model_parts(project, model.type, selection(project, route))


def selection(project: Project, route: Route) -> Selection:
    """What ``response_model_exclude`` and ``response_model_include`` leave of a response."""
    excluded, included = route.argument("response_model_exclude"), route.argument("response_model_include")
    if excluded is None and included is None:
        return EVERYTHING
    return Selection(
        frozenset(_paths(project, excluded)) if excluded is not None else frozenset(),
        frozenset(_paths(project, included)) if included is not None else None,
    )


def _paths(project: Project, argument: Argument) -> Iterator[str]:
    expr = argument.value
    if isinstance(expr, str):
        symbol = resolve(project, argument.module, expr, argument.function)
        bindings = (
            module_scope(project, project.by_path[symbol.path]).names.get(symbol.name)
            if symbol is not None and not symbol.is_external
            else None
        )
        expr = chosen(bindings).value if bindings else None
    yield from _dotted(expr, "")


def _dotted(expr: Expr, above: str) -> Iterator[str]:
    """The paths in ``{"user": {"password"}, "items": {"__all__": {"cost"}}}``; lists have no step of their own."""
    if isinstance(expr, Seq):
        yield from (f"{above}{item.value}" for item in expr.items if isinstance(item, Const))
    elif isinstance(expr, Map):
        for key, value in expr.pairs:
            if isinstance(key, Const):
                path = above if key.value == "__all__" or key.kind == "int" else f"{above}{key.value}."
                if isinstance(value, Seq | Map):
                    yield from _dotted(value, path)
                elif path:
                    yield path.removesuffix(".")


def untyped_response(project: Project, route: Route) -> str | None:
    """The response model in effect, as written, if it says nothing; None for answers that are no JSON data, too."""
    contract = response_contract(project, route)
    if not contract.is_json or not contract.has_body or (contract.stated != GIVEN and contract.annotated == MIXED):
        return None
    model = response_model(project, route)
    if model is None or not says_nothing(model.type) or returns_responses(project, route):
        return None
    return model.written


class MappedPart(Record, frozen=True):
    """A mapped class in a response.

    Attributes:
        definition: the class, ``module`` and ``place`` its declaration.
        path: the fields that lead to it; empty where it is the whole answer, alone or in a list.
        written: the response model as written; empty where the handler returns the object without one.
    """

    definition: ClassDefinition
    module: Module
    place: Place
    path: tuple[str, ...]
    written: str

    @property
    def name(self) -> str:
        return self.definition.node.name


@question(cyclic=None)
def mapped_in_response(project: Project, route: Route) -> MappedPart | None:
    """The first mapped class whose objects a route serialises column by column: held by its response model or, where
    no model says what is sent, by what the handler returns."""
    contract = response_contract(project, route)
    if contract.has_body is False or not contract.is_json:
        return None
    model = response_model(project, route)
    if model is not None:
        if not _may_hold_mapped(project, model.type):
            return None
        return _mapped(project, response_parts(project, route), model.written)
    if contract.effective is not None or contract.annotated == RESPONSE:
        return None
    return _mapped(project, model_parts(project, _returned(project, route, contract), EVERYTHING), "")


def _returned(project: Project, route: Route, contract: Contract) -> Type:
    """What a handler returns: what its ``return`` statements give, else what it is annotated to."""
    handler = route.handler
    if handler is None or handler.is_generator:
        return NOTHING_KNOWN
    found = inferred(project, handler, NOBODY)
    if found.kind == UNKNOWN and contract.annotated in (MODEL, UNREAD):
        return read(project, handler.node.returns, function_site(handler))
    return found


def _may_hold_mapped(project: Project, type_: Type) -> bool:
    return any(may_hold_mapped(project, definition) for definition in classes_in(project, type_))


def _mapped(project: Project, parts: tuple[Part, ...], written: str) -> MappedPart | None:
    for part in parts:
        definition = find_class(project, part.type.symbol) if part.type.kind == CLASS else None
        if definition is not None and is_mapped(project, definition):
            return MappedPart(definition, definition.module, header(definition), part.path, written)
    return None
