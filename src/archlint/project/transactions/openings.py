"""Where a session or connection is opened: by a class, a factory, an engine, or a function of the project that hands a new
one to its caller.

Source: SQLAlchemy, "Opening and Closing a Session", "Working with Engines and Connections".
"""

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Await, Call, Cond, Expr, Map, Op, Seq
from archlint.facts.statements import Return, Set
from archlint.project.aliases import called, offspring, slots_calling, spellings
from archlint.project.calls.candidates import functions_calling
from archlint.project.calls.forms import holder_of, last_name
from archlint.project.calls.graph import NOW, callee
from archlint.project.calls.index import calls_to, slots_of, third_party_name
from archlint.project.classes import find_class
from archlint.project.definitions import Function, bodies_in, definitions
from archlint.project.flow.sites import CallSite, call_sites, frame_of
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, every, question
from archlint.project.names import resolve
from archlint.project.types.annotations import Site, arms, read
from archlint.project.types.databases import CONNECTION, ENGINE, FACTORY, SESSION, database_of
from archlint.project.types.expressions import Frame, type_of
from archlint.project.walk import names, statements

DEPTH = 2
"""Functions a new session may be handed through."""


class Opening(Record, frozen=True):
    """A call that gives a new session or connection."""

    site: CallSite
    kind: str


@question(cyclic=())
def openings_in(project: Project, function: Function) -> tuple[Opening, ...]:
    """The calls of a function that give a new session or connection, which it has to close or to hand on."""
    wanted = opener_names(project)
    found = []
    for site in call_sites(project, function):
        if _may_open(site.call, wanted) and not site.deferred:
            kind = _opens(project, function, site, DEPTH)
            if kind:
                found.append(Opening(site, kind))
    return tuple(found)


def _may_open(call: Call, wanted: frozenset[str]) -> bool:
    """Whether what is called has one of some names; of ``sessionmaker(…)()``, what makes it."""
    return last_name(call.func if isinstance(call.func, Call) else call) in wanted


def _opens(project: Project, function: Function, site: CallSite, depth: int) -> str:
    """`SESSION` or `CONNECTION`, where a call gives a new one; else empty."""
    if isinstance(site.call.func, Call):
        made = database_of(project, type_of(project, site.call.func, frame_of(function, site)))
        return SESSION if made is not None and made.kind == FACTORY else ""
    run = callee(project, function, site)
    if run.when != NOW:
        return ""
    if run.name in names_in("lifetimes", "opens"):
        if _is_bound_to_connection(project, function, site):
            return ""
        return CONNECTION if run.name.rpartition(".")[2] in names_in("lifetimes", "connecting") else SESSION
    if not depth or len(run.functions) != 1 or run.functions[0] is function:
        return ""
    return hands_out(project, run.functions[0], depth)


@question(cyclic="")
def hands_out(project: Project, function: Function, depth: int) -> str:
    """Which of both a function opens and returns."""
    if function.is_generator or function.node.decorators:
        return ""
    wanted = opener_names(project)
    for site in call_sites(project, function):
        if _may_open(site.call, wanted) and not site.deferred and _is_returned(function, site):
            kind = _opens(project, function, site, depth - 1)
            if kind:
                return kind
    return ""


def _is_returned(function: Function, site: CallSite) -> bool:
    """Whether a function returns what a call gives: itself, or by a local that holds it."""
    if isinstance(site.statement, Return):
        return site.call in outcomes(site.statement.value)
    locals_ = {target for target in _targets(site) if isinstance(target, str) and "." not in target}
    returns = [s.value for s in statements(function.body) if isinstance(s, Return)]
    return any(not locals_.isdisjoint(e for e in outcomes(value) if isinstance(e, str)) for value in returns)


def _targets(site: CallSite) -> tuple[Expr, ...]:
    """What the value of a call is assigned to."""
    statement = site.statement
    return statement.targets if isinstance(statement, Set) and site.call in outcomes(statement.value) else ()


def assigned_to(site: CallSite) -> tuple[Expr, ...]:
    """What the value of a call is assigned to, unpacked tuples left out."""
    return tuple(target for target in _targets(site) if not isinstance(target, Seq))


def outcomes(expr: Expr) -> list[Expr]:
    """The expressions that an expression has the value of: through ``await``, ``or``, ``if … else``."""
    match expr:
        case Await(value=value):
            return outcomes(value)
        case Op(op="or" | "and", operands=operands):
            return [each for operand in operands for each in outcomes(operand)]
        case Cond(then=then, other=other):
            return outcomes(then) + outcomes(other)
    return [expr]


def contained(expr: Expr) -> list[Expr]:
    """What an expression has the value of, or holds in a display."""
    found: list[Expr] = []
    for each in outcomes(expr):
        if isinstance(each, Seq):
            found += [inner for item in each.items for inner in contained(item)]
        elif isinstance(each, Map):
            found += [inner for _, value in each.pairs for inner in contained(value)]
        else:
            found.append(each)
    return found


def _is_bound_to_connection(project: Project, function: Function, site: CallSite) -> bool:
    """Whether a session is given a connection to work on, or nobody knows what: it is whose connection it is who closes."""
    given = [site.call.keyword("bind"), *site.call.args[:1]]
    for expr in given:
        if expr is None:
            continue
        found = database_of(project, type_of(project, expr, frame_of(function, site)))
        if found is not None and found.kind in (CONNECTION, SESSION):
            return True
        if isinstance(expr, str) and "conn" in expr.rpartition(".")[2].lower():
            return True
    return False


