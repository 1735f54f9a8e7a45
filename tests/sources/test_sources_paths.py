"""The user's PATHS, looked up in the walk of the project."""

from pathlib import Path

import pytest
from sources_trees import write

from archlint.core import UsageError
from archlint.sources import Discovery, discover, select


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    names = [
        "main.py",
        "app/a.py",
        "app/sub/b.py",
        "app2/c.py",
        "app-x/e.py",
        "gen/d.py",
        "docs/readme.md",
        "run",
        "old/local.py",
    ]
    write(root, dict.fromkeys(names, ""))
    write(root, {".gitignore": "gen/\nlocal.py\n"})
    return root


@pytest.fixture
def discovered(project: Path) -> Discovery:
    return discover(str(project))


def chosen(discovered: Discovery, *names: str, force_exclude: bool = False) -> list[str]:
    paths = [str(Path(discovered.root) / name) for name in names]
    return list(select(paths, discovered, force_exclude=force_exclude))


def test_the_root_selects_everything(discovered: Discovery) -> None:
    assert chosen(discovered, "") == ["app-x/e.py", "app/a.py", "app/sub/b.py", "app2/c.py", "main.py"]


def test_a_folder_selects_what_lies_under_it(discovered: Discovery) -> None:
    assert chosen(discovered, "app") == ["app/a.py", "app/sub/b.py"]


def test_paths_that_overlap_select_each_file_once(discovered: Discovery) -> None:
    assert chosen(discovered, "app/sub", "main.py", "app", "app/a.py") == ["app/a.py", "app/sub/b.py", "main.py"]


def test_no_paths_select_nothing(discovered: Discovery) -> None:
    assert chosen(discovered) == []


def test_an_explicit_file_is_taken_though_excluded(discovered: Discovery) -> None:
    assert chosen(discovered, "gen/d.py") == ["gen/d.py"]


def test_a_script_without_suffix_is_taken(discovered: Discovery) -> None:
    assert chosen(discovered, "run") == ["run"]


def test_forced_excludes_hold_for_explicit_paths_too(discovered: Discovery) -> None:
    assert chosen(discovered, "gen/d.py", "main.py", force_exclude=True) == ["main.py"]
    assert chosen(discovered, "gen/d.py", "gen", force_exclude=True) == []


def test_a_link_to_a_folder_selects_what_the_folder_holds(project: Path, discovered: Discovery) -> None:
    (project / "link").symlink_to(project / "app" / "sub")
    assert chosen(discovered, "link") == ["app/sub/b.py"]
    assert chosen(discovered, "link/b.py") == ["app/sub/b.py"]


def test_paths_through_a_link_to_the_project(project: Path, discovered: Discovery) -> None:
    (project.parent / "alias").symlink_to(project)
    assert chosen(discovered, str(project.parent / "alias" / "app2")) == ["app2/c.py"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "nowhere does not exist"),
        ("app/nowhere.py", "app/nowhere.py does not exist"),
        ("docs/readme.md", "docs/readme.md is not a Python file"),
        ("docs", "no Python file to check under docs"),
        ("old", "no Python file to check under old"),
        ("gen", 'gen is left out by default, `exclude` or .gitignore: add "!gen/" to `exclude`'),
        ("..", "lies outside the project"),
        ("../elsewhere.py", "lies outside the project"),
    ],
)
def test_a_path_with_nothing_to_check_is_an_error(
    project: Path, discovered: Discovery, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    write(project.parent, {"elsewhere.py": ""})
    monkeypatch.chdir(project)
    with pytest.raises(UsageError) as raised:
        chosen(discovered, name)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_project_without_python_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no Python file to check"):
        select([str(tmp_path)], discover(str(tmp_path)))


def test_stubs_are_passed_over_beside_other_files(tmp_path: Path) -> None:
    write(tmp_path, {"app/a.py": "", "app/a.pyi": "", "app/_native.pyi": ""})
    discovery = discover(str(tmp_path))
    assert discovery.files == ("app/a.py",)
    stubs = [str(tmp_path / "app/a.pyi"), str(tmp_path / "app/_native.pyi")]
    assert select([str(tmp_path / "app/a.py"), *stubs], discovery) == ("app/a.py",)
    with pytest.raises(UsageError, match="is a stub file"):
        select(stubs, discovery)
    assert select(stubs, discovery, force_exclude=True) == ()
