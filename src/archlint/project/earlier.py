"""What a run before found out, and which of it still holds.

Kept answers and findings know what they rest on: the interfaces and bodies of modules, and other kept answers. What rests
on nothing that changed still holds. A kept answer that rests on something that did is asked for again, and if it turns
out the same, all that rests on it holds too: few edits change a module's layer, or what the whole project passes to
``Depends``.

Source: the "red-green algorithm" of incremental compilers
(https://rustc-dev-guide.rust-lang.org/queries/incremental-compilation.html).
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from itertools import count
from typing import Any

import msgspec

from archlint.project.model import UNBOUNDED, Answer, Key, Module, Project

MOST_SETTLED = 500
"""How many answers are asked for again before anybody wants them."""
Argument = int | list[str] | None
"""What a kept question is asked about: a module by its number, a set of strings, sorted, or just the project."""


class KeptAnswers(msgspec.Struct, array_like=True):
    """The answers of one question.

    Things read are numbers: the interface and the bodies of each module (`archlint.project.model.interface_of`), then each
    kept answer its own; below zero all answers of a question, its place among the questions inverted (``~place``).

    Attributes:
        question: where the question is defined: ``package.module:name``.
        numbers: the number of each answer.
        args: what its question was asked about.
        reads: the numbers of what it rests on.
        values: the answers themselves, encoded.
    """

    question: str
    numbers: list[int]
    args: list[Argument]
    reads: list[list[int]]
    values: list[bytes]

    def add(self, number: int, arg: Argument, reads: list[int], value: bytes) -> None:
        """Put one more answer to the others."""
        self.numbers.append(number)
        self.args.append(arg)
        self.reads.append(reads)
        self.values.append(value)

    def without(self, numbers: set[int]) -> "KeptAnswers":
        """The same without some answers."""
        columns = (self.numbers, self.args, self.reads, self.values)
        if numbers.isdisjoint(self.numbers):
            return KeptAnswers(self.question, *[[*column] for column in columns])
        left = [at for at, number in enumerate(self.numbers) if number not in numbers]
        return KeptAnswers(self.question, *[[column[at] for at in left] for column in columns])  # type: ignore[arg-type]


class Earlier:
    """What a run before left, to be asked by the questions of a project with the same modules.

    Args:
        project: the project now.
        kept: the answers of the run before, none where there was none.
        changed: the numbers of the interfaces and bodies that have changed since.
    """

    def __init__(self, project: Project, kept: list[KeptAnswers], changed: set[int]) -> None:
        self._project = project
        self.kept = kept
        self._places = {answers.question: place for place, answers in enumerate(kept)}
        self._found: dict[int, dict[object, int]] = {}
        self._by_number: dict[int, tuple[KeptAnswers, int]] = {}
        self._changed = changed
        self._in_doubt: set[int] | None = None
        self._verdicts: dict[int, bool] = {}

    @property
    def _suspects(self) -> set[int]:
        """What has changed and all that rests on it, but what is known to have turned out the same."""
        if self._in_doubt is None:
            same = {number for number, verdict in self._verdicts.items() if verdict}
            self._in_doubt = _suspects(self.kept, self._changed, same)
        return self._in_doubt

    def settle(self) -> None:
        """Ask again what is about one module and rests on what has changed. That is little where few modules have, and
        when nearly all of it turns out the same, nothing else need be looked at; the rest waits until somebody asks."""
        touched = [
            (answers, at)
            for answers in self.kept
            for at, reads in enumerate(answers.reads)
            if not self._changed.isdisjoint(reads)
        ]
        own = [(answers, at) for answers, at in touched if isinstance(answers.args[at], int)]
        if len(own) > MOST_SETTLED:
            return
        beyond = 2 * len(self._project.modules)
        alone = [all(0 <= read < beyond for read in answers.reads[at]) for answers, at in own]
        for first in (True, False):
            for (answers, at), is_alone in zip(own, alone, strict=True):
                if is_alone is first and answers.numbers[at] not in self._verdicts:
                    self._is_confirmed(answers, at)
            self._in_doubt = None
        if all(self._verdicts.get(answers.numbers[at]) for answers, at in touched):
            self._in_doubt = set(self._changed)

    def holds(self, reads: Iterable[int]) -> bool:
        """Whether everything that something rests on is still the same."""
        suspects = self._suspects
        return suspects.isdisjoint(reads) or all(number not in suspects or self._is_same(number) for number in reads)

    def certainly_holds(self, reads: Iterable[int]) -> bool:
        """Whether that is known without asking anything again."""
        suspects = self._suspects
        return suspects.isdisjoint(reads) or all(n not in suspects or self._verdicts.get(n, False) for n in reads)

    def answer(self, ask: Callable[..., Any], args: tuple[Any, ...]) -> Answer | None:
        """The kept answer of a question, if there is one that still holds."""
        found = self._find(ask, args)
        if found is None:
            return None
        answers, at = found
        number = answers.numbers[at]
        verdict = self._verdicts.get(number)
        if verdict is False or (verdict is None and number in self._suspects and not self._rests(answers, at)):
            return None
        return Answer(_decoded(ask, answers.values[at]), frozenset(), (ask, args))

    def number(self, key: Key) -> int | None:
        """The number of a question with its arguments, if it was asked before."""
        found = self._find(*key)
        return None if found is None else found[0].numbers[found[1]]

    def doubtful(self) -> set[int]:
        """The numbers of what is not known to hold."""
        return {number for number in self._suspects if not self._verdicts.get(number, False)}

    @property
    def proven(self) -> list[int]:
        """The numbers of what rests on something that changed, and turned out the same."""
        return [number for number, same in self._verdicts.items() if same]

    def take(self, proven: Iterable[int]) -> None:
        """Rely on what another process has proven."""
        self._verdicts |= dict.fromkeys(proven, True)

    def _find(self, ask: Callable[..., Any], args: tuple[Any, ...]) -> tuple[KeptAnswers, int] | None:
        """A kept answer, as its place among those of its question."""
        place = self._places.get(name_of(ask))
        at = None if place is None else self._index(place).get(_subject(args))
        return None if place is None or at is None else (self.kept[place], at)

    def _index(self, place: int) -> dict[object, int]:
        found = self._found.get(place)
        if found is None:
            args = self.kept[place].args
            found = {_hashable(arg): at for at, arg in enumerate(args)}
            self._found[place] = found
        return found

    def _is_same(self, number: int) -> bool:
        known = self._verdicts.get(number)
        if known is not None:
            return known
        if number < 0:
            numbers = self.kept[~number].numbers
            same = all(one not in self._suspects or self._is_same(one) for one in numbers)
            self._verdicts[number] = same
            return same
        found = self._located().get(number)
        if found is None:  # a module's interface or bodies
            return False
        answers, at = found
        return self._rests(answers, at) or self._is_confirmed(answers, at)

    def _rests(self, answers: KeptAnswers, at: int) -> bool:
        """Whether all that an answer rests on turned out the same; no while that is being found out."""
        number = answers.numbers[at]
        if number in self._verdicts:
            return self._verdicts[number]
        self._verdicts[number] = False
        if self.holds(answers.reads[at]):
            self._verdicts[number] = True
            return True
        del self._verdicts[number]
        return False

    def _is_confirmed(self, answers: KeptAnswers, at: int) -> bool:
        """Ask again, and compare."""
        project, number = self._project, answers.numbers[at]
        ask = _question(answers.question)
        args = self._arguments(answers.args[at])
        self._verdicts[number] = False
        reads, project.reads = project.reads, set()
        provisional, project.provisional = project.provisional, UNBOUNDED
        try:
            value = ask(project, *args)
            is_final = project.provisional == UNBOUNDED
        finally:
            project.reads, project.provisional = reads, provisional
        if not is_final:  # an answer inside a loop that is still being run through
            del self._verdicts[number]
            return False
        same = bool(value == _decoded(ask, answers.values[at]))
        self._verdicts[number] = same
        return same

    def _arguments(self, arg: Argument) -> tuple[Module | frozenset[str], ...]:
        if arg is None:
            return ()
        return (self._project.modules[arg] if isinstance(arg, int) else frozenset(arg),)

    def _located(self) -> dict[int, tuple[KeptAnswers, int]]:
        if not self._by_number:
            self._by_number = {n: (answers, at) for answers in self.kept for at, n in enumerate(answers.numbers)}
        return self._by_number


def name_of(ask: Callable[..., Any]) -> str:
    """Where a question is defined: ``package.module:name``."""
    return f"{ask.__module__}:{ask.__qualname__}"


def _question(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


def _subject(args: tuple[Any, ...]) -> Any:
    """What a question is asked about, as it is looked up."""
    if not args:
        return None
    return args[0].number if isinstance(args[0], Module) else args[0]


def _decoded(ask: Any, value: bytes) -> Any:
    return msgspec.msgpack.decode(value, type=ask.kept)


def _suspects(kept: list[KeptAnswers], changed: set[int], same: set[int]) -> set[int]:
    """What has changed, and all that rests on it, but what is known to be the same and what rests on that alone."""
    suspects = set(changed)
    # Answers rest on those with smaller numbers, nearly always: one round finds nearly all.
    rows = sorted(
        (number, ~place, reads)
        for place, a in enumerate(kept)
        for number, reads in zip(a.numbers, a.reads, strict=True)
        if number not in same
    )
    grown = True
    while grown:
        grown = False
        for number, everyone, reads in rows:
            if number not in suspects and not suspects.isdisjoint(reads):
                suspects.add(number)
                suspects.add(everyone)
                grown = True
    return suspects


class Numbering:
    """Numbers for what is read: a question with its arguments has one for good, as others rest on it by that number.

    Args:
        before: how many kept answers had been made when this process parted from others, which number those alike.

    Attributes:
        first: the first number that stands for something else in each process.
    """

    def __init__(self, project: Project, earlier: Earlier, before: int = 0) -> None:
        self._made = {answer.key: answer for answer in project.made if answer.key is not None}
        common = {answer.key for answer in project.made[:before]}
        self._after = [key for key in self._made if key not in common]
        self._earlier = earlier
        self._questions = {answers.question: place for place, answers in enumerate(earlier.kept)}
        for ask, _ in self._made:
            self._questions.setdefault(name_of(ask), len(self._questions))
        self._known = {key: earlier.number(key) for key in self._made}
        following = max([2 * len(project.modules), *(max(a.numbers) + 1 for a in earlier.kept if a.numbers)])
        new = [key for key, number in self._known.items() if number is None]
        self._numbers = {key: n for key, n in self._known.items() if n is not None}
        self._numbers |= zip(new, count(following))
        self._following = count(following + len(new))
        self.first = following + sum(key in common for key in new)

    def of(self, read: Any) -> int:
        """The number of a thing read."""
        if isinstance(read, int):
            return read
        if not isinstance(read, Answer) or read.key is None:
            return ~self._questions[name_of(read)]
        number = self._numbers.get(read.key) if read.key in self._numbers else self._earlier.number(read.key)
        assert number is not None, "an answer is made in this run or kept from the one before"
        return number

    def all(self) -> list[KeptAnswers]:
        """The kept answers that hold now, those of this run and of the one before."""
        outdated = self._earlier.doubtful().union(number for number in self._known.values() if number is not None)
        kept = [answers.without(outdated) for answers in self._earlier.kept]
        tables = kept + self._tables()[len(kept) :]
        self._add(tables, self._made)
        return tables

    def own(self) -> list[KeptAnswers]:
        """The kept answers that this process has made since it parted from others."""
        tables = self._tables()
        self._add(tables, self._after)
        return tables

    def join(self, tables: list[KeptAnswers], others: list[KeptAnswers], first: int) -> Callable[[int], int]:
        """Put what another process has made into the tables of this one.

        Args:
            first: the first number that stands for something else there.

        Returns:
            What gives the number here that stands for what a number does there.
        """
        places = {answers.question: place for place, answers in enumerate(tables)}
        numbers: dict[int, int] = {}
        rows: list[tuple[KeptAnswers, int, list[int]]] = []
        for place, there in enumerate(others):
            if there.question not in places:
                places[there.question] = len(tables)
                tables.append(KeptAnswers(there.question, [], [], [], []))
            numbers[~place] = ~places[there.question]
            here = tables[places[there.question]]
            known = {_hashable(arg): at for at, arg in enumerate(here.args)} if there.args else {}
            for number, arg, reads, value in zip(there.numbers, there.args, there.reads, there.values, strict=True):
                at = known.get(_hashable(arg))
                if at is None:
                    at = len(here.numbers)
                    here.add(number if number < first else next(self._following), arg, reads, value)
                numbers[number] = here.numbers[at]
                rows.append((here, at, reads))
        # What was found again rests on what it does now, not on what an answer that is the same rested on before.
        for here, at, reads in rows:
            here.reads[at] = sorted(numbers.get(read, read) for read in reads)
        return lambda number: numbers.get(number, number)

    def _tables(self) -> list[KeptAnswers]:
        return [KeptAnswers(question, [], [], [], []) for question in self._questions]

    def _add(self, tables: list[KeptAnswers], keys: Iterable[Key]) -> None:
        for key in keys:
            (ask, args), answer = key, self._made[key]
            tables[self._questions[name_of(ask)]].add(
                self._numbers[key],
                sorted(args[0]) if args and isinstance(args[0], frozenset) else _subject(args),
                sorted(map(self.of, answer.reads)),
                msgspec.msgpack.encode(answer.value),
            )


def _hashable(arg: Argument) -> object:
    return frozenset(arg) if isinstance(arg, list) else arg
