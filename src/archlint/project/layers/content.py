"""What a module holds, as far as that says which layer it belongs to."""

from collections.abc import Collection, Iterator

from archlint.facts.expressions import Call, Expr
from archlint.facts.statements import Block, Return, Scope, Set
from archlint.project.aliases import called_by, offspring
from archlint.project.calls.index import calls_to, slots_of
from archlint.project.classes import descends, symbol_of
from archlint.project.definitions import ClassDefinition, Function, definitions
from archlint.project.flow.forms import decorator_name
from archlint.project.knowledge import names_in
from archlint.project.layers import words
from archlint.project.model import Module, Project, every, question
from archlint.project.names import (
    Symbol,
    absolute,
    imported,
    lookup,
    module_scope,
    module_symbol,
    resolve,
)  # fmt: skip
from archlint.project.origins import origins
from archlint.project.types.data import is_mapped, mapped_classes, may_query, queries
from archlint.project.walk import names, statements

PYDANTIC = frozenset({"pydantic.BaseModel"})
SETTINGS = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings"})
TYPED_DICT = frozenset({"typing.TypedDict", "typing.NamedTuple"})
HTTP_EXCEPTION = frozenset({"starlette.exceptions.HTTPException"})
ENUM = frozenset({"enum.Enum"})
EXCEPTION = frozenset({"builtins.BaseException"})
TABLE = frozenset({"sqlalchemy.Table"})
MINOR = 5
BEHAVIOUR = 1
"""Plain methods a data class has at most, on average, before it is more than data."""

Definition = Function | ClassDefinition


def top_level(project: Project, module: Module) -> tuple[list[Function], list[ClassDefinition]]:
    """The functions and classes at module level."""
    found = definitions(project, module)
    functions = [f for name, f in found.functions.items() if "." not in name]
    return functions, [c for name, c in found.classes.items() if "." not in name]


@question(cyclic=False)
def builds_engine(project: Project, module: Module) -> bool:
    """Whether it is there to build a database engine or a session factory: at module level, or in one function of
    `MINOR` at least that returns it or keeps it on ``self`` or in a global."""
    makers = calls_to(project, module, names_in("layers", "calls", "engines"))
    if any(-1 in slots for slots in makers.values()):
        return True
    if not makers:
        return False
    inside = slots_of(makers)
    functions = definitions(project, module).functions.values()
    building = sum(f.node.body in inside and _hands_out(f.body, makers) for f in functions)
    return building > 0 and building * MINOR >= len(functions)


def _hands_out(block: Block, makers: Collection[str]) -> bool:
    made: set[Expr] = set()
    shared = {name for s in statements(block) if isinstance(s, Scope) for name in s.names}
    for statement in statements(block):
        value = getattr(statement, "value", None)
        makes = isinstance(value, Call) and value.func in makers
        if isinstance(statement, Return) and (makes or (isinstance(value, str) and value in made)):
            return True
        if isinstance(statement, Set) and makes:
            targets = [target for target in statement.targets if isinstance(target, str)]
            if any("." in target or target in shared for target in targets):
                return True
            made.update(targets)
    return False


@question(cyclic=False)
def mostly_settings(project: Project, module: Module) -> bool:
    """Whether most of its classes are settings, enums and exceptions aside, and these are no fewer than its functions."""
    return _are_mostly_settings(project, module, nested=False)


@question(cyclic=False)
def mostly_nested_settings(project: Project, module: Module) -> bool:
    """The same, where the models that are sections of its settings count as these do."""
    return _are_mostly_settings(project, module, nested=True)


def _are_mostly_settings(project: Project, module: Module, *, nested: bool) -> bool:
    functions, classes = top_level(project, module)
    if len(classes) < len(functions):
        return False
    settings = [c for c in classes if descends(project, symbol_of(c), SETTINGS)]
    if not settings:
        return False
    others = [c for c in classes if not descends(project, symbol_of(c), SETTINGS | ENUM | EXCEPTION)]
    sections = _sections(project, settings, others) if nested else 0
    found = len(settings) + sections
    return found >= len(functions) and found > len(others) - sections


def _sections(project: Project, settings: list[ClassDefinition], others: list[ClassDefinition]) -> int:
    """How many of the other classes of a module are Pydantic models that its settings have fields of, or those that these
    have fields of or extend.

    Source: pydantic-settings, "Parsing environment variable values", nested models.
    """
    named = {c.name: c for c in others if _is_schema(project, c)}
    waiting = list(settings)
    found: set[str] = set()
    while waiting and len(found) < len(named):
        node = waiting.pop().node
        fields = [s.annotation for s in statements(node.body) if isinstance(s, Set)]
        new = (names((*fields, *node.bases)) & named.keys()) - found
        found |= new
        waiting += [named[name] for name in new]
    return len(found)


