"""A check in which nothing has changed repeats what was told; anything that has makes it a run again."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_project import NOTHING, archlint

from archlint.cli import check, unchanged
from archlint.cli.app import run
from archlint.engine.rules import known_rules

MISSED = -1
SITE = "services/a/.venv/lib/python3.11/site-packages"
ROOT = "services/a"
SERVICE = "services/a/app/services/pay.py"

RULE = '''"""A module has a name of ours."""

from kept_words import WORD

from archlint.plugin import WARNING, found, rule, start_of


@rule("ACME001", severity=WARNING)
def check(project, module):
    if module.stem == WORD:
        yield found(module, start_of(module), WORD, help="Take another.")
'''

FILES = {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".gitignore": "*.log\n",
    "base.toml": "extend = 'empty.toml'\npreset = 'strict'\n",
    "empty.toml": "",
    "pyproject.toml": "",
    "services/a/pyproject.toml": "[tool.archlint]\nextend = '../../base.toml'\nplugins = ['kept_rules']\nsrc = ['app']\n",
    "services/a/requirements.txt": "-r more.txt\nfastapi\n",
    "services/a/app/main.py": "import fastapi\n",
    "services/a/app/linked.py": "",
    "services/a/app/env/pyvenv.cfg": "",
    "services/a/app/env/tool.py": "",
    SERVICE: "from acme_auth import Denied\n\n\ndef pay() -> None:\n    raise Denied(403)\n",
    f"{SITE}/acme_auth/__init__.py": "from fastapi import HTTPException\n\n\nclass Denied(HTTPException): ...\n",
    f"{SITE}/acme.pth": "",
    "lib/kept_rules/__init__.py": "",
    "lib/kept_rules/own_word.py": RULE,
    "lib/kept_words.py": "WORD = 'pay'\n",
    "elsewhere/linked.py": "x = 1\n",
    "elsewhere/archlint.toml": "",
}


def put(path: Path, text: str = "x = 1\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project in a repository, with a configuration that extends others, rules of its own, and an environment."""
    for path, text in FILES.items():
        put(tmp_path / "repo" / path, text)
    root = tmp_path / "repo"
    (root / ROOT / "app/linked.py").unlink()
    (root / ROOT / "app/linked.py").symlink_to(root / "elsewhere/linked.py")
    (root / ROOT / "app/dangling.py").symlink_to(root / "elsewhere/later.py")
    monkeypatch.syspath_prepend(str(root / "lib"))
    # What was written just now is not trusted: the run is to have begun later.
    monkeypatch.setattr(check, "time_ns", lambda: time.time_ns() + 10_000_000_000)
    yield root
    for name in [name for name in sys.modules if name.startswith("kept_")]:
        del sys.modules[name]
    known_rules.cache_clear()


def told(root: Path, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """What a run of the project in a repository tells."""
    done = archlint(root / ROOT, "check", *arguments, env=env or NOTHING)
    return done.returncode, done.stdout, done.stderr


def repeated(root: Path, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str] | None:
    """What would be told without a run."""

    def entry(words: list[str]) -> int:
        outcome = unchanged.recall(words)
        return MISSED if outcome is None else outcome.tell()

    done = archlint(root / ROOT, "check", *arguments, env=env or NOTHING, entry=entry)
    return None if done.returncode == MISSED else (done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("app",), ("--output-format", "json"), ("--output-format", "sarif", "-q"), ("--statistics",), ("--exit-zero",),
        ("app/services/pay.py", "--select", "ARC102"), ("--force-exclude", "app/env/tool.py"), ("--isolated", "."),
        ("--config", "../../elsewhere/archlint.toml"), ("--color", "always"),
        ("--cache-dir", "kept"), ("--cache-dir=../../../kept",),
    ],
)  # fmt: skip
def test_what_was_told_is_repeated(repo: Path, arguments: tuple[str, ...]) -> None:
    assert repeated(repo, *arguments) is None
    first = told(repo, *arguments)
    if "kept" in arguments:  # a folder of the user's own in the root is something new in it
        told(repo, *arguments)
    assert first[0] in (0, 1), first
    assert repeated(repo, *arguments) == first
    assert told(repo, *arguments, "--no-cache") == first


def test_the_plugin_and_the_environment_are_at_work(repo: Path) -> None:
    assert {"ACME001", "ARC102"} <= set(told(repo, "--output-format", "concise")[1].split())


@pytest.mark.parametrize(
    "arguments",
    [("--no-cache",), ("-v",), ("--output-file", "report.txt"), ("nowhere.py",), ("--help",), ("--select", "NONE")],
)
def test_other_runs_are_not_remembered(repo: Path, arguments: tuple[str, ...]) -> None:
    told(repo, *arguments)
    assert not list(repo.rglob("memo-*"))


