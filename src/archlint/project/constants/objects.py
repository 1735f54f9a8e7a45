"""What object of the project an expression denotes, and what its attributes are declared to be.

For settings, enums and other holders of values: followed through names, calls, annotations and single returns.
"""

from collections.abc import Callable

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Await, Call, Const, Expr, Item, Lambda, Op, Seq
from archlint.facts.statements import Return, Set
from archlint.project.classes import find_class, find_function, method, mro, written
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.flow.forms import decorator_name
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project
from archlint.project.names import Symbol, chosen, function_scope, module_scope, resolve
from archlint.project.walk import statements

DEPTH = 12
NESTING = 60
SELF = "self"
TRANSPARENT = ("Annotated", "Optional", "Final", "ClassVar")
GETTERS = ("property", "cached_property", "computed_field")
MANY_LINES = 60


class Context(Record, frozen=True):
    """Where an expression stands.

    Attributes:
        local: asked first for the value of a dotted name.
        this: the object ``self`` is.
        siblings: the class in whose body the expression stands.
        depth, nesting: how many names, and how many expressions around this one, led here.
        partial: an unknown part of a text becomes an ellipsis instead of making the whole text unknown.
        open_: the locals being followed, so that none is followed into itself.
    """

    module: Module
    function: Function | None
    local: "Callable[[str], Const | None] | None" = None
    this: "Owner | None" = None
    siblings: ClassDefinition | None = None
    partial: bool = False
    depth: int = 0
    nesting: int = 0
    open_: tuple[tuple[Function, str], ...] = ()

    def deeper(self) -> "Context":
        return replace(self, depth=self.depth + 1)

    def at(self, module: Module, function: Function | None) -> "Context":
        """Another place, reached from this one."""
        return Context(module, function, partial=self.partial, depth=self.depth + 1, nesting=self.nesting)


class Owner(Record, frozen=True):
    """An object of a class of the project and the call that made it; without one, as the annotation says, or
    (``is_class``) the class itself."""

    definition: ClassDefinition
    call: Call | None
    context: Context
    is_class: bool = False


def local_value(project: Project, function: Function, name: str, context: Context) -> tuple[Expr, Context] | None:
    """The expression a local of a function stands for, and where it stands: the only thing assigned to it, or a
    parameter's default."""
    if (function, name) in context.open_:
        return None
    inside = replace(context, function=function, depth=context.depth + 1, open_=(*context.open_, (function, name)))
    if name in function.node.binds:
        bindings = function_scope(project, function).names.get(name, [])
        if len(bindings) == 1 and bindings[0].kind == "value" and bindings[0].value != name:
            return bindings[0].value, inside
        return None
    for param in function.node.params:
        if param.name == name and param.default is not None:
            return param.default, replace(inside, function=function.outer)
    return None


def owner_of(project: Project, expr: Expr, context: Context) -> Owner | None:
    """The object an expression denotes, if it is one of a class of the project."""
    if context.depth > DEPTH:
        return None
    match expr:
        case str():
            return _named(project, expr, context)
        case Call():
            return _made(project, expr, context)
        case Attr(base=base, name=name):
            owner = owner_of(project, base, context.deeper())
            return None if owner is None else _attribute(project, owner, name, context.deeper())
        case Await(value=value):
            return owner_of(project, value, context.deeper())
    return None


def _named(project: Project, name: str, context: Context) -> Owner | None:
    head, *rest = name.split(".")
    owner = _head(project, head, context)
    if owner is None and rest:
        symbol = resolve(project, context.module, name, context.function)
        return None if symbol is None else _of_symbol(project, symbol, context)
    for attribute in rest:
        owner = None if owner is None else _attribute(project, owner, attribute, context.deeper())
    return owner


def _head(project: Project, name: str, context: Context) -> Owner | None:
    if context.this is not None and name == SELF:
        return context.this
    function = context.function
    while function is not None:
        for param in function.node.params:
            if param.name == name and param.annotation is not None and name not in function.node.binds:
                return annotated(project, param.annotation, replace(context, function=function.outer))
        bound = local_value(project, function, name, context)
        if bound is not None:
            return owner_of(project, *bound)
        if name in function.node.binds:
            break
        function = function.outer
    symbol = resolve(project, context.module, name, context.function)
    return None if symbol is None else _of_symbol(project, symbol, context)


def _of_symbol(project: Project, symbol: Symbol, context: Context) -> Owner | None:
    definition = find_class(project, symbol)
    if definition is not None:
        return Owner(definition, None, context, is_class=True)
    if symbol.is_external or not symbol.name:
        return None
    module = project.by_path[symbol.path]
    head, *rest = symbol.name.split(".")
    bindings = module_scope(project, module).names.get(head)
    if not bindings:
        return None
    binding, inside = chosen(bindings), context.at(module, None)
    owner: Owner | None
    if binding.kind == "definition":
        definition = find_class(project, Symbol(symbol.path, head))
        owner = Owner(definition, None, inside, is_class=True) if definition else None
    else:
        owner = owner_of(project, binding.value, inside) if binding.value != head else None
        owner = owner or annotated(project, binding.annotation, inside)
    for attribute in rest:
        owner = None if owner is None else _attribute(project, owner, attribute, inside)
    return owner


