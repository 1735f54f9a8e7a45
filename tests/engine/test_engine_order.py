"""The same project gives the same report, in whatever order its files come in."""

from functools import cache
from pathlib import Path

from engine_rules import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.config import Config, Settings
from archlint.core import Report
from archlint.engine import Request, known_rules
from archlint.engine.load import assemble
from archlint.engine.run import judge

SHOP = Path(__file__).parents[2] / "fixtures" / "shop"
LOOPS = {
    "loop/__init__.py": "from .a import *\nfrom .b import *\n",
    "loop/a.py": "from .b import *\nfrom . import b\n\n\nclass A(B): ...\n\n\nclass C: ...\n",
    "loop/b.py": "from .a import *\nfrom loop import C\n\n\nclass B(A): ...\n\n\nclass D(C, B): ...\n",
    "loop/services/x.py": (
        "from loop import A, B, C, D, HTTPException\n\n\ndef f():\n    raise D()\n    raise HTTPException(400)\n"
    ),
    "loop/c.py": "from fastapi import HTTPException\nfrom loop.d import *\n\n\nclass A(HTTPException): ...\n",
    "loop/d.py": "from loop.c import *\nfrom loop.a import A as Other\n\n\nclass B(A): ...\n",
    "loop/services/y.py": "from loop.d import A, B\n\n\ndef f():\n    raise B(400)\n    raise A(400)\n",
}


@cache
def project() -> dict[str, bytes]:
    """A project with findings of many rules, and modules that import each other in loops."""
    files = {path.relative_to(SHOP).as_posix(): path.read_bytes() for path in sorted(SHOP.rglob("*.py"))}
    return files | {path: text.encode() for path, text in LOOPS.items()}


def report(order: list[str]) -> Report:
    config = Config(settings=Settings(preset="strict"), root=Path(ROOT))
    data = {path: project()[path] for path in order}
    loaded = assemble(config, ROOT, data, sorted(data), known_rules())
    return judge(loaded, Request(cwd=ROOT))


@cache
def expected() -> Report:
    return report(sorted(project()))


def test_the_project_has_something_to_find() -> None:
    assert len({finding.code for finding in expected().findings}) >= 3
    assert "loop/services/y.py" in {finding.path for finding in expected().findings}


@settings(max_examples=25, deadline=None)
@given(st.permutations(sorted(project())))
def test_any_order_of_files(order: list[str]) -> None:
    assert report(order) == expected()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(sorted(project())), min_size=1, unique=True))
def test_what_is_reported_of_a_file_does_not_depend_on_what_else_is_asked_for(wanted: list[str]) -> None:
    config = Config(settings=Settings(preset="strict"), root=Path(ROOT))
    loaded = assemble(config, ROOT, project(), wanted, known_rules())
    found = judge(loaded, Request(cwd=ROOT)).findings
    assert found == tuple(finding for finding in expected().findings if finding.path in wanted)
