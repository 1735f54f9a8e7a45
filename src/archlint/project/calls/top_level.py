"""The code at module level, as functions, so that all that can be asked of functions can be asked of it."""

from collections.abc import Iterator

from archlint.facts.expressions import Const, Expr
from archlint.facts.guards import RUNTIME, branches
from archlint.facts.statements import Block, Class, Def, Do, If, Stmt
from archlint.project.definitions import Function
from archlint.project.model import Module, Project, question


@question(cyclic=())
def at_import(project: Project, module: Module) -> tuple[Function, ...]:
    """What importing a module runs: its own statements, decorators and defaults included, then the body of each class;
    not what stands under a ``__main__`` guard or is there for type checkers."""
    found: list[Block] = []
    _gather(module.interface.body, found)
    return tuple(_function(module, block) for block in found if block)


@question(cyclic=())
def as_script(project: Project, module: Module) -> tuple[Function, ...]:
    """What running a module runs at module level, a ``__main__`` guard's body included."""
    body = module.interface.body
    return (_function(module, body),) if body else ()


def _function(module: Module, body: Block) -> Function:
    line, col = body[0].line, body[0].col
    return Function(module, "", Def("", (), None, (), (), 0, "", (), body, line, line, col, line, col), None, None)


def _gather(block: Block, found: list[Block]) -> None:
    """Add what a block runs, then what the classes in it do."""
    classes: list[Class] = []
    found.append(tuple(_running(block, classes)))
    for definition in classes:
        _gather(definition.body, found)


def _running(block: Block, classes: list[Class]) -> Iterator[Stmt]:
    for statement in block:
        kind = statement.__class__
        if kind is Def or kind is Class:
            if isinstance(statement, Class):
                classes.append(statement)
            for expr in _evaluated(statement):  # type: ignore[arg-type]
                yield Do(expr, statement.line, statement.col)
        elif isinstance(statement, If):
            sides = branches(statement.test, RUNTIME)
            body, orelse = (
                tuple(_running(side, classes)) if guard is RUNTIME else ()
                for side, guard in zip((statement.body, statement.orelse), sides, strict=True)
            )
            yield If(statement.test, body, orelse, statement.line, statement.col)
        else:
            yield statement


def _evaluated(definition: Def | Class) -> list[Expr]:
    """What defining something evaluates."""
    found = list(definition.decorators)
    if isinstance(definition, Def):
        found += [param.default for param in definition.params]
    return [expr for expr in found if not isinstance(expr, str | Const | None)]