def edit(path: str) -> Callable[[Path], object]:
    return lambda repo: put(repo / path, (repo / path).read_text() + "# more\n")


def add(path: str, text: str = "") -> Callable[[Path], object]:
    return lambda repo: put(repo / path, text)


def touch(repo: Path) -> None:
    file = repo / SERVICE
    file.write_text(file.read_text().replace("403", "404"))


def keep_time(repo: Path) -> None:
    """An edit after which the file looks as old as before."""
    file = repo / SERVICE
    before = file.stat()
    file.write_text(file.read_text().replace("403", "404"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def swap(repo: Path) -> None:
    """An older file takes the place of another of the same size."""
    other = repo / ROOT / "app/services/pay.txt"
    put(other, (repo / SERVICE).read_text().replace("403", "404"))
    os.utime(other, (0, 0))
    other.rename(repo / SERVICE)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file is edited": edit(SERVICE),
    "a file is edited and keeps its size": touch,
    "a file is edited and keeps its size and time": keep_time,
    "a file takes the place of another": swap,
    "a file is added": add("services/a/app/services/new.py"),
    "a file is added in a new folder": add("services/a/app/services/deep/er/new.py"),
    "a file is added to the root": add("services/a/new.py"),
    "a folder is added to the root": add("services/a/new/new.py"),
    "a file is deleted": lambda repo: (repo / SERVICE).unlink(),
    "a file is renamed": lambda repo: (repo / SERVICE).rename(repo / SERVICE.replace("pay", "paid")),
    "a folder is renamed": lambda repo: (
        (repo / ROOT / "app/services").rename(repo / ROOT / "app/serving")
    ),
    "a linked file is edited": edit("elsewhere/linked.py"),
    "a link gets its file": add("elsewhere/later.py"),
    "an ignore file appears": add("services/a/app/services/.gitignore", "pay.py\n"),
    "the ignore file above is edited": edit(".gitignore"),
    "an ignore file appears above": add("services/.gitignore", "pay.py\n"),
    "the repository's own ignore file appears": add(".git/info/exclude", "pay.py\n"),
    "the repository is none any more": lambda repo: shutil.rmtree(repo / ".git"),
    "a nearer repository": add("services/.git/HEAD"),
    "a folder is no environment any more": lambda repo: (repo / ROOT / "app/env/pyvenv.cfg").unlink(),
    "the configuration is edited": edit("services/a/pyproject.toml"),
    "a nearer configuration": add("services/a/archlint.toml"),
    "a project in the project": add("services/a/app/pyproject.toml"),
    "the extended configuration is edited": edit("base.toml"),
    "an extended configuration that said nothing is edited": edit("empty.toml"),
    "the list of requirements is edited": edit("services/a/requirements.txt"),
    "the list it includes appears": add("services/a/more.txt", "httpx\n"),
    "a manifest above is edited": edit("pyproject.toml"),
    "a manifest above appears": add("requirements.txt"),
    "the root is in a package": add("services/a/__init__.py"),
    "the folder above is a package": add("services/__init__.py"),
    "a package is edited": edit(f"{SITE}/acme_auth/__init__.py"),
    "a package is installed": add(f"{SITE}/other/__init__.py"),
    "an editable installation is edited": edit(f"{SITE}/acme.pth"),
    "a newer Python in the environment": add("services/a/.venv/lib/python3.12/site-packages/other.py"),
    "there is no environment any more": lambda repo: shutil.rmtree(repo / ROOT / ".venv"),
    "a rule is edited": edit("lib/kept_rules/own_word.py"),
    "a rule is added": add("lib/kept_rules/another.py"),
    "what a rule imports is edited": edit("lib/kept_words.py"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_is_noticed(repo: Path, change: Callable[[Path], object]) -> None:
    told(repo)
    assert repeated(repo) is not None
    change(repo)
    assert repeated(repo) is None


@pytest.mark.parametrize("name", [".venv", "venv"])
@pytest.mark.parametrize("folder", ["", "services/a"])
def test_an_environment_appears(repo: Path, folder: str, name: str) -> None:
    shutil.rmtree(repo / ROOT / ".venv")
    told(repo)
    assert repeated(repo) is not None
    put(repo / folder / name / "lib/python3.12/site-packages/other.py")
    assert repeated(repo) is None


def test_a_configuration_named_is_watched_wherever_it_lies(repo: Path) -> None:
    arguments = ("--config", "../../elsewhere/archlint.toml")
    told(repo, *arguments)
    put(repo / "elsewhere/archlint.toml", "preset = 'strict'\n")
    assert repeated(repo, *arguments) is None


def test_a_file_given_that_the_walk_leaves_out_is_watched(repo: Path) -> None:
    told(repo, "app/env/tool.py")
    assert repeated(repo, "app/env/tool.py") is not None
    put(repo / ROOT / "app/env/tool.py")
    assert repeated(repo, "app/env/tool.py") is None


def test_a_link_given_leads_elsewhere(repo: Path) -> None:
    link = repo / ROOT / "way"
    link.symlink_to("app/services")
    told(repo, "way")
    assert repeated(repo, "way") is not None
    link.unlink()
    link.symlink_to("app")
    assert repeated(repo, "way") is None


@pytest.mark.parametrize(
    "change",
    [
        add(".git/index"), add("services/a/__pycache__/x.pyc"), add("services/a/.venv/bin/x"), add("elsewhere/x.py"),
        add("elsewhere/b/x.py"), lambda repo: told(repo, "app"),
    ],
)  # fmt: skip
def test_what_no_run_looks_at_changes_nothing(repo: Path, change: Callable[[Path], object]) -> None:
    first = told(repo)
    change(repo)
    assert repeated(repo) == first


@pytest.mark.parametrize("name", ["COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM", "HOME"])
def test_what_the_environment_says_counts(repo: Path, name: str) -> None:
    told(repo)
    assert repeated(repo, env={name: "50"}) is None
    told(repo, env={name: "50"})
    assert repeated(repo, env={name: "50"}) is not None
    assert repeated(repo, env={name: "51"}) is None


def test_arguments_and_working_directory_count(repo: Path) -> None:
    told(repo, "app")
    assert repeated(repo, "app/services") is None
    assert repeated(repo, "app", "-q") is None
    assert repeated(repo.parent / "repo", "app") is not None
    (repo / "services/b").mkdir()
    assert archlint(repo / "services/b", "check", "../a/app", entry=_missed).returncode == MISSED


def _missed(words: list[str]) -> int:
    return MISSED if unchanged.recall(words) is None else 0


@pytest.mark.parametrize("name", ["version", "executable", "path", "warnoptions"])
def test_the_interpreter_counts(repo: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told(repo)
    monkeypatch.setattr(sys, name, [*getattr(sys, name), "x"] if name in ("path", "warnoptions") else "x")
    assert repeated(repo) is None


def test_a_shell_that_asks_for_completions_gets_them(repo: Path) -> None:
    told(repo)
    assert repeated(repo, env={unchanged.COMPLETION: "bash_complete"}) is None


def test_a_project_is_found_from_outside_it(repo: Path) -> None:
    def both(entry: Callable[[list[str]], int]) -> int:
        return archlint(repo, "check", "--select", "ARC", "services/a", entry=entry).returncode

    assert both(run) == 1
    assert both(_missed) == 0


def test_another_cache_nearer_by_is_no_obstacle(repo: Path) -> None:
    put(repo / ROOT / "app/.archlint_cache/.gitignore", "*")

    def both(entry: Callable[[list[str]], int]) -> int:
        return archlint(repo / ROOT / "app", "check", ".", entry=entry).returncode

    assert both(run) == 1
    assert both(_missed) == 0


def test_files_changed_of_late_are_not_trusted(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "time_ns", time.time_ns)
    told(repo)
    assert not list(repo.rglob("memo-*"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"", lambda data: data[:-1], lambda data: data + b"x", lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"pay", b"pax"), lambda data: b"SQLite format 3\0" + data, lambda data: b"\xff" * 99,
        lambda data: data.replace(b"archlint-memo-1", b"archlint-memo-2"), lambda data: data.partition(b"\n")[0],
    ],
)  # fmt: skip
def test_a_damaged_memo_is_none(repo: Path, damage: Callable[[bytes], bytes]) -> None:
    first = told(repo)
    (memo,) = repo.rglob("memo-*")
    memo.write_bytes(damage(memo.read_bytes()))
    assert repeated(repo) is None
    assert told(repo) == first
    assert repeated(repo) == first


def test_a_folder_in_its_place_changes_nothing(repo: Path) -> None:
    first = told(repo)
    (memo,) = repo.rglob("memo-*")
    memo.unlink()
    memo.mkdir()
    assert repeated(repo) is None
    assert told(repo) == first


def test_there_are_never_more_than_32(repo: Path) -> None:
    for number in range(40):
        told(repo, env={"COLUMNS": str(100 + number)})
    names = list(repo.rglob("memo-*"))
    assert len(names) == 32
    assert repeated(repo, env={"COLUMNS": "139"}) is not None
    assert repeated(repo, env={"COLUMNS": "100"}) is None


def test_a_very_long_output_is_not_kept(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from archlint.cli import remember

    monkeypatch.setattr(remember, "_LONGEST", 100)
    told(repo)
    assert not list(repo.rglob("memo-*"))
