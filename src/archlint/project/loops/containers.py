"""The containers a ``for`` goes over, and what is known of them."""

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Attr, Call, Comp, Const, Expr, Item, Seq
from archlint.project.definitions import Function
from archlint.project.flow.bindings import Assigned, Env
from archlint.project.knowledge import names_in
from archlint.project.model import Project
from archlint.project.names import resolve
from archlint.project.types.annotations import ANY, CLASS, UNKNOWN, Type, arms, lineage
from archlint.project.types.expressions import Frame, type_of

Path = tuple[str, ...]
"""A way to an object: a local, its attributes, and its items as ``[key]``."""

LIST = "list"
DICT = "dict"
SET = "set"
DEQUE = "deque"
UNCLEAR = "unclear"
FOREIGN = ""
VIEWS = ("items", "keys", "values")
THROUGH = {"enumerate": 0, "reversed": 0, "iter": 0, "filter": 1, "map": 1, "zip": 0}
"""Built-in iterators, and which of their arguments they go over as the loop asks them to (`zip` over all)."""


class Walked(Record, frozen=True):
    """A container a loop goes over.

    Attributes:
        path: the way to it.
        expr: the same as written.
        view: the method of it that is gone over; empty for itself.
        item: what an item of it is given to.
        key: the variable that holds a key of the dict it may be; empty if none does.
        counter: the variable that counts the items; empty if none does.
        backwards: the last item comes first.
    """

    path: Path
    expr: Expr
    view: str
    item: Expr
    key: str
    counter: str
    backwards: bool = False


def path_of(expr: Expr) -> Path | None:
    """The way to an object; None where it takes more than names, attributes and simple keys."""
    match expr:
        case str():
            return tuple(expr.split("."))
        case Attr(base=base, name=name):
            before = path_of(base)
            return None if before is None else (*before, name)
        case Item(base=base, key=str() | Const() as key):
            before = path_of(base)
            written = key if isinstance(key, str) else f"{key.kind} {key.value!r}"
            return None if before is None else (*before, f"[{written}]")
    return None


def depends_on(path: Path, changed: Path) -> bool:
    """Whether a way leads elsewhere once another is given a new value."""
    if path[: len(changed)] == changed:
        return True
    key = f"[{'.'.join(changed)}"
    return any(part == f"{key}]" or part.startswith(f"{key}.") for part in path)


def walked(
    project: Project, function: Function, expr: Expr, target: Expr, counter: str = ""
) -> list[Walked]:  # fmt: skip
    """The containers that a loop over an expression goes over as it runs; not those it copies first."""
    match expr:
        case Call(func=str() as func, args=()) if func.rpartition(".")[2] in VIEWS and "." in func:
            base, _, view = func.rpartition(".")
            return _container(base, view, target, counter)
        case Call(func=Attr(base=base, name=view), args=()) if view in VIEWS:
            return _container(base, view, target, counter)
        case Call(func=str() as func, args=(key, *_)) if func.endswith(".get") and len(expr.args) < 3:
            return _container(Item(func.removesuffix(".get"), key), "", target, counter)
        case Call(func=str() as func) if func in THROUGH and _is_builtin(project, function, func):
            if func == "enumerate":
                pair = target.items if isinstance(target, Seq) and len(target.items) == 2 else (None, None)
                counter, target = pair[0] if isinstance(pair[0], str) else "", pair[1]
            parts = _handed_on(expr, func, target)
            found = [each for arg, part in parts for each in walked(project, function, arg, part, counter)]
            return [replace(each, backwards=True) for each in found] if func == "reversed" else found
        case Comp(kind="generator", fors=(first, *_)):
            return walked(project, function, first.iter, None)
    return _container(expr, "", target, counter)


def _handed_on(call: Call, func: str, target: Expr) -> list[tuple[Expr, Expr]]:
    """What a built-in iterator goes over, each with what takes an item of it."""
    if func == "zip":
        parts = (
            target.items if isinstance(target, Seq) and len(target.items) == len(call.args) else [None] * len(call.args)
        )
        return list(zip(call.args, parts, strict=True))
    position = THROUGH[func]
    return [(arg, None if func == "map" else target) for arg in call.args[position : position + 1]]


def _container(expr: Expr, view: str, target: Expr, counter: str) -> list[Walked]:
    path = path_of(expr)
    if path is None:
        return []
    key = target
    if view == "items":
        key = target.items[0] if isinstance(target, Seq) and target.items else None
    elif view == "values":
        key = None
    return [Walked(path, expr, view, target, key if isinstance(key, str) else "", counter)]


def _is_builtin(project: Project, function: Function, name: str) -> bool:
    symbol = resolve(project, function.module, name, function)
    return symbol is not None and symbol.name == f"builtins.{name}"


def kind_of(project: Project, function: Function, expr: Expr, env: Env) -> str:
    """What kind of container something is: `LIST`, `DICT`, `SET`, `DEQUE`, `UNCLEAR` where nothing is known of it, `FOREIGN`
    where it is known to be something else or comes from other people's code."""
    found = arms(type_of(project, expr, Frame(function.module, function, env)))
    kinds = {_kind(project, arm) for arm in found if arm.kind not in (ANY, UNKNOWN)}
    if kinds:
        return kinds.pop() if len(kinds) == 1 else FOREIGN
    return FOREIGN if _is_foreign(project, function, expr, env) else UNCLEAR


def _kind(project: Project, type_: Type) -> str:
    if type_.kind != CLASS:
        return FOREIGN
    for base in lineage(project, type_):
        for kind in (LIST, DICT, SET, DEQUE):
            if base.name in names_in("containers", "kinds", kind):
                return kind
    return FOREIGN


def is_own(project: Project, function: Function, path: Path, env: Env) -> bool:
    """Whether a container nobody knows the kind of is a local or hangs on an object of the project."""
    return len(path) == 1 or _is_of_project(project, ".".join(path[:-1]), Frame(function.module, function, env))


def _is_of_project(project: Project, expr: Expr, frame: Frame) -> bool:
    found = arms(type_of(project, expr, frame))
    return bool(found) and all(arm.symbol is not None and not arm.symbol.is_external for arm in found)


def _is_foreign(project: Project, function: Function, expr: Expr, env: Env) -> bool:
    """Whether other people's code made something: it is an attribute of a third party's module or object, or what a call of
    a third party's gave."""
    while isinstance(expr, Item | Attr):
        expr = expr.base
    if not isinstance(expr, str):
        return True
    head, *rest = expr.split(".")
    assigned = env.get(head)
    if assigned is None:
        symbol = resolve(project, function.module, head, function)
        return symbol is None or symbol.is_external
    frame = Frame(function.module, function, env)
    if any(type_of(project, ".".join((head, *rest[:count])), frame).name for count in range(len(rest))):
        return True
    return not all(_is_ours(project, function, each) for each in assigned)


def _is_ours(project: Project, function: Function, assigned: Assigned) -> bool:
    """Whether a local may be a container of the project's making, as far as its assignment tells."""
    made = assigned.expr
    match assigned.how:
        case "is" | "is not":
            return all(_is_ours(project, function, each) for each in assigned.env.get(assigned.name, ()))
        case "param" | "added" | "element":
            return True
        case "value":
            if isinstance(made, str) and "." in made:
                return _is_of_project(project, made.rpartition(".")[0], Frame(function.module, function, assigned.env))
            if not isinstance(made, Call) or not isinstance(made.func, str):
                return not isinstance(made, Attr)
            symbol = resolve(project, function.module, made.func, function)
            return made.func.partition(".")[0] in assigned.env or symbol is None or not symbol.is_external
    return False
