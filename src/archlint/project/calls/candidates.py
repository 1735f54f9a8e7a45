"""Which functions are worth looking into for an effect, told from the index of called names alone.

That a function calls something by a telling name proves nothing: `archlint.project.calls.own_effects` looks. That it does not is
what spares looking into nearly all of a project.
"""

from collections.abc import Iterator
from typing import Any

from archlint.project.aliases import called, slots_calling
from archlint.project.calls.blocking import suspects
from archlint.project.classes import bases, find_class, methods, mro
from archlint.project.definitions import Function, definitions, with_inner
from archlint.project.import_graph import imported_modules
from archlint.project.imports import internal_imports
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import MODULE, Binding, Symbol, chosen, lookup, module_scope
from archlint.project.origins import origins
from archlint.project.types.annotations import alias, arms
from archlint.project.types.expressions import module_value

BLOCKS = "blocks"
QUERIES = "queries"
WRITES = "writes"
COMMITS = "commits"
RAISES = "raises"
WAITS = "waits"
ASSUMES = "assumes"

COLLECTIONS: tuple[type[Any], ...] = (dict, list, set, str, bytes)
COMMON = frozenset(name for kind in COLLECTIONS for name in dir(kind) if not name.startswith("_"))
"""The names of methods that nearly every function calls."""
METHODS = {
    QUERIES: ("queries", "query_queries"),
    WRITES: ("writes", "query_writes", "runs"),
    COMMITS: ("commits", "transactions"),
}
DATABASES = frozenset({"sqlalchemy", "sqlmodel", "fastapi_sqlalchemy", "fastapi_async_sqlalchemy"})


@question(cyclic=frozenset(), kept=frozenset[str])
def packages_near(project: Project, module: Module) -> frozenset[str]:
    """The top-level packages that what a module works with may be of: those it imports itself, those of the values it
    imports from modules of the project, those of what such modules import for it, and those that the modules of its base
    classes import, and the modules that it imports whole. A base that is a variable (``declarative_base()``) has no methods
    of the project: of its module only the database counts."""
    found = set(origins(project, module).packages).union(_packages_of_values(project, module))
    for definition in definitions(project, module).classes.values():
        for base in bases(project, definition) if definition.node.bases else ():
            if not base.is_external:
                brought_by = origins(project, project.by_path[base.path]).packages
                found |= brought_by & DATABASES if _is_variable(project, base) else brought_by
    for statement in internal_imports(project, module):
        for brought in statement.names:
            if brought.target.is_external:
                found.add(brought.target.package)
            elif brought.target.name == MODULE:
                found |= origins(project, project.by_path[brought.target.path]).packages
    return frozenset(found)


def _packages_of_values(project: Project, module: Module) -> Iterator[str]:
    """The packages of the values that a module imports from modules of the project; constants are none of them."""
    for name, bindings in module_scope(project, module).names.items():
        if bindings[-1].kind == "from" and not name.isupper() and _may_be_own(project, bindings):
            symbol = lookup(project, module, name)
            if symbol is not None and _is_variable(project, symbol):
                types = (module_value(project, symbol), alias(project, symbol))
                yield from (arm.symbol.package for type_ in types for arm in arms(type_) if arm.symbol is not None)


def _may_be_own(project: Project, bindings: list[Binding]) -> bool:
    """Whether one of some imports, or what else binds a name, may bring something of the project."""
    return any(each.kind != "from" or each.target.partition(".")[0] in project.packages for each in bindings)


def _is_variable(project: Project, symbol: Symbol) -> bool:
    if symbol.is_external or not symbol.name:
        return False
    bindings = module_scope(project, project.by_path[symbol.path]).names.get(symbol.name)
    return bindings is not None and chosen(bindings).kind == "value"


@question(cyclic=frozenset())
def telling(project: Project, module: Module, kind: str) -> frozenset[str]:
    """The last parts of the names by calling which a function of a module may itself have an effect."""
    if kind == BLOCKS:
        known = origins(project, module).packages
        return suspects(project, called(project, module), known, lambda: packages_near(project, module))
    if kind == WAITS:
        return _waiting(project, module)
    if kind == ASSUMES:
        return (names_in("data", "effects", "waits") & called(project, module)) - COMMON
    names = frozenset().union(*[names_in("data", "effects", each) for each in METHODS.get(kind, ())])
    found = names & called(project, module)
    return found if not found <= COMMON or (found and has_database(project, module)) else frozenset()


def _waiting(project: Project, module: Module) -> frozenset[str]:
    """The names of the methods of sessions that wait; those that most things have too where there is a database near, and
    those of queries where one is made, or handed over by its type."""
    found = names_in("data", "effects", "waits") & called(project, module)
    begins = names_in("data", "effects", "transactions") & called(project, module)
    has_query = "query" in called(project, module) or _names_query(module)
    if found <= COMMON and not has_query and not ((found or begins) and has_database(project, module)):
        return frozenset()
    found |= begins
    if has_query:
        found |= {"query"} | (names_in("data", "effects", "query_waits") & called(project, module))
    return found


def _names_query(module: Module) -> bool:
    return any(
        statement.module is not None
        and statement.module.partition(".")[0] in DATABASES
        and any(name == "Query" for name, _ in statement.names)
        for statement in module.interface.imports
    )


def has_database(project: Project, module: Module) -> bool:
    """Whether a database is near: one will do."""
    own = origins(project, module).packages
    return not (DATABASES.isdisjoint(own) and DATABASES.isdisjoint(packages_near(project, module)))


@question(cyclic=frozenset(), kept=frozenset[str])
def common_near(project: Project, module: Module) -> frozenset[str]:
    """Of the names of methods that all collections have, those that functions go by which a module defines, or methods,
    inherited ones too, of the classes it defines or imports."""
    own = definitions(project, module)
    found = {inner.node.name for function in own.functions.values() for inner in with_inner(project, function)}
    classes = list(own.classes.values())
    for edge in imported_modules(project, module):
        found.update(function.node.name for function in definitions(project, edge.target).functions.values())
    for name, bindings in module_scope(project, module).names.items():
        symbol = lookup(project, module, name) if bindings[-1].kind == "from" else None
        definition = find_class(project, symbol)
        if definition is not None:
            classes.append(definition)
        elif symbol is not None:
            found.add(symbol.last)
    for definition in classes:
        for base in mro(project, definition):
            found |= methods(project, base).keys()
    return frozenset(found & COMMON)


def nearby(project: Project, module: Module, names: frozenset[str]) -> frozenset[str]:
    """Which of some names of functions of the project a module may call them by."""
    found = names & called(project, module)
    return found if found.isdisjoint(COMMON) else found - (COMMON - common_near(project, module))


def functions_calling(project: Project, module: Module, names: frozenset[str]) -> list[Function]:
    """The functions of a module, those inside functions too, in the bodies of which something is called so."""
    slots = slots_calling(project, module, names)
    return [
        function
        for outermost in (definitions(project, module).functions.values() if slots else ())
        if outermost.node.body in slots
        for function in with_inner(project, outermost)
    ]


def called_as(function: Function) -> str:
    """The name by which a function is called: an ``__init__`` by its class's."""
    name = function.node.name
    return function.owner.node.name if name == "__init__" and function.owner is not None else name
