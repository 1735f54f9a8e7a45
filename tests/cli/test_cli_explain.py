"""``archlint explain``: layers and routes, for people and for programs."""

import json

import pytest
from cli_fakes import Run

from archlint import engine
from archlint.core import UsageError

LAYERS = (
    engine.LayerRow("src/shop/orders.py", "shop.orders", "service", "the folder `services`"),
    engine.LayerRow("src/shop/x.py", "shop.x", "none", "nothing says so"),
)
ROUTES = (
    engine.RouteRow(
        methods=("GET", "HEAD"),
        full_path="/api/orders/{id}",
        handler="shop.api.orders.get_order",
        path="src/shop/api/orders.py",
        line=12,
        authenticated=True,
        security=("OAuth2PasswordBearer",),
        response_model="OrderOut",
        status_code=200,
    ),
    engine.RouteRow(
        methods=("POST",),
        full_path="/api/orders",
        handler="shop.api.orders.place_order",
        path="src/shop/api/orders.py",
        line=20,
        authenticated=None,
        security=(),
        response_model="",
        status_code=None,
    ),
)


@pytest.fixture(autouse=True)
def requests(monkeypatch: pytest.MonkeyPatch) -> list[engine.Request]:
    asked: list[engine.Request] = []

    def layers(request: engine.Request) -> tuple[engine.LayerRow, ...]:
        asked.append(request)
        return LAYERS

    def routes(request: engine.Request) -> tuple[engine.RouteRow, ...]:
        asked.append(request)
        return ROUTES

    monkeypatch.setattr(engine, "layers", layers)
    monkeypatch.setattr(engine, "routes", routes)
    return asked


def test_layers_for_people(archlint: Run) -> None:
    assert archlint("explain", "src") == (
        0,
        (
            "PATH                LAYER    REASON\n"
            "src/shop/orders.py  service  the folder `services`\n"
            "src/shop/x.py       none     nothing says so\n"
        ),
        "",
    )


def test_layers_for_programs(archlint: Run, requests: list[engine.Request]) -> None:
    code, out, _ = archlint("explain", "--format", "json", "src/a.py", "src/b.py", "--isolated", "--config", "c.toml")
    assert code == 0
    assert json.loads(out) == [
        {"path": "src/shop/orders.py", "module": "shop.orders", "layer": "service", "reason": "the folder `services`"},
        {"path": "src/shop/x.py", "module": "shop.x", "layer": "none", "reason": "nothing says so"},
    ]
    assert requests[0].paths == ("src/a.py", "src/b.py")
    assert (requests[0].isolated, requests[0].config_file) == (True, "c.toml")


def test_routes_for_people(archlint: Run) -> None:
    header, first, second = archlint("explain", "--routes").out.splitlines()
    assert header.split() == ["METHODS", "PATH", "HANDLER", "PLACE", "ANSWER", "SECURITY"]
    assert first.split("  ") == [
        "GET,HEAD", "/api/orders/{id}", "shop.api.orders.get_order", "", "src/shop/api/orders.py:12", "200 OrderOut",
        "OAuth2PasswordBearer",
    ]  # fmt: skip
    assert second.endswith("src/shop/api/orders.py:20")


def test_a_column_that_says_nothing_is_left_out(archlint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "routes", lambda request: ROUTES[1:])
    assert archlint("explain", "--routes").out.splitlines()[0].split() == ["METHODS", "PATH", "HANDLER", "PLACE"]


def test_no_routes(archlint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "routes", lambda request: ())
    assert archlint("explain", "--routes") == (0, "", "note: there is nothing to show\n")
    assert archlint("explain", "--routes", "--format", "json") == (0, "[]\n", "note: there is nothing to show\n")


def test_routes_for_programs(archlint: Run) -> None:
    assert json.loads(archlint("explain", "--routes", "--format", "json").out) == [
        {
            "methods": ["GET", "HEAD"],
            "full_path": "/api/orders/{id}",
            "handler": "shop.api.orders.get_order",
            "path": "src/shop/api/orders.py",
            "line": 12,
            "authenticated": True,
            "security": ["OAuth2PasswordBearer"],
            "response_model": "OrderOut",
            "status_code": 200,
        },
        {
            "methods": ["POST"],
            "full_path": "/api/orders",
            "handler": "shop.api.orders.place_order",
            "path": "src/shop/api/orders.py",
            "line": 20,
            "authenticated": None,
            "security": [],
            "response_model": "",
            "status_code": None,
        },
    ]


def test_a_path_that_does_not_exist(archlint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def layers(request: engine.Request) -> tuple[engine.LayerRow, ...]:
        raise UsageError(f"{request.paths[0]}: no such file or folder")

    monkeypatch.setattr(engine, "layers", layers)
    assert archlint("explain", "nope") == (2, "", "error: nope: no such file or folder\n")
