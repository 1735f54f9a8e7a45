"""Spelling: lowered expressions back to a short text for people to read, and what the spelling of a name tells."""

from archlint.facts.expressions import Attr, Await, Call, Const, Expr, Item, Op, Seq

ELLIPSIS = "…"


def spelled(expr: Expr) -> str:
    """A type expression as Python writes it (``list[User] | None``); what is no type expression is shortened to ``…``."""
    match expr:
        case str():
            return expr
        case Const(kind="none"):
            return "None"
        case Const(kind="ellipsis"):
            return "..."
        case Const(value=value):
            return repr(value)
        case Item(base=base, key=Seq(kind="tuple", items=items)):
            return f"{spelled(base)}[{', '.join(map(spelled, items))}]"
        case Item(base=base, key=key):
            return f"{spelled(base)}[{spelled(key)}]"
        case Op(op="|", operands=operands):
            return " | ".join(map(spelled, operands))
        case Seq(kind="list", items=items):
            return f"[{', '.join(map(spelled, items))}]"
        case Call(func=func):
            return f"{spelled(func)}({ELLIPSIS})"
    return ELLIPSIS


def spelled_chain(expr: Expr) -> str:
    """What is called as Python writes it (``session.execute(…).scalars``)."""
    match expr:
        case Call(func=func, args=args, kwargs=kwargs):
            return f"{spelled_chain(func)}({ELLIPSIS if args or kwargs else ''})"
        case Attr(base=base, name=name):
            return f"{spelled_chain(base)}.{name}"
        case Await(value=value):
            return f"(await {spelled_chain(value)})"
    return spelled(expr)


def is_class_name(name: str) -> bool:
    """Whether the last part of a dotted name is spelt like a class (PEP 8)."""
    return name.rpartition(".")[2].lstrip("_")[:1].isupper()


def is_dotted_class(name: str) -> bool:
    """Whether a dotted name is spelt like a class in a module: no constant, nor anything in a class."""
    holder, _, last = name.rpartition(".")
    return is_class_name(name) and not (last.isupper() and len(last) > 1) and not is_class_name(holder)
