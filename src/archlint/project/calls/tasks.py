"""Functions that run outside any request: tasks of a queue or scheduler, and what scripts and commands call.

Sources: Celery, "Tasks"; Dramatiq, "User Guide"; TaskIQ, "Getting started"; RQ, "Jobs"; arq, "Worker"; Huey, "Guide";
Procrastinate, "Defining tasks"; APScheduler 3, "User guide"; fastapi-utils, "Repeated tasks".
"""

from archlint.facts.expressions import Expr
from archlint.facts.statements import Class, Set
from archlint.project.aliases import called
from archlint.project.calls.graph import LATER, Caller, of_method
from archlint.project.calls.index import calls_to
from archlint.project.classes import descends, find_function, symbol_of
from archlint.project.definitions import Function
from archlint.project.flow.forms import decorator_name
from archlint.project.generated import generated_by
from archlint.project.knowledge import names_in, table
from archlint.project.layers.assignment import layer
from archlint.project.layers.content import is_cli
from archlint.project.layers.words import in_folder
from archlint.project.model import Module, Project, every, question
from archlint.project.names import Symbol, resolve
from archlint.project.origins import origins
from archlint.project.types.expressions import Frame, type_of
from archlint.project.walk import find

COMMANDS = "cli"


@question(cyclic=False, kept=bool)
def is_script(project: Project, module: Module) -> bool:
    """Whether a module is a script, or defines commands for a terminal."""
    own = layer(project, module)
    if own.outside:
        return not generated_by(module) and not in_folder(project, module, "vendored")
    return not own.name and is_for_terminal(project, module)


def is_for_terminal(project: Project, module: Module) -> bool:
    """Whether a module defines commands for a terminal, or lies in a folder for what does."""
    return COMMANDS in module.folders or is_cli(project, module)


def is_put_off(caller: Caller) -> bool:
    """Whether a call hands a function to whoever runs it outside the request: once the response is sent, or by schedule."""
    return caller.callee.when == LATER and caller.callee.via.rpartition(".")[2] in names_in("tasks", "takers")


@question(cyclic=False)
def has_tasks(project: Project) -> bool:
    """Whether any module imports a task queue, or decorates for a scheduler."""
    return any(has for _, has in every(project, _has_tasks))


@question(cyclic=False, kept=bool)
def _has_tasks(project: Project, module: Module) -> bool:
    if table("tasks")["schedules"] in called(project, module):
        return True
    return not names_in("tasks", "packages").isdisjoint(origins(project, module).packages)


@question(cyclic=False)
def is_task(project: Project, function: Function) -> bool:
    """Whether a task queue or a scheduler runs a function, or the one around it."""
    while function.outer is not None:
        function = function.outer
    if any(_makes_task(project, function.module, decorator) for decorator in function.node.decorators):
        return True
    if function.owner is not None:
        is_run = function.node.name == "run"
        return is_run and descends(project, symbol_of(function.owner), names_in("tasks", "classes"))
    return symbol_of(function) in _all_listed(project)


def _makes_task(project: Project, module: Module, decorator: Expr) -> bool:
    name = decorator_name(decorator)
    known = names_in("tasks", "decorators")
    symbol = resolve(project, module, name, None) if name else None
    if symbol is not None and symbol.is_external:
        return symbol.name in known
    function = find_function(project, symbol)
    if function is not None:
        slots = calls_to(project, function.module, known).values()
        return any(function.node.body in where for where in slots)
    base, _, last = name.rpartition(".")
    if not base or last not in {each.rpartition(".")[2] for each in known}:
        return False
    return of_method(project, type_of(project, base, Frame(module, None, {})), last).name in known


@question(cyclic=frozenset())
def _all_listed(project: Project) -> frozenset[Symbol]:
    return frozenset().union(*[symbols for _, symbols in every(project, _listed)])


@question(cyclic=frozenset(), kept=frozenset[Symbol])
def _listed(project: Project, module: Module) -> frozenset[Symbol]:
    """The functions that a class of worker settings names."""
    if origins(project, module).packages.isdisjoint(names_in("tasks", "list_packages")):
        return frozenset()
    lists = names_in("tasks", "lists")
    names = [
        name
        for definition in find(module.interface.body, (Class,))
        for statement in definition.body
        if isinstance(statement, Set) and not lists.isdisjoint(t for t in statement.targets if isinstance(t, str))
        for name in find(statement.value, (str,))
    ]
    found = [resolve(project, module, name, None) for name in names]
    return frozenset(symbol for symbol in found if symbol is not None and not symbol.is_external)
