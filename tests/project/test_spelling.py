"""Type expressions, spelled for people."""

import pytest

from archlint.facts.statements import Set
from archlint.project.spelling import spelled
from archlint.testing import project_of


@pytest.mark.parametrize(
    "text",
    [
        "User",
        "models.User",
        "list[User]",
        "dict[str, list[User]]",
        "User | None",
        "Annotated[User, 'doc']",
        "tuple[int, ...]",
    ],
)
def test_a_type_is_spelled_as_it_was_written(text: str) -> None:
    assert spell(text) == text


@pytest.mark.parametrize(("text", "short"), [("Page(User)", "Page(…)"), ("lambda: 1", "…"), ("f'{x}'", "…")])
def test_anything_else_is_shortened(text: str, short: str) -> None:
    assert spell(text) == short


def spell(text: str) -> str:
    [module] = project_of({"a.py": f"x = {text}\n"}).modules
    [statement] = module.interface.body
    assert isinstance(statement, Set)
    return spelled(statement.value)
