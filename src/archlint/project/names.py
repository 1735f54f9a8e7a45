"""What a written name means: through imports, aliases, re-exports, star imports and assignments, to where it is defined.

A name of the project resolves to the module that defines it, a third-party name to its dotted name in one spelling
(``fastapi.exceptions.HTTPException`` is ``fastapi.HTTPException``). Source: the Python reference, "The import system" and
"Naming and binding".
"""

import builtins

import msgspec

from archlint.facts.expressions import Const, Expr, Map, Seq
from archlint.facts.statements import (
    Block,
    Class,
    Def,
    For,
    If,
    Import,
    Match,
    Set,
    Stmt,
    Try,
    TypeAlias,
    While,
    With,
)  # fmt: skip
from archlint.project.definitions import Function, definitions, holder_of_local, inner_definitions
from archlint.project.knowledge import canonical
from archlint.project.model import Module, Project, question

BUILTINS = frozenset(dir(builtins))
MODULE = ""


class Symbol(msgspec.Struct, frozen=True, order=True, gc=False):
    """What a name stands for.

    Attributes:
        path: the module of the project that defines it; empty for third-party and built-in names.
        name: inside that module, the qualified name (empty: the module itself); else the whole dotted name.
    """

    path: str
    name: str

    @property
    def is_external(self) -> bool:
        return not self.path

    @property
    def package(self) -> str:
        """The top-level package of a third-party name."""
        return self.name.partition(".")[0] if self.is_external else ""

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


class Binding(msgspec.Struct, frozen=True, gc=False):
    """One way a scope binds a name.

    ``kind`` is ``module`` (``target`` is its dotted name), ``from`` (module and name of a from-import), ``definition``,
    ``value`` (``value`` is what is assigned) or ``opaque`` (a loop target, an unpacked tuple …).
    """

    kind: str
    certain: bool
    target: str = ""
    member: str = ""
    value: Expr = None
    annotation: Expr = None


DEFINED = {True: Binding("definition", True), False: Binding("definition", False)}
COMPOUND = frozenset({TypeAlias, If, While, Try, For, With, Match})


class Scope:
    """What a block binds.

    Attributes:
        names: each name's bindings in source order.
        stars: the modules it star-imports.
        values: each name that is assigned something, and what.
    """

    __slots__ = ("names", "stars", "values")

    def __init__(self) -> None:
        self.names: dict[str, list[Binding]] = {}
        self.stars: list[str] = []
        self.values: list[tuple[str, Expr]] = []


@question(cyclic=Scope())
def module_scope(project: Project, module: Module) -> Scope:
    """The bindings at module level, those in ``if``, ``try`` and loops included."""
    scope = Scope()
    _bind(scope, module, module.interface.body, True)
    return scope


@question(cyclic=Scope())
def function_scope(project: Project, function: Function) -> Scope:
    """The bindings inside a function, its parameters left out."""
    scope = Scope()
    _bind(scope, function.module, function.body, True)
    return scope


def _bind(scope: Scope, module: Module, block: Block, certain: bool) -> None:
    names = scope.names
    for statement in block:
        kind = statement.__class__
        if kind is Import:
            _bind_import(scope, module, statement, certain)  # type: ignore[arg-type]
        elif kind is Def or kind is Class:
            names.setdefault(statement.name, []).append(DEFINED[certain])  # type: ignore[union-attr]
        elif kind is Set:
            _bind_assignment(scope, statement, certain)  # type: ignore[arg-type]
        elif kind is Try:
            _bind_try(scope, module, statement, certain)  # type: ignore[arg-type]
        elif kind in COMPOUND:
            _bind_compound(scope, module, statement, certain)


def _bind_assignment(scope: Scope, statement: Set, certain: bool) -> None:
    if statement.op:
        return
    value = statement.value
    for target in statement.targets:
        if isinstance(target, str) and "." not in target:
            kind = "opaque"
            if value is not None:
                kind = "value"
                scope.values.append((target, value))
            scope.names.setdefault(target, []).append(Binding(kind, certain, "", "", value, statement.annotation))
        else:
            _bind_opaque(scope.names, target)


def _bind_compound(scope: Scope, module: Module, statement: Stmt, certain: bool) -> None:
    match statement:
        case TypeAlias():
            scope.values.append((statement.name, statement.value))
            scope.names.setdefault(statement.name, []).append(Binding("value", certain, value=statement.value))
        case If() | While():
            # What holds at run time comes before what only type checkers see.
            branches = (statement.body, statement.orelse)
            for branch in reversed(branches) if _for_type_checkers(statement.test) else branches:
                _bind(scope, module, branch, False)
        case For():
            _bind_opaque(scope.names, statement.target)
            _bind(scope, module, statement.body, False)
            _bind(scope, module, statement.orelse, False)
        case With():
            for _, target in statement.items:
                _bind_opaque(scope.names, target)
            _bind(scope, module, statement.body, certain)
        case Match():
            for arm in statement.cases:
                _bind(scope, module, arm.body, False)


