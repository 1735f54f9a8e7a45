"""The names a thing can go by in a project, so that a look at the index of called names says where it cannot be meant.

Names are compared by their last part. What is called by such a name may still be something else: resolving it tells.
"""

from collections.abc import Collection, Mapping, Sequence

from archlint.facts.expressions import Call, Expr, Item
from archlint.project.classes import bases, descends
from archlint.project.definitions import definitions
from archlint.project.environment import library_of
from archlint.project.knowledge import canonical_names, third_party_bases
from archlint.project.model import Module, Project, every, question
from archlint.project.names import Symbol, module_scope

Others = Mapping[str, set[str]]
Pairs = frozenset[tuple[str, str]]


@question(cyclic=frozenset(), kept=frozenset[str])
def called(project: Project, module: Module) -> frozenset[str]:
    """The last parts of the names a module calls or raises."""
    return frozenset(by_last(project, module))


@question(cyclic={})
def by_last(project: Project, module: Module) -> Mapping[str, Sequence[str]]:
    """The names that a module calls or raises, as written, by their last parts."""
    found: dict[str, list[str]] = {}
    for name in module.interface.callees:
        last = name.rpartition(".")[2]
        if last in found:
            found[last].append(name)
        else:
            found[last] = [name]
    return found


def called_by(project: Project, module: Module, names: frozenset[str]) -> Sequence[str]:
    """What a module calls or raises by names that end in one of some, as written, in the order of their first places."""
    written = by_last(project, module)
    lasts = names & called(project, module)
    if len(lasts) < 2:
        return written[next(iter(lasts))] if lasts else ()
    wanted = {name for last in lasts for name in written[last]}
    return [name for name in module.interface.callees if name in wanted]


@question(cyclic={})
def slots_calling(
    project: Project, module: Module, names: frozenset[str], at_once: bool = False
) -> Mapping[int, tuple[str, ...]]:
    """What a module calls, as written, by names that end so, by the slots it happens in.

    Args:
        at_once: what is called only right under ``await`` is left out.
    """
    interface = module.interface
    found: dict[int, list[str]] = {}
    written = by_last(project, module)
    for last in names & called(project, module):
        for name in written[last]:
            awaited = interface.awaited.get(name, ()) if at_once else ()
            mixed = interface.mixed.get(name, ()) if awaited else ()
            for slot in interface.callees[name]:
                if slot not in awaited or slot in mixed:
                    found.setdefault(slot, []).append(name)
    return {slot: tuple(names) for slot, names in found.items()}


@question(cyclic=frozenset(), kept=frozenset[str])
def spellings(project: Project, names: frozenset[str]) -> frozenset[str]:
    """The last parts of the names by which the project may mean some third-party definitions: their own, and those that
    imports and assignments give them."""
    return _closure(names, _renamed(project))


