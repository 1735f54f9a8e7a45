"""The fixture application: what runs where, and what archlint finds in it."""

import asyncio
import re
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from bakery_code import FOLDER, bakery

from archlint.engine import Request, check

MARK = re.compile(r"# (ARC\d+)$")


def test_findings() -> None:
    expected = {
        (file.relative_to(FOLDER).as_posix(), number, match[1])
        for file in FOLDER.rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (match := MARK.search(line))
    }
    report = check(Request(paths=(".",), cwd=str(FOLDER), cache=False))
    assert {(f.path, f.span.line, f.code) for f in report.findings} == expected


@pytest.mark.parametrize(("path", "is_on_loop"), [("/shelf", True), ("/cellar", False), ("/attic", True)])
def test_where_a_handler_runs_and_that_its_session_is_closed(tmp_path: Path, path: str, is_on_loop: bool) -> None:
    async def run(app: Any, databases: Any) -> tuple[int, int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://bakery.test") as client:
            answer = await client.get(path)
        assert databases.engine.pool.checkedout() == 0
        assert databases.async_engine.pool.checkedout() == 0
        await databases.async_engine.dispose()
        return answer.json()["thread"], threading.get_ident()

    with bakery() as package:
        app = package.main.build(tmp_path / "bakery.db")
        databases = app.state.databases
        package.models.Base.metadata.create_all(databases.engine)
        thread, loop = asyncio.run(run(app, databases))
        assert (thread == loop) is is_on_loop
        databases.engine.dispose()
