"""Whatever bytes a file holds, there are facts or one error; and facts are the same after a journey through bytes."""

from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archlint.facts import Facts, lower
from archlint.testing import findings_in

SOURCES = sorted((Path(__file__).parents[2] / "src").rglob("*.py"))
PIECES = st.sampled_from(
    ["x", "def f(", "):\n", "    ", "\n", "class C", "(", ")", "[", "'", '"""', "\\", "#", "import ", "=", ":", "await ",
     "async ", "match x:\n", "case ", "{", "}", "f'{", "lambda", "\0", "\r", "\t", "é", "\ufeff", "# archlint: ignore[A1]"]
)  # fmt: skip
MODEST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_whole(data: bytes) -> None:
    facts = lower(data)
    encoded = facts.encode()
    again = Facts.decode(encoded)
    assert again.interface == facts.interface
    assert [again.body(slot) for slot in range(again.slots)] == [facts.body(slot) for slot in range(facts.slots)]
    assert again.encode() == encoded


@MODEST
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert_whole(data)


@MODEST
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_pieces_of_python(source: str) -> None:
    assert_whole(source.encode("utf-8"))


@MODEST
@given(st.data())
def test_real_code_cut_anywhere(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(SOURCES)).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    assert_whole(content[start : data.draw(st.integers(start, len(content)))])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(hypothesmith.from_grammar())
def test_any_program(source: str) -> None:
    assert_whole(source.encode("utf-8", "replace"))


@MODEST
@given(st.binary(max_size=200) | st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode("utf-8")))
def test_any_bytes_lead_to_findings_or_arc001(data: bytes) -> None:
    files: dict[str, str | bytes] = {"src/shop/services/a.py": data, "src/shop/services/b.py": "import fastapi\n"}
    findings = findings_in(files, ["ALL"], preset="strict")
    assert [f.code for f in findings if f.path.endswith("b.py")] == ["ARC101"]
    broken = lower(data).interface.error is not None
    assert broken or not any(f.code == "ARC001" for f in findings)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_our_own_files(source: Path) -> None:
    assert_whole(source.read_bytes())
