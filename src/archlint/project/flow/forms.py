"""What conditions, decorators, statements, patterns and handlers tell by their form alone."""

from collections.abc import Iterator

from archlint.facts.expressions import Call, Const, Expr, Op, Walrus
from archlint.facts.statements import Block, Do, For, Handler, If, Jump, Raise, Return, Stmt, Try, While, With

LOOPS = (For, While)


def is_irrefutable(pattern: Expr) -> bool:
    """Whether a pattern matches anything: a capture, ``_``, or alternatives that end in one."""
    match pattern:
        case str():
            return "." not in pattern
        case Walrus(value=value):
            return is_irrefutable(value)
        case Op(op="|", operands=operands):
            return any(map(is_irrefutable, operands))
    return False


def truth(expr: Expr) -> bool | None:
    """Whether a literal is true; None for anything else."""
    if not isinstance(expr, Const):
        return None
    return expr.kind == "ellipsis" or bool(expr.value)


def parts(test: Expr, outcome: bool) -> Iterator[tuple[Expr, bool]]:
    """The conditions that ``not``, ``and`` and ``or`` make one of, each with the outcome it has where the whole has one; as
    one what leaves that of its parts open."""
    if isinstance(test, Op) and test.op == "not":
        yield from parts(test.operands[0], not outcome)
    elif isinstance(test, Op) and test.op == ("and" if outcome else "or"):
        for operand in test.operands:
            yield from parts(operand, outcome)
    else:
        yield test, outcome


def decorator_name(decorator: Expr) -> str:
    """The dotted name of a decorator, as written, whether it is called or not; empty of what has none."""
    name = decorator.func if isinstance(decorator, Call) else decorator
    return name if isinstance(name, str) else ""


def is_catch_all(handler: Handler) -> bool:
    """Whether a handler takes any exception but those that end a task or the program."""
    return handler.type is None or handler.type in ("Exception", "BaseException")


def suppresses(context: Expr) -> bool:
    """Whether a context ends exceptions that reach it, by its name: ``contextlib.suppress`` and its namesakes."""
    return (
        isinstance(context, Call)
        and isinstance(context.func, str)
        and context.func.rpartition(".")[2] in ("suppress", "raises")
    )


def is_literal(statement: Stmt) -> bool:
    """Whether a statement is a docstring, ``...`` or another literal by itself."""
    return isinstance(statement, Do) and isinstance(statement.value, Const)


def does_nothing(statement: Stmt) -> bool:
    """Whether a statement is a literal by itself, ``pass`` or ``raise NotImplementedError``."""
    if isinstance(statement, Raise):
        raised = statement.value.func if isinstance(statement.value, Call) else statement.value
        return raised == "NotImplementedError"
    return isinstance(statement, Jump) or is_literal(statement)


def leaves(statement: Stmt) -> bool:
    """Whether control never comes to what follows a statement, told from its form alone: it returns, raises, jumps, or
    every way through it does."""
    match statement:
        case Return() | Raise():
            return True
        case Jump(kind=kind):
            return kind in ("break", "continue")
        case If(body=body, orelse=orelse):
            return _end_early(body) and _end_early(orelse)
        case With(items=items, body=body):
            return _end_early(body) and not any(suppresses(context) for context, _ in items)
        case Try():
            handled = all(_end_early(handler.body) for handler in statement.handlers)
            tried = _end_early(statement.body) or _end_early(statement.orelse)
            return _end_early(statement.final) or (tried and handled)
    return False


def _end_early(block: Block) -> bool:
    return any(map(leaves, block))