@question(cyclic=False)
def mostly_pydantic(project: Project, module: Module) -> bool:
    """Whether most of its classes, enums and exceptions aside, are Pydantic models or typed dicts that are data more than
    behaviour, and these outnumber its functions, the methods of its other classes included, and are longer than them: what
    works with models of its own (the activities of a workflow, each with its input and result) is no schema."""
    functions, classes = top_level(project, module)
    if len(classes) <= len(functions):
        return False
    models = [c for c in classes if _is_schema(project, c)]
    others = [c for c in classes if c not in models and not descends(project, symbol_of(c), ENUM | EXCEPTION)]
    working = len(functions) + sum(not m.is_special for c in others for m in c.methods.values())
    if not models or len(models) <= len(others) or len(models) <= working:
        return False
    workers = [*functions, *(m for c in others for m in c.methods.values())]
    if sum(map(_length, workers)) > sum(map(_length, models)):
        return False
    plain = sum(len(_plain_methods(c)) for c in models)
    return plain <= BEHAVIOUR * len(models) and any(descends(project, symbol_of(c), PYDANTIC) for c in models)


@question(cyclic=False)
def models_act(project: Project, module: Module) -> bool:
    """Whether a model it holds does something with what it is given, as the nodes of a graph and commands do."""
    models = [c for c in top_level(project, module)[1] if _is_schema(project, c)]
    methods = [m for c in models for m in c.methods.values() if not m.is_special]
    acting = [m for m in methods if any(param.kind == "" for param in m.node.params[1:])]
    return any(not any(_is_known(project, module, d) for d in m.node.decorators) for m in acting)


def _is_known(project: Project, module: Module, decorator: Expr) -> bool:
    """Whether a decorator is Python's or Pydantic's own: validators, class methods and the like."""
    symbol = resolve(project, module, decorator_name(decorator), None)
    return symbol is None or symbol.package in ("builtins", "pydantic")


def _plain_methods(definition: ClassDefinition) -> list[Function]:
    return [m for m in definition.methods.values() if not m.node.decorators and not m.is_special]


def _length(definition: Definition) -> int:
    return definition.node.end_line - definition.node.line + 1


def _is_schema(project: Project, definition: ClassDefinition) -> bool:
    symbol = symbol_of(definition)
    return descends(project, symbol, PYDANTIC | TYPED_DICT) and not is_mapped(project, definition)


def defines_tables(project: Project, module: Module) -> bool:
    """Whether it binds tables of SQLAlchemy Core at module level.

    Source: SQLAlchemy, "Describing Databases with MetaData".
    """
    makers = calls_to(project, module, TABLE)
    return any(-1 in slots for slots in makers.values())


@question(cyclic=False)
def mostly_queries(project: Project, module: Module) -> bool:
    """Whether most of its functions and methods, two at least, query a database; not where it uses services, which lie above.

    In a database folder half of them are enough, private ones aside that only help: a file there is the database's, and
    one that gets and stores data is not what it is reached by.
    """
    functions = [f for f in definitions(project, module).functions.values() if not f.is_special]
    candidates = [f for f in functions if may_query(project, f)]
    needed = len(functions) // 2 + 1
    if words.nearest_is(module, "databases") and not words.says_more_than_its_folder(module):
        helpers = sum(f.node.name.startswith("_") and f not in candidates for f in functions)
        needed = (len(functions) - helpers + 1) // 2
    needed = max(needed, 2)
    if len(candidates) < needed or sum(queries(project, f) for f in candidates) < needed:
        return False
    return not _uses_services(project, module)


def imported_tables(project: Project, module: Module) -> Iterator[ClassDefinition]:
    """The mapped classes of the modules that a module imports, or imports something from."""
    brought = (lookup(project, module, name) for name in module_scope(project, module).names)
    for path in dict.fromkeys(symbol.path for symbol in brought if symbol and symbol.path != module.path):
        if path:
            yield from mapped_classes(project, project.by_path[path])


def _uses_services(project: Project, module: Module) -> bool:
    for statement in module.interface.imports:
        for name, _ in statement.names:
            if statement.module is None:
                symbol: Symbol | None = module_symbol(project, module, name)
            else:
                symbol = imported(project, module, absolute(module, statement.module, statement.level), name)
            target = project.by_path.get(symbol.path) if symbol else None
            if target is None:
                continue
            word = words.strong_file(project, target) or words.strong_folder(project, target)
            if word and word.layer == "service":
                return True
    return False


