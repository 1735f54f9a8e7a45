"""Statements of an ``ast`` tree to `archlint.facts.statements`, and patterns of ``match`` to expressions."""

import ast
from collections.abc import Callable
from typing import Any

from archlint.facts.changes import container_name, may_change, may_have_changed, note_walked
from archlint.facts.expressions import TEXT_LIMIT, Call, Expr, Item, Map, Op, Seq, Star, Walrus
from archlint.facts.guards import (
    FUNCTION,
    MAIN,
    OPTIONAL,
    RUNTIME,
    TYPING,
    TYPING_NAMES,
    branches,
    expects_failed_import,
    suppresses,
)
from archlint.facts.literals import constant, encodable
from archlint.facts.lower_expressions import EXPRESSIONS, NAME, ExpressionLowering
from archlint.facts.operators import OPERATORS
from archlint.facts.statements import (
    ASYNC,
    ASYNC_INSIDE,
    NESTING,
    Assert,
    Block,
    Case,
    Class,
    Def,
    Del,
    Do,
    For,
    Handler,
    If,
    Import,
    Jump,
    Match,
    Raise,
    Return,
    Scope,
    Set,
    Stmt,
    Try,
    TypeAlias,
    TypeParam,
    While,
    With,
)

TYPE_PARAMS = {"TypeVar": "", "TypeVarTuple": "*", "ParamSpec": "**"}

NEWER = {"TryStar": ("body", "handlers", "orelse", "finalbody"), "TypeAlias": ("name", "type_params", "value")}
TRY_STAR, TYPE_ALIAS = [getattr(ast, n, None) or type(n, (ast.stmt,), {"_fields": f}) for n, f in NEWER.items()]
"""``ast.TryStar`` and ``ast.TypeAlias``; stand-ins on an interpreter that does not know them."""