def renamed(project: Project, names: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Those of some names, as far as imports and assignments give what goes by them another, each with all it goes by."""
    others = _renamed(project)
    return {name: _closure(frozenset((name,)), others) for name in names if name in others}


@question(cyclic=frozenset(), kept=frozenset[str])
def calling(project: Project, names: frozenset[str]) -> frozenset[str]:
    """The last parts of the names by which the project may call some functions, or make objects as some classes do: their
    own, those that imports and assignments give them, and those of the classes that inherit their ``__init__``."""
    return _closure(names, _made_alike(project))


def meanings(project: Project, names: frozenset[str]) -> frozenset[str]:
    """What may be called by some names: `calling` the other way round."""
    found = set(names)
    new = found
    alike = _made_alike(project)
    while new:
        new = {name for name, others in alike.items() if not others.isdisjoint(new)} - found
        found |= new
    return frozenset(found)


@question(cyclic=frozenset(), kept=frozenset[str])
def offspring(project: Project, names: frozenset[str]) -> frozenset[str]:
    """The last parts of the names by which the project may mean some third-party classes, classes derived from them, or
    values made by calling either."""
    renamed, derived = _renamed(project), _derived(project)
    return _closure(names, {name: {*renamed.get(name, ()), *derived.get(name, ())} for name in (*renamed, *derived)})


@question(cyclic=frozenset(), kept=frozenset[str])
def installed(project: Project, roots: frozenset[str]) -> frozenset[str]:
    """The third-party classes the project derives from that only the files of installed packages show to descend from
    some others."""
    if project.environment is None:
        return frozenset()
    found = frozenset().union(*[bases for _, bases in every(project, _installed_bases)])
    return frozenset(name for name in found if descends(project, Symbol("", name), roots))


@question(cyclic=frozenset(), kept=frozenset[str])
def _installed_bases(project: Project, module: Module) -> frozenset[str]:
    """What the classes of a module derive from that only the files of installed packages tell about."""
    return frozenset(
        base.name
        for definition in definitions(project, module).classes.values()
        for base in bases(project, definition)
        if is_only_installed(project, base)
    )


def is_only_installed(project: Project, symbol: Symbol) -> bool:
    """Whether nothing but the files of an installed package tell what a third-party name is."""
    if not symbol.is_external or project.environment is None:
        return False
    return symbol.name not in third_party_bases() and library_of(project, symbol.name) is not None


def _closure(names: frozenset[str], others: Others) -> frozenset[str]:
    found = {_last(name) for name in names}
    waiting = list(found & others.keys())
    while waiting:
        new = others[waiting.pop()] - found
        found |= new
        waiting += new & others.keys()
    return frozenset(found)


@question(cyclic={})
def _renamed(project: Project) -> Others:
    """The names given to what goes by a name already."""
    found: dict[str, set[str]] = {}
    for other, canonical in canonical_names()[0].items():
        if _last(other) != _last(canonical):
            found.setdefault(_last(canonical), set()).add(_last(other))
    return _gathered(found, every(project, _renamings))


@question(cyclic=frozenset(), kept=Pairs)
def _renamings(project: Project, module: Module) -> Pairs:
    found = {
        (_last(name), alias)
        for statement in module.interface.imports
        for name, alias in statement.names
        if alias and alias != name
    }
    values = module_scope(project, module).values
    return frozenset(found.union([(_last(value), name) for name, value in values if isinstance(value, str)]))


@question(cyclic={})
def _made_alike(project: Project) -> Others:
    """The names given to what goes by a name already, and those of the classes that inherit the ``__init__`` of a class."""
    found = {name: {*others} for name, others in _renamed(project).items()}
    return _gathered(found, every(project, _heirs))


@question(cyclic=frozenset(), kept=Pairs)
def _heirs(project: Project, module: Module) -> Pairs:
    """The classes that say nothing of how their objects are made, by the names of their first bases."""
    return frozenset(
        (_head(definition.node.bases[0]), _last(name))
        for name, definition in definitions(project, module).classes.items()
        if definition.node.bases and not definition.node.decorators and "__init__" not in definition.methods
    )


@question(cyclic={})
def _derived(project: Project) -> Others:
    """The names of the classes derived from a class of some name, and of the values calling it makes."""
    return _gathered({}, every(project, _derivations))


@question(cyclic=frozenset(), kept=Pairs)
def _derivations(project: Project, module: Module) -> Pairs:
    classes = definitions(project, module).classes.items()
    found = {(_head(base), _last(name)) for name, definition in classes for base in definition.node.bases}
    values = module_scope(project, module).values
    return frozenset(found.union([(_head(value), name) for name, value in values if isinstance(value, Call | Item)]))


def _gathered(found: dict[str, set[str]], pairs_of: list[tuple[Module, Pairs]]) -> Others:
    """Names with all others that the modules pair them with, besides those found already."""
    for _, pairs in pairs_of:
        for name, other in pairs:
            found.setdefault(name, set()).add(other)
    return found


def _head(expr: Expr) -> str:
    """The last part of the name an expression is called by or subscripted from, or empty."""
    while isinstance(expr, Item | Call):
        expr = expr.base if isinstance(expr, Item) else expr.func
    return _last(expr) if isinstance(expr, str) else ""


def _last(name: str) -> str:
    return name.rpartition(".")[2]
