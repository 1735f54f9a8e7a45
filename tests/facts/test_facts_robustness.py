"""Any bytes lead to facts, or to facts that say what is wrong."""

import gc
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from lowered import block, decoded, everything, facts

import archlint
from archlint.facts import ParseError, StoredFacts, lower
from archlint.facts.expressions import Text
from archlint.facts.nesting import NESTING_LIMIT, nests_too_deeply
from archlint.facts.parsing import may_take_long
from archlint.facts.statements import Def, Set

TOO_DEEP = "nested too deeply to be read"


def error(data: bytes) -> ParseError:
    found = lower(data)
    assert found.interface.error is not None
    assert (found.interface.body, found.interface.imports, found.slots) == ((), (), 0)
    assert decoded(found.encode()).interface == found.interface
    return found.interface.error


@pytest.mark.parametrize(
    ("data", "line", "col"),
    [
        (b"x = (", 1, 4),
        (b"x = 1\ny = $\n", 2, 4),
        ("é = 1\nx = 'é' )".encode(), 2, 9),
        (b"x = 1\r\ny = 2\r\0z", 3, 0),
        ("é\0".encode(), 1, 2),
    ],
)
def test_errors_have_a_place(data: bytes, line: int, col: int) -> None:
    found = error(data)
    assert (found.line, found.col) == (line, col)


@pytest.mark.parametrize(
    "data",
    [
        b"x\0y",
        b"\xff\xfe",
        b"x = '\xff'",
        "x = 1".encode("utf-16"),
        "x = 1".encode("utf-16-be"),
        "x = 1".encode("utf-32"),
        b"# coding: nonsense\nx = 1",
        b"# coding: hex\nx = 1",
        b"# coding: undefined\nx = 1",
        b"# coding: rot13\nx = 1",
        b"# coding: utf-7\nx = '+2AA-'",
        b"# coding: ascii\nx = '\xc3\xa9'",
        b"\xef\xbb\xbf# coding: latin-1\nx = 1",
        b"x = " + b"9" * 5_000,
        b" x",
        b"if x:\n\ty\n        z",
        b"{{ cookiecutter.name }} = %",
        b"'''",
        b"\\",
        b"f'{'",
        b"print 'x'",
    ],
)
def test_what_cannot_be_parsed(data: bytes) -> None:
    assert error(data).message


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfx = 1",
        b"\xef\xbb\xbf# coding: utf-8\nx = 1",
        b"# coding: latin-1\n'\xe9'\nx = 1",
        b"\x0cx = 1\x0c",
        b"\r\rx = 1\r",
        b"\r\nx = 1\r\n",
        b"# \xc3\xa9\nx = 1",
        b"x = 1\n\x0c\n# end",
        b"if 1:\n\tpass\nx = 1\n\n\n",
    ],
)
def test_what_can(data: bytes) -> None:
    assert isinstance([found for found in block(data) if isinstance(found, Set)][-1], Set)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", 0),
        (b"\n", 1),
        (b"x", 1),
        (b"x\n", 1),
        (b"x\ny", 2),
        (b"x\r\ny\rz\n", 3),
        (b"x\x0cy = 1", 1),
        (b"x = 1\n\x0b\xff", 2),
    ],
)
def test_lines_are_counted_even_of_broken_files(data: bytes, lines: int) -> None:
    assert lower(data).interface.lines == lines


