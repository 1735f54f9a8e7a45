"""What an expression is, as far as annotations, constructors and queries carry.

Nothing is guessed: what cannot be followed is `UNKNOWN`, and a union that holds a type means that there is a way through
the code on which the value is of that type. Sources: the typing specification; SQLAlchemy, "ORM Querying Guide".
"""

import msgspec
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
    Map,
    Op,
    Param,
    Seq,
    Slice,
    Star,
    Walrus,
)  # fmt: skip
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
    bounded,
    class_site,
    external,
    function_site,
    instance,
    lineage,
    narrow,
    read,
    substitute,
    union,
    variables,
)  # fmt: skip
from archlint.project.assignments import (
    ADDED,
    ELEMENT,
    ENTERED,
    IS,
    IS_NOT,
    PARAM,
    VALUE,
    Assigned,
    Env,
    looped,
    parameters_of,
    returned,
    yielded,
)
from archlint.project.blocking import is_client
from archlint.project.callables import (
    Typing,
    constructed,
    given_to,
    is_loose,
    is_third_party_class,
    solved,
    third_party,
)
from archlint.project.carriers import CONTEXTS, awaited, element, from_container, may_be_added_to, unpacked
from archlint.project.classes import find_class, find_function, methods, symbol_of
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import MODULE, Symbol, chosen, member, module_scope, resolve
from archlint.project.signatures import ATTRIBUTES, METHODS, Use, member_gives, session_gives
from archlint.project.walk import statements

NESTING = 40
CALLS = 2
GETTERS = ("property", "cached_property", "hybrid_property")


