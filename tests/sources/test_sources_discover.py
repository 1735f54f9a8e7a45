"""The walk of a project: what git ignores, what is left out by default, what the configuration adds."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources_trees import git, is_ignored, not_ignored, write

from archlint.sources import discover


def found(root: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    return list(discover(str(root), exclude=exclude).files)


# --- a plain walk ---------------------------------------------------------------------------------------------------


def test_finds_python_files_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, {"b.py": "", "a/z.py": "", "a/b/c.py": "", "a.pyi": "", "notes.txt": "", "py": "", "empty/": ""})
    discovered = discover(str(tmp_path))
    assert discovered.files == ("a/b/c.py", "a/z.py", "b.py")
    assert discovered.folders == ("", "a", "a/b", "empty")
    assert discovered.notices == ()


def test_a_folder_called_like_a_python_file_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"odd.py/inner.py": ""})
    assert found(tmp_path) == ["odd.py/inner.py"]


def test_names_that_are_no_utf8_are_found(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    write(tmp_path, {name: ""})
    assert found(tmp_path) == [name]


# --- links and trouble ----------------------------------------------------------------------------------------------


def test_links_to_files_are_followed_and_links_to_folders_are_not(tmp_path: Path) -> None:
    write(tmp_path, {"outside/shared.py": "", "project/pkg/a.py": ""})
    project = tmp_path / "project"
    (project / "linked.py").symlink_to(tmp_path / "outside" / "shared.py")
    (project / "outside").symlink_to(tmp_path / "outside")
    (project / "dangling.py").symlink_to(tmp_path / "nowhere.py")
    assert found(project) == ["linked.py", "pkg/a.py"]


def test_loops_of_links_end(tmp_path: Path) -> None:
    write(tmp_path, {"pkg/a.py": ""})
    (tmp_path / "pkg" / "loop").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    discovered = discover(str(tmp_path))
    assert discovered.files == ("pkg/a.py",)
    assert discovered.notices == ("cannot read self.py: Too many levels of symbolic links",)


def test_pipes_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert found(tmp_path) == []


def test_an_unreadable_folder_is_a_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"open/a.py": "", "secret/b.py": ""})
    scandir = os.scandir

    def refusing(path: str) -> "Iterator[os.DirEntry[str]]":
        if "secret" in path:
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    discovered = discover(str(tmp_path))
    assert discovered.files == ("open/a.py",)
    assert discovered.notices == ("cannot read the folder secret: Permission denied",)


# --- left out by default --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder", [".git", "venv", "__pycache__", "node_modules", ".tox", "thing.egg-info", "lib/site-packages"]
)
def test_tool_folders_are_left_out(tmp_path: Path, folder: str) -> None:
    write(tmp_path, {"a.py": "", f"{folder}/b.py": "", f"deep/{folder}/c.py": ""})
    assert found(tmp_path) == ["a.py"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history"])
def test_environments_are_known_by_what_they_hold(tmp_path: Path, mark: str) -> None:
    write(tmp_path, {"a.py": "", f"py311/{mark}": "", "py311/lib/os.py": ""})
    assert found(tmp_path) == ["a.py"]


def test_a_project_may_itself_be_an_environment(tmp_path: Path) -> None:
    write(tmp_path, {"pyvenv.cfg": "", "app/a.py": "", "lib/python3.12/site-packages/x.py": ""})
    assert found(tmp_path) == ["app/a.py"]


def test_build_is_output_only_beside_a_setup_file(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "build/lib/a.py": "", "dist/b.py": "", "app/features/build/service.py": ""})
    assert found(tmp_path) == ["app/features/build/service.py"]


# --- configured excludes --------------------------------------------------------------------------------------------


def test_excludes_are_patterns_from_the_root(tmp_path: Path) -> None:
    write(tmp_path, {"gen/a.py": "", "app/gen/b.py": "", "app/c_pb2.py": "", "app/d.py": "", "legacy/e.py": ""})
    assert found(tmp_path, exclude=("/gen/", "*_pb2.py", "legacy")) == ["app/d.py", "app/gen/b.py"]


def test_an_exclude_with_an_exclamation_mark_overrules_defaults_and_git(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "gen/", "gen/a.py": "", "node_modules/b.py": "", "venv/c.py": ""})
    assert found(tmp_path) == []
    assert found(tmp_path, exclude=("!gen/", "!node_modules/")) == ["gen/a.py", "node_modules/b.py"]


def test_later_excludes_overrule_earlier_ones(tmp_path: Path) -> None:
    write(tmp_path, {"tests/a.py": "", "tests/keep/b.py": ""})
    assert found(tmp_path, exclude=("tests/*", "!tests/keep/")) == ["tests/keep/b.py"]


def test_excludes_count_from_the_project_root_inside_a_larger_repository(tmp_path: Path) -> None:
    write(tmp_path, {".git/": "", "backend/gen/a.py": "", "backend/app/gen/b.py": ""})
    assert found(tmp_path / "backend", exclude=("/gen",)) == ["app/gen/b.py"]


# --- ignore files ---------------------------------------------------------------------------------------------------


def agrees_with_git(repository: Path, root: Path) -> list[str]:
    """What git and we both find; the root is walked as if it were the repository's only content."""
    expected = not_ignored(root)
    assert found(root) == expected
    return expected


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


