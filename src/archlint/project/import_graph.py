"""Which modules of the project run when a module is imported or one of its functions runs."""

from typing import NamedTuple

from archlint.facts.statements import Import
from archlint.project.imports import NOT_AT_RUN_TIME
from archlint.project.model import Module, Project, question
from archlint.project.names import absolute
from archlint.project.places import whole


class ImportEdge(NamedTuple):
    """One module of the project that a statement imports: its place (the whole statement), the module, and whether it is
    imported only when a function runs."""

    line: int
    col: int
    end_line: int
    end_col: int
    target: Module
    is_late: bool


@question(cyclic=())
def imported_modules(project: Project, module: Module) -> tuple[ImportEdge, ...]:
    """The modules of the project that a module imports at run time, one edge for each name of each statement that is a
    module, or lies in one; what a package re-exports from elsewhere is the package's edge.

    Source: the Python reference, "The import statement".
    """
    edges: dict[tuple[object, ...], ImportEdge] = {}
    for statement in module.interface.imports:
        if statement.guard in NOT_AT_RUN_TIME:
            continue
        for target in _targets(project, module, statement):
            if target is not module:
                place = whole(statement)
                edges[(place, target)] = ImportEdge(*place, target, statement.guard == "function")
    return tuple(edges.values())


def _targets(project: Project, module: Module, statement: Import) -> list[Module]:
    if statement.module is None:
        found = [project.find(name, module) for name, _ in statement.names]
    else:
        source = absolute(module, statement.module, statement.level)
        package = project.find(source, module)
        found = [project.find(f"{source}.{name}", module) or package for name, _ in statement.names]
    return [target for target in found if target is not None]
