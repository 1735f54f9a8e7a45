"""What a step of a body may do to a container: the changes of its size that are written in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from archlint.core.record import Record
from archlint.facts.changes import CHANGERS
from archlint.facts.expressions import Call, Comp, Const, Expr, Item, Lambda, Map, Op, Seq, Slice, Text
from archlint.facts.statements import Assert, Block, Del, Do, Raise, Return, Set
from archlint.project.calls.forms import base_of, last_name
from archlint.project.flow import fold as flow
from archlint.project.flow.bindings import VALUE
from archlint.project.flow.forms import parts
from archlint.project.flow.sites import Locals
from archlint.project.loops.containers import DEQUE, DICT, LIST, SET, UNCLEAR, VIEWS, Path, Walked, path_of
from archlint.project.places import Place, whole
from archlint.project.spelling import spelled
from archlint.project.walk import CHILDREN, find, statements

DELETE = "del"
STORE = "="
MAKING_OTHERS = frozenset(
    {
        "capitalize",
        "casefold",
        "lower",
        "lstrip",
        "removeprefix",
        "removesuffix",
        "replace",
        "rstrip",
        "strip",
        "title",
        "upper",
    }
)
"""Methods of a string that give another one."""
OPERATORS = {"|": (SET, DICT), "-": (SET,), "&": (SET,), "^": (SET,)}


class Change(Record, frozen=True):
    """A change that is written somewhere.

    Attributes:
        how: a method's name, `DELETE`, `STORE`, or the operator of an augmented assignment.
        args: what the method is given, or the key.
        is_known: whether the container is known to hold, or not to hold, that key; None where nobody says.
        locals: what the locals can be there.
    """

    how: str
    args: tuple[Expr, ...]
    place: Place
    what: str
    is_known: bool | None
    locals: Locals


def expressions(step: Any) -> tuple[Expr, ...]:
    """The expressions a step evaluates."""
    match step:
        case Do(value=value) | Return(value=value):
            return (value,)
        case Set(targets=targets, value=value):
            return (value, *targets)
        case Raise(value=value, cause=cause):
            return value, cause
        case Assert(test=test, message=message):
            return test, message
        case flow.Test(expr=expr) | flow.Evaluate(expr=expr) | flow.Enter(context=expr):
            return (expr,)
    return ()


def calls_at_once(root: Expr) -> Iterator[Call]:
    """The calls an expression makes as it is evaluated: not those of lambdas and of generators somebody else asks."""
    if isinstance(root, Lambda) or (isinstance(root, Comp) and root.kind == "generator"):
        return
    children = CHILDREN.get(root.__class__)
    for child in children(root) if children else ():
        yield from calls_at_once(child)
    if isinstance(root, Call):
        yield root


def changes(step: Any, path: Path, known: dict[str, bool], here: Locals) -> Iterator[Change]:
    """The changes of a container that a step may make; ``known`` are the keys it is known to hold or not to hold."""
    for expr in expressions(step):
        for call in calls_at_once(expr):
            yield from changed_by(call, path, known, here)
    match step:
        case Del(targets=targets):
            for target in targets:
                if isinstance(target, Item) and path_of(target.base) == path:
                    place = Place(step.line, step.col, step.line, step.col + len(DELETE))
                    yield Change(DELETE, (target.key,), place, f"del {spelled(target)}", None, here)
        case Set(targets=targets, op=op):
            for target in targets:
                if op and path_of(target) == path:
                    yield Change(op, (step.value,), whole(step), f"{spelled(target)} {op}=", None, here)
                elif not op and isinstance(target, Item) and path_of(target.base) == path:
                    is_known = known.get(key_text(target.key))
                    yield Change(STORE, (target.key,), whole(step), f"{spelled(target)} =", is_known, here)


def changed_by(call: Call, path: Path, known: dict[str, bool], here: Locals) -> Iterator[Change]:
    """The change a call is by itself."""
    base, name = base_of(call), last_name(call)
    if name in CHANGERS and base is not None and path_of(base) == path:
        is_known = known.get(key_text(call.args[0])) if call.args else None
        yield Change(name, call.args, whole(call), f"{spelled(base)}.{name}()", is_known, here)


def key_text(key: Expr) -> str:
    """What tells a key from others as far as it is written; empty where it takes a computation."""
    return key if isinstance(key, str) else repr(key) if isinstance(key, Const) else ""


def may_count(change: Change, walked: Walked, made_of: Mapping[str, list[Expr]]) -> bool:
    """Whether a change may alter the size of a container, whatever that is and what the locals are just there.

    Args:
        made_of: what the locals of the function are ever made of.
    """
    if change.how != STORE or change.is_known is False:
        return True
    key = change.args[0]
    made = made_of.get(key, ()) if isinstance(key, str) else ()
    return isinstance(key, Slice) or any(_is_made_of(each, walked.key) for each in (key, *made))


def counts(change: Change, walked: Walked, kind: str, is_own: bool) -> bool:
    """Whether a change alters the size of a container as the loop goes over it.

    Args:
        kind: what kind of container it is, perhaps `UNCLEAR`.
        is_own: where that is unclear, whether it is a local or an attribute of the project's own object.
    """
    if kind == UNCLEAR:
        return _counts_for_any(change, walked, is_own)
    if (walked.view != "") is not (kind == DICT) and walked.view:
        return False
    rule = {LIST: _counts_for_list, DICT: _counts_for_dict, SET: _counts_for_set, DEQUE: _counts_for_deque}[kind]
    return rule(change, walked)


def _counts_for_list(change: Change, walked: Walked) -> bool:
    if change.how == STORE:
        return isinstance(change.args[0], Slice)
    if change.how == "insert":
        return bool(change.args) and not _is_ahead(change.args[0], walked)
    if change.how in (DELETE, "pop", "remove"):
        return not walked.backwards  # what has been gone over moves up
    return change.how == "clear"


def _counts_for_deque(change: Change, walked: Walked) -> bool:
    return change.how in (DELETE, "appendleft", "clear", "extendleft", "insert", "pop", "popleft", "remove")


def _is_ahead(index: Expr, walked: Walked) -> bool:
    """Whether an index lies behind the item in hand: what is inserted there is still to come, as in a worklist."""
    if isinstance(index, Call):
        return index.func == "len"
    return isinstance(index, Op) and index.op == "+" and bool(walked.counter) and walked.counter in index.operands


def _counts_for_set(change: Change, walked: Walked) -> bool:
    if change.how == "add":
        return not (change.args and change.args[0] == walked.item) and change.is_known is not True
    return change.how not in (STORE, DELETE, "setdefault") and SET in OPERATORS.get(change.how, (SET,))


def _counts_for_dict(change: Change, walked: Walked) -> bool:
    match change.how:
        case "clear" | "popitem":
            return True
        case "pop" | "del":
            return change.is_known is not False
        case "=" | "setdefault":
            return bool(change.args) and _is_new(change.args[0], change, walked)
        case "update":
            given = change.args[0] if change.args else None
            if isinstance(given, Map):
                return any(_is_new(key, change, walked) for key, _ in given.pairs if key is not None)
            return given is not None
    return DICT in OPERATORS.get(change.how, ())


def _counts_for_any(change: Change, walked: Walked, is_own: bool) -> bool:
    """What a container of a kind nobody knows must be, to be changed like this."""
    first = change.args[0] if len(change.args) else None
    if change.how in ("remove", "discard"):
        if walked.view or walked.backwards:
            return False
        return len(change.args) == 1 and isinstance(first, str) and first == walked.item
    if not is_own:
        return False
    if change.how in (DELETE, "pop"):
        return isinstance(first, str) and first in (walked.key, walked.counter) and change.is_known is not False
    return change.how in (STORE, "setdefault") and walked.view in VIEWS and _counts_for_dict(change, walked)


def _is_new(key: Expr, change: Change, walked: Walked) -> bool:
    """Whether a dict gets a key it has not: it is known not to have it, or the key is made of the one in hand."""
    if change.is_known is not None:
        return not change.is_known
    if isinstance(key, str) and key != walked.key:
        assigned = change.locals.env.get(key, ())
        return bool(assigned) and all(each.how == VALUE and _is_made_of(each.expr, walked.key) for each in assigned)
    return _is_made_of(key, walked.key)


def _is_made_of(made: Expr, key: str) -> bool:
    """Whether a text is made of a key, and is another one."""
    if not key:
        return False
    match made:
        case Text(parts=parts):
            return len(parts) > 1 and key in parts
        case Op(op="+", operands=operands):
            return key in operands
        case Call(func=str() as func):
            return func.rpartition(".")[0] == key and func.rpartition(".")[2] in MAKING_OTHERS
    return False


def memberships(test: Expr, outcome: bool, path: Path) -> Iterator[tuple[str, bool]]:
    """What a condition with an outcome tells of the keys a container has."""
    for part, holds in parts(test, outcome):
        match part:
            case Op(op="in" | "not in" as op, operands=(key, container)) if path_of(container) == path and key_text(
                key
            ):
                yield key_text(key), (op == "in") is holds


def targets_of(step: Any) -> Iterator[Path]:
    """The ways that a step makes lead elsewhere."""
    match step:
        case Set(targets=targets, op=""):
            waiting = list(targets)
        case flow.Next(target=target) | flow.Enter(target=target):
            waiting = [target]
        case flow.Caught(handler=handler):
            waiting = [handler.name or None]
        case _:
            waiting = []
    while waiting:
        target = waiting.pop()
        if isinstance(target, Seq):
            waiting += target.items
        elif (path := path_of(target)) is not None:
            yield path


class Touched(Record, frozen=True):
    """What a body may change.

    Attributes:
        itself: the ways to what it adds to, removes from, or sets items of.
        owners: the ways to what it calls methods of, with their names.
    """

    itself: set[Path | None]
    owners: dict[Path | None, set[str]]

    def methods_above(self, path: Path) -> set[str]:
        """The names of the methods it calls of what a container hangs on."""
        return set().union(*[self.owners.get(path[:count], ()) for count in range(1, len(path))])


def touched_in(body: Block) -> Touched:
    """What a body may change."""
    itself: set[Path | None] = set()
    owners: dict[Path | None, set[str]] = {}
    for call in find(body, (Call,)):
        base, name = base_of(call), last_name(call)
        path = path_of(base)
        owners.setdefault(path, set()).add(name)
        if name in CHANGERS:
            itself.add(path)
    for statement in statements(body):
        for target in statement.targets if isinstance(statement, Set | Del) else ():
            if isinstance(target, Item):
                itself.add(path_of(target.base))
            elif isinstance(statement, Set) and statement.op:
                itself.add(path_of(target))
    return Touched(itself, owners)
