"""The findings of a run that looks at everything anew, in as many processes as pay."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from archlint.core import Finding
from archlint.engine.forks import divide
from archlint.engine.judging import Judges
from archlint.engine.outcome import Outcome
from archlint.engine.progress import SILENT
from archlint.engine.together import parts, processes
from archlint.project.earlier import KeptAnswers
from archlint.project.model import Module, Project


class Share(msgspec.Struct, array_like=True):
    """What one of several processes found.

    Attributes:
        found: what the rules about modules found in each, by its place among those to be judged.
        given_up: as `Judges.given_up`.
        stamps: of the installed files it looked at.
        reads: by the same places, the numbers of what the findings rest on; see `archlint.project.earlier.Numbering`.
        answers: the kept answers it made.
        first: the first number that stands for something else in each process.
        proven: see `archlint.project.earlier.Earlier.proven`.
    """

    found: dict[int, list[Finding]]
    given_up: list[str]
    stamps: dict[str, tuple[int, int]] = {}
    reads: dict[int, list[int]] = {}
    answers: list[KeptAnswers] = []
    first: int = 0
    proven: list[int] = []


class Fresh:
    """The findings of a run.

    Args:
        jobs: how many processes may judge modules; 0: as many as pay.
    """

    def __init__(self, project: Project, judges: Judges, jobs: int) -> None:
        self._project = project
        self._judges = judges
        self._jobs = jobs
        self._doubtful: list[Module] = []
        self._found: dict[Module, list[Finding]] = {}

    def findings(self, modules: list[Module]) -> tuple[list[list[Finding]], list[Finding]]:
        """What the rules about one module find in each of some, and what the others find in the project."""
        known = {module: found for module in modules if (found := self._known(module)) is not None}
        self._judges.progress.part(count=len(known))
        self._doubtful = [module for module in modules if module not in known]
        others = self._judge_all(processes(self._doubtful, self._jobs))
        known |= self._found
        return [known[module] for module in modules], others

    def outcome(self, module: Module, others: list[Finding], make: Callable[[], Outcome]) -> Outcome:
        """What is reported in a module, given what the rules about the project found in it."""
        return make()

    def save(self) -> None:
        """Keep what was found for the next run."""

    def _judge_all(self, jobs: int) -> list[Finding]:
        """Judge what is doubtful, and the project, whose findings are returned."""
        self._judges.prepare(self._doubtful)
        if jobs > 1:
            self._divide(jobs)
        self._judge(module for module in self._doubtful if module not in self._found)
        others = self._of_project()
        if jobs == 1 or not self._judges.given_up:
            return others
        # A rule stops where questions lead too deep, and those asked before spare depth. One process has asked the most:
        # where it stops, others do too, and only it tells which rules stop where there is one process.
        self._forget()
        return self._judge_all(1)

    def _divide(self, jobs: int) -> None:
        """Judge what is doubtful in so many processes; those that die leave something out."""
        shares = list(parts(self._doubtful))

        def modules(numbers: Iterator[int]) -> Iterator[Module]:
            return (module for number in numbers for module in shares[number])

        def here(numbers: Iterator[int]) -> None:
            self._judge(modules(numbers))

        for answer in divide(len(shares), jobs, here, lambda numbers: self._elsewhere(modules(numbers))):
            self._take(msgspec.msgpack.decode(answer, type=Share))

    def _judge(self, modules: Iterable[Module]) -> None:
        for module in modules:
            self._found[module] = self._judged(module)
            self._judges.progress.part()

    def _elsewhere(self, modules: Iterable[Module]) -> bytes:
        """Judge modules in a process forked off this one: what it has to tell."""
        self._judges.progress = SILENT
        self._judge(modules)
        return msgspec.msgpack.encode(self._share())

    def _share(self) -> Share:
        places = {module: place for place, module in enumerate(self._doubtful)}
        found = {places[module]: found for module, found in self._found.items()}
        environment = self._project.environment
        return Share(found, self._judges.given_up, {} if environment is None else environment.stamps)

    def _take(self, share: Share) -> None:
        """Take over what another process has found."""
        self._found |= {self._doubtful[place]: found for place, found in share.found.items()}
        self._judges.given_up += share.given_up
        self._judges.progress.part("other processes", len(share.found))
        if self._project.environment is not None:
            self._project.environment.stamps |= share.stamps

    def _forget(self) -> None:
        """Begin anew."""
        self._project.forget()
        self._judges.given_up.clear()
        self._found.clear()

    def _known(self, module: Module) -> list[Finding] | None:
        """What is known to be found in a module without judging it."""
        return None

    def _judged(self, module: Module) -> list[Finding]:
        return self._judges.module(module)

    def _of_project(self) -> list[Finding]:
        return self._judges.project()
