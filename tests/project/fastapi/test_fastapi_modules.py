"""What a single module does to routers, and which modules hold the bases of class-based views."""

import pytest

from archlint.project.fastapi import (
    apps,
    creates_app,
    declares_routes,
    includes_into_created_app,
    includes_routers,
    inclusions,
    is_view_base,
    router_sites,
    routes,
    routes_in,
    view_classes,
)
from archlint.testing import project_of

ROUTER = "from fastapi import APIRouter\n\nrouter = APIRouter()\n"
HANDLER = '\n\n@router.get("/x")\ndef read(): ...\n'
MODULES = {
    "shop/web.py": ROUTER,
    "shop/base.py": "from fastapi import APIRouter\n\nclass OwnRouter(APIRouter): ...\n",
}


def doings(source: str) -> set[str]:
    project = project_of({**MODULES, "shop/main.py": source})
    module = project.by_path["shop/main.py"]
    asked = {
        "declares": declares_routes,
        "creates": creates_app,
        "includes": includes_routers,
        "into own": includes_into_created_app,
    }
    return {name for name, ask in asked.items() if ask(project, module)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (ROUTER, set()),
        (ROUTER + HANDLER, {"declares"}),
        ("from shop.web import router" + HANDLER, {"declares"}),
        ("from shop import web\n\n@web.router.get('/x')\ndef read(): ...", {"declares"}),
        ("from shop.base import OwnRouter\nrouter = OwnRouter()" + HANDLER, {"declares"}),
        (("from shop.base import OwnRouter\ndef add(own: OwnRouter):\n"
         "    @own.get('/x')\n    def read(): ..."), {"declares"}),
        ("def add(own):\n    @own.get('/x')\n    def read(): ...", set()),
        (("from fastapi import APIRouter\nclass A:\n    def __init__(self):\n        self.r = APIRouter()\n"
         "    def add(self):\n        @self.r.get('/x')\n        def read(): ..."), {"declares"}),
        ("from fastapi import APIRouter\nclass A:\n    r = APIRouter()\n    @r.get('/x')\n    def read(self): ...",
         {"declares"}),
        ("from fastapi import FastAPI\napp = FastAPI()", {"creates"}),
        ("import fastapi\ndef make():\n    return fastapi.FastAPI()", {"creates"}),
        ("from fastapi import FastAPI\nclass ShopApp(FastAPI): ...\napp = ShopApp()", {"creates"}),
        ("from fastapi import FastAPI\nfrom shop.web import router\napp = FastAPI()\napp.include_router(router)",
         {"creates", "includes", "into own"}),
        ("from fastapi import FastAPI\nimport plugins\napp = FastAPI()\napp.include_router(plugins.router)",
         {"creates", "includes", "into own"}),
        (("from fastapi import FastAPI\nfrom shop.web import router\ndef add(app: FastAPI):\n"
         "    app.include_router(router)"), {"includes"}),
        ("from shop.web import router\nfrom shop import main\nrouter.include_router(main.other)", {"includes"}),
        ("from fastapi import FastAPI\na = FastAPI()\nb = FastAPI()\na.mount('/b', b)",
         {"creates", "includes", "into own"}),
        (("from fastapi import FastAPI\nfrom starlette.staticfiles import StaticFiles\napp = FastAPI()\n"
         "app.mount('/static', StaticFiles())"), {"creates"}),
        ("import requests\ns = requests.Session()\ns.mount('https://', 1)\ns.get('/x')", set()),
    ],
)  # fmt: skip
def test_doings(source: str, expected: set[str]) -> None:
    assert doings(source) == expected


def test_routers_apps_and_inclusions() -> None:
    project = project_of(
        {
            "shop/main.py": "from fastapi import FastAPI\nfrom shop.web import router\nimport plugins\n"
            "app = FastAPI()\napp.include_router(router, prefix='/x')\napp.include_router(plugins.router)\n",
            "shop/web.py": ROUTER + HANDLER,
        }
    )
    assert [(r.key.path, r.line, r.kind) for r in router_sites(project)] == [
        ("shop/main.py", 4, "app"),
        ("shop/web.py", 3, "router"),
    ]
    assert [app.key.path for app in apps(project)] == ["shop/main.py"]
    assert [(i.at.line, i.prefix, i.child is None) for i in inclusions(project)] == [(5, "/x", False), (6, "", True)]


