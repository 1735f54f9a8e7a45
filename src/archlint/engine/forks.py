"""Copies of this process that work beside it: forked, so that they know all it knows, and only say what they found.

Nothing is forked where that is not sound: where there may be threads, whose locks a copy would find held for ever, and on
macOS, whose libraries start threads of their own
(https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods).
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType

from archlint.facts.remote import receive, send

MOST_TICKETS = 256
"""As many as one byte can tell apart."""


def can_fork() -> bool:
    """Whether this process may be forked."""
    if not hasattr(os, "fork") or sys.platform == "darwin":
        return False
    import threading

    if threading.active_count() > 1:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    except OSError:  # no Linux
        return True


class Tickets(Iterator[int]):
    """The numbers below a count, each of which one of all processes that share them gets, in ascending order."""

    def __init__(self, count: int) -> None:
        assert count <= MOST_TICKETS
        self._owner = os.getpid()
        self._source, target = os.pipe()
        try:
            os.write(target, bytes(range(count)))
        finally:
            os.close(target)

    def __next__(self) -> int:
        ticket = os.read(self._source, 1)
        if not ticket or self._is_orphan():
            raise StopIteration
        return ticket[0]

    def close(self) -> None:
        os.close(self._source)

    def _is_orphan(self) -> bool:
        """Whether the process that all of them work for is no more."""
        return self._owner not in (os.getpid(), os.getppid())


def divide(
    parts: int, jobs: int, here: Callable[[Iterator[int]], None], elsewhere: Callable[[Iterator[int]], bytes]
) -> Iterator[bytes]:
    """Have work done in parts by this process and others forked off it.

    Each takes the next part when it has time, so that all end at about one time, however long what they took lasts.

    Args:
        parts: how many there are, at most `MOST_TICKETS`.
        jobs: how many processes there shall be.
        here: does the parts with these numbers, taking one after the other, in this process.
        elsewhere: does so in another, and says what came of it.

    Returns:
        What the others say; what one took that came to grief is left out.
    """
    tickets = Tickets(parts)
    try:
        with Forks(jobs - 1, lambda: elsewhere(tickets)) as forks:
            here(tickets)
            yield from forks.answers()
    finally:
        tickets.close()


class Forks:
    """Processes forked off this one, which end with the ``with`` statement at the latest.

    Args:
        count: how many; fewer where the system has no more.
        work: what each calls; it sends what that returns, and ends. One that fails just ends: whoever does its work
            instead will meet what it met.
    """

    def __init__(self, count: int, work: Callable[[], bytes]) -> None:
        self._work = work
        self._running: dict[int, int] = {}
        try:
            with _uninterrupted():
                while len(self._running) < count and self._start():
                    pass
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Forks":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End them, whatever they are about."""
        for pid, source in self._running.items():
            os.close(source)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        self._running.clear()

    def answers(self) -> Iterator[bytes]:
        """What those have found that did not fail, as soon as they have."""
        for source in self._running.values():
            with open(source, "rb", closefd=False) as stream:
                try:
                    answer: bytes = receive(stream)
                except (EOFError, OSError):
                    continue
            yield answer

    def _start(self) -> bool:
        try:
            source, target = os.pipe()
        except OSError:
            return False
        try:
            pid = os.fork()
        except OSError:
            os.close(source)
            os.close(target)
            return False
        if pid == 0:
            self._run(target)
        os.close(target)
        self._running[pid] = source
        return True

    def _run(self, target: int) -> None:
        """All that such a process does. An interrupt ends it without a word: the one it works for speaks for all."""
        try:
            gc.disable()
            if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            with open(target, "wb") as stream:
                send(stream, self._work())
        finally:
            os._exit(0)  # nothing that stands on the stack or waits to be written is this process's


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """No interrupt comes between a fork and what takes care of its process."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
