"""HTTP errors made in modules of no layer, for callers that answer no request."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from archlint.project.aliases import called, spellings
from archlint.project.call_graph import Caller, callee, callers, last_name
from archlint.project.content import injected, only_http_errors
from archlint.project.definitions import Function, definitions
from archlint.project.errors import HttpError, http_errors
from archlint.project.layers import layer
from archlint.project.model import Module, Project, every, question
from archlint.project.places import Place, header, whole
from archlint.project.sites import call_sites
from archlint.project.tasks import is_put_off, is_script, is_task
from archlint.project.top_level import as_script

SERVICE = "service"
TASK = "task"
SCRIPT = "script"


class Use(NamedTuple):
    """Who has a function run outside a request.

    Attributes:
        kind: `SERVICE`, `TASK` or `SCRIPT`.
        module: where that is.
        place: the call; of a task, the function.
        caller: qualified name of the function that calls; empty at module level.
        called: that of the one it calls.
    """

    kind: str
    module: Module
    place: Place
    caller: str
    called: str


class StrayError(NamedTuple):
    """One place that makes an HTTP error, and who has it made."""

    line: int
    col: int
    end_line: int
    end_col: int
    error: HttpError
    use: Use


@question(cyclic=())
def stray_errors(project: Project, module: Module) -> tuple[StrayError, ...]:
    """The HTTP errors that functions of a module of no layer make and that a service, a task or a script calls for,
    directly or through functions of the same module, in source order. What FastAPI injects answers a request, whoever
    else calls it, and a module of nothing but HTTP exceptions and handlers is there for the routers."""
    if layer(project, module).name or only_http_errors(project, module):
        return ()
    errors = http_errors(project, module)
    functions = definitions(project, module).functions
    found = []
    for error in errors:
        function = functions.get(error.function.partition(".<locals>.")[0])
        use = None if function is None else _use(project, function)
        if use is not None:
            found.append(StrayError(*whole(error), error, use))
    return tuple(found)


@question(cyclic=None)
def _use(project: Project, function: Function) -> Use | None:
    """The first service, task or script that has a function run; the nearest one to it."""
    waiting = deque([function])
    seen = {function}
    while waiting:
        called_function = waiting.popleft()
        if called_function.name in injected(project, function.module):
            continue
        if is_task(project, called_function):
            name = called_function.name
            return Use(TASK, function.module, header(called_function), name, name)
        for caller in _all_callers(project, called_function):
            kind = _kind(project, caller)
            if kind:
                place = whole(caller.site.call)
                return Use(kind, caller.function.module, place, caller.function.name, called_function.name)
            outermost = _outermost(caller.function)
            if outermost.module is function.module and outermost not in seen:
                seen.add(outermost)
                waiting.append(outermost)
    return None


def _outermost(function: Function) -> Function:
    while function.outer is not None:
        function = function.outer
    return function


def _kind(project: Project, caller: Caller) -> str:
    module = caller.function.module
    if is_put_off(caller):
        return TASK
    if layer(project, module).name == "service":
        return SERVICE
    if is_script(project, module):
        return SCRIPT
    return TASK if caller.function.name and is_task(project, caller.function) else ""


def _all_callers(project: Project, function: Function) -> Iterator[Caller]:
    yield from callers(project, function)
    yield from _scripts_calling(project, function)


def _scripts_calling(project: Project, function: Function) -> Iterator[Caller]:
    """The calls of a function from the module level of scripts."""
    wanted = spellings(project, frozenset({function.node.name}))
    for module, names in every(project, called):
        if wanted.isdisjoint(names) or not is_script(project, module):
            continue
        for script in as_script(project, module):
            for site in call_sites(project, script):
                if last_name(site.call) in wanted:
                    found = callee(project, script, site)
                    if function in found.functions:
                        yield Caller(script, site, found)
