"""A file that is only in an editor so far is found as if it were on disk."""

import sys
from pathlib import Path

import pytest
from sources_trees import write

from archlint.core import UsageError
from archlint.sources import discover, select

TREE = {
    ".gitignore": "local.py\ngen/\n",
    "app/a.py": "",
    "app/.gitignore": "/made_*.py\n",
    "old/b.py": "",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, TREE)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "is_found"),
    [
        ("app/a.py", True),
        ("app/new.py", True),
        ("new.py", True),
        ("app/deep/er/new.py", True),
        ("app/local.py", False),
        ("app/made_up.py", False),
        ("app/deep/made_up.py", True),
        ("gen/new.py", False),
        ("app/gen/deep/new.py", False),
        ("old/new.py", False),
        ("node_modules/new.py", False),
    ],
)
def test_as_if_it_were_saved(project: Path, path: str, is_found: bool) -> None:
    exclude = ("old/",)
    before = discover(str(project), exclude=exclude)
    unsaved = discover(str(project), exclude=exclude, unsaved=str(project / path))
    assert unsaved.notices == ()
    assert set(unsaved.files) - set(before.files) == ({path} if is_found else set()) - set(before.files)
    write(project, {path: ""})
    assert discover(str(project), exclude=exclude).files == unsaved.files


def test_it_is_selected_unless_it_is_excluded_by_force(project: Path) -> None:
    for path, forced in (("app/new.py", ("app/new.py",)), ("gen/new.py", ())):
        found = discover(str(project), unsaved=str(project / path))
        assert select([str(project / path)], found) == (path,)
        assert select([str(project / path)], found, force_exclude=True) == forced
    with pytest.raises(UsageError, match="does not exist"):
        select([str(project / "app/other.py")], found)


def test_a_folder_that_is_missing_for_another_reason_is_told(project: Path) -> None:
    assert discover(str(project / "nowhere")).notices != ()


@pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")
def test_no_walk_goes_through_a_link_for_it(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere, {"c.py": ""})
    (project / "inside").symlink_to(project / "app")
    (project / "outside").symlink_to(elsewhere)
    assert "app/new.py" in discover(str(project), unsaved=str(project / "inside/new.py")).files
    assert discover(str(project), unsaved=str(project / "outside/new.py")).files == ("app/a.py", "old/b.py")
