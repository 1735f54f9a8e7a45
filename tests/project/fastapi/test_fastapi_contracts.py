"""What routes promise to answer."""

import textwrap

import pytest

from archlint.project.fastapi import Contract, Route, response_contract, returns_responses, routes
from archlint.project.fastapi.answers import answers
from archlint.project.model import Project
from archlint.testing import project_of

HEAD = """
from __future__ import annotations
from http import HTTPStatus
from typing import Annotated, Any, List, Optional, Union
import fastapi
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, Depends, FastAPI, Response, status
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, ORJSONResponse, PlainTextResponse
from fastapi.responses import RedirectResponse, StreamingResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel
from shop.web import *
app = FastAPI()
oauth = OAuth()
templates = Jinja2Templates("templates")
class Out(BaseModel): ...
"""
WEB = """
from typing import Annotated, Union
from fastapi import Response
from fastapi.responses import JSONResponse, StreamingResponse
CREATED = 201
class Page(Response):
    media_type = "text/html"
class Fast(Response):
    media_type = "application/json"
class Csv(StreamingResponse): ...
class Envelope(JSONResponse): ...
Either = Union[int, Csv]
Only = Annotated[Csv, "a stream"]
class Service:
    def page(self) -> Page: ...
    def data(self): return {"a": 1}
    def gone(self) -> None: ...
def get_service() -> Service: ...
def redirected(): return Csv()
def nothing(): print()
"""


def contract(source: str) -> Contract:
    return response_contract(*route_of(source))


def route_of(source: str) -> tuple[Project, Route]:
    project = project_of({"shop/web.py": WEB, "shop/main.py": HEAD + textwrap.dedent(source)})
    return project, next(route for route in routes(project) if route.handler and route.handler.name == "f")


@pytest.mark.parametrize(
    ("registration", "signature", "stated", "annotated", "has_model"),
    [
        ("", "", "", "", False),
        ("", " -> Out", "", "model", True),
        ("", " -> 'Out'", "", "model", True),
        ("", " -> dict", "", "model", True),
        ("", " -> Out | None", "", "model", True),
        ("", " -> None", "", "nothing", False),
        ("", " -> Response", "", "response", False),
        ("", " -> Csv", "", "response", False),
        ("", " -> Only", "", "response", False),
        ("", " -> Annotated[Csv, 1]", "", "response", False),
        ("", " -> Optional[Csv]", "", "mixed", True),
        ("", " -> Either", "", "mixed", True),
        ("", " -> Out | RedirectResponse", "", "mixed", True),
        (", response_model=Out", "", "given", "", True),
        (", response_model=Out", " -> Response", "given", "response", True),
        (", response_model=None", "", "off", "", False),
        (", response_model=None", " -> Out", "off", "model", False),
        (", response_model=None", " -> Either", "off", "mixed", False),
    ],
)
def test_models(registration: str, signature: str, stated: str, annotated: str, has_model: bool) -> None:
    found = contract(f'@app.get("/x"{registration})\ndef f(){signature}: ...')
    assert (found.stated, found.annotated, found.effective is not None) == (stated, annotated, has_model)


def test_the_model_given_wins() -> None:
    found = contract('@app.get("/x", response_model=Out)\ndef f() -> dict: ...')
    assert found.effective is found.model
    assert found.model is not None
    assert found.model.value == "Out"


