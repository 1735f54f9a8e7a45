"""What an expression is, as far as annotations, constructors, bodies and queries carry.

Nothing is guessed: what cannot be followed is `UNKNOWN`, and a union that holds a type means that there is a way through
the code on which the value is of that type. Sources: the typing specification; SQLAlchemy, "ORM Querying Guide".
"""

from msgspec.structs import replace

from archlint.facts.expressions import (
    Attr,
    Await,
    Call,
    Comp,
    Cond,
    Const,
    Expr,
    Item,
    Lambda,
    Map,
    Op,
    Param,
    Seq,
    Slice,
    Star,
    Text,
    Walrus,
)  # fmt: skip
from archlint.project.classes import find_class, find_function
from archlint.project.definitions import ClassDefinition, Function, holder_of_local
from archlint.project.flow.assignments import (
    ADDED,
    CAUGHT,
    ELEMENT,
    ENTERED,
    IS,
    IS_NOT,
    OPAQUE,
    PARAM,
    VALUE,
    Assigned,
    bound_to,
    looped,
)  # fmt: skip
from archlint.project.model import Module, Project, question
from archlint.project.names import MODULE, Symbol, member, resolve
from archlint.project.types import invoking, protocols
from archlint.project.types.annotations import (
    ANY,
    CLASS,
    NO_VALUE,
    NOTHING_KNOWN,
    TYPE,
    UNKNOWN,
    Type,
    arguments,
    arms,
    body_site,
    bounded,
    external,
    function_site,
    instance,
    lineage,
    narrow,
    read,
    substitute,
    union,
)  # fmt: skip
from archlint.project.types.callables import CALLABLE, NO_CALL, constructed, is_third_party_class, third_party
from archlint.project.types.carriers import display, element, labelled, may_be_added_to, unpacked
from archlint.project.types.databases import agreed, database_of
from archlint.project.types.decorated import made_of
from archlint.project.types.frames import NOBODY, Caller, Frame
from archlint.project.types.members import Given, attribute_values, method_of, module_values
from archlint.project.types.signatures import ATTRIBUTES, Use, member_gives, variable_is

__all__ = ["NOBODY", "Caller", "Frame"]

