"""What an expression evaluates to, as far as the source alone says: literals, names, settings, enum members.

Nothing is run. A setting stands for its default, an environment look-up for the default it is given. Sources: Python
reference, "Expressions"; pydantic-settings, "Usage"; the `enum`, `http` and `os` modules.
"""

import re

from msgspec.structs import replace

from archlint.facts.expressions import Attr, Await, Call, Cond, Const, Expr, Item, Map, Op, Seq, Text, Walrus
from archlint.facts.literals import constant
from archlint.project.classes import descends, find_class, find_function, symbol_of
from archlint.project.constants.objects import (
    DEPTH,
    NESTING,
    SELF,
    Context,
    Owner,
    class_value,
    field,
    local_value,
    owner_of,
    returned_value,
)  # fmt: skip
from archlint.project.definitions import Function, holder_of_local
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, chosen, module_scope, resolve

UNKNOWN = "…"
"""Stands for the part of a text that nothing says."""

ENUM = frozenset({"enum.Enum"})
STATUS = re.compile(r"starlette\.status\.(?:HTTP|WS)_(\d+)_")
SPEC = re.compile(r"\{[^{}]*:")  # a width may be any number
NO_CONST = Const("none")
METHODS = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "replace", "removeprefix", "removesuffix", "capitalize"}
)


def text_of(project: Project, module: Module, function: Function | None, expr: Expr) -> str | None:
    """The text an expression in ``module``, inside ``function`` if given, evaluates to; None when nothing says."""
    return text(constant_of(project, module, function, expr))


def constant_of(project: Project, module: Module, function: Function | None, expr: Expr) -> Const | None:
    """The literal an expression evaluates to; None when nothing says."""
    return evaluate(project, expr, Context(module, function))


def text(value: Const | None) -> str | None:
    """The text of a constant that is one, if all of it was kept."""
    if value is None or not isinstance(value.value, str) or value.kind != "str" or value.length > len(value.value):
        return None
    return value.value


def string(value: str) -> Const:
    """The constant of a text; of a long one the start, as of a literal, or texts of texts would fill the memory."""
    return constant(value)


def truth(value: Const | None) -> bool | None:
    """Whether a constant is true; None when that is not known."""
    return None if value is None or value.value == UNKNOWN else bool(value.value)


def evaluate(project: Project, expr: Expr, context: Context) -> Const | None:
    """What an expression evaluates to in a context; None when nothing says."""
    if expr is None or isinstance(expr, Const):
        return expr
    if context.depth > DEPTH or context.nesting > NESTING:
        return None
    if isinstance(expr, str):
        return _name(project, expr, context)
    return _compound(project, expr, replace(context, nesting=context.nesting + 1))


def _compound(project: Project, expr: Expr, context: Context) -> Const | None:
    match expr:
        case Text(parts=parts):
            return _joined([_piece(project, part, context) for part in parts])
        case Op():
            return _operation(project, expr, context)
        case Call():
            return _call(project, expr, context)
        case Attr() | Item():
            return _part(project, expr, context)
        case Cond(test=test, then=then, other=other):
            return _conditional(project, test, then, other, context)
        case Await(value=value) | Walrus(value=value):
            return evaluate(project, value, context)
    return None


def _part(project: Project, expr: Attr | Item, context: Context) -> Const | None:
    if isinstance(expr, Attr):
        return _attribute(project, expr.base, [expr.name], context)
    return _item(project, expr.base, expr.key, context)


def _piece(project: Project, expr: Expr, context: Context) -> str | None:
    """What a part of a text adds to it."""
    if isinstance(expr, Op) and expr.op == "format":
        expr = expr.operands[0] if expr.operands[2] is None else None
    value = evaluate(project, expr, context)
    piece = text(value)
    if piece is None and value is not None and value.kind in ("int", "float", "bool"):
        piece = str(value.value)
    return UNKNOWN if piece is None and context.partial else piece


def _joined(pieces: list[str | None]) -> Const | None:
    known = [piece for piece in pieces if piece is not None]
    return string("".join(known)) if len(known) == len(pieces) else None


def _operation(project: Project, expr: Op, context: Context) -> Const | None:
    match expr:
        case Op(op="+", operands=operands):
            return _sum(project, operands, context)
        case Op(op="%", operands=(template, filling)):
            items = filling.items if isinstance(filling, Seq) else (filling,)
            return _percent(project, template, items, context)
        case Op(op="or" | "and", operands=operands):
            return _choice(project, operands, expr.op == "or", context)
        case Op(op="==" | "!=", operands=(left, right)):
            values = evaluate(project, left, context), evaluate(project, right, context)
            return None if None in values else Const("bool", (values[0] == values[1]) is (expr.op == "=="))
        case Op(op="is" | "is not", operands=(left, Const(kind="none"))):
            value = evaluate(project, left, context)
            return None if value is None else Const("bool", (value.kind == "none") is (expr.op == "is"))
        case Op(op="not", operands=(operand,)):
            known = truth(evaluate(project, operand, context))
            return None if known is None else Const("bool", not known)
    return None


