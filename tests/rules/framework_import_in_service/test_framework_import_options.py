"""The option ``allow``: what services may import all the same."""

import pytest

from archlint.config import Settings
from archlint.core import ConfigError
from archlint.testing import findings_in

SERVICE = """\
import fastapi.encoders
from fastapi import status
from fastapi.concurrency import run_in_threadpool
from fastapi.encoders import jsonable_encoder
from fastapi import encoders
from starlette.concurrency import run_in_threadpool as pool
from shop.web import encode, HTTPException
from starlette import status as codes
"""
WEB = "from fastapi import HTTPException\nfrom fastapi.encoders import jsonable_encoder as encode\n"


def lines(*allow: str) -> list[int]:
    settings = Settings(rules={"framework-import-in-service": {"allow": list(allow)}})
    files = {"shop/services/orders.py": SERVICE, "shop/web.py": WEB}
    return [finding.span.line for finding in findings_in(files, ["ARC101"], settings=settings)]


@pytest.mark.parametrize(
    ("allow", "left"),
    [
        ((), [1, 2, 3, 4, 5, 6, 7, 8]),
        (("fastapi.encoders",), [2, 3, 6, 7, 8]),
        (("fastapi.encoders.jsonable_encoder",), [1, 2, 3, 5, 6, 7, 8]),
        (("fastapi.encoders", "shop.web.HTTPException"), [2, 3, 6, 8]),
        (("starlette.concurrency",), [1, 2, 3, 4, 5, 7, 8]),
        (("fastapi.concurrency",), [1, 2, 4, 5, 6, 7, 8]),
        (("starlette.status",), [1, 3, 4, 5, 6, 7]),
        (("fastapi", "starlette"), []),
        (("fast", "fastapi.enc", "status"), [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_allowed_names(allow: tuple[str, ...], left: list[int]) -> None:
    assert lines(*allow) == left


def test_only_what_is_not_allowed_is_named() -> None:
    settings = Settings(rules={"ARC101": {"allow": ["fastapi.UploadFile"]}})
    files = {"shop/services/orders.py": "from fastapi import Request, UploadFile\n"}
    (finding,) = findings_in(files, ["ARC101"], settings=settings)
    assert finding.message == "service module imports `fastapi.Request`"
    assert finding.symbol == "fastapi.Request"


@pytest.mark.parametrize("table", [{"allowed": []}, {"allow": "fastapi"}, {"allow": [1]}])
def test_mistakes_in_the_options(table: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="allow"):
        findings_in({"shop/services/x.py": ""}, ["ARC101"], settings=Settings(rules={"ARC101": table}))