NESTING = 40
BOOLEAN = frozenset({"not", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"})


def type_of(project: Project, expr: Expr, frame: Frame) -> Type:
    """What an expression is."""
    if frame.nesting > NESTING:
        return NOTHING_KNOWN
    frame = Frame(frame.module, frame.function, frame.env, frame.caller, frame.nesting + 1)
    match expr:
        case Const(kind="none"):
            return NO_VALUE
        case Const(kind=kind):
            return external(f"builtins.{kind}")
        case str():
            return _name(project, expr, frame)
        case Attr(base=base, name=name):
            return attribute(project, type_of(project, base, frame), name, frame.calls)
        case Await(value=value):
            return awaited(project, type_of(project, value, frame))
        case Walrus(value=value) | Star(value=value):
            return type_of(project, value, frame)
        case Call():
            return _call(project, expr, frame)
    return _compound(project, expr, frame)


def _compound(project: Project, expr: Expr, frame: Frame) -> Type:
    match expr:
        case Cond(then=then, other=other):
            return union([type_of(project, then, frame), type_of(project, other, frame)])
        case Op():
            return _operation(project, expr, frame)
        case Text():
            return external("builtins.str")
        case Seq(kind=kind, items=items):
            return display(kind, items, ASKS.typing(project, frame))
        case Map(pairs=pairs):
            return labelled(pairs, ASKS.typing(project, frame))
        case Comp():
            for generator in expr.fors:
                frame = replace(frame, env=looped(generator.target, generator.iter, frame.env))
            kind = "builtins.dict" if expr.kind == "dict" else "builtins.list"
            return external(kind, type_of(project, expr.elements[-1], frame))
        case Lambda():
            return external(CALLABLE, _applied(project, expr, NO_CALL, frame))
        case Item():
            return _item(project, expr, frame)
    return NOTHING_KNOWN


def _operation(project: Project, op: Op, frame: Frame) -> Type:
    if op.op in ("or", "and"):
        return union([type_of(project, operand, frame) for operand in op.operands])
    if op.op == "/":
        return _by_method(project, type_of(project, op.operands[0], frame), "__truediv__")
    return external("builtins.bool") if op.op in BOOLEAN else NOTHING_KNOWN


def _item(project: Project, item: Item, frame: Frame) -> Type:
    held = type_of(project, item.base, frame)
    if held.kind == TYPE:
        return Type(TYPE, None, (read(project, item, body_site(frame.module, frame.function)),))
    if isinstance(item.key, Slice):
        return held
    found = iterated(project, held) if item.key is None else element(held, item.key)
    return found if found.kind != UNKNOWN else _by_method(project, held, "__getitem__")


def _by_method(project: Project, type_: Type, name: str) -> Type:
    """What an operator gives by the special method of the objects it stands behind."""
    return union([invoking.special(project, ASKS, arm, name) or NOTHING_KNOWN for arm in arms(type_)])


def _name(project: Project, name: str, frame: Frame) -> Type:
    head, *rest = name.split(".")
    found = local(project, head, frame)
    if found is None:
        found, rest = _global(project, head, rest, frame)
    for part in rest:
        found = attribute(project, found, part, frame.calls)
    return found


def local(project: Project, name: str, frame: Frame) -> Type | None:
    """What a local of the function an expression stands in, or of one around that, is; None for other names."""
    assigned, function, caller = frame.env.get(name), frame.function, frame.caller
    if assigned is None:
        function = holder_of_local(function, name)
        assigned = None if function is None else bound_to(project, function).get(name)
        if function is not frame.function:
            caller = Caller(calls=caller.calls)
    if assigned is None:
        return None
    if function is not None and function.owner is not None and assigned[0].how == PARAM:
        params = function.node.params
        if params and params[0].name == name and params[0].annotation is None:
            this = caller.this or instance(project, function.owner)
            if "staticmethod" not in function.node.decorators:
                return Type(TYPE, None, (this,)) if "classmethod" in function.node.decorators else this
    if all(each.how != ADDED for each in assigned):
        return union([_assigned(project, each, frame.module, function, caller) for each in assigned])
    found = {each: _assigned(project, each, frame.module, function, caller) for each in assigned}
    made = union([type_ for each, type_ in found.items() if each.how != ADDED])
    if not may_be_added_to(made):
        return made
    if made.kind != CLASS:
        return union(found.values())
    return union(
        [Type(CLASS, made.symbol, type_.args) if each.how == ADDED else type_ for each, type_ in found.items()]
    )


@question(cyclic=NOTHING_KNOWN, large=True)
def _assigned(
    project: Project, assigned: Assigned, module: Module, function: Function | None, caller: Caller
) -> Type:  # fmt: skip
    frame = Frame(module, function, assigned.env, caller)
    if assigned.param is not None:
        given = dict(caller.given).get(assigned.param.name, NOTHING_KNOWN)
        return given if given.kind != UNKNOWN else _parameter(project, assigned.param, frame)
    if assigned.annotation is not None:
        declared = read(project, assigned.annotation, body_site(module, function))
        if declared.kind not in (UNKNOWN, ANY):
            return declared
    if assigned.how == OPAQUE or assigned.is_deep(NESTING):
        return NOTHING_KNOWN
    if assigned.how in (IS, IS_NOT, CAUGHT):
        return _tested(project, assigned, frame)
    found = bounded(type_of(project, assigned.expr, frame))
    if assigned.how == ELEMENT:
        found = iterated(project, found)
    elif assigned.how == ADDED:
        found = external("builtins.list", found)
    elif assigned.how == ENTERED:
        found = entered(project, found, getattr(assigned.at, "is_async", None))
    return unpacked(found, assigned.position) if assigned.position >= 0 else found


def _tested(project: Project, assigned: Assigned, frame: Frame) -> Type:
    """What a test leaves of what a local was; the exception a handler catches."""
    classes = assigned.expr.items if isinstance(assigned.expr, Seq) else (assigned.expr,)
    tested = union([read(project, class_, body_site(frame.module, frame.function)) for class_ in classes])
    if assigned.how == CAUGHT:
        return tested
    return narrow(project, local(project, assigned.name, frame) or NOTHING_KNOWN, tested, assigned.how == IS)


def _parameter(project: Project, param: Param, frame: Frame) -> Type:
    declared = NOTHING_KNOWN
    if param.annotation is not None and frame.function is not None:
        declared = read(project, param.annotation, function_site(frame.function))
        if param.kind in ("*", "**"):
            return external("builtins.tuple" if param.kind == "*" else "builtins.dict", declared)
    is_declared = declared.kind not in (UNKNOWN, ANY)
    if not isinstance(param.default, Call) or (is_declared and database_of(project, declared) is None):
        return declared if is_declared else NOTHING_KNOWN
    outer = Frame(frame.module, frame.function.outer if frame.function else None, {}, Caller(calls=frame.calls))
    given = type_of(project, param.default, outer)
    return agreed(project, declared, given) if is_declared else given


def _global(project: Project, head: str, rest: list[str], frame: Frame) -> tuple[Type, list[str]]:
    """What a name that is no local stands for, and the attributes that are still to be followed."""
    symbol = resolve(project, frame.module, head, frame.function)
    while symbol is not None and rest and (symbol.is_external or symbol.name == MODULE):
        symbol = member(project, frame.module, symbol, rest[0])
        rest = rest[1:]
    return NOTHING_KNOWN if symbol is None else of_symbol(project, symbol, frame.calls), rest


def of_symbol(project: Project, symbol: Symbol, calls: int = 0) -> Type:
    """What a class, a function or a module-level variable is, seen as a value."""
    if symbol.is_external:
        is_class = is_third_party_class(symbol.name)
        return Type(TYPE, None, (external(symbol.name),)) if is_class else variable_is(symbol.name)
    if symbol.name == MODULE:
        return NOTHING_KNOWN
    if find_class(project, symbol) is not None:
        return Type(TYPE, None, (Type(CLASS, symbol),))
    function = find_function(project, symbol) if "." not in symbol.name.rpartition(".<locals>.")[2] else None
    if function is not None:
        frame = Frame(function.module, None, {}, Caller(calls=calls))
        return external(CALLABLE, called(project, function, None, None, frame))
    head, *rest = symbol.name.split(".")
    found = module_value(project, Symbol(symbol.path, head))
    for part in rest:
        found = attribute(project, found, part, calls)
    return found


@question(cyclic=NOTHING_KNOWN)
def module_value(project: Project, symbol: Symbol) -> Type:
    """What a module-level variable of the project is."""
    return union([_given(project, given, NOBODY) for given in module_values(project, symbol)])


def _given(project: Project, given: Given, caller: Caller) -> Type:
    """What an attribute or a variable is by one assignment."""
    if given.annotation is not None:
        declared = read(project, given.annotation, given.site)
        if declared.kind not in (UNKNOWN, ANY):
            return declared
    found = type_of(project, given.value, Frame(given.site.module, given.function, given.env, caller))
    return unpacked(found, given.position) if given.position >= 0 else found


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
    if type_.kind == TYPE:
        return NOTHING_KNOWN
    use = Use(holder, None, lambda _: NOTHING_KNOWN, lambda _: NOTHING_KNOWN)
    return member_gives(project, ATTRIBUTES, holder, name, use) or NOTHING_KNOWN


def _own_attribute(project: Project, owner: ClassDefinition, this: Type, name: str, calls: int) -> Type | None:
    caller = Caller(this, (), calls)
    method = method_of(project, owner, name)
    if method is not None:
        found = called(project, method, this, None, Frame(method.module, None, {}, caller))
        return found if made_of(project, method).is_getter else external(CALLABLE, found)
    values = attribute_values(project, owner, name)
    return union([_given(project, given, caller) for given in values]) if values else None


def _call(project: Project, call: Call, frame: Frame) -> Type:
    match call.func:
        case Item(base=str() as base) if base.partition(".")[0] not in frame.env:
            made = read(project, call.func, body_site(frame.module, frame.function))
            if made.kind == CLASS:
                return made
        case Attr(base=Call(func="super"), name=name) if (
            frame.function is not None and frame.function.owner is not None
        ):
            return invoking.call_above(project, ASKS, frame.function.owner, name, call, frame)
        case Attr(base=base, name=name):
            return method_call(project, type_of(project, base, frame), name, call, frame)
        case Lambda():
            return _applied(project, call.func, call, frame)
        case str() as func:
            head = func.partition(".")[0]
            symbol = None if head in frame.env else resolve(project, frame.module, func, frame.function)
            if symbol is not None and symbol.is_external:
                site = body_site(frame.module, frame.function)
                return third_party(project, symbol.name, ASKS.use(project, NOTHING_KNOWN, call, frame), site)
            found = _known(project, symbol, call, frame)
            if found is not None:
                return found
            base, _, name = func.rpartition(".")
            holder = resolve(project, frame.module, base, frame.function) if base and symbol is not None else None
            if base and (holder is None or holder.name != MODULE):
                return method_call(project, _name(project, base, frame), name, call, frame)
    return invoking.result_of(project, ASKS, type_of(project, call.func, frame), call, frame)


def _applied(project: Project, function: Lambda, call: Call, frame: Frame) -> Type:
    """What a lambda gives."""
    passed = [*call.args, *[None] * len(function.params)]
    given = {
        param.name: (Assigned(OPAQUE if value is None else VALUE, value, frame.env),)
        for param, value in zip(function.params, passed)  # noqa: B905 - what is not passed is not known
    }
    return type_of(project, function.body, replace(frame, env={**frame.env, **given}))


def _known(project: Project, symbol: Symbol | None, call: Call, frame: Frame) -> Type | None:
    """What calling a class or function of the project gives; None when the symbol is neither."""
    definition = find_class(project, symbol)
    if definition is not None:
        return constructed(project, definition, call, ASKS.typing(project, frame))
    if symbol is None or "." in symbol.name.rpartition(".<locals>.")[2]:
        return None
    function = find_function(project, symbol)
    return None if function is None else called(project, function, None, call, frame)


def called(project: Project, function: Function, this: Type | None, call: Call | None, frame: Frame) -> Type:
    """What calling a function gives (see `archlint.project.types.invoking`)."""
    return invoking.called(project, ASKS, function, this, call, frame)


def inferred(project: Project, function: Function, caller: Caller) -> Type:
    """What the ``return`` statements of a function give; of a generator function, a generator of what it yields."""
    return invoking.inferred(project, ASKS, function, caller)


def method_call(project: Project, receiver: Type, name: str, call: Call, frame: Frame) -> Type:
    """What calling a method gives."""
    return invoking.method_call(project, ASKS, receiver, name, call, frame)


def entered(project: Project, type_: Type, is_async: bool | None = None) -> Type:
    """What entering a context manager gives, by ``async with`` or by ``with``; None: nobody knows by which."""
    return protocols.entered(type_, lambda held, name: invoking.special(project, ASKS, held, name), is_async)


def awaited(project: Project, type_: Type) -> Type:
    """What awaiting something gives; of what is no awaitable, that itself."""
    return protocols.awaited(type_, lambda held, name: invoking.special(project, ASKS, held, name))


def iterated(project: Project, type_: Type) -> Type:
    """What a loop over something, ``async`` or not, takes from it."""
    return protocols.iterated(type_, lambda held, name: invoking.special(project, ASKS, held, name))


ASKS = invoking.Asks(type_of, attribute)