@pytest.mark.parametrize(
    ("value", "status", "has_body"),
    [
        ("None", 200, True),
        ("201", 201, True),
        ("204", 204, False),
        ("status.HTTP_204_NO_CONTENT", 204, False),
        ("fastapi.status.HTTP_304_NOT_MODIFIED", 304, False),
        ("HTTPStatus.NO_CONTENT", 204, False),
        ("HTTPStatus.RESET_CONTENT.value", 205, False),
        ("CREATED", 201, True),
        ("unknown()", None, None),
    ],
)
def test_status(value: str, status: int | None, has_body: bool | None) -> None:
    found = contract(f'@app.get("/x", status_code={value})\ndef f(): ...')
    assert (found.status, found.has_body) == (status, has_body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("raise NotImplementedError", set()),
        ("...", set()),
        ("return", {"nothing"}),
        ("return None", {"nothing"}),
        ("return {'a': 1}", {"data"}),
        ("return [Out()]", {"data"}),
        ("return Out()", {"data"}),
        ("return unknown()", {"unknown"}),
        ("return unknown.attribute", {"unknown"}),
        ("return RedirectResponse('/')", {"response"}),
        ("return fastapi.responses.FileResponse('x')", {"response"}),
        ("return Page()", {"response"}),
        ("return Fast()", {"json"}),
        ("return JSONResponse({})", {"json"}),
        ("return Envelope({})", {"json"}),
        ("return Response(status_code=204)", {"response"}),
        ("return Response('{}', media_type='application/json')", {"json"}),
        ("return Response('{}', 200, None, 'application/problem+json')", {"json"}),
        ("return Response('a,b', media_type='text/csv')", {"response"}),
        ("return templates.TemplateResponse('x.html', {})", {"response"}),
        ("return await oauth.google.authorize_redirect(1)", {"response"}),
        ("return await provider.get_login_redirect(state=1)", {"response"}),
        ("return redirected()", {"response"}),
        ("return nothing()", {"nothing"}),
        ("return Service().page()", {"response"}),
        ("return Service().data()", {"data"}),
        ("return Service().gone()", {"nothing"}),
        ("return service.page()", {"response"}),
        ("return injected.page()", {"response"}),
        ("return response", {"response"}),
        ("x = RedirectResponse('/')\n    x.set_cookie('a')\n    return x", {"response"}),
        ("x = None\n    x = JSONResponse({})\n    return x", {"json"}),
        ("x = y = {}\n    return x", {"data"}),
        ("for x in y:\n        return x", {"unknown"}),
        ("return Page() if a else {}", {"response", "data"}),
        ("return Page() or None", {"response", "nothing"}),
        ("if a:\n        return RedirectResponse('/')\n    return FileResponse('x')", {"response"}),
        ("def inner():\n        return 1\n    return Page()", {"response"}),
        ("yield 1", {"response"}),
    ],
)
def test_answers(body: str, expected: set[str]) -> None:
    parameters = "a, response: Response, service: Service, injected=Depends(get_service)"
    project, route = route_of(f'@app.get("/x")\nasync def f({parameters}):\n    {body}')
    assert route.handler is not None
    assert answers(project, route.handler) == expected
    assert returns_responses(project, route) is (expected == {"response"})


def test_a_handler_that_only_raises_answers_with_responses() -> None:
    project, route = route_of('@app.get("/x")\nasync def f():\n    raise ValueError')
    assert returns_responses(project, route)


@pytest.mark.parametrize(
    ("source", "is_json"),
    [
        ("@app.get('/x')\ndef f(): ...", True),
        ("@app.get('/x', response_class=HTMLResponse)\ndef f(): ...", False),
        ("@app.get('/x', response_class=Response)\ndef f(): ...", False),
        ("@app.get('/x', response_class=ORJSONResponse)\ndef f(): ...", True),
        ("@app.get('/x', response_class=Fast)\ndef f(): ...", True),
        ("@app.get('/x', response_class=Page)\ndef f(): ...", False),
        ("r = APIRouter(default_response_class=Page)\n@r.get('/x')\ndef f(): ...\napp.include_router(r)", False),
        (
            (
                "r = APIRouter(default_response_class=Page)\n@r.get('/x', response_class=JSONResponse)\ndef f(): ...\n"
                "app.include_router(r)"
            ),
            True,
        ),
        ("r = APIRouter()\n@r.get('/x')\ndef f(): ...\napp.include_router(r, default_response_class=Page)", False),
        ("a = FastAPI(default_response_class=Page)\n@a.get('/x')\ndef f(): ...", False),
    ],
)
def test_response_class(source: str, is_json: bool) -> None:
    assert contract(source).is_json is is_json


@pytest.mark.parametrize(
    ("source", "in_schema"),
    [
        ("@app.get('/x')\ndef f(): ...", True),
        ("@app.get('/x', include_in_schema=False)\ndef f(): ...", False),
        ("@app.get('/x', include_in_schema=unknown)\ndef f(): ...", True),
        ("r = APIRouter(include_in_schema=False)\n@r.get('/x')\ndef f(): ...\napp.include_router(r)", False),
        ("r = APIRouter()\n@r.get('/x')\ndef f(): ...\napp.include_router(r, include_in_schema=False)", False),
        (
            (
                "r = APIRouter()\n@r.get('/x')\ndef f(): ...\n"
                "app.include_router(r, include_in_schema=False)\napp.include_router(r, prefix='/y')"
            ),
            True,
        ),
        ("a = FastAPI(include_in_schema=False)\n@a.get('/x')\ndef f(): ...", False),
    ],
)
def test_schema(source: str, in_schema: bool) -> None:
    assert contract(source).in_schema is in_schema
