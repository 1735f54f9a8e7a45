"""What awaiting, entering and iterating over things gives."""

from collections.abc import Callable

from archlint.project.calls.blocking import is_client
from archlint.project.types.annotations import CLASS, NOTHING_KNOWN, UNKNOWN, Type, alternatives, arms, union
from archlint.project.types.carriers import element, is_stream

CONTEXTS = ("contextlib.AbstractContextManager", "contextlib.AbstractAsyncContextManager")
COROUTINE = "collections.abc.Coroutine"
AWAITABLE = "collections.abc.Awaitable"
AWAITABLES = (COROUTINE, AWAITABLE, "asyncio.Future", "asyncio.Task")

Special = Callable[[Type, str], Type | None]
"""What a special method that takes no argument gives; None where an object is not known to have it."""


def promised(type_: Type) -> Type:
    """What awaiting a coroutine, a future or a task gives; of what is none of them, that itself."""
    found = [
        (arm.args[-1] if arm.args else NOTHING_KNOWN) if arm.name in AWAITABLES else arm for arm in alternatives(type_)
    ]
    return union(found)


def awaited(type_: Type, special: Special) -> Type:
    """What awaiting something gives; of what is no awaitable, that itself."""
    return union([_awaited(arm, special) for arm in alternatives(type_)])


def _awaited(type_: Type, special: Special) -> Type:
    if type_.name in AWAITABLES or type_.kind != CLASS:
        return promised(type_)
    found = special(type_, "__await__")
    if found is None:
        return type_
    return found.args[-1] if is_stream(found) and found.args else found


def entered(type_: Type, special: Special, is_async: bool | None = None) -> Type:
    """What entering a context manager gives, by ``async with`` or by ``with``; None: nobody knows by which."""
    names = [name for name, by in (("__aenter__", True), ("__enter__", False)) if is_async in (by, None)]
    return union([_entered(arm, special, names) for arm in arms(type_)])


def _entered(type_: Type, special: Special, names: list[str]) -> Type:
    if type_.name in CONTEXTS:
        return type_.args[0] if type_.args else NOTHING_KNOWN
    for name in names:
        found = special(type_, name)
        if found is not None:
            return awaited(found, special)
    return type_ if is_client(type_.name) else NOTHING_KNOWN


def iterated(type_: Type, special: Special) -> Type:
    """What a loop over something, ``async`` or not, takes from it."""
    return union([_iterated(arm, special) for arm in arms(type_)])


def _iterated(type_: Type, special: Special) -> Type:
    found = element(type_)
    if found.kind != UNKNOWN:
        return found
    items = special(type_, "__aiter__") or special(type_, "__iter__") or NOTHING_KNOWN
    if element(items).kind != UNKNOWN:
        return element(items)
    return awaited(special(items, "__anext__") or special(items, "__next__") or NOTHING_KNOWN, special)