def _made(project: Project, call: Call, context: Context) -> Owner | None:
    """What a call gives: an object of the class called, or what the function called returns."""
    if not isinstance(call.func, str):
        return None
    symbol = resolve(project, context.module, call.func, context.function)
    definition = find_class(project, symbol)
    if definition is not None:
        return Owner(definition, call, context)
    if symbol is not None and symbol.is_external and call.args:
        if symbol.name == "typing.cast":
            return owner_of(project, call.args[-1], context.deeper())
        if symbol.name in names_in("fastapi", "objects", "injectors"):
            return owner_of(project, Call(call.args[0], (), (), 0, 0, 0, 0), context.deeper())
    function = find_function(project, symbol)
    if function is None:
        return None
    inside = context.at(function.module, function)
    returned = returned_value(function)
    owner = owner_of(project, returned, inside) if returned is not None else None
    return owner or annotated(project, function.node.returns, replace(inside, function=function.outer))


def _attribute(project: Project, owner: Owner, name: str, context: Context) -> Owner | None:
    found = field(project, owner, name, context)
    return None if found is None else owner_of(project, found[0], found[1])


def annotated(project: Project, annotation: Expr, context: Context) -> Owner | None:
    """An object of the class of the project an annotation names, ``Annotated`` and ``Optional`` looked through."""
    match annotation:
        case Item(base=base, key=key) if isinstance(base, str):
            inner = key.items[0] if isinstance(key, Seq) and key.items else key
            return annotated(project, inner if base.rpartition(".")[2] in TRANSPARENT else base, context)
        case Op(op="|", operands=operands):
            found = [annotated(project, operand, context) for operand in operands]
            return next((owner for owner in found if owner), None)
        case str():
            definition = find_class(project, resolve(project, context.module, annotation, context.function))
            return Owner(definition, None, context) if definition else None
    return None


def class_value(project: Project, definition: ClassDefinition, name: str) -> tuple[Expr, ClassDefinition] | None:
    """What a class or its nearest ancestor in the project assigns to a name in its body, and which class does. A name
    that is only annotated stands for an object of that class."""
    for owner in mro(project, definition):
        for statement in statements(owner.node.body):
            if isinstance(statement, Set) and name in statement.targets:
                if statement.value is not None:
                    return statement.value, owner
                return Call(written(statement.annotation), (), (), 0, 0, 0, 0), owner
    return None


def field(project: Project, owner: Owner, name: str, context: Context) -> tuple[Expr, Context] | None:
    """The expression an attribute of an object stands for and where that stands: what the call that made the object
    passes, the class's default, what ``__init__`` assigns, or what a property returns."""
    if owner.call is not None:
        passed = owner.call.keyword(name)
        if passed is not None:
            return passed, owner.context
    found = class_value(project, owner.definition, name)
    if found is not None:
        expr, definition = found
        return default_of(expr), replace(context.at(definition.module, definition.outer), siblings=definition)
    return _from_init(project, owner, name, context) or _from_getter(project, owner, name, context)


def default_of(expr: Expr) -> Expr:
    """The default a field is declared with: ``Field("/api")``, ``Field(default=…)``, ``field(default_factory=…)``."""
    if not isinstance(expr, Call) or not isinstance(expr.func, str):
        return expr
    if not expr.func.rpartition(".")[2].lower().endswith("field"):
        return expr
    default = expr.keyword("default") or next(iter(expr.args), None)
    if default is not None:
        return default
    factory = expr.keyword("default_factory")
    if isinstance(factory, Lambda):
        return factory.body
    return None if factory is None else Call(factory, (), (), expr.line, expr.col, expr.end_line, expr.end_col)


def _from_init(project: Project, owner: Owner, name: str, context: Context) -> tuple[Expr, Context] | None:
    init = method(project, owner.definition, "__init__")
    if init is None:
        return None
    target = f"{SELF}.{name}"
    for statement in statements(init.body):
        if isinstance(statement, Set) and target in statement.targets:
            return _passed(owner, init, statement.value) or (statement.value, context.at(init.module, init))
    return None


def _passed(owner: Owner, init: Function, name: Expr) -> tuple[Expr, Context] | None:
    """What the call that made an object passes for a parameter of its ``__init__``."""
    params = [param.name for param in init.node.params[1:]]
    if owner.call is None or not isinstance(name, str) or name not in params:
        return None
    passed = owner.call.keyword(name)
    position = params.index(name)
    if passed is None and position < len(owner.call.args):
        passed = owner.call.args[position]
    return None if passed is None else (passed, owner.context)


def _from_getter(project: Project, owner: Owner, name: str, context: Context) -> tuple[Expr, Context] | None:
    getter = method(project, owner.definition, name)
    if getter is None:
        return None
    if not any(decorator_name(each).rpartition(".")[2] in GETTERS for each in getter.node.decorators):
        return None
    returned = returned_value(getter)
    return None if returned is None else (returned, replace(context.at(getter.module, getter), this=owner))


def returned_value(function: Function) -> Expr:
    """What a short function returns, when it has one ``return``."""
    if function.node.end_line - function.node.line > MANY_LINES:
        return None
    found = [s.value for s in statements(function.body) if isinstance(s, Return)]
    return found[0] if len(found) == 1 else None