@question(cyclic=False)
def is_cli(project: Project, module: Module) -> bool:
    """Whether it defines commands for a terminal, with click, typer or argparse, or a program of a class of the project's
    own."""
    known = calls_to(project, module, names_in("layers", "calls", "commands"))
    return bool(known) or _makes_own_program(project, module)


def _makes_own_program(project: Project, module: Module) -> bool:
    roots = names_in("layers", "calls", "programs")
    made = called_by(project, module, offspring(project, roots))
    symbols = (resolve(project, module, name, None) for name in made)
    return any(symbol is not None and symbol.path and descends(project, symbol, roots) for symbol in symbols)


@question(cyclic=False)
def defines_result(project: Project, module: Module) -> bool:
    """Whether it defines a Result type: classes or an alias of success and failure."""
    names = {name.lower() for name in definitions(project, module).classes}
    names |= {t.lower() for s in module.interface.body if isinstance(s, Set) for t in s.targets if isinstance(t, str)}
    return "result" in names or ({"success", "ok"} & names and {"failure", "err", "error"} & names) != set()


def has_revision(project: Project, module: Module) -> bool:
    """Whether it is an Alembic revision: it assigns ``revision`` and ``down_revision``."""
    names = module_scope(project, module).names
    return "revision" in names and "down_revision" in names


@question(cyclic=frozenset(), kept=frozenset[str])
def migration_folders(project: Project) -> frozenset[str]:
    """The folders of Alembic environments: those whose ``env.py`` imports alembic, and one called after migrations that
    holds several (``migrations/users/env.py``)."""
    found = set()
    for module in project.modules:
        folder, _, name = module.path.rpartition("/")
        if name == "env.py" and "alembic" in origins(project, module).packages:
            found.add(folder)
            above = folder.rpartition("/")[0]
            if above.rpartition("/")[2] in names_in("layers", "folders", "migrations"):
                found.add(above)
    return frozenset(found)


def is_graphql(project: Project, module: Module) -> bool:
    """Whether it is written for a GraphQL server: its schema is no schema of data, but what answers queries."""
    return not origins(project, module).packages.isdisjoint(names_in("layers", "packages", "graphql"))


def imports_pytest(project: Project, module: Module) -> bool:
    """Whether it imports pytest whenever it is imported itself: tests, and fixtures for them."""
    return "pytest" in origins(project, module).always


@question(cyclic=False)
def holds_tests(project: Project, module: Module) -> bool:
    """Whether it holds tests: test functions or classes, or imports of a test framework."""
    functions, classes = top_level(project, module)
    if any(f.node.name.startswith("test") for f in functions) or any(c.node.name.startswith("Test") for c in classes):
        return True
    return not origins(project, module).packages.isdisjoint(("pytest", "unittest"))


def importers(project: Project, module: Module) -> list[Module]:
    """The modules that import a module by its name, at run time or not: of a file beside a package of its name there are
    none."""
    return [project.by_path[path] for path in _importers(project, module)]


@question(cyclic=(), kept=tuple[str, ...])
def _importers(project: Project, module: Module) -> tuple[str, ...]:
    is_found = project.find(module.name, module) is module
    return tuple(_all_importers(project).get(module.name, ())) if is_found else ()


@question(cyclic={})
def _all_importers(project: Project) -> dict[str, list[str]]:
    """The paths of the modules that import each module of the project, by its name."""
    found: dict[str, list[str]] = {}
    for module, imports in every(project, _imported_names):
        for name in imports:
            found.setdefault(name, []).append(module.path)
    return found


@question(cyclic=frozenset(), kept=frozenset[str])
def _imported_names(project: Project, module: Module) -> frozenset[str]:
    """The names of the modules of the project that a module imports."""
    found: set[str] = set()
    parents = _parents(project)
    for statement in origins(project, module).internal:
        if statement.module is None:
            found.update(name for name, _ in statement.names)
            continue
        source = absolute(module, statement.module, statement.level)
        found.add(source)
        if source in parents:
            found.update(f"{source}.{name}" for name, _ in statement.names)
    return frozenset(found & project.by_name.keys())


@question(cyclic=frozenset())
def _parents(project: Project) -> frozenset[str]:
    """What the names of modules begin with, the last parts left out."""
    return frozenset(name.rpartition(".")[0] for name in project.by_name)
