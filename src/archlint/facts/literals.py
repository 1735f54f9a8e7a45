"""Values of literals to `archlint.facts.expressions.Const`."""

from typing import Any

from archlint.facts.expressions import TEXT_LIMIT, Const

NONE = Const("none")
TRUE = Const("bool", True)
FALSE = Const("bool", False)
ELLIPSIS = Const("ellipsis")
INT64 = 2**63


def constant(value: Any) -> Const:
    """The `Const` of a literal's value."""
    kind = type(value)
    if kind is str:
        kept = value[:TEXT_LIMIT]
        return Const("str", kept if kept.isascii() else encodable(kept), len(value))
    if value is None:
        return NONE
    if kind is bool:
        return TRUE if value else FALSE
    if kind is int:
        return Const("int", value if -INT64 <= value < INT64 else hex(value)[:TEXT_LIMIT])
    if kind is float:
        return Const("float", value)
    if kind is bytes:
        return Const("bytes", value[:TEXT_LIMIT].decode("latin-1"), len(value))
    if value is ...:
        return ELLIPSIS
    return Const("complex", repr(value))


def encodable(text: str) -> str:
    """``text`` with lone surrogates, which no UTF-8 has, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
