"""What a call tells by its form alone: by what name it calls, on what, and with what arguments."""

from archlint.facts.expressions import Attr, Call, Expr


def last_name(call: Call) -> str:
    """The last part of the name that is called, or empty."""
    func = call.func
    return func.rpartition(".")[2] if isinstance(func, str) else func.name if isinstance(func, Attr) else ""


def base_of(call: Call) -> Expr:
    """What a method is called on; None where no method is called."""
    return call.func.base if isinstance(call.func, Attr) else holder_of(call) or None


def holder_of(call: Call) -> str:
    """What a method is called on, where that is a name; else empty."""
    return call.func.rpartition(".")[0] if isinstance(call.func, str) else ""


def written(call: Call) -> str:
    """What is called, as written, as far as it is a name; of a chain of calls the first and the last."""
    first = call.func
    while isinstance(first, Attr):
        first = first.base.func if isinstance(first.base, Call) else first.base
    start = f"{first}(…)" if isinstance(first, str) else "…"
    return (
        call.func if isinstance(call.func, str) else f"{start}.{call.func.name}" if isinstance(call.func, Attr) else "…"
    )


def argument(call: Call, where: str) -> Expr:
    """The argument called ``name@position``, or ``name`` where it is passed by that only; None where it is not passed."""
    name, _, position = where.partition("@")
    if position and len(call.args) > int(position):
        return call.args[int(position)]
    return call.keyword(name)


def values_passed(call: Call) -> list[Expr]:
    """All that is passed, in order, by keyword too."""
    return [*call.args, *[value for _, value in call.kwargs]]
