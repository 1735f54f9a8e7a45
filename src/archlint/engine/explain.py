"""What archlint has understood of a project: its layers and its routes."""

import os
from collections.abc import Iterator

import msgspec

from archlint.engine.depth import deep_questions
from archlint.engine.load import Loaded, load_project
from archlint.engine.request import Request
from archlint.project.fastapi import Route, response_contract
from archlint.project.fastapi import routes as project_routes
from archlint.project.layers.assignment import layer
from archlint.project.spelling import spelled

NO_LAYER = "none"


class LayerRow(msgspec.Struct, frozen=True):
    """One module, its layer (``none`` where it has none) and the reason."""

    path: str
    module: str
    layer: str
    reason: str


class RouteRow(msgspec.Struct, frozen=True):
    """One way to a route. ``authenticated`` is None, and ``security`` empty, where nothing is known about it."""

    methods: tuple[str, ...]
    full_path: str
    handler: str
    path: str
    line: int
    authenticated: bool | None
    security: tuple[str, ...]
    response_model: str
    status_code: int | None


@deep_questions()
def layers(request: Request) -> tuple[LayerRow, ...]:
    """The layer of every module the request names, and why."""
    loaded = load_project(request)
    rows = []
    for path in loaded.reported:
        module = loaded.project.by_path[path]
        found = layer(loaded.project, module)
        rows.append(LayerRow(_shown(path, loaded, request), module.name, found.name or NO_LAYER, found.reason))
    return tuple(rows)


@deep_questions()
def routes(request: Request) -> tuple[RouteRow, ...]:
    """The HTTP routes whose handlers the request names, one row for each way from an app."""
    loaded = load_project(request)
    reported = set(loaded.reported)
    return tuple(
        row
        for route in project_routes(loaded.project)
        if route.module.path in reported and not route.is_websocket
        for row in _rows(route, loaded, request)
    )


def _rows(route: Route, loaded: Loaded, request: Request) -> Iterator[RouteRow]:
    contract = response_contract(loaded.project, route)
    for full_path in route.full_paths:
        yield RouteRow(
            methods=route.methods,
            full_path=full_path,
            handler=route.handler.name if route.handler else "",
            path=_shown(route.module.path, loaded, request),
            line=route.place.line,
            authenticated=None,
            security=(),
            response_model=spelled(contract.effective.value) if contract.effective else "",
            status_code=contract.status,
        )


def _shown(path: str, loaded: Loaded, request: Request) -> str:
    return os.path.relpath(f"{loaded.root}/{path}", request.cwd).replace(os.sep, "/")