def _sum(project: Project, operands: tuple[Expr, ...], context: Context) -> Const | None:
    values = [evaluate(project, operand, context) for operand in operands]
    numbers = [value.value for value in values if value is not None and isinstance(value.value, int)]
    if len(numbers) == len(values):
        return Const("int", sum(numbers))
    pieces = [text(value) for value in values]
    if all(piece is None for piece in pieces):
        return None
    return _joined([UNKNOWN if piece is None and context.partial else piece for piece in pieces])


def _percent(project: Project, template: Expr, items: tuple[Expr, ...], context: Context) -> Const | None:
    pieces = (text(evaluate(project, template, context)) or "").split("%s")
    if len(pieces) != len(items) + 1:
        return None
    woven: list[str | None] = [pieces[0]]
    for item, piece in zip(items, pieces[1:], strict=True):
        woven += [_piece(project, item, context), piece]
    return _joined(woven)


def _choice(project: Project, operands: tuple[Expr, ...], stops_at: bool, context: Context) -> Const | None:
    """``a or b``, ``a and b``. An environment look-up without a default gives None, as where it is not set."""
    value: Const | None = None
    for operand in operands:
        value = evaluate(project, operand, context)
        if value is None and isinstance(operand, Call) and _is_look_up(project, operand, context):
            value = NO_CONST
        known = truth(value)
        if known is None:
            return None
        if known is stops_at:
            break
    return value


def _conditional(project: Project, test: Expr, then: Expr, other: Expr, context: Context) -> Const | None:
    known = truth(evaluate(project, test, context))
    if known is not None:
        return evaluate(project, then if known else other, context)
    first = evaluate(project, then, context)
    return first if first == evaluate(project, other, context) else None


def _name(project: Project, name: str, context: Context) -> Const | None:
    if context.local is not None:
        found = context.local(name)
        if found is not None:
            return found
    head, *rest = name.split(".")
    if rest and ((context.this is not None and head == SELF) or holder_of_local(context.function, head) is not None):
        return _attribute(project, head, rest, context)
    if context.siblings is not None and not rest:
        sibling = class_value(project, context.siblings, name)
        if sibling is not None:
            return evaluate(project, sibling[0], context.deeper())
    function = context.function
    while function is not None:
        bound = local_value(project, function, name, context)
        if bound is not None:
            return evaluate(project, *bound)
        if function.has_local(name):
            return None
        function = function.outer
    symbol = resolve(project, context.module, name, context.function)
    return None if symbol is None else _symbol(project, symbol, context)


def _symbol(project: Project, symbol: Symbol, context: Context) -> Const | None:
    if symbol.is_external:
        return external(symbol.name)
    if context.partial:
        return _of_symbol(project, symbol, context)
    return _known_symbol(project, symbol)


@question(cyclic=None)
def _known_symbol(project: Project, symbol: Symbol) -> Const | None:
    return _of_symbol(project, symbol, Context(project.by_path[symbol.path], None))


def _of_symbol(project: Project, symbol: Symbol, context: Context) -> Const | None:
    module = project.by_path[symbol.path]
    head, *rest = symbol.name.split(".")
    if rest:
        return _attribute(project, head, rest, context.at(module, None))
    bindings = module_scope(project, module).names.get(head)
    binding = chosen(bindings) if bindings else None
    if binding is None or binding.kind != "value" or binding.value == head:
        return None
    return evaluate(project, binding.value, context.at(module, None))


def external(name: str) -> Const | None:
    """The value of a constant of Starlette's or the standard library's: an HTTP status or method."""
    status = STATUS.match(name)
    if status:
        return Const("int", int(status[1]))
    package, _, member = name.removesuffix(".value").rpartition(".")
    if package == "http.HTTPStatus":
        from http import HTTPStatus

        if member in HTTPStatus.__members__:
            return Const("int", HTTPStatus[member].value)
    return string(member) if package == "http.HTTPMethod" else None


def _attribute(project: Project, base: Expr, names: list[str], context: Context) -> Const | None:
    """The value of ``base.a.b``."""
    context = context.deeper()
    owner = owner_of(project, base, context)
    value: Const | None = None
    for position, name in enumerate(names):
        if owner is None:
            # An enum member, or a value that is one: ``.value`` is itself.
            return value if names[position:] == ["value"] else None
        if owner.is_class and descends(project, symbol_of(owner.definition), ENUM):
            value, owner = _enum_member(project, owner, name), None
            continue
        found = field(project, owner, name, context)
        if found is None:
            return None
        expr, inside = found
        is_last = position == len(names) - 1
        value = evaluate(project, expr, inside) if is_last or names[position + 1] == "value" else None
        owner = None if is_last else owner_of(project, expr, inside)
    return value


