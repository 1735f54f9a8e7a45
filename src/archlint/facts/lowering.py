"""Bytes of a Python file to its facts, in one pass over one ``ast`` tree, which is then dropped."""

import ast
import warnings
from collections.abc import Collection

from archlint.facts.changes import may_change
from archlint.facts.exports import exports
from archlint.facts.interface import Facts, Interface, ParseError, Suppression
from archlint.facts.literals import encodable
from archlint.facts.lower_statements import Lowering, docstring
from archlint.facts.nesting import DEEP_FRAMES, SHALLOW_FRAMES, nests_too_deeply, room
from archlint.facts.parsing import may_take_long, parse, place_of

TOO_DEEP = "nested too deeply to be read"
HEADER_LIMIT = 4096
"""How many bytes of a file may be its header."""

HEADER_STARTS = b"#\"'rRuU \t\f\r\n\xef"
"""What a file that has a header begins with: a comment, a docstring, an empty line or a byte order mark."""


def lower(data: bytes) -> Facts:
    """The facts of a file's bytes; of a file that cannot be parsed, facts that hold only the error. Raises nothing.

    Not for several threads at once: it sets the process's recursion limit and warning filters for its time.
    """
    if b"\0" in data:
        return _broken(data, *_place(data, data.index(b"\0")), "source code cannot contain null bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree, source = _parse(data)
            return _facts(tree, data, source)
    except SyntaxError as error:
        return _broken(data, *place_of(error), error.msg)
    except (RecursionError, MemoryError):
        return _broken(data, 1, 0, TOO_DEEP)
    except (ValueError, LookupError, SystemError) as error:
        # Undecodable source, codecs that are none for text, and CPython 3.12's own miscounting of its recursion.
        return _broken(data, 1, 0, str(error))


def _parse(data: bytes) -> tuple[ast.Module, bytes | str]:
    """The tree, and the source as this interpreter's tokenizer takes it.

    An interpreter that does not know the syntax of a file complains of its first use, mistake or not. So it is the
    rewriting that says where a mistake is, alike on every interpreter.
    """
    if not may_take_long(data):
        try:
            return parse(data), data
        except (SyntaxError, ValueError, LookupError):  # ValueError: 3.12.1 for some f-strings a later Python takes
            pass
    from archlint.facts import newer_syntax

    return newer_syntax.parse(data)


def _facts(tree: ast.Module, data: bytes, source: bytes | str) -> Facts:
    suppressions = _suppressions(data, source)
    try:
        with room(SHALLOW_FRAMES):
            return _lowered(tree, data, suppressions)
    except RecursionError:
        with room(DEEP_FRAMES):
            facts = _lowered(tree, data, suppressions)
    if any(map(nests_too_deeply, (facts.interface.body, *map(facts.body, range(facts.slots))))):
        raise RecursionError
    return facts


def _lowered(tree: ast.Module, data: bytes, suppressions: tuple[Suppression, ...]) -> Facts:
    lowering = Lowering()
    body = lowering.block(tree.body)
    awaited, mixed = _awaited(lowering)
    callees = _by_name(lowering)
    interface = Interface(
        doc=docstring(tree.body),
        body=body,
        imports=tuple(lowering.imports),
        exports=exports(body) if b"__all__" in data else None,
        callees=callees,
        suppressions=suppressions,
        has_main=lowering.has_main,
        lines=_count_lines(data),
        rebound=tuple(lowering.rebound),
        header=_header(data),
        awaited=awaited,
        mixed=mixed,
        deleting=tuple(lowering.deleting),
        changing=tuple(sorted([*lowering.changing, *_changed_by_others(lowering, callees)])),
    )
    return Facts(interface, lowering.bodies)


def _by_name(lowering: Lowering) -> dict[str, tuple[int, ...]]:
    slots: dict[str, list[int]] = {name: [-1] for name in lowering.called}
    for slot, called in enumerate(lowering.callees):
        for name in called:
            if name in slots:
                slots[name].append(slot)
            else:
                slots[name] = [slot]
    return _frozen(slots)


def _changed_by_others(lowering: Lowering, callees: Collection[str]) -> list[int]:
    """The bodies that go over an attribute of ``self`` that another body of the module may change."""
    walked = lowering.walked_own.items()
    return [slot for slot, names in walked if may_change(names, lowering.all_stored, callees)]


def _awaited(lowering: Lowering) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """What is called under ``await``, and what of it is called without one in the same body."""
    awaited: dict[str, list[int]] = {}
    mixed: dict[str, list[int]] = {}
    for slot, names in enumerate(lowering.awaits):
        for name, count in names.items():
            awaited.setdefault(name, []).append(slot)
            if lowering.callees[slot][name] > count:
                mixed.setdefault(name, []).append(slot)
    return _frozen(awaited), _frozen(mixed)


def _frozen(slots: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(found) for name, found in slots.items()}


def _suppressions(data: bytes, source: bytes | str) -> tuple[Suppression, ...]:
    if b"archlint:" not in data:
        return ()
    from archlint.facts.suppressions import read

    return read(source)


def _header(data: bytes) -> str:
    if data[:1] not in HEADER_STARTS:
        return ""
    start = data[:HEADER_LIMIT]
    if b"enerated" not in start and b"ENERATED" not in start:
        return ""
    from archlint.facts.headers import header

    return header(start)


def _count_lines(data: bytes) -> int:
    count = data.count(b"\n")
    if b"\r" in data:
        count += data.count(b"\r") - data.count(b"\r\n")
    return count + (not data.endswith((b"\n", b"\r"))) if data else 0


def _place(data: bytes, offset: int) -> tuple[int, int]:
    """The line and column of a byte of the file."""
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n") - 1


def _broken(data: bytes, line: int, col: int, message: str) -> Facts:
    return Facts(Interface(lines=_count_lines(data), error=ParseError(line, col, encodable(message))), ())
