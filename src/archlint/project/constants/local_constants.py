"""Constants bound inside functions: UPPER_CASE names that a function binds once, to a constant expression."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call, Expr, Item, Seq, Star, Walrus
from archlint.facts.statements import (
    NESTING,
    Block,
    Case,
    Class,
    Def,
    Del,
    For,
    Handler,
    Import,
    Scope,
    Set,
    TypeAlias,
    With,
)  # fmt: skip
from archlint.project.constants.constancy import Names, Needed, is_constant_name, is_empty, needed_by, needs
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, imported, member, module_scope, module_symbol, resolve
from archlint.project.walk import defined, find, nodes, statements

BINDERS = frozenset({Set, Walrus, TypeAlias, Handler, Def, Class, For, With, Case, Import, Del, Scope})
CHANGERS = frozenset({Call, Set, Del, Scope})


class LocalConstant(Record, frozen=True):
    """One statement in a function that binds constants.

    Attributes:
        names: what it binds.
        function: qualified name of the function inside its module.
        below: names of the module the constants are made of, so what must precede them at module level.
        taken: those of ``names`` that the module binds already.
        twins: other functions of the module that bind the same names to the same values.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    names: tuple[str, ...]
    function: str
    below: tuple[str, ...]
    taken: tuple[str, ...]
    twins: tuple[str, ...]


class _Place(Record, frozen=True):
    """A function, the functions it is in (innermost last), and its constants, found so far: name to what it needs."""

    module: Module
    name: str
    node: Def
    outer: "_Place | None"
    constants: dict[str, frozenset[str]]


class _Binding(Record, frozen=True):
    place: _Place
    statement: Set
    names: tuple[str, ...]
    values: tuple[Expr, ...]


@question(cyclic=())
def local_constants(project: Project, module: Module) -> tuple[LocalConstant, ...]:
    """The constants bound inside the functions of a module, in source order."""
    found: list[_Binding] = []
    for place in _places(module, module.interface.body, "", None):
        found += _constants_of(project, place)
    if not found:
        return ()
    twins: dict[object, list[str]] = {}
    for binding in found:
        twins.setdefault((binding.names, binding.values), []).append(binding.place.name)
    bound = module_scope(project, module).names
    return tuple(_described(binding, twins[binding.names, binding.values], bound.keys()) for binding in found)


def _described(binding: _Binding, functions: list[str], bound: Collection[str]) -> LocalConstant:
    statement, place = binding.statement, binding.place
    below = sorted({name for constant in binding.names for name in place.constants[constant]})
    taken = tuple(name for name in binding.names if name in bound)
    twins = tuple(sorted({name for name in functions if name != place.name}))
    position = statement.line, statement.col, statement.end_line, statement.end_col
    return LocalConstant(*position, binding.names, place.name, tuple(below), taken, twins)


def _places(module: Module, block: Block, prefix: str, outer: _Place | None) -> Iterator[_Place]:
    """The functions that bind a name written like a constant's; bodies that cannot hold any stay shut."""
    for statement in defined(block):
        if isinstance(statement, Def):
            # One string test instead of one for each name: nearly no function binds a name with a capital.
            binds = not "a".join(statement.binds).islower() and any(map(is_constant_name, statement.binds))
            if not binds and not statement.flags & NESTING:
                continue
            place = _Place(module, prefix + statement.name, statement, outer, {})
            if binds:
                yield place
            if statement.flags & NESTING:
                yield from _places(module, module.body(statement), f"{place.name}.<locals>.", place)
        else:
            yield from _places(module, statement.body, f"{prefix}{statement.name}.", outer)


def _constants_of(project: Project, place: _Place) -> list[_Binding]:
    body = place.module.body(place.node)
    assignments = [s for s in statements(body) if isinstance(s, Set) and not s.op and s.value is not None]
    pairs = [pair for statement in assignments for pair in _pairs(statement)]
    candidates = {name for name, value in pairs if is_constant_name(name) and not is_empty(value)}
    if not candidates:
        return []
    counts = _times_bound(place, body)
    candidates = {name for name in candidates if counts[name] == 1} - _changed(body, candidates)
    found = []
    for statement in assignments:
        bound = [p for p in _pairs(statement) if p[0] in candidates and _is_constant(project, place, *p)]
        if bound:
            found.append(_Binding(place, statement, tuple(n for n, _ in bound), tuple(v for _, v in bound)))
    return found


def _is_constant(project: Project, place: _Place, name: str, value: Expr) -> bool:
    """Whether a name of a function is bound to a constant, which is then noted for those made of it."""
    names = Names(lambda written: _symbol(project, place, written), lambda written: _needed(project, place, written))
    needed = needs(value, names)
    if needed is None:
        return False
    place.constants[name] = needed
    return True


