"""What an expression is, as far as annotations, constructors and queries carry.

Nothing is guessed: what cannot be followed is `UNKNOWN`, and a union that holds a type means that there is a way through
the code on which the value is of that type. Sources: the typing specification; SQLAlchemy, "ORM Querying Guide".
"""

from collections.abc import Callable
from typing import NamedTuple

from archlint.facts.expressions import (
    Attr,
    Await,
    Call,
    Comp,
    Cond,
    Const,
    Expr,
    Item,
    Map,
    Op,
    Seq,
    Slice,
    Star,
    Walrus,
)
from archlint.facts.statements import Set
from archlint.project.annotations import (
    ANY,
    CLASS,
    NO_VALUE,
    NOTHING_KNOWN,
    TYPE,
    UNKNOWN,
    Site,
    Type,
    arguments,
    arms,
    class_site,
    external,
    function_site,
    instance,
    lineage,
    narrow,
    read,
    solved,
    substitute,
    union,
    variables,
)  # fmt: skip
from archlint.project.carriers import STATEMENT, carried, element, is_stream, is_telling, selecting
from archlint.project.classes import find_class, find_function, methods, symbol_of
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.flow import (
    ADDED,
    ELEMENT,
    IS,
    IS_NOT,
    PARAM,
    VALUE,
    Assigned,
    Env,
    looped,
    parameters_of,
    returned,
)
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import MODULE, Symbol, chosen, member, module_scope, resolve
from archlint.project.walk import statements

NESTING = 40
CALLS = 4
INJECTORS = ("fastapi.Depends", "fastapi.Security")
GETTERS = ("property", "cached_property", "hybrid_property")
COPIERS = frozenset({"copy.copy", "copy.deepcopy", "fastapi.encoders.jsonable_encoder"})
LISTERS = frozenset({"builtins.list", "builtins.sorted", "builtins.tuple", "builtins.set", "builtins.reversed"})
THREADS = frozenset(
    {"fastapi.concurrency.run_in_threadpool", "starlette.concurrency.run_in_threadpool", "asyncio.to_thread",
     "anyio.to_thread.run_sync"}
)  # fmt: skip


class Frame(NamedTuple):
    """Where an expression stands.

    Attributes:
        env: what the function's locals can be there.
        this: what ``self`` is, where that is known better than by the class around the function.
        calls, nesting: how many functions without annotation, and how many expressions around this one, led here.
    """

    module: Module
    function: Function | None
    env: Env
    this: Type | None = None
    calls: int = 0
    nesting: int = 0


def type_of(project: Project, expr: Expr, frame: Frame) -> Type:
    """What an expression is."""
    if frame.nesting > NESTING:
        return NOTHING_KNOWN
    frame = frame._replace(nesting=frame.nesting + 1)
    match expr:
        case Const(kind="none"):
            return NO_VALUE
        case Const(kind=kind):
            return external(f"builtins.{kind}")
        case str():
            return _name(project, expr, frame)
        case Attr(base=base, name=name):
            return attribute(project, type_of(project, base, frame), name, frame.calls)
        case Await(value=value) | Walrus(value=value) | Star(value=value):
            return type_of(project, value, frame)
        case Call():
            return _call(project, expr, frame)
    return _compound(project, expr, frame)


def _compound(project: Project, expr: Expr, frame: Frame) -> Type:
    match expr:
        case Cond(then=then, other=other):
            return union([type_of(project, then, frame), type_of(project, other, frame)])
        case Op(op="or" | "and", operands=operands):
            return union([type_of(project, operand, frame) for operand in operands])
        case Seq(kind=kind, items=items):
            return _display(project, kind, items, frame)
        case Map(pairs=pairs):
            labels = tuple(str(key.value) if isinstance(key, Const) and key.kind == "str" else "" for key, _ in pairs)
            return Type(
                CLASS, Symbol("", "builtins.dict"), tuple(type_of(project, value, frame) for _, value in pairs), labels
            )  # fmt: skip
        case Comp():
            return _comprehension(project, expr, frame)
        case Item(base=base, key=key):
            held = type_of(project, base, frame)
            if held.kind == TYPE:
                return Type(TYPE, None, (read(project, expr, Site(frame.module, frame.function)),))
            return held if isinstance(key, Slice) else element(held, key)
    return NOTHING_KNOWN


