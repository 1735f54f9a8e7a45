"""What expressions are: the programs in ``types/*.md``, whose lines say it."""

import re
from pathlib import Path

import pytest

from archlint.project.definitions import all_functions
from archlint.project.flow.sites import call_sites, frame_of
from archlint.project.types.annotations import CLASS, NONE, TYPE, UNION, UNKNOWN, VARIABLE, Type
from archlint.project.types.expressions import type_of
from archlint.testing import project_of

FOLDER = Path(__file__).parent / "types"
FENCE = re.compile(r"```python( head)?\n(.*?)```", re.DOTALL)
FILE = re.compile(r"^# (\S+\.py)\n", re.MULTILINE)
SEEN = re.compile(r"seen\(.*\)  # (.+)")


def programs(page: str) -> tuple[str, list[str]]:
    """What stands before all programs of a page, and its programs."""
    blocks = FENCE.findall((FOLDER / page).read_text(encoding="utf-8"))
    head = "".join(text for mark, text in blocks if mark)
    return head, [text for mark, text in blocks if not mark]


CASES = [
    pytest.param(page.name, number, id=f"{page.stem}-{number + 1}")
    for page in sorted(FOLDER.glob("*.md"))
    if page.name != "README.md"
    for number in range(len(programs(page.name)[1]))
]


def written(type_: Type) -> str:
    """A type as an annotation writes it, classes by the last part of their names; ``?`` for what is not known."""
    if type_.kind in (UNKNOWN, NONE):
        return "?" if type_.kind == UNKNOWN else "None"
    if type_.kind == UNION:
        return " | ".join(map(written, type_.args))
    if type_.kind == TYPE:
        return f"type[{written(type_.args[0])}]"
    if type_.kind not in (CLASS, VARIABLE) or type_.symbol is None:
        return type_.kind
    name = type_.symbol.name.rpartition(".")[2]
    return f"{name}[{', '.join(map(written, type_.args))}]" if type_.args else name


@pytest.mark.parametrize(("page", "number"), CASES)
def test_what_expressions_are(page: str, number: int) -> None:
    [common], (head, own) = programs("README.md")[1], programs(page)
    program = own[number]
    _, *parts = FILE.split(program)
    files = dict(zip(parts[::2], parts[1::2], strict=True)) or {"src/shop/main.py": common + head + program}
    project = project_of(files)
    found = [
        written(type_of(project, site.call.args[0], frame_of(function, site)))
        for module in project.modules
        for function in all_functions(project, module)
        for site in call_sites(project, function)
        if site.call.func == "seen"
    ]
    expected = SEEN.findall(program)
    assert expected
    assert found == expected
