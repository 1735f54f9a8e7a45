"""Which classes are apps and routers: FastAPI's, their subclasses in the project, and those a function makes."""

from archlint.facts.expressions import Expr, Item, Op, Seq
from archlint.project.classes import ancestors, find_class, find_function, symbol_of
from archlint.project.constants.objects import returned_value
from archlint.project.definitions import ClassDefinition, Function, inner_definitions
from archlint.project.fastapi.values import APP, BARE, ROUTER
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, resolve

DEEPEST = 8
TRANSPARENT = ("Annotated", "Optional", "Final", "ClassVar", "Union")


@question(cyclic="")
def class_kind(project: Project, symbol: Symbol) -> str:
    """`APP`, `ROUTER` or `BARE` for a class that is or descends from one, else empty."""
    for candidate in (symbol, *ancestors(project, symbol)):
        if not candidate.is_external:
            maker = find_function(project, candidate) if find_class(project, candidate) is None else None
            made = made_class(project, maker) if maker else None
            kind = class_kind(project, made) if made else ""
            if kind:
                return kind
            continue
        for kind, group in ((APP, "apps"), (ROUTER, "routers"), (BARE, "bare")):
            if candidate.name in names_in("fastapi", "classes", group):
                return kind
        if _is_extension(candidate):
            return ROUTER
    return ""


def _is_extension(symbol: Symbol) -> bool:
    """Whether a third party's class is a router by its name and its package's, as extensions of FastAPI call theirs
    (``fastapi_utils.inferring_router.InferringRouter``, ``faststream.rabbit.fastapi.RabbitRouter``)."""
    package, _, last = symbol.name.rpartition(".")
    return last.endswith("Router") and "fastapi" in package and not package.startswith("fastapi.")


def made_class(project: Project, function: Function) -> Symbol | None:
    """The class a function returns: a class defined in it, or what its annotation ``type[X]`` says."""
    returned = returned_value(function)
    if isinstance(returned, str):
        inner = inner_definitions(project, function).classes.get(f"{function.name}.<locals>.{returned}")
        if inner is not None:
            return symbol_of(inner)
    annotation = function.node.returns
    if isinstance(annotation, Item) and annotation.base in ("type", "Type", "typing.Type"):
        key = annotation.key
        return resolve(project, function.module, key, function.outer) if isinstance(key, str) else None
    return None


def named_class(
    project: Project, module: Module, function: Function | None, annotation: Expr, depth: int = 0
) -> Symbol | None:
    """The class an annotation names, looked for through ``Annotated``, ``Optional`` and unions with None."""
    if depth > DEEPEST:
        return None
    match annotation:
        case Item(base=str() as base, key=key) if base.rpartition(".")[2] in TRANSPARENT:
            items = key.items if isinstance(key, Seq) else (key,)
            if base.endswith("Annotated"):
                items = items[:1]
            return _first(project, module, function, items, depth)
        case Item(base=base):
            return named_class(project, module, function, base, depth + 1)
        case Op(op="|", operands=operands):
            return _first(project, module, function, operands, depth)
        case str():
            return resolve(project, module, annotation, function)
    return None


def _first(
    project: Project, module: Module, function: Function | None, items: tuple[Expr, ...], depth: int
) -> Symbol | None:
    for item in items:
        found = named_class(project, module, function, item, depth + 1)
        if found is not None:
            return found
    return None


@question(cyclic="")
def annotated_kind(project: Project, function: Function, name: str) -> str:
    """The kind of app or router a function's parameter (or, for ``return``, its result) is annotated as."""
    annotation = next((p.annotation for p in function.node.params if p.name == name), None)
    if name == "return":
        annotation = function.node.returns
    if annotation is None:
        return ""
    symbol = named_class(project, function.module, function.outer, annotation)
    return class_kind(project, symbol) if symbol else ""


def takes_router(project: Project, function: Function) -> bool:
    """Whether a parameter is annotated as an app or router, or the result is."""
    names = [param.name for param in function.node.params if param.annotation is not None]
    return any(annotated_kind(project, function, name) for name in [*names, "return"])


def is_router_class(project: Project, definition: ClassDefinition) -> bool:
    """Whether a class of the project is an app or router."""
    return class_kind(project, symbol_of(definition)) in (APP, ROUTER)
