"""Where routers can matter: the module bodies and functions worth interpreting, found by what they call.

Reading every body of a project costs more than everything else together; the index of called names says which few to
open.
"""

import re

from archlint.facts.expressions import Expr
from archlint.facts.statements import NESTING, Class
from archlint.project.classes import mro
from archlint.project.definitions import ClassDefinition, Function, definitions
from archlint.project.fastapi.kinds import annotated_kind, class_kind, is_router_class
from archlint.project.knowledge import names_in
from archlint.project.model import Module, Project, question
from archlint.project.names import MODULE, package_of, resolve

TOP = -1
DECISIVE = (
    "include_router", "generate_and_include_versioned_routers", "add_api_route", "add_api_websocket_route", "api_route",
    "websocket", "mount",
)  # fmt: skip
VERBS = ("get", "post", "put", "delete", "patch", "options", "head", "trace")
CLASS_WORDS = ("Router", "FastAPI", "App", "API", "Api", "Cadwyn")
CANDIDATE = re.compile(rf"(?:\.(?:{'|'.join(DECISIVE + VERBS)})|{'|'.join(CLASS_WORDS)})$", re.MULTILINE)
HOLDER = re.compile(r"(?:router|app|api|application|routes)$", re.IGNORECASE)
PACKAGES = ("fastapi", "starlette")


@question(cyclic=frozenset())
def active_slots(project: Project, module: Module) -> frozenset[int]:
    """The function slots, and `TOP` for module level, in which routers may be made or used."""
    callees = module.interface.callees
    if not CANDIDATE.search("\n".join(callees)):
        return frozenset()
    slots: set[int] = set()
    heads: dict[int, list[str]] = {}
    aliases = _class_aliases(module)
    for name, where in callees.items():
        head, _, last = name.rpartition(".")
        if last in DECISIVE and last != name:
            slots.update(where)
        elif last in VERBS:
            if where[0] == TOP and TOP not in slots and not _is_third_party(project, module, head):
                slots.add(TOP)
            if where[-1] != TOP:
                for slot in where:
                    heads.setdefault(slot, []).append(head)
        elif (last.endswith(CLASS_WORDS) or name in aliases) and _makes_router(project, module, name):
            slots.update(where)
    if any(slot not in slots for slot in heads):
        slots |= _nesting_slots(project, module, heads)
    return frozenset(slots)


def _class_aliases(module: Module) -> frozenset[str]:
    """Names that do not look it but may be classes of apps and routers: aliases of FastAPI's own, and subclasses."""
    found = {
        alias
        for statement in module.interface.imports
        for name, alias in statement.names
        if alias and name in ("APIRouter", "FastAPI")
    }
    for statement in module.interface.body:
        if isinstance(statement, Class) and any(_is_class_word(base, found) for base in statement.bases):
            found.add(statement.name)
    return frozenset(found)


def _is_class_word(base: Expr, aliases: set[str]) -> bool:
    return isinstance(base, str) and (base.endswith(CLASS_WORDS) or base in aliases)


def _is_third_party(project: Project, module: Module, head: str) -> bool:
    """``os.environ.get``: a call on something another package defines."""
    symbol = resolve(project, module, head, None) if head else None
    return symbol is not None and (symbol.is_external or symbol.name == MODULE)


def _makes_router(project: Project, module: Module, name: str) -> bool:
    symbol = resolve(project, module, name, None)
    return symbol is not None and class_kind(project, symbol) != ""


def _imports_routers(module: Module) -> bool:
    """Whether a module imports FastAPI, or something that goes by the name of an app or router."""
    for statement in module.interface.imports:
        if package_of(statement) in PACKAGES and not statement.level:
            return True
        if any(name.endswith(CLASS_WORDS) for name, _ in statement.names):
            return True
    return False


def _nesting_slots(project: Project, module: Module, heads: dict[int, list[str]]) -> set[int]:
    """The slots of functions that hold functions of their own, for which they may call a router: something that goes by
    a router's name, an attribute, or a parameter annotated as one. ``heads`` tells what each slot calls methods of."""
    imports = _imports_routers(module)
    if not imports and not any(HOLDER.search(head) for called in heads.values() for head in called):
        return set()
    found: set[int] = set()
    for function in definitions(project, module).functions.values():
        body = function.node.body
        called = heads.get(body, ()) if isinstance(body, int) and function.node.flags & NESTING else ()
        if any(_may_be_router(project, function, head, imports) for head in called):
            found.add(body)  # type: ignore[arg-type]  # only a slot has anything called
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
    return any(function.node.body in where and name.rpartition(".")[2] in VERBS for name, where in callees.items())


@question(cyclic=False)
def is_active_class(project: Project, definition: ClassDefinition) -> bool:
    """Whether a method of a class, inherited ones included, may make or use routers."""
    return any(is_active(project, m) for owner in mro(project, definition) for m in owner.methods.values())


@question(cyclic=())
def active_functions(project: Project, module: Module, more: frozenset[int] = frozenset()) -> tuple[Function, ...]:
    """The functions and methods of a module that may make or use routers, and those of ``more`` slots, in source
    order."""
    slots = (active_slots(project, module) | more) - {TOP}
    if not slots:
        return ()
    return tuple(f for f in definitions(project, module).functions.values() if f.node.body in slots)


def http_methods() -> frozenset[str]:
    """The names of the router methods that register a handler for one HTTP method."""
    return names_in("fastapi", "methods", "http")
