"""What functions wait for: whose session it is, under which conditions, and which names lead there."""

import pytest

from archlint.project.calls.candidates import WAITS
from archlint.project.calls.forms import base_of
from archlint.project.calls.origin import OUTER, OWN, origin
from archlint.project.calls.own_effects import own_effects
from archlint.project.calls.startup import is_serving, is_startup
from archlint.project.definitions import Function, all_functions
from archlint.project.flow.conditions import holding
from archlint.project.flow.sites import call_sites
from archlint.project.model import Project
from archlint.project.spelling import spelled
from archlint.project.waiting.async_waits import blocking_reached
from archlint.project.waiting.chains import reaches
from archlint.project.waiting.loop_names import async_suspects, leading, on_loop
from archlint.testing import project_of

SESSIONS = """
from contextlib import contextmanager
from fastapi import Depends
from sqlalchemy import create_engine, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, sessionmaker, scoped_session

engine = create_engine("sqlite://")
factory = sessionmaker(engine)
registry = scoped_session(factory)

class Repo:
    def __init__(self, session: Session):
        self.session = session
    def load(self): return self.session.execute(text("")).all()
    def renewed(self):
        session = factory()
        return session.scalar(text(""))
    def made(self, other: Session): return Repo(other).load()
    def _held(self) -> Session: return self.session
    def through_method(self): return self._held().commit()

def given(session: Session): session.commit()
def either(session: Session | None = None):
    db = session or factory()
    db.commit()
def narrowed(session: Session | AsyncSession):
    if isinstance(session, Session):
        session.commit()
def own():
    with factory() as session: session.flush()
def begun():
    with factory.begin() as session: session.add(1)
def connected():
    with engine.connect() as connection: connection.execute(text(""))
def of_process(): registry.commit()
def query(session: Session):
    found = session.query(Repo).filter(1 == 1)
    return found.order_by(1).first()
def drawn(session: Session):
    for found in session.query(Repo): print(found)
def made_a_list(session: Session): return list(session.query(Repo))
def built(session: Session): return session.query(Repo).filter(1 == 1)
def added(session: Session): session.add(1); session.close()
def outer(session: Session):
    def inner(): session.commit()
    inner()
async def awaited(session: AsyncSession): await session.commit()
def through_repo(session: Session): Repo(session).load()
def through_two(session: Session): through_repo(session)
async def main(repo: Repo): through_two(1); outer(1); repo.made(2)
"""


@pytest.fixture(scope="module")
def sessions() -> Project:
    return project_of({"src/app.py": SESSIONS})


def function(project: Project, name: str) -> Function:
    return next(f for f in all_functions(project, project.modules[0]) if f.name == name)


@pytest.mark.parametrize(
    ("name", "method", "holder"),
    [
        ("Repo.load", "Session.execute", "self"),
        ("Repo.renewed", "Session.scalar", OWN),
        ("Repo.through_method", "Session.commit", "self"),
        ("given", "Session.commit", "session"),
        ("either", "Session.commit", "session"),
        ("narrowed", "Session.commit", "session"),
        ("own", "Session.flush", OWN),
        ("begun", "sessionmaker.begin", OWN),
        ("connected", "Connection.execute", OWN),
        ("of_process", "scoped_session.commit", OWN),
        ("query", "Query.first", "session"),
        ("drawn", "Query.__iter__", "session"),
        ("made_a_list", "Query.__iter__", "session"),
        ("outer.<locals>.inner", "Session.commit", OUTER),
    ],
)
def test_whose_session_it_is(sessions: Project, name: str, method: str, holder: str) -> None:
    it = function(sessions, name)
    (effect,) = own_effects(sessions, it, WAITS)
    site = call_sites(sessions, it)[effect.number]
    assert effect.what.name.endswith(method)
    assert origin(sessions, it, base_of(site.call) or site.call, site.env) == holder


@pytest.mark.parametrize("name", ["built", "added", "awaited"])
def test_what_waits_for_nothing(sessions: Project, name: str) -> None:
    assert own_effects(sessions, function(sessions, name), WAITS) == ()


@pytest.mark.parametrize(
    ("name", "depth", "expected"),
    [
        ("through_repo", 0, []),
        ("through_repo", 1, [("session", 2)]),
        ("through_two", 1, []),
        ("through_two", 2, [("session", 3)]),
        ("Repo.made", 1, [("other", 2)]),
        ("outer", 1, [(OUTER, 2)]),
    ],
)
def test_reaches(sessions: Project, name: str, depth: int, expected: list[tuple[str, int]]) -> None:
    found = reaches(sessions, function(sessions, name), depth)
    assert [(reach.holder, len(reach.chain)) for reach in found] == expected


