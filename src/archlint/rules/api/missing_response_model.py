"""A route that says nothing about what it answers.

Without a response model FastAPI documents an empty schema, validates nothing on the way out and sends every attribute
of whatever the handler returns: clients cannot generate types, and a new column reaches them by accident. A return
annotation counts, as FastAPI reads it as the model (not where the project is held to a FastAPI before 0.89, which does
not); so does a `Response` class, which says that the handler builds the answer itself.

Let alone are answers without a body (204, 205, 304), redirects, streams, pages and files (what is sent as an attachment
is one, whatever is in it), a `-> None` that returns no data, handlers that only raise, websockets, and routes that are not
part of the OpenAPI schema. A `JSONResponse` is JSON like any other: without an annotation nobody knows what is in it.
`response_model=None` opts out of the contract, and is reported as such.

## Bad
```python
# src/shop/routers/orders.py
from fastapi import APIRouter
from fastapi.responses import JSONResponse

router = APIRouter(prefix="/orders")


@router.get("/{order_id}")
async def read_order(order_id: int):  # error: `read_order` (GET /orders/{order_id}) has no response model
    return {"id": order_id}


@router.post("", response_model=None)
async def create_order():  # error: turns its response model off
    return JSONResponse({"id": 1})
```

## Good
```python
# src/shop/routers/orders.py
from fastapi import APIRouter, status
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

router = APIRouter(prefix="/orders")


class OrderOut(BaseModel):
    id: int


@router.get("/{order_id}", response_model=OrderOut)
async def read_order(order_id: int):
    return {"id": order_id, "cost": 12}


@router.get("")
async def list_orders() -> list[OrderOut]:
    return []


@router.delete("/{order_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_order(order_id: int): ...


@router.get("/latest")
async def latest():
    return RedirectResponse("/orders/1")
```

## Options
* `accept-return-annotation` (true): a return annotation counts as response model. Off, every route needs
  `response_model=`.
* `hidden-routes` (false): judge routes with `include_in_schema=False` too.

Source: documents 000 and 002; FastAPI, "Response Model - Return Type" and the release notes of 0.89.0.
"""

from collections.abc import Iterator

from archlint.plugin import (
    ERROR,
    Contract,
    Finding,
    Module,
    Options,
    Project,
    Route,
    found,
    response_contract,
    returns_data,
    returns_responses,
    routes_in,
    rule,
)


class ResponseModels(Options, frozen=True):
    accept_return_annotation: bool = True
    hidden_routes: bool = False


HELP = "Give the route `response_model=`, or annotate what the handler returns."
OLD_HELP = "Give the route `response_model=`: FastAPI before 0.89, which the project is held to, reads no annotation."


@rule("ARC201", severity=ERROR, options=ResponseModels)
def check(project: Project, module: Module, options: ResponseModels) -> Iterator[Finding]:
    reported = set()
    for route in routes_in(project, module):
        if route.handler is None or not route.is_documented or route.place in reported:
            continue
        contract = response_contract(project, route)
        if not _may_lack(contract, options.hidden_routes):
            continue
        if _lacks(project, route, contract, options.accept_return_annotation):
            reported.add(route.place)
            name = route.handler.name
            lack = "turns its response model off" if contract.stated == "off" else "has no response model"
            yield found(
                module, route.place, f"`{name}` ({route.title}) {lack}", symbol=name,
                help=OLD_HELP if contract.annotated == "unread" else HELP,
            )  # fmt: skip


def _may_lack(contract: Contract, hidden_routes: bool) -> bool:
    """Whether a route lacks a model if it returns data and no annotation is one."""
    if contract.stated == "given" or not contract.is_json or not contract.has_body:
        return False
    return contract.annotated not in ("response", "mixed") and (contract.in_schema or hidden_routes)


def _lacks(project: Project, route: Route, contract: Contract, annotations: bool) -> bool:
    """Whether a route lacks a model; ``annotations`` tells whether a return annotation may be one."""
    is_model = contract.annotated == "model" and annotations
    if is_model and contract.stated != "off":
        return False
    if is_model or contract.annotated == "nothing":
        return returns_data(project, route)
    return not returns_responses(project, route)
