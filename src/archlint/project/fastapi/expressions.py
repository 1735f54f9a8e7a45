"""What expressions denote while code that builds an application is interpreted."""

from collections.abc import Iterable

from archlint.facts.expressions import (
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
    Seq,
    Star,
    Text,
    Walrus,
)  # fmt: skip
from archlint.project.constants.objects import Context
from archlint.project.constants.values import UNKNOWN, evaluate, string, text, truth
from archlint.project.fastapi.lookups import MAX_NESTING, Lookups
from archlint.project.fastapi.values import (
    LIMIT,
    NOT_KNOWN,
    Anonymous,
    Argument,
    ClassRef,
    Either,
    External,
    Frame,
    Given,
    Instance,
    Items,
    Passed,
    Table,
    Value,
    any_of,
    either,
)  # fmt: skip
from archlint.project.walk import nodes


class Expressions(Lookups):
    """Expressions to what they denote."""

    def call(self, frame: Frame, call: Call) -> Value:
        """What a call returns, and what it does on the way."""
        raise NotImplementedError

    def bind(self, frame: Frame, target: Expr, value: Value) -> None:
        """Give an assignment or loop target a value."""
        raise NotImplementedError

    def evaluate(self, frame: Frame, expr: Expr) -> Value:
        if expr is None or isinstance(expr, Const):
            return expr
        if self.nesting >= MAX_NESTING:
            return None
        self.nesting += 1
        value = self.name(frame, expr) if isinstance(expr, str) else self.compute(frame, expr)
        self.nesting -= 1
        return value

    def compute(self, frame: Frame, expr: Expr) -> Value:
        """What an expression made of others denotes."""
        match expr:
            case Call():
                return self.call(frame, expr)
            case Attr(base=base, name=name):
                return self.attribute(self.evaluate(frame, base), name, frame)
            case Await(value=value) | Star(value=value):
                return self.evaluate(frame, value)
            case Text():
                return self.constant(frame, expr)
        return self.display(frame, expr)

    def display(self, frame: Frame, expr: Expr) -> Value:
        """A list, tuple, dict or function written out, or an item of one."""
        match expr:
            case Seq(items=items):
                return self.items(frame, items)
            case Map(pairs=pairs):
                return self.table(frame, pairs)
            case Item(base=base, key=key):
                return self.item(self.evaluate(frame, base), self.evaluate(frame, key))
            case Lambda():
                return Anonymous(expr, frame)
        return self.compound(frame, expr)

    def compound(self, frame: Frame, expr: Expr) -> Value:
        """An expression made of others that are values themselves."""
        match expr:
            case Cond(test=test, then=then, other=other):
                known = self.decide(frame, test)
                if known is not None:
                    return self.evaluate(frame, then if known else other)
                values = [self.evaluate(frame, then), self.evaluate(frame, other)]
                is_text = all(isinstance(value, Const) for value in values)
                return (self.constant(frame, expr) if is_text else None) or either(values)
            case Walrus(name=name, value=value):
                frame.names[name] = self.evaluate(frame, value)
                return frame.names[name]
            case Op(op="or" | "and", operands=operands):
                return any_of([self.evaluate(frame, operand) for operand in operands])
            case Op(op="+" | "|" as op, operands=operands):
                joined = self.evaluate(frame, operands[0])
                for operand in operands[1:]:
                    joined = grown(joined, op, self.evaluate(frame, operand))
                return self.constant(frame, expr) if joined is None else joined
            case Op():
                return self.constant(frame, expr)
            case Comp(kind=kind, elements=elements, fors=fors):
                found: list[Value] = []
                self.comprehend(frame, Seq("tuple", elements) if kind == "dict" else elements[0], fors, found)
                return self.paired(frame, found) if kind == "dict" else Items(tuple(found))
        return None

    def comprehend(self, frame: Frame, element: Expr, fors: tuple[Generator, ...], found: list[Value]) -> None:
        if not fors:
            found.append(self.evaluate(frame, element))
            return
        inner = Frame(frame.module, frame.function, frame)
        iterated = self.evaluate(frame, fors[0].iter)
        for value in elements_of(iterated) or (None,):
            self.bind(inner, fors[0].target, value)
            if all(self.decide(inner, test) is not False for test in fors[0].ifs):
                self.comprehend(inner, element, fors[1:], found)

    def items(self, frame: Frame, items: tuple[Expr, ...]) -> Items:
        found: list[Value] = []
        for item in items[:LIMIT]:
            value = self.evaluate(frame, item)
            found += elements_of(value) if isinstance(item, Star) else (value,)
        return Items(tuple(found))

    def table(self, frame: Frame, pairs: tuple[tuple[Expr, Expr], ...]) -> Table:
        found: list[tuple[Const, Passed]] = []
        is_complete = len(pairs) <= LIMIT
        for name, value in pairs[:LIMIT]:
            if name is None:
                spread = self.evaluate(frame, value)
                found += spread.pairs if isinstance(spread, Table) else ()
                is_complete &= isinstance(spread, Table) and spread.is_complete
                continue
            key = self.evaluate(frame, name)
            if isinstance(key, Const):
                found.append((key, self.passed(frame, value)))
            else:
                is_complete = False
        return Table(tuple(found), is_complete)

    def set_item(self, frame: Frame, target: Item, passed: Passed) -> None:
        """``table[key] = value``; what is set under an unknown key comes beside all others."""
        table = self.held(frame, target.base) if isinstance(target.base, str) else None
        if isinstance(table, Table):
            self.rebind(frame, str(target.base), table.having(self.evaluate(frame, target.key), passed))

    def paired(self, frame: Frame, values: Iterable[Value]) -> Table:
        """The dict of some pairs of key and value."""
        found = Table(())
        for value in values:
            if isinstance(value, Items) and len(value.values) == 2:
                key, held = value.values
                found = found.having(key, Passed(held, self.argument(frame, None)))
        return found

    def item(self, holder: Value, key: Value) -> Value:
        if isinstance(holder, Table):
            if isinstance(key, Const):
                return holder.get(key)
            return either([passed.value for _, passed in holder.pairs])
        if isinstance(holder, Items):
            if isinstance(key, Const) and isinstance(key.value, int):
                return holder.values[key.value] if -len(holder.values) <= key.value < len(holder.values) else None
            return None
        if isinstance(holder, Either):
            return either([self.item(one, key) for one in holder.values])
        return holder if isinstance(holder, External | ClassRef) else None

    def context(self, frame: Frame, *, partial: bool = False) -> Context:
        """Where the constants of a frame's expressions are looked for: in the frame, then in the code around it."""

        def local(name: str) -> Const | None:
            head, _, rest = name.partition(".")
            found, value = self.local(frame, head)
            if not found:
                return None
            if value is None:
                return NOT_KNOWN if head in frame.sources else None
            value = self.attributes(value, rest, frame)
            return value if isinstance(value, Const) else None

        return Context(frame.module, frame.function, local=local, partial=partial)

    def constant(self, frame: Frame, expr: Expr) -> Const | None:
        found = evaluate(self.project, expr, self.context(frame))
        return None if found is not None and found.kind == "unknown" else found

    def text(self, frame: Frame, expr: Expr) -> str:
        """The text of an expression, `UNKNOWN` for what nothing says."""
        if isinstance(expr, Const):
            return text(expr) or ""
        found = evaluate(self.project, expr, self.context(frame, partial=True))
        if found is not None and found.kind == "none":
            return ""
        known = text(found)
        return UNKNOWN if known is None else known

    def passed(self, frame: Frame, expr: Expr) -> Passed:
        """An argument."""
        is_text = isinstance(expr, Text) or (isinstance(expr, Op) and expr.op in ("+", "%"))
        value = None if is_text and not self.joins_lists(frame, expr) else self.evaluate(frame, expr)
        return Passed(value, self.argument(frame, expr), expr, frame)

    def joins_lists(self, frame: Frame, expr: Expr) -> bool:
        """Whether a sum is one of lists."""
        return isinstance(expr, Op) and isinstance(self.evaluate(frame, expr.operands[0]), Items)

    def passed_text(self, passed: Passed | None) -> str:
        """The text of an argument, `UNKNOWN` for what nothing says; empty when it is not given."""
        if passed is None:
            return ""
        if isinstance(passed.value, Const):
            known = text(passed.value)
            return known if known is not None else "" if passed.value.kind == "none" else UNKNOWN
        return self.text(passed.frame, passed.expr) if passed.frame is not None else UNKNOWN

    def argument(self, frame: Frame, expr: Expr) -> Argument:
        """The code of an argument: of a parameter, what the caller passed for it; of what a record or dict holds, what
        it was made with."""
        if isinstance(expr, str) and "." not in expr:
            inner: Frame | None = frame
            while inner is not None:
                if expr in inner.sources:
                    return inner.sources[expr]
                if expr in inner.names:
                    break
                inner = inner.outer
        return self.held_argument(frame, expr) or Argument(expr, frame.module, frame.function)

    def held_argument(self, frame: Frame, expr: Expr) -> Argument | None:
        """The code of what a local holds: ``route.model``, ``route["model"]``, ``route.get("model")``."""
        match expr:
            case str() if "." in expr:
                holder, _, name = expr.rpartition(".")
                head, _, rest = holder.partition(".")
                value = self.attributes(self.local(frame, head)[1], rest, frame)
                return self.field_argument(value, name) if isinstance(value, Instance) else None
            case Item(base=str() as base, key=Const() as key):
                pass
            case Call(func=str() as func, args=(Const() as key, *_)) if func.endswith(".get"):
                base = func.removesuffix(".get")
            case _:
                return None
        table = self.local(frame, base)[1]
        return table.argument(key) if isinstance(table, Table) else None

    def given(self, frame: Frame, call: Call, wanted: frozenset[str] | None = None) -> Given:
        """The arguments of a call; of those given by name, only the values of the ``wanted`` ones."""
        positional: list[Passed] = []
        named: list[tuple[str, Passed]] = []
        is_complete = True
        for expr in call.args:
            if isinstance(expr, Star):
                value = self.evaluate(frame, expr.value)
                is_complete &= isinstance(value, Items)
                positional += [Passed(one, self.argument(frame, None)) for one in elements_of(value)]
            else:
                positional.append(self.passed(frame, expr))
        for name, expr in call.kwargs:
            if name:
                is_wanted = wanted is None or name in wanted
                passed = (
                    self.passed(frame, expr) if is_wanted else Passed(None, self.argument(frame, expr), expr, frame)
                )
                named.append((name, passed))
                continue
            value = self.evaluate(frame, expr)
            is_complete &= isinstance(value, Table) and value.is_complete
            for key, passed in value.pairs if isinstance(value, Table) else ():
                if key == NOT_KNOWN:
                    continue
                named = [pair for pair in named if pair[0] != key.value]
                named.append((str(key.value), passed))
        return Given(tuple(positional), tuple(named), is_complete)

    def decide(self, frame: Frame, test: Expr) -> bool | None:
        """Whether a test holds, where it rests on what a caller passed. Settings and the environment decide nothing:
        what they switch on counts as on."""
        if isinstance(test, Op) and test.op == "not":
            known = self.decide(frame, test.operands[0])
            return None if known is None else not known
        if isinstance(test, Op) and test.op in ("is", "is not") and isinstance(test.operands[1], Const):
            if test.operands[1].kind != "none" or not self.is_local(frame, test.operands[0]):
                return None
            value = self.evaluate(frame, test.operands[0])
            if value is None:
                return None
            return (isinstance(value, Const) and value.kind == "none") is (test.op == "is")
        if not self.is_local(frame, test):
            return None
        value = self.evaluate(frame, test)
        match value:
            case Const():
                return truth(value)
            case Items(values=values):
                return bool(values)
            case None | Table() | Either() | External():
                return None
        return True

    def is_local(self, frame: Frame, expr: Expr) -> bool:
        """Whether every name in an expression is a local of a function."""
        names = [node.partition(".")[0] for node in nodes(expr) if isinstance(node, str)]
        return all(frame.function is not None and self.local(frame, name)[0] for name in names)


def grown(value: Value, op: str, more: Value) -> Value:
    """A list with the elements of another, a dict with the items of another; None for anything else. Of two lists, one
    that nobody knows adds nothing."""
    if op == "+" and (isinstance(value, Items) or isinstance(more, Items)):
        return Items(tuple(one for each in (value, more) if isinstance(each, Items) for one in each.values))
    if op == "|" and isinstance(value, Table) and isinstance(more, Table):
        later = {name for name, _ in more.pairs}
        pairs = (*[pair for pair in value.pairs if pair[0] not in later], *more.pairs)
        return Table(pairs, value.is_complete and more.is_complete)
    return None


def elements_of(value: Value) -> tuple[Value, ...]:
    """What iterating over a value gives, as far as that is known."""
    match value:
        case Items(values=values):
            return values[:LIMIT]
        case Table(pairs=pairs):
            return tuple(string(str(key.value)) if key.kind == "str" else key for key, _ in pairs)
        case Either(values=values):
            return tuple(one for value in values for one in elements_of(value))
    return ()
