"""What calls give, told from what is called and from the types of the arguments.

Sources: the typing specification; Pydantic, "Generic models"; FastAPI, "Dependencies".
"""

from collections.abc import Callable

from msgspec.structs import replace

from archlint.facts.expressions import Call, Expr, Param
from archlint.project.calls.blocking import is_client
from archlint.project.classes import find_class, methods, symbol_of
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.flow.assignments import feeding
from archlint.project.knowledge import names_in, table
from archlint.project.model import Project
from archlint.project.names import Symbol
from archlint.project.spelling import is_dotted_class
from archlint.project.types.annotations import (
    CLASS,
    NOTHING_KNOWN,
    TYPE,
    UNKNOWN,
    Site,
    Type,
    arguments,
    arms,
    external,
    function_site,
    instance,
    lineage,
    parameters,
    read,
    substitute,
    unify,
    variables,
    with_self,
)  # fmt: skip
from archlint.project.types.carriers import element, is_open, is_stream
from archlint.project.types.decorated import made_of
from archlint.project.types.protocols import AWAITABLE, CONTEXTS, COROUTINE, promised
from archlint.project.types.schemas import fields
from archlint.project.types.signatures import METHODS, Use, function_gives, held, member_gives, variable_is

Typing = Callable[[Expr], Type]
"""What an expression is, where the call stands."""

CALLABLE = "collections.abc.Callable"
NO_CALL = Call(None, (), (), 0, 0, 0, 0)
THREADS = (
    "fastapi.concurrency.run_in_threadpool", "starlette.concurrency.run_in_threadpool", "asyncio.to_thread",
    "anyio.to_thread.run_sync",
)  # fmt: skip


def passed_to(function: Function, call: Call, *, is_bound: bool) -> list[tuple[Param, Expr]]:
    """What a call passes for each parameter; ``is_bound`` where it leaves out ``self`` or ``cls``."""
    params = list(function.node.params)
    if is_bound and function.owner is not None and "staticmethod" not in function.node.decorators:
        params = params[1:]
    positional = [param for param in params if param.kind in ("", "/")]
    passed = list(zip(positional, call.args))  # noqa: B905 - the rest is by keyword
    return passed + [(param, value) for key, value in call.kwargs for param in params if param.name == key]


def solved(
    project: Project, function: Function, this: Type | None, call: Call, typed: Typing
) -> dict[Symbol, Type]:  # fmt: skip
    """What type variables in a function's parameters stand for, given the arguments of a call.

    Args:
        this: the object a method is called on.
        typed: the type of an argument.
    """
    site = function_site(function)
    params = list(function.node.params)
    found: dict[Symbol, Type] = {}
    if function.owner is not None and this is not None and params:
        given = Type(TYPE, None, (this,)) if params[0].name == "cls" else this
        unify(read(project, params[0].annotation, site), given, found)
    for param, value in passed_to(function, call, is_bound=function.owner is not None and this is not None):
        declared = read(project, param.annotation, site)
        if variables((declared,)):
            unify(declared, typed(value), found)
    return found


def constructed(project: Project, definition: ClassDefinition, call: Call, typed: Typing) -> Type:
    """An object of a class. What its type variables stand for, and what its untyped fields hold, follows from what the
    call passes."""
    made = instance(project, definition)
    init = methods(project, definition).get("__init__")
    if init is not None:
        return substitute(made, solved(project, init, made, call, typed)) if made.args else made
    passed = dict(call.kwargs)
    open_ = [field for field in fields(project, made) if field.name in passed and is_open(field.type)]
    found: dict[Symbol, Type] = {}
    for field in open_:
        unify(field.type, typed(passed[field.name]), found)
    if made.args:
        return substitute(made, found)
    held = tuple(typed(passed[field.name]) for field in open_)
    return replace(made, args=held, labels=tuple(field.name for field in open_))


def declared_result(project: Project, function: Function, this: Type | None) -> Type:
    """What a function is annotated to give."""
    returns = function.node.returns
    declared = NOTHING_KNOWN if returns is None else read(project, returns, function_site(function))
    return declared if this is None else with_self(declared, this)


def filled(
    project: Project, function: Function, declared: Type, this: Type | None, call: Call, typed: Typing
) -> Type:  # fmt: skip
    """What a function gives with what its type variables stand for in a call."""
    if function.owner is not None and this is not None:
        for base in lineage(project, this):
            if base.symbol == symbol_of(function.owner):
                declared = substitute(declared, arguments(project, base))
    if variables((declared,)):
        declared = substitute(declared, solved(project, function, this, call, typed))
    return declared


def generator(function: Function, yielded: Type) -> Type:
    """What calling a generator function gives."""
    return external(f"collections.abc.{'Async' * function.is_async}Generator", yielded)


