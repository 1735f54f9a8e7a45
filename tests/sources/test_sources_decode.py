"""Bytes to text and lines, compared with CPython."""

import ast
import tokenize
import warnings
from io import BytesIO, TextIOWrapper

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archlint.sources import DecodeError, decode, line_texts

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (BOM + b"x = 1\r\n", "x = 1\r\n"),
        ("x = 'é'".encode(), "x = 'é'"),
        (b"# coding: latin-1\nx = '\xe9'", "# coding: latin-1\nx = 'é'"),
        (b"#!/bin/python\n# -*- coding: cp1252 -*-\nx = '\x93'", "#!/bin/python\n# -*- coding: cp1252 -*-\nx = '“'"),
        (b"\x0c\n# vim: set fileencoding=latin-1 :\n'\xe9'", "\x0c\n# vim: set fileencoding=latin-1 :\n'é'"),
        (b"# coding: latin-1\r'\xe9'\r", "# coding: latin-1\r'é'\r"),
        (b"# coding: utf-8-unix\n'\xc3\xa9'", "# coding: utf-8-unix\n'é'"),
        (b"# coding: latin_1_dos\n'\xe9'", "# coding: latin_1_dos\n'é'"),
        (b"x = 1\n# coding: latin-1\n'\xc3\xa9'", "x = 1\n# coding: latin-1\n'é'"),
        (b"\n\n# coding: latin-1\n'\xc3\xa9'", "\n\n# coding: latin-1\n'é'"),
        (BOM + b"# coding: utf-8\n'\xc3\xa9'", "# coding: utf-8\n'é'"),
        (b"# coding: unicode_escape\n'\\d'", "# coding: unicode_escape\n'\\d'"),
    ],
)
def test_decodes(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"x = 1\ny = '\xff'\n", 2, "invalid byte 0xff for the encoding utf-8"),
        (b"a\r\nb\rc\xff", 3, "invalid byte 0xff"),
        (BOM + b"\n\xe9", 2, "invalid byte 0xe9"),
        (b"# coding: ascii\n\n\xe9", 3, "invalid byte 0xe9 for the encoding ascii"),
        (b"x\n\0", 2, "null bytes"),
        (b"\n# coding: klingon\n", 2, "unknown encoding: klingon"),
        (b"# coding: hex\n", 1, "unknown encoding: hex"),
        (b"# coding: undefined\n", 1, "cannot decode with the encoding undefined"),
        (b"# coding: utf-7\n'+AAA-'\n", 1, "null bytes once decoded"),
        (BOM + b"# coding: latin-1\n", 1, "byte order mark but declares iso-8859-1"),
    ],
)
def test_refuses(data: bytes, line: int, message: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(data)
    assert raised.value.line == line
    assert message in raised.value.message
    assert str(raised.value).startswith(f"line {line}: ")


_CODECS = ["utf-8", "UTF_8", "utf8", "utf-8-sig", "utf-8-unix", "latin-1", "Latin_1", "iso-latin-1-mac", "cp1252"]
_CODECS += ["koi8-r", "shift_jis", "ascii", "hex", "no.such", "utf-16"]
_HEADS = st.sampled_from(
    [b"", b"\n", b"#!x\n", b"x = 0\n", b"\x0c", b" \t", b"#\r", b"#\r\n", b"'''\n", BOM, b"# coding\n", b"\\\n"]
)
_COOKIE = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(
        ["# coding: ", "#coding=", "# -*- coding:\t", "# encoding coding : coding: ", "x # coding: ", "coding: "]
    ),
    st.sampled_from(_CODECS),
    st.sampled_from(["", " -*-", "; x"]),
    # An end there must be: in a comment, ``ast.parse`` lets bytes pass that ``python file.py`` refuses.
    st.sampled_from(["\n", "\r\n", "\r"]),
).map(str.encode)
_BODY = st.sampled_from([b"'\xc3\xa9'", b"'\xe9'", b"'a'\n", b"'\x93\xfa'", b"(", b"'\x00'", b"", b"'\x81'\r"])
_FILES = st.builds(lambda heads, *rest: b"".join([*heads, *rest]), st.lists(_HEADS, max_size=3), _COOKIE, _BODY)


def parsed(source: bytes | str) -> str | None:
    """The tree of a source, or None where Python refuses it."""
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return None


@settings(max_examples=400, deadline=None)
@given(_FILES)
def test_reads_what_python_reads(data: bytes) -> None:
    try:
        text = decode(data)
    except DecodeError:
        assert parsed(data) is None
    else:
        assert parsed(data) == parsed(text)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("cookie", [b"", BOM, b"# coding: latin-1", b"#\n#coding=cp1252", b"'''\n# coding: cp1252"])
def test_agrees_with_tokenize(cookie: bytes, end: bytes) -> None:
    data = cookie.replace(b"\n", end) + end + "a = '“é”'".encode() + end
    encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
    with TextIOWrapper(BytesIO(data), encoding) as stream:
        expected = _try_read(stream)
    assert _try_decode(data) == expected


def _try_read(stream: TextIOWrapper) -> str | None:
    try:
        return stream.read()
    except UnicodeDecodeError:
        return None


def _try_decode(data: bytes) -> str | None:
    try:
        return decode(data).replace("\r\n", "\n")
    except DecodeError:
        return None


@given(st.one_of(st.binary(max_size=60), st.builds(bytes.__add__, _COOKIE, st.binary(max_size=40))))
@example(b"# coding: idna\nx")
@example(b"# coding: punycode\nx")
@example(b"# coding: utf-16\nx")
@example(b"# coding: rot13\nx")
@example(b"# coding: ../etc\nx")
@example(b"# coding: " + b"x" * 5000)
@settings(deadline=None)
def test_any_bytes_are_text_or_a_decode_error(data: bytes) -> None:
    result = _decoded(data)
    count = 1 + data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    lines = line_texts(data)
    if isinstance(result, DecodeError):
        assert 1 <= result.line <= count
        assert count - 1 <= len(lines) <= count
    else:
        assert "\0" not in result
        assert "\n".join(lines) == result.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")


def _decoded(data: bytes) -> str | DecodeError:
    try:
        return decode(data)
    except DecodeError as error:
        return error


# --- lines ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"\n\n", ["", ""]),
        (b"a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        (b"a\n\rb", ["a", "", "b"]),
        ("a\x0cb\x0bc\u2028d\x85e\x1cf".encode(), ["a\x0cb\x0bc\u2028d\x85e\x1cf"]),
        (BOM + b"a\n", ["a"]),
        (b"# caf\xe9\nx = 1\0\n", ["# caf\ufffd", "x = 1\ufffd"]),
        (b"# coding: klingon\r'\xc3\xa9'", ["# coding: klingon", "'é'"]),
    ],
)
def test_lines_end_where_pythons_lines_end(data: bytes, lines: list[str]) -> None:
    assert line_texts(data) == lines


_ODD = ["", "# a\x0cb", "# a\u2028b", "# \x85", "\x0c", "# \x1c", "'''a", "'''", "('a',", ")", "'\x0b'", "# \\"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_ODD), st.sampled_from(["\n", "\r\n", "\r"])), max_size=8))
def test_positions_point_at_the_lines_python_means(parts: list[tuple[str, str]]) -> None:
    data = "".join(f"{text}{end}x{number} = 1{end}" for number, (text, end) in enumerate(parts)).encode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # a call on a literal tuple
        try:
            tree = ast.parse(data)
        except SyntaxError:
            return
    lines = line_texts(data)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            line = lines[node.lineno - 1].encode()
            assert line[node.col_offset : node.end_col_offset].decode() == node.id
