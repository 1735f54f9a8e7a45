"""What a run tells whoever wants to know how far it is."""

from collections.abc import Sequence
from typing import Protocol


class Progress(Protocol):
    """Is told of a run's steps as they happen, by one thread."""

    def step(self, name: str, total: int = 0, note: str = "") -> None:
        """A step begins, the one before is over.

        Args:
            name: a word or two.
            total: how many parts it has, in whatever they are counted; 0: nobody knows.
            note: what else there is to know of it, for people.
        """

    def part(self, name: str = "", count: int = 1) -> None:
        """So many more parts of the step are done. ``name``: what they were about, and all since the last call."""


class Silent:
    """Nobody wants to know."""

    def step(self, name: str, total: int = 0, note: str = "") -> None:
        pass

    def part(self, name: str = "", count: int = 1) -> None:
        pass


SILENT = Silent()


class Several:
    """Tells several."""

    def __init__(self, listeners: Sequence[Progress]) -> None:
        self._listeners = tuple(listeners)

    def step(self, name: str, total: int = 0, note: str = "") -> None:
        for listener in self._listeners:
            listener.step(name, total, note)

    def part(self, name: str = "", count: int = 1) -> None:
        for listener in self._listeners:
            listener.part(name, count)
