"""What holds for any bytes and for any program."""

import hashlib
import json
import os
import subprocess
import symtable
import sys
import warnings
from collections import Counter, defaultdict
from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lowered import counted_facts, counted_tree, decoded, everything, structs

import archlint
from archlint.facts import Facts, lower
from archlint.facts.statements import Def
from archlint.facts.suppressions import read

FRAGMENTS = [
    "x", "1", "'a'", "f'{x", "}'", "(", ")", "[", "]", "{", "}", ":", ",", ".", "=", ":=", "->", "@", "*", "**", "-",
    "#", "# archlint: ignore[A1] -- r", "\n", "\r", "\r\n", "\n    ", "\f", "\t", " ", "\\\n", "\\", "'''", '"""', '"',
    "def f(", "class C", "if x", "else", "elif", "try", "except", "import a", "from . import b", "lambda", "await",
    "async ", "for x in y", "match x", "case", "type X", "global x", "yield", "return", "del x", "with a as b", "not ",
    " in ", " is ", "\ufeff", "é", "\ud800", "\0", "1e400", "0x" + "f" * 30, "1_0j", r"b'\xff'", r"'\ud800'", r"'\d'",
]  # fmt: skip
PROGRAM_LIKE = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
)
COOKIES = st.sampled_from(["utf-8", "latin-1", "utf-7", "utf-16", "ascii", "hex", "undefined", "idna", "nonsense", ""])
WITH_COOKIE = st.builds(
    lambda cookie, rest: f"# coding: {cookie}\n".encode() + rest, COOKIES, st.binary() | PROGRAM_LIKE
)

ROOT = Path(archlint.__file__).parent
SOURCES = sorted(
    [*ROOT.rglob("*.py"), *Path(json.__file__).parent.rglob("*.py"), *Path(os.__file__).parent.glob("[a-d]*.py")]
)

EXPRESSIONS = ("lambda", "listcomp", "setcomp", "dictcomp", "genexpr")
"""What ``symtable`` calls scopes that are no functions."""

few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=400, deadline=None)


def round_trip(found: Facts) -> None:
    data = found.encode()
    assert decoded(data).interface == found.interface
    assert everything(decoded(data)) == everything(found)
    assert decoded(data).encode() == data


@many
@given(st.binary() | PROGRAM_LIKE | WITH_COOKIE)
def test_any_bytes_lead_to_facts_or_an_error(data: bytes) -> None:
    found = lower(data)
    round_trip(found)
    assert lower(data).encode() == found.encode()
    error = found.interface.error
    if error:
        assert found.interface.body == ()
        assert error.line >= 1
        assert error.col >= 0
        assert error.message


@few
@given(st.data())
def test_real_files_cut_anywhere_lead_to_facts_or_an_error(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(SOURCES)).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    round_trip(lower(content[start : data.draw(st.integers(start, len(content)))]))


@few
@given(hypothesmith.from_grammar())
def test_whatever_the_grammar_allows_leads_to_facts_or_an_error(source: str) -> None:
    round_trip(lower(source.encode("utf-8", "replace")))


@many
@given(st.binary() | PROGRAM_LIKE | WITH_COOKIE)
def test_any_bytes_can_be_read_for_suppressions(data: bytes) -> None:
    for found in read(data):
        assert 0 <= found.col < found.end_col
        assert all(found.codes)


@few
@given(hypothesmith.from_node())
def test_any_program_is_lowered_completely(source: str) -> None:
    data = source.encode()
    found = lower(data)
    assert found.interface.error is None
    round_trip(found)
    assert not counted_tree(data) - counted_facts(found)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_real_files_are_lowered_completely(path: Path) -> None:
    data = path.read_bytes()
    found = lower(data)
    round_trip(found)
    assert not counted_tree(data) - counted_facts(found)


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="since 3.12 symtable counts names of comprehensions as the function's"
)
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_functions_bind_what_the_interpreter_says(path: Path) -> None:
    data = path.read_bytes()
    found: defaultdict[tuple[str, int], Counter[frozenset[str]]] = defaultdict(Counter)
    for node in structs(everything(lower(data))):
        if isinstance(node, Def):
            found[node.name, node.line][frozenset(node.binds)] += 1
    expected: defaultdict[tuple[str, int], Counter[frozenset[str]]] = defaultdict(Counter)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = [symtable.symtable(data.decode(), path.name, "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        if isinstance(table, symtable.Function) and table.get_name() not in (
            "lambda",
            "listcomp",
            "setcomp",
            "dictcomp",
            "genexpr",
        ):
            names = [symbol.get_name() for symbol in table.get_symbols() if symbol.is_local() and bound(symbol)]
            expected[table.get_name(), table.get_lineno()][frozenset(names)] += 1
    assert found == expected


def bound(symbol: symtable.Symbol) -> bool:
    declared = symbol.is_annotated() and not symbol.is_parameter()
    return symbol.is_assigned() or symbol.is_imported() or declared


def test_facts_do_not_depend_on_the_hash_seed() -> None:
    script = (
        "import hashlib, sys\n"
        "from pathlib import Path\n"
        "from archlint.facts import lower\n"
        "data = b''.join(lower(Path(path).read_bytes()).encode() for path in sys.argv[1:])\n"
        "print(hashlib.sha256(data).hexdigest())\n"
    )
    paths = [str(path) for path in SOURCES]
    digests = {
        subprocess.run(
            [sys.executable, "-c", script, *paths],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT.parent)},
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("0", "1", "random")
    }  # fmt: skip
    here = hashlib.sha256(b"".join(lower(path.read_bytes()).encode() for path in SOURCES)).hexdigest()
    assert digests == {here}
