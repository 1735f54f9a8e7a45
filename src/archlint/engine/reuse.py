"""Findings of the run before that still hold."""

# Plain string paths: see sources/discover.py.

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import msgspec

from archlint import __version__
from archlint.config import Selection
from archlint.core import Finding, Rule
from archlint.engine.files import facts_of, is_text, recorded
from archlint.engine.fresh import Fresh, Share
from archlint.engine.judging import Judges
from archlint.engine.load import Loaded
from archlint.engine.outcome import Outcome
from archlint.engine.request import Request
from archlint.facts import Facts
from archlint.facts.store import Store, key
from archlint.project.earlier import Earlier, KeptAnswers, Numbering
from archlint.project.model import Module, bodies_of, interface_of
from archlint.sources import stamp

PROJECT = -1
"""Stands for the whole project where modules have numbers."""


class Row(msgspec.Struct, array_like=True):
    """What was found in one module.

    Attributes:
        reads: the numbers of what the findings rest on; see `archlint.project.earlier.KeptAnswers`.
        found: what the rules about modules found; for `PROJECT`, what the others found.
        others: what the rules about the project found in this module.
        outcome: what was reported; None where that is not known.
        places: the numbers of the modules whose text it quotes.
    """

    reads: list[int]
    found: list[Finding]
    others: list[Finding] = []
    outcome: Outcome | None = None
    places: list[int] = []


class _Record(msgspec.Struct, array_like=True):
    """What a run leaves: the digests of its modules, the stamps of the installed files it looked at, the kept answers,
    and the rows by module number."""

    contents: list[bytes]
    stamps: dict[str, tuple[int, int]]
    answers: list[KeptAnswers]
    rows: dict[int, Row]


def judged(
    loaded: Loaded, judges: Judges, chosen: tuple[list[Rule], Selection], request: Request
) -> Fresh:  # fmt: skip
    """The findings of a run; ``chosen``: the rules that run, and how they were chosen."""
    fresh = Fresh(loaded.project, judges, request.jobs)
    if loaded.store is None or not all(map(is_text, (loaded.root, str(loaded.config.path), *loaded.contents))):
        return fresh
    try:
        record_key = _key(loaded, *chosen)
    except OverflowError:  # a manifest holds a number that no record can
        return fresh
    return Reuse(loaded, loaded.store, record_key, judges, request)


