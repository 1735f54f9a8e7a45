"""How judging is divided among processes."""

from collections.abc import Iterable, Iterator

from archlint.engine.forks import MOST_TICKETS, can_fork
from archlint.engine.lowering import MOST_PROCESSES, usable_cores
from archlint.project.model import Module

FUNCTIONS_A_PROCESS = 500
"""Functions to be judged for each process. Measured on two cores that had more to do, with CPython 3.11, one process against
two: 150 functions 31 and 32 ms, 19 and 25; 800 210 and 168 ms, 877 141 and 134; 1,000 168 and 171; 3,300 1,450 and 960."""

MOST_FUNCTIONS = 15_000
"""Beyond so many, the copies of all that several processes touch take more memory than archlint promises to get by with."""


def processes(modules: Iterable[Module], jobs: int) -> int:
    """How many processes, this one included, judge modules the soonest.

    Args:
        jobs: how many there may be; 0: as many as there are processors.
    """
    if jobs == 1:
        return 1
    functions = sum(map(_weight, modules))
    if functions > MOST_FUNCTIONS:
        return 1
    most = min(jobs or usable_cores(), MOST_PROCESSES, functions // FUNCTIONS_A_PROCESS)
    return most if most > 1 and can_fork() else 1


def parts(modules: list[Module]) -> Iterator[list[Module]]:
    """Modules that follow one another, in parts of about the same weight."""
    enough = sum(map(_weight, modules)) // (MOST_TICKETS - 1) + 1
    part: list[Module] = []
    weight = 0
    for module in modules:
        part.append(module)
        weight += _weight(module)
        if weight >= enough:
            yield part
            part, weight = [], 0
    if part:
        yield part


def _weight(module: Module) -> int:
    return 1 + module.facts.slots
