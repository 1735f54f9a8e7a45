"""Whether processes are still there."""

import os
import time
from collections.abc import Callable


def is_there(kill: Callable[[int, int], None], number: int) -> bool:
    """Whether a process is, or with ``os.killpg`` a group of processes."""
    try:
        kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def is_alive(pid: int) -> bool:
    return is_there(os.kill, pid)


def gone(is_there: Callable[[], bool]) -> bool:
    """Whether something goes within a minute."""
    for _ in range(6_000):
        if not is_there():
            return True
        time.sleep(0.01)
    return False
