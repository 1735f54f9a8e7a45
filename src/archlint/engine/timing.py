"""Where the time of a run goes: a `Progress` that looks at the clock."""

from collections.abc import Callable
from time import perf_counter


class Step:
    """One step of a run.

    Attributes:
        name, note: as `Progress.step` was told.
        seconds: how long it took, once it is over.
        parts: seconds by the names of its parts.
    """

    def __init__(self, name: str, note: str = "") -> None:
        self.name = name
        self.note = note
        self.seconds = 0.0
        self.parts: dict[str, float] = {}

    def slowest(self, count: int) -> list[tuple[str, float]]:
        """The parts that took longest, and their seconds; the longest first."""
        return sorted(self.parts.items(), key=lambda part: -part[1])[:count]


class Timings:
    """Takes the time of the steps it is told of, and of their named parts; the time before the first belongs to none."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self.steps: list[Step] = []
        self._clock = clock
        self._begun = self._last = clock()

    def step(self, name: str, total: int = 0, note: str = "") -> None:
        self.end()
        self.steps.append(Step(name, note))

    def part(self, name: str = "", count: int = 1) -> None:
        now = self._clock()
        if name and self.steps:
            parts = self.steps[-1].parts
            parts[name] = parts.get(name, 0.0) + now - self._last
        self._last = now

    def end(self) -> None:
        """The last step is over."""
        now = self._clock()
        if self.steps:
            self.steps[-1].seconds += now - self._begun
        self._begun = self._last = now
