"""Every pair of layers, strong and weak words, and what a finding says."""

import itertools

import pytest

from archlint.config import Settings
from archlint.core import Finding, Related, Span
from archlint.project.layers.assignment import layer
from archlint.project.layers.order import order
from archlint.testing import findings_in, project_of

ROUTES = "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('/x')\ndef read() -> str: ...\n"
MAPPED = "from sqlmodel import SQLModel\n\n\nclass Row(SQLModel, table=True):\n    id: int\n"
APP = "from fastapi import FastAPI\n\nfrom shop.routers.home import router\n\napp = FastAPI()\napp.include_router(router)\n"
HOME = {"shop/routers/home.py": ROUTES}
STRONG = {
    "app": ("shop/web/{}.py", APP),
    "router": ("shop/web/{}.py", ROUTES),
    "dependency": ("shop/deps/{}.py", "from fastapi import Depends\n\n\ndef needs(x=Depends(print)): ...\n"),
    "service": ("shop/services/{}.py", "def work() -> None: ...\n"),
    "repository": ("shop/repositories/{}.py", "def work() -> None: ...\n"),
    "model": ("shop/rows/{}.py", MAPPED),
    "schema": ("shop/schemas/{}.py", "Name = str\n"),
    "domain": ("shop/domain/{}.py", "def work() -> None: ...\n"),
    "core": ("shop/basis/{}.py", "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings): ...\n"),
}
WEAK = {"service": "shop/business/{}.py", "model": "shop/models/{}.py", "core": "shop/utils/{}.py"}


def pair(importer: str, target: str) -> tuple[dict[str, str], str, str]:
    """Two modules of strong layers, the first of which imports the second, and their paths."""
    (path, source), (target_path, target_source) = STRONG[importer], STRONG[target]
    path, target_path = path.format("one"), target_path.format("two")
    name = target_path.removesuffix(".py").replace("/", ".")
    return {**HOME, path: f"{source}\n\nimport {name}\n", target_path: target_source}, path, target_path


@pytest.mark.parametrize(("importer", "target"), list(itertools.product(STRONG, STRONG)))
def test_every_pair(importer: str, target: str) -> None:
    files, path, target_path = pair(importer, target)
    project = project_of(files)
    layers = [layer(project, project.by_path[p]) for p in (path, target_path)]
    assert [(each.name, each.outside) for each in layers] == [(importer, False), (target, False)]
    found = [f for f in findings_in(files, ["ARC103"]) if f.path == path]
    rank = order(project).rank
    assert bool(found) == (rank[target] < rank[importer])
    assert all((f.severity, f.preset) == ("error", "recommended") for f in found)


def weak_findings(
    path: str, target_path: str, preset: str = "", settings: Settings | None = None
) -> tuple[Finding, ...]:
    name = target_path.removesuffix(".py").replace("/", ".")
    files = {path: f"import {name}\n", target_path: ""}
    return findings_in(files, ["ARC103"], preset=preset, settings=settings)


@pytest.mark.parametrize(
    ("path", "target_path"),
    [
        (WEAK["core"].format("one"), "shop/services/two.py"),
        (WEAK["model"].format("one"), "shop/repositories/two.py"),
        ("shop/repositories/one.py", WEAK["service"].format("two")),
        ("shop/domain/one.py", WEAK["model"].format("two")),
        (WEAK["core"].format("one"), WEAK["model"].format("two")),
    ],
)
def test_a_weak_word_at_either_end(path: str, target_path: str) -> None:
    assert weak_findings(path, target_path) == ()
    (finding,) = weak_findings(path, target_path, preset="strict")
    assert finding.severity == "warning"
    configured = Settings(preset="strict", severity={"ARC103": "error"})
    assert [f.severity for f in weak_findings(path, target_path, settings=configured)] == ["error"]


def test_one_strong_offender_makes_the_statement_an_error() -> None:
    files = {
        "shop/repositories/one.py": "from shop import business, services\n",
        "shop/business/__init__.py": "",
        "shop/services/__init__.py": "",
        "shop/__init__.py": "",
    }
    (finding,) = findings_in(files, ["ARC103"])
    assert finding.severity == "error"
    assert "`shop.business` (service), `shop.services` (service)" in finding.message


def test_what_a_finding_says() -> None:
    files, path, target_path = pair("repository", "service")
    (finding,) = findings_in(files, ["ARC103"])
    assert (finding.path, finding.symbol) == (path, "shop.services.two")
    assert finding.message == "repository module imports `shop.services.two` (service), of a layer above its own"
    assert finding.help == "Move what both need to a layer below repository, or pass it in from above."
    assert finding.related == (Related(target_path, Span(1, 1, 1, 1), "service: folder services/"),)
