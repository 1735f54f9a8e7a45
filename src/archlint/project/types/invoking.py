"""What calls of values, functions and methods give.

It needs to know what expressions are, and what an expression is needs this: `Asks` is that way back.
"""

from collections.abc import Callable

from archlint.core.record import Record
from archlint.facts.expressions import Call, Expr
from archlint.project.classes import find_class
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.flow.assignments import returned, yielded
from archlint.project.knowledge import names_in
from archlint.project.model import Project, question
from archlint.project.types import protocols
from archlint.project.types.annotations import (
    CLASS,
    NOTHING_KNOWN,
    TYPE,
    UNKNOWN,
    Type,
    arms,
    base_types,
    bounded,
    union,
)  # fmt: skip
from archlint.project.types.callables import (
    CALLABLE,
    NO_CALL,
    Typing,
    declared_result,
    delivered,
    filled,
    generator,
    given_to,
    is_loose,
)  # fmt: skip
from archlint.project.types.carriers import from_container
from archlint.project.types.decorated import made_of
from archlint.project.types.frames import Caller, Frame
from archlint.project.types.members import inherited_method
from archlint.project.types.signatures import METHODS, Use, member_gives, session_gives

CALLS = 2


class Asks(Record, frozen=True):
    """The questions of `archlint.project.types.expressions`: what an expression is, and what an attribute is."""

    type_of: Callable[[Project, Expr, Frame], Type]
    attribute: Callable[[Project, Type, str, int], Type]

    def typing(self, project: Project, frame: Frame) -> Typing:
        return lambda expr: self.type_of(project, expr, frame)

    def use(self, project: Project, receiver: Type, call: Call, frame: Frame) -> Use:
        return Use(receiver, call, self.typing(project, frame), lambda held: entered(project, self, held))


def result_of(project: Project, asks: Asks, type_: Type, call: Call, frame: Frame) -> Type:
    """What calling a value gives."""
    found = []
    for arm in arms(type_):
        if arm.kind == TYPE or arm.name == CALLABLE:
            found.append(arm.args[-1] if arm.args else NOTHING_KNOWN)
        else:
            found.append(_method_call(project, asks, arm, "__call__", call, frame))
    return union(found)


def called(
    project: Project, asks: Asks, function: Function, this: Type | None, call: Call | None, frame: Frame
) -> Type:
    """What calling a function gives: what its annotation says, or where that leaves something open what its ``return``
    statements give; a coroutine of that if it is ``async``, a context manager of what it yields if it is made one."""
    typed = asks.typing(project, frame)
    declared = declared_result(project, function, this)
    if is_loose(project, declared) and frame.calls < CALLS:
        given = () if call is None else given_to(project, function, this, call, typed)
        found = inferred(project, asks, function, Caller(this, given, frame.calls + 1))
        declared = declared if found.kind == UNKNOWN else found
    return delivered(project, function, filled(project, function, declared, this, call or NO_CALL, typed))


@question(cyclic=NOTHING_KNOWN)
def inferred(project: Project, asks: Asks, function: Function, caller: Caller) -> Type:
    """What the ``return`` statements of a function give; of a generator function, a generator of what it yields."""
    exits = yielded(function) if function.is_generator else returned(project, function)
    found = [asks.type_of(project, value, Frame(function.module, function, env, caller)) for value, env in exits]
    return generator(function, bounded(union(found))) if function.is_generator else bounded(union(found))


def method_call(project: Project, asks: Asks, receiver: Type, name: str, call: Call, frame: Frame) -> Type:
    """What calling a method gives."""
    return union([_method_call(project, asks, arm, name, call, frame) for arm in arms(receiver) or (NOTHING_KNOWN,)])


def _method_call(project: Project, asks: Asks, receiver: Type, name: str, call: Call, frame: Frame) -> Type:
    if receiver.kind == UNKNOWN:
        return session_gives(name, asks.use(project, receiver, call, frame))
    holder = receiver.args[0] if receiver.kind == TYPE and receiver.args else receiver
    function = inherited_method(project, holder, name)
    if function is not None and not made_of(project, function).is_getter:
        return called(project, asks, function, holder, call, frame)
    is_own = find_class(project, holder.symbol) is not None
    if is_own and holder.kind == CLASS:
        group = "pydantic" if receiver.kind == TYPE else "copies"
        if name in names_in("data", "constructors", group):
            return holder
        value = asks.attribute(project, receiver, name, frame.calls)
        if value.kind != UNKNOWN:
            return result_of(project, asks, value, call, frame)
    use = asks.use(project, receiver, call, frame)
    found = member_gives(project, METHODS, holder, name, use)
    if found is None and is_own:
        return session_gives(name, use)
    return from_container(receiver, name, call.args[0] if call.args else None) if found is None else found


def call_above(project: Project, asks: Asks, owner: ClassDefinition, name: str, call: Call, frame: Frame) -> Type:
    """What ``super().method(...)`` gives."""
    for base in base_types(project, owner):
        found = _method_call(project, asks, base, name, call, frame)
        if found.kind != UNKNOWN:
            return found
    return NOTHING_KNOWN


@question(cyclic=None)
def special(project: Project, asks: Asks, type_: Type, name: str) -> Type | None:
    """What a special method that takes no argument gives; None where an object is not known to have it."""
    function = inherited_method(project, type_, name)
    if function is not None:
        return called(project, asks, function, type_, None, Frame(function.module, None, {}))
    use = Use(type_, None, lambda _: NOTHING_KNOWN, lambda _: NOTHING_KNOWN)
    return member_gives(project, METHODS, type_, name, use)


def entered(project: Project, asks: Asks, type_: Type) -> Type:
    """What entering a context manager gives."""
    return protocols.entered(type_, lambda held, name: special(project, asks, held, name))
