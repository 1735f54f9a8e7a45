"""What an annotation says: a tree of types, with aliases, quotes, `Annotated` and type variables looked through.

Source: the typing specification (https://typing.python.org/en/latest/spec/).
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from archlint.facts.expressions import Call, Const, Expr, Item, Op, Seq
from archlint.facts.statements import TypeAlias, TypeParam
from archlint.project.classes import find_class, find_function, parents, symbol_of
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.knowledge import names_in, table
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, chosen, module_scope, resolve
from archlint.project.walk import statements

DEEPEST = 12
LARGEST = 300
MOST_ANCESTORS = 500

CLASS = "class"
TYPE = "type"
UNION = "union"
ANY = "any"
NONE = "none"
LITERAL = "literal"
VARIABLE = "variable"
UNKNOWN = ""


class Type(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """What a value may be.

    Attributes:
        kind: `CLASS`, an object of the class ``symbol``; `TYPE`, the class ``args[0]`` is an object of; `UNION` of
            ``args``; `ANY`; `NONE`; `LITERAL`; `VARIABLE`, the type variable ``symbol``; or `UNKNOWN`.
        symbol: the class (a built-in or abstract collection in its one spelling) or the variable.
        args: a generic's arguments, an union's arms.
        labels: the keys of a dict display, one for each of ``args``; else empty.
    """

    kind: str
    symbol: Symbol | None = None
    args: "tuple[Type, ...]" = ()
    labels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The dotted name of a third-party or built-in class; else empty."""
        return self.symbol.name if self.kind == CLASS and self.symbol is not None and self.symbol.is_external else ""


NOTHING_KNOWN = Type(UNKNOWN)
NO_VALUE = Type(NONE)
ANYTHING = Type(ANY)
OBJECT = "builtins.object"