def _display(project: Project, kind: str, items: tuple[Expr, ...], frame: Frame) -> Type:
    found = [
        element(type_of(project, item, frame)) if isinstance(item, Star) else type_of(project, item, frame)
        for item in items
    ]
    if kind != "tuple" and found:
        found = [union(found)]
    return external(f"builtins.{kind}", *found)


def _comprehension(project: Project, comp: Comp, frame: Frame) -> Type:
    for generator in comp.fors:
        frame = frame._replace(env=looped(generator.target, generator.iter, frame.env))
    return external(
        "builtins.dict" if comp.kind == "dict" else "builtins.list", type_of(project, comp.elements[-1], frame)
    )


def _name(project: Project, name: str, frame: Frame) -> Type:
    head, *rest = name.split(".")
    found = local(project, head, frame)
    if found is None:
        found, rest = _global(project, head, rest, frame)
    for part in rest:
        found = attribute(project, found, part, frame.calls)
    return found


def local(project: Project, name: str, frame: Frame) -> Type | None:
    """What a local of the function an expression stands in is; None for other names."""
    assigned = frame.env.get(name)
    if assigned is None:
        return None
    function = frame.function
    if function is not None and function.owner is not None and assigned[0].how == PARAM:
        params = function.node.params
        if params and params[0].name == name and params[0].annotation is None:
            this = frame.this or instance(project, function.owner)
            is_class = any(d in ("classmethod", "builtins.classmethod") for d in function.node.decorators)
            return Type(TYPE, None, (this,)) if is_class else this
    return union([_assigned(project, a, frame.module, function, frame.this, frame.calls) for a in assigned])


@question(cyclic=NOTHING_KNOWN)
def _assigned(
    project: Project, assigned: Assigned, module: Module, function: Function | None, this: Type | None, calls: int
) -> Type:  # fmt: skip
    frame = Frame(module, function, assigned.env, this, calls)
    if assigned.param is not None:
        return _parameter(project, assigned.param.annotation, assigned.param.default, frame)
    if assigned.annotation is not None:
        declared = read(project, assigned.annotation, Site(module, function))
        if declared.kind not in (UNKNOWN, ANY):
            return declared
    if assigned.how in (IS, IS_NOT):
        return _narrowed(project, assigned, frame)
    if assigned.how not in (VALUE, ELEMENT, ADDED):
        return NOTHING_KNOWN
    found = type_of(project, assigned.expr, frame)
    if assigned.how == ADDED:
        return external("builtins.list", found)
    if assigned.how == ELEMENT:
        found = element(found)
    if assigned.position >= 0:
        found = element(found, Const("int", assigned.position)) if found.name == "builtins.tuple" else NOTHING_KNOWN
    return found


def _narrowed(project: Project, assigned: Assigned, frame: Frame) -> Type:
    """What ``isinstance`` leaves of what a local was."""
    classes = assigned.expr.items if isinstance(assigned.expr, Seq) else (assigned.expr,)
    site = Site(frame.module, frame.function)
    tested = union([read(project, class_, site) for class_ in classes])
    return narrow(project, local(project, assigned.name, frame) or NOTHING_KNOWN, tested, assigned.how == IS)


def _parameter(project: Project, annotation: Expr, default: Expr, frame: Frame) -> Type:
    if annotation is not None and frame.function is not None:
        declared = read(project, annotation, function_site(frame.function))
        if declared.kind not in (UNKNOWN, ANY):
            return declared
    outer = Frame(frame.module, frame.function.outer if frame.function else None, {}, None, frame.calls)
    return type_of(project, default, outer) if isinstance(default, Call) else NOTHING_KNOWN


def _global(project: Project, head: str, rest: list[str], frame: Frame) -> tuple[Type, list[str]]:
    """What a name that is no local stands for, and the attributes that are still to be followed."""
    symbol = resolve(project, frame.module, head, frame.function)
    while symbol is not None and rest and (symbol.is_external or symbol.name == MODULE):
        symbol = member(project, frame.module, symbol, rest[0])
        rest = rest[1:]
    if symbol is None or symbol.is_external or symbol.name == MODULE:
        return NOTHING_KNOWN, rest
    if find_class(project, symbol) is not None:
        return Type(TYPE, None, (Type(CLASS, symbol),)), rest
    return module_value(project, symbol), rest


