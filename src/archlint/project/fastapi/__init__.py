"""What a FastAPI project serves: apps, routers, routes with their full paths, and what each promises to answer."""

from archlint.project.fastapi.events import Inclusion
from archlint.project.fastapi.linking import Chain, Step
from archlint.project.fastapi.models import (
    MappedPart,
    Model,
    mapped_in_response,
    response_model,
    response_parts,
    untyped_response,
)
from archlint.project.fastapi.response import Contract, response_contract, returns_data, returns_responses
from archlint.project.fastapi.routes import (
    Route,
    apps,
    creates_app,
    declares_routes,
    handlers,
    has_app_made,
    includes_into_created_app,
    includes_routers,
    inclusions,
    only_makes_routers,
    router_sites,
    routes,
    routes_in,
)  # fmt: skip
from archlint.project.fastapi.values import Argument, Point, Router
from archlint.project.fastapi.views import is_view_base, view_bases, view_classes

__all__ = [
    "Argument",
    "Chain",
    "Contract",
    "Inclusion",
    "MappedPart",
    "Model",
    "Point",
    "Route",
    "Router",
    "Step",
    "apps",
    "creates_app",
    "declares_routes",
    "handlers",
    "has_app_made",
    "includes_into_created_app",
    "includes_routers",
    "inclusions",
    "is_view_base",
    "mapped_in_response",
    "only_makes_routers",
    "response_contract",
    "response_model",
    "response_parts",
    "returns_data",
    "returns_responses",
    "router_sites",
    "routes",
    "routes_in",
    "untyped_response",
    "view_bases",
    "view_classes",
]
