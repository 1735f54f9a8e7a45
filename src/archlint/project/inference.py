"""What a class of an installed package descends from where its file does not say: astroid's inference.

For bases that are made by a function of the package, unpacked, looked up in a dict, or attributes of an object. The
package's files reach astroid as text through the same `Library` as ours, and no other way: neither is anything imported
nor is the interpreter's own path searched. Source: https://pylint.readthedocs.io/projects/astroid/en/latest/inference.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from archlint.project.environment import Library
from archlint.project.model import Project, question
from archlint.sources import DecodeError, decode

if TYPE_CHECKING:
    from astroid import nodes

MOST_BYTES = 1 << 19
"""Bytes of source one inference may read: astroid takes about a second for them, ten times as long as the lowering."""
MOST_VALUES = 10
DEEPEST = 5


class Reader:
    """The modules of a library as astroid's trees, each built when it is first asked for."""

    def __init__(self, shelf: Library) -> None:
        self.shelf = shelf
        self.allowance = MOST_BYTES
        self.cache: dict[str, nodes.Module] = {}

    def build(self, name: str) -> nodes.Module:
        """The tree of a module of the library.

        Raises:
            AstroidBuildingError: there is none, or it is more than may be read.
        """
        from astroid.builder import AstroidBuilder
        from astroid.exceptions import AstroidImportError
        from astroid.manager import AstroidManager

        if name in self.cache:
            return self.cache[name]
        file = self.shelf.file(name)
        if file is None or len(file.data) > self.allowance:
            raise AstroidImportError("not in the library: {modname}", modname=name)
        self.allowance -= len(file.data)
        try:
            text = decode(file.data)
        except DecodeError as error:
            raise AstroidImportError("not to be read: {modname}", modname=name) from error
        # Transforms are the plug-ins that know popular packages by heart; some of them import.
        builder = AstroidBuilder(AstroidManager(), apply_transforms=False)
        return builder.string_build(text, name, file.path)


@question(cyclic=None)
def _reader(shelf: Project) -> Reader:
    assert isinstance(shelf, Library)
    return Reader(shelf)


@contextmanager
def _confined(reader: Reader) -> Iterator[None]:
    """Give astroid no way to a module but through a reader, and no memory of modules but the reader's."""
    import astroid  # noqa: F401  completes what its modules import from one another
    from astroid.builder import AstroidBuilder
    from astroid.manager import AstroidManager

    def ast_from_module_name(self: AstroidManager, modname: str | None, *_: object, **__: object) -> nodes.Module:
        return reader.build(modname or "")

    AstroidBuilder(AstroidManager())  # reads the builtins, once a process
    brain, usual = AstroidManager.brain, AstroidManager.ast_from_module_name
    memory = brain["astroid_cache"]
    reader.cache.setdefault("builtins", memory["builtins"])
    brain["astroid_cache"] = reader.cache
    AstroidManager.ast_from_module_name = ast_from_module_name
    try:
        yield
    finally:
        AstroidManager.ast_from_module_name = usual
        brain["astroid_cache"] = memory


@question(cyclic=())
def inferred_bases(shelf: Project, module: str, name: str, numbers: tuple[int, ...]) -> tuple[str, ...]:
    """The qualified names of the classes that some bases of a class of the library, given by number, may be."""
    return _ask(shelf, module, name, lambda node: [node.bases[number] for number in numbers])


@question(cyclic=())
def inferred_classes(shelf: Project, module: str, name: str) -> tuple[str, ...]:
    """The qualified names of the classes that a name of a module of the library may stand for."""
    return _ask(shelf, module, name, lambda node: [node])


def _ask(shelf: Project, module: str, name: str, expressions: Any) -> tuple[str, ...]:
    reader = _reader(shelf)
    reader.allowance = MOST_BYTES
    try:
        with _confined(reader):
            node = _node(reader.build(module), name)
            found = [name for expression in expressions(node) for name in _class_names(expression, None, 0)]
    except Exception:
        # Other people's code can surprise astroid in any way; then nothing is known.
        return ()
    return tuple(dict.fromkeys(found))


def _node(module: nodes.Module, name: str) -> nodes.NodeNG:
    """The class a dotted name stands for in a module, else the expression that is assigned to it."""
    from astroid import nodes

    node: Any = module
    *owners, last = name.split(".")
    for owner in owners:
        node = next(node.igetattr(owner))
    bound = node.locals[last][-1] if last in getattr(node, "locals", ()) else next(node.igetattr(last))
    assigned = bound.parent
    if isinstance(bound, nodes.AssignName) and isinstance(assigned, nodes.Assign) and bound in assigned.targets:
        return assigned.value
    return bound


def _class_names(expression: Any, call: Any, depth: int) -> Iterator[str]:
    """The classes an expression may be. One made inside a function has no name to go by: its bases stand for it, the
    function's parameters among them for what it was called with."""
    from astroid import nodes

    if isinstance(expression, nodes.Call):
        call = expression
    for value in _values(expression, call if call is not expression else None):
        if isinstance(value, nodes.ClassDef):
            if _can_be_imported(value):
                yield value.qname()
            elif depth < DEEPEST:
                for base in value.bases:
                    yield from _class_names(base, call, depth + 1)


def _values(expression: Any, call: Any) -> Iterable[Any]:
    from astroid.context import CallContext, InferenceContext

    context = InferenceContext()
    if call is not None:
        callee = next(call.func.infer())
        context.callcontext = CallContext(args=call.args, keywords=call.keywords, callee=callee)
    return islice(expression.infer(context), MOST_VALUES)


def _can_be_imported(value: nodes.ClassDef) -> bool:
    from astroid import nodes

    scope = value.parent.scope() if value.parent else None
    if not isinstance(scope, nodes.Module | nodes.ClassDef) or value not in scope.locals.get(value.name, ()):
        return False
    return isinstance(scope, nodes.Module) or _can_be_imported(scope)
