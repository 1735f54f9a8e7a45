"""What no rule looks at unless it names it: tests, migrations, scripts and vendored code."""

import pytest
from layer_sources import (
    A_TEST,
    APP,
    COMMANDS,
    ENV,
    MAPPED,
    ORDER_API,
    PLAIN,
    QUERIES,
    REVISION,
    ROUTES,
    SCRIPT,
    layer_of,
)  # fmt: skip

from archlint.project.layers.assignment import is_outside
from archlint.testing import project_of


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("tests/test_orders.py", A_TEST),
        ("tests/helpers.py", PLAIN),
        ("tests/services/orders.py", ROUTES),
        ("shop/tests/orders.py", MAPPED),
        ("test/helpers.py", PLAIN),
        ("shop/test/orders.py", PLAIN),
        ("conftest.py", PLAIN),
        ("shop/services/conftest.py", PLAIN),
        ("shop/services/test_orders.py", A_TEST),
        ("shop/services/orders_test.py", A_TEST),
        ("shop/test_orders.py", "import unittest\n\n\nclass Orders(unittest.TestCase): ...\n"),
        ("shop/test_orders.py", "class TestOrders: ...\n"),
    ],
)
def test_tests(path: str, source: str) -> None:
    assert layer_of(path, source) == "test"


@pytest.mark.parametrize(
    "path", ["shop/services/test_bench.py", "shop/services/load_test.py", "shop/services/testing.py"]
)
def test_a_file_called_test_that_holds_no_tests_is_what_its_folder_says(path: str) -> None:
    assert layer_of(path) == "service"


def test_a_feature_may_be_called_test() -> None:
    beside = {"shop/test/router.py": ROUTES, "shop/test/service.py": ""}
    assert layer_of("shop/test/service.py", PLAIN, beside) == "service"
    assert (
        layer_of("tests/test/service.py", PLAIN, {f"tests/{path[5:]}": text for path, text in beside.items()}) == "test"
    )


def test_tests_that_import_their_helpers_by_bare_name() -> None:
    beside = {"tests/test_a.py": "from helpers import make\n" + A_TEST, "tests/test_b.py": "import helpers\n" + A_TEST}
    assert layer_of("tests/helpers.py", "def make(): ...\n", beside) == "test"


def test_an_application_among_the_fixtures_of_tests() -> None:
    beside = {
        "tests/fixtures/shop/pyproject.toml.py": "",
        "tests/fixtures/shop/app/main.py": "from app.services.orders import place\n",
        "tests/fixtures/shop/app/services/__init__.py": "",
        "tests/fixtures/shop/app/__init__.py": "",
    }
    assert layer_of("tests/fixtures/shop/app/services/orders.py", "def place(): ...\n", beside) == "test"


class TestMigrations:
    def test_everything_beside_and_below_an_environment(self) -> None:
        beside = {"migrations/env.py": ENV}
        for path in ("migrations/env.py", "migrations/helpers.py", "migrations/versions/0001_users.py"):
            assert layer_of(path, beside.get(path, PLAIN), beside) == "migration"

    def test_an_environment_of_any_name(self) -> None:
        assert layer_of("shop/db/upgrades/utils.py", PLAIN, {"shop/db/upgrades/env.py": ENV}) == "migration"
        assert layer_of("shop/migrations/utils.py", PLAIN, {"shop/migrations/users/env.py": ENV}) == "migration"
        assert layer_of("shop/db/helpers.py", PLAIN, {"shop/db/users/env.py": ENV}) != "migration"

    def test_a_revision_wherever_it_lies(self) -> None:
        assert layer_of("shop/services/a1_users.py", REVISION) == "migration"
        assert layer_of("alembic/versions/a1.py", REVISION.replace(" = ", ": str | None = ")) == "migration"

    @pytest.mark.parametrize("folder", ["migrations", "versions", "alembic"])
    def test_the_words_alone_are_not_enough(self, folder: str) -> None:
        assert layer_of(f"shop/{folder}/orders.py") == "none"
        assert layer_of(f"shop/services/{folder}/orders.py") == "service"

    def test_an_env_file_without_alembic_is_none(self) -> None:
        assert layer_of("shop/versions/x.py", PLAIN, {"shop/versions/env.py": "import os\n"}) == "none"


def test_a_plugin_of_pytest_is_made_for_tests() -> None:
    assert layer_of("pytest_shop/services/orders.py", QUERIES) == "test"
    assert layer_of("shop/pytest_services/orders.py", QUERIES) == "repository"


