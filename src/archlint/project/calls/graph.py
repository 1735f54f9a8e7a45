"""Who calls whom: what a call of a function runs.

Followed are functions and classes by name, methods through ``self``, ``super()``, classes and typed values, and what is
handed to a thread or put off. What cannot be told is nothing.
"""

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call, Expr
from archlint.project.calls.forms import last_name
from archlint.project.classes import bases, find_class, find_function, method, methods, mro, symbol_of
from archlint.project.definitions import ClassDefinition, Function, definitions
from archlint.project.flow.forms import does_nothing, is_literal
from archlint.project.flow.sites import CallSite, call_sites, frame_of
from archlint.project.knowledge import table
from archlint.project.model import Module, Project, every, question
from archlint.project.names import MODULE, Symbol, resolve
from archlint.project.types.annotations import CLASS, NOTHING_KNOWN, TYPE, Type, arms, lineage
from archlint.project.types.expressions import type_of
from archlint.project.types.members import inherited_method
from archlint.project.types.signatures import variable_is

NOW = "now"
THREAD = "thread"
LATER = "later"
MOST_OVERRIDES = 12
ROOTS = frozenset({"builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC"})


class Callee(Record, frozen=True):
    """What a call runs.

    Attributes:
        functions: those of the project that it may run: one where the code says which, several where an abstract method
            has several implementations.
        name: where it is a third party's: its dotted name; a method's is that of the class it is called on, by
            annotation or constructor, and its own (``sqlalchemy.orm.Session.commit``).
        receiver: what a method is called on.
        when: `NOW`, on a `THREAD` or `LATER`. In the last two cases all else is about the function that is handed over.
        via: the function it is handed to.
    """

    functions: tuple[Function, ...] = ()
    name: str = ""
    receiver: Type = NOTHING_KNOWN
    when: str = NOW
    via: str = ""


UNKNOWN = Callee()


def callee(project: Project, function: Function, site: CallSite) -> Callee:
    """What one of the `call_sites` of a function runs."""
    return _callee(project, function, site.number)


@question(cyclic=UNKNOWN)
def _callee(project: Project, function: Function, number: int) -> Callee:
    site = call_sites(project, function)[number]
    found = _meant(project, function, site.call.func, site)
    handed = _handed(site.call, found.name)
    if handed is None:
        return found
    expr, when = handed
    return replace(_meant(project, function, expr, site), when=when, via=found.name)


def _handed(call: Call, name: str) -> tuple[Expr, str] | None:
    """The function that a call hands over, and when that will run."""
    if not name and not isinstance(call.func, str | Attr):
        return None
    last = last_name(call)
    for kind, when in (("threads", THREAD), ("later", LATER)):
        known = table("calls")[kind]
        where = known.get(name) or (known.get(last) if isinstance(call.func, Attr) or "." in str(call.func) else None)
        if where is not None:
            position, _, keyword = where.partition("/")
            args = call.args
            return (args[int(position)] if int(position) < len(args) else call.keyword(keyword)), when
    return None


def _meant(project: Project, function: Function, func: Expr, site: CallSite) -> Callee:
    """What is run by calling what an expression in a function stands for."""
    match func:
        case Attr(base=Call(func="super"), name=name) if function.owner is not None:
            return of_super(project, function.owner, name)
        case Attr(base=base, name=name):
            return of_method(project, type_of(project, base, frame_of(function, site)), name)
        case str():
            return _named(project, function, func, site)
    return UNKNOWN


def of_super(project: Project, owner: ClassDefinition, name: str) -> Callee:
    """What calling a method of ``super()`` in a class runs."""
    for base in mro(project, owner)[1:]:
        if name in methods(project, base):
            return Callee((methods(project, base)[name],))
    return UNKNOWN


def _named(project: Project, function: Function, name: str, site: CallSite) -> Callee:
    is_shadowed = site.repeated and name.partition(".")[0] in site.env
    found = None if is_shadowed else by_name(project, function.module, name, function)
    if found is not None:
        return found
    frame = frame_of(function, site)
    base, _, last = name.rpartition(".")
    holder = None if is_shadowed or not base else resolve(project, function.module, base, function)
    if not base or (holder is not None and holder.name == MODULE):
        return of_method(project, type_of(project, name, frame), "__call__")
    return of_method(project, type_of(project, base, frame), last)


