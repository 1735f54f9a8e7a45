"""The facts of one file: its interface, and the bodies of its functions, decoded when they are asked for."""

import functools
from collections.abc import Callable, Iterable
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
        awaited: the names that are called right under an ``await``, to the slots that happens in.
        mixed: those of them that the same body also calls without one.
        changing: the slots in which something a ``for`` goes over may be added to or removed from, as far as names tell,
            by the body itself or by a method it calls.
        deleting: the slots in which an item of something is deleted.
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
    awaited: dict[str, tuple[int, ...]] = {}
    mixed: dict[str, tuple[int, ...]] = {}
    changing: tuple[int, ...] = ()
    deleting: tuple[int, ...] = ()


class Facts:
    """The lowering of one file: an `Interface` and the bodies of the functions its slots stand for.

    A body is held as the statements themselves or as what they decode from, which takes a third of the memory; few are
    ever asked for.
    """

    __slots__ = ("_bodies", "_interface")

    def __init__(self, interface: Interface, bodies: Iterable[Block]) -> None:
        self._interface = interface
        self._bodies: list[Block | bytes | memoryview] = list(bodies)

    @property
    def interface(self) -> Interface:
        """What other modules can see, and the indexes."""
        return self._interface

    @property
    def slots(self) -> int:
        """How many function bodies there are."""
        return len(self._bodies)

    def body(self, slot: int) -> Block:
        """The statements of the function whose ``Def.body`` is ``slot``."""
        body = self._bodies[slot]
        if not isinstance(body, tuple):
            body = self._bodies[slot] = _decode(_block_decoder(), body)
        return body

    def encode(self) -> bytes:
        """The facts as one MessagePack array of the interface and a blob a body; equal facts give equal bytes.

        The bodies are held encoded from then on, until they are asked for.
        """
        try:
            return self._encode()
        except RecursionError:
            with room(DEEP_FRAMES):
                return self._encode()

    def _encode(self) -> bytes:
        encoder = msgspec.msgpack.Encoder()
        blobs = [encoder.encode(body) if isinstance(body, tuple) else body for body in self._bodies]
        self._bodies[:] = blobs
        return encoder.encode((self._interface, blobs))


class StoredFacts(Facts):
    """Facts held as the bytes `Facts.encode` wrote: nothing is decoded, or even read, before it is asked for.

    Of other bytes everything but `encode` raises ``msgspec.DecodeError``; where only a body is wrong, `body` does.
    """

    __slots__ = ("_opened", "_stored")

    def __init__(self, stored: bytes | Callable[[], bytes]) -> None:
        self._stored = stored
        self._opened = False

    @property
    def interface(self) -> Interface:
        """What other modules can see, and the indexes."""
        if not self._opened:
            self._open()
        return self._interface

    @property
    def slots(self) -> int:
        """How many function bodies there are."""
        if not self._opened:
            self._open()
        return super().slots

    def body(self, slot: int) -> Block:
        """The statements of the function whose ``Def.body`` is ``slot``."""
        if not self._opened:
            self._open()
        return super().body(slot)

    def encode(self) -> bytes:
        """The bytes that are stored."""
        if not isinstance(self._stored, bytes):
            self._stored = self._stored()
        return self._stored

    def _open(self) -> None:
        self._interface, views = _decode(_facts_decoder(), self.encode())
        self._bodies = list(views)
        self._opened = True


def _decode(decoder: msgspec.msgpack.Decoder[Decoded], data: bytes | memoryview) -> Decoded:
    try:
        return decoder.decode(data)
    except UnicodeDecodeError as error:  # msgspec lets it through
        raise msgspec.DecodeError(str(error)) from error
    except RecursionError:
        with room(DEEP_FRAMES):
            return decoder.decode(data)


@functools.cache
def _facts_decoder() -> msgspec.msgpack.Decoder[tuple[Interface, list[memoryview]]]:
    return msgspec.msgpack.Decoder(tuple[Interface, list[memoryview]])  # views: the bytes are there already


@functools.cache
def _block_decoder() -> msgspec.msgpack.Decoder[Block]:
    return msgspec.msgpack.Decoder(Block)
