"""Which versions the project runs on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from archlint.project.manifests import manifest_folders
from archlint.project.versions import declared, is_older, locked_versions, requires_python
from archlint.testing import project_of

V2 = (2,)


def older(name: str, than: tuple[int, ...], files: dict[str, str], path: str = "app/main.py") -> bool:
    """Whether a package is known to be older, as the module ``path`` sees it."""
    project = project_of({path: "", **files})
    return is_older(project, project.by_path[path], name, than)


def pinned(*lines: str) -> dict[str, str]:
    """A requirements.txt."""
    return {"requirements.txt": "".join(f"{line}\n" for line in lines)}


def lock(folder: str = "", **versions: str) -> dict[str, str]:
    """A uv.lock."""
    entries = (f'[[package]]\nname = "{name}"\nversion = "{version}"\n' for name, version in versions.items())
    return {f"{folder}uv.lock": "\n".join(entries)}


@pytest.mark.parametrize("bounds", ["<2", "==1.10.2", "~=1.10", "==1.*", "<=1.10", "===1.9", "<2.0.0a1", ">=1.8,<2.0"])
def test_bounds_that_keep_the_newer_out(bounds: str) -> None:
    assert older("pydantic", V2, pinned(f"pydantic{bounds}"))


@pytest.mark.parametrize(
    "bounds",
    ["", ">=1.8", "<3", "~=2.0", "==2.*", "<=2.0", "!=2.0", ">1.9,!=2.0", "<2.1", ">=2", "==2.0b3", "~=1", "<banana"],
)
def test_bounds_that_do_not(bounds: str) -> None:
    assert not older("pydantic", V2, pinned(f"pydantic{bounds}"))


def test_nothing_declared_is_the_latest() -> None:
    assert not older("pydantic", V2, {})
    assert not older("pydantic", V2, pinned("pydantic-settings<2"))


versions = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
bounds = st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "~="]), versions), max_size=3)


@given(bounds, versions)
@settings(deadline=None)
def test_never_older_where_packaging_lets_a_newer_release_in(parts: list[tuple[str, str]], than: str) -> None:
    written = ",".join(f"{op}{v + '.0' if op == '~=' else v}" for op, v in parts)
    first = tuple(map(int, than.split(".")))
    candidates = [f"{a}.{b}.{c}" for a in range(5) for b in range(5) for c in range(5)]
    newer = [v for v in SpecifierSet(written).filter(candidates) if Version(v) >= Version(than)]
    if newer:
        assert not older("x", first, pinned(f"x {written}"))


class TestSeveralRequirements:
    def test_one_bounds_and_the_others_allow_it(self) -> None:
        files = {**pinned("fastapi==0.75.0"), "pyproject.toml": '[project]\ndependencies = ["fastapi>=0.68"]\n'}
        assert older("fastapi", (0, 89), files)

    def test_contradictions_say_nothing(self) -> None:
        files = {**pinned("fastapi==0.75.0"), "pyproject.toml": '[project]\ndependencies = ["fastapi>=0.100"]\n'}
        assert not older("fastapi", (0, 89), files)

    def test_each_with_its_marker(self) -> None:
        old, new = "fastapi==0.75; python_version<'3.8'", "fastapi>=0.68; python_version>='3.8'"
        assert not older("fastapi", (0, 89), pinned(old, new))
        assert older("fastapi", (0, 89), pinned(old, new.replace(">=0.68", "<0.80")))

    def test_poetry_s_alternatives(self) -> None:
        content = '[tool.poetry.dependencies]\nfastapi = "^0.75 || ^0.80"\nsqlmodel = "^0.0.8 || ^0.0.14"\n'
        files = {"pyproject.toml": content}
        assert older("fastapi", (0, 89), files)
        assert older("sqlmodel", (0, 0, 15), files)
        assert not older("sqlmodel", (0, 0, 14), files)

    def test_what_runs_counts_before_what_develops(self) -> None:
        files = {"requirements.txt": "pydantic>=1\n", "requirements-dev.txt": "pydantic<2\n"}
        assert not older("pydantic", V2, files)
        assert older("pydantic", V2, {"requirements-dev.txt": "pydantic<2\n"})

    def test_constraints_bound_but_do_not_declare(self) -> None:
        files = {
            "requirements.txt": "fastapi\n-c limits/constraints.txt\n",
            "limits/constraints.txt": "fastapi==0.70\n",
        }
        assert older("fastapi", (0, 89), files)
        assert not older("fastapi", (0, 89), {"constraints.txt": "fastapi==0.70\n"})


class TestLocks:
    def test_the_lock_decides(self) -> None:
        files = {"pyproject.toml": '[project]\nname = "shop"\ndependencies = ["pydantic>=1.8"]\n'}
        assert older("pydantic", V2, {**files, **lock(pydantic="1.10.2")})
        assert not older("pydantic", V2, {**pinned("pydantic<2"), **lock(pydantic="2.5.0")})

    def test_every_locked_version_must_be_older(self) -> None:
        both = {"uv.lock": "\n".join(next(iter(lock(pydantic=v).values())) for v in ("1.10.2", "2.5.0"))}
        assert not older("pydantic", V2, both)

    def test_a_workspace_s_lock_holds_for_its_members(self) -> None:
        member = {"libs/core/pyproject.toml": '[project]\nname = "My_Core"\ndependencies = ["pydantic>=1"]\n'}
        root = {"pyproject.toml": '[project]\nname = "root"\ndependencies = []\n'}
        path = "libs/core/src/core/a.py"
        assert older("pydantic", V2, {**member, **root, **lock(pydantic="1.9", **{"my-core": "0"})}, path)
        assert not older("pydantic", V2, {**member, **root, **lock(pydantic="1.9")}, path)

    def test_the_nearer_lock_counts(self) -> None:
        files = {
            **lock(pydantic="2.5"),
            **lock("app/", pydantic="1.9"),
            "app/pyproject.toml": '[project]\nname = "a"\n',
        }
        project = project_of({"app/main.py": "", "x.py": "", **files})
        assert locked_versions(project, project.by_path["app/main.py"], "pydantic") == ("1.9",)
        assert locked_versions(project, project.by_path["x.py"], "pydantic") == ("2.5",)


MONOREPO = {
    "a/requirements.txt": "fastapi==0.75\n",
    "b/requirements/base.txt": "fastapi==0.115\n",
    "requirements.txt": "fastapi==0.50\nredis==3\n",
}


class TestMonorepos:
    @pytest.mark.parametrize(("path", "expected"), [("a/app/x.py", True), ("b/app/x.py", False), ("c/x.py", True)])
    def test_the_nearest_list_that_names_the_package_counts(self, path: str, expected: bool) -> None:
        assert older("fastapi", (0, 89), MONOREPO, path) is expected

    def test_where_it_is_declared(self) -> None:
        project = project_of({"a/app/x.py": "", **MONOREPO})
        module = project.by_path["a/app/x.py"]
        for name, folder in (("fastapi", "a"), ("redis", "")):
            found = declared(project, module, name)
            assert found is not None
            assert found.folder == folder
        assert declared(project, module, "httpx") is None

    def test_included_files_speak_where_they_are_included(self) -> None:
        files = {"a/requirements.txt": "-r ../shared/deps.txt\n", "shared/deps.txt": "fastapi==0.75\n"}
        assert older("fastapi", (0, 89), files, "a/x.py")
        assert not older("fastapi", (0, 89), files, "b/x.py")

    def test_manifests_above_the_project(self) -> None:
        files = {"../requirements.txt": "fastapi==0.75\n"}
        assert older("fastapi", (0, 89), files, "app/main.py")


class TestImplications:
    @pytest.mark.parametrize(
        ("line", "name"),
        [
            ("fastapi<0.100", "pydantic"),
            ("fastapi==0.68.1", "pydantic"),
            ("sqlmodel==0.0.8", "pydantic"),
            ("sqlmodel==0.0.8", "sqlalchemy"),
            ("sqlmodel==0.0.12", "pydantic"),
        ],
    )
    def test_one_package_s_version_implies_another_s(self, line: str, name: str) -> None:
        assert older(name, V2, pinned(line))

    @pytest.mark.parametrize(
        "lines", [["fastapi>=0.95"], ["fastapi==0.100"], ["fastapi<0.100", "pydantic>=2"], ["sqlmodel==0.0.14"]]
    )
    def test_only_where_it_must(self, lines: list[str]) -> None:
        assert not older("pydantic", V2, pinned(*lines))

    def test_sqlmodel_took_sqlalchemy_2_before_pydantic_2(self) -> None:
        assert not older("sqlalchemy", V2, pinned("sqlmodel==0.0.12"))

    def test_an_open_requirement_leaves_it_to_the_others(self) -> None:
        assert older("pydantic", V2, pinned("fastapi==0.95.2", "pydantic[email]"))

    def test_only_what_is_implied(self) -> None:
        assert not older("pydantic", (1, 9), pinned("fastapi==0.95.2"))


class TestSetupPy:
    SETUP = """\
