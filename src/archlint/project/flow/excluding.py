"""What the outcome of a condition tells, so that two conditions that exclude each other are not both taken for true."""

from collections import Counter
from collections.abc import Collection, Iterator

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Const, Expr, Op
from archlint.facts.statements import Block, If
from archlint.project.flow.forms import parts
from archlint.project.walk import statements

SAME = {"==": True, "!=": False, "is": True, "is not": False}


class Fact(Record, frozen=True):
    """What a name is or is not: equal to a value, or true where there is none."""

    subject: str
    value: str
    holds: bool


def told(test: Expr, outcome: bool) -> frozenset[Fact]:
    """What is known where a condition has an outcome."""
    return frozenset(fact for part, holds in parts(test, outcome) for fact in _told(part, holds))


def _told(test: Expr, outcome: bool) -> Iterator[Fact]:
    match test:
        case str():
            yield Fact(test, "", outcome)
        case Op(op=op, operands=(str() as name, str() | Const() as value)) if op in SAME:
            yield Fact(name, repr(value), outcome is SAME[op])


def contradicts(facts: frozenset[Fact], new: frozenset[Fact]) -> bool:
    """Whether some facts cannot hold where others do. Constants of different names are taken for different values."""
    for fact in new:
        if replace(fact, holds=not fact.holds) in facts:
            return True
        if fact.value and fact.holds:
            values = {other.value for other in facts if other.subject == fact.subject and other.value and other.holds}
            if values - {fact.value}:
                return True
    return False


def kept(facts: frozenset[Fact], bound: Collection[str]) -> frozenset[Fact]:
    """The facts that still hold where some names are bound anew."""
    if not facts:
        return facts
    return frozenset(f for f in facts if not any(f.subject == n or f.subject.startswith(f"{n}.") for n in bound))


def asked_again(block: Block) -> frozenset[str]:
    """The names that several ``if`` of a body ask about."""
    asked = Counter(
        subject
        for statement in statements(block)
        if isinstance(statement, If)
        for subject in {fact.subject for outcome in (True, False) for fact in told(statement.test, outcome)}
    )
    return frozenset(subject for subject, count in asked.items() if count > 1)