CONDITIONS = """
def plain(a): mark()
def under(a):
    if a: mark()
def behind(a):
    if a: return
    mark()
def both(a, b):
    if a and not b: mark()
def one_of(a, b):
    if a: print()
    else: return
    if b: print()
    mark()
def inside(a, b): return a or mark() if b else None
def comprehended(a): return [mark() for each in a if each]
def caught(a):
    try: print()
    except KeyError: mark()
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", []),
        ("under", ["a"]),
        ("behind", ["not a"]),
        ("both", ["a", "not b"]),
        ("one_of", ["a"]),
        ("inside", ["b", "not a"]),
        ("comprehended", ["each"]),
        ("caught", ["…"]),
    ],
)
def test_what_has_been_tested_before_a_call(name: str, expected: list[str]) -> None:
    project = project_of({"src/app.py": CONDITIONS})
    it = function(project, name)
    site = next(site for site in call_sites(project, it) if site.call.func == "mark")
    tests = holding(project, it, site)
    assert tests is not None
    assert sorted(("" if outcome else "not ") + spelled(test) for test, outcome in tests) == expected


FLAGS = """
import time
def wait(now=False, kind="long", *, times=None):
    if now: return
    if kind == "long" or kind in ("longer", "longest"): time.sleep(1)
def on(name, first=False):
    if first: name = "x"
    if name.startswith("a"): time.sleep(1)
def often(times=None):
    if times is not None: time.sleep(times)
def plainly(): wait()
def hurried(): wait(True)
def briefly(): wait(kind="short")
def at_length(): wait(kind="longest")
def somehow(kind): wait(kind=kind)
def anyhow(**kwargs): wait(**kwargs)
def on_a(): on("ab")
def on_b(): on("b")
def on_x(): on("a", first=True)
def never(): often()
def seldom(): often(times=3)
def deep(): passes("b")
def passes(name): on(name)
def changed(name="b"):
    name = name + "a"
    on(name)
"""


@pytest.mark.parametrize(
    ("name", "waits"),
    [
        ("plainly", True), ("hurried", False), ("briefly", False), ("at_length", True), ("somehow", True), ("anyhow", True),
        ("on_a", True), ("on_b", False), ("on_x", False), ("never", False), ("seldom", True), ("deep", False),
        ("changed", True),
    ],
)  # fmt: skip
def test_what_the_arguments_of_a_call_rule_out(name: str, waits: bool) -> None:
    calls = "async def main():\n" + "".join(
        f"    {word}()\n" for word in ("plainly", "hurried", "briefly", "at_length", "anyhow", "deep", "changed")
    )
    rest = "    somehow(1); on_a(); on_b(); on_x(); never(); seldom()\n"
    project = project_of({"src/app.py": FLAGS + calls + rest})
    assert bool(reaches(project, function(project, name), 2)) is waits


STARTUP = """
from contextlib import asynccontextmanager
import asyncio
from fastapi import FastAPI

@asynccontextmanager
async def lifespan(app: FastAPI):
    before()
    await prepare()
    asyncio.create_task(serve())
    yield
    after()

app = FastAPI(lifespan=lifespan)

@app.on_event("startup")
async def started(): in_event()

async def prepare(): deeper()
def deeper(): deepest()
async def serve(): in_task()
@app.get("/")
async def handler(): in_handler()
"""


@pytest.mark.parametrize(
    ("call", "starting", "serving"),
    [
        ("before", True, False), ("after", False, False), ("in_event", True, False), ("deepest", True, False),
        ("in_task", False, True), ("in_handler", False, True),
    ],
)  # fmt: skip
def test_startup(call: str, starting: bool, serving: bool) -> None:
    project = project_of({"src/app.py": STARTUP})
    it, site = next(
        (it, site)
        for it in all_functions(project, project.modules[0])
        for site in call_sites(project, it)
        if site.call.func == call
    )
    assert is_startup(project, it, site) is starting
    assert is_serving(project, it, site) is serving


def test_only_functions_that_may_wait_are_looked_into() -> None:
    files = {
        "src/app.py": """
from shop import work as do, idle
async def busy(): do()
async def lazy(): idle()
async def other(client): await client.work()
""",
        "src/shop.py": """
import time
def work(): pause()
def pause(): time.sleep(1)
def idle(): print()
def unused(): time.sleep(1)
""",
    }
    project = project_of(files)
    app = project.by_path["src/app.py"]
    assert on_loop(project) == {"work", "pause", "idle"}
    assert leading(project, app, 3) == {"do", "work"}
    assert leading(project, app, 1) == set()
    assert [function.name for function in async_suspects(project, app)] == ["busy"]


def test_what_is_called_to_construct_is_the_class() -> None:
    source = """
import requests

class Client:
    def __init__(self):
        self.token = requests.get("https://login.example").text

async def fetch():
    return Client().token
"""
    project = project_of({"src/client.py": source})
    (blocked,) = blocking_reached(project, project.by_path["src/client.py"])
    assert blocked.callee == "Client"
    assert blocked.chain == ("Client.__init__", "requests.get")