def opened_by_module(project: Project, module: Module, call: Call) -> str:
    """`SESSION` or `CONNECTION`, where a call at module level gives a new one; else empty."""
    if not _may_open(call, opener_names(project)):
        return ""
    frame = Frame(module, None, {})
    made = database_of(project, type_of(project, call, frame))
    if made is None or made.kind not in (SESSION, CONNECTION):
        return ""
    on = holder_of(call)
    maker = database_of(project, type_of(project, on or call.func, frame))
    is_made = maker is not None and maker.kind == (ENGINE if made.kind == CONNECTION else FACTORY)
    is_class_of = third_party_name(project, module, str(call.func)) in names_in("lifetimes", "opens")
    return made.kind if is_made or is_class_of else ""


@question(cyclic=frozenset(), kept=frozenset[str])
def opener_names(project: Project) -> frozenset[str]:
    """The last parts of the names by calling which the project may open one."""
    found = offspring(project, names_in("lifetimes", "classes")) | names_in("lifetimes", "connecting")
    found = found.union(*[attributes for _, attributes in every(project, _factories)])
    for _ in range(DEPTH):
        found |= spellings(project, _returning(project, found))
    return found


@question(cyclic=frozenset(), kept=frozenset[str])
def _factories(project: Project, module: Module) -> frozenset[str]:
    """The locals, attributes and parameters of a module that may be factories of sessions."""
    wanted = names_in("lifetimes", "factories")
    found: set[str] = set()
    makers = calls_to(project, module, wanted)
    if makers:
        for _, body in bodies_in(project, module, slots_of(makers)):
            for statement in statements(body):
                if isinstance(statement, Set) and not makers.keys().isdisjoint(names(statement.value)):
                    found.update(t.rpartition(".")[2] for t in statement.targets if isinstance(t, str))
    return frozenset(found | _annotated(project, module, wanted))


def _annotated(project: Project, module: Module, wanted: frozenset[str]) -> set[str]:
    written = spellings(project, wanted)
    if not any(
        i.module is None or (alias or name) in written for i in module.interface.imports for name, alias in i.names
    ):
        return set()
    found: set[str] = set()
    own = definitions(project, module)
    annotated = [(p.name, p.annotation) for f in own.functions.values() for p in f.node.params if p.annotation]
    annotated += [
        (str(target), statement.annotation)
        for definition in own.classes.values()
        for statement in statements(definition.node.body)
        if isinstance(statement, Set) and statement.annotation is not None
        for target in statement.targets
    ]
    for name, annotation in annotated:
        if any(each.rpartition(".")[2] in written for each in names(annotation)):
            found.add(name)
            found.add(f"_{name}")
    return found


@question(cyclic=frozenset(), kept=frozenset[str])
def _returning(project: Project, openers: frozenset[str]) -> frozenset[str]:
    """The names of the functions that call something by one of some names and may return what that gives."""
    found: set[str] = set()
    for module, all_called in every(project, called):
        if openers.isdisjoint(all_called):
            continue
        for function in functions_calling(project, module, openers):
            if not function.is_generator and not function.node.decorators and _may_return(function, openers):
                found.add(function.node.name)
    return frozenset(found)


def _may_return(function: Function, openers: frozenset[str]) -> bool:
    returned: set[Expr] = set()
    holders: set[Expr] = set()
    for statement in statements(function.body):
        match statement:
            case Return(value=value):
                for each in outcomes(value):
                    if isinstance(each, Call) and _may_open(each, openers):
                        return True
                    if isinstance(each, str):
                        returned.add(each)
            case Set(targets=targets, value=value):
                if any(isinstance(each, Call) and _may_open(each, openers) for each in outcomes(value)):
                    holders.update(target for target in targets if isinstance(target, str))
    return not returned.isdisjoint(holders)


@question(cyclic=frozenset(), kept=frozenset[str])
def generator_names(project: Project) -> frozenset[str]:
    """The last parts of the names of generators that may yield a session or connection they open."""
    found = frozenset().union(*[names_ for _, names_ in every(project, _generators)])
    return spellings(project, found) if found else found


@question(cyclic=frozenset(), kept=frozenset[str])
def _generators(project: Project, module: Module) -> frozenset[str]:
    openers = opener_names(project)
    if openers.isdisjoint(called(project, module)):
        return frozenset()
    slots = set(slots_calling(project, module, openers))
    own = definitions(project, module).functions.values()
    return frozenset(f.node.name for f in own if f.is_generator and f.node.body in slots)


def yields_one(project: Project, function: Function) -> bool:
    """Whether a generator yields a session or connection."""
    if not function.is_generator:
        return False
    declared = read(project, function.node.returns, Site(function.module, function))
    if any(database_of(project, arg) is not None for arm in arms(declared) for arg in arm.args[:1]):
        return True
    return bool(openings_in(project, function))


def is_class(project: Project, function: Function, name: str) -> bool:
    """Whether a name that is called means a class, or looks like one."""
    symbol = resolve(project, function.module, name, function)
    return find_class(project, symbol) is not None or name.rpartition(".")[2][:1].isupper()


def chained(function_sites: tuple[CallSite, ...], site: CallSite) -> str:
    """The method that is called right on what a call gives, or empty."""
    for other in function_sites:
        func = other.call.func
        if isinstance(func, Attr) and site.call in outcomes(func.base):
            return func.name
    return ""
