"""Expressions in newer syntax: f-strings, t-strings, unpackings; see `archlint.facts.newer_syntax`."""

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from archlint.facts.newer_tokens import (
    BRACKETS,
    CLOSING,
    DEEPEST_STRINGS,
    ENDS_EXPRESSION,
    OPENING,
    STRINGS,
    TOKEN,
    PlacedError,
    Token,
    is_subscripted,
    nested,
)
from archlint.facts.parsing import parse_expression, place_of

Position = tuple[int, int]
"""Line from 1, column in bytes from 0."""

COMMENT = re.compile(rb"#[^\n]*")
ESCAPE_OR_QUOTE = re.compile(rb'(\\[\s\S])|"')
GAP = re.compile(rb"(?:\s|\\\n|#[^\n]*)*")


class Expressions:
    """One file: its bytes in UTF-8, the same rewritten, and what has to be put back into the tree by position."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.buffer = bytearray(data)
        self.lines = [0, *[found.end() for found in re.finditer(rb"\n", data)]]
        self.comments: list[tuple[int, int]] = []
        self.strings: dict[Position, ast.JoinedStr] = {}
        self.stars: dict[Position, ast.expr] = {}
        self.fields = 0

    def at(self, offset: int) -> Position:
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1]

    def blank(self, start: int, end: int) -> None:
        """Spaces for everything but line ends and comments."""
        self.buffer[start:end] = re.sub(rb"[^\n]", b" ", self.buffer[start:end])
        for a, b in self.commented(start, end):
            self.buffer[a:b] = self.data[a:b]

    def empty(self, tokens: Sequence[Token]) -> None:
        """Write ``(  )`` over the tokens."""
        for token in tokens:
            self.blank(token.start, token.end)
        self.buffer[tokens[0].start] = ord("(")
        self.buffer[tokens[-1].end - 1] = ord(")")

    def commented(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where the comments between two places are."""
        return self.comments[bisect_left(self.comments, (start,)) : bisect_left(self.comments, (end,))]

    def uncommented(self, start: int, end: int) -> bytes:
        """The source between two places without its comments."""
        ends = [start, *[place for comment in self.commented(start, end) for place in comment], end]
        return b"".join([self.data[a:b] for a, b in zip(ends[::2], ends[1::2], strict=True)])

    def gap(self, at: int) -> int:
        """The end of the spaces, line ends and comments from ``at``."""
        match = GAP.match(self.data, at)
        end = match.end() if match else at
        self.comments += [found.span() for found in COMMENT.finditer(self.data, at, end)]
        return end

    def expression(self, start: int, end: int) -> ast.expr:
        """The expression at some bytes of the rewritten source, with the positions it has in the file."""
        line, column = self.at(start)
        try:
            tree = parse_expression(f"({self.buffer[start:end].decode()}\n)")
        except SyntaxError as error:
            below, col = place_of(error)
            at = start + col - 1 if below == 1 else self.lines[min(line + below - 1, len(self.lines)) - 1] + col
            raise PlacedError(error.msg, max(start, min(at, end))) from error
        body = tree.body
        if (body.lineno, body.col_offset) == (1, 0) and (
            isinstance(body, ast.GeneratorExp) or not getattr(body, "elts", True)
        ):
            raise PlacedError("invalid syntax", end)
        _shift(tree, line - 1, column - 1)
        if any(next(reversed(found), (0, 0)) >= (line, column) for found in (self.strings, self.stars)):
            self.restore(tree)
        return tree.body

    def spanned(self, tokens: Sequence[Token], at: int) -> ast.expr:
        """The expression of some tokens, which must be there, behind ``at``."""
        if not tokens:
            raise PlacedError("invalid syntax", at)
        return self.expression(tokens[0].start, tokens[-1].end)

    def scan(self, at: int, in_field: bool) -> tuple[list[Token], int]:
        """The tokens from ``at`` to the end of the file or of a replacement field's expression, and the end; strings
        and unpackings among them are rewritten."""
        tokens: list[Token] = []
        depth = 0
        while at < len(self.data):
            match = TOKEN.match(self.data, at)
            if match is None or match[0] in (b'"', b"'"):
                raise PlacedError("unterminated string literal", at)
            kind, text, start = match.lastgroup or "", match[0], at
            if in_field and depth == 0 and text in ENDS_EXPRESSION:
                break
            at = match.end()
            values: Sequence[ast.expr] = ()
            if kind == "comment":
                self.comments.append((start, at))
            if kind in ("space", "comment") or (kind == "newline" and (depth or in_field)):
                continue
            if kind == "fstring":
                values, at = self.parts(at, text.lstrip(b"fFtTrR"), raw=b"r" in text.lower())
            if text in BRACKETS:
                depth = nested(depth, text, start)
            tokens.append(Token(kind, text, start, at, values))
        self.rewrite(tokens)
        return tokens, at

    def rewrite(self, tokens: list[Token]) -> None:
        """Rewrite the strings and unpackings of a file or a field."""
        if any(token.kind == "fstring" for token in tokens):
            for is_string, group in groupby(tokens, key=lambda token: token.kind in STRINGS):
                if is_string:
                    self.run(list(group))
        if any(token.text == b"*" for token in tokens):
            self.unpackings(tokens)

    def run(self, tokens: list[Token]) -> None:
        """Replace a run of adjacent strings that holds an f-string."""
        if all(token.kind == "string" for token in tokens):
            return
        if len({token.kind == "fstring" and b"t" in token.text.lower() for token in tokens}) > 1:
            raise PlacedError("cannot mix t-string literals with string or bytes literals", tokens[0].start)
        values: list[ast.expr] = []
        for token in tokens:
            values += token.values if token.kind == "fstring" else [_constant(token.text, token.start)]
        self.strings[self.at(tokens[0].start)] = _joined(values)
        self.empty(tokens)

    def parts(self, at: int, quote: bytes, raw: bool, in_spec: bool = False) -> tuple[list[ast.expr], int]:
        """The constants and fields of an f-string from behind its quote, or of a format spec, and where it ends."""
        special = re.compile(
            (rb"" if raw else rb"\\N\{[^{}]*\}|") + rb"\\[^{}]|\\|"
            + (rb"" if in_spec else rb"\{\{|\}\}|") + rb"[{}]|" + quote + (rb"|\n" if len(quote) == 1 else rb"")
        )  # fmt: skip
        begin = at
        values: list[ast.expr] = []
        text: list[bytes] = []
        while match := special.search(self.data, at):
            plain, found = self.data[at : match.start()], match[0]
            text.append(plain)
            at = match.end()
            if found == (b"}" if in_spec else quote):
                return [*values, _literal(text, raw, begin)], at
            if found == b"{":
                at = self.field(at, quote, raw, text, values)
            elif found == b"}":
                raise PlacedError("f-string: single '}' is not allowed", match.start())
            elif found in (b"\n", quote):
                break
            elif found in (b"{{", b"}}"):
                text.append(found[:1])
            else:
                text.append(b"\\\\" if found == b"\\" and not raw else found)
        raise PlacedError("f-string: expecting '}'" if in_spec else "unterminated f-string literal", begin - 1)

    def field(self, start: int, quote: bytes, raw: bool, text: list[bytes], values: list[ast.expr]) -> int:
        """Read the replacement field whose ``{`` ends at ``start``; ``text`` is what came before. Its end."""
        self.fields += 1
        if self.fields > DEEPEST_STRINGS:
            raise PlacedError("too many nested f-strings", start)
        _, at = self.scan(start, in_field=True)
        value = self.expression(start, at)
        debug = self.data[at : at + 1] == b"="
        if debug:
            at = self.gap(at + 1)
            shown = self.uncommented(start, at)
            text.append(shown)
        conversion = -1
        if self.data[at : at + 1] == b"!":
            conversion = self.data[at + 1] if at + 1 < len(self.data) else 0
            if chr(conversion) not in "rsa":
                raise PlacedError("f-string: invalid conversion character: expected 's', 'r', or 'a'", at + 1)
            at = self.gap(at + 2)
        spec = None
        end = self.data[at : at + 1]
        at += 1
        if end == b":":
            parts, at = self.parts(at, quote, raw, in_spec=True)
            spec = _joined(parts)
        elif end != b"}":
            raise PlacedError("f-string: expecting '}'", at - 1 if end else start)
        if debug and conversion < 0 and spec is None:
            conversion = ord("r")
        constant = _literal(text, raw, start)
        values += [constant, ast.FormattedValue(value=value, conversion=conversion, format_spec=spec)]
        text.clear()
        self.fields -= 1
        return at

    def unpackings(self, tokens: list[Token]) -> None:
        """Read the stars of ``x[*a]`` and ``*args: *Ts``, and write ``0`` over them and what they unpack."""
        opened: list[_Bracket] = []
        for i, token in enumerate(tokens):
            if token.text in OPENING:
                subscripts = token.text == b"[" and is_subscripted(tokens, i - 1)
                opened.append(_Bracket(b"x[" if subscripts else token.text))
            elif token.text in CLOSING:
                self.unpacked(tokens, opened.pop().star, i)
            elif opened:
                self.inside(tokens, i, opened[-1])

    def inside(self, tokens: list[Token], i: int, bracket: "_Bracket") -> None:
        """One token of a subscript or of parameters."""
        text = tokens[i].text
        if text == b"lambda":
            bracket.lambdas += 1
        elif bracket.lambdas:
            bracket.lambdas -= text == b":"
        elif text == b"*" and bracket.kind + tokens[i - 1].text in (b"x[[", b"x[,", b"(:"):
            bracket.star = i
        elif text in (b",", b"="):
            self.unpacked(tokens, bracket.star, i)
            bracket.star = None

    def unpacked(self, tokens: list[Token], star: int | None, end: int) -> None:
        if star is not None:
            at = tokens[star].start
            self.stars[self.at(at)] = self.spanned(tokens[star + 1 : end], tokens[end].start)
            self.blank(at, tokens[end - 1].end)
            self.buffer[at] = ord("0")

    def restore(self, tree: ast.AST) -> None:
        """Put what was remembered back into a parsed tree; what is put back has been restored itself."""
        stack = [tree]
        while stack:
            node = stack.pop()
            self.amend(node)
            for name, value in node.__dict__.items():
                if value.__class__ is list:
                    value[:] = [self.restored(item) for item in value]
                    stack += [
                        item for item in value if isinstance(item, ast.AST) and item.__class__ is not ast.JoinedStr
                    ]
                elif isinstance(value, ast.AST):
                    node.__dict__[name] = value = self.restored(value)
                    if value.__class__ is not ast.JoinedStr:
                        stack.append(value)

    def restored(self, node: Any) -> Any:
        """The node a placeholder stands for, any other as it is."""
        if node.__class__ is ast.Tuple and not node.elts and node.ctx.__class__ is ast.Load:
            return self.strings.pop(position(node), node)
        return node

    def amend(self, node: Any) -> None:
        """Give a node the part of it that was written over."""
        kind = node.__class__
        if kind is ast.Subscript and self.stars:
            is_tuple = isinstance(node.slice, ast.Tuple)
            items = [self.starred(item) for item in (node.slice.elts if is_tuple else [node.slice])]
            if is_tuple or items[0] is not node.slice:
                node.slice = ast.copy_location(ast.Tuple(elts=items, ctx=ast.Load()), node.slice)
        elif kind is ast.arguments and self.stars and node.vararg and node.vararg.annotation:
            node.vararg.annotation = self.starred(node.vararg.annotation)

    def starred(self, node: Any) -> Any:
        """``*a`` for the ``0`` in its place, any other node as it is."""
        value = self.stars.pop(position(node), None) if node.__class__ is ast.Constant else None
        return node if value is None else ast.copy_location(ast.Starred(value=value, ctx=ast.Load()), node)


