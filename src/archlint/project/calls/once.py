"""Calls that keep themselves from being made again: of singletons, of caches kept by hand, of files that are made once."""

from collections.abc import Iterator

from archlint.facts.expressions import Attr, Call, Comp, Const, Expr, Item, Map, Op, Seq, Walrus
from archlint.facts.statements import If, Set, Stmt, While
from archlint.project.definitions import Function
from archlint.project.flow.assignments import ADDED, VALUE, Env
from archlint.project.flow.conditions import CAUGHT, Tests
from archlint.project.flow.sites import CallSite, frame_of
from archlint.project.model import Project, question
from archlint.project.types.expressions import type_of
from archlint.project.walk import find, statements

STORES = frozenset({"add", "append", "extend", "insert", "put", "set", "setdefault", "store", "update"})
FETCHES = frozenset({"get", "pop", "fetch", "lookup"})
CACHES = frozenset({"cache", "cached", "caches"})
FILE_TESTS = frozenset({"exists", "is_file", "isfile", "hasHandlers"})
LOGGER_TESTS = frozenset({"handlers"})
CONTEXT_VARIABLE = "contextvars.ContextVar"
REQUESTS = ("Request", "WebSocket", "HTTPConnection")
CONTAINERS = ("set", "dict", "list", "defaultdict", "collections.defaultdict")
MISSES = ("KeyError", "LookupError", "AttributeError")


def happens_once(
    project: Project, function: Function, site: CallSite, tests: Tests, below: tuple[Function, ...]
) -> bool:  # fmt: skip
    """Whether a call runs only until it has run: some tests say that something is missing that outlives the function, and
    the function, or what it calls, puts it there; or that a file is missing, or a logger's handlers."""
    if any(not outcome and _is_found(test) for test, outcome in tests):
        return True
    kept = frozenset().union(*[_stored(project, each) for each in (function, *below)])
    locals_ = {name: site.env[name] for name in function.locals if name in site.env}
    return any(
        (name in kept and not _is_made_here(name, locals_) and not _is_of_request(project, function, site, name))
        or (name == CAUGHT and bool(kept))
        for test, outcome in tests
        for missing in _missing(test, outcome, locals_)
        for name in _kept_by(function, site, missing)
    )


def _kept_by(function: Function, site: CallSite, name: str) -> Iterator[str]:
    """What keeps the value of a name: of an attribute of its object that a method sets anew before it asks for it, what
    that is looked up in."""
    held, value = name.partition(".")[0], None
    own = site.around[0].statement if site.around else site.statement
    for statement in function.body if [param.name for param in function.node.params][:1] == [held] else ():
        if statement is own:
            break
        if isinstance(statement, Set) and name in statement.targets and not statement.op:
            value = statement.value
        elif any(isinstance(each, If | While) and name in find(each.test, (str,)) for each in statements((statement,))):
            break
    if value is None or name in find(value, (str,)):
        yield name
    else:
        yield from _holder(value, {})


def _is_made_here(name: str, env: Env) -> bool:
    """Whether a name is that of a local for what is new each time: a display, ``set()``."""
    made = [each for each in env.get(name, ()) if each.how != ADDED]
    return bool(made) and all(each.how == VALUE and _is_new(each.expr) for each in made)


def _is_of_request(project: Project, function: Function, site: CallSite, name: str) -> bool:
    """Whether a name is that of a context variable, or of something a request holds, and not its application: what is in it
    is gone with the request."""
    head, *held = name.split(".")
    if type_of(project, name, frame_of(function, site)).name == CONTEXT_VARIABLE:
        return True
    return (
        bool(held)
        and held[0] != "app"
        and any(
            param.name == head and (head == "request" or str(param.annotation).rpartition(".")[2] in REQUESTS)
            for param in function.node.params
        )
    )


def _is_new(expr: Expr) -> bool:
    return isinstance(expr, Seq | Map | Comp) or (isinstance(expr, Call) and expr.func in CONTAINERS)