def by_name(project: Project, module: Module, name: str, function: Function | None) -> Callee | None:
    """What calling something by a dotted name runs; None where that depends on what a value is."""
    symbol = resolve(project, module, name, function)
    if symbol is not None and symbol.is_external:
        holder, _, last = symbol.name.rpartition(".")
        variable = variable_is(holder)
        return Callee((), symbol.name) if variable is NOTHING_KNOWN else of_method(project, variable, last)
    definition = find_class(project, symbol)
    if definition is not None:
        init = method(project, definition, "__init__")
        made = Type(CLASS, symbol_of(definition))
        return Callee((init,) if init else (), _third_party(project, made, "__init__"), made)
    if symbol is not None and symbol.name and "." not in symbol.name.rpartition(".<locals>.")[2]:
        found = find_function(project, symbol)
        if found is not None:
            return Callee((found,))
    return None


def of_method(project: Project, receiver: Type, name: str) -> Callee:
    """What calling a method of a value, or of a class, runs."""
    functions: dict[Function, None] = {}
    names: dict[str, None] = {}
    for arm in arms(receiver):
        holder = arm.args[0] if arm.kind == TYPE and arm.args else arm
        found = inherited_method(project, holder, name)
        if found is not None:
            functions.update(dict.fromkeys(implementations(project, found, holder)))
        else:
            names[_third_party(project, holder, name)] = None
    known = [name for name in names if name]
    return Callee(tuple(functions), known[0] if len(known) == 1 else "", receiver)


def _third_party(project: Project, holder: Type, name: str) -> str:
    """The name of a method that a third-party class brings, by the first such class the value descends from."""
    bases = (base.name for base in lineage(project, holder))
    return next((f"{base}.{name}" for base in bases if base and base not in ROOTS), "")


def implementations(project: Project, function: Function, holder: Type) -> tuple[Function, ...]:
    """The function itself or, of an abstract method, those that implement it below a class, if they are few."""
    if not is_abstract(project, function):
        return (function,)
    owner = find_class(project, holder.symbol)
    if owner is None:
        return (function,)
    found = [
        own
        for definition in descendants(project, owner)
        if (own := methods(project, definition).get(function.node.name)) and not is_abstract(project, own)
    ]
    return tuple(found) if 0 < len(found) <= MOST_OVERRIDES else (function,)


@question(cyclic=False)
def is_abstract(project: Project, function: Function) -> bool:
    """Whether a method has no body of its own: a docstring, ``...``, ``pass`` or ``raise NotImplementedError``."""
    if function.owner is None:
        return False
    first = next((statement for statement in function.body if not is_literal(statement)), None)
    return first is None or does_nothing(first)


@question(cyclic=())
def descendants(project: Project, definition: ClassDefinition) -> tuple[ClassDefinition, ...]:
    """The classes of the project that descend from one, the nearest first."""
    found: dict[ClassDefinition, None] = {}
    waiting = [symbol_of(definition)]
    for symbol in waiting:
        for path, name in _children(project).get((symbol.path, symbol.name), ()):
            child = find_class(project, Symbol(path, name))
            if child is not None and child not in found:
                found[child] = None
                waiting.append(symbol_of(child))
    return tuple(found)


@question(cyclic={})
def _children(project: Project) -> dict[tuple[str, str], list[tuple[str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for module, pairs in every(project, _parents_in):
        for name, path, parent in pairs:
            found.setdefault((path, parent), []).append((module.path, name))
    return found


@question(cyclic=(), kept=tuple[tuple[str, str, str], ...])
def _parents_in(project: Project, module: Module) -> tuple[tuple[str, str, str], ...]:
    """Each class of a module with each of its bases in the project."""
    return tuple(
        (definition.name, base.path, base.name)
        for definition in definitions(project, module).classes.values()
        for base in bases(project, definition)
        if not base.is_external
    )


class Caller(Record, frozen=True):
    """One call of a function: by which function, and where in it."""

    function: Function
    site: CallSite
    callee: Callee
