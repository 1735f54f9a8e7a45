"""Where routers can matter: the module bodies and functions worth interpreting, found by what they call.

Reading every body of a project costs more than everything else together; the index of called names says which few to
open.
"""

import re

from archlint.facts.statements import NESTING
from archlint.project.aliases import called, called_by, installed, offspring, slots_calling
from archlint.project.classes import find_function, mro
from archlint.project.definitions import ClassDefinition, Function, definitions
from archlint.project.fastapi.kinds import annotated_kind, class_kind, is_router_class
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, every, question
from archlint.project.names import MODULE, resolve
from archlint.project.origins import origins

TOP = -1
NO_SLOTS: frozenset[int] = frozenset()
DECISIVE = frozenset({
    "include_router", "generate_and_include_versioned_routers", "add_api_route", "add_api_websocket_route", "api_route",
    "websocket", "mount",
})  # fmt: skip
VERBS = frozenset({"get", "post", "put", "delete", "patch", "options", "head", "trace"})
TELLING = DECISIVE | VERBS
CLASS_WORDS = ("Router", "FastAPI", "App", "API", "Api", "Cadwyn")
HOLDER = re.compile(r"(?:router|app|api|application|routes)$", re.IGNORECASE)
PACKAGES = ("fastapi", "starlette")


@question(cyclic=frozenset(), kept=frozenset[int])
def active_slots(project: Project, module: Module) -> frozenset[int]:
    """The function slots, and `TOP` for module level, in which routers may be made or used."""
    found = called(project, module)
    classes = _class_names(project) & found
    wanted = classes | (found & TELLING)
    if not wanted:
        return frozenset()
    slots: set[int] = set()
    heads: list[tuple[str, tuple[int, ...]]] = []
    for name in called_by(project, module, wanted):
        where = module.interface.callees[name]
        head, _, last = name.rpartition(".")
        if last in VERBS:
            if where[0] == TOP and TOP not in slots and not _is_third_party(project, module, head):
                slots.add(TOP)
            if where[-1] != TOP:
                heads.append((head, where))
        elif (last in DECISIVE and last != name) or (last in classes and _makes_router(project, module, name)):
            slots.update(where)
    if heads:
        slots |= _nesting_slots(project, module, heads)
    return frozenset(slots)


@question(cyclic=frozenset(), kept=frozenset[str])
def _class_names(project: Project) -> frozenset[str]:
    """The names that classes of apps and routers may go by: FastAPI's own, those derived from them, and any that looks
    like one, which another package may define."""
    known = frozenset().union(*[names_in("fastapi", "classes", group) for group in ("apps", "routers", "bare")])
    everything = frozenset().union(*[names for _, names in every(project, called)])
    return offspring(project, known | installed(project, known)) | {
        name for name in everything if name.endswith(CLASS_WORDS)
    }


def _is_third_party(project: Project, module: Module, head: str) -> bool:
    """``os.environ.get``: a call on something another package defines."""
    symbol = resolve(project, module, head, None) if head else None
    return symbol is not None and (symbol.is_external or symbol.name == MODULE)


def _makes_router(project: Project, module: Module, name: str) -> bool:
    symbol = resolve(project, module, name, None)
    return symbol is not None and class_kind(project, symbol) != ""


def _imports_routers(project: Project, module: Module) -> bool:
    """Whether a module imports FastAPI, or something that goes by the name of an app or router."""
    if not origins(project, module).packages.isdisjoint(PACKAGES):
        return True
    return any(name.endswith(CLASS_WORDS) for statement in module.interface.imports for name, _ in statement.names)


def _nesting_slots(project: Project, module: Module, heads: list[tuple[str, tuple[int, ...]]]) -> set[int]:
    """The slots of functions that hold functions of their own, for which they may call a router: something that goes by
    a router's name, an attribute, or a parameter annotated as one. ``heads`` tells what methods are called of, and in
    which slots."""
    nesting = {
        function.node.body: function
        for function in definitions(project, module).functions.values()
        if function.node.flags & NESTING and isinstance(function.node.body, int)
    }
    found: set[int] = set()
    if not nesting:
        return found
    imports = _imports_routers(project, module)
    for head, slots in heads:
        for slot in slots:
            function = nesting.get(slot)
            if function is not None and slot not in found and _may_be_router(project, function, head, imports):
                found.add(slot)
    return found


def _may_be_router(project: Project, function: Function, head: str, imports: bool) -> bool:
    if HOLDER.search(head) or (imports and head.startswith("self.")):
        return True
    return imports and head != "" and annotated_kind(project, function, head) != ""


def is_active(project: Project, function: Function) -> bool:
    """Whether a function may make or use routers; one inside another counts as that one."""
    while function.outer is not None:
        function = function.outer
    if function.owner is not None and is_router_class(project, function.owner):
        return True
    body = function.node.body
    return isinstance(body, int) and body in active_slots(project, function.module)


@question(cyclic=False)
def calls_verbs(project: Project, function: Function) -> bool:
    """Whether a function calls anything that goes by the name of a method that registers handlers."""
    callees = function.module.interface.callees
    return any(function.node.body in callees[name] for name in called_by(project, function.module, VERBS))


@question(cyclic=False)
def passes_on(project: Project, function: Function) -> bool:
    """Whether a function calls one that may make or use routers: what it returns may be what that one makes."""
    module, body = function.module, function.node.body
    if not isinstance(body, int):
        return False
    names = slots_calling(project, module, _active_names(project)).get(body, ())
    called_here = (find_function(project, resolve(project, module, name, function)) for name in names)
    return any(found is not None and is_active(project, found) for found in called_here)


@question(cyclic=frozenset())
def _active_names(project: Project) -> frozenset[str]:
    return frozenset().union(*[names for _, names in every(project, _active_names_in)])


@question(cyclic=frozenset(), kept=frozenset[str])
def _active_names_in(project: Project, module: Module) -> frozenset[str]:
    """The names of a module's functions, methods aside, that may make or use routers."""
    return frozenset(f.name for f in active_functions(project, module, NO_SLOTS) if f.owner is None)


@question(cyclic=False)
def is_active_class(project: Project, definition: ClassDefinition) -> bool:
    """Whether a method of a class, inherited ones included, may make or use routers."""
    return any(is_active(project, m) for owner in mro(project, definition) for m in owner.methods.values())


@question(cyclic=())
def active_functions(project: Project, module: Module, more: frozenset[int]) -> tuple[Function, ...]:
    """The functions and methods of a module that may make or use routers, and those of ``more`` slots, in source
    order."""
    slots = (active_slots(project, module) | more) - {TOP}
    if not slots:
        return ()
    return tuple(f for f in definitions(project, module).functions.values() if f.node.body in slots)


def http_methods() -> frozenset[str]:
    """The names of the router methods that register a handler for one HTTP method."""
    return names_in("fastapi", "methods", "http")