from setuptools import find_packages, setup

REQUIRES = ["fastapi==0.75", "uvicorn"]
TESTS = ["pytest"]
EXTRAS = {"db": ["sqlalchemy~=1.4"], "test": TESTS}

setup(
    name="shop",
    python_requires=">=3.7",
    install_requires=REQUIRES + ["httpx", read("x")],
    extras_require=EXTRAS,
)
"""

    def test_literals_and_names_bound_to_them(self) -> None:
        project = project_of({"setup.py": self.SETUP, "shop/x.py": ""})
        module = project.by_path["shop/x.py"]
        assert is_older(project, module, "fastapi", (0, 89))
        assert is_older(project, module, "sqlalchemy", V2)
        assert all(declared(project, module, name) for name in ("uvicorn", "httpx", "pytest"))
        assert requires_python(project, module) == ">=3.7"

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ("install_requires=['fastapi']", (True, True)),
            ("install_requires=read('requirements.txt')", (True, False)),
            ("install_requires=['fastapi', *MORE]", (True, False)),
            ("install_requires=['fastapi'], **more", (True, False)),
            ("name='shop'", (False, True)),
        ],
    )
    def test_whether_that_is_all(self, arguments: str, expected: tuple[bool, bool]) -> None:
        project = project_of({"setup.py": f"from setuptools import setup\n\nsetup({arguments})\n"})
        [(folder, [manifest])] = manifest_folders(project, "shop")
        assert folder == ""
        assert (manifest.lists_dependencies, manifest.is_complete) == expected

    def test_a_name_bound_twice_says_nothing(self) -> None:
        setup = 'import setuptools\nR = ["fastapi==0.75"]\nR = []\nsetuptools.setup(install_requires=R)\n'
        assert not older("fastapi", (0, 89), {"setup.py": setup})

    def test_a_call_under_a_guard(self) -> None:
        setup = 'from setuptools import setup\nif __name__ == "__main__":\n    setup(install_requires=["pydantic<2"])\n'
        assert older("pydantic", V2, {"setup.py": setup})

    def test_a_module_that_is_merely_called_setup(self) -> None:
        assert not older("pydantic", V2, {"app/setup.py": 'setup(install_requires=["pydantic<2"])\n'})


def test_requires_python() -> None:
    files = {"a/pyproject.toml": '[project]\nrequires-python = ">=3.12"\n', "a/x.py": "", "x.py": ""}
    project = project_of(files)
    assert requires_python(project, project.by_path["a/x.py"]) == ">=3.12"
    assert requires_python(project, project.by_path["x.py"]) == ""