class Lowering(ExpressionLowering):
    """Lowers a module; the bodies of functions outside functions go to ``bodies``, what they call to ``callees``, ``awaits``."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[Block] = []
        self.callees: list[dict[str, int]] = []
        self.awaits: list[dict[str, int]] = []
        self.changing: list[int] = []
        self.deleting: list[int] = []
        self.deletes = False
        self.walked_own: dict[int, set[str]] = {}
        self.all_stored: set[str] = set()
        self.imports: list[Import] = []
        self.declared: tuple[str, ...] = ()
        self.rebound: dict[str, None] = {}
        self.guard = RUNTIME
        self.typing_names = TYPING_NAMES
        self.inside = False
        self.has_main = False

    def block(self, nodes: list[Any]) -> Block:
        return tuple([STATEMENTS[type(node)](self, node) for node in nodes]) if nodes else ()

    def do(self, node: ast.Expr) -> Do:
        fields = node.__dict__
        value = fields["value"]
        return Do(EXPRESSIONS[type(value)](self, value), fields["lineno"], fields["col_offset"])

    def assign(self, node: ast.Assign) -> Set:
        fields = node.__dict__
        value, targets = fields["value"], fields["targets"]
        value = EXPRESSIONS[type(value)](self, value)
        if len(targets) == 1 and type(targets[0]) is NAME:
            name = targets[0].id
            self.binds[name] = None
            targets = (name,)
        else:
            targets = tuple([self.target(target) for target in targets])
        return Set(
            targets, value, None, "",
            fields["lineno"], fields["col_offset"], fields["end_lineno"], fields["end_col_offset"],
        )  # fmt: skip

    def annotated(self, node: ast.AnnAssign) -> Set:
        fields = node.__dict__
        value, annotation = self.maybe(fields["value"]), self.annotation(fields["annotation"])
        target = fields["target"]
        # ``(x): int`` declares nothing, unlike ``x: int``.
        if fields["simple"] or fields["value"]:
            self.bind(target)
        return Set(
            (self.expression(target),), value, annotation, "",
            fields["lineno"], fields["col_offset"], fields["end_lineno"], fields["end_col_offset"],
        )  # fmt: skip

    def augmented(self, node: ast.AugAssign) -> Set:
        value = self.expression(node.value)
        op = OPERATORS[type(node.op)]
        target = self.target(node.target)
        self.stored.add(container_name(target))
        return Set((target,), value, None, op, *_span(node.__dict__))

    def return_(self, node: ast.Return) -> Return:
        fields = node.__dict__
        value = fields["value"]
        if value is not None:
            value = value.id if type(value) is NAME else EXPRESSIONS[type(value)](self, value)
        return Return(value, fields["lineno"], fields["col_offset"], fields["end_lineno"], fields["end_col_offset"])

    def raise_(self, node: ast.Raise) -> Raise:
        value, cause = self.maybe(node.exc), self.maybe(node.cause)
        if type(value) is str:
            self.called[value] = self.called.get(value, 0) + 1  # raising a class calls it
        return Raise(value, cause, *_span(node.__dict__))

    def delete(self, node: ast.Delete) -> Del:
        targets = tuple([self.target(target) for target in node.targets])
        self.deletes |= Item in map(type, targets)
        return Del(targets, node.lineno, node.col_offset)

    def assert_(self, node: ast.Assert) -> Assert:
        return Assert(self.expression(node.test), self.maybe(node.msg), node.lineno, node.col_offset)

    def jump(self, node: ast.stmt) -> Jump:
        return Jump(type(node).__name__.lower(), node.lineno, node.col_offset)

    def scope(self, node: ast.Global | ast.Nonlocal) -> Scope:
        names = tuple(node.names)
        self.declared += names
        if type(node) is ast.Global:
            self.rebound.update(dict.fromkeys(names))
        return Scope(type(node).__name__.lower(), names, node.lineno, node.col_offset)

    def import_(self, node: ast.Import) -> Import:
        names = tuple([(alias.name, alias.asname or "") for alias in node.names])
        for name, alias in names:
            self.binds[alias or name.partition(".")[0]] = None
        return self.imported(Import(None, names, 0, self.guard, *_span(node.__dict__)))

    def import_from(self, node: ast.ImportFrom) -> Import:
        fields = node.__dict__
        names = tuple([(alias.name, alias.asname or "") for alias in fields["names"]])
        for name, alias in names:
            self.binds[alias or name] = None
            if alias and name in TYPING_NAMES:
                self.typing_names |= {alias}
        return self.imported(Import(
            fields["module"] or "", names, fields["level"], self.guard,
            fields["lineno"], fields["col_offset"], fields["end_lineno"], fields["end_col_offset"],
        ))  # fmt: skip

    def imported(self, statement: Import) -> Import:
        self.imports.append(statement)
        return statement

    def if_(self, node: ast.If) -> If:
        fields = node.__dict__
        test, orelse = fields["test"], fields["orelse"]
        test = test.id if type(test) is NAME else EXPRESSIONS[type(test)](self, test)
        guard = self.guard
        in_body, in_else = branches(test, guard, self.typing_names)
        if in_body is MAIN or in_else is MAIN:
            self.has_main = True
        self.guard = in_body
        body = self.block(fields["body"])
        if orelse:
            self.guard = in_else
            orelse = self.block(orelse)
        self.guard = guard
        return If(test, body, orelse or (), fields["lineno"], fields["col_offset"])

    def for_(self, node: ast.For | ast.AsyncFor) -> For:
        target, iterated = self.target(node.target), self.expression(node.iter)
        note_walked(self.walked, iterated)
        body, orelse = self.block(node.body), self.block(node.orelse)
        is_async = type(node) is ast.AsyncFor
        return For(target, iterated, body, orelse, is_async, node.lineno, node.col_offset)

    def while_(self, node: ast.While) -> While:
        test = self.expression(node.test)
        return While(test, self.block(node.body), self.block(node.orelse), node.lineno, node.col_offset)

    def with_(self, node: ast.With | ast.AsyncWith) -> With:
        items = tuple([(self.expression(item.context_expr), self.target(item.optional_vars)) for item in node.items])
        guard = self.guard
        if guard is RUNTIME and any(suppresses(manager) for manager, _ in items):
            self.guard = OPTIONAL
        body = self.block(node.body)
        self.guard = guard
        return With(items, body, type(node) is ast.AsyncWith, node.lineno, node.col_offset)

    def try_(self, node: Any) -> Try:
        guard = self.guard
        types = [self.maybe(handler.type) for handler in node.handlers]
        if guard is RUNTIME and any(map(expects_failed_import, types)):
            self.guard = OPTIONAL
        body = self.block(node.body)
        handlers = tuple([self.handler(h, t) for h, t in zip(node.handlers, types, strict=True)])
        orelse = self.block(node.orelse)
        self.guard = guard
        is_star = type(node) is not ast.Try
        return Try(body, handlers, orelse, self.block(node.finalbody), is_star, node.lineno, node.col_offset)

    def handler(self, node: ast.ExceptHandler, type_: Expr) -> Handler:
        if node.name:
            self.binds[node.name] = None
        return Handler(type_, node.name or "", self.block(node.body), node.lineno, node.col_offset)

    def match(self, node: ast.Match) -> Match:
        subject = self.expression(node.subject)
        cases = tuple([Case(self.pattern(c.pattern), self.maybe(c.guard), self.block(c.body)) for c in node.cases])
        return Match(subject, cases, node.lineno, node.col_offset)

    def pattern(self, node: ast.pattern | None) -> Expr:
        match node:
            case ast.MatchValue(value=value):
                return self.expression(value)
            case ast.MatchSingleton(value=single):
                return constant(single)
            case ast.MatchSequence(patterns=patterns):
                return Seq("list", tuple([self.pattern(p) for p in patterns]))
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                pairs = [(self.expression(k), self.pattern(p)) for k, p in zip(keys, patterns, strict=True)]
                return Map((*pairs, (None, self.bound(rest))) if rest else tuple(pairs))
            case ast.MatchClass(cls=cls, patterns=patterns, kwd_attrs=names, kwd_patterns=named):
                args = tuple([self.pattern(p) for p in patterns])
                kwargs = tuple([(n, self.pattern(p)) for n, p in zip(names, named, strict=True)])
                return Call(self.expression(cls), args, kwargs, *_span(node.__dict__))
            case ast.MatchStar(name=name):
                return Star(self.bound(name))
            case ast.MatchAs(pattern=inner, name=name):
                return self.bound(name) if inner is None or name is None else self.capture(name, inner)
            case ast.MatchOr(patterns=patterns):
                return Op("|", tuple([self.pattern(p) for p in patterns]))
        return None

    def bound(self, name: str | None) -> str:
        if name:
            self.binds[name] = None
        return name or "_"

    def capture(self, name: str, inner: ast.pattern) -> Walrus:
        pattern = self.pattern(inner)
        return Walrus(self.bound(name), pattern)

    def type_alias(self, node: Any) -> TypeAlias:
        name = node.name.id
        self.binds[name] = None
        value = self.annotation(node.value)
        return TypeAlias(name, self.type_params(node.type_params), value, node.lineno, node.col_offset)

    def type_params(self, nodes: list[Any] | None) -> tuple[TypeParam, ...]:
        return () if not nodes else tuple([
            TypeParam(
                node.name,
                TYPE_PARAMS[type(node).__name__],
                self.maybe_annotation(getattr(node, "bound", None)),
                self.maybe_annotation(getattr(node, "default_value", None)),
            )
            for node in nodes
        ])  # fmt: skip

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Def:
        fields = node.__dict__
        name, decorators = fields["name"], fields["decorator_list"]
        self.binds[name] = None
        start = decorators[0].lineno if decorators else fields["lineno"]
        decorators = self.many(decorators)
        params = self.params(fields["args"])
        returns = self.maybe_annotation(fields["returns"])
        type_params = self.type_params(fields.get("type_params"))
        doc = docstring(fields["body"])
        body, binds, flags = self.function_body(fields["body"])
        if type(node) is ast.AsyncFunctionDef:
            flags |= ASYNC
            self.flags |= ASYNC_INSIDE
        return Def(
            name, params, returns, decorators, type_params, flags, doc, binds, body, start,
            fields["lineno"], fields["col_offset"], fields["end_lineno"], fields["end_col_offset"],
        )  # fmt: skip

    def function_body(self, nodes: list[ast.stmt]) -> tuple[int | Block, tuple[str, ...], int]:
        """A body (a slot outside functions), the names its scope binds, and its flags."""
        outer = self.binds, self.declared, self.flags, self.guard
        self.binds, self.declared, self.flags = {}, (), 0
        if self.guard is not TYPING:
            self.guard = FUNCTION
        body = self.block(nodes) if self.inside else self.slot(nodes)
        declared: tuple[str, ...] = self.declared
        for name in declared:
            self.binds.pop(name, None)
        binds, inner_flags = tuple(self.binds), self.flags
        self.binds, self.declared, flags, self.guard = outer
        self.flags = flags | NESTING | inner_flags & ASYNC_INSIDE
        return body, binds, inner_flags

    def slot(self, nodes: list[ast.stmt]) -> int:
        """The slot in ``bodies`` of the body of a function outside functions."""
        called, awaited, self.called, self.awaited, self.inside = self.called, self.awaited, {}, {}, True
        self.walked, self.stored, self.deletes = set(), set(), False
        self.bodies.append(self.block(nodes))
        self.callees.append(self.called)
        self.awaits.append(self.awaited)
        if self.deletes:
            self.deleting.append(len(self.bodies) - 1)
        if self.walked:
            self.note_changing(len(self.bodies) - 1)
        self.all_stored |= self.stored
        self.called, self.awaited, self.inside = called, awaited, False
        return len(self.bodies) - 1

    def note_changing(self, slot: int) -> None:
        if may_change(self.walked, self.stored, self.called) or may_have_changed(self.walked, self.called):
            self.changing.append(slot)
        elif own := {name for name in self.walked if name.startswith("self.")}:
            self.walked_own[slot] = own

    def class_(self, node: ast.ClassDef) -> Class:
        fields = node.__dict__
        name, decorators = fields["name"], fields["decorator_list"]
        self.binds[name] = None
        start = decorators[0].lineno if decorators else fields["lineno"]
        decorators = self.many(decorators)
        bases, keywords = self.many(fields["bases"]), self.keywords(fields["keywords"])
        type_params = self.type_params(fields.get("type_params"))
        doc = docstring(fields["body"])
        binds, declared, flags = self.binds, self.declared, self.flags
        self.binds, self.declared = {}, ()
        body = self.block(fields["body"])
        self.binds, self.declared, self.flags = binds, declared, flags | NESTING | self.flags & ASYNC_INSIDE
        return Class(name, bases, keywords, decorators, type_params, doc, body, start, *_span(fields))


def docstring(body: list[Any]) -> str:
    """The docstring of a module, class or function with this body, stripped and cut to `TEXT_LIMIT`."""
    first = body[0] if body else None
    if type(first) is ast.Expr and type(first.value) is ast.Constant:
        value = first.value.value
        if type(value) is str:
            text: str = value.strip()[:TEXT_LIMIT]
            return text if text.isascii() else encodable(text)
    return ""


def _span(fields: dict[str, Any]) -> tuple[int, int, int, int]:
    return fields["lineno"], fields["col_offset"], fields["end_lineno"], fields["end_col_offset"]


STATEMENTS: dict[type, Callable[[Lowering, Any], Stmt]] = {
    TRY_STAR: Lowering.try_,
    TYPE_ALIAS: Lowering.type_alias,
    ast.Expr: Lowering.do,
    ast.Assign: Lowering.assign,
    ast.AnnAssign: Lowering.annotated,
    ast.AugAssign: Lowering.augmented,
    ast.Return: Lowering.return_,
    ast.Raise: Lowering.raise_,
    ast.Delete: Lowering.delete,
    ast.Assert: Lowering.assert_,
    ast.Pass: Lowering.jump,
    ast.Break: Lowering.jump,
    ast.Continue: Lowering.jump,
    ast.Global: Lowering.scope,
    ast.Nonlocal: Lowering.scope,
    ast.Import: Lowering.import_,
    ast.ImportFrom: Lowering.import_from,
    ast.If: Lowering.if_,
    ast.For: Lowering.for_,
    ast.AsyncFor: Lowering.for_,
    ast.While: Lowering.while_,
    ast.With: Lowering.with_,
    ast.AsyncWith: Lowering.with_,
    ast.Try: Lowering.try_,
    ast.Match: Lowering.match,
    ast.FunctionDef: Lowering.function,
    ast.AsyncFunctionDef: Lowering.function,
    ast.ClassDef: Lowering.class_,
}
