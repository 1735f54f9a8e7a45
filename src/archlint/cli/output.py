"""Where output goes: the report to stdout, everything else to stderr."""

import os
import sys
from typing import TextIO


class OutputError(Exception):
    """Output that could not be written, and why; in one line."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"cannot write the output: {reason}")


def write(text: str, encoding: str = "") -> None:
    """Write a report to stdout.

    A reader that has gone away is no error: what it did not want to read changes nothing about the outcome.

    Args:
        text: all of it.
        encoding: the stream's own where empty. What it cannot spell is written as an escape.

    Raises:
        OutputError: stdout is closed, or the disk is full.
    """
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise OutputError("standard output is closed")
    try:
        stream.buffer.write(text.encode(encoding or stream.encoding, "backslashreplace"))
        stream.flush()
    except BrokenPipeError:
        discard(stream)
    except OSError as failure:
        discard(stream)
        raise OutputError(failure.strerror or str(failure)) from None


def tell(text: str, kind: str = "") -> None:
    """Write to stderr: lines as they are, or one line of a kind: ``error: …``, ``note: …``."""
    stream: TextIO | None = sys.stderr
    if stream is None:
        return
    try:
        stream.write(f"{kind}: {' '.join(text.splitlines())}\n" if kind else f"{text}\n")
        stream.flush()
    except OSError:  # nobody is left to be told
        discard(stream)


def discard(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere, or the interpreter would fail once more to write it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