class Site(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """Where an annotation stands: the class whose body it is in, the type parameters in force (PEP 695)."""

    module: Module
    function: Function | None = None
    owner: ClassDefinition | None = None
    params: tuple[tuple[str, Symbol], ...] = ()


def class_site(definition: ClassDefinition) -> Site:
    """The body of a class."""
    return Site(definition.module, definition.outer, definition, _params(definition.name, definition))


def function_site(function: Function) -> Site:
    """The signature of a function."""
    own = _params(function.name, function)
    inherited = _params(function.owner.name, function.owner) if function.owner is not None else ()
    return Site(function.module, function.outer, function.owner, (*own, *inherited))


def body_site(module: Module, function: Function | None) -> Site:
    """The body of a function, or of a module."""
    return Site(module) if function is None else replace(function_site(function), function=function, owner=None)


def _params(owner: str, definition: ClassDefinition | Function) -> tuple[tuple[str, Symbol], ...]:
    return _named(definition.module, owner, definition.node.type_params)


def _named(module: Module, owner: str, params: Iterable[TypeParam]) -> tuple[tuple[str, Symbol], ...]:
    return tuple((param.name, Symbol(module.path, f"{owner}.{param.name}")) for param in params)


def external(name: str, *args: Type) -> Type:
    """An object of a third-party or built-in class."""
    return Type(CLASS, Symbol("", name), args)


def union(arms: Iterable[Type]) -> Type:
    """One of several types; unions in unions are dissolved."""
    found: dict[Type, None] = {}
    for arm in arms:
        if arm.kind == UNION:
            found.update(dict.fromkeys(arm.args))
        else:
            found[arm] = None
    if len(found) == 1:
        return next(iter(found))
    return Type(UNION, None, tuple(found)) if found else NOTHING_KNOWN


def bounded(type_: Type) -> Type:
    """A type, or nothing known where it has more than `LARGEST` parts, as one that doubles with every assignment has."""
    if not type_.args:
        return type_
    waiting, count = [type_], 0
    while waiting:
        count += 1
        if count > LARGEST:
            return NOTHING_KNOWN
        waiting.extend(waiting.pop().args)
    return type_


def arms(type_: Type) -> tuple[Type, ...]:
    """What a type may be, ``None`` left out."""
    kind = type_.kind
    if kind == UNION:
        return tuple([arm for arm in type_.args if arm.kind != NONE])
    return () if kind == NONE else (type_,)


def alternatives(type_: Type) -> tuple[Type, ...]:
    """What a type may be, ``None`` too."""
    return type_.args if type_.kind == UNION else (type_,)


def with_self(type_: Type, this: Type) -> Type:
    """A type with what an object is in place of ``Self``."""
    if type_.name == "typing.Self":
        return this
    if not type_.args:
        return type_
    args = tuple(with_self(arg, this) for arg in type_.args)
    return union(args) if type_.kind == UNION else replace(type_, args=args)


def substitute(type_: Type, values: Mapping[Symbol, Type]) -> Type:
    """A type with some type variables replaced."""
    if not values:
        return type_
    if type_.kind == VARIABLE and type_.symbol is not None:
        return values.get(type_.symbol, type_)
    if not type_.args:
        return type_
    replaced = tuple(substitute(arg, values) for arg in type_.args)
    return union(replaced) if type_.kind == UNION else replace(type_, args=replaced)


def variables(types: Iterable[Type]) -> tuple[Symbol, ...]:
    """The type variables in some types, in order of appearance."""
    found: dict[Symbol, None] = {}
    for type_ in types:
        if type_.kind == VARIABLE and type_.symbol is not None:
            found[type_.symbol] = None
        found.update(dict.fromkeys(variables(type_.args)))
    return tuple(found)


def unify(declared: Type, given: Type, found: dict[Symbol, Type]) -> None:
    """Put into ``found`` what the type variables of a declared type stand for where it is given another."""
    if declared.kind == VARIABLE and declared.symbol is not None:
        if given.kind != UNKNOWN:
            found.setdefault(declared.symbol, given)
    elif declared.kind == UNION:
        free = [arm for arm in declared.args if arm.kind == VARIABLE]
        if len(free) == 1 and arms(given):
            unify(free[0], union(arms(given)), found)
    elif declared.kind == given.kind and (declared.kind == TYPE or declared.symbol == given.symbol):
        for inner, other in zip(declared.args, given.args):  # noqa: B905 - what is not given stays open
            unify(inner, other, found)


def read(project: Project, expr: Expr, site: Site, depth: int = 0) -> Type:
    """The type an annotation, or an expression used as one, stands for."""
    if depth > DEEPEST:
        return NOTHING_KNOWN
    match expr:
        case Const(kind="none"):
            return NO_VALUE
        case Const(kind="str", value=str() as quoted) if all(part.isidentifier() for part in quoted.split(".")):
            return _name(project, quoted, site)
        case str():
            return _name(project, expr, site)
        case Op(op="|", operands=operands):
            return union([read(project, operand, site, depth + 1) for operand in operands])
        case Item(base=str() as base, key=key):
            items = key.items if isinstance(key, Seq) and key.kind == "tuple" else (key,)
            return _generic(project, base, items, site, depth + 1)
        case Call(func=str() as func, args=(first, *_)):
            symbol = resolve(project, site.module, func, site.function)
            if symbol is not None and symbol.is_external and symbol.name in names_in("types", "forms", "lists"):
                return external("builtins.list", read(project, first, site, depth + 1))
    return NOTHING_KNOWN


def _name(project: Project, name: str, site: Site) -> Type:
    symbol = _symbol(project, name, site)
    if symbol is None:
        return NOTHING_KNOWN
    if any(symbol == variable for _, variable in site.params):
        return Type(VARIABLE, symbol)
    if symbol.is_external:
        return _third_party(symbol)
    if find_class(project, symbol) is not None:
        return Type(CLASS, symbol)
    return alias(project, symbol)


def _symbol(project: Project, name: str, site: Site) -> Symbol | None:
    for param, variable in site.params:
        if param == name:
            return variable
    if site.owner is not None:
        inner = Symbol(site.owner.module.path, f"{site.owner.name}.{name}")
        if find_class(project, inner) is not None:
            return inner
    return resolve(project, site.module, name, site.function)


def _third_party(symbol: Symbol) -> Type:
    if symbol.name == "typing.Any":
        return ANYTHING
    if symbol.name in names_in("types", "forms", "transparent"):
        return NOTHING_KNOWN
    return external(table("types")["aliases"].get(symbol.name, symbol.name))


@question(cyclic=NOTHING_KNOWN)
def alias(project: Project, symbol: Symbol) -> Type:
    """What a module-level name of the project that is no class stands for as a type: an alias or a type variable. Of
    a value that is neither the kind is `UNKNOWN` and ``symbol`` says which."""
    unknown = Type(UNKNOWN, symbol)
    module = project.by_path[symbol.path]
    bindings = module_scope(project, module).names.get(symbol.name)
    binding = chosen(bindings) if bindings else None
    if binding is None or binding.kind != "value" or binding.value == symbol.name:
        return unknown
    site = Site(module, None, None, _alias_params(module, symbol.name))
    if isinstance(binding.value, Call) and isinstance(binding.value.func, str):
        return _made(project, binding.value, binding.value.func, symbol, site)
    found = read(project, binding.value, site)
    return unknown if found == NOTHING_KNOWN else found


@question(cyclic=NOTHING_KNOWN)
def bound(project: Project, variable: Symbol) -> Type:
    """What a type variable stands for at least: its bound; nothing known without one."""
    module = project.by_path.get(variable.path)
    if module is None:
        return NOTHING_KNOWN
    owner, _, name = variable.name.rpartition(".")
    definition = find_class(project, Symbol(variable.path, owner)) or find_function(
        project, Symbol(variable.path, owner)
    )
    if definition is not None:
        bounds = [param.bound for param in definition.node.type_params if param.name == name]
        site = class_site(definition) if isinstance(definition, ClassDefinition) else function_site(definition)
        return read(project, bounds[0], site) if bounds else NOTHING_KNOWN
    bindings = module_scope(project, module).names.get(variable.name)
    made = chosen(bindings).value if bindings else None
    return read(project, made.keyword("bound"), Site(module)) if isinstance(made, Call) else NOTHING_KNOWN


def _alias_params(module: Module, name: str) -> tuple[tuple[str, Symbol], ...]:
    for statement in statements(module.interface.body):
        if isinstance(statement, TypeAlias) and statement.name == name:
            return _named(module, name, statement.params)
    return ()


def _made(project: Project, call: Call, func: str, symbol: Symbol, site: Site) -> Type:
    maker = resolve(project, site.module, func, None)
    if maker is not None and maker.is_external:
        if maker.name in names_in("types", "forms", "variables"):
            return Type(VARIABLE, symbol)
        if maker.name in ("typing.NewType", "typing.TypeAliasType") and len(call.args) > 1:
            return read(project, call.args[1], site)
    found = read(project, call, site)
    return Type(UNKNOWN, symbol) if found == NOTHING_KNOWN else found


def _generic(project: Project, base: str, items: tuple[Expr, ...], site: Site, depth: int) -> Type:
    generic = _name(project, base, site)
    name = _special(project, base, site)
    if name in names_in("types", "forms", "transparent"):
        return read(project, items[0], site, depth) if items else NOTHING_KNOWN
    if name == "typing.Literal":
        return Type(LITERAL)
    given = tuple(read(project, item, site, depth) for item in items if not _is_ellipsis(item))
    if name in ("typing.Union", "typing.Optional"):
        return union((*given, NO_VALUE) if name == "typing.Optional" else given)
    if name == "collections.abc.Coroutine":
        return external(name, *given[-1:])
    if name == "builtins.type":
        return Type(TYPE, None, given)
    free = () if generic.kind in (CLASS, UNKNOWN) and not generic.args else variables((generic,))
    if free:
        return substitute(generic, dict(zip(free, given)))  # noqa: B905 - defaults may fill the rest
    return replace(generic, args=given) if generic.kind in (CLASS, UNKNOWN) and not generic.args else generic


def _special(project: Project, base: str, site: Site) -> str:
    symbol = _symbol(project, base, site)
    if symbol is None or not symbol.is_external:
        return ""
    return str(table("types")["aliases"].get(symbol.name, symbol.name))


def _is_ellipsis(expr: Expr) -> bool:
    return isinstance(expr, Const) and expr.kind == "ellipsis"


@question(cyclic=())
def base_types(project: Project, definition: ClassDefinition) -> tuple[Type, ...]:
    """The bases of a class as written, in terms of its own type variables."""
    site = class_site(definition)
    return tuple(read(project, base, site) for base in definition.node.bases)


@question(cyclic=())
def parameters(project: Project, definition: ClassDefinition) -> tuple[Symbol, ...]:
    """The type variables of a class, in the order its arguments are given."""
    if definition.node.type_params:
        return tuple(symbol for _, symbol in _params(definition.name, definition))
    bases = base_types(project, definition)
    for base in bases:
        if base.name in ("typing.Generic", "typing.Protocol") and base.args:
            return variables(base.args)
    return variables(bases)


def arguments(project: Project, type_: Type) -> dict[Symbol, Type]:
    """What the type variables of an object's class stand for."""
    definition = find_class(project, type_.symbol)
    return {} if definition is None else dict(zip(parameters(project, definition), type_.args))  # noqa: B905


@question(cyclic=())
def lineage(project: Project, type_: Type) -> tuple[Type, ...]:
    """An object's class and all it descends from, each with its type arguments, in the order attributes are looked up."""
    found: dict[Type, None] = {}
    _trace(project, type_, found, set())
    return tuple(reversed(found))


def _trace(project: Project, type_: Type, found: dict[Type, None], begun: set[Type]) -> None:
    """Add a class and all it descends from, what is looked up last first, each once."""
    if type_ in begun or len(begun) > MOST_ANCESTORS:
        return
    begun.add(type_)
    definition = find_class(project, type_.symbol) if type_.kind == CLASS else None
    if type_.kind == VARIABLE and type_.symbol is not None:
        _trace(project, bound(project, type_.symbol), found, begun)
    elif definition is not None:
        values = arguments(project, type_)
        for base in reversed([held for each in base_types(project, definition) for held in _held(project, each)]):
            if base.kind == CLASS:
                _trace(project, bounded(substitute(base, values)), found, begun)
    if type_.kind != VARIABLE or not found:
        found[type_] = None


def _held(project: Project, base: Type) -> tuple[Type, ...]:
    """A base or, of a variable that holds a class, the classes of the project which that is made of."""
    if base.kind != UNKNOWN or base.symbol is None or base.symbol.is_external:
        return (base,)
    return tuple(Type(CLASS, symbol) for symbol in parents(project, base.symbol) if find_class(project, symbol))


def instance(project: Project, definition: ClassDefinition) -> Type:
    """An object of a class, in terms of its own type variables."""
    params = parameters(project, definition)
    return Type(CLASS, symbol_of(definition), tuple(Type(VARIABLE, param) for param in params))


def narrow(project: Project, before: Type, tested: Type, outcome: bool) -> Type:
    """What is left of a type that is (``outcome``) or is not one of the tested classes."""
    classes = {class_.symbol for class_ in arms(tested)}
    known = [
        arm for arm in arms(before) if classes.isdisjoint(base.symbol for base in lineage(project, arm)) is not outcome
    ]
    return union(known) if known or not outcome else tested
