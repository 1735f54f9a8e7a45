"""Syntax newer than the running interpreter, from bytes to the tree that a newer interpreter's ``ast`` would give.

Called only for files ``ast.parse`` refuses. A scanner that knows brackets, comments and (nested) strings goes over the
source once, writes over each newer construct with an older one **of the same length**, so that no line or column moves,
and remembers by position what stood there. The result is parsed, and what was remembered put back into the tree:

* PEP 695 and 696: ``def f[T: bound = default]()``, ``class C[T]``, ``type X[T] = value`` (3.12, 3.13). The nodes get
  ``type_params`` of stand-ins with the attributes the lowering reads.
* PEP 758: ``except A, B:`` and ``except* A, B:`` without parentheses (3.14).
* PEP 654: ``except*`` (3.11). PEP 646: ``x[*Ts]`` and ``*args: *Ts`` (3.11).
* PEP 701 and 750: every f-string (3.12 grammar) and t-string (3.14). A run of adjacent strings is replaced by ``()``,
  and its node built here, each replacement field parsed at its own place. A t-string becomes an f-string.

Everything is rewritten on every interpreter, whether it needs it or not: all of them take the same path.

Limits: not every check of a newer compiler is repeated: ``type X = 1, 2`` passes.

Grammar: https://docs.python.org/3.14/reference/grammar.html.
"""

import ast
import keyword
from typing import Any, NamedTuple

from archlint.facts import parsing
from archlint.facts.lower_statements import TRY_STAR, TYPE_ALIAS
from archlint.facts.nesting import room
from archlint.facts.newer_expressions import Expressions, Position, check_escapes, position
from archlint.facts.newer_tokens import CLOSING, ENDS_STATEMENT, OPENING, PlacedError, Token, bracketed, header, split
from archlint.sources.decode import DecodeError, decode


class TypeVar(NamedTuple):
    """Stands for ``ast.TypeVar``."""

    name: str
    bound: ast.expr | None
    default_value: ast.expr | None


class TypeVarTuple(TypeVar):
    """Stands for ``ast.TypeVarTuple``."""


class ParamSpec(TypeVar):
    """Stands for ``ast.ParamSpec``."""


REPLACED = "\ufffd".encode()
KINDS: dict[bytes, type[TypeVar]] = {b"*": TypeVarTuple, b"**": ParamSpec}


def parse(data: bytes) -> tuple[ast.Module, str]:
    """The tree of a file's bytes, and text an older tokenizer accepts, with the same comments at the same places.

    Raises:
        SyntaxError: the file is wrong in every version up to 3.14, or beyond what this module covers.
        RecursionError, MemoryError, ValueError, SystemError: as `archlint.facts.parsing.parse` does.
    """
    text, undecodable = _text(data)
    rewriting = _Rewriting(text.encode())
    try:
        with room(parsing.PARSING_FRAMES):
            tree = rewriting.module()
    except PlacedError as error:
        line, column = rewriting.at(error.at)
        raise SyntaxError(error.msg, ("", line, column + 1, None)) from error
    if undecodable and REPLACED in rewriting.uncommented(0, len(rewriting.data)):
        raise undecodable
    return tree, rewriting.buffer.decode()


