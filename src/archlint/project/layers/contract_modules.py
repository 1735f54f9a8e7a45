"""The modules that the expressions of ``[[contracts]]`` name."""

from collections.abc import Iterable

from archlint.config import KeyPath, hint, subject
from archlint.config.contracts import module_pattern
from archlint.core.record import Record
from archlint.facts.statements import Import
from archlint.project.imports import NOT_AT_RUN_TIME
from archlint.project.model import Module, Project, every, question
from archlint.project.places import whole

Node = Module | str
"""A module of the project, or the dotted name of something outside it."""


class Group(Record, frozen=True):
    """What one name of a contract stands for."""

    name: str
    nodes: frozenset[Node]

    def overlaps(self, other: "Group") -> bool:
        """Whether one of the two holds the other."""
        return f"{self.name}.".startswith(f"{other.name}.") or other.name.startswith(f"{self.name}.")


def groups(
    project: Project, key: KeyPath, expressions: Iterable[str], *, as_packages: bool = True, third_party: bool = False,
    is_optional: bool = False,
) -> list[Group]:  # fmt: skip
    """What expressions stand for, in their order, each group once.

    Args:
        key: where the expressions stand, for errors.
        as_packages: a name stands for all modules inside it too.
        third_party: names may be those of packages that are not the project's.
        is_optional: there need not be such modules.

    Raises:
        ConfigError: an expression matches nothing, unless an extended file brought it: that speaks to other projects too.
    """
    found: dict[str, Group] = {}
    inside = _inside(project)
    for item, expression in enumerate(expressions):
        if third_party and expression.partition(".")[0] not in (*project.packages, "*", "**"):
            found[expression] = Group(expression, _third_party(project, expression))
            continue
        names = matching(project, expression)
        if not names and not is_optional and project.config.owns(key):
            problem = f"there is no module `{expression}`{hint(expression, inside)}"
            raise project.config.error((*key, item), f"{subject(key)}: {problem}")
        for name in names:
            nodes = inside[name] if as_packages else project.by_name.get(name, [])
            found.setdefault(name, Group(name, frozenset(nodes)))
    return list(found.values())


def matching(project: Project, expression: str) -> list[str]:
    """The modules and packages, those without an ``__init__.py`` too, that an expression names."""
    inside = _inside(project)
    if "*" not in expression:
        return [expression] if expression in inside else []
    pattern = module_pattern(expression)
    return sorted(name for name in inside if pattern.fullmatch(name))


def children(project: Project, package: str) -> list[str]:
    """The modules and packages that lie in a package."""
    return matching(project, f"{package}.*")


def first_module(project: Project, name: str) -> Module:
    """A module, or the first one in a package."""
    return project.by_name[name][0] if name in project.by_name else _inside(project)[name][0]


@question(cyclic=(), kept=tuple[tuple[int, int, int, int, str], ...])
def outside_imports(project: Project, module: Module) -> tuple[tuple[int, int, int, int, str], ...]:
    """What a module imports at run time from packages that are not the project's: the place and dotted name of each."""
    return tuple(
        (*whole(statement), name)
        for statement in module.interface.imports
        if statement.guard not in NOT_AT_RUN_TIME
        for name in _outside(project, statement)
    )


def _outside(project: Project, statement: Import) -> list[str]:
    if statement.level:
        return []
    source = statement.module
    if source is None:
        names = [name for name, _ in statement.names]
    else:
        names = [source if name == "*" else f"{source}.{name}" for name, _ in statement.names]
    return [name for name in names if name.partition(".")[0] not in project.packages]


@question(cyclic={})
def _inside(project: Project) -> dict[str, list[Module]]:
    """Each module's and package's name, and the modules inside it, itself included."""
    found: dict[str, list[Module]] = {}
    for module in project.modules:
        name = module.name
        while name:
            found.setdefault(name, []).append(module)
            name = name.rpartition(".")[0]
    return found


@question(cyclic=frozenset())
def _outside_names(project: Project) -> frozenset[str]:
    return frozenset(name for _, found in every(project, outside_imports) for *_, name in found)


def _third_party(project: Project, expression: str) -> frozenset[Node]:
    pattern = module_pattern(expression)
    return frozenset(name for name in _outside_names(project) if any(map(pattern.fullmatch, _prefixes(name))))


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
