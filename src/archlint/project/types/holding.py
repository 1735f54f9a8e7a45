"""Which classes of the project an object may hold, told by the names in annotations alone.

It is more than `archlint.project.types.schemas` finds in any one type, without type arguments being filled in or fields told
from what is none: enough to tell what cannot be.
"""

from collections.abc import Collection, Iterable, Iterator

from archlint.facts.expressions import Const, Expr, Item
from archlint.facts.statements import Class, Set
from archlint.project.classes import bases, find_class, methods, mro
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.model import Module, Project, question
from archlint.project.names import Symbol
from archlint.project.types.annotations import VARIABLE, Site, Type, bound, class_site, read
from archlint.project.walk import EXPRESSIONS, defined, statements

Classes = tuple[ClassDefinition, ...]


def classes_in(project: Project, type_: Type, *, with_bounds: bool = False) -> Iterator[ClassDefinition]:
    """The classes of the project that a type names, with ``with_bounds`` those its type variables stand for at least, too."""
    waiting, bounds = [type_], set[Symbol]()
    while waiting:
        each = waiting.pop()
        if each.args:
            waiting += each.args
        if each.symbol is None:
            continue
        if each.kind == VARIABLE:
            if with_bounds and each.symbol not in bounds:
                bounds.add(each.symbol)
                waiting.append(bound(project, each.symbol))
        elif each.symbol.path:
            definition = find_class(project, each.symbol)
            if definition is not None:
                yield definition


def reachable(project: Project, roots: Iterable[ClassDefinition]) -> Iterator[ClassDefinition]:
    """Some classes, and all that objects of them may hold at any depth, the nearest first."""
    waiting = list(dict.fromkeys(roots))
    seen = set(waiting)
    for definition in waiting:
        yield definition
        for owner in mro(project, definition):
            for inner in _named_in(project, owner):
                if inner not in seen:
                    seen.add(inner)
                    waiting.append(inner)


@question(cyclic=())
def _named_in(project: Project, owner: ClassDefinition) -> Classes:
    """The classes that the annotations in a class name, what decorated methods return and the arguments of bases."""
    node = owner.node
    written = _names([s.annotation for s in statements(node.body) if isinstance(s, Set)])
    written |= _names([m.node.returns for m in methods(project, owner).values() if m.node.decorators])
    written |= _names([base.key for base in node.bases if isinstance(base, Item)])
    found = dict.fromkeys(_other_bases(project, owner))
    inner = {s.name for s in defined(node.body) if isinstance(s, Class)}
    for name in written:
        is_inner = name.partition(".")[0] in inner
        own = find_class(project, Symbol(owner.module.path, f"{owner.name}.{name}")) if is_inner else None
        found.update(dict.fromkeys(_named(project, owner.module, name, owner.outer) if own is None else (own,)))
    return tuple(found)


def _other_bases(project: Project, owner: ClassDefinition) -> Iterator[ClassDefinition]:
    """What bases name that are not classes themselves: aliases."""
    known = bases(project, owner)
    for base in owner.node.bases:
        type_ = read(project, base.base if isinstance(base, Item) else base, class_site(owner))
        if type_.args or type_.symbol not in known:
            yield from classes_in(project, type_)


@question(cyclic=())
def _named(project: Project, module: Module, name: str, outer: Function | None) -> Classes:
    return tuple(classes_in(project, read(project, name, Site(module, outer))))


def _names(annotations: Collection[Expr]) -> set[str]:
    """The names in some annotations, quoted ones too."""
    found = set()
    waiting = list(annotations)
    while waiting:
        expr = waiting.pop()
        if expr.__class__ is str:
            found.add(expr)
        elif expr.__class__ is Const:
            if expr.kind == "str" and str(expr.value).replace(".", "_").isidentifier():
                found.add(str(expr.value))
        else:
            children = EXPRESSIONS.get(expr.__class__)
            waiting += children(expr) if children is not None else ()
    return found
