"""Whether an expression is a constant: the same value whenever it is evaluated, and what of the module it needs.

Constants are literals, containers of constants, arithmetic and formatting of constants, calls of pure constructors with
constants, enum members, and UPPER_CASE names bound once in a module or class. Sources: PEP 8, "Constants"; the `enum`
module.
"""

import re
from collections.abc import Callable

from archlint.core.record import Record
from archlint.facts.expressions import Call, Const, Expr, Map, Op, Seq, Star, Text
from archlint.facts.statements import Set
from archlint.project.classes import descends, find_class, mro, symbol_of
from archlint.project.definitions import ClassDefinition
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, module_scope, resolve

UPPER_CASE = re.compile(r"_*[A-Z][A-Z0-9_]*[A-Z0-9]_*")
"""Two characters or more beside the underscores round them: ``URL``, ``_LIMIT``, ``K1``; not ``T``, ``_M``."""

ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**", "<<", ">>", "|", "&", "^", "~", "u+", "u-", "format"})
ENUM = frozenset({"enum.Enum"})

Needed = frozenset[str] | None
"""The names of its module a constant needs; None for what is no constant."""


class Names(Record, frozen=True):
    """What names mean where an expression stands.

    Attributes:
        symbol: what a dotted name stands for, where it is no local.
        needed: what a dotted name needs, if it is a constant.
    """

    symbol: Callable[[str], Symbol | None]
    needed: Callable[[str], Needed]


def is_constant_name(name: str) -> bool:
    """Whether a name is written as constants are."""
    return UPPER_CASE.fullmatch(name) is not None


def needs(expr: Expr, names: Names) -> Needed:
    """What an expression needs, if it is a constant."""
    found: set[str] = set()
    stack = [expr]
    while stack:
        part = stack.pop()
        match part:
            case str():
                needed = names.needed(part)
                if needed is None:
                    return None
                found |= needed
            case Seq(items=inner) | Text(parts=inner):
                stack += inner
            case Map(pairs=pairs):
                stack += [side for pair in pairs for side in pair if side is not None]
            case Op(op=op, operands=inner) if op in ARITHMETIC:
                stack += [operand for operand in inner if operand is not None]
            case Star(value=value):
                stack.append(value)
            case Call(func=str() as func, args=args, kwargs=kwargs) if _is_constructor(names.symbol(func)):
                stack += [*args, *[value for _, value in kwargs]]
            case Const():
                pass
            case _:
                return None
    return frozenset(found)


def _is_constructor(symbol: Symbol | None) -> bool:
    return symbol is not None and symbol.is_external and symbol.name in names_in("constants", "constructors")


def needed_by(project: Project, module: Module, name: str, symbol: Symbol | None) -> Needed:
    """What a dotted name, which stands for a symbol, needs of ``module`` if it is a constant: nothing, or its head."""
    if symbol is None or not is_constant(project, symbol):
        return None
    return frozenset({name.partition(".")[0]}) if symbol.path == module.path else frozenset()


@question(cyclic=False)
def is_constant(project: Project, symbol: Symbol) -> bool:
    """Whether a name stands for a constant."""
    if symbol.is_external:
        return _is_constant_elsewhere(symbol.name)
    owner, _, last = symbol.name.rpartition(".")
    if not owner:
        return _is_module_constant(project, project.by_path[symbol.path], last)
    definition = find_class(project, Symbol(symbol.path, owner))
    if definition is not None:
        return _is_member(project, definition, last)
    return last in ("value", "name") and _is_enum_member(project, Symbol(symbol.path, owner))


def _is_constant_elsewhere(name: str) -> bool:
    owner, _, last = name.rpartition(".")
    if name in names_in("constants", "names"):
        return True
    if last in ("value", "name"):
        name, owner, last = owner, *owner.rpartition(".")[::2]
    if owner in names_in("constants", "modules") and last.isupper():
        return True
    holder = owner.rpartition(".")[2]
    if not is_constant_name(last) or not holder or holder in names_in("constants", "settings"):
        return False
    return "_" in last.strip("_") or holder[0].isupper()


def _is_module_constant(project: Project, module: Module, name: str) -> bool:
    bindings = module_scope(project, module).names.get(name, [])
    if not is_constant_name(name) or len(bindings) != 1 or bindings[0].kind != "value":
        return False
    value = bindings[0].value
    placeholder = isinstance(value, Const) and value.kind == "none"
    return not placeholder and not is_empty(value) and name not in module.interface.rebound


def is_empty(value: Expr) -> bool:
    """Whether an expression makes an empty list, set or dict: something to fill, no constant."""
    if isinstance(value, Call):
        return value.func in ("list", "dict", "set") and not value.args and not value.kwargs
    return (isinstance(value, Seq) and not value.items and value.kind != "tuple") or value == Map(())


def _is_enum_member(project: Project, symbol: Symbol) -> bool:
    owner, _, member = symbol.name.rpartition(".")
    definition = find_class(project, Symbol(symbol.path, owner)) if owner else None
    return (
        definition is not None
        and descends(project, symbol_of(definition), ENUM)
        and _is_member(project, definition, member)
    )


def _is_member(project: Project, definition: ClassDefinition, name: str) -> bool:
    """Whether a class has an enum member, or an UPPER_CASE constant bound once, of that name."""
    is_enum = descends(project, symbol_of(definition), ENUM)
    for owner in mro(project, definition):
        values = [s.value for s in owner.node.body if isinstance(s, Set) and name in s.targets]
        if values and is_enum:
            return not name.startswith("_")
        if values:
            once = len(values) == 1 and values[0] is not None and is_constant_name(name)
            return once and _is_class_constant(project, owner, values[0])
    return False


def _is_class_constant(project: Project, owner: ClassDefinition, value: Expr) -> bool:
    module = owner.module

    def symbol(name: str) -> Symbol | None:
        sibling = any(isinstance(s, Set) and name in s.targets for s in owner.node.body)
        return Symbol(module.path, f"{owner.name}.{name}") if sibling else resolve(project, module, name, None)

    names = Names(symbol, lambda name: needed_by(project, module, name, symbol(name)))
    return not is_empty(value) and needs(value, names) is not None
