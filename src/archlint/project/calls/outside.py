"""What reaches outside the process when it is called: connections, queries, the network. Not files, nor what only builds a
client that connects on first use."""

import functools
import re

from archlint.facts.expressions import Call, Const, Expr, Text
from archlint.project.calls.blocking import Typing, blocks, counterpart
from archlint.project.calls.forms import argument, last_name
from archlint.project.calls.graph import Callee
from archlint.project.definitions import Function
from archlint.project.flow.sites import ITERATED, CallSite, frame_of
from archlint.project.knowledge import names_in, table
from archlint.project.model import Project
from archlint.project.types.annotations import Type, arms
from archlint.project.types.databases import CONNECTION, ENGINE, QUERY, SCOPED, SESSION, database_of
from archlint.project.types.expressions import type_of

KINDS = {ENGINE: "engine", CONNECTION: "connection", SESSION: "session", SCOPED: "session"}

CONNECTS = "opens a connection"
QUERIES = "queries the database"
SENDS = "calls the network"
HUB_NAME = r"\w[\w.-]*(/\w[\w.-]*)?"
SQLITE = "sqlite3.connect"
ITERATED_QUERY = "query"
OPENERS = ("begin", "raw_connection", "connection")
PHRASES = {
    "connects": CONNECTS,
    "migrates": "migrates the database",
    "creates": "creates tables",
    "queries": QUERIES,
    "sends": SENDS,
    "reads": SENDS,
}


def reaches_outside(project: Project, function: Function, site: CallSite, run: Callee) -> str:
    """What a call reaches outside by: the dotted name of what is called, or how it is written; empty where it reaches
    nothing outside."""
    method = last_name(site.call)
    if run.receiver.name == QUERY:
        return run.name or method if method in names_in("reaching", "databases", "query") else ""

    def typed(expr: Expr) -> Type:
        return type_of(project, expr, frame_of(function, site))

    database = database_of(project, run.receiver)
    if database is not None:
        known = method in names_in("reaching", "databases", KINDS.get(database.kind, "session"))
        is_iterated = method == ITERATED_QUERY and site.use == ITERATED
        return run.name or method if (known or is_iterated) and database.kind in KINDS else ""
    return run.name if run.name and _reaches(project, run.name, site.call, typed) else ""


def _reaches(project: Project, name: str, call: Call, typed: Typing) -> bool:
    if name in _reads():
        return any(_is_address(value) for value in call.args[:1])
    if name in _calls():
        return True
    if name in _given():
        where = argument(call, _given()[name])
        return where is not None and database_of(project, typed(where)) is not None
    if _is_hub(name):
        return _names_model(call)
    if name.partition(".")[0] in names_in("reaching", "local") or name in names_in("reaching", "free"):
        return False
    if name == SQLITE:
        return not (call.args and isinstance(call.args[0], Const) and call.args[0].value == ":memory:")
    return blocks(project, name, call, typed) is not None


def may_reach_outside(project: Project, name: str) -> bool:
    """Whether something third-party reaches outside, whatever it is given."""
    if name in _calls() or name in _given() or _is_hub(name):
        return True
    return name.partition(".")[0] not in names_in("reaching", "local") and counterpart(project, name) is not None


def may_be_outside(project: Project, name: str, run: Callee) -> bool:
    """Whether a call by some name, as written, may reach outside (`reaches_outside`) if it runs what it seems to."""
    if run.name and (run.name == SQLITE or may_reach_outside(project, run.name)):
        return True
    if name.rpartition(".")[2] not in outside_names():
        return False
    return any(arm.name == QUERY or database_of(project, arm) is not None for arm in arms(run.receiver))


@functools.cache
def outside_names() -> frozenset[str]:
    """The names of what is listed as reaching outside, beside what `archlint.project.calls.blocking` lists."""
    hub = table("reaching")["hub"]
    listed = {name.rpartition(".")[2] for name in (*_calls(), *_given(), *hub["calls"], *hub["methods"], SQLITE)}
    return names_of_methods() | listed | {ITERATED_QUERY}


def phrase(name: str) -> str:
    """What reaching outside by something does, in words: ``opens a connection`` …"""
    for kind, names in table("reaching")["calls"].items():
        if name in names:
            return PHRASES[kind]
    last = name.rpartition(".")[2]
    if "onnect" in last or last == "create_pool" or (name.startswith("sqlalchemy.") and last in OPENERS):
        return CONNECTS
    packages = table("effects")["packages"]
    is_database = name.partition(".")[0] in {*packages["database driver"], *packages["ORM"]}
    return QUERIES if is_database or "." not in name else SENDS


@functools.cache
def names_of_methods() -> frozenset[str]:
    """The names of methods that reach outside, of databases and of clients that are listed with theirs."""
    rows = table("reaching")
    listed = {method for methods in rows["methods"].values() for method in methods}
    kinds = ("engine", "connection", "session", "query")
    return frozenset(listed.union(*[names_in("reaching", "databases", kind) for kind in kinds]))


@functools.cache
def reaching_packages() -> frozenset[str]:
    """The top-level packages of what may reach outside, and of the runners of coroutines."""
    rows = table("blocking")["package"]
    named = [name for row in rows for name in ([row["name"]] if isinstance(row["name"], str) else row["name"])]
    hub = table("reaching")["hub"]
    known = {name.partition(".")[0] for name in (*named, *_calls(), *_given(), *hub["calls"], *hub["packages"])}
    return frozenset(known - names_in("reaching", "local") | {"sqlalchemy", "sqlmodel", "asyncio", "anyio", "trio"})


@functools.cache
def _calls() -> frozenset[str]:
    rows = table("reaching")
    listed = {name for names in rows["calls"].values() for name in names}
    return frozenset(
        listed | {f"{class_}.{method}" for class_, methods in rows["methods"].items() for method in methods}
    )


def _reads() -> frozenset[str]:
    return names_in("reaching", "calls", "reads")


def _is_address(value: Expr) -> bool:
    """Whether what a file is read from lies on another machine, as far as a literal says."""
    start = value.parts[0] if isinstance(value, Text) and value.parts else value
    return isinstance(start, Const) and bool(re.match(r"(https?|ftp|s3|gs)://", str(start.value)))


def _given() -> dict[str, str]:
    found: dict[str, str] = table("reaching")["databases"]["given"]
    return found


def _is_hub(name: str) -> bool:
    if name in names_in("reaching", "hub", "calls"):
        return True
    is_class = name.rpartition(".")[2] in names_in("reaching", "hub", "methods")
    return is_class and name.partition(".")[0] in names_in("reaching", "hub", "packages")


def _names_model(call: Call) -> bool:
    """Whether a call names a model of the hub, and no folder."""
    hub = table("reaching")["hub"]
    if any(call.keyword(name) is not None for name in hub["offline"]):
        return False
    named = [value for key, value in call.kwargs if key in hub["names"]] or list(call.args[:1])
    return any(isinstance(v, Const) and v.kind == "str" and re.fullmatch(HUB_NAME, str(v.value)) for v in named)
