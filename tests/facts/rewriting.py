"""Programs through the rewriting of newer syntax, on every interpreter, whether its own parser knows the syntax or not."""

import warnings

from archlint.facts import Facts, lower, newer_syntax
from archlint.facts.expressions import Expr
from archlint.facts.lowering import _facts
from archlint.facts.statements import Set, Stmt


def rewritten(data: bytes) -> Facts:
    """The facts of the rewritten program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree, text = newer_syntax.parse(data)
        return _facts(tree, data, text)


def facts(source: str | bytes) -> Facts:
    """The facts of a program, by the interpreter's own parser where it knows the syntax, and by rewriting: the same."""
    data = source.encode() if isinstance(source, str) else source
    found = lower(data)
    assert found.interface.error is None
    assert found.encode() == rewritten(data).encode()
    return found


def only(source: str) -> Stmt:
    (statement,) = facts(source).interface.body
    return statement


def value(source: str) -> Expr:
    statement = only(f"x = {source}\n")
    assert isinstance(statement, Set)
    return statement.value


def same(newer: str, older: str) -> None:
    """Both spellings have the same facts."""
    assert facts(newer).encode() == lower(older.encode()).encode()
