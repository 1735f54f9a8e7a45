"""Databases: mapped classes, and functions that query."""

from archlint.facts.expressions import Call, Expr, Item
from archlint.facts.statements import Set
from archlint.project.aliases import called_by
from archlint.project.calls.index import calls_to, slots_of
from archlint.project.classes import ancestors, descends, find_class, mro, symbol_of, written
from archlint.project.definitions import ClassDefinition, Function, definitions
from archlint.project.flow.assignments import parameters_of
from archlint.project.flow.forms import decorator_name
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import module_scope, resolve
from archlint.project.types.databases import database_of
from archlint.project.types.expressions import Frame, type_of
from archlint.project.types.holding import reachable
from archlint.project.walk import calls

SQLMODEL = frozenset({"sqlmodel.SQLModel"})
REGISTRY = frozenset({"sqlalchemy.orm.registry"})
TABLE_NAMES = {"__tablename__", "__table__"}


@question(cyclic=False)
def is_mapped(project: Project, definition: ClassDefinition) -> bool:
    """Whether a class is mapped to a table: declarative, or a SQLModel with ``table=True``. Abstract bases are not.

    Source: SQLAlchemy, "Declarative Mapping"; SQLModel, "Create a Table".
    """
    symbol = symbol_of(definition)
    if descends(project, symbol, SQLMODEL):
        keyword = dict(definition.node.keywords).get("table")
        return getattr(keyword, "value", None) is True
    if _is_decorated(project, definition):
        return True
    bases = names_in("data", "declarative_bases")
    declarative = descends(project, symbol, bases) or any(
        ancestor.name.endswith((".generate_base", ".Model")) and not ancestor.is_external
        for ancestor in ancestors(project, symbol)
        if "." in ancestor.name
    )
    if not (declarative or any(_is_declarative(project, base) for base in mro(project, definition)[1:])):
        return False
    own = definition.node.body
    if any(isinstance(s, Set) and "__abstract__" in s.targets for s in own):
        return False
    has_table = descends(project, symbol, names_in("data", "tables")) or any(
        isinstance(s, Set) and (not TABLE_NAMES.isdisjoint(_names(s)) or _is_column(project, definition, s))
        for s in own
    )
    return has_table or any(is_mapped(project, ancestor) for ancestor in mro(project, definition)[1:])


def _is_decorated(project: Project, definition: ClassDefinition) -> bool:
    """Whether a decorator maps a class: ``@registry.mapped``, ``@reg.mapped_as_dataclass(...)``."""
    for decorator in definition.node.decorators:
        name = decorator_name(decorator)
        holder, _, method = name.rpartition(".")
        if method in ("mapped", "mapped_as_dataclass") and _is_registry(project, definition.module, holder):
            return True
    return False


@question(cyclic=False)
def _is_declarative(project: Project, definition: ClassDefinition) -> bool:
    """Whether a decorator makes a class a declarative base: ``@as_declarative()``, ``@reg.as_declarative_base()``."""
    for decorator in definition.node.decorators:
        name = decorator_name(decorator)
        holder, _, method = name.rpartition(".")
        if method == "as_declarative_base" and _is_registry(project, definition.module, holder):
            return True
        if name and _names_one_of(project, definition.module, name, names_in("data", "base_decorators")):
            return True
    return False


def _is_registry(project: Project, module: Module, name: str) -> bool:
    symbol = resolve(project, module, name, None)
    if symbol is None or symbol.is_external:
        return False
    owner = project.by_path[symbol.path]
    made = [binding.value for binding in module_scope(project, owner).names.get(symbol.name, ())]
    return any(isinstance(call, Call) and _names_one_of(project, owner, call, REGISTRY) for call in made)


def _names(statement: Set) -> set[str]:
    return {target for target in statement.targets if isinstance(target, str)}


def _is_column(project: Project, definition: ClassDefinition, statement: Set) -> bool:
    columns = names_in("data", "columns")
    return any(
        _names_one_of(project, definition.module, expr, columns) for expr in (statement.annotation, statement.value)
    )


