"""Services: the classes of a service module that have behaviour, or the module itself where its functions have it."""

from archlint.core.record import Record
from archlint.facts.expressions import Expr
from archlint.project.classes import descends, symbol_of
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.flow.forms import decorator_name, does_nothing
from archlint.project.knowledge import names_in
from archlint.project.layers.content import top_level
from archlint.project.model import Module, Project, question
from archlint.project.names import resolve
from archlint.project.places import header, start_of
from archlint.project.types.data import is_mapped

DATA_METHODS = frozenset({"__init__", "__new__", "__post_init__", "__repr__", "__str__", "__eq__", "__hash__"})
"""What a class that only holds data may define."""

HELPER_SHARE = 2
"""Classes this many times shorter than the functions beside them help these rather than being services themselves."""


class Service(Record, frozen=True):
    """A service: a class, or a module of functions.

    Attributes:
        name: of the class, or of the module.
        is_class: whether it is a class.
        lines: from the ``class`` line to the last one; of a module, all of it.
        functions: its methods or functions, private ones included, in source order.
        operations: names of what it offers: public methods and functions, properties and inherited methods left out.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    name: str
    is_class: bool
    lines: int
    functions: tuple[Function, ...]
    operations: tuple[str, ...]

    @property
    def largest(self) -> tuple[tuple[str, int], ...]:
        """Name and lines of each function, longest first, special methods left out."""
        rows = [(f.node.name, _lines(f)) for f in self.functions if not f.is_special]
        return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


@question(cyclic=())
def services(project: Project, module: Module) -> tuple[Service, ...]:
    """The services a module of the service layer holds: its classes with behaviour, then the module itself where its
    functions outweigh all its classes, and by far those with behaviour."""
    functions, classes = top_level(project, module)
    acting = [definition for definition in classes if has_behaviour(project, definition)]
    found = [_class_service(project, definition) for definition in acting]
    public = tuple(function.node.name for function in functions if function.is_public)
    written = sum(_lines(function) for function in functions)
    described = sum(_lines(definition) for definition in classes)
    if public and written > described and written >= HELPER_SHARE * sum(service.lines for service in found):
        lines = module.interface.lines
        found.append(Service(*start_of(module), module.name, False, lines, tuple(functions), public))
    return tuple(found)


@question(cyclic=False)
def has_behaviour(project: Project, definition: ClassDefinition) -> bool:
    """Whether a class does something: it is no data, exception, enum or protocol, and most of its methods are written
    out rather than left to subclasses."""
    symbol = symbol_of(definition)
    if descends(project, symbol, names_in("services", "bases")) or is_mapped(project, definition):
        return False
    decorators = names_in("services", "decorators")
    if any(_is_one_of(project, definition.module, d, decorators) for d in definition.node.decorators):
        return False
    methods = [function for name, function in definition.methods.items() if name not in DATA_METHODS]
    stubs = sum(_is_stub(project, function) for function in methods)
    return len(methods) > stubs and len(methods) >= 2 * stubs


def _class_service(project: Project, definition: ClassDefinition) -> Service:
    functions = tuple(definition.methods.values())
    operations = tuple(f.node.name for f in functions if f.is_public and not is_property(project, f))
    return Service(*header(definition), definition.name, True, _lines(definition), functions, operations)


def is_property(project: Project, function: Function) -> bool:
    """Whether a method is read or written like an attribute."""
    accessors = ("setter", "getter", "deleter")
    for decorator in function.node.decorators:
        if isinstance(decorator, str) and decorator.rpartition(".")[2] in accessors:
            return True
        if _is_one_of(project, function.module, decorator, names_in("services", "properties")):
            return True
    return False


def _lines(definition: Function | ClassDefinition) -> int:
    return definition.node.end_line - definition.node.line + 1


def _is_stub(project: Project, function: Function) -> bool:
    abstract = names_in("services", "abstract")
    if any(_is_one_of(project, function.module, d, abstract) for d in function.node.decorators):
        return True
    return all(map(does_nothing, function.body))


def _is_one_of(project: Project, module: Module, decorator: Expr, names: frozenset[str]) -> bool:
    written = decorator_name(decorator)
    symbol = resolve(project, module, written, None) if written else None
    return symbol is not None and symbol.is_external and symbol.name in names