class Caller(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """What is known of the call that runs a function.

    Attributes:
        this: what ``self`` is, where that is known better than by the class around the function.
        given: what its parameters are given.
        calls: how many functions that do not say what they return led here.
    """

    this: Type | None = None
    given: tuple[tuple[str, Type], ...] = ()
    calls: int = 0


NOBODY = Caller()


class Frame(msgspec.Struct, frozen=True, gc=False):
    """Where an expression stands.

    Attributes:
        env: what the function's locals can be there.
        nesting: how many expressions around this one led here.
    """

    module: Module
    function: Function | None
    env: Env
    caller: Caller = NOBODY
    nesting: int = 0

    @property
    def calls(self) -> int:
        return self.caller.calls


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
            return awaited(type_of(project, value, frame))
        case Walrus(value=value) | Star(value=value):
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
            values = [type_of(project, value, frame) for _, value in pairs]
            return replace(external("builtins.dict", *values), labels=labels)
        case Comp():
            return _comprehension(project, expr, frame)
        case Item(base=base, key=key):
            held = type_of(project, base, frame)
            if held.kind == TYPE:
                return Type(TYPE, None, (read(project, expr, Site(frame.module, frame.function)),))
            if isinstance(key, Slice):
                return held
            return element(held, key) if element(held, key).kind != UNKNOWN else _by(project, "__getitem__", held)
        case Op(op="/", operands=(first, *_)):
            return _by(project, "__truediv__", type_of(project, first, frame))
    return NOTHING_KNOWN


def _by(project: Project, method: str, type_: Type) -> Type:
    """What a special method of a third-party object gives."""
    use = Use(type_, None, lambda _: NOTHING_KNOWN, lambda _: NOTHING_KNOWN)
    return union([member_gives(project, METHODS, arm, method, use) or NOTHING_KNOWN for arm in arms(type_)])


def _display(project: Project, kind: str, items: tuple[Expr, ...], frame: Frame) -> Type:
    found = [type_of(project, item, frame) for item in items]
    found = [element(held) if isinstance(item, Star) else held for item, held in zip(items, found, strict=True)]
    return external(f"builtins.{kind}", *(found if kind == "tuple" or not found else [union(found)]))


def _comprehension(project: Project, comp: Comp, frame: Frame) -> Type:
    for generator in comp.fors:
        frame = replace(frame, env=looped(generator.target, generator.iter, frame.env))
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
            this = frame.caller.this or instance(project, function.owner)
            if "staticmethod" not in function.node.decorators:
                return Type(TYPE, None, (this,)) if "classmethod" in function.node.decorators else this
    found = union(
        [_assigned(project, each, frame.module, function, frame.caller) for each in assigned if each.how != ADDED]
    )
    added = [each for each in assigned if each.how == ADDED]
    if not added or not may_be_added_to(found):
        return found
    return union([found, *[_assigned(project, each, frame.module, function, frame.caller) for each in added]])


@question(cyclic=NOTHING_KNOWN)
def _assigned(
    project: Project, assigned: Assigned, module: Module, function: Function | None, caller: Caller
) -> Type:  # fmt: skip
    frame = Frame(module, function, assigned.env, caller)
    if assigned.param is not None:
        given = dict(caller.given).get(assigned.param.name, NOTHING_KNOWN)
        return given if given.kind != UNKNOWN else _parameter(project, assigned.param, frame)
    if assigned.annotation is not None:
        declared = read(project, assigned.annotation, Site(module, function))
        if declared.kind not in (UNKNOWN, ANY):
            return declared
    if assigned.how in (IS, IS_NOT) and assigned.depth <= NESTING:
        return _narrowed(project, assigned, frame)
    if assigned.how not in (VALUE, ELEMENT, ADDED, ENTERED) or assigned.depth > NESTING:
        return NOTHING_KNOWN
    found = bounded(type_of(project, assigned.expr, frame))
    match assigned.how:
        case "element":
            found = element(found)
        case "added":
            found = external("builtins.list", found)
        case "entered":
            found = entered(project, found)
    return unpacked(found, assigned.position) if assigned.position >= 0 else found


def _narrowed(project: Project, assigned: Assigned, frame: Frame) -> Type:
    """What ``isinstance`` leaves of what a local was."""
    classes = assigned.expr.items if isinstance(assigned.expr, Seq) else (assigned.expr,)
    site = Site(frame.module, frame.function)
    tested = union([read(project, class_, site) for class_ in classes])
    return narrow(project, local(project, assigned.name, frame) or NOTHING_KNOWN, tested, assigned.how == IS)


def _parameter(project: Project, param: Param, frame: Frame) -> Type:
    if param.annotation is not None and frame.function is not None:
        declared = read(project, param.annotation, function_site(frame.function))
        if declared.kind not in (UNKNOWN, ANY):
            return declared
    if not isinstance(param.default, Call):
        return NOTHING_KNOWN
    outer = Frame(frame.module, frame.function.outer if frame.function else None, {}, Caller(calls=frame.calls))
    return type_of(project, param.default, outer)


def _global(project: Project, head: str, rest: list[str], frame: Frame) -> tuple[Type, list[str]]:
    """What a name that is no local stands for, and the attributes that are still to be followed."""
    symbol = resolve(project, frame.module, head, frame.function)
    while symbol is not None and rest and (symbol.is_external or symbol.name == MODULE):
        symbol = member(project, frame.module, symbol, rest[0])
        rest = rest[1:]
    if symbol is None or symbol.name == MODULE:
        return NOTHING_KNOWN, rest
    if symbol.is_external:
        is_class = is_third_party_class(symbol.name)
        return Type(TYPE, None, (external(symbol.name),)) if is_class else NOTHING_KNOWN, rest
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
    declared = read(project, binding.annotation, Site(module))
    if declared.kind not in (UNKNOWN, ANY):
        return declared
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
    use = Use(holder, None, lambda _: NOTHING_KNOWN, lambda held: entered(project, held))
    return member_gives(project, ATTRIBUTES, holder, name, use) or NOTHING_KNOWN


def _own_attribute(project: Project, owner: ClassDefinition, this: Type, name: str, calls: int) -> Type | None:
    for statement in statements(owner.node.body):
        if isinstance(statement, Set) and name in statement.targets:
            if statement.annotation is not None:
                return read(project, statement.annotation, class_site(owner))
            return type_of(project, statement.value, Frame(owner.module, owner.outer, {}, Caller(calls=calls)))
    own = methods(project, owner)
    getter = own.get(name)
    if getter is not None:
        decorators = [d.func if isinstance(d, Call) else d for d in getter.node.decorators]
        is_getter = any(isinstance(d, str) and d.rpartition(".")[2] in GETTERS for d in decorators)
        return (
            called(project, getter, this, None, Frame(getter.module, None, {}, Caller(calls=calls)))
            if is_getter
            else NOTHING_KNOWN
        )
    init = own.get("__init__")
    for statement in statements(init.body) if init is not None else ():
        if init is not None and isinstance(statement, Set) and f"self.{name}" in statement.targets:
            if statement.annotation is not None:
                return read(project, statement.annotation, function_site(init))
            return type_of(
                project, statement.value, Frame(init.module, init, parameters_of(init), Caller(this, (), calls))
            )
    return None


def _typing(project: Project, frame: Frame) -> Typing:
    return lambda expr: type_of(project, expr, frame)


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
                site = Site(frame.module, frame.function)
                return third_party(project, symbol.name, _use(project, NOTHING_KNOWN, call, frame), site)
            found = _known(project, symbol, call, frame)
            if found is not None:
                return found
            base, _, name = func.rpartition(".")
            held = _name(project, base or name, frame)
            if not base and held.kind == TYPE and held.args:
                return held.args[0]
            return method_call(project, held, name if base else "__call__", call, frame)
    return NOTHING_KNOWN


def _known(project: Project, symbol: Symbol | None, call: Call, frame: Frame) -> Type | None:
    """What calling a class or function of the project gives; None when the symbol is neither."""
    definition = find_class(project, symbol)
    if definition is not None:
        return constructed(project, definition, call, _typing(project, frame))
    if symbol is None or "." in symbol.name.rpartition(".<locals>.")[2]:
        return None
    function = find_function(project, symbol)
    return None if function is None else called(project, function, None, call, frame)


def called(project: Project, function: Function, this: Type | None, call: Call | None, frame: Frame) -> Type:
    """What calling a function gives: what its annotation says, or where that leaves something open what its ``return``
    statements give."""
    returns = function.node.returns
    declared = NOTHING_KNOWN if returns is None else read(project, returns, function_site(function))
    if declared.name == "typing.Self" and this is not None:
        return this
    if is_loose(project, declared) and frame.calls < CALLS:
        given = () if call is None else given_to(project, function, this, call, _typing(project, frame))
        found = inferred(project, function, Caller(this, given, frame.calls + 1))
        declared = declared if found.kind == UNKNOWN else found
    if function.owner is not None and this is not None:
        for base in lineage(project, this):
            if base.symbol == symbol_of(function.owner):
                declared = substitute(declared, arguments(project, base))
    if call is not None and variables((declared,)):
        declared = substitute(declared, solved(project, function, this, call, _typing(project, frame)))
    return declared


@question(cyclic=NOTHING_KNOWN)
def inferred(project: Project, function: Function, caller: Caller) -> Type:
    """What the ``return`` statements of a function give."""
    frame = Frame(function.module, function, {}, caller)
    if function.is_generator:
        found = [type_of(project, value, replace(frame, env=env)) for value, env in yielded(function)]
        return external(f"collections.abc.{'Async' * function.is_async}Generator", bounded(union(found)))
    found = [type_of(project, value, replace(frame, env=env)) for value, env in returned(project, function)]
    return bounded(union(found))


def method_call(project: Project, receiver: Type, name: str, call: Call, frame: Frame) -> Type:
    """What calling a method gives."""
    return union([_method_call(project, arm, name, call, frame) for arm in arms(receiver) or (NOTHING_KNOWN,)])


def _method_call(project: Project, receiver: Type, name: str, call: Call, frame: Frame) -> Type:
    holder = receiver.args[0] if receiver.kind == TYPE and receiver.args else receiver
    for base in lineage(project, holder):
        owner = find_class(project, base.symbol)
        function = None if owner is None else methods(project, owner).get(name)
        if function is not None:
            return called(project, function, holder, call, frame)
    if find_class(project, holder.symbol) is not None and holder.kind == CLASS:
        group = "pydantic" if receiver.kind == TYPE else "copies"
        if name in names_in("data", "constructors", group):
            return holder
    use = _use(project, receiver, call, frame)
    found = member_gives(project, METHODS, holder, name, use)
    if found is None and (receiver.kind == UNKNOWN or find_class(project, holder.symbol) is not None):
        return session_gives(name, use)
    return from_container(receiver, name, call.args[0] if call.args else None) if found is None else found


def _use(project: Project, receiver: Type, call: Call, frame: Frame) -> Use:
    return Use(receiver, call, _typing(project, frame), lambda held: entered(project, held))


def entered(project: Project, type_: Type) -> Type:
    """What entering a context manager gives."""
    return union([_entered(project, arm) for arm in arms(type_)])


@question(cyclic=NOTHING_KNOWN)
def _entered(project: Project, type_: Type) -> Type:
    if type_.name in CONTEXTS:
        return type_.args[0] if type_.args else NOTHING_KNOWN
    for name in ("__aenter__", "__enter__"):
        for base in lineage(project, type_):
            owner = find_class(project, base.symbol)
            function = None if owner is None else methods(project, owner).get(name)
            if function is not None:
                return awaited(called(project, function, type_, None, Frame(function.module, None, {})))
        use = Use(type_, None, lambda _: NOTHING_KNOWN, lambda _: NOTHING_KNOWN)
        found = member_gives(project, METHODS, type_, name, use)
        if found is not None:
            return awaited(found)
    return type_ if is_client(type_.name) else NOTHING_KNOWN
