"""Whole runs over files on disk: what is found, what is left out and told, and what is a mistake."""

import shutil
from pathlib import Path

import pytest

from archlint.core import ConfigError, Report, UsageError
from archlint.engine import Request, check, files, layers, load
from archlint.sources import Discovery, Unreadable, discover

SERVICE = "from fastapi import status\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small project."""
    write(tmp_path, "pyproject.toml", "[project]\nname = 'shop'\n")
    write(tmp_path, "src/shop/services/orders.py", SERVICE)
    write(tmp_path, "src/shop/services/users.py", "import json\n")
    write(tmp_path, "tests/test_orders.py", "from fastapi import FastAPI\n")
    return tmp_path


def write(root: Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def run(cwd: Path, *paths: str, config_file: str = "", isolated: bool = False, select: tuple[str, ...] = ()) -> Report:
    return check(Request(paths=paths, cwd=str(cwd), config_file=config_file, isolated=isolated, select=select))


def found(report: Report) -> list[str]:
    return [f"{finding.path}:{finding.span.line} {finding.code}" for finding in report.findings]


class TestPaths:
    def test_the_whole_project_without_any(self, shop: Path) -> None:
        report = run(shop)
        assert (found(report), report.files, report.notices) == (["src/shop/services/orders.py:1 ARC101"], 3, ())

    def test_a_folder_and_a_file(self, shop: Path) -> None:
        assert run(shop, "src").files == 2
        assert run(shop, "src/shop/services/users.py").files == 1
        assert run(shop, "src", "src/shop", "src/shop/services/users.py").files == 2
        assert found(run(shop, "src/shop/services/orders.py")) == ["src/shop/services/orders.py:1 ARC101"]

    def test_from_a_folder_inside_the_project(self, shop: Path) -> None:
        assert found(run(shop / "src/shop", ".")) == ["services/orders.py:1 ARC101"]
        assert found(run(shop / "tests", "../src")) == ["../src/shop/services/orders.py:1 ARC101"]

    def test_absolute_ones(self, shop: Path) -> None:
        assert found(run(shop, str(shop / "src"))) == ["src/shop/services/orders.py:1 ARC101"]

    def test_the_configured_source_roots_without_any(self, shop: Path) -> None:
        write(shop, "archlint.toml", "src = ['src']\n")
        assert run(shop).files == 2

    def test_one_file_is_judged_with_the_project_in_view(self, shop: Path) -> None:
        write(shop, "src/shop/errors.py", "from fastapi import HTTPException\nclass Gone(HTTPException): ...\n")
        write(shop, "src/shop/services/items.py", "from shop.errors import Gone\ndef f():\n    raise Gone(410)\n")
        assert found(run(shop, "src/shop/services/items.py")) == ["src/shop/services/items.py:3 ARC102"]


class TestNothingToCheck:
    """Is an error, never silent success."""

    @pytest.mark.parametrize("path", ["missing.py", "missing", "src/missing.py"])
    def test_a_path_that_does_not_exist(self, shop: Path, path: str) -> None:
        with pytest.raises(UsageError, match="does not exist"):
            run(shop, path)

    def test_a_folder_without_python(self, shop: Path) -> None:
        (shop / "docs").mkdir()
        with pytest.raises(UsageError, match="no Python file"):
            run(shop, "docs")

    def test_an_empty_project(self, tmp_path: Path) -> None:
        write(tmp_path, "pyproject.toml", "")
        with pytest.raises(UsageError, match="no Python file"):
            run(tmp_path)

    def test_a_file_that_is_no_python(self, shop: Path) -> None:
        with pytest.raises(UsageError, match="not a Python file"):
            run(shop, "pyproject.toml")

    def test_everything_excluded(self, shop: Path) -> None:
        write(shop, "archlint.toml", "exclude = ['*.py']\n")
        with pytest.raises(UsageError):
            run(shop)

    @pytest.mark.parametrize(
        "text",
        [
            "src = ['lib']\n",
            "[layers]\nservice = ['src/nothing/**']\n",
            "[per-file-ignores]\n'nothing/*.py' = ['ARC101']\n",
        ],
    )
    def test_a_setting_that_matches_nothing(self, shop: Path, text: str) -> None:
        write(shop, "archlint.toml", text)
        with pytest.raises(ConfigError, match=r"archlint\.toml:"):
            run(shop)


class TestConfiguration:
    def test_the_nearest_file(self, shop: Path) -> None:
        write(shop, "archlint.toml", "ignore = ['ARC101']\n")
        assert found(run(shop)) == []
        assert found(run(shop / "src")) == []

    def test_one_that_is_named(self, shop: Path) -> None:
        write(shop, "strict.toml", "select = ['ARC101']\n[severity]\nARC101 = 'warning'\n")
        write(shop, "archlint.toml", "ignore = ['ARC101']\n")
        assert [f.severity for f in run(shop, config_file="strict.toml").findings] == ["warning"]

    def test_none_when_isolated(self, shop: Path) -> None:
        write(shop, "archlint.toml", "ignore = ['ARC101']\n")
        assert found(run(shop, isolated=True)) == ["src/shop/services/orders.py:1 ARC101"]

    def test_layers(self, shop: Path) -> None:
        write(shop, "src/shop/handlers/x.py", SERVICE)
        write(shop, "archlint.toml", "[layers]\nservice = ['src/shop/handlers/**']\nrouter = ['orders.py']\n")
        assert found(run(shop)) == ["src/shop/handlers/x.py:1 ARC101"]

    def test_per_file_ignores_count_from_the_file_that_says_so(self, shop: Path) -> None:
        write(shop, "archlint.toml", "[per-file-ignores]\n'/src/shop/services' = ['ARC101']\n")
        assert found(run(shop / "src")) == []


class TestFilesLeftOut:
    def test_a_template(self, shop: Path) -> None:
        write(shop, "src/shop/template.py", "{% if x %}\nimport {{ name }}\n{% endif %}\n")
        report = run(shop)
        assert report.notices == ("src/shop/template.py: skipped: a template rather than Python",)
        assert report.files == 3
        assert found(report) == ["src/shop/services/orders.py:1 ARC101"]

    def test_a_broken_file_is_no_template(self, shop: Path) -> None:
        write(shop, "src/shop/broken.py", "def f(:\n")
        assert found(run(shop)) == ["src/shop/broken.py:1 ARC001", "src/shop/services/orders.py:1 ARC101"]

    def test_a_file_that_vanishes_after_it_was_listed(self, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def listed(root: str, *, exclude: tuple[str, ...] = (), unsaved: str = "") -> Discovery:
            listing = discover(root, exclude=exclude, unsaved=unsaved)
            (shop / "src/shop/services/users.py").unlink()
            return listing

        monkeypatch.setattr(load, "discover", listed)
        report = run(shop)
        assert report.notices == ("src/shop/services/users.py: skipped: No such file or directory",)
        assert (report.files, found(report)) == (2, ["src/shop/services/orders.py:1 ARC101"])

    def test_a_file_that_may_not_be_read(self, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def read(path: str) -> bytes | Unreadable:
            return Unreadable(path, "Permission denied") if path.endswith("users.py") else Path(path).read_bytes()

        monkeypatch.setattr(files, "read", read)
        report = run(shop)
        assert report.notices == ("src/shop/services/users.py: skipped: Permission denied",)
        assert (report.files, found(report)) == (2, ["src/shop/services/orders.py:1 ARC101"])

    def test_what_git_ignores(self, shop: Path) -> None:
        write(shop, ".gitignore", "users.py\n")
        assert run(shop).files == 2


class TestLayers:
    def test_rows(self, shop: Path) -> None:
        rows = layers(Request(paths=("src",), cwd=str(shop)))
        assert [(row.path, row.module, row.layer, row.reason) for row in rows] == [
            ("src/shop/services/orders.py", "shop.services.orders", "service", "folder services/"),
            ("src/shop/services/users.py", "shop.services.users", "service", "folder services/"),
        ]

    def test_none(self, shop: Path) -> None:
        write(shop, "src/shop/x.py", "")
        (row,) = layers(Request(paths=("shop/x.py",), cwd=str(shop / "src")))
        assert (row.path, row.layer) == ("shop/x.py", "none")


def test_a_copy_of_a_project_gives_the_same_report(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    copy = tmp_path_factory.mktemp("copy") / "of" / "it"
    shutil.copytree(shop, copy)
    assert run(copy) == run(shop)


def test_a_number_no_record_can_hold(tmp_path: Path) -> None:
    """Then nothing is reused, and nothing else happens."""
    (tmp_path / "pyproject.toml").write_text(f"[project]\nname = 'shop'\n[tool.other]\nsize = {10**30}\n")
    (tmp_path / "app.py").write_text("x = (\n")
    request = Request(cwd=str(tmp_path), cache=True)
    assert [finding.code for finding in check(request).findings] == ["ARC001"]
    assert check(request).findings == check(request).findings
