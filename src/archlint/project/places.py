"""Where things lie: what questions hand to rules instead of lowered code."""

from typing import NamedTuple

from archlint.core import Span
from archlint.core.record import Record
from archlint.project.definitions import ClassDefinition, Function
from archlint.project.model import Module


class Place(NamedTuple):
    """A stretch of a file: lines from 1, columns in UTF-8 bytes from 0, the end exclusive."""

    line: int
    col: int
    end_line: int
    end_col: int

    @classmethod
    def of(cls, span: Span) -> "Place":
        """The place a span covers."""
        return cls(span.line, span.column - 1, span.end_line, span.end_column - 1)


def header(definition: Function | ClassDefinition) -> Place:
    """The ``def`` or ``class`` keyword through the name."""
    node = definition.node
    keyword = "class " if isinstance(definition, ClassDefinition) else "async def " if definition.is_async else "def "
    return Place(node.line, node.col, node.line, node.col + len(keyword) + len(node.name.encode()))


def whole(node: object) -> Place:
    """The whole of a lowered node that has a start and an end."""
    return Place(node.line, node.col, node.end_line, node.end_col)  # type: ignore[attr-defined]


def start_of(module: Module) -> Place:
    """The first line of a module, for findings about the whole of it."""
    return Place(1, 0, 1, 0)


class Unparsed(Record, frozen=True):
    """Where and why a file cannot be parsed."""

    line: int
    col: int
    end_line: int
    end_col: int
    message: str


def parse_error(module: Module) -> Unparsed | None:
    """Why a module cannot be parsed; None when it can."""
    error = module.interface.error
    return Unparsed(error.line, error.col, error.line, error.col + 1, error.message) if error else None