def _enum_member(project: Project, owner: Owner, name: str) -> Const | None:
    found = class_value(project, owner.definition, name)
    if found is None:
        return None
    expr, definition = found
    if isinstance(expr, Seq) and expr.items:
        expr = expr.items[0]
    if isinstance(expr, Call) and expr.func in ("auto", "enum.auto"):
        return string(name.lower())
    return evaluate(project, expr, owner.context.at(definition.module, definition.outer))


def _item(project: Project, base: Expr, key: Expr, context: Context) -> Const | None:
    """An item of a literal list, tuple or dict, also of one with a name."""
    context = context.deeper()
    if isinstance(base, str):
        symbol = resolve(project, context.module, base, context.function)
        if symbol is None or symbol.is_external or "." in symbol.name:
            return None
        module = project.by_path[symbol.path]
        bindings = module_scope(project, module).names.get(symbol.name)
        index, context = evaluate(project, key, context), context.at(module, None)
        base = chosen(bindings).value if bindings else None
    else:
        index = evaluate(project, key, context)
    if isinstance(base, Map) and index is not None:
        found = [value for name, value in base.pairs if name is not None and evaluate(project, name, context) == index]
        return evaluate(project, found[-1], context) if found else None
    if isinstance(base, Seq) and index is not None and isinstance(index.value, int):
        in_range = -len(base.items) <= index.value < len(base.items)
        return evaluate(project, base.items[index.value], context) if in_range else None
    return None


def _call(project: Project, call: Call, context: Context) -> Const | None:
    func = call.func
    if isinstance(func, Attr):
        return _text_method(project, func.base, func.name, call, context)
    if not isinstance(func, str):
        return None
    if _is_look_up(project, call, context):
        default = call.keyword("default") or (call.args[1] if len(call.args) > 1 else None)
        return evaluate(project, default, context)
    base, _, name = func.rpartition(".")
    if base and name in METHODS:
        return _text_method(project, base, name, call, context)
    symbol = resolve(project, context.module, func, context.function)
    if symbol is not None and symbol.is_external:
        if symbol.name in ("builtins.str", "typing.cast") and call.args:
            return evaluate(project, call.args[-1], context)
        return None
    function = find_function(project, symbol)
    if function is None or find_class(project, symbol) is not None:
        return None
    return _returned(project, function, call, context)


def _is_look_up(project: Project, call: Call, context: Context) -> bool:
    """A look-up in the environment: ``os.getenv``, ``os.environ.get``, ``config(...)`` of decouple or Starlette."""
    if not isinstance(call.func, str):
        return False
    look_ups = names_in("fastapi", "environment", "look_ups")
    symbol = resolve(project, context.module, call.func, context.function)
    if symbol is None or symbol.is_external:
        return symbol is not None and symbol.name in look_ups
    module = project.by_path[symbol.path]
    head, _, rest = symbol.name.partition(".")
    bindings = module_scope(project, module).names.get(head)
    maker = chosen(bindings).value if bindings else None
    if not isinstance(maker, Call) or not isinstance(maker.func, str):
        return False
    made_by = resolve(project, module, maker.func, None)
    return made_by is not None and made_by.is_external and f"{made_by.name}().{rest}".rstrip(".") in look_ups


def _text_method(project: Project, base: Expr, name: str, call: Call, context: Context) -> Const | None:
    subject = text(evaluate(project, base, context))
    if subject is None:
        return None
    if name == "join" and len(call.args) == 1 and isinstance(call.args[0], Seq):
        pieces = [_piece(project, item, context) for item in call.args[0].items]
        known = [piece for piece in pieces if piece is not None]
        return string(subject.join(known)) if len(known) == len(pieces) else None
    if name == "format":
        return _format(project, subject, call, context)
    arguments = [text(evaluate(project, arg, context)) for arg in call.args]
    known = [argument for argument in arguments if argument is not None]
    if name not in METHODS or call.kwargs or len(known) != len(arguments) or subject == UNKNOWN:
        return None
    try:
        return string(getattr(subject, name)(*known))
    except TypeError:
        return None


def _format(project: Project, template: str, call: Call, context: Context) -> Const | None:
    positional = [_piece(project, arg, context) for arg in call.args]
    named = {name: _piece(project, value, context) for name, value in call.kwargs}
    if None in positional or None in named.values() or "" in named or SPEC.search(template):
        return None
    try:
        return string(template.format(*positional, **named))
    except (IndexError, KeyError, ValueError, AttributeError):
        return None


def _returned(project: Project, function: Function, call: Call, context: Context) -> Const | None:
    """What a function with one ``return`` gives for the arguments of a call."""
    returned = returned_value(function)
    if returned is None:
        return None
    params = [param.name for param in function.node.params]
    given = dict(zip(params, call.args)) | {name: value for name, value in call.kwargs if name}  # noqa: B905
    passed = {name: evaluate(project, value, context.deeper()) for name, value in given.items()}
    inside = replace(context.at(function.module, function), local=passed.get)
    return evaluate(project, returned, inside)
