"""Tokens of a Python source of any version, as bytes, for `archlint.facts.newer_syntax`.

A string without fields is one token. Of an f-string `TOKEN` finds the prefix and opening quote, the rest is read apart.
"""

import ast
import keyword
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

TOKEN = re.compile(
    rb"""(?P<space>[ \t\f]+|\\\n)
    |(?P<comment>\#[^\n]*)
    |(?P<newline>\n)
    |(?P<fstring>(?i:[ft]r?|r[ft])(?:\"{3}|'{3}|\"|'))
    |(?P<string>(?i:[bu]|br?|rb?)?(?:
        \"{3}[^\"\\]*(?:(?:\\[\s\S]|\"(?!\"\"))[^\"\\]*)*\"{3}
        |'{3}[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*'{3}
        |\"(?!\"\")[^\"\\\n]*(?:\\[\s\S][^\"\\\n]*)*\"
        |'(?!'')[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*'))
    |(?P<number>\.?[0-9][\w.]*)
    |(?P<name>[A-Za-z_\x80-\xff][\w\x80-\xff]*)
    |(?P<op>:=|->|\*\*|[=!<>]=|.)""",
    re.VERBOSE,
)
OPENING, CLOSING = (b"(", b"[", b"{"), (b")", b"]", b"}")
BRACKETS = frozenset((*OPENING, *CLOSING))
ENDS_EXPRESSION = (b"}", b"!", b":", b":=", b"=")
ENDS_STATEMENT = (b"\n", b";", b":")
STRINGS = ("string", "fstring")
CONSTANTS, ENDS_PRIMARY = (b"None", b"True", b"False"), (*CLOSING, b".")
"""What a subscript may follow beside names and literals; the dot is the last of ``...``."""

DEEPEST_BRACKETS, DEEPEST_STRINGS = 200, 150
"""How far CPython's tokenizer lets brackets, and f-strings in one another, nest (``MAXLEVEL``, ``MAXFSTRINGLEVEL``)."""


class PlacedError(SyntaxError):
    """A mistake at a byte of the source; as far as can be, it has the words CPython would use."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


class Token(NamedTuple):
    """A token at the bytes ``start`` to ``end``; ``values`` are an f-string's parts."""

    kind: str
    text: bytes
    start: int
    end: int
    values: Sequence[ast.expr]


def nested(depth: int, text: bytes, at: int) -> int:
    """How many brackets are open behind a token at ``at``."""
    depth += (text in OPENING) - (text in CLOSING)
    if depth < 0:
        raise PlacedError(f"unmatched '{text.decode()}'", at)
    if depth > DEEPEST_BRACKETS:
        raise PlacedError("too many nested parentheses", at)
    return depth


def is_subscripted(tokens: list[Token], i: int) -> bool:
    """A ``[`` behind this token begins a subscript: no list (as in ``match [*a]:``), no type parameters."""
    if i < 0:
        return False
    token, before = tokens[i], tokens[i - 1].text if i else b"\n"
    if token.kind == "name":
        if before in (b"def", b"class", b"type"):
            return False
        if token.text in (b"match", b"case") and before in ENDS_STATEMENT:
            return not header(tokens, i + 1)
        return token.text in CONSTANTS or not keyword.iskeyword(token.text.decode())
    return token.kind in (*STRINGS, "number") or token.text in ENDS_PRIMARY


def bracketed(tokens: list[Token], i: int) -> list[Token]:
    """The tokens between the bracket at ``i`` and its partner, of which there must be some."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += (tokens[j].text in OPENING) - (tokens[j].text in CLOSING)
        if depth == 0 and j > i + 1:
            return tokens[i + 1 : j]
        if depth == 0:
            raise PlacedError("Type parameter list cannot be empty", tokens[j].start)
    raise PlacedError("'[' was never closed", tokens[i].start)


def split(tokens: list[Token], separator: bytes = b",") -> list[list[Token]]:
    """The tokens between separators outside brackets and lambda parameters."""
    groups: list[list[Token]] = [[]]
    for token, is_plain in outermost(tokens):
        if is_plain and token.text == separator:
            groups.append([])
        else:
            groups[-1].append(token)
    return groups


def header(tokens: list[Token], i: int) -> list[Token]:
    """The tokens from ``i`` to the colon that ends a clause's header; none when there is no colon."""
    header: list[Token] = []
    for token, is_plain in outermost(tokens, i):
        if is_plain and token.text == b":":
            return header
        if token.text == b"\n":
            break
        header.append(token)
    return []


def outermost(tokens: list[Token], start: int = 0) -> Iterator[tuple[Token, bool]]:
    """Each token from ``start``, and whether it stands outside brackets and the parameters of a lambda."""
    depth = lambdas = 0
    for i in range(start, len(tokens)):
        token = tokens[i]
        yield token, depth == 0 and lambdas == 0
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if depth == 0:
            lambdas += token.text == b"lambda"
            lambdas -= lambdas > 0 and token.text == b":"
