"""Lowering in a process of its own: the little such a process needs, for it imports nothing but this package.

Calls and answers are frames on its standard input and output: eight bytes that tell the length, and a MessagePack value.
"""

import gc
import importlib
import os
import signal
import sys
from typing import IO, Any

import msgspec

from archlint.facts.lowering import lower

READY = "ready"
"""What a process says first."""

_SIZE = 8


def lower_share(share: list[bytes]) -> list[bytes]:
    """The encoded facts of each of some files' bytes, in order."""
    return [lower(content).encode() for content in share]


def send(stream: IO[bytes], value: Any) -> None:
    """Write one frame."""
    data = msgspec.msgpack.encode(value)
    stream.write(len(data).to_bytes(_SIZE, "big"))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one frame.

    Raises:
        EOFError: there is none, or only a part of one.
    """
    size = int.from_bytes(_exactly(stream, _SIZE), "big")
    return msgspec.msgpack.decode(_exactly(stream, size))


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def serve() -> None:
    """Answer calls of functions by name until there are no more; this is all the process does.

    An interrupt ends it at once and without a word: it reaches every process on the terminal, and the one that called
    speaks for all of them.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()
    try:
        send(sys.stdout.buffer, READY)
        while True:
            module, name, arguments = receive(sys.stdin.buffer)
            send(sys.stdout.buffer, getattr(importlib.import_module(module), name)(*arguments))
    except (EOFError, OSError):  # whoever called has no more to ask, or is no more
        os._exit(0)
