"""What importing a module reaches outside the process for: connections, queries, the network."""

from collections.abc import Iterator

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Await, Call, Expr, Item, indexed_name
from archlint.project.calls.candidates import COMMON
from archlint.project.calls.graph import of_method
from archlint.project.calls.outside import may_reach_outside, names_of_methods, phrase, reaching_packages
from archlint.project.calls.own_effects import Hop
from archlint.project.calls.top_level import at_import
from archlint.project.calls.ways_out import is_harmless, may_lead_out, may_run_outside, way_by
from archlint.project.classes import find_class, find_function, method
from archlint.project.definitions import Function
from archlint.project.fastapi import creates_app
from archlint.project.flow.anywhere import body_of
from archlint.project.flow.assignments import ENTERED, VALUE, Env
from archlint.project.flow.sites import CallSite, call_sites
from archlint.project.flow.telling import heads
from archlint.project.import_graph import import_graph
from archlint.project.knowledge import names_in
from archlint.project.layers.assignment import is_outside, layer
from archlint.project.layers.content import is_cli
from archlint.project.model import Module, Project, every, question
from archlint.project.names import function_scope, module_scope, resolve
from archlint.project.places import whole
from archlint.project.types.annotations import Type, arms
from archlint.project.types.databases import database_of
from archlint.project.types.expressions import Frame, type_of

DEPTH = 3
STEADY = ("module", "from", "definition")
APPS = frozenset({"app", "application", "api", "asgi"})


START = "start"
PART = "part"
COMMANDS = "commands"
ASIDE = "aside"


class ImportTimeIO(Record, frozen=True):
    """A call at module level that reaches outside: its place, what it does in words, and the calls that lead there, this
    one first."""

    line: int
    col: int
    end_line: int
    end_col: int
    does: str
    chain: tuple[Hop, ...]


@question(cyclic=())
def import_time_io(project: Project, module: Module) -> tuple[ImportTimeIO, ...]:
    """The calls that reach outside when a module of the application is imported, in source order: the first of each
    statement at module level, and the first of those that use one connection, client or session. What only creates the
    tables of the mapped classes is left out."""
    names = _suspects(project, module)
    if not names:
        return ()
    found = [each for run in at_import(project, module) for each in _of_function(project, run, names)]
    if not found or not is_loaded(project, module):
        return ()
    return tuple(sorted(found))


def _of_function(project: Project, run: Function, suspects: frozenset[str]) -> Iterator[ImportTimeIO]:
    seen: set[object] = set()
    for site in call_sites(project, run):
        if indexed_name(site.call.func) not in suspects:
            continue
        way = way_by(project, run, site, DEPTH)
        if way is None:
            continue
        outermost = site.around[0].statement if site.around else site.statement
        keys = {id(outermost), _maker(project, run, site)} - {None}
        if seen.isdisjoint(keys):
            yield ImportTimeIO(*whole(site.call), phrase(way.what), way.chain)
        seen |= keys


def _maker(project: Project, run: Function, site: CallSite) -> object:
    """The origin of what is called, which the locals need not be known for where a call is of no variable's method."""
    func = site.call.func
    is_name = isinstance(func, str) and _is_steady(project, run, func.partition(".")[0])
    if is_name and ("." not in str(func) or not _is_value(project, run, str(func), {})):
        return id(site.call)
    return _origin(project, run, site.call, site.env)


def _origin(project: Project, run: Function, expr: Expr, env: Env) -> object:
    """What made the object that a method is called on, as far back as it can be followed; a call that is no method's
    itself; None where nobody knows."""
    while True:
        match expr:
            case Call(func=str() as func) if "." not in func or not _is_value(project, run, func, env):
                return id(expr)
            case Call(func=str() as func):
                expr = func.rpartition(".")[0]
            case Call(func=Attr(base=base)) | Attr(base=base) | Item(base=base):
                expr = base
            case Await(value=value):
                expr = value
            case str():
                head = expr.partition(".")[0]
                made = env.get(head, ())
                if not made:
                    return resolve(project, run.module, expr, run)
                if len(made) > 1 or made[0].how not in (VALUE, ENTERED):
                    return head
                expr, env = made[0].expr, made[0].env
            case _:
                return None


def _is_value(project: Project, run: Function, name: str, env: Env) -> bool:
    """Whether the first part of a dotted name is a variable, rather than a module or a class."""
    head = name.partition(".")[0]
    if head in env:
        return True
    symbol = resolve(project, run.module, head, run)
    return symbol is not None and not symbol.is_external and bool(symbol.name) and find_class(project, symbol) is None


def _suspects(project: Project, module: Module) -> frozenset[str]:
    """The names a module calls at module level by which it may reach outside, as far as names and the types of variables
    tell; ``.name`` for the method of what another call gives."""
    called = [name for name, slots in module.interface.callees.items() if -1 in slots]
    if module.interface.has_main:
        running = {name for run in at_import(project, module) for name in body_of(project, run).calls}
        called = [name for name in called if name in running]
    known = names_of_methods()
    methods = {name for name in called if name[0] == "." and (name[1:] in known or name[1:] not in COMMON)}
    plain = [name for name in called if name[0] != "." and not is_harmless(project, module, name.partition(".")[0])]
    found = {name for name in plain if _is_suspect(project, module, name)}
    if methods and (found or any(_gives_client(project, module, name) for name in plain)):
        found |= {name for run in at_import(project, module) for name in _suspect_methods(project, run, methods)}
    return frozenset(found)


