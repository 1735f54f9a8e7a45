"""Stores in processes of their own."""

import subprocess
import sys
from pathlib import Path

from archlint.facts.store import key

NAME = "records-1.db"


def records(count: int, size: int = 100, name: str = "") -> dict[bytes, bytes]:
    """So many records of so many bytes, the same for the same arguments."""
    return {key("test", name, str(n)): (f"{name} {n} ".encode() * size)[:size] for n in range(count)}


def python(script: str, *arguments: str, known: bool = True) -> "subprocess.Popen[str]":
    """Run a script, which knows the store and ``records`` unless told otherwise."""
    head = "import os, sys\nfrom archlint.facts.store import *\nfrom storing import records\n" if known else ""
    return subprocess.Popen(
        [sys.executable, "-c", head + script, *arguments],
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process: "subprocess.Popen[str]") -> tuple[str, str, int]:
    """What a process says on stdout and stderr in the end, and its exit code."""
    out, err = process.communicate(timeout=60)
    return out, err, process.returncode
