"""What a handler returns, as far as its ``return`` statements say."""

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
    Text,
    Walrus,
)  # fmt: skip
from archlint.facts.statements import Return, Set
from archlint.project.classes import find_class, find_function, method
from archlint.project.constants.objects import Context, owner_of
from archlint.project.constants.values import text_of
from archlint.project.definitions import Function
from archlint.project.fastapi.kinds import named_class
from archlint.project.fastapi.types import (
    NOTHING,
    RESPONSE,
    annotated_as,
    is_json_class,
    is_json_type,
    is_response_class,
)  # fmt: skip
from archlint.project.fastapi.values import Argument
from archlint.project.flow.assignments import VALUE, is_not_none, returned
from archlint.project.flow.forms import does_nothing, leaves
from archlint.project.flow.sites import reached
from archlint.project.knowledge import names_in
from archlint.project.model import Project, question
from archlint.project.names import Symbol, function_scope, resolve
from archlint.project.types.annotations import CLASS, arms
from archlint.project.types.expressions import Frame, type_of
from archlint.project.walk import statements

DATA = "data"
UNKNOWN = "unknown"
JSON = "json"
PLAIN = "starlette.responses.Response"
DEEPEST = 8
DISPLAYS = (Map, Seq, Comp, Text)

Kinds = frozenset[str]


@question(cyclic=frozenset())
def answers(project: Project, function: Function) -> Kinds:
    """What a function returns: `DATA`, `JSON` for a JSON response object, `RESPONSE` for any other, `NOTHING`,
    `UNKNOWN`. Empty when it has no ``return``; what it gets by calling itself is what it returns elsewhere."""
    if function.is_generator:
        return frozenset({RESPONSE})
    found: set[str] = set()
    for statement in statements(function.body):
        if isinstance(statement, Return):
            found |= _returned(project, function, statement.value)
    return frozenset(found)


def gives_only(project: Project, function: Function, kind: str) -> bool:
    """Whether all that a function returns is of one kind. What is data at a glance is looked at first."""
    if function.is_generator:
        return kind == RESPONSE
    returns = [statement for statement in statements(function.body) if isinstance(statement, Return)]
    if kind != DATA and any(statement.value.__class__ in DISPLAYS for statement in returns):
        return False
    return bool(returns) and all(_gives(project, function, statement, kind) for statement in returns)


def _gives(project: Project, function: Function, statement: Return, kind: str) -> bool:
    found = _returned(project, function, statement.value)
    if UNKNOWN in found and kind == RESPONSE and found <= {RESPONSE, UNKNOWN}:
        return _is_response(project, function, statement)
    return found == {kind}


def _is_response(project: Project, function: Function, statement: Return) -> bool:
    """Whether the type of what is returned says that it is a response object that holds no JSON."""
    at = next((place for place in reached(project, function) if place.statement is statement), None)
    if at is None or (
        isinstance(statement.value, Call) and is_json_type(_media_type(project, function, statement.value))
    ):
        return False
    found = arms(type_of(project, statement.value, Frame(function.module, function, at.locals.env)))
    classes = [arm.symbol for arm in found if arm.kind == CLASS]
    return len(classes) == len(found) and all(
        is_response_class(project, class_) and RESPONSE in _of_class(project, class_) for class_ in classes
    )


def only_raises(function: Function) -> bool:
    """Whether a function never returns, and not because nobody has written it yet."""
    if _returns(function):
        return False
    return any(leaves(statement) and not does_nothing(statement) for statement in function.body)


def _returned(project: Project, function: Function, value: Expr) -> Kinds:
    found = _kinds(project, function, value, 0)
    if NOTHING in found and len(found) > 1 and isinstance(value, str) and _is_there(project, function, value):
        return found - {NOTHING}
    return found


def _is_there(project: Project, function: Function, name: str) -> bool:
    """Whether a local is not None wherever it is returned: told from it by a condition, or set to something else."""
    return all(
        is_not_none(each) or (each.how == VALUE and NOTHING not in _kinds(project, function, each.expr, 0))
        for value, env in returned(project, function)
        if value == name
        for each in env.get(name, ())
    )


