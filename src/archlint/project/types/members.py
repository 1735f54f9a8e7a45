"""Where attributes of a class of the project, and variables of its modules, get their values."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from archlint.core.record import Record
from archlint.facts.expressions import Const, Expr, Seq
from archlint.facts.statements import Def, Scope, Set
from archlint.project.classes import find_class, methods
from archlint.project.definitions import ClassDefinition, Function, all_functions
from archlint.project.flow.assignments import Env, recorded
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol, chosen, module_scope
from archlint.project.types.annotations import Site, Type, class_site, function_site, lineage
from archlint.project.walk import statements

INITIALISERS = ("__init__", "__post_init__", "__new__", "__aenter__", "__enter__")


class Given(Record, frozen=True):
    """One assignment to an attribute or a module-level variable.

    Attributes:
        site: where its annotation stands.
        function: the function it happens in, or that is around the class in whose body it does.
        env: what the locals of the function can be there.
        position: of an unpacked tuple, which of its items; else -1.
    """

    value: Expr
    annotation: Expr
    site: Site
    function: Function | None = None
    env: Env = MappingProxyType({})
    position: int = -1


def attribute_values(project: Project, owner: ClassDefinition, name: str) -> tuple[Given, ...]:
    """What a class assigns to an attribute: in its body, and in what runs first of its methods or, where there is at
    most a placeholder there, in the others. Where one says the type, that alone."""
    first = (*_in_body(owner, name), *_first(project, owner).get(name, ()))
    if all(isinstance(given.value, Const) and given.annotation is None for given in first):
        first += _later(project, owner).get(name, ())
    return _declared(first)


def _declared(found: tuple[Given, ...]) -> tuple[Given, ...]:
    return tuple(given for given in found if given.annotation is not None)[:1] or found


def _in_body(owner: ClassDefinition, name: str) -> Iterator[Given]:
    for statement in statements(owner.node.body):
        if isinstance(statement, Set) and name in statement.targets:
            yield Given(statement.value, statement.annotation, class_site(owner), owner.outer)


def method_of(project: Project, owner: ClassDefinition, name: str) -> Function | None:
    """The method of a name that a class itself defines; of a property, the getter, though its setter is the last definition
    of the name."""
    found = methods(project, owner).get(name)
    setters = (f"{name}.setter", f"{name}.deleter")
    if found is not None and any(decorator in setters for decorator in found.node.decorators):
        for statement in statements(owner.node.body):
            if isinstance(statement, Def) and statement.name == name:
                return Function(owner.module, found.name, statement, owner, owner.outer)
    return found


def inherited_method(project: Project, type_: Type, name: str) -> Function | None:
    """The method of a name that an object's class, or the nearest it descends from in the project, defines."""
    for base in lineage(project, type_):
        owner = find_class(project, base.symbol)
        found = None if owner is None else methods(project, owner).get(name)
        if found is not None:
            return found
    return None


@question(cyclic={})
def _first(project: Project, owner: ClassDefinition) -> Mapping[str, tuple[Given, ...]]:
    return _in_methods(method for name, method in methods(project, owner).items() if name in INITIALISERS)


@question(cyclic={})
def _later(project: Project, owner: ClassDefinition) -> Mapping[str, tuple[Given, ...]]:
    return _in_methods(method for name, method in methods(project, owner).items() if name not in INITIALISERS)


def _in_methods(functions: Iterable[Function]) -> Mapping[str, tuple[Given, ...]]:
    """What methods assign to attributes of their first parameter."""
    found: dict[str, tuple[Given, ...]] = {}
    for function in functions:
        this = f"{function.node.params[0].name}." if function.node.params else ""
        told = [each for each in _targets(function) if this and each[1].startswith(this)]
        for name, given in _with_envs(function, told):
            name = name.removeprefix(this)
            found[name] = (*found.get(name, ()), given)
    return found


def _targets(function: Function) -> Iterator[tuple[Set, str, int]]:
    """What the assignments in a function assign to, those of tuples with the position."""
    for statement in statements(function.body):
        if not isinstance(statement, Set) or statement.op or (statement.value, statement.annotation) == (None, None):
            continue
        for target in statement.targets:
            if isinstance(target, str):
                yield statement, target, -1
            elif isinstance(target, Seq):
                yield from ((statement, item, n) for n, item in enumerate(target.items) if isinstance(item, str))


def _with_envs(function: Function, told: list[tuple[Set, str, int]]) -> Iterator[tuple[str, Given]]:
    envs = recorded(function) if told else {}
    for statement, target, position in told:
        env = envs.get(id(statement))
        if env is not None:
            site = function_site(function)
            yield target, Given(statement.value, statement.annotation, site, function, env, position)


@question(cyclic=())
def module_values(project: Project, symbol: Symbol) -> tuple[Given, ...]:
    """What a module assigns to a variable; where that is at most a placeholder, what functions that declare it ``global``
    do. Empty for what is no variable."""
    module = project.by_path[symbol.path]
    bindings = module_scope(project, module).names.get(symbol.name)
    binding = chosen(bindings) if bindings else None
    if bindings is None or binding is None or binding.kind != "value":
        return ()
    values = [each for each in bindings if each.kind == "value" and each.value != symbol.name]
    found = tuple(Given(each.value, each.annotation, Site(module)) for each in values)
    if symbol.name in module.interface.rebound:
        return _declared((*found, *_rebound(project, module).get(symbol.name, ())))
    is_last = binding.certain and all(each.annotation is None for each in values)
    return found[-1:] if is_last else _declared(found)


@question(cyclic={})
def _rebound(project: Project, module: Module) -> Mapping[str, tuple[Given, ...]]:
    """What the functions of a module assign to variables of the module."""
    found: dict[str, tuple[Given, ...]] = {}
    for function in all_functions(project, module):
        own = {
            name
            for statement in statements(function.body)
            if isinstance(statement, Scope) and statement.kind == "global"
            for name in statement.names
        }
        for name, given in _with_envs(function, [each for each in _targets(function) if each[1] in own]):
            found[name] = (*found.get(name, ()), given)
    return found