def _names_one_of(project: Project, module: Module, expr: Expr, names: frozenset[str]) -> bool:
    if isinstance(expr, Item):
        expr = written(expr)
    if isinstance(expr, Call):
        expr = expr.func
    if not isinstance(expr, str):
        return False
    symbol = resolve(project, module, expr, None)
    return symbol is not None and symbol.is_external and symbol.name in names


@question(cyclic=False)
def may_hold_mapped(project: Project, definition: ClassDefinition) -> bool:
    """Whether a class is mapped or objects of it may hold any that are, told by names alone."""
    return any(is_mapped(project, each) for each in reachable(project, (definition,)))


@question(cyclic=())
def mapped_classes(project: Project, module: Module) -> tuple[ClassDefinition, ...]:
    """The mapped classes a module defines."""
    return tuple(c for c in definitions(project, module).classes.values() if is_mapped(project, c))


def may_query(project: Project, function: Function) -> bool:
    """Whether a function builds a statement or calls anything that goes by the name of a session's method on something
    it is given."""
    slot = function.node.body
    builds, holders = _query_slots(project, function.module)
    if slot in builds or not isinstance(slot, int):
        return True
    return slot in holders and any(_is_given(function, holder) for holder in holders[slot])


@question(cyclic=False)
def queries(project: Project, function: Function) -> bool:
    """Whether a function builds a statement or uses a session it is given to read or write."""
    slot = function.node.body
    builds, holders = _query_slots(project, function.module)
    if slot in builds:
        return True
    if isinstance(slot, int):
        return any(
            _is_session(project, function, holder) or _is_called_like_one(project, function, holder)
            for holder in holders.get(slot, ())
        )
    methods = names_in("layers", "calls", "session_methods")
    called = (call.func.rpartition(".") for call in calls(function.body) if isinstance(call.func, str))
    return any(method in methods and _is_session(project, function, holder) for holder, _, method in called if holder)


@question(cyclic=(frozenset(), {}))
def _query_slots(project: Project, module: Module) -> tuple[frozenset[int], dict[int, list[str]]]:
    """The function bodies that build a statement; and of what each calls something that a session has."""
    builders = calls_to(project, module, names_in("layers", "calls", "statements"))
    methods = names_in("layers", "calls", "session_methods")
    holders: dict[int, list[str]] = {}
    for name in called_by(project, module, methods):
        holder = name.rpartition(".")[0]
        for slot in module.interface.callees[name] if holder else ():
            holders.setdefault(slot, []).append(holder)
    return slots_of(builders), holders


def _is_given(function: Function, name: str) -> bool:
    """Whether a name begins with that of a parameter."""
    return function.takes(name.partition(".")[0])


def _is_called_like_one(project: Project, function: Function, holder: str) -> bool:
    """Whether a parameter without a type goes by a name that the module asks for mapped classes."""
    param = next((each for each in function.node.params if each.name == holder), None)
    return param is not None and param.annotation is None and holder in _asked_for_tables(project, function.module)


@question(cyclic=frozenset())
def _asked_for_tables(project: Project, module: Module) -> frozenset[str]:
    """The names of what a module asks for mapped classes: ``db`` of ``db.query(Order)`` and ``db.query(Order.id)``."""
    asking = called_by(project, module, frozenset({"query"}))
    slots = {slot for name in asking for slot in module.interface.callees[name]}
    functions = [each for each in definitions(project, module).functions.values() if each.node.body in slots]
    made = [call for function in functions for call in calls(function.body) if call.func in asking and call.args]
    return frozenset(
        str(call.func).rpartition(".")[0] for call in made if _names_a_table(project, module, call.args[0])
    )


def _names_a_table(project: Project, module: Module, asked: Expr) -> bool:
    names = (asked, asked.rpartition(".")[0]) if isinstance(asked, str) else ()
    found = (find_class(project, resolve(project, module, name, None)) for name in names if name)
    return any(each is not None and is_mapped(project, each) for each in found)


def _is_session(project: Project, function: Function, holder: str) -> bool:
    """Whether a name is that of a session or connection that a function is given, or that its object holds."""
    if not _is_given(function, holder):
        return False
    found = database_of(project, type_of(project, holder, Frame(function.module, function, parameters_of(function))))
    return found is not None and found.takes_statements
