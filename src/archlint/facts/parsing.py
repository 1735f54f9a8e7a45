"""``ast.parse``, kept from overflowing the stack and blind to the process's recursion limit."""

import ast
import re
import sys
import threading
from typing import Any

from archlint.facts.literals import encodable
from archlint.facts.nesting import room

PARSING_FRAMES = 1_000
"""The interpreter's default recursion limit, by which CPython 3.11 decides how deep a tree its parser may build."""

UNCHECKED = sys.version_info < (3, 11)
"""CPython 3.10 converts its parser's tree by unchecked recursion: 200 kB of ``a.b().b()`` would end the process."""

COUNTS_LINES = sys.version_info < (3, 12)
"""Before 3.12 CPython counts the lines of an f-string from its start for each of its fields: 1 MB takes a minute."""

LARGE, MANY = 200_000, 10**10
"""Bytes from which on that may matter, and how many of them it looks at within two seconds."""

SAFE_SIZE = 16_384
"""Bytes of source that cannot nest deep enough to overflow a stack of 1 MB, the smallest a main thread has."""

STACK_PER_BYTE = 128
"""Bytes of stack for a byte of source: a level of the tree takes two of source (``()``) and, measured, 81 of stack."""

FSTRING = re.compile(rb"[fF][rR]?[\"']|[rR][fF][\"']")


def parse(source: bytes | str) -> ast.Module:
    """The tree of a module.

    Raises:
        SyntaxError: it is no Python of the running version.
        RecursionError, MemoryError: it nests deeper than the parser goes.
        ValueError, LookupError: it cannot be decoded, or its coding line names no encoding of text.
        SystemError: CPython 3.12 lost count of its own recursion (https://github.com/python/cpython/issues/106905).
    """
    with room(PARSING_FRAMES):
        tree: ast.Module = _tree(source, "exec")
    return tree


def may_take_long(data: bytes) -> bool:
    """Whether the parser could take long over f-strings."""
    return COUNTS_LINES and len(data) > LARGE and len(data) * data.count(b"{") > MANY and bool(FSTRING.search(data))


def parse_expression(source: str) -> ast.Expression:
    """The tree of an expression; raises what `parse` does, RecursionError also when the caller is near the limit."""
    tree: ast.Expression = _tree(source, "eval")
    return tree


def _tree(source: bytes | str, mode: str) -> Any:
    if not UNCHECKED or len(source) <= SAFE_SIZE:
        return ast.parse(source, mode=mode)
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(ast.parse(source, mode=mode))
        except BaseException as error:  # raised again in the caller's thread
            outcome.append(error)

    size = threading.stack_size(STACK_PER_BYTE * len(source) // 4096 * 4096)
    try:
        thread = threading.Thread(target=run)
        thread.start()
    except RuntimeError as error:  # there is no address space for that much stack
        raise MemoryError from error
    finally:
        threading.stack_size(size)
    thread.join()
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def place_of(error: SyntaxError) -> tuple[int, int]:
    """The line, from 1, and column, in bytes from 0, of a syntax error.

    It counts characters from 1, where it counts at all; before CPython 3.13 some errors count bytes, so that on a line
    with other characters than ASCII the column may be some too high.
    """
    col = max((error.offset or 1) - 1, 0)
    if error.text and col <= len(error.text):
        col = len(encodable(error.text[:col]).encode())
    return max(error.lineno or 1, 1), col
