"""Modules that are imported by a name put together when the program runs: plugins, drivers, providers."""

import re

from archlint.facts.expressions import Const, Expr, Op, Text
from archlint.facts.statements import Block, Set
from archlint.project.calls.index import calls_to, slots_of
from archlint.project.definitions import bodies_in
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, every, question
from archlint.project.walk import calls, statements


def is_loaded_by_name(project: Project, module: Module) -> bool:
    """Whether the project imports modules by a name of which a part is known, and a module's may be one:
    ``import_module(f"shop.carriers.{name}")``."""
    return any(re.fullmatch(pattern, module.name) for pattern in _all_patterns(project))


@question(cyclic=frozenset())
def _all_patterns(project: Project) -> frozenset[str]:
    return frozenset().union(*[patterns for _, patterns in every(project, _patterns)])


@question(cyclic=frozenset(), kept=frozenset[str])
def _patterns(project: Project, module: Module) -> frozenset[str]:
    """Regular expressions of the names by which a module imports others, its own package or another known to be above."""
    loading = calls_to(project, module, names_in("layers", "calls", "loading"))
    if not loading:
        return frozenset()
    found: set[str] = set()
    for _, body in bodies_in(project, module, slots_of(loading)):
        given = [call.args[0] for call in calls(body) if call.func in loading and call.args]
        found.update(_pattern(module, value, []) for name in given for value in _values(name, body))
    return frozenset(pattern for pattern in found if r"\." in pattern.partition("(")[0])


def _values(name: Expr, body: Block) -> list[Expr]:
    """What a name is put together from, where a local holds it."""
    if not isinstance(name, str):
        return [name]
    return [each.value for each in statements(body) if isinstance(each, Set) and name in each.targets]


def _pattern(module: Module, name: Expr, groups: list[Expr]) -> str:
    """A regular expression for a name; ``groups`` are the parts nobody knows, which are the same where they come again."""
    match name:
        case Const(kind="str", value=str() as text):
            return re.escape(text)
        case Text(parts=parts) | Op(op="+", operands=parts):
            return "".join(_pattern(module, part, groups) for part in parts)
        case "__name__":
            return re.escape(module.name)
        case str() if name in groups:
            return f"(?:\\{groups.index(name) + 1})"
    groups.append(name)
    return "(.+)"