class Reuse(Fresh):
    """The findings of a run, as far as possible those of the run before with the same modules, settings and rules.

    Args:
        record_key: what the record of the run is kept under.
    """

    def __init__(self, loaded: Loaded, store: Store, record_key: bytes, judges: Judges, request: Request) -> None:
        super().__init__(loaded.project, judges, request.jobs)
        self._store = store
        self._is_saved = request.content is None
        self._key = record_key
        self._contents = [loaded.contents[module.path] for module in self._project.modules]
        self._new: dict[int, tuple[list[Finding], tuple[object, ...]]] = {}
        self._shares: list[Share] = []
        self._made_before = 0
        self._rows: dict[int, Row] = {}
        self._project.follow()
        record = self._recorded()
        self._before = {} if record is None else record.rows
        differing = [] if record is None else [n for n, c in enumerate(self._contents) if c != record.contents[n]]
        self._differing = frozenset(differing)
        changed = (
            set() if record is None else {read for n in differing for read in self._changes(n, record.contents[n])}
        )
        self._earlier = Earlier(self._project, [] if record is None else record.answers, changed)
        self._project.earlier = self._earlier
        with suppress(RecursionError):  # the rule that meets it will say so
            self._earlier.settle()

    def outcome(self, module: Module, others: list[Finding], make: Callable[[], Outcome]) -> Outcome:
        row = self._rows.get(module.number)
        if row is not None and row.outcome is not None and row.others == others and self._reads_the_same(module, row):
            return row.outcome
        outcome = make()
        if module.number in self._new:
            row = self._rows[module.number] = Row([], self._new[module.number][0])
        if row is not None:
            row.others, row.outcome, row.places = others, outcome, self._places(outcome)
        return outcome

    def save(self) -> None:
        project, store = self._project, self._store
        if PROJECT in self._new:
            self._rows[PROJECT] = Row([], self._new[PROJECT][0])
        if not self._is_saved or not (self._new or self._differing or project.made):
            return
        project.forget()  # the record takes memory too
        numbering = Numbering(project, self._earlier)
        answers = numbering.all()
        for number, (_, reads) in self._new.items():
            self._rows[number].reads = sorted(map(numbering.of, reads))
        for share in self._shares:
            number_of = numbering.join(answers, share.answers, share.first)
            for place, there in share.reads.items():
                self._rows[self._doubtful[place].number].reads = sorted(map(number_of, there))
        for number, row in self._before.items():
            if number not in self._rows and self._earlier.certainly_holds(row.reads):
                self._rows[number] = row
                if number == PROJECT or not self._reads_the_same(project.modules[number], row):
                    row.outcome = None
        stamps = {} if project.environment is None else project.environment.stamps
        record = _Record(self._contents, stamps, answers, self._rows)
        store.put({self._key: msgspec.msgpack.encode(record)})

    def _known(self, module: Module) -> list[Finding] | None:
        return self._of_before(module.number)

    def _judged(self, module: Module) -> list[Finding]:
        return self._following(module.number, lambda: super(Reuse, self)._judged(module))

    def _of_project(self) -> list[Finding]:
        found = self._of_before(PROJECT)
        return self._following(PROJECT, super()._of_project) if found is None else found

    def _of_before(self, number: int) -> list[Finding] | None:
        row = self._before.get(number)
        if row is None or not self._holds(row):
            return None
        self._rows[number] = row
        return row.found

    def _following(self, number: int, judge: Callable[[], list[Finding]]) -> list[Finding]:
        """What is found now, and what that rests on."""
        self._project.reads, given_up = set(), len(self._judges.given_up)
        found = judge()
        if len(self._judges.given_up) == given_up:
            self._new[number] = (found, tuple(self._project.reads))  # a set takes seven times the memory
        return found

    def _forget(self) -> None:
        super()._forget()
        self._project.made.clear()
        self._new.clear()
        self._shares.clear()

    def _elsewhere(self, modules: Iterable[Module]) -> bytes:
        self._store.reopen()
        self._made_before = len(self._project.made)
        return super()._elsewhere(modules)

    def _share(self) -> Share:
        share = super()._share()
        numbering = Numbering(self._project, self._earlier, self._made_before)
        places = {module.number: place for place, module in enumerate(self._doubtful)}
        share.reads = {places[number]: list(map(numbering.of, reads)) for number, (_, reads) in self._new.items()}
        share.answers, share.first, share.proven = numbering.own(), numbering.first, self._earlier.proven
        return share

    def _take(self, share: Share) -> None:
        super()._take(share)
        for place in share.reads:
            self._new[self._doubtful[place].number] = (share.found[place], ())
        self._earlier.take(share.proven)
        self._shares.append(share)

    def _holds(self, row: Row) -> bool:
        try:
            return self._earlier.holds(row.reads)
        except RecursionError:  # the rule that meets it will say so
            return False

    def _recorded(self) -> _Record | None:
        record = recorded(self._store, self._key, _Record)
        if record is None or any(stamp(path)[:2] != known for path, known in record.stamps.items()):
            return None
        if self._project.environment is not None:
            self._project.environment.stamps |= record.stamps
        return record

    def _changes(self, number: int, content: bytes) -> Iterator[int]:
        """What reads of a module differ, which had some other content before."""
        module = self._project.modules[number]
        before = facts_of(self._store, content)
        if before is None or before.interface != module.facts.interface:
            yield interface_of(module)
        if before is None or not _same_bodies(before, module.facts):
            yield bodies_of(module)

    def _reads_the_same(self, module: Module, row: Row) -> bool:
        return module.number not in self._differing and self._differing.isdisjoint(row.places)

    def _places(self, outcome: Outcome) -> list[int]:
        by_path = self._project.by_path
        paths = {related.path for finding in outcome.findings for related in finding.related}
        return sorted(by_path[path].number for path in paths if path in by_path)


def _same_bodies(before: Facts, now: Facts) -> bool:
    return before.slots == now.slots and all(before.body(slot) == now.body(slot) for slot in range(now.slots))


def _key(loaded: Loaded, enabled: Iterable[Rule], selection: Selection) -> bytes:
    """The key of the record of a run: all that findings depend on but what the files hold."""
    project, config = loaded.project, loaded.config
    modules = [(m.path, m.name, m.root, m.is_package, m.layer_glob) for m in project.modules]
    given = (
        __version__,
        sys.version,
        sorted(_code(enabled)),
        str(config.root),
        str(config.path),
        config.settings,
        sorted(selection.severity.items()),
        selection.preset,
        project.manifests,
        modules,
        None if project.environment is None else project.environment.folders,
    )
    return key("findings", loaded.root, msgspec.msgpack.encode(given))


def _code(rules: Iterable[Rule]) -> set[tuple[str, tuple[int, int]]]:
    """The files of archlint and of the packages of rules."""
    folders = {os.path.dirname(os.path.dirname(__file__))}  # noqa: PTH120
    folders.update(os.path.dirname(rule.check.__code__.co_filename) for rule in rules)  # noqa: PTH120
    return {(path, stamp(path)[:2]) for folder in folders for path in _files_below(folder)}


def _files_below(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files_below(entry.path)
        elif entry.name.endswith((".py", ".toml")):
            yield entry.path
