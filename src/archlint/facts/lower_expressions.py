"""Expressions of an ``ast`` tree to `archlint.facts.expressions`.

Written for speed, as every expression of a project passes here: one call an expression, dispatch on the node's class, no
visitor. Half of that time is reading nodes: CPython specialises attributes of objects whose dict it manages, and that of
a node it does not. So the busiest methods read a name, the commonest node, where it stands, and nodes of many fields
through their ``__dict__``. A node's class is asked of ``type()``: ``__class__`` is specialised for one class a place.
"""

import ast
from collections.abc import Callable
from typing import Any

from archlint.facts.changes import container_name, note_walked
from archlint.facts.expressions import (
    TEXT_LIMIT,
    Attr,
    Await,
    Call,
    Comp,
    Cond,
    Const,
    Expr,
    Generator,
    Item,
    Lambda,
    Map,
    Op,
    Param,
    Seq,
    Slice,
    Star,
    Text,
    Walrus,
    Yield,
    indexed_name,
)
from archlint.facts.literals import constant
from archlint.facts.operators import OPERATORS, chain
from archlint.facts.parsing import parse_expression
from archlint.facts.statements import GENERATOR, NESTING

NAME = ast.Name
ATTRIBUTE = ast.Attribute


class ExpressionLowering:
    """Lowers expressions and notes, on the way, what a scope binds and what is called."""

    def __init__(self) -> None:
        self.binds: dict[str, None] = {}
        self.called: dict[str, int] = {}
        self.awaited: dict[str, int] = {}
        self.walked: set[str] = set()
        self.stored: set[str] = set()
        self.flags = 0

    def expression(self, node: Any) -> Expr:
        return EXPRESSIONS[type(node)](self, node)

    def maybe(self, node: Any) -> Expr:
        return None if node is None else EXPRESSIONS[type(node)](self, node)

    def many(self, nodes: list[Any]) -> tuple[Expr, ...]:
        return tuple([EXPRESSIONS[type(node)](self, node) for node in nodes]) if nodes else ()

    def name(self, node: ast.Name) -> str:
        return node.id

    def attribute(self, node: ast.Attribute) -> Expr:
        value = node.value
        if type(value) is NAME:
            return f"{value.id}.{node.attr}"
        base = EXPRESSIONS[type(value)](self, value)
        if type(base) is str:
            return f"{base}.{node.attr}"
        return Attr(base, node.attr, node.lineno, node.col_offset)

    def constant(self, node: ast.Constant) -> Const:
        value = node.value
        if type(value) is str:
            length = len(value)
            if length <= TEXT_LIMIT and value.isascii():
                return Const("str", value, length)
        return constant(value)

    def call(self, node: ast.Call) -> Call:
        fields = node.__dict__
        func, args, kwargs = fields["func"], fields["args"], fields["keywords"]
        if type(func) is NAME:
            func = func.id
        elif type(func) is ATTRIBUTE and type(base := func.value) is NAME:
            func = f"{base.id}.{func.attr}"
        else:
            func = EXPRESSIONS[type(func)](self, func)
        name = func if type(func) is str else indexed_name(func)
        if name is not None:
            called = self.called
            called[name] = called.get(name, 0) + 1
        if len(args) == 1:
            arg = args[0]
            args = (arg.id if type(arg) is NAME else EXPRESSIONS[type(arg)](self, arg),)
        else:
            args = tuple([
                arg.id if type(arg) is NAME else EXPRESSIONS[type(arg)](self, arg) for arg in args
            ]) if args else ()  # fmt: skip
        kwargs = self.keywords(kwargs) if kwargs else ()
        return Call(
            func, args, kwargs, fields["lineno"], fields["col_offset"], fields["end_lineno"], fields["end_col_offset"]
        )

    def keywords(self, nodes: list[ast.keyword]) -> tuple[tuple[str, Expr], ...]:
        return tuple([
            (node.arg or "", value.id if type(value := node.value) is NAME else EXPRESSIONS[type(value)](self, value))
            for node in nodes
        ])  # fmt: skip

    def await_(self, node: ast.Await) -> Await:
        value = EXPRESSIONS[type(node.value)](self, node.value)
        if type(value) is Call:
            name = value.func if type(value.func) is str else indexed_name(value.func)
            if name is not None:
                self.awaited[name] = self.awaited.get(name, 0) + 1
        return Await(value)

    def subscript(self, node: ast.Subscript) -> Item:
        base, key = node.value, node.slice
        return Item(
            base.id if type(base) is NAME else EXPRESSIONS[type(base)](self, base),
            EXPRESSIONS[type(key)](self, key),
        )

    def slice_(self, node: ast.Slice) -> Slice:
        return Slice(self.maybe(node.lower), self.maybe(node.upper), self.maybe(node.step))

    def binary(self, node: ast.BinOp) -> Op:
        return Op(OPERATORS[type(node.op)], self.many(chain(node)))

    def boolean(self, node: ast.BoolOp) -> Op:
        return Op(OPERATORS[type(node.op)], self.many(node.values))

    def unary(self, node: ast.UnaryOp) -> Expr:
        operand, op = node.operand, OPERATORS[type(node.op)]
        if op == "u-" and type(operand) is ast.Constant:
            value = operand.value
            if type(value) is int or type(value) is float:
                return constant(-value)
        return Op(op, (operand.id if type(operand) is NAME else EXPRESSIONS[type(operand)](self, operand),))

    def compare(self, node: ast.Compare) -> Op:
        fields = node.__dict__
        comparators = fields["comparators"]
        if len(comparators) > 1:
            return self.comparechain(node)
        left, right = fields["left"], comparators[0]
        return Op(
            OPERATORS[type(fields["ops"][0])],
            (
                left.id if type(left) is NAME else EXPRESSIONS[type(left)](self, left),
                EXPRESSIONS[type(right)](self, right),
            ),
        )

    def comparechain(self, node: ast.Compare) -> Op:
        links = []
        left = self.expression(node.left)
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.expression(comparator)
            links.append(Op(OPERATORS[type(op)], (left, right)))
            # Python evaluates a middle operand once. Written twice, calls in it would count twice, and chains nested
            # in chains would grow exponentially.
            left = right if type(right) is str or type(right) is Const else None
        return Op("and", tuple(links))

    def fstring(self, node: ast.JoinedStr) -> Text:
        # Python 3.12.1 has empty constants beside the fields nested in a format spec, 3.13 has none.
        return Text(self.many([part for part in node.values if type(part) is not ast.Constant or part.value]))

    def formatted(self, node: Any) -> Expr:
        value = self.expression(node.value)
        if node.conversion < 0 and node.format_spec is None:
            return value
        conversion = chr(node.conversion) if node.conversion >= 0 else ""
        return Op("format", (value, constant(conversion), self.maybe(node.format_spec)))

    def list_(self, node: ast.List) -> Seq:
        return Seq("list", self.many(node.elts))

    def tuple_(self, node: ast.Tuple) -> Seq:
        return Seq("tuple", self.many(node.elts))

    def set_(self, node: ast.Set) -> Seq:
        return Seq("set", self.many(node.elts))

    def dict_(self, node: ast.Dict) -> Map:
        return Map(tuple(zip(map(self.maybe, node.keys), self.many(node.values), strict=True)))

    def star(self, node: ast.Starred) -> Star:
        return Star(self.expression(node.value))

    def conditional(self, node: ast.IfExp) -> Cond:
        return Cond(self.maybe(node.test), self.maybe(node.body), self.maybe(node.orelse))

    def walrus(self, node: ast.NamedExpr) -> Walrus:
        self.binds[node.target.id] = None
        return Walrus(node.target.id, self.maybe(node.value))

    def yield_(self, node: ast.Yield) -> Yield:
        self.flags |= GENERATOR
        return Yield(self.maybe(node.value), False)

    def yield_from(self, node: ast.YieldFrom) -> Yield:
        self.flags |= GENERATOR
        return Yield(self.maybe(node.value), True)

    def lambda_(self, node: ast.Lambda) -> Lambda:
        params = self.params(node.args)
        binds, flags = self.binds, self.flags
        self.binds = {}
        body = self.expression(node.body)
        self.binds, self.flags = binds, flags | NESTING
        return Lambda(params, body)

    def comprehension(self, node: Any, kind: str, *elements: ast.expr) -> Comp:
        fors = tuple([
            Generator(self.maybe(part.target), self.maybe(part.iter), self.many(part.ifs), bool(part.is_async))
            for part in node.generators
        ])  # fmt: skip
        for part in fors:
            note_walked(self.walked, part.iter)
        return Comp(kind, tuple([self.maybe(element) for element in elements]), fors, node.lineno, node.col_offset)

    def list_comp(self, node: ast.ListComp) -> Comp:
        return self.comprehension(node, "list", node.elt)

    def set_comp(self, node: ast.SetComp) -> Comp:
        return self.comprehension(node, "set", node.elt)

    def dict_comp(self, node: ast.DictComp) -> Comp:
        return self.comprehension(node, "dict", node.key, node.value)

    def generator(self, node: ast.GeneratorExp) -> Comp:
        return self.comprehension(node, "generator", node.elt)

    def target(self, node: Any) -> Expr:
        """What is assigned to, with its names bound; None of a ``with`` that has no ``as``."""
        self.bind(node)
        target = self.maybe(node)
        if type(target) is Item:
            self.stored.add(container_name(target.base))
        return target

    def bind(self, target: Any) -> None:
        """Notes the names an assignment target binds."""
        kind = type(target)
        if kind is NAME:
            self.binds[target.id] = None
        elif kind is ast.Tuple or kind is ast.List:
            for item in target.elts:
                self.bind(item)
        elif kind is ast.Starred:
            self.bind(target.value)

    def params(self, args: ast.arguments) -> tuple[Param, ...]:
        fields = args.__dict__
        only, defaults = fields["posonlyargs"], fields["defaults"]
        positional = only + fields["args"] if only else fields["args"]
        required = len(positional) - len(defaults)
        params = [
            self.param("/" if i < len(only) else "", arg, defaults[i - required] if i >= required else None)
            for i, arg in enumerate(positional)
        ]
        if fields["vararg"]:
            params.append(self.param("*", fields["vararg"], None))
        for arg, default in zip(fields["kwonlyargs"], fields["kw_defaults"], strict=True):
            params.append(self.param("k", arg, default))
        if fields["kwarg"]:
            params.append(self.param("**", fields["kwarg"], None))
        return tuple(params)

    def param(self, kind: str, arg: ast.arg, default: ast.expr | None) -> Param:
        fields = arg.__dict__
        annotation = fields["annotation"]
        if annotation is not None:
            annotation = annotation.id if type(annotation) is NAME else self.annotation(annotation)
        return Param(
            fields["arg"],
            kind,
            annotation,
            None if default is None else EXPRESSIONS[type(default)](self, default),
            fields["lineno"],
            fields["col_offset"],
        )

    def maybe_annotation(self, node: Any) -> Expr:
        return None if node is None else self.annotation(node)

    def annotation(self, node: Any) -> Expr:
        """An annotation; quoted ones are read as the expressions they quote (PEP 484 "Forward references")."""
        kind = type(node)
        if kind is NAME:
            name: str = node.id
            return name
        if kind is ast.Subscript:
            base = node.value
            base = base.id if type(base) is NAME else self.expression(base)
            return Item(base, self.annotation_arguments(base, node.slice))
        if kind is ast.Constant and type(node.value) is str:
            return self.quoted(node)
        if kind is ast.BinOp and type(node.op) is ast.BitOr:
            return Op("|", tuple([self.annotation(part) for part in chain(node)]))
        if kind is ast.List:
            return Seq("list", tuple([self.annotation(item) for item in node.elts]))
        return self.maybe(node)

    def annotation_arguments(self, base: Expr, node: Any) -> Expr:
        special = base.rpartition(".")[2] if type(base) is str else ""
        if special == "Literal":
            return self.maybe(node)
        if type(node) is not ast.Tuple:
            return self.annotation(node)
        items = node.elts
        if special == "Annotated":
            return Seq("tuple", (self.annotation(items[0]), *self.many(items[1:])) if items else ())
        return Seq("tuple", tuple([self.annotation(item) for item in items]))

    def quoted(self, node: Any) -> Expr:
        try:
            tree = _quoted(node.value.strip())
        except (SyntaxError, ValueError, MemoryError):
            return constant(node.value)
        place = {name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
        for inner in ast.walk(tree):
            fields = inner.__dict__
            if "lineno" in fields:
                fields.update(place)
        binds, flags = self.binds, self.flags
        self.binds = {}
        lowered = self.annotation(tree)
        self.binds, self.flags = binds, flags
        return lowered


def _quoted(text: str) -> ast.expr:
    try:
        return parse_expression(text).body
    except SyntaxError:
        from archlint.facts.newer_expressions import parse_text

        return parse_text(text)


EXPRESSIONS: dict[type, Callable[[ExpressionLowering, Any], Expr]] = {
    ast.Name: ExpressionLowering.name,
    ast.Attribute: ExpressionLowering.attribute,
    ast.Constant: ExpressionLowering.constant,
    ast.Call: ExpressionLowering.call,
    ast.Await: ExpressionLowering.await_,
    ast.Subscript: ExpressionLowering.subscript,
    ast.Slice: ExpressionLowering.slice_,
    ast.BinOp: ExpressionLowering.binary,
    ast.BoolOp: ExpressionLowering.boolean,
    ast.UnaryOp: ExpressionLowering.unary,
    ast.Compare: ExpressionLowering.compare,
    ast.JoinedStr: ExpressionLowering.fstring,
    ast.FormattedValue: ExpressionLowering.formatted,
    ast.List: ExpressionLowering.list_,
    ast.Tuple: ExpressionLowering.tuple_,
    ast.Set: ExpressionLowering.set_,
    ast.Dict: ExpressionLowering.dict_,
    ast.Starred: ExpressionLowering.star,
    ast.IfExp: ExpressionLowering.conditional,
    ast.NamedExpr: ExpressionLowering.walrus,
    ast.Yield: ExpressionLowering.yield_,
    ast.YieldFrom: ExpressionLowering.yield_from,
    ast.Lambda: ExpressionLowering.lambda_,
    ast.ListComp: ExpressionLowering.list_comp,
    ast.SetComp: ExpressionLowering.set_comp,
    ast.DictComp: ExpressionLowering.dict_comp,
    ast.GeneratorExp: ExpressionLowering.generator,
}
for _class, _method in (("TemplateStr", ExpressionLowering.fstring), ("Interpolation", ExpressionLowering.formatted)):
    if hasattr(ast, _class):  # Python 3.14
        EXPRESSIONS[getattr(ast, _class)] = _method