def test_nested_ignore_files_overrule_the_outer_ones(repository: Path) -> None:
    write(repository, {".gitignore": "local_*.py\n", "local_a.py": "", "pkg/local_b.py": "", "pkg/sub/local_c.py": ""})
    write(repository, {"pkg/.gitignore": "!local_b.py\n", "pkg/sub/.gitignore": "!*.py\n"})
    assert agrees_with_git(repository, repository) == ["pkg/local_b.py", "pkg/sub/local_c.py"]


def test_nothing_comes_back_from_an_ignored_folder(repository: Path) -> None:
    write(
        repository, {".gitignore": "gen/\n!gen/keep.py\n", "gen/keep.py": "", "gen/.gitignore": "!keep.py", "a.py": ""}
    )
    assert agrees_with_git(repository, repository) == ["a.py"]


def test_a_whitelist_comes_back_step_by_step(repository: Path) -> None:
    write(
        repository, {".gitignore": "/*\n!/app/\n/app/*\n!/app/keep/\n", "a.py": "", "app/b.py": "", "app/keep/c.py": ""}
    )
    assert agrees_with_git(repository, repository) == ["app/keep/c.py"]


def test_ignore_files_above_the_project_count_up_to_the_repository(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    write(tmp_path, {".gitignore": "*.py\n", "repository/.gitignore": "/services/*/gen/\nlocal.py\n"})
    write(repository, {"services/.gitignore": "!local.py\n", "services/.ignored": ""})
    write(repository, {f"services/a/{name}": "" for name in ("gen/x.py", "app/gen/y.py", "local.py", "z.py")})
    git(repository, "init", "--quiet")
    assert agrees_with_git(repository, repository / "services" / "a") == ["app/gen/y.py", "local.py", "z.py"]


def test_info_exclude_counts_least(repository: Path) -> None:
    write(
        repository,
        {".git/info/exclude": "local_*.py\n", ".gitignore": "!local_b.py\n", "local_a.py": "", "local_b.py": ""},
    )
    assert agrees_with_git(repository, repository) == ["local_b.py"]


def test_info_exclude_of_a_linked_worktree(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    write(repository, {".git/info/exclude": "local.py\n"})
    git(repository, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "--message", "x")
    tree = tmp_path_factory.mktemp("trees") / "linked"
    git(repository, "worktree", "add", "--quiet", str(tree))
    write(tree, {"local.py": "", "a.py": ""})
    assert agrees_with_git(repository, tree) == ["a.py"]


def test_a_repository_inside_has_its_own_rules(repository: Path) -> None:
    write(repository, {".gitignore": "local.py\n", "vendored/local.py": "", "vendored/gen.py": "", "local.py": ""})
    inner = repository / "vendored"
    git(inner, "init", "--quiet")
    write(inner, {".gitignore": "gen.py\n"})
    assert found(repository) == ["vendored/local.py"]
    assert not_ignored(inner) == ["local.py"]


def test_ignore_files_count_without_a_repository(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*.py", "project/.gitignore": "gen/", "project/gen/a.py": "", "project/b.py": ""})
    assert found(tmp_path / "project") == ["b.py"]


def test_a_linked_ignore_file_does_not_count(repository: Path) -> None:
    write(repository, {"patterns": "*.py\n", "a.py": ""})
    (repository / ".gitignore").symlink_to(repository / "patterns")
    assert agrees_with_git(repository, repository) == ["a.py"]


def test_ignore_files_can_be_turned_off(tmp_path: Path) -> None:
    write(tmp_path, {".git/": "", ".gitignore": "*.py", "a.py": "", ".venv/b.py": ""})
    assert discover(str(tmp_path), respect_gitignore=False).files == ("a.py",)


def test_tells_which_ignore_files_it_consulted(repository: Path) -> None:
    write(repository, {"services/a/.gitignore": "", "services/a/x.py": ""})
    consulted = discover(str(repository / "services" / "a")).ignore_files
    assert [os.path.relpath(path, repository) for path in consulted] == [
        "services/.gitignore",
        ".gitignore",
        ".git/info/exclude",
        "services/a/.gitignore",
    ]


# --- generated trees ------------------------------------------------------------------------------------------------

_FOLDER = st.sampled_from(["a", "b", "ab", "a b", "x.py", "[a", "-"])
_NAME = st.sampled_from(["a.py", "b.py", "ab.py", "[a.py", "a b.py", "#a.py", "!a.py", "-.py"])
_PIECES = ["a", "b", "*", "**", "/", "?", ".py", "[ab]", "[!a]", "[a-b]", "[]a]", "[a", "\\", " ", "!", "#", "-"]
_PIECES += ["**/", "/**", "[[:alpha:]]", "[[:no:]]", "[^a-]"]
_PATTERN = st.one_of(
    st.builds("".join, st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6)),
    st.builds("!{}".format, st.sampled_from(["*.py", "a.py", "a/", "/a/b/", "*", "**/b.py"])),
    st.sampled_from(["*", "*.py", "a/", "/b/", "a/*", "a/**/b.py", "b*.py", "/*/a/"]),
)
_IGNORE_FILE = st.builds("\n".join, st.lists(_PATTERN, max_size=5))
_PATH = st.builds(lambda folders, name: "/".join([*folders, name]), st.lists(_FOLDER, max_size=3), _NAME)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Path]]:
    """Makes empty work trees that share one repository."""
    home = tmp_path_factory.mktemp("repository")
    git(home, "init", "--quiet")
    made: list[str] = []

    def make() -> Path:
        made.append(tempfile.mkdtemp(dir=home.parent))
        tree = Path(made[-1])
        write(tree, {".git": f"gitdir: {home / '.git'}\n"})
        return tree

    yield make
    for tree in made:
        shutil.rmtree(tree)


