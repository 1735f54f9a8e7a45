#!/usr/bin/env python3
"""Edit small projects many times over, and hold each incremental report against a cold one.

incremental.py [--steps N] [--processes N] [--seed N]

The long run of tests/engine/test_engine_incremental.py: hypothesis draws the edits, two reports are compared a step.
Prints the steps made and exits 0; at the first difference it prints that and the shortest way to it that was found, and
exits 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from _common import HERE, table

STEPS_AT_A_TIME = 500
MACHINE = HERE.parent / "tests" / "engine"


def main(argv: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--steps", type=int, default=10_000, help="steps of all processes together (default: 10,000)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="default: one a core")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same seed makes the same edits")
    options = parser.parse_args(argv)
    if options.processes == 1:
        return explore(options.steps, options.seed)
    share = -(-options.steps // options.processes)
    running = [_started(share, options.seed + number) for number in range(options.processes)]
    return max([process.wait() for process in running])


def explore(steps: int, seed: int) -> int:
    """The machine in this process; prints what it did."""
    sys.path.insert(0, str(MACHINE))
    from incremental_machine import Tally
    from incremental_machine import explore as run

    from archlint.engine import check

    tally, start = Tally(), time.perf_counter()
    try:
        while tally.steps < steps:
            run(check, check, tally, min(steps, tally.steps + STEPS_AT_A_TIME), seed)
            print(f"seed {seed}: {tally.steps} steps", file=sys.stderr, flush=True)
    except AssertionError:
        traceback.print_exc(file=sys.stdout)
        print(f"seed {seed}: a difference after {tally.steps} steps")
        return 1
    seconds = time.perf_counter() - start
    kinds = Counter(tally.kinds).most_common()
    rows = [*kinds, *((code, count) for code, count in sorted(tally.findings.items()))]
    print(table(["done, or found", "times"], [(name, str(count)) for name, count in rows]))
    print(
        f"seed {seed}: {tally.steps} steps without a difference, {tally.errors} of mistakes in settings, {seconds:.0f} s"
    )
    return 0


def _started(steps: int, seed: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(Path(__file__).resolve()), "--processes", "1"]
    return subprocess.Popen([*command, "--steps", str(steps), "--seed", str(seed)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