def _needed(project: Project, place: _Place, written: str) -> Needed:
    within = _binder(place, written.partition(".")[0])
    if within is not None and written in within.constants:
        return within.constants[written]
    return needed_by(project, place.module, written, _symbol(project, place, written))


def _symbol(project: Project, place: _Place, written: str) -> Symbol | None:
    within = _binder(place, written.partition(".")[0])
    return resolve(project, place.module, written, None) if within is None else _imported(project, within, written)


def _binder(place: _Place, name: str) -> _Place | None:
    """The function whose local a name is, as seen from ``place``."""
    within: _Place | None = place
    while within is not None:
        if name in within.node.binds or any(param.name == name for param in within.node.params):
            return within
        within = within.outer
    return None


def _imported(project: Project, place: _Place, written: str) -> Symbol | None:
    """What a name means that a function imports from another package; modules of the project are imported inside
    functions to break cycles, so what they define cannot be counted on at module level."""
    module, (head, *rest) = place.module, written.split(".")
    for statement in module.interface.imports:
        if not place.node.line < statement.line <= place.node.end_line or statement.level:
            continue
        for name, alias in statement.names:
            if (alias or name.partition(".")[0]) == head:
                symbol = _brought(project, module, statement.module, name if alias or statement.module else head)
                for part in rest if symbol and symbol.is_external else ():
                    symbol = member(project, module, symbol, part) if symbol else None
                return symbol if symbol and symbol.is_external else None
    return None


def _brought(project: Project, module: Module, source: str | None, name: str) -> Symbol | None:
    return module_symbol(project, module, name) if source is None else imported(project, module, source, name)


def _pairs(statement: Set) -> Iterator[tuple[str, Expr]]:
    """The names an assignment binds and to what; of an unpacking only where both sides are written out."""
    for target in statement.targets:
        if isinstance(target, str) and "." not in target:
            yield target, statement.value
        elif isinstance(target, Seq) and isinstance(statement.value, Seq):
            values = statement.value.items
            if len(target.items) == len(values):
                yield from ((t, v) for t, v in zip(target.items, values, strict=True) if isinstance(t, str))


def _times_bound(place: _Place, body: Block) -> Counter[str]:
    """How often each name of a function is bound; more than once where another scope or a declaration has a say."""
    counts: Counter[str] = Counter(param.name for param in place.node.params)
    for node in find(body, BINDERS):
        if isinstance(node, Scope):
            counts.update(dict.fromkeys(node.names, 2))
        else:
            counts.update(_bound_by(node))
    return counts


def _bound_by(node: object) -> Iterable[str]:
    """The names a statement or expression itself binds or deletes."""
    match node:
        case Set(targets=targets, value=value) if value is not None:
            return _targets(targets)
        case Walrus(name=name) | TypeAlias(name=name) | Handler(name=name) | Def(name=name) | Class(name=name):
            return (name,)
        case For(target=target):
            return _targets((target,))
        case With(items=items):
            return _targets(tuple(target for _, target in items))
        case Case(pattern=pattern):
            return [part for part in nodes(pattern) if isinstance(part, str)]
        case Import(names=names):
            return [alias or name.partition(".")[0] for name, alias in names]
        case Del(targets=targets):
            return _targets(targets)
    return ()


def _targets(targets: tuple[Expr, ...]) -> Iterator[str]:
    """The names among assignment targets; an item or attribute binds none."""
    for target in targets:
        if isinstance(target, str):
            yield target
        elif isinstance(target, Seq):
            yield from _targets(target.items)
        elif isinstance(target, Star):
            yield from _targets((target.value,))


def _changed(body: Block, names: set[str]) -> set[str]:
    """Those of some names whose value is changed in place or that an inner function binds."""
    mutators = names_in("constants", "mutators")
    found: set[str] = set()
    for node in find(body, CHANGERS, into_definitions=True):
        match node:
            case Call(func=str() as func):
                holder, _, method = func.rpartition(".")
                if method in mutators:
                    found.add(holder.partition(".")[0])
            case Call(func=Attr(base=base, name=method)) if method in mutators:
                found.add(_root(base))
            case Set(targets=targets) | Del(targets=targets):
                found.update(_root(target) for target in targets if not isinstance(target, str) or "." in target)
            case Scope(kind="nonlocal", names=declared):
                found.update(declared)
    return found & names


def _root(expr: Expr) -> str:
    """The name a chain of items and attributes starts from."""
    while isinstance(expr, Item | Attr):
        expr = expr.base
    return expr.partition(".")[0] if isinstance(expr, str) else ""
