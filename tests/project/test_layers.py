"""Which of the things that speak for a layer wins, from the configuration down to weak words."""

from pathlib import Path

import pytest
from layer_sources import (
    APP,
    APP_GIVEN,
    ENGINE,
    INCLUDES_ROUTES,
    MAPPED,
    ORDER_API,
    PROVIDES,
    PYDANTIC,
    QUERIES,
    ROUTES,
    SCRIPT,
    SETTINGS,
    VIEW_BASE,
    VIEWS,
    found,
    layer_of,
    user_of,
)  # fmt: skip

from archlint.config import LAYERS, Config, Settings
from archlint.engine.load import assemble
from archlint.project.layers.assignment import layer
from archlint.project.layers.order import order
from archlint.testing import project_of

HANDLERS = "async def listed() -> list[str]:\n    return _all()\n\n\ndef _all() -> list[str]:\n    return []\n"
FILLS = """\
from fastapi import APIRouter


def fill(router: APIRouter, handler: object) -> None:
    router.add_api_route("/orders", handler)
"""


def registered(path: str) -> dict[str, str]:
    """A module that registers a handler another one defines."""
    module = path.removesuffix(".py").replace("/", ".")
    source = f"from fastapi import FastAPI\n\nfrom {module} import listed\n\napp = FastAPI()\n"
    return {"shop/main.py": f"{source}app.add_api_route('/orders', listed)\n"}


ROOT = Path("/nowhere")


@pytest.mark.parametrize("name", LAYERS)
def test_the_configuration_is_above_everything(name: str) -> None:
    for path, source in (
        ("shop/routers/orders.py", ROUTES),
        ("tests/test_x.py", ""),
        ("vendor/x.py", ""),
        ("x.py", ""),
    ):
        data = {path: source.encode()}
        config = Config(settings=Settings(layers={name: (path,)}), root=ROOT, path=ROOT / "archlint.toml")
        project = assemble(config, str(ROOT), data, data, ()).project
        answer = layer(project, project.by_path[path])
        assert (answer.name, answer.weak, answer.outside) == (name, False, False)


class TestWebContent:
    """What creates the app, declares routes or includes routers is that, above all words."""

    @pytest.mark.parametrize("path", ["shop/main.py", "shop/api.py", "shop/services/api.py", "shop/router.py"])
    def test_creating_the_app_and_including_routers(self, path: str) -> None:
        assert layer_of(path, APP, ORDER_API) == "app"

    def test_an_app_that_includes_nothing_is_not_app_by_content(self) -> None:
        bare = "from fastapi import FastAPI\n\napp = FastAPI()\n"
        assert layer_of("shop/server_setup.py", bare) == "none"
        assert found("shop/main.py", bare).weak

    def test_an_app_that_declares_its_own_routes_is_a_router(self) -> None:
        small = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/')\ndef root() -> str:\n    return ''\n"
        assert layer_of("shop/web.py", small) == "router"

    def test_an_app_that_includes_routers_and_declares_one_route_is_the_app(self) -> None:
        health = APP + "\n\n@app.get('/health')\ndef health() -> str:\n    return 'ok'\n"
        assert layer_of("shop/web.py", health, ORDER_API) == "app"

    @pytest.mark.parametrize(
        ("path", "layer"), [("shop/main.py", "app"), ("shop/asgi.py", "app"), ("shop/web.py", "router")]
    )
    def test_an_app_that_another_module_makes_is_the_app_of_a_file_named_so(self, path: str, layer: str) -> None:
        inside = "    app = FastAPI()\n    app.include_router(router)\n    return app\n"
        head, _ = APP.split("app = ")
        beside = {**ORDER_API, "shop/setup.py": f"{head}def create_app() -> FastAPI:\n{inside}"}
        made = "from shop.setup import create_app\n\napp = create_app()\n\n\n@app.get('/')\ndef root() -> str:\n    return ''\n"
        assert layer_of(path, made, beside) == layer

    @pytest.mark.parametrize(
        "path", ["shop/orders.py", "shop/services/orders.py", "shop/core/orders.py", "shop/service.py"]
    )
    def test_declaring_routes(self, path: str) -> None:
        assert layer_of(path, ROUTES) == "router"

    @pytest.mark.parametrize("path", ["shop/urls.py", "shop/services/urls.py", "shop/api/__init__.py"])
    def test_including_routers_into_a_router(self, path: str) -> None:
        assert layer_of(path, INCLUDES_ROUTES, ORDER_API) == "router"

    def test_including_routers_into_an_app_it_is_given(self) -> None:
        assert layer_of("shop/registration.py", APP_GIVEN, ORDER_API) == "router"

    def test_a_base_class_of_class_based_views(self) -> None:
        beside = {"shop/users.py": VIEWS}
        assert layer_of("shop/base_controller.py", VIEW_BASE, beside) == "router"
        assert layer_of("shop/core/base_controller.py", VIEW_BASE) == "core"

    @pytest.mark.parametrize("path", ["shop/orders.py", "shop/sessions.py", "shop/routers/errors.py", "shop/api/v1.py"])
    def test_handlers_that_another_module_registers(self, path: str) -> None:
        assert layer_of(path, HANDLERS, registered(path)) == "router"

    @pytest.mark.parametrize(
        ("path", "layer"),
        [("shop/services/orders.py", "service"), ("shop/order_service.py", "service"), ("shop/schemas.py", "schema")],
    )
    def test_a_strong_name_is_above_handlers_that_another_module_registers(self, path: str, layer: str) -> None:
        assert layer_of(path, HANDLERS, registered(path)) == layer

    def test_a_handler_among_other_things_says_nothing(self) -> None:
        path = "shop/orders.py"
        more = "\n\ndef total() -> int: ...\n\n\nclass Cart:\n    def fill(self) -> None: ...\n"
        assert layer_of(path, HANDLERS + more, registered(path)) == "none"

    def test_a_router_of_its_own_that_another_module_fills(self) -> None:
        beside = {"shop/filling.py": FILLS, "shop/orders.py": HANDLERS}
        source = """\
from fastapi import APIRouter

from shop.filling import fill
from shop.orders import listed

router = APIRouter()
fill(router, listed)
"""
        assert layer_of("shop/v1/__init__.py", source, beside) == "router"
        assert layer_of("shop/v1/__init__.py", source.replace("fill(router, listed)\n", ""), beside) == "none"


