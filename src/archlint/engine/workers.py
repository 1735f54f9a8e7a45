"""Processes that call functions for this one: an executor that starts faster than the standard library's.

They are fresh interpreters without site-packages that import nothing but what the functions need, so that no process
that may have threads is ever forked.
"""

import contextlib
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import IO, Any, NamedTuple, ParamSpec, TypeVar

import msgspec

import archlint
from archlint.facts.remote import READY, receive, send

P = ParamSpec("P")
T = TypeVar("T")

_START = "import sys; sys.path += sys.argv[1:]; from archlint.facts.remote import serve; serve()"
_FLAGS = ("-I", "-S", "-B")
_PIPE = 1 << 20
"""Bytes a pipe shall hold, where one may ask. A thread that reads beside a busy one waits for it a few milliseconds
with every piece; pieces of the usual 64 KiB make that the better part of the time."""


class _Call(NamedTuple):
    future: "Future[Any]"
    module: str
    name: str
    arguments: tuple[Any, ...]


class Workers(Executor):
    """An executor of so many processes.

    It takes functions that a module holds under their own name, and arguments and results that MessagePack can hold.
    A process that cannot be started is done without. Where none is left, what is waiting fails with `BrokenExecutor`;
    so does a call whose process dies, or whose function raises. ``shutdown(cancel_futures=True)`` ends running calls too.
    """

    def __init__(self, count: int) -> None:
        self._lock = threading.Condition()
        self._calls: deque[_Call] = deque()
        self._closed = False
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []
        self._alive = 0
        while self._alive < count and self._start():
            pass

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Have a function called; by position.

        Raises:
            BrokenExecutor: no process is left.
            RuntimeError: the executor has been shut down.
        """
        if kwargs:
            raise TypeError("arguments are passed by position")
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the executor has been shut down")
            if not self._alive:
                raise BrokenExecutor("no process could be started, or none is left")
            self._calls.append(_Call(future, fn.__module__, fn.__qualname__, args))
            self._lock.notify()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls, and end the processes: when they have answered all there are, or at once."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
            if cancel_futures:
                self._abandon()
        if cancel_futures:
            for process in self._processes:
                process.kill()
        if wait or cancel_futures:
            for thread in self._threads:
                thread.join()

    def _start(self) -> bool:
        process = _started()
        if process is None:
            return False
        thread = threading.Thread(target=self._run, args=(process,), daemon=True)
        with self._lock:
            self._alive += 1
            try:
                thread.start()
            except RuntimeError:  # the system has no more threads
                self._alive -= 1
                _end(process)
                return False
        self._processes.append(process)
        self._threads.append(thread)
        return True

    def _run(self, process: "subprocess.Popen[bytes]") -> None:
        """What the thread beside each process does: hand it calls, and their futures the answers."""
        assert process.stdin
        assert process.stdout
        try:
            # What is handed over cannot be taken back, so nothing is before the process is there to begin with it.
            call = self._next() if receive(process.stdout) == READY else None
            while call:
                self._answer(call, process.stdin, process.stdout)
                call = self._next()
        except Exception:  # the process is no more, or talks nonsense; who called has been told
            pass
        finally:
            with self._lock:
                self._alive -= 1
                if not self._alive:
                    self._abandon()
            _end(process)

    def _next(self) -> _Call | None:
        with self._lock:
            while True:
                while self._calls:
                    call = self._calls.popleft()
                    if call.future.set_running_or_notify_cancel():
                        return call
                if self._closed:
                    return None
                self._lock.wait()

    def _answer(self, call: _Call, calls: IO[bytes], answers: IO[bytes]) -> None:
        try:
            send(calls, (call.module, call.name, call.arguments))
            answer = receive(answers)
        except BaseException as error:
            call.future.set_exception(BrokenExecutor(f"a process is no more: {error!r}"))
            raise
        call.future.set_result(answer)

    def _abandon(self) -> None:
        """Let nothing wait any longer."""
        while self._calls:
            future = self._calls.popleft().future
            if self._closed:
                future.cancel()
                future.set_running_or_notify_cancel()
            elif future.set_running_or_notify_cancel():
                future.set_exception(BrokenExecutor("no process is left"))


def _started() -> "subprocess.Popen[bytes] | None":
    if not sys.executable or getattr(sys, "frozen", False):  # there is no interpreter to be had, only ourselves
        return None
    folders = dict.fromkeys(str(Path(str(package.__file__)).parents[1]) for package in (archlint, msgspec))
    command = [sys.executable, *_FLAGS, "-c", _START, *folders]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )  # fmt: skip
    except (OSError, ValueError):
        return None
    _widen(process)
    return process


def _widen(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ImportError, AttributeError, OSError):  # Linux only, and only so much for all of a user
        import fcntl

        for stream in (process.stdin, process.stdout):
            if stream:
                fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a process that has no more to do; it ends when its input does."""
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(OSError):  # what was written last cannot be delivered any more
                stream.close()
    process.wait()
