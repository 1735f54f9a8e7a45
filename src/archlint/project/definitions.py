"""The functions and classes a module defines."""

from collections.abc import Collection, Iterator

from archlint.facts.statements import ASYNC, GENERATOR, NESTING, Block, Class, Def
from archlint.project.model import Module, Project, question
from archlint.project.walk import defined, find


class Function:
    """A function or method; compared by identity.

    Attributes:
        name: qualified name inside the module (``AuthService.login``, ``outer.<locals>.inner``).
        owner: the class it is a method of.
        outer: the function it is defined in.
    """

    __slots__ = ("module", "name", "node", "outer", "owner")

    def __init__(
        self, module: Module, name: str, node: Def, owner: "ClassDefinition | None", outer: "Function | None"
    ) -> None:  # fmt: skip
        self.module = module
        self.name = name
        self.node = node
        self.owner = owner
        self.outer = outer

    def __repr__(self) -> str:
        return f"Function({self.module.name}:{self.name})"

    @property
    def body(self) -> Block:
        return self.module.body(self.node)

    @property
    def is_async(self) -> bool:
        return bool(self.node.flags & ASYNC)

    @property
    def is_generator(self) -> bool:
        return bool(self.node.flags & GENERATOR)

    @property
    def is_public(self) -> bool:
        return not self.node.name.startswith("_")

    @property
    def is_special(self) -> bool:
        """Whether it has a name that Python gives a meaning (``__init__``), not one that is only private (``__save``)."""
        return self.node.name.startswith("__") and self.node.name.endswith("__")

    @property
    def locals(self) -> set[str]:
        """The names that are locals of it, globals it assigns to not among them."""
        return {*self.node.binds, *[param.name for param in self.node.params]}

    def takes(self, name: str) -> bool:
        """Whether it has a parameter of a name."""
        return name in [param.name for param in self.node.params]

    def has_local(self, name: str) -> bool:
        """Whether a name is a local of it: a parameter, or bound in its own body."""
        return name in self.node.binds or self.takes(name)


class ClassDefinition:
    """A class; compared by identity. ``name`` is its qualified name inside the module."""

    __slots__ = ("methods", "module", "name", "node", "outer")

    def __init__(self, module: Module, name: str, node: Class, outer: Function | None) -> None:
        self.module = module
        self.name = name
        self.node = node
        self.outer = outer
        self.methods: dict[str, Function] = {}

    def __repr__(self) -> str:
        return f"ClassDefinition({self.module.name}:{self.name})"


class Definitions:
    """What one block defines, by qualified name; a name defined twice stands for its last definition."""

    __slots__ = ("classes", "functions")

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, ClassDefinition] = {}


@question(cyclic=Definitions())
def definitions(project: Project, module: Module) -> Definitions:
    """The functions (methods too) and classes of a module, those inside functions left out."""
    found = Definitions()
    _collect(found, module, module.interface.body, "", None, None)
    return found


@question(cyclic=Definitions())
def inner_definitions(project: Project, function: Function) -> Definitions:
    """The functions and classes defined directly inside a function."""
    found = Definitions()
    _collect(found, function.module, function.body, f"{function.name}.<locals>.", None, function)
    return found


def holder_of_local(function: Function | None, name: str) -> Function | None:
    """The function that has a local of a name as seen in another: that itself, or the nearest around it."""
    while function is not None and not function.has_local(name):
        function = function.outer
    return function


def all_functions(project: Project, module: Module) -> Iterator[Function]:
    """Every function of a module, in source order of the outermost ones, each followed by those inside it."""
    for function in definitions(project, module).functions.values():
        yield from with_inner(project, function)


def with_inner(project: Project, function: Function) -> Iterator[Function]:
    """A function, then the functions inside it, however deep."""
    yield function
    if function.node.flags & NESTING:
        for inner in inner_definitions(project, function).functions.values():
            yield from with_inner(project, inner)


def bodies_in(project: Project, module: Module, slots: Collection[int]) -> Iterator[tuple[Function | None, Block]]:
    """What to look through for what happens in some slots of a module (see `archlint.facts.interface.Interface.callees`):
    the module's own body for -1, with None; each other with its function, and each function inside that one."""
    if -1 in slots:
        yield None, module.interface.body
    for outermost in definitions(project, module).functions.values():
        if outermost.node.body in slots:
            for function in with_inner(project, outermost):
                yield function, function.body


def _collect(
    found: Definitions, module: Module, block: Block, prefix: str, owner: ClassDefinition | None, outer: Function | None
) -> None:
    for statement in defined(block):
        name = prefix + statement.name
        if isinstance(statement, Def):
            function = Function(module, name, statement, owner, outer)
            found.functions[name] = function
            if owner is not None:
                owner.methods[statement.name] = function
        else:
            definition = ClassDefinition(module, name, statement, outer)
            found.classes[name] = definition
            _collect(found, module, statement.body, name + ".", definition, outer)


def decorated_lines(module: Module) -> list[tuple[int, int]]:
    """The line of the first decorator and of the ``def`` or ``class`` itself, of everything decorated in a module."""
    blocks = [module.interface.body, *(module.body_in(slot) for slot in range(module.facts.slots))]
    return [
        (node.start, node.line)
        for block in blocks
        for node in find(block, (Def, Class), into_definitions=True)
        if node.start != node.line
    ]