def _is_found(test: Expr) -> bool:
    """Whether a test is that a file is there, or that a logger is set up."""
    name = test.func if isinstance(test, Call) else test
    last = name.name if isinstance(name, Attr) else name.rpartition(".")[2] if isinstance(name, str) else ""
    return last in (FILE_TESTS if isinstance(test, Call) else LOGGER_TESTS)


def _missing(test: Expr, outcome: bool, env: Env) -> Iterator[str]:
    """What is not there yet where a test has an outcome."""
    if isinstance(test, Op):
        yield from _compared(test, outcome, env)
    elif isinstance(test, Call) and test.func == "hasattr":
        yield from _attribute(test) if not outcome else ()
    elif not outcome:
        yield from _holder(test, env)


def _compared(test: Op, outcome: bool, env: Env) -> Iterator[str]:
    match test:
        case Op(op="or", operands=operands) if outcome:
            for operand in operands:
                yield from _missing(operand, True, env)
        case Op(op="and", operands=operands) if not outcome and not any(map(_is_conflict, operands)):
            for operand in operands:  # found, and still good
                yield from _missing(operand, False, env)
        case Op(op="not", operands=(operand,)):
            yield from _missing(operand, not outcome, env)
        case Op(op="is" | "==" | "is not" | "!=", operands=(held, Const(kind="none" | "bool", value=None | False))):
            if outcome is (test.op in ("is", "==")):
                yield from _holder(held, env)
        case Op(op="in" | "not in", operands=(_, str() as holder)) if outcome is (test.op == "not in"):
            yield holder
        case Op(op="except", operands=(str() as kind,)) if kind in MISSES:
            yield CAUGHT


def _is_conflict(expr: Expr) -> bool:
    """Whether a condition is that something is not what it should be: ``owner is not None and owner != user``."""
    return isinstance(expr, Op) and expr.op == "!="


def _holder(expr: Expr, env: Env) -> Iterator[str]:
    """What keeps a value: a name, or what it was looked up in."""
    match expr:
        case str():
            if expr not in env:  # a local is gone when the function returns, whatever is added to it
                yield expr
            for assigned in env.get(expr, ()):
                if assigned.how != VALUE and assigned.name:  # what a test has left of it
                    yield from _holder(assigned.name, assigned.env)
                elif assigned.how == VALUE and not isinstance(assigned.expr, str):
                    yield from _holder(assigned.expr, {})
        case Walrus(value=value):
            yield from _holder(value, env)
        case Item(base=str() as base):
            yield base
        case Call(func="getattr"):
            yield from _attribute(expr)
        case Call(func=str() as func) if expr.args and _does(func, FETCHES):
            yield func.rpartition(".")[0]


def _does(name: str, verbs: frozenset[str]) -> bool:
    """Whether a method is called like what stores, or fetches: ``get``, ``get_cache``, ``cache_get``."""
    verb, *more = [word for word in name.rpartition(".")[2].split("_") if word not in CACHES] or [""]
    return verb in verbs and not more


def _attribute(call: Call) -> Iterator[str]:
    """The attribute that ``hasattr``, ``getattr`` or ``setattr`` is about."""
    match call.args:
        case (str() as base, Const(value=str() as name), *_):
            yield f"{base}.{name}"


def _targets(statement: Stmt) -> Iterator[Expr]:
    """What a statement assigns to, one by one of a tuple."""
    for target in statement.targets if isinstance(statement, Set) else ():
        yield from target.items if isinstance(target, Seq) else (target,)


@question(cyclic=frozenset())
def _stored(project: Project, function: Function) -> frozenset[str]:
    """What a function assigns or adds to that outlives it: attributes, globals, items of anything."""
    own = function.locals
    found: set[str] = set()
    for statement in statements(function.body):
        for target in _targets(statement):
            if isinstance(target, str) and ("." in target or target not in own):
                found.add(target)
            elif isinstance(target, Item) and isinstance(target.base, str):
                found.add(target.base)
        value = getattr(statement, "value", None)
        if isinstance(value, Call) and isinstance(value.func, str):
            holder = value.func.rpartition(".")[0]
            if _does(value.func, STORES) and holder:
                found.add(holder)
            elif value.func == "setattr":
                found.update(_attribute(value))
    return frozenset(found)
