"""What the decorators of a function make of it.

Known are the standard library's, those of apps and routers (which give the function back), and the project's own as far as
their bodies tell: a decorator that returns the function itself, or a wrapper that is ``async`` where the function is or
returns what calling it gives.
"""

from collections.abc import Iterator
from itertools import takewhile

import msgspec

from archlint.facts.expressions import Call, Expr, Star
from archlint.facts.statements import NESTING, Return
from archlint.project.classes import descends, find_function
from archlint.project.definitions import Function, inner_definitions, with_inner
from archlint.project.flow.forms import decorator_name
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, chosen, module_scope, resolve
from archlint.project.walk import calls, statements

DEEPEST = 3
KINDS = ("getters", "contexts", "keeping")


class Made(msgspec.Struct, frozen=True, gc=False):
    """What decorators make of a function.

    Attributes:
        is_getter: it is read like an attribute.
        is_context: calling it gives a context manager of what it yields.
        is_certain: calling it gives what the function itself says; without it a decorator may have changed that.
    """

    is_getter: bool = False
    is_context: bool = False
    is_certain: bool = True


PLAIN = Made()


@question(cyclic=PLAIN)
def made_of(project: Project, function: Function) -> Made:
    """What the decorators of a function make of it."""
    decorators = function.node.decorators
    if not decorators:
        return PLAIN
    found = [_kind(project, function, decorator) for decorator in decorators]
    return Made("getters" in found, "contexts" in found, "" not in found)


def _kind(project: Project, function: Function, decorator: Expr) -> str:
    """``getters``, ``contexts``, ``keeping``; empty for a decorator that may do anything."""
    name = decorator_name(decorator)
    symbol = resolve(project, function.module, name, function.outer) if name else None
    if symbol is None:
        return ""
    if symbol.is_external:
        return next((kind for kind in KINDS if symbol.name in names_in("decorators", kind)), "")
    wrapper = find_function(project, symbol)
    if wrapper is not None:
        return "keeping" if _keeps(project, wrapper, function.is_async, isinstance(decorator, Call)) else ""
    holder, _, method = symbol.name.rpartition(".")
    return "keeping" if holder and _is_registry(project, Symbol(symbol.path, holder), method) else ""


def _is_registry(project: Project, symbol: Symbol, method: str) -> bool:
    """Whether a module-level name is an app, a router or the like, which give a function they register back."""
    module: Module = project.by_path[symbol.path]
    bindings = module_scope(project, module).names.get(symbol.name)
    value = chosen(bindings).value if bindings else None
    if not isinstance(value, Call) or not isinstance(value.func, str):
        return False
    class_ = resolve(project, module, value.func, None)
    known = class_ is not None and f"{class_.name}.{method}" in names_in("decorators", "methods")
    return known or descends(project, class_, names_in("decorators", "registering"))


def _keeps(project: Project, decorator: Function, is_async: bool, is_called: bool, depth: int = 0) -> bool:
    """Whether what a decorator of the project makes of a function gives what the function gives."""
    if depth > DEEPEST or not decorator.node.flags & NESTING:
        return not is_called and _returns_only(decorator, {param.name for param in decorator.node.params})
    inner = {f.node.name: f for f in inner_definitions(project, decorator).functions.values() if "." not in _own(f)}
    params = {param.name for param in decorator.node.params}
    values = [statement.value for statement in statements(decorator.body) if isinstance(statement, Return)]
    if not values:
        return False
    for value in values:
        if isinstance(value, str) and value in params:
            continue
        wrapper = inner.get(value) if isinstance(value, str) else None
        if wrapper is None:
            return False
        kept = (
            _keeps(project, wrapper, is_async, False, depth + 1)
            if is_called
            else (wrapper.is_async is is_async and not wrapper.is_generator and _calls_one_of(wrapper, params))
            or _passes_on(wrapper, params)
        )
        if not kept:
            return False
    return True


@question(cyclic=frozenset())
def handed(project: Project, function: Function) -> frozenset[str]:
    """The parameters of a function for which a decorator of the project passes something of its own:
    ``function(session, *args)``, ``function(*args, session=session)``. Whoever calls the function has nothing to do with
    that."""
    positional = [param.name for param in function.node.params if param.kind in ("", "/")]
    found: set[str] = set()
    for decorator in function.node.decorators:
        name = decorator_name(decorator)
        made_by = find_function(project, resolve(project, function.module, name, function.outer)) if name else None
        for each in with_inner(project, made_by) if made_by is not None else ():
            found.update(_handed(each, positional))
    return frozenset(found)


def _handed(wrapper: Function, positional: list[str]) -> Iterator[str]:
    own = {param.name for param in wrapper.node.params}
    wrapped = {param.name for param in wrapper.outer.node.params} if wrapper.outer is not None else set()
    for call in calls(wrapper.body):
        if call.func not in wrapped:
            continue
        plain = takewhile(lambda arg: not isinstance(arg, Star), call.args)
        for name, value in [*zip(positional, plain, strict=False), *call.kwargs]:
            is_made = isinstance(value, Call) or (isinstance(value, str) and "." not in value and value not in own)
            if name and is_made:
                yield name


def _own(function: Function) -> str:
    return function.name.rpartition(".<locals>.")[2]


def _returns_only(function: Function, names: set[str]) -> bool:
    values = [statement.value for statement in statements(function.body) if isinstance(statement, Return)]
    return bool(values) and all(isinstance(value, str) and value in names for value in values)


def _calls_one_of(function: Function, names: set[str]) -> bool:
    return any(call.func in names for call in calls(function.body))


def _passes_on(function: Function, names: set[str]) -> bool:
    """Whether a wrapper returns what calling the function it wraps gives."""
    values = [statement.value for statement in statements(function.body) if isinstance(statement, Return)]
    is_plain = not function.is_async and not function.is_generator
    return is_plain and bool(values) and all(isinstance(value, Call) and value.func in names for value in values)
