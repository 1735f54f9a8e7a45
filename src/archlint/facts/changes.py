"""Which bodies may change a container while they go over it: told from the names alone, so that few bodies need a look."""

from collections.abc import Collection, Iterable

from archlint.facts.expressions import Attr, Call, Expr, Item, Star

CHANGERS = (
    "add", "appendleft", "clear", "difference_update", "discard", "extendleft", "insert", "intersection_update", "pop",
    "popitem", "popleft", "remove", "setdefault", "symmetric_difference_update", "update",
)  # fmt: skip
"""Methods of the built-in containers and `collections` that add or remove items, except at the end of a list."""

COPIERS = frozenset({"dict", "frozenset", "len", "list", "range", "set", "sorted", "tuple"})
"""Calls that go over nothing their arguments still are."""


def container_name(expr: Expr) -> str:
    """What a container goes by: its dotted name, or that of what it is an item of with ``[]`` behind it."""
    if type(expr) is str:
        return expr
    if type(expr) is Item:
        base = container_name(expr.base)
        return base and f"{base}[]"
    if type(expr) is Attr:
        base = container_name(expr.base)
        return base and f"{base}.{expr.name}"
    return ""


def note_walked(names: set[str], expr: Expr) -> None:
    """Add what a ``for`` over an expression may go over: itself, all that it is called on or with, and an item of that."""
    if type(expr) is Call:
        func = expr.func
        if type(func) is str and func not in COPIERS:
            base, _, method = func.rpartition(".")
            names.add(base)
            if method == "get":
                names.add(f"{base}[]")
        elif type(func) is Attr:
            note_walked(names, func.base)
        for arg in expr.args if func not in COPIERS else ():
            note_walked(names, arg.value if type(arg) is Star else arg)
    else:
        names.add(container_name(expr))


def may_change(walked: Iterable[str], stored: Collection[str], called: Collection[str]) -> bool:
    """Whether a body may change what it goes over.

    Args:
        stored: what it sets or deletes items of.
        called: what it calls.
    """
    return any(
        name in stored or any(_method(name, changer) in called for changer in CHANGERS) for name in walked if name
    )


def may_have_changed(walked: Iterable[str], called: Collection[str]) -> bool:
    """Whether a body calls a method of an object while it goes over an attribute of that: it may change it."""
    owners = {name.rpartition(".")[0] for name in walked if "[]" not in name} - {"", "self"}
    return bool(owners) and any(name.rpartition(".")[0] in owners for name in called)


def _method(name: str, method: str) -> str:
    return f".{method}" if "[]" in name else f"{name}.{method}"
