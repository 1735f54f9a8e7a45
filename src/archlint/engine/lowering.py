"""The facts of many files, by several processes where that is faster."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from archlint.engine.forks import MOST_TICKETS, can_fork, divide
from archlint.engine.progress import SILENT, Progress
from archlint.facts import Facts, StoredFacts, lower
from archlint.facts.remote import lower_share

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

CROSSOVER = 1_000_000
"""Bytes of source from which on a second process pays. Measured on two cores with CPython 3.11, files of two projects, one
process against two: 0.8 MB 98 and 103 ms, 122 and 132; 1.0 MB 118 and 120, 162 and 152; 1.3 MB 154 and 148, 209 and 198; 2.0
MB 238 and 205, 336 and 272. It takes a process 55 ms to start."""

BYTES_A_PROCESS = 500_000
"""Bytes of source for each process: what one lowers in the time it takes to start another."""

FORKED_CROSSOVER = 200_000
FORKED_BYTES_A_PROCESS = 100_000
"""The same for processes forked off this one. Measured as above, but on a busy machine: 0.06 MB 12 and 15 ms, 0.11 MB 22 and
21, 0.15 MB 30 and 25, 0.25 MB 49 and 39, 0.5 MB 94 and 65, 1.0 MB 187 and 122."""

MOST_PROCESSES = 8
"""Beyond that, what is left to this process takes longer than the lowering."""

LEAST_SHARE = 50_000
"""Bytes that are not worth to be shared further: 6 ms of work."""

_LOWERED = msgspec.msgpack.Decoder(dict[int, list[bytes]])
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def lower_all(
    contents: Mapping[str, bytes], jobs: int, executor: "Executor | None" = None, progress: Progress = SILENT
) -> dict[str, Facts]:
    """The facts of files.

    Args:
        contents: the bytes of each file, by path.
        jobs: how many processes may work at once, this one included; 0: as many as pay.
        executor: what calls functions elsewhere, in processes and not in threads; None: copies of this process or,
            where it cannot be forked, processes of our own.
        progress: is told how many bytes are done.

    Returns:
        The facts by path, in the order of ``contents``; the same ones however many processes there are and whatever
        becomes of them.
    """
    sharing = _Sharing(contents, progress)
    if jobs == 1 or len(contents) < 2:
        return sharing.here(contents)
    size = sum(map(len, contents.values()))
    is_forked = executor is None and can_fork()
    jobs = min(jobs or jobs_that_pay(size, is_forked), len(contents))
    if jobs < 2:
        return sharing.here(contents)
    if is_forked:
        return sharing.forked(jobs)
    if executor:
        return sharing.among(executor, jobs)
    from archlint.engine.workers import Workers

    workers = Workers(jobs - 1)
    try:
        return sharing.among(workers, jobs)
    finally:
        workers.shutdown(cancel_futures=True)


class _Sharing:
    """Files to be lowered, here and elsewhere."""

    def __init__(self, contents: Mapping[str, bytes], progress: Progress) -> None:
        self._contents = contents
        self._progress = progress

    def among(self, executor: "Executor", jobs: int) -> dict[str, Facts]:
        """Offer every share to the executor, and lower here whatever it has not begun."""
        offered = [(share, self._offer(executor, share)) for share in shares(self._contents, jobs)]
        found: dict[str, Facts] = {}
        begun: list[tuple[list[str], Future[list[bytes]]]] = []
        for share, future in offered[jobs - 1 :] + offered[: jobs - 1]:  # the first are as good as taken
            if future is None or future.cancel():
                found |= self.here(share)
            else:
                begun.append((share, future))
            for item in [item for item in begun if item[1].done()]:
                begun.remove(item)
                found |= self._answered(*item)
        for share, future in begun:
            found |= self._answered(share, future)
        return {path: found[path] for path in self._contents}

    def forked(self, jobs: int) -> dict[str, Facts]:
        """Lower in this process and others forked off it, and here again whatever others leave out."""
        every = list(shares(self._contents, jobs))
        parts = [
            [path for share in every[n::MOST_TICKETS] for path in share] for n in range(min(len(every), MOST_TICKETS))
        ]
        found: dict[str, Facts] = {}

        def here(numbers: Iterator[int]) -> None:
            for number in numbers:
                found.update(self.here(parts[number]))

        def elsewhere(numbers: Iterator[int]) -> bytes:
            return msgspec.msgpack.encode(
                {n: lower_share([self._contents[path] for path in parts[n]]) for n in numbers}
            )

        for answer in divide(len(parts), jobs, here, elsewhere):
            for number, stored in _LOWERED.decode(answer).items():
                found |= {path: StoredFacts(data) for path, data in zip(parts[number], stored, strict=True)}
                self._progress.part(count=sum(len(self._contents[path]) for path in parts[number]))
        found |= self.here([path for path in self._contents if path not in found])
        return {path: found[path] for path in self._contents}

    def here(self, paths: Iterable[str]) -> dict[str, Facts]:
        found = {}
        for path in paths:
            content = self._contents[path]
            found[path] = lower(content)
            self._progress.part(count=len(content))
        return found

    def _offer(self, executor: "Executor", share: list[str]) -> "Future[list[bytes]] | None":
        try:
            return executor.submit(lower_share, [self._contents[path] for path in share])
        except Exception:  # it is broken already
            return None

    def _answered(self, share: list[str], future: "Future[list[bytes]]") -> dict[str, Facts]:
        try:
            found: dict[str, Facts] = {p: StoredFacts(data) for p, data in zip(share, future.result(), strict=True)}
        except Exception:  # whatever went wrong elsewhere, the facts are to be had here
            return self.here(share)
        self._progress.part(count=sum(len(self._contents[path]) for path in share))
        return found


def shares(contents: Mapping[str, bytes], jobs: int) -> Iterator[list[str]]:
    """Splits files into shares: the largest files first, and ever smaller shares, so that all end at about one time."""
    left = sum(map(len, contents.values()))
    share: list[str] = []
    size = 0
    for path in sorted(contents, key=lambda path: -len(contents[path])):
        share.append(path)
        size += len(contents[path])
        if size >= max(left // (2 * jobs), LEAST_SHARE):
            yield share
            left -= size
            share, size = [], 0
    if share:
        yield share


def jobs_that_pay(size: int, is_forked: bool = False) -> int:
    """How many processes, this one included, lower so many bytes of source the soonest; whether they are forked."""
    crossover, share = (FORKED_CROSSOVER, FORKED_BYTES_A_PROCESS) if is_forked else (CROSSOVER, BYTES_A_PROCESS)
    if size < crossover:
        return 1
    return min(usable_cores(), size // share, MOST_PROCESSES)


def usable_cores() -> int:
    """The processors this process may use, as far as its container lets it."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        cores = os.cpu_count() or 1
    try:
        quota, period = _CONTAINER_LIMIT.read_text().split()
        return max(1, min(cores, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no container of that kind, or no limit: "max"
        return cores