def test_what_a_route_knows() -> None:
    main = (
        "from fastapi import Depends, FastAPI\nfrom shop.users import router\n\n"
        "app = FastAPI(dependencies=[Depends(str)])\n"
        "app.include_router(router, prefix='/v1', tags=['x'])\n"
        "app.include_router(router, prefix='/v2', include_in_schema=False)\n"
    )
    users = (
        "from fastapi import APIRouter\n\nrouter = APIRouter(prefix='/users')\n\n\n"
        "@router.get('/me', summary='Me', status_code=201)\nasync def me(): ...\n"
    )
    project = project_of({"shop/main.py": main, "shop/users.py": users})
    (route,) = routes(project)
    assert routes_in(project, project.by_path["shop/users.py"]) == (route,)
    assert routes_in(project, project.by_path["shop/main.py"]) == ()
    assert (route.methods, route.path, route.full_paths) == (("GET",), "/me", ("/v1/users/me", "/v2/users/me"))
    assert (route.module.path, route.place.line, route.registered.line) == ("shop/users.py", 7, 7)
    assert [name for name, _ in route.arguments] == ["summary", "status_code"]
    assert route.argument("summary") is not None
    assert route.argument("tags") is None
    assert route.is_served
    first, second = route.chains
    assert [step.router.kind for step in first.steps] == ["app", "router"]
    assert first.root.arguments[0][0] == "dependencies"
    assert [name for name, _ in first.steps[1].inclusion.arguments] == ["prefix", "tags"]  # type: ignore[union-attr]
    assert [name for name, _ in second.steps[1].inclusion.arguments] == [  # type: ignore[union-attr]
        "prefix",
        "include_in_schema",
    ]


def test_routes_are_sorted() -> None:
    source = "from fastapi import FastAPI\napp = FastAPI()\n" + "".join(
        f"@app.{method}('/{name}')\ndef f{number}(): ...\n"
        for number, (method, name) in enumerate([("post", "b"), ("get", "a"), ("put", "c")])
    )
    found = routes(project_of({"b.py": source, "a.py": source}))
    assert [(r.module.path, r.place.line) for r in found] == [(p, n) for p in ("a.py", "b.py") for n in (4, 6, 8)]


def test_arguments_through_a_parameter() -> None:
    """The code of an argument is the caller's, where a function hands it on."""
    source = (
        "from fastapi import APIRouter\n\nclass Out: ...\n\ndef listed(): ...\n\n"
        "def add(router: APIRouter, model, **more):\n"
        "    router.add_api_route('/x', listed, response_model=model, **more)\n\n"
        "add(APIRouter(), Out, status_code=202)\n"
    )
    (route,) = routes(project_of({"shop/main.py": source}))
    model = route.argument("response_model")
    assert model is not None
    assert (model.value, model.function) == ("Out", None)
    assert route.argument("status_code") is not None
    assert route.is_complete


def test_unknown_keywords_make_arguments_incomplete() -> None:
    source = (
        "from fastapi import FastAPI\nfrom x import more\napp = FastAPI()\n@app.get('/x', **more())\ndef f(): ...\n"
    )
    (route,) = routes(project_of({"shop/main.py": source}))
    assert not route.is_complete


@pytest.mark.parametrize("path", ["tests/test_web.py", "shop/conftest.py", "scripts/serve.py"])
def test_tests_and_scripts_are_left_out(path: str) -> None:
    test = "from fastapi import FastAPI\nfrom shop.web import router\napp = FastAPI()\napp.include_router(router)\n"
    project = project_of({"shop/web.py": ROUTER + HANDLER, path: test})
    assert [route.full_paths for route in routes(project)] == [("/x",)]
    assert not routes(project)[0].is_served


def test_view_classes_and_their_bases() -> None:
    files = {
        "shop/base.py": "class Base: ...\nclass Middle(Base): ...\nclass Unrelated: ...\n",
        "shop/cbv.py": "def cbv(router):\n    return lambda cls: cls\n",
        "shop/views.py": ROUTER
        + "from shop.base import Middle\nfrom shop.cbv import cbv\n"
        + "class View(Middle):\n    @router.get('/x')\n    def read(self): ...\n"
        + "@cbv(router)\nclass Empty: ...\nclass Plain: ...\n",
    }
    project = project_of(files)
    assert [view.name for view in view_classes(project)] == ["View", "Empty"]
    bases = {path for path in files if is_view_base(project, project.by_path[path])}
    assert bases == {"shop/base.py"}