def _kinds(project: Project, function: Function, expr: Expr, depth: int) -> Kinds:
    if depth > DEEPEST:
        return frozenset({UNKNOWN})
    match expr:
        case None | Const(kind="none"):
            return frozenset({NOTHING})
        case Await(value=value) | Walrus(value=value):
            return _kinds(project, function, value, depth + 1)
        case Cond(then=then, other=other):
            return _kinds(project, function, then, depth + 1) | _kinds(project, function, other, depth + 1)
        case Op(op="or" | "and", operands=operands):
            return frozenset().union(*[_kinds(project, function, operand, depth + 1) for operand in operands])
        case Call():
            return _called(project, function, expr)
        case str() as name if "." not in name:
            return _local(project, function, name, depth + 1)
        case str() | Attr() | Item():
            return frozenset({UNKNOWN})
    return frozenset({DATA})


def _local(project: Project, function: Function, name: str, depth: int) -> Kinds:
    """What a local or parameter is."""
    values: list[Expr] = []
    if name in function.node.binds:
        bindings = function_scope(project, function).names.get(name, [])
        values = [binding.value for binding in bindings if binding.kind == "value"]
        if len(values) == len(bindings) and values:
            placeholders = [v for v in values if isinstance(v, Const) and v.kind == "none"]
            real = [v for v in values if v not in placeholders] or values
            return frozenset().union(*[_kinds(project, function, value, depth) for value in real])
        return frozenset({UNKNOWN})
    for param in function.node.params:
        if param.name == name:
            class_ = named_class(project, function.module, function.outer, param.annotation)
            return _of_class(project, class_) if is_response_class(project, class_) else frozenset({DATA})
    return frozenset({UNKNOWN})


def _of_class(project: Project, class_: Symbol | None) -> Kinds:
    return frozenset({JSON if class_ is not None and is_json_class(project, class_) else RESPONSE})


def _called(project: Project, function: Function, call: Call) -> Kinds:
    symbol = resolve(project, function.module, call.func, function) if isinstance(call.func, str) else None
    if is_response_class(project, symbol):
        if _is_download(function, call):
            return frozenset({RESPONSE})
        if symbol == Symbol("", PLAIN) and is_json_type(_media_type(project, function, call)):
            return frozenset({JSON})
        return _of_class(project, symbol)
    callee = _callee(project, function, call, symbol)
    if callee is None:
        last = call.func.name if isinstance(call.func, Attr) else str(call.func).rpartition(".")[2]
        if last in names_in("fastapi", "responses", "made_by"):
            return frozenset({RESPONSE})
        return frozenset({UNKNOWN if find_class(project, symbol) is None else DATA})
    if callee.node.returns is None:
        found = answers(project, callee)
        return found if found or _returns(callee) else frozenset({NOTHING})
    annotation = Argument(callee.node.returns, callee.module, callee.outer)
    kind = annotated_as(project, annotation)
    if kind == RESPONSE and isinstance(annotation.value, str):
        return _of_class(project, resolve(project, callee.module, annotation.value, callee.outer))
    return frozenset({kind if kind in (RESPONSE, NOTHING) else DATA})


def _returns(function: Function) -> bool:
    return any(isinstance(statement, Return) for statement in statements(function.body))


def _media_type(project: Project, function: Function, call: Call) -> str | None:
    passed = call.keyword("media_type") or (call.args[3] if len(call.args) > 3 else None)
    return text_of(project, function.module, function, passed) if passed is not None else None


def _is_download(function: Function, call: Call) -> bool:
    """Whether the headers of a response say that it is a file to be kept, whatever is in it."""
    given = call.keyword("headers")
    values = [given]
    if isinstance(given, str):
        values = [each.value for each in statements(function.body) if isinstance(each, Set) and given in each.targets]
    keys = [key for value in values if isinstance(value, Map) for key, _ in value.pairs]
    return any(isinstance(key, Const) and str(key.value).lower() == "content-disposition" for key in keys)


def _callee(project: Project, function: Function, call: Call, symbol: Symbol | None) -> Function | None:
    """The function of the project a call runs: a plain one, or a method of an object whose class is known."""
    found = find_function(project, symbol) if symbol is not None else None
    if found is not None:
        return found
    if isinstance(call.func, Attr):
        base, name = call.func.base, call.func.name
    elif isinstance(call.func, str) and "." in call.func:
        base, _, name = call.func.rpartition(".")
    else:
        return None
    if base == "self" and function.owner is not None:
        return method(project, function.owner, name)
    owner = owner_of(project, base, Context(function.module, function))
    return method(project, owner.definition, name) if owner is not None else None
