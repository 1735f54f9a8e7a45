"""What the project passes to ``Depends``, and whether a module is there for it."""

from collections.abc import Iterator

from archlint.facts.expressions import Call, Expr, Item, Param, Seq
from archlint.facts.statements import Block, Set, TypeAlias
from archlint.project.calls.index import calls_to, slots_of
from archlint.project.classes import descends, find_class, symbol_of
from archlint.project.definitions import Function, definitions
from archlint.project.knowledge import names_in
from archlint.project.layers.content import ENUM, PYDANTIC, Definition, top_level
from archlint.project.model import Module, Project, every, question
from archlint.project.names import Symbol, resolve
from archlint.project.types.data import is_mapped
from archlint.project.usage import at_work
from archlint.project.walk import calls, find


@question(cyclic=False)
def mostly_dependencies(project: Project, module: Module) -> bool:
    """Whether most of its public functions and classes are used in ``Depends``."""
    functions, classes = top_level(project, module)
    defined: list[Definition] = [*functions, *classes]
    public = [d for d in defined if not d.node.name.startswith("_")]
    if not public:
        return False
    used = injected(project, module)
    injectable = sum(d.name in used for d in public)
    spare = injectable * 2 - len(public) - _type_aliases(module)
    return spare > 0 and spare > _re_exported(project, module)


def _type_aliases(module: Module) -> int:
    """How many types it names by alias, as ``type Sorting[T] = …`` or ``Sorting = tuple[str, bool]``."""
    named = [s.name for s in module.interface.body if isinstance(s, TypeAlias)]
    named += [
        target
        for s in module.interface.body
        if isinstance(s, Set) and isinstance(s.value, Item | str) and not _is_annotated(s.value)
        for target in s.targets
        if isinstance(target, str) and target[:1].isupper() and not target.isupper()
    ]
    return len(named)


def _is_annotated(value: Expr) -> bool:
    base = value.base if isinstance(value, Item) else value
    return isinstance(base, str) and base.rpartition(".")[2] == "Annotated"


def _re_exported(project: Project, module: Module) -> int:
    """How many names of its own modules a package offers: lists in ``__all__``, or does nothing with itself."""
    if not module.is_package:
        return 0
    own = (i for i in module.interface.imports if i.level or f"{i.module}.".startswith(f"{module.name}."))
    names = [alias or name for statement in own for name, alias in statement.names]
    offered = module.interface.exports or ()
    return sum(name in offered or name not in at_work(project, module) for name in names)


@question(cyclic=False)
def holds_dependency(project: Project, module: Module) -> bool:
    """Whether anything it defines is used in ``Depends``, or it names dependencies for others in ``Annotated``, be it in
    functions that make them."""
    functions, classes = top_level(project, module)
    defined: list[Definition] = [*functions, *classes]
    used = injected(project, module)
    return any(d.name in used for d in defined) or injects(project, module)


def injects(project: Project, module: Module) -> bool:
    """Whether it asks FastAPI for dependencies, or names some for others in ``Annotated``."""
    return bool(_injections(project, module))


@question(cyclic=frozenset(), kept=frozenset[str])
def injected(project: Project, module: Module) -> frozenset[str]:
    """The names in a module of what the project passes to ``Depends`` or ``Security``: of a call
    (``Depends(Allows([Admin]))``) the function or class that is called and the classes with behaviour it is given."""
    return frozenset(_injected(project).get(module.path, ()))


@question(cyclic={})
def _injected(project: Project) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _, symbols in every(project, _injected_by):
        for symbol in symbols:
            found.setdefault(symbol.path, set()).add(symbol.name)
    return found


@question(cyclic=frozenset(), kept=frozenset[Symbol])
def _injected_by(project: Project, module: Module) -> frozenset[Symbol]:
    found = set()
    for around, call in _injections(project, module):
        target = call.args[0] if call.args else call.keyword("dependency")
        names = [target]
        if isinstance(target, Call):
            names = [target.func, *_classes_given(project, module, target)]
        for name in names:
            symbol = resolve(project, module, name, around) if isinstance(name, str) else None
            if symbol and symbol.path:
                found.add(symbol)
    return frozenset(found)


def injected_by_type(project: Project, module: Module) -> frozenset[str]:
    """The names in a module of the classes that parameters get by their annotation and a bare ``Depends()``."""
    return frozenset(symbol.name for symbol in _injected_types(project) if symbol.path == module.path)


@question(cyclic=frozenset())
def _injected_types(project: Project) -> frozenset[Symbol]:
    return frozenset().union(*[symbols for _, symbols in every(project, _injected_types_in)])


@question(cyclic=frozenset(), kept=frozenset[Symbol])
def _injected_types_in(project: Project, module: Module) -> frozenset[Symbol]:
    bare = {id(call) for _, call in _injections(project, module) if not call.args and not call.keyword("dependency")}
    hints: list[Expr] = []
    for node in find(module.interface.body, (Param, Item), into_definitions=True) if bare else ():
        if isinstance(node, Param):
            hints += [node.annotation] if id(node.default) in bare else []
        elif isinstance(node.key, Seq) and any(id(item) in bare for item in node.key.items):
            hints.append(node.key.items[0])
    found = (resolve(project, module, hint, None) for hint in hints if isinstance(hint, str))
    return frozenset(symbol for symbol in found if symbol is not None and symbol.path)


def _classes_given(project: Project, module: Module, call: Call) -> Iterator[str]:
    for item in call.args:
        for name in item.items if isinstance(item, Seq) else (item,):
            given = find_class(project, resolve(project, module, name, None)) if isinstance(name, str) else None
            data = given is None or is_mapped(project, given)
            if not data and not descends(project, symbol_of(given), PYDANTIC | ENUM):  # type: ignore[arg-type]
                yield name  # type: ignore[misc]


@question(cyclic=())
def _injections(project: Project, module: Module) -> tuple[tuple[Function | None, Call], ...]:
    """The calls of ``Depends`` and ``Security`` in signatures, decorators, classes and assignments, each with the function
    around it: one that makes handlers (``def make_router(): ...``)."""
    injecting = calls_to(project, module, _injectors())
    slots = slots_of(injecting)
    blocks: list[tuple[Function | None, Block]] = [(None, module.interface.body)] if -1 in slots else []
    functions = definitions(project, module).functions.values() if slots - {-1} else ()
    blocks += [(each, each.body) for each in functions if each.node.body in slots]
    return tuple(
        (around, call)
        for around, block in blocks
        for call in calls(block, into_definitions=True)
        if call.func in injecting
    )


def _injectors() -> frozenset[str]:
    return names_in("fastapi", "objects", "injectors")
