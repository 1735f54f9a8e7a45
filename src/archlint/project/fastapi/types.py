"""What annotations and response classes are to FastAPI."""

from msgspec.structs import replace

from archlint.facts.expressions import Const, Expr, Item, Op, Seq
from archlint.project.classes import descends, find_class
from archlint.project.constants.objects import class_value
from archlint.project.constants.values import text_of
from archlint.project.fastapi.values import Argument
from archlint.project.model import Project
from archlint.project.names import Symbol, chosen, module_scope, resolve

MODEL = "model"
NOTHING = "nothing"
RESPONSE = "response"
MIXED = "mixed"
UNREAD = "unread"

BASE = frozenset({"starlette.responses.Response"})
JSON_CLASSES = frozenset({"starlette.responses.JSONResponse"})
UNIONS = ("Union", "Optional")
DEEPEST = 8


def annotated_as(project: Project, annotation: Argument | None, depth: int = 0) -> str:
    """What a return annotation is: `MODEL`, `NOTHING`, `RESPONSE`, `MIXED`; empty for none."""
    if annotation is None:
        return ""
    if depth > DEEPEST:
        return MODEL
    match annotation.value:
        case Const(kind="none"):
            return NOTHING
        case Op(op="|", operands=arms):
            return _union(project, annotation, arms, depth)
        case Item(base=str() as base, key=key):
            name = base.rpartition(".")[2]
            items = key.items if isinstance(key, Seq) else (key,)
            if name == "Annotated":
                return annotated_as(project, replace(annotation, value=items[0]), depth + 1)
            if name in UNIONS:
                return _union(project, annotation, items, depth)
        case str() as name:
            return _named(project, annotation, name, depth)
    return MODEL


def _union(project: Project, annotation: Argument, arms: tuple[Expr, ...], depth: int) -> str:
    kinds = {annotated_as(project, replace(annotation, value=arm), depth + 1) for arm in arms}
    if kinds == {RESPONSE}:
        return MIXED
    return MIXED if RESPONSE in kinds or MIXED in kinds else MODEL


def _named(project: Project, annotation: Argument, name: str, depth: int) -> str:
    symbol = resolve(project, annotation.module, name, annotation.function)
    if descends(project, symbol, BASE):
        return RESPONSE
    alias = alias_of(project, symbol)
    return annotated_as(project, alias, depth + 1) if alias is not None else MODEL


def alias_of(project: Project, symbol: Symbol | None) -> Argument | None:
    """The type expression a module-level name stands for, if it is an alias."""
    if symbol is None or symbol.is_external or "." in symbol.name or find_class(project, symbol) is not None:
        return None
    module = project.by_path[symbol.path]
    bindings = module_scope(project, module).names.get(symbol.name)
    binding = chosen(bindings) if bindings else None
    if binding is None or binding.kind != "value" or binding.value == symbol.name:
        return None
    return Argument(binding.value, module, None)


def response_class_of(project: Project, argument: Argument) -> Symbol | None:
    """The class a ``response_class`` names; None where nothing says."""
    if not isinstance(argument.value, str):
        return None
    return resolve(project, argument.module, argument.value, argument.function)


def is_response_class(project: Project, symbol: Symbol | None) -> bool:
    """Whether a class is Starlette's `Response` or descends from it."""
    return descends(project, symbol, BASE)


def is_json_class(project: Project, symbol: Symbol) -> bool:
    """Whether a response class writes JSON: a `JSONResponse`, or one of the project's with a JSON media type."""
    if descends(project, symbol, JSON_CLASSES):
        return True
    definition = find_class(project, symbol)
    media_type = class_value(project, definition, "media_type") if definition is not None else None
    if media_type is None:
        return False
    expr, owner = media_type
    return is_json_type(text_of(project, owner.module, owner.outer, expr))


def is_json_type(media_type: str | None) -> bool:
    """Whether a media type is JSON."""
    return media_type is not None and "json" in media_type.lower()
