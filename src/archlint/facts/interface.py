"""The facts of one file: its interface, and the bodies of its functions, decoded when they are asked for."""

import functools
from collections.abc import Sequence
from typing import TypeVar, Union

import msgspec

from archlint.facts.expressions import Node
from archlint.facts.nesting import DEEP_FRAMES, room
from archlint.facts.statements import Block, Import

Decoded = TypeVar("Decoded")


class Suppression(Node, frozen=True):
    """A comment ``# archlint: ignore[CODES] -- reason``; ``whole_file`` for ``ignore-file``. No codes: refused."""

    line: int
    col: int
    end_col: int
    whole_file: bool
    codes: tuple[str, ...]
    reason: str


class ParseError(Node, frozen=True):
    """Why a file has no facts; ``line`` from 1, ``col`` from 0."""

    line: int
    col: int
    message: str


class Interface(Node, frozen=True):
    """What other modules can see, and the indexes rules look things up in.

    Attributes:
        doc: the module docstring, cut to `TEXT_LIMIT`.
        body: the module's statements; function bodies are slots.
        imports: every import statement of the file, functions included, in source order.
        exports: the names a literal ``__all__`` lists, None when there is none or it is computed.
        callees: dotted name that is called or raised anywhere (``.name`` on something that is no dotted name, ``Page``
            for ``Page[User]()``) to the slots it happens in, -1 for module and class level.
        suppressions: the inline suppressions, in source order.
        has_main: there is an ``if __name__ == "__main__"``.
        lines: number of lines in the file.
        rebound: the names functions declare ``global``, in the order of their first declaration.
        error: set when the file cannot be parsed; everything else is empty then.
        header: the comments and the docstring the file begins with, as written, where they hold the word "generated";
            empty otherwise, as there is no use for a licence in every file.
    """

    doc: str = ""
    body: Block = ()
    imports: tuple[Import, ...] = ()
    exports: Union[tuple[str, ...], None] = None
    callees: dict[str, tuple[int, ...]] = {}
    suppressions: tuple[Suppression, ...] = ()
    has_main: bool = False
    lines: int = 0
    error: Union[ParseError, None] = None
    rebound: tuple[str, ...] = ()
    header: str = ""


class Facts:
    """The lowering of one file: an `Interface` and the bodies of the functions its slots stand for.

    A body is held as the statements themselves or as the blob they decode from; which of the two is nobody's business
    but ours.
    """

    __slots__ = ("_bodies", "interface")

    def __init__(self, interface: Interface, bodies: Sequence[Block | bytes]) -> None:
        self.interface = interface
        self._bodies = list(bodies)

    def body(self, slot: int) -> Block:
        """The statements of the function whose ``Def.body`` is ``slot``."""
        body = self._bodies[slot]
        if isinstance(body, bytes):
            body = self._bodies[slot] = _decode(_block_decoder(), body)
        return body

    @property
    def slots(self) -> int:
        """How many function bodies there are."""
        return len(self._bodies)

    def encode(self) -> bytes:
        """The facts as one MessagePack array of the interface and a blob a body; equal facts give equal bytes."""
        try:
            return self._encode()
        except RecursionError:
            with room(DEEP_FRAMES):
                return self._encode()

    def _encode(self) -> bytes:
        encoder = msgspec.msgpack.Encoder()
        blobs = [body if isinstance(body, bytes) else encoder.encode(body) for body in self._bodies]
        return encoder.encode((self.interface, blobs))

    @classmethod
    def decode(cls, data: bytes) -> "Facts":
        """The facts `encode` wrote.

        Raises:
            msgspec.DecodeError: when ``data`` is anything else; when only a body is, `body` raises it.
        """
        interface, blobs = _decode(_facts_decoder(), data)
        return cls(interface, blobs)


def _decode(decoder: msgspec.msgpack.Decoder[Decoded], data: bytes) -> Decoded:
    try:
        return decoder.decode(data)
    except UnicodeDecodeError as error:  # msgspec lets it through
        raise msgspec.DecodeError(str(error)) from error
    except RecursionError:
        with room(DEEP_FRAMES):
            return decoder.decode(data)


@functools.cache
def _facts_decoder() -> msgspec.msgpack.Decoder[tuple[Interface, list[bytes]]]:
    return msgspec.msgpack.Decoder(tuple[Interface, list[bytes]])


@functools.cache
def _block_decoder() -> msgspec.msgpack.Decoder[Block]:
    return msgspec.msgpack.Decoder(Block)