def _for_type_checkers(test: Expr) -> bool:
    return isinstance(test, str) and test.rpartition(".")[2] == "TYPE_CHECKING"


def _bind_try(scope: Scope, module: Module, statement: Try, certain: bool) -> None:
    _bind(scope, module, statement.body, False)
    _bind(scope, module, statement.orelse, False)
    for handler in statement.handlers:
        if handler.name:
            scope.names.setdefault(handler.name, []).append(Binding("opaque", False))
        _bind(scope, module, handler.body, False)
    _bind(scope, module, statement.final, certain)


def _bind_opaque(names: dict[str, list[Binding]], target: Expr) -> None:
    if isinstance(target, str):
        if "." not in target:
            names.setdefault(target, []).append(Binding("opaque", False))
    elif isinstance(target, Seq):
        for item in target.items:
            _bind_opaque(names, item)


def _bind_import(scope: Scope, module: Module, statement: Import, certain: bool) -> None:
    if statement.module is None:
        for name, alias in statement.names:
            target = name if alias else name.partition(".")[0]
            scope.names.setdefault(alias or target, []).append(Binding("module", certain, target))
        return
    source = absolute(module, statement.module, statement.level)
    for name, alias in statement.names:
        if name == "*":
            scope.stars.append(source)
        else:
            scope.names.setdefault(alias or name, []).append(Binding("from", certain, source, name))


def absolute(module: Module, name: str, level: int) -> str:
    """The absolute name of a from-import's module (PEP 328)."""
    if not level:
        return name
    parts = module.name.split(".")
    drop = level - 1 if module.is_package else level
    base = parts[: len(parts) - drop] if drop else parts
    return ".".join([*base, name] if name else base)


def chosen(bindings: list[Binding]) -> Binding:
    """The binding that holds after the block: the last certain one, else the first that is no ``None`` placeholder."""
    if len(bindings) == 1:
        return bindings[0]
    real = [b for b in bindings if not (isinstance(b.value, Const) and b.value.kind == "none")] or bindings
    certain = [b for b in real if b.certain]
    return certain[-1] if certain else real[0]


@question(cyclic=None)
def lookup(project: Project, module: Module, name: str) -> Symbol | None:
    """What a name means at module level; built-ins are ``builtins.<name>``; None when nothing says."""
    scope = module_scope(project, module)
    bindings = scope.names.get(name)
    if bindings:
        return _meaning(project, module, name, chosen(bindings), None)
    if scope.stars:
        found = _through_stars(project, module, name, {module.path})
        if found:
            return found
    submodule = _submodule(project, module, name)
    if submodule:
        return submodule
    return Symbol("", f"builtins.{name}") if name in BUILTINS else None


def _meaning(
    project: Project, module: Module, name: str, binding: Binding, function: Function | None
) -> Symbol | None:  # fmt: skip
    if binding.kind == "module":
        return module_symbol(project, module, binding.target)
    if binding.kind == "from":
        return brought(project, module, binding.target, binding.member)
    if binding.kind == "value" and isinstance(binding.value, str) and binding.value != name:
        aliased = resolve(project, module, binding.value, function)
        if aliased:
            return aliased
    return Symbol(module.path, f"{function.name}.<locals>.{name}" if function else name)


def _through_stars(project: Project, module: Module, name: str, seen: set[str]) -> Symbol | None:
    """What star imports bring, the last one first. One search a name: were it to ask `lookup` of the next module, the
    answer in a loop of star imports would depend on where it was asked first."""
    for source in reversed(module_scope(project, module).stars):
        target = project.find(source, module)
        if target is None or target.path in seen:
            continue
        seen.add(target.path)
        exports = target.interface.exports
        if name not in exports if exports is not None else name.startswith("_"):
            continue
        if name in module_scope(project, target).names:
            found = lookup(project, target, name)
        else:
            found = _through_stars(project, target, name, seen) or _submodule(project, target, name)
        if found:
            return found
    return None


def _submodule(project: Project, package: Module, name: str) -> Symbol | None:
    found = project.find(f"{package.name}.{name}", package) if package.is_package else None
    return Symbol(found.path, MODULE) if found else None


def module_symbol(project: Project, near: Module, name: str) -> Symbol:
    """The symbol of a dotted module name: a module of the project, or a third-party name."""
    found = project.find(name, near) if name.partition(".")[0] in project.packages else None
    return Symbol(found.path, MODULE) if found else Symbol("", canonical(name))


