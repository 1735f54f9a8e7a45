"""HTTP errors made in modules of no layer, for callers that answer no request."""

from collections.abc import Iterable, Iterator

from archlint.core.record import Record
from archlint.project.aliases import called, slots_calling, spellings
from archlint.project.calls.candidates import called_as, functions_calling
from archlint.project.calls.forms import last_name
from archlint.project.calls.graph import Caller, callee
from archlint.project.calls.tasks import has_tasks, is_put_off, is_script, is_task
from archlint.project.calls.top_level import as_script, at_import
from archlint.project.definitions import Function, definitions, inner_definitions
from archlint.project.flow.sites import call_sites
from archlint.project.knowledge import names_in
from archlint.project.layers.assignment import layer
from archlint.project.layers.errors import HttpError, http_errors
from archlint.project.layers.injection import injected, injected_by_type
from archlint.project.layers.only import only_http_errors
from archlint.project.model import Module, Project, every, question
from archlint.project.places import Place, header, whole

SERVICE = "service"
TASK = "task"
SCRIPT = "script"
OF_OBJECTS = ("__init__", "__post_init__", "__call__")


class Use(Record, frozen=True):
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


class StrayError(Record, frozen=True):
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
    if not errors or not _may_be_used(project, functions.values()):
        return ()
    found = []
    for error in errors:
        function = functions.get(error.function.partition(".<locals>.")[0])
        use = None if function is None or _is_registered(project, function, error) else _use(project, function)
        if use is not None:
            found.append(StrayError(*whole(error), error, use))
    return tuple(found)


def _is_registered(project: Project, function: Function, error: HttpError) -> bool:
    """Whether an error is made in a function inside another that a decorator takes, as the handlers of an app are that
    the other makes."""
    inner = inner_definitions(project, function).functions.get(error.function)
    return inner is not None and bool(inner.node.decorators)


def _may_be_used(project: Project, functions: Iterable[Function]) -> bool:
    """Whether a service, a task or a script may have any of some functions run, by its name alone."""
    if has_tasks(project) or any(function in _put_off(project) for function in functions):
        return True
    names = spellings(project, frozenset(map(called_as, functions)))
    return not names.isdisjoint(_called_outside(project))


@question(cyclic=frozenset())
def _called_outside(project: Project) -> frozenset[str]:
    """The last parts of the names that services and scripts call."""
    names = [
        found for module, found in every(project, called) if _is_service(project, module) or is_script(project, module)
    ]
    return frozenset().union(*names)


def _is_service(project: Project, module: Module) -> bool:
    return layer(project, module).name == "service"


def _use(project: Project, function: Function) -> Use | None:
    """The first service, task or script that has a function run, by as few functions of its own module as may be."""
    return next((use for each in _run_by(project, function) if (use := _used_by(project, each))), None)


@question(cyclic=None)
def _used_by(project: Project, function: Function) -> Use | None:
    """The first service, task or script that runs a function itself."""
    if is_task(project, function):
        return Use(TASK, function.module, header(function), function.name, function.name)
    for caller, kind in _users(project, function):
        place = whole(caller.site.call)
        return Use(kind, caller.function.module, place, caller.function.name, function.name)
    return None


def _run_by(project: Project, function: Function) -> Iterator[Function]:
    """A function, then those of its module that call it, directly or not; what FastAPI injects left out."""
    waiting = [function]
    seen = {function}
    for each in waiting:
        if not _is_injected(project, each):
            yield each
            new = [caller for caller in _callers_beside(project, each) if caller not in seen]
            waiting += new
            seen.update(new)


@question(cyclic=())
def _callers_beside(project: Project, function: Function) -> tuple[Function, ...]:
    """The outermost functions of a function's own module in which it is called."""
    wanted = _names(project, function)
    calling = functions_calling(project, function.module, wanted)
    found = [_outermost(caller) for caller in calling if any(_calls(project, caller, function, wanted))]
    return tuple(dict.fromkeys(found))


def _is_injected(project: Project, function: Function) -> bool:
    """Whether FastAPI calls it for a parameter: a dependency, or what makes or calls an object that is one."""
    module, owner = function.module, function.owner
    if function.name in injected(project, module):
        return True
    if owner is None or function.node.name not in OF_OBJECTS:
        return False
    return owner.name in injected(project, module) | injected_by_type(project, module)


def _users(project: Project, function: Function) -> Iterator[tuple[Caller, str]]:
    """The calls of a function from services, tasks and scripts, and what each is."""
    wanted = _names(project, function)
    for module in _modules_calling(project, wanted):
        kind = SERVICE if _is_service(project, module) else SCRIPT if is_script(project, module) else TASK
        top = as_script(project, module) if kind == SCRIPT else ()
        for caller in (*top, *functions_calling(project, module, wanted)):
            if kind != TASK or is_task(project, caller):
                yield from ((each, kind) for each in _calls(project, caller, function, wanted))
    yield from ((each, TASK) for each in _put_off(project).get(function, ()))


def _names(project: Project, function: Function) -> frozenset[str]:
    return spellings(project, frozenset({called_as(function)}))


def _calls(project: Project, caller: Function, function: Function, names: frozenset[str]) -> Iterator[Caller]:
    """The calls of a function in another, under one of some names."""
    for site in call_sites(project, caller):
        if last_name(site.call) in names:
            found = callee(project, caller, site)
            if function in found.functions:
                yield Caller(caller, site, found)


def _outermost(function: Function) -> Function:
    while function.outer is not None:
        function = function.outer
    return function


def _modules_calling(project: Project, names: frozenset[str]) -> list[Module]:
    """The modules that call something by one of some names."""
    found = {module for name in names for module in _by_called_name(project).get(name, ())}
    return sorted(found, key=lambda module: module.path)


@question(cyclic={})
def _by_called_name(project: Project) -> dict[str, list[Module]]:
    found: dict[str, list[Module]] = {}
    for module, names in every(project, called):
        for name in names:
            found.setdefault(name, []).append(module)
    return found


@question(cyclic={})
def _put_off(project: Project) -> dict[Function, list[Caller]]:
    """The functions that are handed over to run outside the request, with the calls that do."""
    takers = names_in("tasks", "takers")
    found: dict[Function, list[Caller]] = {}
    for module in _modules_calling(project, takers):
        top = at_import(project, module) if -1 in slots_calling(project, module, takers) else ()
        for function in (*top, *functions_calling(project, module, takers)):
            for site in call_sites(project, function):
                if last_name(site.call) in takers:
                    caller = Caller(function, site, callee(project, function, site))
                    for handed in caller.callee.functions if is_put_off(caller) else ():
                        found.setdefault(handed, []).append(caller)
    return found