class TestStrongNames:
    """A strong file name, then the nearest strong folder."""

    @pytest.mark.parametrize(
        ("path", "layer"),
        [
            ("shop/service.py", "service"),
            ("shop/core/service.py", "service"),
            ("shop/services/repos.py", "service"),
            ("shop/services/config.py", "service"),
            ("shop/services/schemas.py", "service"),
            ("shop/repositories/service.py", "repository"),
            ("shop/services/proxy/client.py", "service"),
            ("shop/services/proxy/schemas.py", "service"),
            ("shop/services/repositories/orders.py", "repository"),
            ("shop/repositories/services/orders.py", "service"),
        ],
    )
    def test_file_and_folder(self, path: str, layer: str) -> None:
        assert layer_of(path) == layer

    def test_a_routers_folder_inside_a_service(self) -> None:
        assert layer_of("shop/services/proxy/routers/x.py", ROUTES) == "router"

    def test_a_feature_folder_makes_a_file_name_itself_again(self) -> None:
        beside = {**user_of("shop.services.proxy.deps"), "shop/services/proxy/routers/x.py": ROUTES}
        assert layer_of("shop/services/proxy/deps.py", PROVIDES, beside) == "dependency"

    @pytest.mark.parametrize("source", [QUERIES, SETTINGS, ENGINE, PYDANTIC, MAPPED])
    def test_a_strong_folder_is_above_content(self, source: str) -> None:
        assert layer_of("shop/services/orders.py", source) == "service"

    @pytest.mark.parametrize("source", [QUERIES, ENGINE, MAPPED])
    def test_a_strong_file_name_is_above_content(self, source: str) -> None:
        assert layer_of("shop/service.py", source) == "service"

    def test_a_service_file_that_holds_nothing_but_data_is_schema(self) -> None:
        assert layer_of("shop/service.py", PYDANTIC) == "schema"
        assert layer_of("shop/service.py", PYDANTIC + "\n\ndef place(user: UserIn) -> None: ...\n") == "service"

    def test_mapped_classes_in_a_models_folder_nearer_than_the_strong_one(self) -> None:
        assert layer_of("shop/services/database/models/user.py", MAPPED) == "model"
        assert layer_of("shop/services/database/models/user.py", PYDANTIC) == "schema"
        assert layer_of("shop/services/database/models/user.py") == "service"
        assert layer_of("shop/models/services/user.py", MAPPED) == "service"


class TestContent:
    """Content is above weak words."""

    @pytest.mark.parametrize(
        ("source", "layer"),
        [(ENGINE, "core"), (SETTINGS, "core"), (MAPPED, "model"), (PYDANTIC, "schema"), (QUERIES, "repository")],
    )
    @pytest.mark.parametrize(
        "path", ["shop/orders.py", "shop/core/orders.py", "shop/models/orders.py", "shop/utils.py"]
    )
    def test_content_whatever_the_weak_name(self, path: str, source: str, layer: str) -> None:
        answer = found(path, source)
        assert (answer.name, answer.weak) == (layer, False)


def test_every_layer_but_migration_and_test_has_its_place() -> None:
    rank = order(project_of({})).rank
    assert set(rank) == set(LAYERS) - {"migration", "test"}
    assert sorted(rank, key=lambda name: rank[name])[:5] == ["app", "router", "dependency", "service", "repository"]
    assert rank["repository"] < rank["model"] == rank["schema"] < rank["domain"] < rank["core"]


def test_every_layer_comes_with_its_reason() -> None:
    files = {"shop/services/x.py": "", "shop/x.py": "", "shop/core/x.py": "", "scripts/x.py": SCRIPT, "tests/x.py": ""}
    project = project_of(files)
    assert {m.path: layer(project, m).reason for m in project.modules} == {
        "shop/services/x.py": "folder services/",
        "shop/x.py": "nothing in its name, place or content says so",
        "shop/core/x.py": "weak folder name core/",
        "scripts/x.py": "scripts folder scripts/",
        "tests/x.py": "folder tests/",
    }
