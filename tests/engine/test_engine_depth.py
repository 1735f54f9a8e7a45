"""Names may be handed on through more modules than Python's own limit has frames."""

import sys
from pathlib import Path

import pytest

from archlint import engine
from archlint.engine import Request

LENGTH = 500


@pytest.fixture
def request_of_a_long_chain(tmp_path: Path) -> Request:
    folder = tmp_path / "shop" / "services"
    folder.mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    for i in range(LENGTH):
        handed_on = f"from shop.services.m{i + 1} import Base as Above, router\nclass Base(Above): ...\n"
        (folder / f"m{i}.py").write_text(handed_on)
    end = "from fastapi import APIRouter\nclass Base: ...\nrouter = APIRouter()\n@router.get('/x')\ndef read(): return 1\n"
    (folder / f"m{LENGTH}.py").write_text(end)
    main = "from fastapi import FastAPI\nfrom shop.services.m0 import router\napp = FastAPI()\napp.include_router(router)\n"
    (tmp_path / "shop" / "main.py").write_text(main)
    return Request(cwd=str(tmp_path), paths=(str(tmp_path),))


def test_a_long_chain_of_imports(request_of_a_long_chain: Request) -> None:
    limit = sys.getrecursionlimit()
    assert {f.code for f in engine.check(request_of_a_long_chain).findings} >= {"ARC201"}
    assert [route.full_path for route in engine.routes(request_of_a_long_chain)] == ["/x"]
    assert len(engine.layers(request_of_a_long_chain)) == LENGTH + 2
    assert sys.getrecursionlimit() == limit
