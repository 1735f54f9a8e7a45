"""Which folder a run takes as its project, and reading files that may be gone."""

from pathlib import Path

import pytest
from sources_trees import write

from archlint.sources import Unreadable, find_root, read


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder no marker lies above, as far as the tests are concerned."""
    exists = ("pyproject.toml", "archlint.toml", ".git")
    if any((above / name).exists() for above in tmp_path.parents for name in exists):
        pytest.skip("the temporary folder lies inside a project")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    write(tmp_path, {"work/app/__init__.py": "", "work/app/routers/__init__.py": "", "work/app/routers/users.py": ""})
    return tmp_path


@pytest.mark.parametrize("mark", ["pyproject.toml", "archlint.toml", ".git/HEAD", ".git"])
def test_the_nearest_marked_folder_is_the_root(top: Path, mark: str) -> None:
    write(top, {"pyproject.toml": "", f"work/{mark}": ""})
    assert find_root([top / "work" / "app" / "routers"], top) == str(top / "work")


def test_files_count_as_their_folders(top: Path) -> None:
    write(top, {"work/pyproject.toml": ""})
    assert find_root(["work/app/routers/users.py"], top) == str(top / "work")


def test_several_paths_share_the_root_above_them_all(top: Path) -> None:
    write(top, {"work/pyproject.toml": "", "work/a/pyproject.toml": "", "work/b/x.py": ""})
    assert find_root(["work/a", "work/b/x.py"], top) == str(top / "work")
    assert find_root(["work/a"], top) == str(top / "work" / "a")


def test_no_paths_mean_the_working_directory(top: Path) -> None:
    assert find_root([], top / "work") == str(top / "work")


def test_without_marks_it_is_the_working_directory_around_the_paths(top: Path) -> None:
    assert find_root(["app/routers/users.py"], top / "work") == str(top / "work")


def test_without_marks_and_elsewhere_it_is_the_outermost_package(top: Path) -> None:
    assert find_root([top / "work" / "app" / "routers"], top / "home") == str(top / "work" / "app")


def test_inside_a_package_it_is_the_outermost_package(top: Path) -> None:
    assert find_root(["."], top / "work" / "app" / "routers") == str(top / "work" / "app")
    assert find_root(["users.py"], top / "work" / "app" / "routers") == str(top / "work" / "app")


def test_the_home_folder_is_no_project_unless_asked_for(top: Path) -> None:
    write(top, {"home/code/x.py": ""})
    assert find_root(["code/x.py"], top / "home") == str(top / "home" / "code")
    assert find_root(["."], top / "home") == str(top / "home")


def test_the_top_of_the_file_system_is_no_project(top: Path) -> None:
    assert find_root([top / "work" / "app"], top.anchor) == str(top / "work" / "app")


def test_paths_may_climb(top: Path) -> None:
    write(top, {"work/pyproject.toml": ""})
    assert find_root(["../../app"], top / "work" / "app" / "routers") == str(top / "work")


def test_reads_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x\r\n\xff")
    assert read(str(tmp_path / "a.py")) == b"x\r\n\xff"


def test_a_file_that_vanished_is_a_result(tmp_path: Path) -> None:
    path = str(tmp_path / "gone.py")
    assert read(path) == Unreadable(path, "No such file or directory")
    assert read(str(tmp_path)) == Unreadable(str(tmp_path), "Is a directory")
