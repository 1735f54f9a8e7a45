"""What a module imports at run time, resolved to where it is defined."""

from collections.abc import Collection, Iterator

import msgspec

from archlint.core.record import Record
from archlint.facts.statements import Import
from archlint.project.layers.assignment import Layer, is_above, layer
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, absolute, brought, module_symbol
from archlint.project.origins import origins, packages_of

NOT_AT_RUN_TIME = ("typing", "main")


class ImportedName(msgspec.Struct, frozen=True, gc=False):
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


class ImportStatement(msgspec.Struct, frozen=True, gc=False):
    """One import statement: its place (the whole statement) and the names it imports."""

    line: int
    col: int
    end_line: int
    end_col: int
    names: tuple[ImportedName, ...]


def runtime_imports(project: Project, module: Module, packages: Collection[str]) -> Iterator[ImportStatement]:
    """The import statements that run when the module, or a function in it, runs, and that import from packages of the
    project or from ``packages``: not those under ``TYPE_CHECKING`` or a ``__main__`` guard. A star import is the module
    it stars."""
    wanted = project.packages.union(packages)
    for statement in module.interface.imports:
        if statement.guard in NOT_AT_RUN_TIME:
            continue
        if statement.level or not wanted.isdisjoint(packages_of(statement)):
            yield _resolved(project, module, statement)


def internal_imports(project: Project, module: Module) -> Iterator[ImportStatement]:
    """Those of the `runtime_imports` that import from packages of the project."""
    for statement in origins(project, module).internal:
        if statement.guard not in NOT_AT_RUN_TIME:
            yield _resolved(project, module, statement)


@question(cyclic=None)
def _resolved(project: Project, module: Module, statement: Import) -> ImportStatement:
    return ImportStatement(
        statement.line, statement.col, statement.end_line, statement.end_col, _names(project, module, statement)
    )


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


class LayeredName(Record, frozen=True):
    """An imported name with the module of the project that defines it, and that module's layer."""

    name: ImportedName
    module: Module
    layer: Layer


def from_above(project: Project, importer: Module, statement: ImportStatement) -> tuple[LayeredName, ...]:
    """The names of a statement that a module of a layer above the importer's defines."""
    found = []
    above: dict[str, bool] = {}
    for name in statement.names:
        path = name.target.path
        if path and path not in above:
            above[path] = is_above(project, importer, project.by_path[path])
        if path and above[path]:
            module = project.by_path[path]
            found.append(LayeredName(name, module, layer(project, module)))
    return tuple(found)