def _text(data: bytes) -> tuple[str, SyntaxError | None]:
    """The text, and what is wrong with its bytes, which is nothing if they are in comments: so does the interpreter."""
    undecodable = None
    try:
        text = decode(data)
    except DecodeError as error:
        undecodable = SyntaxError(error.message, ("", error.line, 1, None))
        cause = error.__context__
        if not isinstance(cause, UnicodeDecodeError) or cause.encoding != "utf-8":
            raise undecodable from error
        text = data.decode("utf-8-sig", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n", undecodable


class _Rewriting(Expressions):
    """Adds the statements."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.params: dict[Position, list[TypeVar]] = {}
        self.aliases: dict[Position, tuple[ast.expr, list[TypeVar]]] = {}
        self.star_handlers: set[Position] = set()
        self.handled: dict[Position, ast.expr] = {}

    def module(self) -> ast.Module:
        tokens, _ = self.scan(0, in_field=False)
        self.statements(tokens)
        try:
            tree = parsing.parse(self.buffer.decode())
        except SyntaxError as error:
            if error.msg.startswith("(unicode error)"):
                check_escapes(tokens)  # before CPython 3.12 the place would be the last line of the string
            raise
        self.restore(tree)
        left = [*self.strings, *self.stars, *self.params, *self.aliases, *self.star_handlers, *self.handled]
        if left:
            line, column = min(left)
            message = "cannot assign to f-string expression" if (line, column) in self.strings else "invalid syntax"
            raise PlacedError(message, self.lines[line - 1] + column)
        return tree

    def statements(self, tokens: list[Token]) -> None:
        """Rewrite type aliases, type parameters and except clauses."""
        depth, fresh = 0, True
        for i, token in enumerate(tokens):
            if fresh and token.kind == "name":
                if token.text == b"except":
                    self.handler(tokens, i)
                elif token.text == b"type":
                    self.alias(tokens, i)
                elif token.text in (b"def", b"class"):
                    self.generic(tokens, i, token.start)
                elif token.text == b"async" and tokens[i + 1 : i + 2] and tokens[i + 1].text == b"def":
                    self.generic(tokens, i + 1, token.start)
            depth += (token.text in OPENING) - (token.text in CLOSING)
            fresh = depth == 0 and token.text in ENDS_STATEMENT

    def handler(self, tokens: list[Token], i: int) -> None:
        """``except A, B:`` as ``except (  ):``, ``except* A:`` as ``except  A:``."""
        place = self.at(tokens[i].start)
        clause = header(tokens, i + 1)
        if clause and clause[0].text == b"*":
            self.buffer[clause[0].start] = ord(" ")
            self.star_handlers.add(place)
            clause = clause[1:]
            if not clause:
                raise PlacedError("expected one or more exception types", tokens[i].end)
        if len(split(clause)) < 2 or any(token.text == b"as" for token in clause):
            return
        types = self.spanned(clause, tokens[i].end)
        if not isinstance(types, ast.Tuple) or any(isinstance(item, ast.Starred) for item in types.elts):
            raise PlacedError("invalid syntax", clause[0].start)
        self.handled[place] = types
        self.empty(clause)

    def alias(self, tokens: list[Token], i: int) -> None:
        """``type X = value`` as ``type   = value``, ``type X[T] = value`` as ``type  [0] = value``."""
        texts = [token.text for token in tokens[i + 1 : i + 3]]
        if len(texts) < 2 or tokens[i + 1].kind != "name" or keyword.iskeyword(texts[0].decode()):
            return
        name = tokens[i + 1]
        params: list[TypeVar] = []
        if texts[1] == b"[":
            inner = bracketed(tokens, i + 2)
            params = self.type_params(inner)
            self.buffer[inner[0].start] = ord("0")
        elif texts[1] != b"=":
            return
        self.aliases[self.at(tokens[i].start)] = self.spanned([name], name.start), params
        self.blank(name.start, name.end)

    def generic(self, tokens: list[Token], i: int, start: int) -> None:
        """``def f[T](x)`` as ``def f(    x)``, ``class C[T]:`` as ``class C( ):``."""
        if i + 2 >= len(tokens) or tokens[i + 2].text != b"[":
            return
        inner = bracketed(tokens, i + 2)
        self.params[self.at(start)] = self.type_params(inner)
        close = i + 3 + len(inner)
        if tokens[close + 1].text == b"(":
            self.buffer[tokens[close].start] = self.buffer[tokens[close + 1].start] = ord(" ")
        else:
            self.buffer[tokens[close].start] = ord(")")
        self.buffer[tokens[i + 2].start] = ord("(")

    def type_params(self, tokens: list[Token]) -> list[TypeVar]:
        """Read the type parameters, and blank them."""
        groups = split(tokens)
        end = tokens[-1].end
        params = [self.type_param(group, end) for group in (groups if groups[-1] else groups[:-1])]
        for token in tokens:
            self.blank(token.start, token.end)
        return params

    def type_param(self, tokens: list[Token], end: int) -> TypeVar:
        kind = KINDS.get(tokens[0].text, TypeVar) if tokens else TypeVar
        declared, *default = split(tokens if kind is TypeVar else tokens[1:], b"=")
        name, bound = self.spanned(declared[:1], tokens[0].start if tokens else end), None
        if not isinstance(name, ast.Name):
            raise PlacedError("invalid syntax", declared[0].start)
        if len(default) > 1:
            raise PlacedError("invalid syntax", tokens[-1].start)
        if len(declared) > 1:
            if declared[1].text != b":" or kind is not TypeVar:
                raise PlacedError("invalid syntax", declared[1].start)
            bound = self.spanned(declared[2:], declared[1].end)
        return kind(name.id, bound, self.default(default[0], declared[-1].end) if default else None)

    def default(self, tokens: list[Token], at: int) -> ast.expr:
        if tokens and tokens[0].text == b"*":
            return ast.Starred(value=self.spanned(tokens[1:], tokens[0].end), ctx=ast.Load())
        return self.spanned(tokens, at)

    def restored(self, node: Any) -> Any:
        kind = node.__class__
        if kind is ast.Assign and len(node.targets) == 1 and position(node) in self.aliases:
            name, params = self.aliases.pop(position(node))
            alias = TYPE_ALIAS(name=name, type_params=params, value=node.value)
            return ast.copy_location(alias, node)
        if kind is ast.Try and self.star_handlers:
            starred = [position(handler) in self.star_handlers for handler in node.handlers]
            if any(starred):
                if not all(starred):
                    odd = node.handlers[starred.index(not starred[0])]
                    at = self.lines[odd.lineno - 1] + odd.col_offset
                    raise PlacedError("cannot have both 'except' and 'except*' on the same 'try'", at)
                self.star_handlers.difference_update(map(position, node.handlers))
                return ast.copy_location(TRY_STAR(**dict(ast.iter_fields(node))), node)
        return super().restored(node)

    def amend(self, node: Any) -> None:
        kind = node.__class__
        if kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            params = self.params.pop(position(node), None)
            if params:
                node.type_params = params
        elif kind is ast.ExceptHandler:
            node.type = self.handled.pop(position(node), node.type)
        else:
            super().amend(node)
