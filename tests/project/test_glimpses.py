"""What the calls of a function may run, whatever its locals are, holds all that following the locals finds."""

import pytest

from archlint.facts.expressions import indexed_name
from archlint.project.calls.glimpses import glimpses_of
from archlint.project.calls.graph import callee
from archlint.project.definitions import all_functions
from archlint.project.flow.sites import call_sites
from archlint.testing import project_of

HEAD = """
import requests
from sqlalchemy.orm import Session

class Base:
    def send(self): ...

class Client(Base):
    def __init__(self, session: Session): self.session = session
    def __enter__(self) -> "Client": ...
    def next(self) -> "Other": ...
    def all(self) -> "list[Other]": ...
    def send(self): super().send()

class Other:
    def send(self): ...
    def back(self) -> Client: ...

shared = Client(None)
def make() -> Client: ...
"""
BODIES = {
    "parameter": "def f(c: Client): c.send()",
    "global": "def f(): shared.send(); requests.get('/')",
    "attribute": "def f(c: Client): c.session.commit()",
    "chain": "def f(): make().next().send()",
    "assigned": "def f():\n    c = make()\n    o = c.next()\n    o.send()",
    "assigned again": "def f(c: Client):\n    c = c.next()\n    c.send()",
    "one of two": "def f(x):\n    if x: c = make()\n    else: c = Other()\n    c.send()",
    "loop": "def f():\n    for c in make().all(): c.send()",
    "comprehension": "def f(): return [c.send() for c in make().all()]",
    "nested comprehension": "def f(): return [o.back().send() for c in [make()] for o in c.all() if o]",
    "comprehension of a local": "def f():\n    m = make().all()\n    return {o.send() for o in m}",
    "walrus": "def f():\n    if (c := make()) and (o := c.next()): o.send()",
    "walrus in a comprehension": "def f(cs: list[Client]): return [o.send() for c in cs if (o := c.next())]",
    "with": "def f():\n    with make() as c: c.send()",
    "unpacked": "def f():\n    a, b = make(), Other()\n    b.send()",
    "added": "def f():\n    found = []\n    found.append(make())\n    found[0].send()",
    "isinstance": "def f(x):\n    if isinstance(x, Client): x.send()",
    "isinstance and handed on": "def f(x):\n    if isinstance(x, Client):\n        y = x.next()\n        y.send()",
    "match": "def f(x):\n    y = x\n    match y:\n        case Client(): y.send()\n        case Other() as o: o.send()",
    "annotated": "def f(x):\n    c: Client = x\n    c.send()",
    "inner function": "def f():\n    c = make()\n    def g():\n        c.send()\n    g()",
    "imported inside": "def f():\n    from httpx import get\n    get('/')",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_glimpses_hold_what_calls_run(body: str) -> None:
    project = project_of({"pyproject.toml": "", "app/main.py": HEAD + body})
    module = project.by_path["app/main.py"]
    found = 0
    for function in all_functions(project, module):
        for site in call_sites(project, function):
            run = callee(project, function, site)
            seen = [
                run
                for each in glimpses_of(project, function, (indexed_name(site.call.func) or "",))
                for run in each.runs
            ]
            assert set(run.functions) <= {each for other in seen for each in other.functions}
            assert not run.name or run.name in {other.name for other in seen}
            found += bool(run.functions or run.name) and function.node.name == "f"
    assert found
