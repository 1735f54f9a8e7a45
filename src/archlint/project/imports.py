"""What a module imports at run time, resolved to where it is defined."""

from typing import NamedTuple

from archlint.facts.statements import Import
from archlint.project.layers import Layer, is_above, layer
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, absolute, brought, module_symbol
from archlint.project.places import whole

NOT_AT_RUN_TIME = ("typing", "main")


class ImportedName(NamedTuple):
    """One name of an import statement.

    Attributes:
        written: the dotted name as the statement spells it (``fastapi.responses.JSONResponse``).
        target: where it is defined, through re-exports.
        local: the name it is bound to here.
    """

    written: str
    target: Symbol
    local: str

    def lies_in(self, packages: tuple[str, ...]) -> bool:
        """Whether it is one of some modules or names, or lies below one, as written or where it is defined."""
        spellings = (self.written, self.target.name)
        return any(s == package or s.startswith(f"{package}.") for s in spellings for package in packages)


class ImportStatement(NamedTuple):
    """One import statement: its place (the whole statement) and the names it imports."""

    line: int
    col: int
    end_line: int
    end_col: int
    names: tuple[ImportedName, ...]


@question(cyclic=())
def runtime_imports(project: Project, module: Module) -> tuple[ImportStatement, ...]:
    """The import statements that run when the module, or a function in it, runs: not those under ``TYPE_CHECKING`` or a
    ``__main__`` guard. A star import is the module it stars."""
    return tuple(
        ImportStatement(*whole(statement), _names(project, module, statement))
        for statement in module.interface.imports
        if statement.guard not in NOT_AT_RUN_TIME
    )


@question(cyclic=())
def internal_imports(project: Project, module: Module) -> tuple[ImportStatement, ...]:
    """Those of the `runtime_imports` that import from packages of the project."""
    return tuple(
        ImportStatement(*whole(statement), _names(project, module, statement))
        for statement in module.interface.imports
        if statement.guard not in NOT_AT_RUN_TIME and _is_internal(project, statement)
    )


def _is_internal(project: Project, statement: Import) -> bool:
    if statement.module is None:
        return any(name.partition(".")[0] in project.packages for name, _ in statement.names)
    return bool(statement.level) or statement.module.partition(".")[0] in project.packages


def _names(project: Project, module: Module, statement: Import) -> tuple[ImportedName, ...]:
    if statement.module is None:
        return tuple(
            ImportedName(name, module_symbol(project, module, name), alias or name) for name, alias in statement.names
        )
    source = absolute(module, statement.module, statement.level)
    found = []
    for name, alias in statement.names:
        if name == "*":
            found.append(ImportedName(source, module_symbol(project, module, source), "*"))
            continue
        target = brought(project, module, source, name)
        if target:
            found.append(ImportedName(f"{source}.{name}", target, alias or name))
    return tuple(found)


class LayeredName(NamedTuple):
    """An imported name with the module of the project that defines it, and that module's layer."""

    name: ImportedName
    module: Module
    layer: Layer


def from_above(project: Project, importer: Module, statement: ImportStatement) -> tuple[LayeredName, ...]:
    """The names of a statement that a module of a layer above the importer's defines."""
    found = []
    for name in statement.names:
        module = project.by_path.get(name.target.path)
        if module and is_above(project, importer, module):
            found.append(LayeredName(name, module, layer(project, module)))
    return tuple(found)
