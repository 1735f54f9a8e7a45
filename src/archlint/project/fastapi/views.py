"""Class-based views: classes whose methods are handlers, and the classes these build on."""

from archlint.project.classes import ancestors, symbol_of
from archlint.project.definitions import ClassDefinition
from archlint.project.fastapi.linking import wiring
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol


@question(cyclic=())
def view_classes(project: Project) -> tuple[ClassDefinition, ...]:
    """Every class with a handler among its methods, or that a decorator hands to a router, by path and line."""
    wired = wiring(project)
    found = {event.handler.owner for event in wired.registrations if event.handler and event.handler.owner}
    found |= {view.definition for view in wired.views}
    return tuple(sorted(found, key=lambda definition: (definition.module.path, definition.node.line)))


@question(cyclic=frozenset())
def view_bases(project: Project) -> frozenset[Symbol]:
    """The classes of the project that class-based views descend from."""
    return frozenset(
        ancestor
        for definition in view_classes(project)
        for ancestor in ancestors(project, symbol_of(definition))
        if not ancestor.is_external
    )


@question(cyclic=frozenset(), kept=frozenset[str])
def _view_base_paths(project: Project) -> frozenset[str]:
    return frozenset(symbol.path for symbol in view_bases(project))


def is_view_base(project: Project, module: Module) -> bool:
    """Whether a module holds a class that class-based views descend from."""
    return module.path in _view_base_paths(project)
