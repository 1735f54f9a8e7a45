"""Contracts: their mistakes, the order of things, and what extended contracts may leave out."""

from pathlib import Path

import pytest

from archlint.config import load
from archlint.core import ConfigError
from archlint.engine import Request, check

FILES = {
    "shop/__init__.py": "",
    "shop/orders/__init__.py": "",
    "shop/orders/web.py": "import shop.users.web\nimport shop.shared\n",
    "shop/users/web.py": "",
    "shop/shared.py": "import shop.users.web, json\n",
}
HEAD = '[[contracts]]\nname = "C"\n'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def messages(shop: Path, config: str, *paths: str, select: tuple[str, ...] = ("ARC103",)) -> list[str]:
    (shop / "archlint.toml").write_text(config)
    report = check(Request(cwd=str(shop), paths=paths, select=select))
    return [f"{f.path}:{f.span.line} {f.message}" for f in report.findings]


FORBIDDEN = 'type = "forbidden"\nsource-modules = ["shop"]\n'
ERRORS = {
    "a layer that is not there": (
        'type = "layers"\nlayers = ["shop.users",\n"shop.order"]',
        "archlint.toml:5: item 2 of `layers`: there is no module `shop.order`; did you mean `shop.orders`?",
    ),
    "a layer that is not in each container": (
        'type = "layers"\nlayers = ["web", "(logic)", "db"]\ncontainers = ["shop.*"]',
        "archlint.toml:4: item 3 of `layers`: there is no module `shop.orders.db`; did you mean `shop.orders.web`?",
    ),
    "a container that is not there": (
        'type = "layers"\nlayers = ["web", "db"]\ncontainers = ["shop.xyz"]',
        "archlint.toml:5: `containers`: there is no module `shop.xyz`",
    ),
    "layers in one another": (
        'type = "layers"\nlayers = ["shop", "shop.orders.web"]',
        "archlint.toml:4: `layers`: `shop.orders.web` and `shop` overlap: one lies in the other",
    ),
    "independent and in one another": (
        'type = "independence"\nmodules = ["shop.orders.**", "shop.orders"]',
        "archlint.toml:4: `modules`: `shop.orders` and `shop.orders.web` overlap: one lies in the other",
    ),
    "a wildcard that matches nothing": (
        'type = "independence"\nmodules = ["*.*.*.*.db"]',
        "archlint.toml:4: `modules`: there is no module `*.*.*.*.db`",
    ),
    "a source that is not there": (
        'type = "forbidden"\nsource-modules = ["sho"]\nforbidden-modules = ["x"]',
        "archlint.toml:4: `source-modules`: there is no module `sho`; did you mean `shop`?",
    ),
    "a forbidden module of ours that is not there": (
        f'{FORBIDDEN}forbidden-modules = ["shop.uses"]',
        "archlint.toml:5: `forbidden-modules`: there is no module `shop.uses`; did you mean `shop.users`?",
    ),
    "an import nobody makes": (
        FORBIDDEN + 'forbidden-modules = ["json"]\nignore-imports = [\n"shop.shared -> json",\n"shop.users.* -> json"]',
        "archlint.toml:8: item 2 of `ignore-imports`: nothing is imported as `shop.users.* -> json` says",
    ),
}


@pytest.mark.parametrize(("contract", "message"), ERRORS.values(), ids=ERRORS)
def test_a_contract_about_what_is_not_there(shop: Path, contract: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        messages(shop, HEAD + contract)
    assert str(caught.value).replace(" in item 1 of `contracts`", "") == message


def test_a_missing_module_is_an_error_whatever_rules_run(shop: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no module `shop\.x`"):
        messages(shop, f'{HEAD}type = "independence"\nmodules = ["shop.x"]', select=("ARC001",))


def test_an_extended_contract_speaks_to_other_projects_too(shop: Path) -> None:
    (shop / "base.toml").write_text(
        f'{HEAD}type = "layers"\nlayers = ["billing", "shop.users", "shop.orders"]\n'
        'ignore-imports = ["billing -> shop.users", "shop.shared -> shop.users.web"]'
    )
    assert messages(shop, 'extend = "base.toml"') == [
        "shop/orders/web.py:1 import breaks the contract `C`: `shop.orders.web` → `shop.users.web`"
    ]
    assert load(shop / "archlint.toml").settings.contracts[0]["name"] == "C"


LAYERS = f'{HEAD}type = "layers"\nlayers = ["shop.users", "shop.orders"]\n'
BROKEN = [
    "shop/orders/web.py:1 import breaks the contract `C`: `shop.orders.web` → `shop.users.web`",
    "shop/orders/web.py:2 import breaks the contract `C`: `shop.orders.web` → `shop.shared` → `shop.users.web`",
]


def test_each_statement_that_begins_a_chain(shop: Path) -> None:
    assert messages(shop, LAYERS) == BROKEN
    assert messages(shop, LAYERS, "shop/orders/web.py") == BROKEN
    assert messages(shop, LAYERS, "shop/shared.py") == []


def test_the_reason_is_the_help_and_the_chain_is_related(shop: Path) -> None:
    (shop / "archlint.toml").write_text(f'{LAYERS}reason = "Users come first."')
    direct, chain = check(Request(cwd=str(shop), select=("ARC103",))).findings
    assert {direct.help, chain.help} == {"Users come first."}
    assert (direct.symbol, chain.symbol) == ("shop.users.web", "shop.shared")
    assert direct.related == ()
    assert [(r.path, r.span.line, r.message) for r in chain.related] == [
        ("shop/shared.py", 1, "imports `shop.users.web`")
    ]
    (shop / "archlint.toml").write_text(LAYERS)
    direct, _ = check(Request(cwd=str(shop), select=("ARC103",))).findings
    assert direct.help == "Keep `shop.orders` from importing `shop.users`: move what both need elsewhere."


def test_every_contract_speaks_for_itself(shop: Path) -> None:
    second = LAYERS.replace('"C"', '"D"')
    assert messages(shop, LAYERS + second) == [text.replace("`C`", f"`{n}`") for text in BROKEN for n in "CD"]


def test_a_suppression_hides_a_breach(shop: Path) -> None:
    (shop / "shop/orders/web.py").write_text("import shop.users.web  # archlint: ignore[ARC103] -- moves next year\n")
    assert messages(shop, LAYERS) == []
