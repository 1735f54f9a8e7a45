"""Any bytes in a Python file lead to findings, and never to an error, a skipped neighbour or a wrong line."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.core import Finding
from archlint.testing import findings_in

PATH = "shop/services/orders.py"
NEIGHBOUR = {"shop/services/users.py": "from fastapi import status\n"}
IMPORT = "from fastapi import status\n"


def found(data: bytes) -> dict[str, list[Finding]]:
    """The findings in a file of these bytes, by code; asserts that its neighbour is judged all the same."""
    findings = findings_in({PATH: data, **NEIGHBOUR}, ["ARC001", "ARC101"])
    assert [f.code for f in findings if f.path != PATH] == ["ARC101"]
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.path == PATH:
            by_code.setdefault(finding.code, []).append(finding)
    return by_code


def lines(data: bytes) -> dict[str, list[int]]:
    return {code: [finding.span.line for finding in findings] for code, findings in found(data).items()}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\r",
        b"\x0c",
        b"x = 1",
        b"x = 1\ry = 2\r",
        b"\x0cimport os\n\x0c\ndef f():\n    pass\n",
        codecs.BOM_UTF8,
        codecs.BOM_UTF8 + b"x = 1\n",
        codecs.BOM_UTF8 + b"# coding: utf-8\nx = 1\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
        b"# coding: utf-8-unix\nx = 1\n",
        "größe = '\u2028'\n".encode(),
        b"x = '\\ud800\\udfff'\n",
        b"x = '" + b"a" * 1_000_000 + b"'\n",
        b"x = 1\n" * 20_000,
        b"x = [" + b"[1, 2], " * 20_000 + b"]\n",
    ],
)
def test_what_can_be_parsed(data: bytes) -> None:
    assert found(data) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"x = 1\n\0\n",
        b"x = '\0'\n",
        b"# \0\n",
        b"x = '\xe9'\n",
        b"\xff\xfe\x00",
        "x = 1\n".encode("utf-16"),
        "x = 1\n".encode("utf-16-le"),
        "x = 1\n".encode("utf-32"),
        b"# coding: klingon\nx = 1\n",
        codecs.BOM_UTF8 + b"# coding: latin-1\nx = 1\n",
        b"# coding: undefined\nx = 1\n",
        b"# coding: punycode\nx = 1\n",
        b"# coding: rot13\nx = 1\n",
        b"# coding: base64\nx = 1\n",
        b"# coding: zlib\nx = 1\n",
        b"# coding: utf-16\nx = 1\n",
        b"PK\x03\x04\x14\x00\x08\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        b"x = 1\n\x1a",
        "x\u00a0= 1\n".encode(),
        "x = 1\u200b\n".encode(),
    ],
)
def test_what_cannot_be_parsed(data: bytes) -> None:
    assert {code: len(findings) for code, findings in found(data).items()} == {"ARC001": 1}


@pytest.mark.parametrize(
    "data",
    [
        b"(" * 5_000 + b")" * 5_000,
        b"x = " + b"-" * 20_000 + b"1",
        b"x" + b".a" * 20_000,
        b"x = " + b"lambda: " * 20_000 + b"1",
        b"x = " + b"1 + " * 20_000 + b"1",
        b"f" + b"()" * 20_000,
        b"".join(b" " * depth + b"if x:\n" for depth in range(150)) + b" " * 150 + b"pass\n",
        b"x = " + b"9" * 10_000,
    ],
)
def test_nested_too_deeply_or_too_large_a_number(data: bytes) -> None:
    """Which of them a parser bears differs from version to version; none may stop the run."""
    assert {code: len(findings) for code, findings in found(data).items()} in ({}, {"ARC001": 1})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_count_whatever_ends_them(end: str) -> None:
    assert lines(f"x = 1{end}{end}def f(:{end}".encode()) == {"ARC001": [3]}
    assert lines(f"x = 1{end}{end}{IMPORT}".encode()) == {"ARC101": [3]}
    assert lines(f'x = """{end}{end}"""{end}{IMPORT}'.encode()) == {"ARC101": [4]}


def test_form_feeds_and_unicode_separators_end_no_line() -> None:
    assert lines(b"x = 1\n\x0c\n\x0c" + IMPORT.encode()) == {"ARC101": [3]}
    assert lines(("x = '\u2028\u2029\x85'\n" + IMPORT).encode()) == {"ARC101": [2]}


def test_a_byte_order_mark_is_no_column() -> None:
    finding = found(codecs.BOM_UTF8 + IMPORT.encode())["ARC101"][0]
    assert (finding.span.line, finding.span.column) == (1, 1)


def test_columns_of_a_file_in_another_encoding() -> None:
    data = b"# coding: latin-1\nx = '\xe9\xe9'; from fastapi import status\n"
    finding = found(data)["ARC101"][0]
    assert (finding.span.column, finding.span.end_column) == (11, 37)


def test_invalid_bytes_in_a_comment_are_let_pass() -> None:
    """As by an import, which reads no comments."""
    assert lines(b"# caf\xe9\n" + IMPORT.encode()) in ({"ARC101": [2]}, {"ARC001": [1]})


def test_the_line_of_a_null_byte_and_of_an_invalid_one() -> None:
    assert lines(b"x = 1\ny = 2\n\0\n") == {"ARC001": [3]}
    assert lines(b"x = 1\ny = 2\nz = '\xe9'\n") == {"ARC001": [3]}


def test_a_syntax_error_is_reported_in_tests_scripts_and_migrations_too() -> None:
    paths = ["tests/test_x.py", "scripts/x.py", "migrations/versions/x.py", "vendor/x.py", "shop/x.py"]
    assert [f.path for f in findings_in(dict.fromkeys(paths, "def f(:\n"), ["ARC001"])] == sorted(paths)


def test_other_rules_say_nothing_of_a_broken_file() -> None:
    findings = findings_in({PATH: "from fastapi import status\ndef f(:\n"}, ["ALL"], preset="strict")
    assert [f.code for f in findings] == ["ARC001"]


def test_a_broken_file_breaks_no_name_in_others() -> None:
    files = {PATH: "from shop.web import Request, Error\n", "shop/web.py": "from fastapi import Request\ndef f(:\n"}
    assert [f.code for f in findings_in(files, ["ALL"], preset="strict")] == ["ARC001"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    assert len(found(data).get("ARC001", [])) <= 1


FRAGMENTS = [
    b"from fastapi import status", b"raise HTTPException(400)", b"def f(", b"class C:", b"\n", b"\r\n", b"\r", b" ", b"    ",
    b"\t", b"\x0c", b"'''", b'f"{', b"}", b"(", b")", b"[", b"]", b"{{", b"{%", b"%}", b"# archlint: ignore[ARC101]", b"\\",
    b"# coding: latin-1", b"\xe9", b"\xc3\xa9", b"\xef\xbb\xbf", b"\0", b"async ", b"match x:", b"case _:", b"type X = int",
    b"except A, B:", b"try:", b"pass", b"lambda: ", b"yield ", b"@", b":=", b"*", b"**",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=20).map(b"".join))
def test_fragments_of_python_in_any_order(data: bytes) -> None:
    """A template is skipped; anything else is parsed or reported, and every finding lies in the file."""
    count = data.count(b"\n") + data.count(b"\r") + 2
    for findings in found(data).values():
        assert all(1 <= f.span.line <= count and f.span.column >= 1 for f in findings)