@question(cyclic=NOTHING_KNOWN)
def module_value(project: Project, symbol: Symbol) -> Type:
    """What a module-level variable of the project is."""
    module = project.by_path[symbol.path]
    bindings = module_scope(project, module).names.get(symbol.name)
    binding = chosen(bindings) if bindings else None
    if binding is None or binding.kind != "value":
        return NOTHING_KNOWN
    if binding.annotation is not None:
        declared = read(project, binding.annotation, Site(module))
        if declared.kind not in (UNKNOWN, ANY):
            return declared
    if isinstance(binding.value, Item):
        aliased = read(project, binding.value, Site(module))
        if aliased.kind == CLASS:
            return Type(TYPE, None, (aliased,))
    return type_of(project, binding.value, Frame(module, None, {})) if binding.value != symbol.name else NOTHING_KNOWN


def attribute(project: Project, type_: Type, name: str, calls: int = 0) -> Type:
    """What an attribute of an object, or of a class, is."""
    return union([_attribute(project, arm, name, calls) for arm in arms(type_)])


@question(cyclic=NOTHING_KNOWN)
def _attribute(project: Project, type_: Type, name: str, calls: int) -> Type:
    holder = type_.args[0] if type_.kind == TYPE and type_.args else type_
    for base in lineage(project, holder):
        owner = find_class(project, base.symbol)
        found = None if owner is None else _own_attribute(project, owner, holder, name, calls)
        if found is not None:
            return substitute(found, arguments(project, base))
    return NOTHING_KNOWN


def _own_attribute(project: Project, owner: ClassDefinition, this: Type, name: str, calls: int) -> Type | None:
    for statement in statements(owner.node.body):
        if isinstance(statement, Set) and name in statement.targets:
            if statement.annotation is not None:
                return read(project, statement.annotation, class_site(owner))
            return type_of(project, statement.value, Frame(owner.module, owner.outer, {}, None, calls))
    own = methods(project, owner)
    getter = own.get(name)
    if getter is not None:
        decorators = [d.func if isinstance(d, Call) else d for d in getter.node.decorators]
        is_getter = any(isinstance(d, str) and d.rpartition(".")[2] in GETTERS for d in decorators)
        return called(project, getter, this, None, None, calls) if is_getter else NOTHING_KNOWN
    init = own.get("__init__")
    for statement in statements(init.body) if init is not None else ():
        if init is not None and isinstance(statement, Set) and f"self.{name}" in statement.targets:
            if statement.annotation is not None:
                return read(project, statement.annotation, function_site(init))
            return type_of(project, statement.value, Frame(init.module, init, parameters_of(init), this, calls))
    return None


def _call(project: Project, call: Call, frame: Frame) -> Type:
    match call.func:
        case Item():
            made = read(project, call.func, Site(frame.module, frame.function))
            return made if made.kind == CLASS and find_class(project, made.symbol) is not None else NOTHING_KNOWN
        case Attr(base=base, name=name):
            return method_call(project, type_of(project, base, frame), name, call, frame)
        case str() as func:
            head = func.partition(".")[0]
            symbol = None if head in frame.env else resolve(project, frame.module, func, frame.function)
            if symbol is not None and symbol.is_external:
                return _third_party(project, symbol.name, call, frame)
            found = _known(project, symbol, call, frame)
            if found is not None:
                return found
            base, _, name = func.rpartition(".")
            held = _name(project, base, frame) if base else _name(project, name, frame)
            return method_call(project, held, name if base else "__call__", call, frame)
    return NOTHING_KNOWN


def _known(project: Project, symbol: Symbol | None, call: Call, frame: Frame) -> Type | None:
    """What calling a class or function of the project gives; None when the symbol is neither."""
    definition = find_class(project, symbol)
    if definition is not None:
        return constructed(project, definition, call, frame)
    if symbol is None or "." in symbol.name.rpartition(".<locals>.")[2]:
        return None
    function = find_function(project, symbol)
    return None if function is None else called(project, function, None, call, frame, frame.calls)


