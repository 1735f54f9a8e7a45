"""Classes and what they descend from, across modules and into the frameworks."""

from collections import deque
from collections.abc import Iterable

from archlint.facts.expressions import Attr, Call, Cond, Expr, Item, Seq
from archlint.project.definitions import ClassDefinition, Function, definitions, inner_definitions
from archlint.project.environment import MOST_FILES, Library, library_of, located, public_name
from archlint.project.inference import inferred_bases, inferred_classes
from archlint.project.knowledge import names_in, third_party_bases
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, module_scope, resolve
from archlint.project.spelling import is_class_name


def find_class(project: Project, symbol: Symbol | None) -> ClassDefinition | None:
    """The class of the project that a symbol names."""
    if symbol is None or symbol.is_external:
        return None
    module = project.by_path[symbol.path]
    owner, mark, _ = symbol.name.rpartition(".<locals>.")
    if not mark:
        return definitions(project, module).classes.get(symbol.name)
    function = find_function(project, Symbol(symbol.path, owner))
    return inner_definitions(project, function).classes.get(symbol.name) if function else None


def find_function(project: Project, symbol: Symbol | None) -> Function | None:
    """The function or method of the project that a symbol names; methods are found on the class that defines them."""
    if symbol is None or symbol.is_external:
        return None
    module = project.by_path[symbol.path]
    owner, mark, _ = symbol.name.rpartition(".<locals>.")
    if not mark:
        found = definitions(project, module).functions.get(symbol.name)
        return found or _inherited(project, symbol)
    function = find_function(project, Symbol(symbol.path, owner))
    return inner_definitions(project, function).functions.get(symbol.name) if function else None


def _inherited(project: Project, symbol: Symbol) -> Function | None:
    owner, _, name = symbol.name.rpartition(".")
    definition = find_class(project, Symbol(symbol.path, owner)) if owner else None
    return method(project, definition, name) if definition else None


def symbol_of(definition: ClassDefinition | Function) -> Symbol:
    """The symbol of a definition."""
    return Symbol(definition.module.path, definition.name)


def written(expr: Expr) -> Expr:
    """The class an expression in base position names: the generic without its arguments."""
    while isinstance(expr, Item):
        expr = expr.base
    return expr


@question(cyclic=())
def bases(project: Project, definition: ClassDefinition) -> tuple[Symbol, ...]:
    """The direct bases, resolved; what cannot be resolved is left out. A base made by a call is the call's function,
    then the classes it is made of."""
    found: list[Symbol] = []
    for base in definition.node.bases:
        symbol = _base(project, definition, base)
        if symbol is not None:
            found += [symbol, *_built_upon(project, definition.module, symbol, written(base))]
    return tuple(found)


def _base(project: Project, definition: ClassDefinition, base: Expr) -> Symbol | None:
    expr = written(base)
    if isinstance(expr, Call):
        expr = expr.func
    if not isinstance(expr, str):
        return None
    symbol = resolve(project, definition.module, expr, definition.outer)
    if symbol is None and definition.outer is None and "." in definition.name:
        outer = definition.name.rpartition(".")[0]
        symbol = resolve(project, definition.module, f"{outer}.{expr}", None)
    return symbol


@question(cyclic=())
def ancestors(project: Project, symbol: Symbol) -> tuple[Symbol, ...]:
    """Every class a class descends from, nearest first, itself left out."""
    found: dict[Symbol, None] = {}
    waiting = deque(parents(project, symbol))
    while waiting:
        base = waiting.popleft()
        if base not in found and base != symbol:
            found[base] = None
            waiting.extend(parents(project, base))
    return tuple(found)


@question(cyclic=())
def parents(project: Project, symbol: Symbol) -> tuple[Symbol, ...]:
    """The direct bases of what a symbol names: a class, or a variable that holds one."""
    definition = find_class(project, symbol)
    if definition:
        return bases(project, definition)
    if symbol.is_external:
        known = third_party_bases().get(symbol.name)
        names = _installed_bases(project, symbol.name) if known is None else known
        return tuple(Symbol("", name) for name in names)
    return _inherited_class(project, symbol) or _assigned_base(project, symbol)


def _inherited_class(project: Project, symbol: Symbol) -> tuple[Symbol, ...]:
    """``User.Config`` where only a base of ``User`` defines ``Config``: that class."""
    owner, _, name = symbol.name.rpartition(".")
    definition = find_class(project, Symbol(symbol.path, owner)) if owner else None
    for base in mro(project, definition)[1:] if definition else ():
        inner = Symbol(base.module.path, f"{base.name}.{name}")
        if find_class(project, inner):
            return (inner,)
    return ()