def _is_suspect(project: Project, module: Module, name: str) -> bool:
    head, _, _ = name.partition(".")
    base, _, last = name.rpartition(".")
    if _is_opaque(project, module, head):
        return last in names_of_methods()
    symbol = resolve(project, module, name, None)
    if symbol is None or symbol.is_external:
        return symbol is not None and may_reach_outside(project, symbol.name)
    definition = find_class(project, symbol)
    function = find_function(project, symbol) if definition is None else method(project, definition, "__init__")
    if definition is None and function is None and base:
        return _is_method(project, type_of(project, base, Frame(module, None, {})), last)
    return function is not None and may_lead_out(project, function, DEPTH - 1)


def _gives_client(project: Project, module: Module, name: str) -> bool:
    """Whether what calling something gives may reach outside by a method."""
    if _is_opaque(project, module, name.partition(".")[0]):
        return False
    symbol = resolve(project, module, name, None)
    if symbol is None or symbol.is_external:
        return symbol is not None and _is_client(symbol.name)
    if find_class(project, symbol) is not None or (find_function(project, symbol) is None and "." in name):
        return False
    given = type_of(project, Call(name, (), (), 0, 0, 0, 0), Frame(module, None, {}))
    return database_of(project, given) is not None or _is_client(given.name)


def _suspect_methods(project: Project, run: Function, names: set[str]) -> Iterator[str]:
    """Which methods that are called of what other calls give may reach outside."""
    body = body_of(project, run)
    called = [(name, call.func.base) for name in names for call in body.calls.get(name, ())]  # type: ignore[union-attr]
    frame = Frame(run.module, run, body.about([base for _, base in called]) if called else {})
    for name, base in called:
        runs = (of_method(project, arm, name[1:]) for arm in arms(type_of(project, base, frame)))
        if not body.looped.isdisjoint(heads(base)) or any(may_run_outside(project, name, each, DEPTH) for each in runs):
            yield name


def _is_steady(project: Project, run: Function, name: str) -> bool:
    """Whether a name is brought by an import, defined or built in, and code at module level assigns nothing to it."""
    if name in body_of(project, run).looped:
        return False
    bindings = function_scope(project, run).names.get(name)
    if bindings:
        return all(binding.kind in STEADY for binding in bindings)
    return name[:2] == "__" or resolve(project, run.module, name, None) is not None


def _is_method(project: Project, receiver: Type, name: str) -> bool:
    """Whether a method of an object may reach outside."""
    run = of_method(project, receiver, name)
    if database_of(project, receiver) is not None or may_reach_outside(project, run.name):
        return True
    return any(may_lead_out(project, each, DEPTH - 1) for each in run.functions)


def _is_opaque(project: Project, module: Module, name: str) -> bool:
    """Whether a name is bound by a loop, a ``with`` or an unpacking."""
    bindings = module_scope(project, module).names.get(name, ())
    return any(binding.kind == "opaque" for binding in bindings)


def _is_client(name: str) -> bool:
    """Whether calling something third-party may give what reaches outside by a method."""
    package = name.partition(".")[0]
    if package in ("sqlalchemy", "sqlmodel"):
        return name in names_in("effects", "opens", "sessions")
    return package in reaching_packages()


def is_loaded(project: Project, module: Module) -> bool:
    """Whether the application imports a module: it makes an app, has a layer by more than a weak word, or is imported by a
    module of which that holds. A script that nobody imports is none of it, nor what defines commands for a terminal."""
    return module.path in _loaded(project)


@question(cyclic=frozenset())
def _loaded(project: Project) -> frozenset[str]:
    part = dict(every(project, _part))
    waiting = [module for module, played in part.items() if played == START]
    found = set(waiting)
    graph = import_graph(project)
    while waiting:
        imported = [edge.target for edge in graph[waiting.pop()]]
        for target in [*imported, *(package for each in imported for package in _packages(project, each))]:
            if target not in found and part[target] != ASIDE:
                found.add(target)
                waiting.append(target)
    return frozenset(module.path for module in found if part[module] != COMMANDS)


@question(cyclic=ASIDE, kept=str)
def _part(project: Project, module: Module) -> str:
    """What part a module plays when the application is loaded."""
    if is_outside(project, module):
        return ASIDE
    if creates_app(project, module):
        return START
    own = layer(project, module)
    if is_cli(project, module):
        return COMMANDS
    if own.name == "app" and not APPS.isdisjoint(module_scope(project, module).names):
        return START
    return START if own.name and not own.weak else PART


def _packages(project: Project, module: Module) -> Iterator[Module]:
    """The packages that run before a module."""
    name = module.name
    while "." in name:
        name = name.rpartition(".")[0]
        package = project.find(name, module)
        if package is not None:
            yield package