class _Bracket:
    """An open bracket: the colons that lambdas in it still want, and where the unpacking in it begins."""

    def __init__(self, kind: bytes) -> None:
        self.kind = kind
        self.lambdas = 0
        self.star: int | None = None


def parse_text(text: str) -> ast.expr:
    """The tree of an expression in any syntax, as if it stood in parentheses; raises what `parse_expression` does."""
    source = Expressions(text.encode())
    source.scan(0, in_field=False)
    tree = source.expression(0, len(source.data))
    if source.strings or source.stars:
        raise SyntaxError("invalid syntax")
    return tree


def position(node: Any) -> Position:
    return node.lineno, node.col_offset


def _shift(tree: ast.AST, lines: int, columns: int) -> None:
    """Move a tree down, and what is on its first line to the right."""
    stack = [tree]
    while stack:
        fields = stack.pop().__dict__
        if "lineno" in fields:
            if fields["lineno"] == 1:
                fields["col_offset"] += columns
            if fields["end_lineno"] == 1:
                fields["end_col_offset"] += columns
            fields["lineno"] += lines
            fields["end_lineno"] += lines
        for value in fields.values():
            if value.__class__ is list:
                stack += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                stack.append(value)


def _literal(text: list[bytes], raw: bool, at: int) -> ast.Constant:
    source = b"".join(text)
    if raw or b"\\" not in source:
        return ast.Constant(source.decode())
    return _constant(b'"""' + ESCAPE_OR_QUOTE.sub(lambda found: found[1] or b'\\"', source) + b'"""', at)


def _constant(source: bytes, at: int) -> ast.Constant:
    try:
        value = ast.literal_eval(source.decode())
    except SyntaxError as error:
        raise PlacedError(error.msg, at) from error
    if not isinstance(value, str):
        raise PlacedError("cannot mix bytes and nonbytes literals", at)
    return ast.Constant(value)


def check_escapes(tokens: Sequence[Token]) -> None:
    """Raises at the first string with an escape there is not, such as ``\\N{NOBODY}``."""
    for token in tokens:
        if token.kind == "string" and b"b" not in token.text[:2].lower():
            _constant(token.text, token.start)


def _joined(values: Sequence[ast.expr]) -> ast.JoinedStr:
    """An f-string's node: neighbouring constants are one, empty ones none."""
    joined: list[ast.expr] = []
    for is_text, group in groupby(values, key=lambda value: isinstance(value, ast.Constant)):
        if is_text:
            text = "".join([value.value for value in group])  # type: ignore[attr-defined]
            joined += [ast.Constant(text)] if text else []
        else:
            joined += group
    return ast.JoinedStr(values=joined)
