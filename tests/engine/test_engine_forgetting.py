"""What a project forgets between modules, for the memory it takes, changes nothing that is found."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from archlint.core import Report
from archlint.engine import Request, check
from archlint.project.model import UNBOUNDED, Project

FIXTURES = Path(__file__).parents[2] / "fixtures"


def found(root: Path, *, cache: bool = False) -> Report:
    request = Request(cwd=str(root), isolated=True, preset="strict", jobs=1, cache=cache)
    return replace(check(request), inputs=None)


def relieve_of_all(project: Project) -> None:
    """Forget all that may be forgotten, however little it is."""
    for answer, answers in project.memo.items():
        if answer.most < UNBOUNDED:  # type: ignore[attr-defined]
            answers.clear()


@pytest.mark.parametrize("fixture", ["bakery", "clinic", "monorepo", "shop"])
def test_the_report_is_the_same(fixture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = found(FIXTURES / fixture)
    monkeypatch.setattr(Project, "relieve", relieve_of_all)
    assert expected.findings
    assert found(FIXTURES / fixture) == expected


def test_so_it_is_with_a_cache_and_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "bakery"
    shutil.copytree(FIXTURES / "bakery", root)
    edited = max(root.rglob("*.py"), key=lambda path: path.stat().st_size)
    with monkeypatch.context() as patch:
        patch.setattr(Project, "relieve", relieve_of_all)
        assert found(root, cache=True) == found(root)
        edited.write_text(
            edited.read_text(encoding="utf-8") + "\n\ndef more() -> None:\n    more()\n", encoding="utf-8"
        )
        after = found(root, cache=True)
    assert after == found(root)
