"""What archlint says of ``fixtures/monorepo`` and ``fixtures/namespace``, from each folder a reader might run it in."""

from pathlib import Path

import pytest

from archlint.engine import Request, check, layers, routes

FIXTURES = Path(__file__).parents[2] / "fixtures"
STORE, BILLING = "packages/storefront/src/storefront", "packages/billing/src/billing"
UPWARDS = ("ARC103", f"{BILLING}/repositories/invoices.py", 7, "billing.services.reminders.remind")
PACKAGES = ("ARC103", f"{BILLING}/services/invoices.py", 2, "storefront.orders.models")
GATEWAYS = ("ARC103", f"{BILLING}/services/invoices.py", 1, "httpx")
REQUEST = ("ARC101", f"{STORE}/catalogue/service.py", 1, "fastapi.Request")
NOT_FOUND = ("ARC102", f"{STORE}/orders/service.py", 7, "total")

Found = tuple[str, str, int, str]


def found(folder: str, *paths: str, isolated: bool = False) -> set[Found]:
    """Code, path from the fixture's top, line and symbol of each finding of a run in a folder of a fixture."""
    cwd = FIXTURES / folder
    top = FIXTURES / folder.partition("/")[0]
    report = check(Request(paths=paths, cwd=str(cwd), isolated=isolated))
    return {
        (f.code, (cwd / f.path).resolve().relative_to(top).as_posix(), f.span.line, f.symbol) for f in report.findings
    }


def test_the_whole_workspace() -> None:
    assert found("monorepo") == {UPWARDS, PACKAGES, REQUEST, NOT_FOUND}


def test_a_package_without_a_configuration_is_judged_by_the_workspace_s() -> None:
    assert found("monorepo/packages/storefront") == {REQUEST, NOT_FOUND}
    assert found("monorepo", "packages/storefront") == {REQUEST, NOT_FOUND}
    assert found("monorepo/packages/storefront", "src/storefront/catalogue") == {REQUEST}


def test_a_package_with_a_configuration_is_judged_by_that() -> None:
    assert found("monorepo/packages/billing") == {UPWARDS, GATEWAYS}
    assert found("monorepo", "packages/billing") == {UPWARDS, GATEWAYS}
    assert found("monorepo", f"{BILLING}/services/invoices.py") == {GATEWAYS}


def test_one_file_is_judged_with_the_other_packages_in_view() -> None:
    assert found("monorepo", f"{STORE}/orders/service.py") == {NOT_FOUND}


def test_files_of_several_packages_are_judged_by_what_lies_above_them_all() -> None:
    assert found("monorepo", f"{STORE}/orders/service.py", f"{BILLING}/services/invoices.py") == {NOT_FOUND, PACKAGES}


def test_patterns_of_the_extended_file_count_from_its_folder() -> None:
    billing = layers(Request(paths=("src",), cwd=str(FIXTURES / "monorepo/packages/billing")))
    assert not [row.path for row in billing if "legacy" in row.path]
    assert [row.layer for row in billing if row.path.endswith("gateways/bank.py")] == ["gateway"]


@pytest.mark.parametrize(
    ("path", "module", "layer"),
    [
        (f"{STORE}/main.py", "storefront.main", "app"),
        (f"{STORE}/orders/router.py", "storefront.orders.router", "router"),
        (f"{STORE}/orders/service.py", "storefront.orders.service", "service"),
        (f"{STORE}/orders/models.py", "storefront.orders.models", "model"),
        (f"{STORE}/catalogue/schemas.py", "storefront.catalogue.schemas", "schema"),
        (f"{BILLING}/api/invoices.py", "billing.api.invoices", "router"),
        (f"{BILLING}/repositories/invoices.py", "billing.repositories.invoices", "repository"),
        (f"{BILLING}/models/invoice.py", "billing.models.invoice", "model"),
        ("packages/kernel/src/kernel/database.py", "kernel.database", "core"),
    ],
)
def test_names_and_layers(path: str, module: str, layer: str) -> None:
    rows = layers(Request(paths=("packages",), cwd=str(FIXTURES / "monorepo")))
    assert [(row.module, row.layer) for row in rows if row.path == path] == [(module, layer)]


def test_routes_are_included_across_packages() -> None:
    rows = routes(Request(cwd=str(FIXTURES / "monorepo")))
    assert {row.full_path for row in rows} == {"/invoices/{order_id}", "/catalogue/", "/orders/{order_id}"}


GREETING = "libs/core/acme/core/services/greeting.py"
REFUSED = ("ARC102", GREETING, 8, "greet")
TO_THE_WEB = ("ARC103", GREETING, 5, "acme.web.texts")


@pytest.mark.parametrize(
    ("folder", "paths"),
    [("namespace", ()), ("namespace", ("libs/core",)), ("namespace", (GREETING,)), ("namespace/libs/core", (".",))],
)
def test_a_namespace_over_two_roots(folder: str, paths: tuple[str, ...]) -> None:
    assert found(folder, *paths) == {REFUSED, TO_THE_WEB}


def test_a_namespace_whose_roots_nobody_names() -> None:
    assert found("namespace", isolated=True) == {REFUSED}
    rows = layers(Request(paths=("libs",), cwd=str(FIXTURES / "namespace"), isolated=True))
    assert [row.module for row in rows] == [
        "acme.core.errors",
        "acme.core.services",
        "acme.core.services.greeting",
        "acme.web",
        "acme.web.api",
        "acme.web.main",
        "acme.web.texts",
    ]


def test_a_module_and_a_package_of_one_name(tmp_path: Path) -> None:
    for path, text in {
        "shop/tools.py": "from fastapi import HTTPException as Broken\n",
        "shop/tools/__init__.py": "class Broken(Exception): ...\n",
        "shop/services/orders.py": "from shop.tools import Broken\n\n\ndef pay() -> None:\n    raise Broken\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert check(Request(cwd=str(tmp_path), paths=("shop/services",))).findings == ()
