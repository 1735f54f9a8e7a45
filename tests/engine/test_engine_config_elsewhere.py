"""A configuration named with ``--config`` that lies somewhere else than the root of the project it is used on.

Its patterns are relative to the project root, all of them.
"""

from pathlib import Path

import pytest

from archlint.core import ConfigError
from archlint.engine import Request, check, layers

RAISES = "from fastapi import HTTPException\n\n\ndef pay() -> None:\n    raise HTTPException(404)\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    for path in ("app/one/pay.py", "app/two/pay.py"):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(RAISES)
    (root / "pyproject.toml").write_text("")
    return root


def request_with(shop: Path, place: str, prefix: str = "") -> Request:
    """A request with a configuration that makes both files services and ignores a rule in one of them."""
    written = shop / place
    written.parent.mkdir(exist_ok=True)
    written.write_text(
        f"layers.service = ['{prefix}app/**']\nper-file-ignores.'{prefix}app/two/**' = ['http-exception-in-service']\n"
    )
    return Request(cwd=str(shop), paths=("app",), config_file=place, select=("http-exception-in-service",))


@pytest.mark.parametrize("place", ["shop.toml", "../shop.toml", "settings/shop.toml", "../settings/x.toml"])
def test_patterns_are_relative_to_the_project_root(shop: Path, place: str) -> None:
    request = request_with(shop, place)
    assert [(row.path, row.layer) for row in layers(request)] == [
        ("app/one/pay.py", "service"),
        ("app/two/pay.py", "service"),
    ]
    assert {finding.path for finding in check(request).findings} == {"app/one/pay.py"}


def test_patterns_relative_to_the_file_match_nothing(shop: Path) -> None:
    with pytest.raises(ConfigError, match="matches no file"):
        check(request_with(shop, "../shop.toml", "shop/"))


def test_an_exclude_counts_from_the_project_root(shop: Path) -> None:
    (shop.parent / "shop.toml").write_text("exclude = ['/app/one']")
    request = Request(cwd=str(shop), config_file="../shop.toml")
    assert [row.path for row in layers(request)] == ["app/two/pay.py"]


def test_an_exclude_that_is_no_pattern(shop: Path) -> None:
    (shop / "archlint.toml").write_text("exclude = ['app/one', 'app/[a-']")
    with pytest.raises(ConfigError, match=r"`exclude`: `app/\[a-` is not a gitignore pattern"):
        check(Request(cwd=str(shop)))
