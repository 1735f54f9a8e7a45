"""What a function does with a session it holds: closes it, enters it, hands it on, keeps it somewhere."""

from itertools import pairwise

from archlint.facts.expressions import Call, Expr, Lambda
from archlint.facts.statements import Block, Def, Do, Handler, Return, Scope, Set, Try, With
from archlint.project.calls.forms import holder_of, last_name, values_passed, written
from archlint.project.definitions import Function
from archlint.project.flow.forms import is_catch_all
from archlint.project.knowledge import names_in
from archlint.project.transactions.openings import contained, outcomes
from archlint.project.types.databases import SESSION
from archlint.project.walk import calls, find, statements


class Life:
    """What a function does with what some names of its hold.

    Attributes:
        closers: what it is closed by, as written: ``db.close``.
    """

    def __init__(self, function: Function, holders: set[str]) -> None:
        self.function = function
        self.body = function.body
        self.holders = set(holders)
        for statement in statements(self.body):
            if isinstance(statement, Set) and any(each in self.holders for each in outcomes(statement.value)):
                self.holders.update(t for t in statement.targets if isinstance(t, str) and "." not in t)
        closing = names_in("lifetimes", "closing")
        self._calls: list[Call] | None = None
        self.closers = frozenset(f"{holder}.{method}" for holder in self.holders for method in closing)

    def is_global(self) -> bool:
        """It is a variable of the module or of a function around."""
        return any(isinstance(s, Scope) and not self.holders.isdisjoint(s.names) for s in statements(self.body))

    def is_entered(self, kind: str = SESSION) -> bool:
        """It is the context of a ``with``, or handed to what makes one of it."""
        for statement in find(self.body, (With,), into_definitions=True):
            for context, _ in statement.items:
                if self.mentions(context, kind):
                    return True
        closers = names_in("lifetimes", "closers")
        return any(last_name(call) in closers and self.is_given(call) for call in self.all_calls())

    def mentions(self, context: Expr, kind: str) -> bool:
        """Whether a context is the thing itself, or a transaction of it: a session gives its connection back with that."""
        if isinstance(context, Call):
            return (kind == SESSION and holder_of(context) in self.holders) or self.is_given(context)
        return context in self.holders

    def all_calls(self) -> list[Call]:
        if self._calls is None:
            self._calls = list(calls(self.body, into_definitions=True))
        return self._calls

    def is_given(self, call: Call) -> bool:
        """Whether a call is handed it, or its ``close``."""
        given = values_passed(call)
        return any(each in self.holders or each in self.closers for value in given for each in contained(value))

    def is_closing(self, call: Call) -> bool:
        """Whether a call closes it: ``db.close()``, ``close_session(db)``, ``asyncio.shield(db.close())``."""
        func = call.func
        if isinstance(func, str):
            on, _, method = func.rpartition(".")
            if on in self.holders and method in names_in("lifetimes", "closing"):
                return True
        words = set(last_name(call).lower().strip("_").split("_"))
        return self.is_given(call) and not words.isdisjoint(names_in("lifetimes", "closing_words"))

    def closes_in(self, block: Block) -> bool:
        return any(self.is_closing(call) for call in calls(block))

    def closes_anywhere(self) -> bool:
        return any(self.is_closing(call) for call in self.all_calls())

    def closes_at_once(self) -> bool:
        """The statement after the one that makes it closes it: nothing comes between that could raise."""
        for made, after in pairwise(statements(self.body)):
            takes = isinstance(made, Set) and any(target in self.holders for target in made.targets)
            if takes and isinstance(after, Do) and self.closes_in((after,)):
                return True
        return False

    def closes_finally(self) -> bool:
        """It is closed whatever happens: in a ``finally``, in a function for later, or both in a handler of anything and
        on the way without one."""
        for attempt in find(self.body, (Try,), into_definitions=True):
            if self.closes_in(attempt.final) or any(self.is_given(call) for call in calls(attempt.final)):
                return True
            caught = [handler for handler in attempt.handlers if is_catch_all(handler)]
            if caught and all(self.closes_in(handler.body) for handler in caught) and self.closes_beside(caught):
                return True
        later = [*find(self.body, (Def,)), *find(self.body, (Lambda,))]
        return any(self.is_closing(call) for node in later for call in calls(node, into_definitions=True)) or any(
            self.is_given(call) and self.is_handed_close(call) for call in self.all_calls()
        )

    def closes_beside(self, handlers: list[Handler]) -> bool:
        inside = {id(call) for handler in handlers for call in calls(handler.body)}
        return any(self.is_closing(call) and id(call) not in inside for call in self.all_calls())

    def is_handed_close(self, call: Call) -> bool:
        given = values_passed(call)
        return any(value in self.closers for value in given)

    def is_handed_on(self) -> bool:
        """It is returned, itself or in something made of it; whoever gets it closes it."""
        for statement in statements(self.body):
            if isinstance(statement, Return) and any(map(self.hands_on, contained(statement.value))):
                return True
        return False

    def hands_on(self, expr: Expr) -> bool:
        if isinstance(expr, Call):
            name = written(expr).rpartition(".")[2]
            return name[:1].isupper() and self.is_given(expr)
        return expr in self.holders

    def kept_in(self) -> list[Expr]:
        """The attributes and items it is put in."""
        found: list[Expr] = []
        for statement in statements(self.body):
            if isinstance(statement, Set) and any(each in self.holders for each in contained(statement.value)):
                found += [t for t in statement.targets if not (isinstance(t, str) and "." not in t)]
        return found

    def is_kept(self) -> bool:
        """It is put into a collection, a context variable or something of the kind."""
        keepers = names_in("lifetimes", "keepers")
        for call in self.all_calls():
            if last_name(call) in keepers and holder_of(call) not in self.holders and self.is_given(call):
                return True
        return False
