"""Which environment a run looks installed packages up in."""

from pathlib import Path

import pytest

from archlint.core import ConfigError
from archlint.engine import Request, check

SITE = "lib/python3.11/site-packages"
SERVICE = "from acme_auth import Denied\n\n\ndef pay() -> None:\n    raise Denied(403)\n"
PACKAGE = "from fastapi import HTTPException\n\n\nclass Denied(HTTPException): ...\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    write(root / "app/services/pay.py", SERVICE)
    return root


def found(shop: Path, settings: str, *, paths: tuple[str, ...] = (), isolated: bool = False) -> list[tuple[str, int]]:
    write(shop / "archlint.toml", settings)
    report = check(Request(cwd=str(shop), paths=paths, select=("ARC102",), isolated=isolated))
    return [(finding.path, finding.span.line) for finding in report.findings]


THERE = [("app/services/pay.py", 5)]


@pytest.mark.parametrize("folder", [".venv", "venv"])
@pytest.mark.parametrize("paths", [(), ("app/services/pay.py",)])
@pytest.mark.parametrize("isolated", [False, True])
def test_one_in_the_project_is_found(shop: Path, folder: str, paths: tuple[str, ...], isolated: bool) -> None:
    assert found(shop, "", paths=paths, isolated=isolated) == []
    write(shop / folder / SITE / "acme_auth.py", PACKAGE)
    assert found(shop, "", paths=paths, isolated=isolated) == THERE


@pytest.mark.parametrize("written", ["../environments/shop", "../environments/shop/bin/python", "{absolute}"])
def test_the_one_configured_counts_from_the_configuration_file(shop: Path, written: str) -> None:
    environment = shop.parent / "environments/shop"
    write(environment / SITE / "acme_auth.py", PACKAGE)
    write(environment / "bin/python", "")
    assert found(shop, f"python = '{written.format(absolute=environment.as_posix())}'") == THERE


def test_it_goes_before_the_one_in_the_project_and_none_can_be_wanted(shop: Path) -> None:
    write(shop / ".venv" / SITE / "acme_auth.py", PACKAGE)
    write(shop.parent / "other" / SITE / "acme_auth.py", "class Denied(Exception): ...\n")
    assert found(shop, "python = '../other'") == []
    assert found(shop, "python = ''") == []
    assert found(shop, "") == THERE


@pytest.mark.parametrize("written", ["missing", "app", "app/services/pay.py"])
def test_one_that_is_not_there(shop: Path, written: str) -> None:
    with pytest.raises(ConfigError) as error:
        found(shop, f"# \npython = '{written}'\n")
    assert f"archlint.toml:2: `python`: no installed packages are found in `{written}`: name an" in str(error.value)


def test_its_files_are_no_files_of_the_project(shop: Path) -> None:
    write(shop / ".venv" / SITE / "acme_auth/services/broken.py", "def (")
    write(shop / ".venv" / SITE / "acme_auth/__init__.py", PACKAGE)
    report = check(Request(cwd=str(shop), select=("ARC102", "ARC001")))
    assert [finding.path for finding in report.findings] == ["app/services/pay.py"]
    assert report.files == 1