DEEP: dict[str, tuple[Callable[[int], str], int]] = {
    "calls": (lambda n: "a" + "()" * n, 1),
    "attributes": (lambda n: "a()" + ".b" * n, 2),
    "items": (lambda n: "a" + "[0]" * n, 2),
    "keywords": (lambda n: "a" + "()(k=b)" * (n // 2) + "()" * (n % 2), 1),
    "not": (lambda n: "not " * n + "a", 1),
    "minus": (lambda n: "-" * n + "a", 1),
    "powers": (lambda n: "a ** " * n + "b", 1),
    "sums": (lambda n: "a" + " + b - c" * (n // 2) + " + b" * (n % 2), 1),
    "conditions": (lambda n: "a if b else " * n + "c", 1),
    "lambdas": (lambda n: "lambda: " * n + "a", 1),
    "elif": (lambda n: "if a: pass\n" + "elif a: pass\n" * n, 2),
}
"""Programs that nest ``n`` structs and some more."""


@pytest.mark.parametrize("shape", DEEP)
@pytest.mark.parametrize("frames", [0, 300])
def test_facts_nest_up_to_one_limit_however_deep_the_caller_is(shape: str, frames: int) -> None:
    if frames:
        return test_facts_nest_up_to_one_limit_however_deep_the_caller_is(shape, frames - 1)
    source, more = DEEP[shape]
    found = facts(source(NESTING_LIMIT - more))
    assert decoded(found.encode()).encode() == found.encode()
    assert not any(map(nests_too_deeply, everything(found)))
    assert error(source(NESTING_LIMIT - more + 1).encode()) == ParseError(1, 0, TOO_DEEP)
    return None


@pytest.mark.parametrize("indent", range(0, 96, 19))
def test_blocks_nest_as_deep_as_the_language_allows(indent: int) -> None:
    heads = ["if x:", "def f():", "class C:", "for x in y:", "with x:"]
    source = "".join(f"{' ' * i}{heads[i % len(heads)]}\n" for i in range(indent)) + " " * indent + "pass"
    found = facts(source)
    assert decoded(found.encode()).encode() == found.encode()


def test_deep_facts_are_decoded_lazily_too() -> None:
    found = facts("def f():\n  return a" + "(k=b)()" * 190)
    (function,) = found.interface.body
    assert isinstance(function, Def)
    assert isinstance(function.body, int)
    assert StoredFacts(found.encode()).body(function.body) == found.body(function.body)


def test_flat_but_long_files_are_no_trouble() -> None:
    assert facts("x = [" + "f(1), " * 50_000 + "]").interface.callees == {"f": (-1,)}
    assert len(block("x = " + repr("é" * 1_000_000))) == 1
    assert len(block("x = 0x" + "f" * 1_000_000)) == 1
    assert len(block(" + ".join(["x"] * 2_000))) == 1
    assert len(block(" and ".join(["x"] * 20_000))) == 1
    assert facts("x = 1\n" * 10_000).interface.lines == 10_000


HOSTILE: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: "x = " + "(" * n + ")" * n,
    "parentheses left open": lambda n: "x = " + "(" * n,
    "lists": lambda n: "x = " + "[" * n + "]" * n,
    "dicts": lambda n: "x = " + "{1: " * n + "2" + "}" * n,
    "calls": lambda n: "a" + "()" * n,
    "calls in calls": lambda n: "a(" * n + ")" * n,
    "methods": lambda n: "a" + ".b()" * n,
    "attributes": lambda n: "a" + ".b" * n,
    "subscripts": lambda n: "a" + "[0]" * n,
    "unpackings in subscripts": lambda n: "a[*" * n + "b" + "]" * n,
    "signs": lambda n: "-" * n + "a",
    "nots": lambda n: "not " * n + "a",
    "powers": lambda n: "a ** " * n + "b",
    "a sum": lambda n: "a" + " + a" * n,
    "sums and differences": lambda n: "a" + " + a - a" * n,
    "a conjunction": lambda n: "a" + " and a" * n,
    "a comparison": lambda n: "a" + " < a" * n,
    "conditions": lambda n: "a if b else " * n + "c",
    "lambdas": lambda n: "lambda: " * n + "a",
    "walruses": lambda n: "(a := " * n + "b" + ")" * n,
    "awaits": lambda n: "await " * n + "a",
    "comprehensions": lambda n: "[" * n + "x" + " for x in y]" * n,
    "a comprehension": lambda n: "[x " + "for x in y if x " * n + "]",
    "strings": lambda n: "x = (" + "'a' " * n + ")",
    "strings added": lambda n: "x = " + "'a' + " * n + "'a'",
    "f-strings": lambda n: "x = (" + "f'{a}' " * n + ")",
    "f-strings in f-strings": lambda n: "f'{" * n + "}'" * n,
    "fields": lambda n: "f'" + "{a}" * n + "'",
    "specs in specs": lambda n: "f'" + "{a:" * n + "}" * n + "'",
    "elifs": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
    "functions": lambda n: "".join(f"{' ' * i}def f():\n" for i in range(min(n, 300))) + " " * 300 + "pass",
    "classes": lambda n: "".join(f"{' ' * i}class C:\n" for i in range(min(n, 300))) + " " * 300 + "pass",
    "handlers": lambda n: "try: a\n" + "except A, B: pass\n" * n,
    "cases": lambda n: "match x:\n" + " case [1, *_]: pass\n" * n,
    "patterns": lambda n: "match x:\n case " + "[" * n + "]" * n + ": pass",
    "alternatives": lambda n: "match x:\n case " + "1 | " * n + "2: pass",
    "decorators": lambda n: "@a\n" * n + "def f(): pass",
    "parameters": lambda n: "def f(" + ", ".join(f"a{i}" for i in range(n)) + "): pass",
    "type parameters": lambda n: "def f[" + "T: (int, str), " * n + "](): pass",
    "type aliases": lambda n: "type X = int\n" * n,
    "type aliases left open": lambda n: "type X[" * n,
    "targets": lambda n: "a = " * n + "1",
    "quoted annotations": lambda n: "x: '" + "a | " * n + "a'",
    "quoted brackets": lambda n: "x: '" + "a[" * n + "]" * n + "'",
    "suppressions": lambda n: "x = 1  # archlint: ignore[A1] -- a\n" * n,
    "suppressions in one": lambda n: "# archlint: ignore[A1] " * n,
    "quotes": lambda n: "'" * n,
    "backslashes": lambda n: "\\\n" * n,
    "form feeds": lambda n: "\f" * n,
    "carriage returns": lambda n: "\r" * n,
}  # fmt: skip
"""Programs of ``n`` parts, few of which anybody would write."""

LONG: dict[str, str] = {
    "str": f"x = '{'é' * 1_000_000}'",
    "bytes": f"x = b'{'a' * 1_000_000}'",
    "docstring": f'"""{"a" * 99}\n{"a" * 1_000_000}"""',
    "int": "x = " + "9" * 1_000_000,
    "hex": "x = 0x" + "f" * 1_000_000,
    "float": "x = ." + "9" * 1_000_000,
    "name": "a" * 1_000_000,
    "comment": "#" * 1_000_000,
    "list": "x = [" + "1, " * 100_000 + "]",
    "dict": "x = {" + "'a': 1, " * 30_000 + "}",
    "lines": "x = 1\n" * 10_000,
    "empty lines": "\n" * 200_000,
    "f-string": f"x = f'{'a' * 1_000_000}{{b}}'",
    "calls": "a" + ".b()" * 100_000,
    "calls in an f-string": "x = f'{a" + ".b()" * 100_000 + "}'",
    "calls in an annotation": "x: 'a" + ".b()" * 100_000 + "'",
}

RUN = """
import sys
sys.path[:0] = sys.argv[1:3]
import test_facts_robustness as programs
from lowered import decoded
from archlint.facts import lower
limit = sys.getrecursionlimit()
for before in ("", "try: pass\\nexcept A, B: pass\\n"):
    for name, program in getattr(programs, sys.argv[3]).items():
        source = before + (program if isinstance(program, str) else program(3_000))
        found = lower(source.encode())
        assert decoded(found.encode()).encode() == found.encode(), name
        assert sys.getrecursionlimit() == limit, name
print("survived")
"""


@pytest.mark.parametrize("programs", ["HOSTILE", "LONG"])
def test_hostile_programs_do_not_end_the_process(programs: str) -> None:
    """Overflowing its stack would; so they run in one of their own."""
    paths = [str(Path(archlint.__file__).parents[1]), str(Path(__file__).parent)]
    command = [sys.executable, "-c", RUN, *paths, programs]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (run.stdout, run.stderr, run.returncode) == ("survived\n", "", 0)


@pytest.mark.parametrize(
    ("name", "is_read"),
    [("a conjunction", True), ("strings", True), ("fields", True), ("type aliases", True), ("parentheses", False)],
)
def test_what_is_long_is_read_and_what_is_deep_is_not(name: str, is_read: bool) -> None:
    assert (lower(HOSTILE[name](5_000).encode()).interface.error is None) is is_read


def test_an_fstring_of_very_many_fields_is_rewritten() -> None:
    """Older interpreters take a minute over it; the facts are the same."""
    source = "x = f'" + "{a}" * 80_000 + "'\ny = {}\n"
    assert may_take_long(source.encode()) is (sys.version_info < (3, 12))
    assert not may_take_long(source.replace("f'", "'").encode())
    text, _ = block(source)
    assert isinstance(text, Set)
    assert text.value == Text(("a",) * 80_000)


def test_no_warnings_come_out() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = facts(r"'\d' is 1; x: '\"\\d\" is 1'; 1if x else y; assert (x, 'y')")
    assert found.interface.error is None


def test_lowering_leaves_no_garbage_in_cycles() -> None:
    gc.collect()
    gc.disable()
    try:
        lower(b"class C:\n def f(self): return [g(x) for x in 'abc']\n")
        left = gc.collect()
    finally:
        gc.enable()
    assert left == 0


@pytest.mark.parametrize("data", [b"", b"nonsense", b"\x92\x01\x02", msgspec.msgpack.encode((["x"], [1]))])
def test_anything_else_is_refused_by_decoding(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decoded(data)


def test_a_corrupt_string_is_refused_by_decoding() -> None:
    data = facts("name").encode()
    with pytest.raises(msgspec.DecodeError):
        decoded(data.replace(b"name", b"\xff\xff\xff\xff"))


def test_stored_facts_are_not_read_before_they_are_asked_for() -> None:
    data = facts("import a\ndef f(): b").encode()
    asked: list[str] = []
    found = StoredFacts(lambda: asked.append("bytes") or data)  # type: ignore[func-returns-value]
    assert asked == []
    assert (found.slots, found.interface, found.body(0)) == (1, decoded(data).interface, decoded(data).body(0))
    assert found.body(0) is found.body(0)
    assert found.encode() is data
    assert asked == ["bytes"]


def test_bodies_are_the_same_before_and_after_encoding() -> None:
    found = facts("def f(): a.b\ndef g(): return 1")
    before = everything(found)
    data = found.encode()
    assert found.body(1) == before[2]
    assert found.encode() == data
    assert everything(found) == before


def test_stored_facts_are_encoded_without_being_decoded() -> None:
    assert StoredFacts(b"nonsense").encode() == b"nonsense"


def test_a_corrupt_body_is_refused_when_it_is_asked_for() -> None:
    found = StoredFacts(facts("def f(): name").encode().replace(b"name", b"\xff\xff\xff\xff"))
    with pytest.raises(msgspec.DecodeError):
        found.body(0)