@settings(max_examples=120, deadline=None)
@given(
    files=st.sets(_PATH, min_size=3, max_size=25),
    ignore_files=st.dictionaries(st.sampled_from(["", "a/", "b/", "a/b/", "ab/a/"]), _IGNORE_FILE, min_size=1),
    root=st.sampled_from(["", "", "a", "a/b"]),
)
def test_generated_trees_are_seen_as_git_sees_them(
    bare: Callable[[], Path], files: set[str], ignore_files: dict[str, str], root: str
) -> None:
    tree = bare()
    write(tree, {"a/b/": ""})
    write(tree, dict.fromkeys((name for name in files if not _is_taken(name, files)), ""))
    write(tree, {f"{folder}.gitignore": text for folder, text in ignore_files.items()})
    # git lists nothing of a root that lies in an ignored folder; we walk what we are told to.
    if not root or not is_ignored(tree, root):
        assert found(tree / root) == not_ignored(tree / root)


def _is_taken(name: str, files: set[str]) -> bool:
    """Whether a file's path is also a folder of another file."""
    return any(other.startswith(name + "/") for other in files)


# --- manifests ------------------------------------------------------------------------------------------------------


def test_manifests_are_found_beside_the_sources(tmp_path: Path) -> None:
    names = ["pyproject.toml", "uv.lock", "a/requirements/dev.txt", "a/setup.cfg", "a/x.py", ".venv/pyproject.toml"]
    write(tmp_path, dict.fromkeys([*names, "a/README.txt", "a/alembic.ini", "gen/setup.cfg"], ""))
    write(tmp_path, {".gitignore": "gen/\n"})
    assert discover(str(tmp_path)).manifests == (
        "a/alembic.ini",
        "a/requirements/dev.txt",
        "a/setup.cfg",
        "pyproject.toml",
        "uv.lock",
    )


def test_manifests_above_the_project_count_up_to_the_top_of_its_repository(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "", "repo/.git/": "", "repo/uv.lock": "", "repo/libs/pyproject.toml": ""})
    write(tmp_path, {"repo/libs/core/pyproject.toml": "", "repo/libs/core/a.py": "", "repo/libs/api/uv.lock": ""})
    assert discover(str(tmp_path / "repo/libs/core")).manifests == (
        "../../uv.lock",
        "../pyproject.toml",
        "pyproject.toml",
    )


def test_without_a_repository_nothing_above_counts(tmp_path: Path) -> None:
    write(tmp_path, {"uv.lock": "", "core/pyproject.toml": "", "core/a.py": ""})
    assert discover(str(tmp_path / "core")).manifests == ("pyproject.toml",)
