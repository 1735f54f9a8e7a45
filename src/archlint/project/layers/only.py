"""Modules that hold nothing but things of one kind, whatever they are called."""

from archlint.facts.expressions import Call, Const
from archlint.facts.statements import Do, If, Import, Jump, Return, Set, Stmt, Try
from archlint.project.classes import descends, find_class, symbol_of
from archlint.project.definitions import Function
from archlint.project.fastapi import handlers
from archlint.project.layers.content import ENUM, HTTP_EXCEPTION, top_level
from archlint.project.layers.injection import injects
from archlint.project.model import Module, Project, question
from archlint.project.names import resolve
from archlint.project.walk import statements

MIDDLEWARE = frozenset({"starlette.middleware.base.BaseHTTPMiddleware"})
HANDLED = frozenset({"exc", "exception", "error", "err", "e"})


def only_middleware(project: Project, module: Module) -> bool:
    """Whether every class it holds is a middleware, and there is one."""
    return _only(project, module, MIDDLEWARE)


def only_enums(project: Project, module: Module) -> bool:
    """Whether every class it holds is an enum, and there is one, and no function."""
    return not top_level(project, module)[0] and _only(project, module, ENUM)


def _only(project: Project, module: Module, roots: frozenset[str]) -> bool:
    classes = top_level(project, module)[1]
    return bool(classes) and all(descends(project, symbol_of(c), roots) for c in classes)


@question(cyclic=False)
def only_http_errors(project: Project, module: Module) -> bool:
    """Whether it holds nothing but HTTP exceptions and handlers for them."""
    functions, _ = top_level(project, module)
    if not all(any(p.name in HANDLED for p in f.node.params) for f in functions):
        return False
    return _only(project, module, HTTP_EXCEPTION)


def mostly_handlers(project: Project, module: Module) -> bool:
    """Whether at least half of its public functions, and of its classes with behaviour, answer routes that another module
    registers."""
    registered = handlers(project, module)
    if not registered:
        return False
    functions, classes = top_level(project, module)
    public = [f for f in functions if not f.node.name.startswith("_")]
    answering = sum(f.name in registered for f in public)
    working = sum(any(not m.is_special for m in c.methods.values()) for c in classes)
    return answering > 0 and answering * 2 >= len(public) + working


@question(cyclic=False)
def only_provides(project: Project, module: Module) -> bool:
    """Whether all it holds are functions that ask for dependencies and make one object of a class of them, for others to
    depend on."""
    functions, classes = top_level(project, module)
    return (
        bool(functions)
        and not classes
        and injects(project, module)
        and all(_makes_object(project, f) for f in functions)
    )


def _makes_object(project: Project, function: Function) -> bool:
    """Whether all a function does is to make an object of a class of the project."""
    made = [s for s in function.body if not (isinstance(s, Import) or _says_nothing(s))]
    if len(made) != 1 or not isinstance(made[0], Return):
        return False
    call = made[0].value
    name = call.func if isinstance(call, Call) else None
    symbol = resolve(project, function.module, name, function) if isinstance(name, str) else None
    return symbol is not None and find_class(project, symbol) is not None


def only_passes_on(module: Module) -> bool:
    """Whether a file holds nothing but imports that say they are for others to import from it: an old name of what has
    moved. They do by a star, ``name as name`` or ``__all__`` (the typing specification, "Import conventions")."""
    interface = module.interface
    offered = frozenset(interface.exports or ())
    names = [pair for statement in interface.imports for pair in statement.names]
    if module.is_package or not names or not all(name in ("*", alias) or name in offered for name, alias in names):
        return False
    return all(_says_nothing(statement) for statement in statements(interface.body))


def _says_nothing(statement: Stmt) -> bool:
    if isinstance(statement, Do):
        return isinstance(statement.value, Const)
    if isinstance(statement, Set):
        return statement.targets == ("__all__",)
    return isinstance(statement, Import | Try | If | Jump)