def _installed_bases(project: Project, name: str) -> tuple[str, ...]:
    """The direct bases of a class of an installed package, by canonical name; of another name for it, that name. What is
    not spelt like a class (PEP 8) is not looked up: nearly all of it is functions, of which there are many."""
    shelf = library_of(project, name) if is_class_name(name) else None
    if shelf is None:
        return ()
    shelf.allowance = MOST_FILES
    symbol = located(shelf, name)
    if symbol is None or not shelf.allowance:
        return ()
    own = public_name(shelf, symbol)
    if own != name:
        return (own,)
    direct = parents(shelf, symbol)
    said = [public_name(shelf, parent) for parent in direct]
    return tuple(dict.fromkeys([*said, *_inferred(shelf, symbol, direct)]))


def _inferred(shelf: Library, symbol: Symbol, direct: tuple[Symbol, ...]) -> Iterable[str]:
    """The bases of a class of the library that its file does not say."""
    if symbol.is_external:
        return ()
    module, definition = shelf.by_path[symbol.path], find_class(shelf, symbol)
    if definition is not None:
        written_bases = enumerate(definition.node.bases)
        unsaid = tuple(number for number, base in written_bases if _is_unsaid(shelf, definition, base))
        return inferred_bases(shelf, module.name, symbol.name, unsaid) if unsaid else ()
    bindings = module_scope(shelf, module).names.get(symbol.name.partition(".")[0], ())
    is_computed = any(binding.kind == "opaque" or _is_computed(binding.value) for binding in bindings)
    if not is_computed or find_function(shelf, symbol) or not all(_is_maker(shelf, parent) for parent in direct):
        return ()
    return inferred_classes(shelf, module.name, symbol.name)


def _is_computed(value: Expr) -> bool:
    """Whether an assigned value may be a class that is made or looked up; a type such as ``Callable[[int], str]`` is none."""
    if isinstance(value, Item) and isinstance(value.base, str):
        holder = value.base.rpartition(".")[2]
        return not is_class_name(holder) or (holder.isupper() and len(holder) > 1)
    return isinstance(value, Call | Cond | Item | Attr)


def _is_unsaid(shelf: Library, definition: ClassDefinition, base: Expr) -> bool:
    symbol = _base(shelf, definition, base)
    return symbol is None or (isinstance(written(base), Call) and _is_maker(shelf, symbol))


def _is_maker(shelf: Library, symbol: Symbol) -> bool:
    """Whether a base is not a class but what makes one: ``type``, or a function of the library that no table knows."""
    if symbol.is_external:
        return symbol.name == "builtins.type"
    return find_class(shelf, symbol) is None and public_name(shelf, symbol) not in third_party_bases()


def _assigned_base(project: Project, symbol: Symbol) -> tuple[Symbol, ...]:
    """``Base = declarative_base()``, ``Model = create_model("Model")``: the function that made the class, and what it is
    made of."""
    module = project.by_path[symbol.path]
    made = []
    for binding in module_scope(project, module).names.get(symbol.name, ()):
        value = written(binding.value)
        if isinstance(value, Call) and isinstance(value.func, str):
            maker = resolve(project, module, value.func, None)
            if maker:
                made += [maker, *_built_upon(project, module, maker, value)]
        elif isinstance(value, str) and value is not binding.value:
            generic = resolve(project, module, value, None)
            if generic:
                made.append(generic)
    return tuple(made)


def _built_upon(project: Project, module: Module, maker: Symbol, call: Expr) -> list[Symbol]:
    """The classes that a declarative base is made of: those passed as ``cls``.

    Source: SQLAlchemy, ``declarative_base`` and ``registry.generate_base``: "a type to use as the base for the generated
    declarative base class. May be a class or tuple of classes."
    """
    given = call.keyword("cls") if isinstance(call, Call) else None
    if given is None or not (maker.last == "generate_base" or maker.name in names_in("data", "declarative_bases")):
        return []
    classes = given.items if isinstance(given, Seq) else (given,)
    found = (resolve(project, module, each, None) for each in classes if isinstance(each, str))
    return [symbol for symbol in found if symbol is not None]


def descends(project: Project, symbol: Symbol | None, roots: frozenset[str]) -> bool:
    """Whether a class is, or descends from, one of the third-party classes named in ``roots``."""
    if symbol is None:
        return False
    if symbol.is_external and symbol.name in roots:
        return True
    return any(ancestor.is_external and ancestor.name in roots for ancestor in ancestors(project, symbol))


@question(cyclic=())
def mro(project: Project, definition: ClassDefinition) -> tuple[ClassDefinition, ...]:
    """The classes of the project a class looks attributes up in: itself, then its ancestors, nearest first."""
    found = [definition]
    for ancestor in ancestors(project, symbol_of(definition)):
        base = find_class(project, ancestor)
        if base:
            found.append(base)
    return tuple(found)


def method(project: Project, definition: ClassDefinition, name: str) -> Function | None:
    """The method a class or its nearest ancestor in the project defines."""
    for owner in mro(project, definition):
        found = methods(project, owner).get(name)
        if found:
            return found
    return None


def methods(project: Project, definition: ClassDefinition) -> dict[str, Function]:
    """The methods a class itself defines, by name."""
    if definition.outer is None:
        return definition.methods
    inner_definitions(project, definition.outer)
    return definition.methods
