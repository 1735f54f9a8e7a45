"""Modules judged by several processes where that is faster."""

from collections.abc import Callable, Iterable, Iterator

from archlint.engine.forks import MOST_TICKETS, Forks, Tickets, can_fork
from archlint.engine.lowering import MOST_PROCESSES, usable_cores
from archlint.project.model import Module

FUNCTIONS_A_PROCESS = 500
"""Functions to be judged for each process."""


def processes(modules: Iterable[Module], jobs: int) -> int:
    """How many processes, this one included, judge modules the soonest.

    Args:
        jobs: how many there may be; 0: as many as there are processors.
    """
    if jobs == 1:
        return 1
    most = min(jobs or usable_cores(), MOST_PROCESSES, sum(map(_weight, modules)) // FUNCTIONS_A_PROCESS)
    return most if most > 1 and can_fork() else 1


def divide(
    modules: list[Module],
    jobs: int,
    here: Callable[[Iterable[Module]], None],
    elsewhere: Callable[[Iterable[Module]], bytes],
) -> Iterator[bytes]:
    """Have modules judged by this process and others forked off it.

    Each takes what comes next when it has time, so that all end at about one time, however long what they took lasts.

    Args:
        jobs: how many processes there shall be.
        here: judges modules in this one.
        elsewhere: judges modules in another one, and says what it found.

    Returns:
        What the others say; what a process took that came to grief is left out.
    """
    parts = list(_parts(modules))
    tickets = Tickets(len(parts))
    taken = (module for ticket in tickets for module in parts[ticket])
    try:
        with Forks(jobs - 1, lambda: elsewhere(taken)) as forks:
            here(taken)
            yield from forks.answers()
    finally:
        tickets.close()


def _parts(modules: list[Module]) -> Iterator[list[Module]]:
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