class TestScripts:
    @pytest.mark.parametrize("folder", ["scripts", "bin", "tools", "examples"])
    @pytest.mark.parametrize("source", [PLAIN, QUERIES, SCRIPT, COMMANDS])
    def test_folders(self, folder: str, source: str) -> None:
        assert layer_of(f"{folder}/load.py", source) == "outside"
        assert layer_of(f"shop/{folder}/load.py", source) == "outside"

    @pytest.mark.parametrize("path", ["examples/live-chat/main.py", "docs/example/live-chat/app/core/config.py"])
    def test_an_example_that_is_a_source_root(self, path: str) -> None:
        assert layer_of(path, PLAIN) == "outside"

    def test_a_project_below_scripts(self) -> None:
        assert layer_of("scripts/monitor/main.py", PLAIN) == "outside"
        assert layer_of("scripts/monitor/src/monitor/services/db.py", QUERIES) == "outside"

    def test_a_source_root_beside_the_scripts_is_none(self) -> None:
        assert layer_of("tools/live-chat/main.py", PLAIN) == "app"

    @pytest.mark.parametrize("path", ["load.py", "shop/load.py", "shop/core/load.py", "shop/models/load.py"])
    def test_a_main_guard_that_nothing_imports(self, path: str) -> None:
        assert layer_of(path, SCRIPT) == "outside"

    @pytest.mark.parametrize(
        "source", ["from shop.load import main\n", "import shop.load\n", "from shop import load\n"]
    )
    def test_a_main_guard_that_something_imports(self, source: str) -> None:
        assert layer_of("shop/load.py", SCRIPT, {"shop/x.py": source}) == "none"
        assert layer_of("shop/core/load.py", SCRIPT, {"shop/x.py": source.replace("shop", "shop.core")}) == "core"

    def test_a_main_guard_beside_the_package_of_its_name(self) -> None:
        package = {"shop/__init__.py": "", "shop/x.py": "from shop import y\n", "shop/y.py": ""}
        assert layer_of("shop.py", "from shop import y\n" + SCRIPT, package) == "outside"

    @pytest.mark.parametrize(
        "code",
        [
            "import_module(f'shop.carriers.{name}')",
            "import_module('shop.carriers.' + name)",
            "import_module('shop.carriers.post')",
            "import_module(f'shop.carriers.{name}', package=None)",
            "import_module(f'{__name__}.{name}')",
            "import_module(f'shop.c{name[1:]}.{name}')",
        ],
    )
    def test_a_main_guard_in_what_is_loaded_by_its_name(self, code: str) -> None:
        loader = f"from importlib import import_module\n\n\ndef load(name):\n    return {code}\n"
        held = loader.replace("return import_module(", "path = (").replace(", package=None", "")
        held += "    return import_module(path)\n"
        for source in (loader, held):
            beside = {"shop/__init__.py": "", "shop/carriers/__init__.py": source}
            assert layer_of("shop/carriers/post.py", SCRIPT, beside) == "none"

    @pytest.mark.parametrize(
        "code",
        [
            "import_module(name)",
            "import_module(f'{name}.post')",
            "import_module(f'shop{name}')",
            "import_module(f'shop.drivers.{name}')",
            "import_module(f'shop.{name}.{name}')",
            "load_template(f'shop.carriers.{name}')",
        ],
    )
    def test_a_main_guard_in_what_is_not(self, code: str) -> None:
        loader = f"from importlib import import_module\n\n\ndef load(name):\n    return {code}\n"
        beside = {"shop/__init__.py": "", "shop/carriers/__init__.py": "", "shop/loader.py": loader}
        assert layer_of("shop/carriers/post.py", SCRIPT, beside) == "outside"

    def test_a_main_guard_takes_nothing_from_a_strong_name(self) -> None:
        assert layer_of("shop/services/load.py", SCRIPT) == "service"
        assert layer_of("shop/service.py", SCRIPT) == "service"
        assert layer_of("shop/user_service.py", SCRIPT) == "outside"

    def test_the_app_may_run_itself(self) -> None:
        run = '\n\nif __name__ == "__main__":\n    import uvicorn\n\n    uvicorn.run(app)\n'
        assert layer_of("shop/main.py", APP + run, ORDER_API) == "app"
        assert layer_of("main.py", "app = 1\n" + run) == "app"

    def test_routes_are_no_script(self) -> None:
        assert layer_of("shop/hooks.py", ROUTES + SCRIPT) == "router"

    def test_scripts_that_import_one_another_by_bare_name(self) -> None:
        beside = {"scripts/a.py": "from common import x\n", "scripts/b.py": "import common\n"}
        assert layer_of("scripts/common.py", PLAIN, beside) == "outside"

    def test_a_test_that_imports_a_script_makes_it_no_module_of_the_application(self) -> None:
        assert (
            layer_of("scripts/load.py", PLAIN, {"tests/test_load.py": "from scripts.load import work\n"}) == "outside"
        )

    def test_tools_that_the_application_imports_have_no_layer_but_are_looked_at(self) -> None:
        assert layer_of("shop/tools/search.py", PLAIN, {"shop/x.py": "from shop.tools.search import work\n"}) == "none"


@pytest.mark.parametrize("folder", ["vendor", "vendored", "_vendor", "third_party"])
def test_vendored_code(folder: str) -> None:
    assert layer_of(f"shop/{folder}/services/orders.py", ROUTES) == "outside"
    assert layer_of(f"{folder}/requests/api.py") == "outside"


def test_what_is_outside_every_rule() -> None:
    files = {
        "tests/x.py": "", "vendor/x.py": "", "scripts/x.py": "", "migrations/env.py": ENV, "shop/x.py": SCRIPT,
        "shop/services/x.py": "", "shop/plain.py": PLAIN,
    }  # fmt: skip
    project = project_of(files)
    outside = {module.path for module in project.modules if is_outside(project, module)}
    assert outside == files.keys() - {"shop/services/x.py", "shop/plain.py"}


def test_a_feature_may_be_called_vendor() -> None:
    beside = {"shop/vendor/router.py": ROUTES, "shop/vendor/service.py": ""}
    assert layer_of("shop/vendor/service.py", PLAIN, beside) == "service"
    assert layer_of("vendor/requests/service.py", PLAIN, {"vendor/requests/router.py": ROUTES}) == "outside"
