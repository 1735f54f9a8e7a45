"""Where a router goes round the service layer: what it imports of repositories and models."""

from archlint.facts.expressions import Call
from archlint.project.classes import bases, descends, find_class, find_function
from archlint.project.definitions import Function
from archlint.project.imports import ImportedName, ImportStatement, LayeredName
from archlint.project.layers.assignment import Layer, is_databases, layer
from archlint.project.layers.content import ENUM, EXCEPTION, PYDANTIC, TYPED_DICT
from archlint.project.model import Module, Project, question
from archlint.project.names import MODULE, Symbol, chosen, lookup, module_scope, resolve
from archlint.project.transactions.openings import DEPTH, hands_out, yields_one
from archlint.project.types.data import is_mapped, mapped_classes, queries
from archlint.project.usage import at_work

PROTOCOL = Symbol("", "typing.Protocol")
DATA = PYDANTIC | TYPED_DICT | ENUM | EXCEPTION


def round_services(project: Project, router: Module, statement: ImportStatement) -> tuple[LayeredName, ...]:
    """The names a statement imports from a repository or model module that reach the database: mapped classes, what a
    repository does, whole modules of either.

    Enums, exceptions, constants and schemas that lie there reach nothing, nor does a mapped class that only annotates
    what the router is handed (the user a dependency found), or a function that only opens the session to be handed on.
    """
    found = []
    for name in statement.names:
        module = project.by_path.get(name.target.path)
        own = layer(project, module) if module else None
        if module and own and _is_skipped(project, module, own) and _reaches(project, router, name, own.name):
            found.append(LayeredName(name, module, own))
    return tuple(found)


def _is_skipped(project: Project, module: Module, own: Layer) -> bool:
    """Whether a module is a repository or a model; what only queries, without a name that says so, may be a service."""
    return own.name == "model" or (own.name == "repository" and (not own.from_content or is_databases(project, module)))


def _reaches(project: Project, router: Module, name: ImportedName, role: str) -> bool:
    is_module = name.target.name == MODULE
    definition = find_class(project, name.target)
    is_model = role == "model" if is_module else definition is not None and is_mapped(project, definition)
    if is_model and name.local.partition(".")[0] not in at_work(project, router):
        return False
    if is_module:
        return _offers(project, project.by_path[name.target.path], role)
    return _is_access(project, name.target, role)


@question(cyclic=False)
def _offers(project: Project, module: Module, role: str) -> bool:
    """Whether a module, itself or by re-exports, has anything that reaches the database."""
    if mapped_classes(project, module):
        return True
    symbols = (lookup(project, module, name) for name in module_scope(project, module).names)
    if any(symbol.path and _is_access(project, symbol, role) for symbol in symbols if symbol and symbol.name != MODULE):
        return True
    return any(_offers(project, source, role) for source in _starred(project, module))


def _starred(project: Project, module: Module) -> list[Module]:
    found = (project.find(source, module) for source in module_scope(project, module).stars)
    return [source for source in found if source is not None]


def _gives_session(project: Project, function: Function) -> bool:
    return yields_one(project, function) or bool(hands_out(project, function, DEPTH))


@question(cyclic=False)
def _is_access(project: Project, symbol: Symbol, role: str) -> bool:
    """Whether a name stands for access to data: a mapped class; a function that queries, and in a repository any; a class
    with methods, or an instance of one, in a repository or beside mapped classes."""
    module = project.by_path[symbol.path]
    definition = find_class(project, symbol)
    if definition is not None:
        if is_mapped(project, definition):
            return True
        is_idle = descends(project, symbol, DATA) or PROTOCOL in bases(project, definition)
        methods = [method for method in definition.methods.values() if method.is_public]
        works = any(queries(project, method) for method in methods) if is_idle else bool(methods)
        return works and (role == "repository" or bool(mapped_classes(project, module)))
    function = find_function(project, symbol)
    if function is not None:
        return queries(project, function) or (role == "repository" and not _gives_session(project, function))
    bindings = module_scope(project, module).names.get(symbol.name)
    value = chosen(bindings).value if bindings else None
    made = (
        resolve(project, module, value.func, None) if isinstance(value, Call) and isinstance(value.func, str) else None
    )
    return find_class(project, made) is not None and _is_access(project, made, role)  # type: ignore[arg-type]
