"""The names a module's ``__all__`` lists."""

from collections.abc import Iterator

from archlint.facts.expressions import Call, Const, Expr, Op, Seq
from archlint.facts.statements import Block, Do, For, If, Match, Set, Stmt, Try, While, With


def exports(body: Block) -> tuple[str, ...] | None:
    """What ``__all__`` lists, None when there is none or any part of it is computed.

    Read as type checkers do
    (https://typing.python.org/en/latest/spec/distributing.html#library-interface-public-and-private-symbols):
    assignment, ``+=``, ``extend``, ``append``, ``remove``; of branches, what any of them adds.
    """
    names: list[str] | None = None
    for statement in _statements(body):
        change = _change(statement)
        if change is None:
            continue
        how, value = change
        literal = _strings(value)
        if literal is None:
            return None
        names = names or []
        names = [name for name in names if name not in literal] if how == "remove" else names + literal
    return None if names is None else tuple(dict.fromkeys(names))


def _statements(body: Block) -> Iterator[Stmt]:
    """The statements of the module's own scope, those in branches included."""
    for statement in body:
        yield statement
        if isinstance(statement, (If, For, While)):
            yield from _statements(statement.body + statement.orelse)
        elif isinstance(statement, With):
            yield from _statements(statement.body)
        elif isinstance(statement, Try):
            handled = [inner for handler in statement.handlers for inner in handler.body]
            yield from _statements((*statement.body, *handled, *statement.orelse, *statement.final))
        elif isinstance(statement, Match):
            yield from _statements(tuple(inner for case in statement.cases for inner in case.body))


def _change(statement: Stmt) -> tuple[str, Expr] | None:
    """How a statement changes ``__all__``, and by what."""
    if isinstance(statement, Set):
        if "__all__" in statement.targets and statement.value is not None:
            return "add", statement.value
    elif isinstance(statement, Do) and isinstance(statement.value, Call):
        call = statement.value
        if call.func == "__all__.extend" and len(call.args) == 1:
            return "add", call.args[0]
        if call.func in ("__all__.append", "__all__.remove"):
            return call.func.rpartition(".")[2], Seq("list", call.args)
    return None


def _strings(value: Expr) -> list[str] | None:
    if isinstance(value, Op) and value.op == "+":
        parts = [_strings(operand) for operand in value.operands]
        return None if None in parts else [name for part in parts if part for name in part]
    if not isinstance(value, Seq):
        return None
    names = [str(item.value) for item in value.items if isinstance(item, Const) and item.kind == "str"]
    return names if len(names) == len(value.items) else None