def constructed(project: Project, definition: ClassDefinition, call: Call, frame: Frame) -> Type:
    """An object of a class; what its type variables stand for follows from what ``__init__`` is given."""
    made = instance(project, definition)
    init = methods(project, definition).get("__init__")
    if not made.args or init is None:
        return made
    return substitute(made, solved(project, init, made, call, _typing(project, frame)))


def called(
    project: Project, function: Function, this: Type | None, call: Call | None, frame: Frame | None, calls: int
) -> Type:  # fmt: skip
    """What calling a function gives: what its annotation says, else what its ``return`` statements give."""
    returns = function.node.returns
    declared = NOTHING_KNOWN if returns is None else read(project, returns, function_site(function))
    if declared.name == "typing.Self" and this is not None:
        return this
    if declared.kind in (UNKNOWN, ANY):
        declared = inferred(project, function, this, calls + 1) if calls < CALLS else NOTHING_KNOWN
    if function.owner is not None and this is not None:
        for base in lineage(project, this):
            if base.symbol == symbol_of(function.owner):
                declared = substitute(declared, arguments(project, base))
    if call is not None and frame is not None and variables((declared,)):
        declared = substitute(declared, solved(project, function, this, call, _typing(project, frame)))
    return declared


@question(cyclic=NOTHING_KNOWN)
def inferred(project: Project, function: Function, this: Type | None, calls: int) -> Type:
    """What the ``return`` statements of a function give."""
    if function.is_generator:
        return NOTHING_KNOWN
    return union(
        [type_of(project, value, Frame(function.module, function, env, this, calls)) for value, env in
         returned(project, function)]
    )  # fmt: skip


def _typing(project: Project, frame: Frame) -> Callable[[Expr], Type]:
    return lambda expr: type_of(project, expr, frame)


def _third_party(project: Project, name: str, call: Call, frame: Frame) -> Type:
    if not call.args:
        return NOTHING_KNOWN
    first = call.args[0]
    if name == "typing.cast":
        return read(project, first, Site(frame.module, frame.function))
    if name in INJECTORS:
        return injected(project, first, frame)
    if name in THREADS:
        return type_of(project, Call(first, call.args[1:], call.kwargs, *_span(call)), frame)
    if name in COPIERS:
        return type_of(project, first, frame)
    if name in LISTERS:
        return external("builtins.list", element(type_of(project, first, frame)))
    if name == "builtins.next":
        return element(type_of(project, first, frame))
    if name in names_in("data", "entities", "statements"):
        return selecting(STATEMENT, tuple(type_of(project, arg, frame) for arg in call.args))
    return NOTHING_KNOWN


def _span(call: Call) -> tuple[int, int, int, int]:
    return call.line, call.col, call.end_line, call.end_col


def injected(project: Project, dependency: Expr, frame: Frame) -> Type:
    """What ``Depends(dependency)`` gives: what the dependency returns, or yields."""
    found = type_of(project, Call(dependency, (), (), 0, 0, 0, 0), frame)
    return element(found) if is_stream(found) else found


def method_call(project: Project, receiver: Type, name: str, call: Call, frame: Frame) -> Type:
    """What calling a method gives."""
    return union([_method_call(project, arm, name, call, frame) for arm in arms(receiver) or (NOTHING_KNOWN,)])


def _method_call(project: Project, receiver: Type, name: str, call: Call, frame: Frame) -> Type:
    holder = receiver.args[0] if receiver.kind == TYPE and receiver.args else receiver
    for base in lineage(project, holder):
        owner = find_class(project, base.symbol)
        function = None if owner is None else methods(project, owner).get(name)
        if function is not None:
            return called(project, function, holder, call, frame, frame.calls)
    if find_class(project, holder.symbol) is not None and holder.kind == CLASS:
        group = "pydantic" if receiver.kind == TYPE else "copies"
        if name in names_in("data", "constructors", group):
            return holder
    if not is_telling(name):
        return NOTHING_KNOWN
    given = tuple(type_of(project, arg, frame) for arg in call.args[:2])
    return carried(receiver, name, given, call.args[0] if call.args else None)
