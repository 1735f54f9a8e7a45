"""Calls, by what is called."""

from collections.abc import Mapping

from archlint.project.aliases import called, called_by, spellings
from archlint.project.knowledge import canonical
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, absolute, brought, lookup, module_scope, module_symbol

Calls = Mapping[str, tuple[int, ...]]


def calls_to(project: Project, module: Module, names: frozenset[str]) -> Calls:
    """The spellings by which a module calls or raises any of some third-party functions or classes, each with the slots
    it does so in (see `archlint.facts.interface.Interface.callees`)."""
    if spellings(project, names).isdisjoint(called(project, module)):
        return {}
    return _calls_to(project, module, names)


def slots_of(found: Calls) -> frozenset[int]:
    """The slots in which some calls stand, by whatever spelling."""
    return frozenset(slot for slots in found.values() for slot in slots)


@question(cyclic={})
def _calls_to(project: Project, module: Module, names: frozenset[str]) -> Calls:
    callees = module.interface.callees
    return {
        name: callees[name]
        for name in called_by(project, module, spellings(project, names))
        if third_party_name(project, module, name) in names
    }


def third_party_name(project: Project, module: Module, name: str) -> str:
    """The canonical name of something another package defines, as any function of the module may spell it, or empty."""
    head, dot, rest = name.partition(".")
    scope = module_scope(project, module)
    symbol = (
        lookup(project, module, head) if head in scope.names or scope.stars else _imported_inside(project, module, head)
    )
    if symbol is None or not symbol.is_external:
        return ""
    return canonical(f"{symbol.name}.{rest}") if dot else symbol.name


def _imported_inside(project: Project, module: Module, head: str) -> Symbol | None:
    """What the last import inside a function that binds a name binds it to."""
    for statement in reversed(module.interface.imports):
        if statement.guard != "function":
            continue
        for name, alias in statement.names:
            if statement.module is None and (alias or name.partition(".")[0]) == head:
                return module_symbol(project, module, name if alias else head)
            if statement.module is not None and (alias or name) == head:
                return brought(project, module, absolute(module, statement.module, statement.level), name)
    return None
