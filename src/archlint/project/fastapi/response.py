"""What a route promises to answer: its response model, status, response class, and what its handler returns.

Source: FastAPI, ``fastapi/routing.py`` (`APIRoute`) and "Response Model - Return Type".
"""

from archlint.core.record import Record
from archlint.facts.expressions import Const
from archlint.project.constants.values import constant_of
from archlint.project.fastapi.answers import DATA, JSON, answers, gives_only, only_raises
from archlint.project.fastapi.linking import Chain
from archlint.project.fastapi.routes import Route
from archlint.project.fastapi.types import (
    MIXED,
    MODEL,
    RESPONSE,
    UNREAD,
    annotated_as,
    is_json_class,
    response_class_of,
)
from archlint.project.fastapi.values import Argument, Arguments
from archlint.project.model import Project, question
from archlint.project.versions import is_older

OFF = "off"
GIVEN = "given"
ABSENT = ""
OK = 200
BODYLESS = frozenset({204, 205, 304})
READS_ANNOTATIONS = (0, 89)
"""The first FastAPI that takes a return annotation for the response model."""


class Contract(Record, frozen=True):
    """What a route promises.

    Attributes:
        stated: `GIVEN` with ``response_model=X``, `OFF` with ``response_model=None``, else `ABSENT`.
        model: the model given.
        annotation: the handler's return annotation.
        annotated: what that is: `MODEL`, `NOTHING` for ``None``, `RESPONSE` for a response class, `MIXED` for a union
            with one, `UNREAD` for a model that the FastAPI the project is held to takes for none, empty without one.
        status: the status it answers with when all is well; None where nothing says.
        is_json: the response class in effect is FastAPI's default or another that writes JSON.
        in_schema: one way to it at least is part of the OpenAPI schema.
    """

    stated: str
    model: Argument | None
    annotation: Argument | None
    annotated: str
    status: int | None
    is_json: bool
    in_schema: bool

    @property
    def has_body(self) -> bool | None:
        """Whether its status allows a body; None where the status is not known."""
        return None if self.status is None else self.status >= OK and self.status not in BODYLESS

    @property
    def effective(self) -> Argument | None:
        """The model FastAPI uses: what is given, else the annotation if that is one."""
        if self.stated == GIVEN:
            return self.model
        return self.annotation if self.stated == ABSENT and self.annotated in (MODEL, MIXED) else None


@question(cyclic=None)
def response_contract(project: Project, route: Route) -> Contract:
    """What a route promises to answer."""
    model = route.argument("response_model")
    stated = ABSENT if model is None else OFF if _is_none(model) else GIVEN
    handler = route.handler
    annotation = None
    if handler is not None and handler.node.returns is not None:
        annotation = Argument(handler.node.returns, handler.module, handler.outer)
    return Contract(
        stated=stated,
        model=model if stated == GIVEN else None,
        annotation=annotation,
        annotated=_annotated(project, annotation, stated),
        status=_status(project, route),
        is_json=any(_answers_json(project, route, chain) for chain in route.chains),
        in_schema=any(_in_schema(project, route, chain) for chain in route.chains),
    )


def _annotated(project: Project, annotation: Argument | None, stated: str) -> str:
    found = annotated_as(project, annotation)
    if annotation is None or found != MODEL or stated == GIVEN:
        return found
    return UNREAD if is_older(project, annotation.module, "fastapi", READS_ANNOTATIONS) else found


def returns_data(project: Project, route: Route) -> bool:
    """Whether the handler of a route returns data, in a JSON response object or for FastAPI to serialise."""
    return route.handler is not None and not answers(project, route.handler).isdisjoint((DATA, JSON))


def returns_responses(project: Project, route: Route) -> bool:
    """Whether the handler of a route returns nothing but response objects that hold no JSON, or never returns."""
    handler = route.handler
    return handler is not None and (gives_only(project, handler, RESPONSE) or only_raises(handler))


def _is_none(argument: Argument) -> bool:
    return isinstance(argument.value, Const) and argument.value.kind == "none"


def _status(project: Project, route: Route) -> int | None:
    argument = route.argument("status_code")
    if argument is None or _is_none(argument):
        return OK
    value = constant_of(project, argument.module, argument.function, argument.value)
    return value.value if value is not None and isinstance(value.value, int) else None


def levels(route: Route, chain: Chain) -> tuple[Arguments, ...]:
    """What is given for a route along one way to it, the route itself first, its app last."""
    found: list[Arguments] = [route.arguments]
    for step in reversed(chain.steps):
        found.append(step.router.arguments)
        if step.inclusion is not None:
            found.append(step.inclusion.arguments)
    return tuple(found)


def _answers_json(project: Project, route: Route, chain: Chain) -> bool:
    name = "response_class"
    for arguments in levels(route, chain):
        given = dict(arguments).get(name)
        if given is not None:
            class_ = response_class_of(project, given)
            return class_ is not None and is_json_class(project, class_)
        name = "default_response_class"
    return True


def _in_schema(project: Project, route: Route, chain: Chain) -> bool:
    for arguments in levels(route, chain):
        given = dict(arguments).get("include_in_schema")
        if given is not None:
            value = constant_of(project, given.module, given.function, given.value)
            if value is not None and value.value is False:
                return False
    return True
