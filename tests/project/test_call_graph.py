"""What a call runs: each line of a program says in a comment which functions of the project, or whose else."""

import pytest

from archlint.project.calls.callers import callers
from archlint.project.calls.graph import callee
from archlint.project.definitions import Function, all_functions
from archlint.project.flow.sites import call_sites
from archlint.project.model import Project
from archlint.testing import project_of


def functions_of(project: Project) -> dict[str, Function]:
    return {f.name: f for module in project.modules for f in all_functions(project, module)}


def told(project: Project, function: Function) -> dict[int, list[str]]:
    """By line, what its calls run."""
    found: dict[int, list[str]] = {}
    for site in call_sites(project, function):
        run = callee(project, function, site)
        names = [f.name for f in run.functions] or [run.name or "?"]
        when = "" if run.when == "now" else f"{run.when} "
        found.setdefault(site.call.line, []).append(when + "|".join(names))
    return found


HEAD = """
import asyncio
import functools
import requests
from abc import ABC, abstractmethod
from pathlib import Path
from fastapi import BackgroundTasks, Depends
from fastapi.concurrency import run_in_threadpool
from lib import helper, Base, Service, make, Tool as T

def local(x): ...
def get_service() -> Service: ...

class Port(ABC):
    @abstractmethod
    def send(self): ...
class Mail(Port):
    def send(self): return 1
class Letter(Port):
    def send(self): return 2

class Handler(Base):
    name = "x"
    def __init__(self, service: Service):
        self.service = service
        self.http = requests.Session()
    def own(self): ...
    def inherited(self): ...
    @classmethod
    def build(cls): ...
    @staticmethod
    def plain(): ...
"""
LIBRARY = """
class Service:
    def __init__(self, size=1): ...
    def save(self): ...
    async def load(self): ...
    @property
    def other(self) -> "Service": ...
class Base:
    def inherited(self): ...
    def base_only(self): ...
class Tool:
    def __call__(self): ...
    def use(self): ...
def helper(): ...
def make() -> Tool: ...
"""


@pytest.mark.parametrize(
    "program",
    [
        """
def f(x, s: Service, d=Depends(get_service)):
    local(x)                # local
    helper()                # helper
    Service()               # Service.__init__
    T().use()               # ?, Tool.use
    s.save()                # Service.save
    d.save()                # Service.save
    s.other.save()          # Service.save
    make().use()            # make, Tool.use
    make()()                # make, ?
    t = T()                 # ?
    t()                     # Tool.__call__
    x.save()                # ?
    Path(x).read_text()     # pathlib.Path, pathlib.Path.read_text
    open(x)                 # builtins.open
    requests.get(x)         # requests.get
    Handler.build()         # Handler.build
    Handler.plain()         # Handler.plain
    (lambda: local(1))()    # local, ?
""",
        """
class More(Handler):
    def f(self):
        self.own()              # Handler.own
        super().inherited()     # builtins.super, Handler.inherited
        self.base_only()        # Base.base_only
        self.service.save()     # Service.save
        self.http.get("/")      # requests.Session.get
        self.build()            # Handler.build
        self.missing()          # ?
""",
        """
async def f(tasks: BackgroundTasks, s: Service, loop, pool, port: Port):
    await asyncio.to_thread(local, 1)               # thread local
    await run_in_threadpool(s.save)                 # thread Service.save
    await run_in_threadpool(func=helper)            # thread helper
    await loop.run_in_executor(None, helper)        # thread helper
    await asyncio.to_thread(requests.get, "/")      # thread requests.get
    tasks.add_task(local, 1)                        # later local
    functools.partial(local, 1)                     # later local
    await s.load()                                  # Service.load
    port.send()                                     # Mail.send|Letter.send
""",
    ],
)
def test_what_a_call_runs(program: str) -> None:
    files = {"src/app.py": HEAD + program, "src/lib.py": LIBRARY}
    project = project_of(files)
    function = next(f for f in functions_of(project).values() if f.node.name == "f")
    first = HEAD.count("\n")
    expected = {
        first + number: comment.strip().split(", ")
        for number, text in enumerate(program.splitlines(), 1)
        for _, mark, comment in [text.partition("# ")]
        if mark
    }
    assert told(project, function) == expected


def test_who_calls_a_function() -> None:
    files = {
        "src/lib.py": LIBRARY,
        "src/one.py": "from lib import helper as h\ndef a():\n    h()\ndef b():\n    helper()\n",
        "src/two.py": "import lib\nclass C:\n    def c(self, s: lib.Service):\n        lib.helper()\n        s.save()\n",
        "src/three.py": "from lib import Service\ndef d():\n    return Service(2)\n",
    }
    project = project_of(files)
    functions = functions_of(project)

    def of(name: str) -> list[str]:
        return [f"{caller.function.name}:{caller.site.call.line}" for caller in callers(project, functions[name])]

    assert of("helper") == ["a:3", "C.c:4"]
    assert of("Service.save") == ["C.c:5"]
    assert of("Service.__init__") == ["d:3"]
    assert of("Base.inherited") == []
