"""Every shape of wiring an application, ``shapes/<shape>.md``: the model finds the routes FastAPI builds, no others.

A shape is Markdown with fenced Python blocks, as in a rule's documentation. A block ``routes`` lists the routes of
``shop.main:app`` as FastAPI itself builds them, which is checked too; a block ``model`` those the model finds where
there is nothing to run.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import routing
from starlette.routing import Mount

from archlint.project.fastapi import routes
from archlint.testing import parse_example, project_of

SHAPES = sorted((Path(__file__).parent / "shapes").glob("*.md"))
LISTED = re.compile(r"```(routes|model)\n(.*?)```", re.DOTALL)


def texts(shape: Path) -> tuple[dict[str, str], str, list[str]]:
    """A shape's files, the kind of its list, and the list."""
    markdown = shape.read_text(encoding="utf-8")
    listed = LISTED.search(markdown)
    assert listed, "a shape lists its routes"
    return parse_example(markdown).files, listed[1], sorted(filter(None, listed[2].split("\n")))


def as_line(methods: tuple[str, ...] | set[str], path: str, handler: str) -> Iterator[str]:
    return (f"{method} {path} {handler}" for method in methods or ["WEBSOCKET"])


def served(app: object, prefix: str = "") -> Iterator[str]:
    """The routes FastAPI has built, sub-apps included."""
    found = getattr(app, "routes", None)
    if found is None:
        yield from served(app.app, prefix)  # type: ignore[attr-defined]
        return
    for route in routing.iter_route_contexts(found):
        endpoint = getattr(route, "endpoint", None)
        if isinstance(route.original_route, Mount):
            yield from served(route.original_route.app, f"{prefix}{route.path}")
        elif isinstance(route.original_route, routing.APIRoute | routing.APIWebSocketRoute):
            name = f"{endpoint.__module__}:{endpoint.__qualname__}"  # type: ignore[union-attr]
            yield from as_line(route.methods or set(), f"{prefix}{route.path}", name)


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.stem for shape in SHAPES])
def test_model(shape: Path) -> None:
    files, _, listed = texts(shape)
    found = [
        line
        for route in routes(project_of(files))
        for path in route.full_paths
        for line in as_line(route.methods, path, f"{route.module.name}:{route.handler.name if route.handler else '?'}")
    ]
    assert sorted(found) == listed


@pytest.mark.parametrize("shape", [s for s in SHAPES if texts(s)[1] == "routes"], ids=lambda shape: shape.stem)
def test_fastapi(shape: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, _, listed = texts(shape)
    for path, source in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        monkeypatch.delitem(sys.modules, name)
    app = importlib.import_module("shop.main").app
    own = [line for line in served(app) if " shop." in line]
    assert sorted(own) == listed
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]
