"""Operators of ``ast``."""

import ast

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&",
    ast.And: "and", ast.Or: "or", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Not: "not",
    ast.Invert: "~", ast.UAdd: "u+", ast.USub: "u-",
}  # fmt: skip


def chain(node: ast.BinOp) -> list[ast.expr]:
    """The operands of a chain of one left-associative operator; a long sum is a deep tree, and this keeps it flat."""
    kind = type(node.op)
    if kind is ast.Pow:
        return [node.left, node.right]
    operands = [node.right]
    left = node.left
    while type(left) is ast.BinOp and type(left.op) is kind:
        operands.append(left.right)
        left = left.left
    operands.append(left)
    operands.reverse()
    return operands
