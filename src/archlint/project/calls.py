"""Calls, by what is called."""

from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, absolute, canonical, imported, lookup, module_scope, module_symbol


@question(cyclic={})
def external_calls(project: Project, module: Module) -> dict[str, dict[str, tuple[int, ...]]]:
    """The third-party functions and classes a module calls or raises: canonical name to the spellings it calls them by
    and, for each, the slots it does so in (see `archlint.facts.interface.Interface.callees`)."""
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    heads: dict[str, Symbol | None] = {}
    inside = _imported_inside(project, module)
    scope = module_scope(project, module)
    for name, slots in module.interface.callees.items():
        if name.startswith((".", "self.", "cls.")):
            continue
        head, dot, rest = name.partition(".")
        if head not in heads:
            known = head in scope.names or bool(scope.stars)
            heads[head] = lookup(project, module, head) if known else inside.get(head)
        symbol = heads[head]
        if symbol is not None and symbol.is_external:
            called = canonical(f"{symbol.name}.{rest}") if dot else symbol.name
            found.setdefault(called, {})[name] = slots
    return found


def _imported_inside(project: Project, module: Module) -> dict[str, Symbol | None]:
    """What imports inside functions bind."""
    found: dict[str, Symbol | None] = {}
    for statement in module.interface.imports:
        if statement.guard != "function":
            continue
        for name, alias in statement.names:
            if statement.module is None:
                head = name if alias else name.partition(".")[0]
                found[alias or head] = module_symbol(project, module, head)
            else:
                source = absolute(module, statement.module, statement.level)
                found[alias or name] = imported(project, module, source, name)
    return found


def calls_to(project: Project, module: Module, names: frozenset[str]) -> dict[str, tuple[int, ...]]:
    """The spellings by which a module calls any of some third-party functions or classes, with their slots."""
    return {
        written: slots
        for name, spellings in external_calls(project, module).items()
        if name in names
        for written, slots in spellings.items()
    }
