"""Odd and huge sources: the model answers, soon, and never with a traceback."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archlint.project.fastapi import response_contract, routes
from archlint.testing import project_of

HEAD = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nrouter = APIRouter()\n"
HANDLER = "@app.get('/x')\ndef read(){}: ...\n"
NESTED = 150
LONG = 400

DEEP = {
    "calls": f"router = {'f(' * 90}app{')' * 90}\napp.include_router(router)",
    "method chain": f"app.include_router(app{'.a()' * NESTED})",
    "attributes": f"app.include_router(app{'.a' * NESTED})",
    "text methods": f"app.include_router(router, prefix='/a'{'.strip()' * NESTED})",
    "sum": f"app.include_router(router, prefix={' + '.join(['a'] * LONG)})",
    "or": f"app.include_router({'not ' * NESTED}router)",
    "conditional": f"app.include_router({'router if a else ' * 80}router)",
    "elif": "if a:\n    pass\n" + "".join(f"elif a == {n}:\n    app.include_router(router)\n" for n in range(NESTED)),
    "annotation": f"def add(a: {'Optional[' * 90}FastAPI{']' * 90}):\n    a.include_router(router)",
    "union": f"def add(a: {' | '.join(['int'] * LONG)} | FastAPI):\n    a.include_router(router)",
    "functions": "\n".join(f"{' ' * n}def f{n}(app):" for n in range(90)) + f"\n{' ' * 90}app.include_router(router)",
    "recursion": "def f(app):\n    g(app)\ndef g(app):\n    f(app)\n    app.include_router(router)\nf(app)",
    "itself": "app.include_router(app)\nrouter.include_router(router)\na = a\napp.include_router(a)",
    "circle": "other = APIRouter()\nrouter.include_router(other)\nother.include_router(router)\n"
    "app.include_router(other)\n@router.get('/y')\ndef f(): ...",
    "aliases": "".join(f"a{n} = f(a{n + 1})\n" for n in range(LONG)) + "app.include_router(a0)",
    "long loop": f"for n in {list(range(3000))}:\n    app.include_router(router, prefix=f'/{{n}}')",
    "nested loops": "".join(f"{' ' * d}for n{d} in {list(range(50))}:\n" for d in range(4))
    + "     app.mount('/a', app)",
    "self": "class A(FastAPI):\n    def __init__(self):\n        self.a = A()\n        super().__init__()\nA()",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_sources(name: str) -> None:
    project = project_of({"main.py": HEAD + DEEP[name] + "\n" + HANDLER.format("")})
    found = routes(project)
    assert any(route.path == "/x" for route in found)
    assert len(found) < 5


def test_deep_annotation_of_a_handler() -> None:
    annotation = f" -> {'Optional[' * 90}int{']' * 90}"
    (route,) = routes(project_of({"main.py": HEAD + HANDLER.format(annotation)}))
    assert response_contract(project_of({"main.py": HEAD + HANDLER.format(annotation)}), route).annotated == "model"


def test_long_chain_of_modules() -> None:
    files = {
        f"m{n}.py": f"from fastapi import APIRouter\nfrom m{n + 1} import router as inner\n"
        "router = APIRouter()\nrouter.include_router(inner)\n"
        for n in range(LONG)
    }
    files[f"m{LONG}.py"] = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/x')\ndef f(): ...\n"
    (route,) = routes(project_of(files))
    assert route.full_paths == ("/x",)


def test_many_ways_to_one_router() -> None:
    """Every level is included twice in the next: the number of paths is cut, not the answer."""
    layers = "".join(
        f"r{n} = APIRouter()\nr{n}.include_router(r{n - 1}, prefix='/a')\nr{n}.include_router(r{n - 1}, prefix='/b')\n"
        for n in range(1, 14)
    )
    source = f"{HEAD}r0 = APIRouter()\n{layers}app.include_router(r13)\n@r0.get('/x')\ndef f(): ...\n"
    start = time.perf_counter()
    (route,) = routes(project_of({"main.py": source}))
    assert 0 < len(route.full_paths) <= 64
    assert time.perf_counter() - start < 5


STATEMENTS = st.lists(
    st.sampled_from(
        [
            "app.include_router(router, prefix=p)",
            "router = app",
            "app = [router, *app]",
            "app, router = router, app",
            "for app in router: app.mount('/a', app=router)",
            "p = f'/{p}{q}'",
            "p = p.strip('/') or '/x'",
            "app = app if p else router",
            "def f(app=app, *router, **p): return app.get(p)(router)",
            "f(router, *app, **p)",
            "app = f(app)",
            "@app.get(p)\ndef g(): ...",
            "@f\ndef g(app): app.include_router(g)",
            "class C(FastAPI):\n    def __init__(self): self.r = APIRouter(); super().__init__(self.r)",
            "router = C(app).r",
            "app.routes.append(router)",
            "app.routes.extend(router.routes)",
            "router = lambda x: app.include_router(x)",
            "router(app)",
            "with app as router: router.mount(p, app)",
            "app += [router]",
            "app = {'a': app, **router}",
            "router = app['a']",
            "del app",
            "global p",
            "app.prefix = router.prefix = p",
            "match app:\n    case [router]: app = router",
            "try:\n    app = router\nexcept: app = None",
        ]
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(STATEMENTS)
def test_any_order_of_odd_statements(statements: list[str]) -> None:
    project = project_of({"main.py": HEAD + "\n".join(statements) + "\n"})
    for route in routes(project):
        response_contract(project, route)