def delivered(project: Project, function: Function, outcome: Type) -> Type:
    """What calling a function gives whose body gives ``outcome``: a coroutine if it is ``async``, or only something to be
    awaited where its decorators may make anything of it; a context manager if it is made one."""
    made = made_of(project, function)
    if function.is_generator and not is_stream(outcome):
        outcome = generator(function, outcome)
    if made.is_context:
        return external(CONTEXTS[function.is_async], element(promised(outcome)))
    if not function.is_async or function.is_generator:
        return outcome
    return external(COROUTINE if made.is_certain else AWAITABLE, outcome)


def is_loose(project: Project, declared: Type) -> bool:
    """Whether an annotation leaves open what is returned: there is none, or it names a generic without arguments. One
    such as ``dict`` is taken at its word: what would have to be followed for what is in the dict is most of a project."""
    if declared.kind == UNKNOWN or (is_stream(declared) and not declared.args):
        return True
    return any(
        arm.kind == CLASS and not arm.args and bool(parameters(project, definition))
        for arm in arms(declared)
        if (definition := find_class(project, arm.symbol)) is not None
    )


def given_to(
    project: Project, function: Function, this: Type | None, call: Call, typed: Typing
) -> tuple[tuple[str, Type], ...]:
    """What the parameters of a function that its answer may be made of are given, as far as it is known and more than a
    number or a text."""
    found = {}
    wanted = feeding(project, function)
    for param, value in passed_to(function, call, is_bound=this is not None):
        if param.name not in wanted:
            continue
        type_ = typed(value)
        if type_.kind == TYPE or any(arm.args or (arm.symbol and not arm.symbol.is_external) for arm in arms(type_)):
            found[param.name] = type_
    return tuple(found.items())


def third_party(project: Project, name: str, use: Use, site: Site) -> Type:
    """What calling a third-party function or class gives."""
    call, typed = use.call, use.typed
    if call is None:
        return NOTHING_KNOWN
    if name in names_in("databases", "factory", "sync") | names_in("databases", "factory", "async"):
        return external(name, *_made(call, typed))
    if name in names_in("databases", "scoped", "sync") | names_in("databases", "scoped", "async"):
        made = held(use.given())
        return external(name, *([made] if made.kind != UNKNOWN else ()))
    first = call.args[0] if call.args else call.keyword("dependency")
    found = function_gives(name, use) or _passed_on(project, name, call, first, site, typed)
    if found is not None:
        return found
    if (
        is_third_party_class(name)
        or is_client(name)
        or any(name in kind for kind in table("containers")["kinds"].values())
    ):
        return external(name)
    owner, _, method = name.rpartition(".")
    holder = external(owner) if is_third_party_class(owner) else variable_is(owner)
    return member_gives(project, METHODS, holder, method, use) or NOTHING_KNOWN


def is_third_party_class(name: str) -> bool:
    """Whether a third-party name is one of a class, by its spelling (PEP 8)."""
    return is_dotted_class(name) and name not in names_in("types", "forms", "functions")


def _passed_on(project: Project, name: str, call: Call, first: Expr, site: Site, typed: Typing) -> Type | None:
    """What a third-party function gives that gives or runs what it is passed; None for others."""
    if first is None:
        return None
    if name == "typing.cast":
        return read(project, first, site)
    if name in names_in("fastapi", "objects", "injectors"):
        return injected(first, typed)
    if name in THREADS:
        return external(COROUTINE, promised(typed(Call(first, call.args[1:], call.kwargs, *_span(call)))))
    if name == "functools.partial":
        return external(CALLABLE, typed(Call(first, call.args[1:], call.kwargs, *_span(call))))
    if name in names_in("decorators", "contexts"):
        yields = promised(typed(Call(first, (), (), *_span(call))))
        context = CONTEXTS[name.endswith(".asynccontextmanager")]
        return external(CALLABLE, external(context, element(yields))) if is_stream(yields) else None
    return None


def _made(call: Call, typed: Typing) -> tuple[Type, ...]:
    """What a factory makes where the call that makes the factory says: ``sessionmaker(engine, class_=AsyncSession)``."""
    class_ = call.keyword("class_") or (call.args[1] if len(call.args) > 1 else None)
    given = typed(class_) if class_ is not None else NOTHING_KNOWN
    return given.args[:1] if given.kind == TYPE else ()


def _span(call: Call) -> tuple[int, int, int, int]:
    return call.line, call.col, call.end_line, call.end_col


def injected(dependency: Expr, typed: Typing) -> Type:
    """What ``Depends(dependency)`` gives: what the dependency returns, or yields."""
    found = promised(typed(Call(dependency, (), (), 0, 0, 0, 0)))
    return element(found) if is_stream(found) else found
