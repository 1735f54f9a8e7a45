"""Names may be handed on through more modules than Python's own limit has frames."""

import sys
from pathlib import Path

import pytest

from archlint import engine
from archlint.engine import Request, depth

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


def test_too_long_a_chain_is_a_notice_and_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "RECURSION_LIMIT", 0)
    folder = tmp_path / "services"
    folder.mkdir()
    lines = [
        "from fastapi import HTTPException as A0",
        *(f"A{i + 1} = A{i}" for i in range(2_000)),
        "def f(): raise A2000(4)",
    ]
    (folder / "deep.py").write_text("\n".join(lines))
    (folder / "good.py").write_text("from fastapi import HTTPException\ndef f(): raise HTTPException(4)\n")
    report = engine.check(Request(cwd=str(tmp_path), select=("ARC101", "ARC102")))
    assert [(f.path, f.code) for f in report.findings] == [
        ("services/deep.py", "ARC101"),
        ("services/good.py", "ARC101"),
        ("services/good.py", "ARC102"),
    ]
    assert report.notices == ("services/deep.py: ARC102 skipped: too many names lead to one another",)