def brought(project: Project, near: Module, source: str, name: str) -> Symbol | None:
    """What ``from source import name`` brings; a name of another package is not worth remembering."""
    if source.partition(".")[0] not in project.packages:
        return Symbol("", canonical(f"{source}.{name}"))
    return imported(project, near, source, name)


@question(cyclic=None)
def imported(project: Project, near: Module, source: str, name: str) -> Symbol | None:
    """What ``from source import name`` brings."""
    target = project.find(source, near)
    if target is None:
        return module_symbol(project, near, f"{source}.{name}")
    scope = module_scope(project, target)
    if target is near or not (name in scope.names or scope.stars):
        submodule = project.find(f"{source}.{name}", near)
        if submodule:
            return Symbol(submodule.path, MODULE)
    found = lookup(project, target, name)
    if found is None or found.name.startswith("builtins."):
        return brought_late(project, target, name) or Symbol(target.path, name)
    return found


@question(cyclic=None)
def brought_late(project: Project, module: Module, name: str) -> Symbol | None:
    """What the ``__getattr__`` of a module brings (PEP 562): a name that it imports, or one that a table of the module
    gives a module of the project for."""
    function = definitions(project, module).functions.get("__getattr__")
    if function is None:
        return None
    for binding in function_scope(project, function).names.get(name, ()):
        if binding.kind == "from":
            return brought(project, module, binding.target, binding.member)
    pairs = [
        pair for _, value in module_scope(project, module).values if isinstance(value, Map) for pair in value.pairs
    ]
    told = [value for key, value in pairs if isinstance(key, Const) and key.value == name]
    return _told(project, module, told[0], name) if len(told) == 1 else None


def _told(project: Project, module: Module, where: Expr, name: str) -> Symbol | None:
    """What an entry of such a table means: ``(".users", "router")``, ``"shop.users:router"``, ``"shop.users"``."""
    texts = [getattr(part, "value", None) for part in (where.items if isinstance(where, Seq) else (where,))]
    first, own = texts if len(texts) == 2 else (texts[0] if len(texts) == 1 else None, name)
    if not isinstance(first, str) or not isinstance(own, str):
        return None
    written, _, attribute = first.partition(":")
    source = absolute(module, written.lstrip("."), len(written) - len(written.lstrip(".")))
    for place, brings in ((source, attribute or own), source.rpartition(".")[::2]):
        target = project.find(place, module)
        if target is not None and target is not module and brings in module_scope(project, target).names:
            return imported(project, module, place, brings)
    return None


def member(project: Project, near: Module, owner: Symbol, name: str) -> Symbol | None:
    """What ``owner.name`` means; of a class or a value, the name inside it, inheritance not followed."""
    if owner.is_external:
        return module_symbol(project, near, f"{owner.name}.{name}")
    if owner.name != MODULE:
        return Symbol(owner.path, f"{owner.name}.{name}")
    module = project.by_path[owner.path]
    found = lookup(project, module, name)
    if found and not found.name.startswith("builtins."):
        return found
    submodule = project.find(f"{module.name}.{name}", module)
    if submodule:
        return Symbol(submodule.path, MODULE)
    return brought_late(project, module, name) or Symbol(owner.path, name)


@question(cyclic=None)
def resolve(project: Project, module: Module, name: str, function: Function | None) -> Symbol | None:
    """What a dotted name written in ``module``, inside ``function`` if given, means; None for locals and unknowns."""
    head, *rest = name.split(".")
    symbol = _head(project, module, head, function)
    for part in rest:
        if symbol is None:
            return None
        symbol = member(project, module, symbol, part)
    return symbol


def _head(project: Project, module: Module, name: str, function: Function | None) -> Symbol | None:
    holder = holder_of_local(function, name)
    if holder is None:
        return lookup(project, module, name)
    return None if holder.takes(name) else _local(project, module, name, holder)


def _local(project: Project, module: Module, name: str, function: Function) -> Symbol | None:
    bindings = function_scope(project, function).names.get(name, [])
    if not bindings:
        return lookup(project, module, name)
    if len(bindings) > 1 and len({(b.target, b.member) for b in bindings if b.kind in ("module", "from")}) != 1:
        return None
    binding = bindings[0]
    if binding.kind == "definition":
        inner = inner_definitions(project, function)
        qualified = f"{function.name}.<locals>.{name}"
        return Symbol(module.path, qualified) if qualified in inner.functions or qualified in inner.classes else None
    if binding.kind == "opaque" or (binding.kind == "value" and not isinstance(binding.value, str)):
        return None
    return _meaning(project, module, name, binding, function)
