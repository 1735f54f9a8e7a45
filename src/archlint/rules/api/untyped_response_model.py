"""A response model that says nothing about the answer.

`dict`, `list`, `Any` and their like satisfy FastAPI and tell nobody anything: the OpenAPI schema is empty, so clients
cannot generate types, nothing is validated on the way out, and whatever the handler puts into the answer is sent.

A union with such an arm says no more than that arm. Typed collections (`dict[str, int]`, `list[User]`), typed dicts,
dataclasses and Pydantic's `JsonValue` are let alone, and so are the routes that need no response model at all: those
without a body, those that answer with redirects, files, streams or pages, and those outside the OpenAPI schema.

## Bad
```python
# src/shop/routers/orders.py
from typing import Any

from fastapi import APIRouter

router = APIRouter(prefix="/orders")


@router.get("/{order_id}")
async def read_order(order_id: int) -> dict[str, Any]:  # error: answers with `dict[str, Any]`
    return {"id": order_id, "cost": 12}


@router.get("", response_model=list[dict])
async def list_orders():  # error: `list_orders` (GET /orders) answers with `list[dict]`
    return []
```

## Good
```python
# src/shop/routers/orders.py
from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/orders")


class OrderOut(BaseModel):
    id: int
    cost: int


@router.get("/{order_id}")
async def read_order(order_id: int) -> OrderOut:
    return OrderOut(id=order_id, cost=12)


@router.get("/totals")
async def totals() -> dict[str, int]:
    return {"2024": 12}
```

## Options
* `hidden-routes` (false): judge routes with `include_in_schema=False` too.

Source: documents 000 and 002; FastAPI, "Response Model - Return Type".
"""

from collections.abc import Iterator

from archlint.plugin import (
    WARNING,
    Finding,
    Module,
    Options,
    Project,
    found,
    response_contract,
    routes_in,
    rule,
    untyped_response,
)


class UntypedModels(Options, frozen=True):
    hidden_routes: bool = False


@rule("ARC202", severity=WARNING, options=UntypedModels)
def check(project: Project, module: Module, options: UntypedModels) -> Iterator[Finding]:
    reported = set()
    for route in routes_in(project, module):
        if route.handler is None or not route.is_documented or route.place in reported:
            continue
        untyped = untyped_response(project, route)
        if untyped is None or not (options.hidden_routes or response_contract(project, route).in_schema):
            continue
        reported.add(route.place)
        name = route.handler.name
        yield found(
            module, route.place, f"`{name}` ({route.title}) answers with `{untyped}`, which says nothing of what "
            "is in it", symbol=name, help="Use a Pydantic schema with the fields of the answer as the response model, or "
            "`JsonValue` where it is free-form by nature.",
        )  # fmt: skip
