"""Run one command and print how it went: ``SECONDS PEAK_BYTES EXIT_CODE``.

usage: python -I -S _launch.py CORES STDOUT STDERR COMMAND...     (CORES: as 1 or 0,1, or "-" for any)

A process of its own because Linux counts the peak memory of whoever starts a process as that process's own, up to the
moment it is replaced by the new program (``setmax_mm_hiwater_rss`` in fs/exec.c). Started from here, nothing
is counted that a bare interpreter would not have used. Only the standard library's smallest modules are imported.
"""

import os
import sys
import time


def main(cores: str, stdout: str, stderr: str, command: list[str]) -> str:
    """Run ``command`` to its end, its output going to the files named."""
    if cores != "-":
        os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    redirect = [(os.POSIX_SPAWN_OPEN, 1, stdout, flags, 0o600), (os.POSIX_SPAWN_OPEN, 2, stderr, flags, 0o600)]
    started = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=redirect)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    # Kilobytes on Linux, bytes on macOS (getrusage(2) of each).
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return f"{seconds!r} {peak} {os.waitstatus_to_exitcode(status)}"


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
