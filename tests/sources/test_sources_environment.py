"""Environments: where they are looked for, and which file a module of theirs is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sources_trees import git, write

from archlint.sources import Environment, PackageFile, environment_at, usual_environment

SITE = "lib/python3.11/site-packages"


def at(path: Path, root: Path | None = None) -> Environment | None:
    return environment_at(path.as_posix(), (root or path.parent).as_posix())


def usual(root: Path) -> Environment | None:
    return usual_environment(root.as_posix())


def folders(root: Path, found: Environment | None) -> list[str]:
    assert found
    return [Path(folder).relative_to(root).as_posix() for folder in found.folders]


def read(root: Path, environment: Environment, name: str) -> tuple[str, bool] | None:
    file = environment.read(name)
    return (Path(file.path).relative_to(root).as_posix(), file.is_package) if file else None


class TestWhereItIs:
    @pytest.mark.parametrize(
        ("layout", "interpreter", "expected"),
        [
            (f"env/{SITE}/", "env", [f"env/{SITE}"]),
            (f"env/{SITE}/", "env/bin/python", [f"env/{SITE}"]),
            (f"env/{SITE}/", "env/bin/python3.11", [f"env/{SITE}"]),
            ("env/Lib/site-packages/", "env", ["env/Lib/site-packages"]),
            ("env/Lib/site-packages/", "env/Scripts/python.exe", ["env/Lib/site-packages"]),
            ("env/Lib/site-packages/", "env/python.exe", ["env/Lib/site-packages"]),
            ("usr/lib/python3/dist-packages/", "usr/bin/python3", ["usr/lib/python3/dist-packages"]),
            (f"env/{SITE}/", f"env/{SITE}", None),
            ("target/fastapi-0.165.0.dist-info/", "target", ["target"]),
            ("src/app/", "src", None),
            ("src/app/", "missing", None),
        ],
    )
    def test_layouts(self, tmp_path: Path, layout: str, interpreter: str, expected: list[str] | None) -> None:
        write(tmp_path, {layout: ""})
        path = tmp_path / interpreter
        if "python" in path.name:
            write(tmp_path, {interpreter: ""})
        found = at(path, tmp_path)
        assert (found and folders(tmp_path, found)) == expected

    def test_a_folder_of_packages_without_metadata_is_not_taken_for_one(self, tmp_path: Path) -> None:
        write(tmp_path, {"lib/fastapi/__init__.py": ""})
        assert at(tmp_path / "lib") is None

    def test_of_several_versions_the_newest_or_the_interpreter_s(self, tmp_path: Path) -> None:
        write(tmp_path, {f"usr/lib/python3.{minor}/site-packages/": "" for minor in (9, 10, 12)})
        write(tmp_path, {"usr/bin/python3.9": "", "usr/bin/python3": ""})
        assert folders(tmp_path, at(tmp_path / "usr")) == ["usr/lib/python3.12/site-packages"]
        assert folders(tmp_path, at(tmp_path / "usr/bin/python3")) == ["usr/lib/python3.12/site-packages"]
        assert folders(tmp_path, at(tmp_path / "usr/bin/python3.9")) == ["usr/lib/python3.9/site-packages"]

    def test_a_path_with_pattern_characters(self, tmp_path: Path) -> None:
        write(tmp_path, {f"[env]*/{SITE}/": ""})
        assert folders(tmp_path, at(tmp_path / "[env]*")) == [f"[env]*/{SITE}"]

    @pytest.mark.parametrize("name", [".venv", "venv"])
    def test_the_usual_places(self, tmp_path: Path, name: str) -> None:
        write(tmp_path, {f"{name}/{SITE}/": ""})
        assert folders(tmp_path, usual(tmp_path)) == [f"{name}/{SITE}"]

    def test_the_dotted_one_first_and_an_empty_one_not(self, tmp_path: Path) -> None:
        write(tmp_path, {".venv/": "", f"venv/{SITE}/": ""})
        assert folders(tmp_path, usual(tmp_path)) == [f"venv/{SITE}"]
        write(tmp_path, {f".venv/{SITE}/": ""})
        assert folders(tmp_path, usual(tmp_path)) == [f".venv/{SITE}"]

    def test_above_the_project_only_inside_its_repository(self, tmp_path: Path) -> None:
        write(tmp_path, {f".venv/{SITE}/": "", "repo/services/api/main.py": ""})
        project = tmp_path / "repo/services/api"
        assert usual(project) is None
        git(tmp_path / "repo", "init", "--quiet")
        assert usual(project) is None
        write(tmp_path, {f"repo/.venv/{SITE}/": ""})
        assert folders(tmp_path, usual(project)) == [f"repo/.venv/{SITE}"]

    def test_the_shell_s_environment_plays_no_part(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, {f"elsewhere/{SITE}/": "", "project/": ""})
        monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "elsewhere"))
        assert usual(tmp_path / "project") is None

    def test_one_that_venv_makes(self, tmp_path: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")], check=True)
        python = tmp_path / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        expected = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
        found = usual(tmp_path)
        assert found
        assert [Path(folder) for folder in found.folders] == [Path(expected.stdout.strip())]


class TestEditableInstallations:
    def test_folders_outside_the_project_are_searched_after_the_packages(self, tmp_path: Path) -> None:
        write(tmp_path, {"libs/shared/shared/__init__.py": "", "libs/other/": "", "project/src/": ""})
        lines = [
            f"{tmp_path}/libs/shared",
            "../../../../../libs/other",
            f"{tmp_path}/project/src",
            "missing",
            "# no",
            "",
        ]
        write(tmp_path, {f"project/.venv/{SITE}/_local.pth": "\n".join(lines)})
        found = usual(tmp_path / "project")
        assert folders(tmp_path, found) == [f"project/.venv/{SITE}", "libs/shared", "libs/other"]
        assert found
        assert read(tmp_path, found, "shared") == ("libs/shared/shared/__init__.py", True)

    def test_code_in_them_is_not_run(self, tmp_path: Path) -> None:
        code = f"import os; open({str(tmp_path / 'ran')!r}, 'w')\nimport\tos\n"
        write(tmp_path, {f".venv/{SITE}/evil.pth": code, f".venv/{SITE}/.hidden.pth": str(tmp_path)})
        assert folders(tmp_path, usual(tmp_path)) == [f".venv/{SITE}"]
        assert not (tmp_path / "ran").exists()

    def test_any_bytes(self, tmp_path: Path) -> None:
        write(tmp_path, {f".venv/{SITE}/": ""})
        (tmp_path / f".venv/{SITE}/odd.pth").write_bytes(b"\xff\xfe\0a\n\0\n\x80\n")
        assert folders(tmp_path, usual(tmp_path)) == [f".venv/{SITE}"]


class TestFiles:
    FILES = {  # noqa: RUF012
        "pack/__init__.py": "1",
        "pack/inner.py": "2",
        "pack/inner/__init__.py": "3",
        "pack/both.py": "4",
        "pack/both.pyi": "5",
        "pack/stub.pyi": "6",
        "single.py": "7",
        "space/deep/mod.py": "8",
        "fast-stubs/__init__.pyi": "9",
        "pack-1.0.dist-info/METADATA": "",
        "not-a-name.py": "",
    }

    def environment(self, root: Path) -> Environment:
        write(root / "site-packages", self.FILES)
        found = at(root / "site-packages")
        assert found
        return found

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("pack", ("pack/__init__.py", True)),
            ("pack.inner", ("pack/inner/__init__.py", True)),
            ("pack.both", ("pack/both.py", False)),
            ("pack.stub", ("pack/stub.pyi", False)),
            ("single", ("single.py", False)),
            ("space.deep.mod", ("space/deep/mod.py", False)),
            ("space", None),
            ("fast", ("fast-stubs/__init__.pyi", True)),
            ("missing", None),
            ("pack.missing", None),
        ],
    )
    def test_of_a_module(self, tmp_path: Path, name: str, expected: tuple[str, bool] | None) -> None:
        assert read(tmp_path / "site-packages", self.environment(tmp_path), name) == expected

    def test_top_level_names(self, tmp_path: Path) -> None:
        assert self.environment(tmp_path).packages == {"pack", "single", "space", "fast"}

    def test_contents(self, tmp_path: Path) -> None:
        path = f"{tmp_path.as_posix()}/site-packages/single.py"
        assert self.environment(tmp_path).read("single") == PackageFile(path, False, b"7")

    def test_a_generated_file_is_too_large_to_look_into(self, tmp_path: Path) -> None:
        environment = self.environment(tmp_path)
        (tmp_path / "site-packages/single.py").write_bytes(b"#" * (1 << 20) + b"\nclass A: ...\n")
        file = environment.read("single")
        assert file
        assert file.data == b""

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
    def test_an_unreadable_file(self, tmp_path: Path) -> None:
        environment = self.environment(tmp_path)
        (tmp_path / "site-packages/single.py").chmod(0)
        assert environment.read("single") is None

    def test_a_folder_that_vanished(self, tmp_path: Path) -> None:
        environment = Environment((f"{tmp_path.as_posix()}/gone",))
        assert environment.packages == frozenset()
        assert environment.read("pack") is None
