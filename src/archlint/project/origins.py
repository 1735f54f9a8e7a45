"""Which packages a module imports from, whatever it imports from them."""

import msgspec

from archlint.facts.statements import Import
from archlint.project.model import Module, Project, question


class Origins(msgspec.Struct, frozen=True):
    """Where the import statements of a module import from.

    Attributes:
        internal: the statements that import from packages of the project, in source order.
        packages: the top-level packages imported anywhere in the module; a relative import names none.
        always: those imported whenever the module is.
    """

    internal: tuple[Import, ...]
    packages: frozenset[str]
    always: frozenset[str]


@question(cyclic=Origins((), frozenset(), frozenset()))
def origins(project: Project, module: Module) -> Origins:
    """Where a module imports from."""
    internal: list[Import] = []
    packages: set[str] = set()
    always: set[str] = set()
    own = project.packages
    for statement in module.interface.imports:
        if statement.level:
            internal.append(statement)
            continue
        found = packages_of(statement)
        packages.update(found)
        if statement.guard == "runtime":
            always.update(found)
        if not own.isdisjoint(found):
            internal.append(statement)
    return Origins(tuple(internal), frozenset(packages), frozenset(always))


def packages_of(statement: Import) -> list[str]:
    """The top-level packages an absolute import statement names."""
    if statement.module is not None:
        return [statement.module.partition(".")[0]]
    return [name.partition(".")[0] for name, _ in statement.names]
