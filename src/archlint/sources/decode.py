"""Bytes of a source file to text and lines, the way CPython's tokenizer reads them.

Sources: PEP 263 (coding lines), the language reference on lexical analysis (physical lines), and ``tokenizer.c``
(``check_coding_spec``, ``get_normal_name``, ``translate_newlines``) where those leave a question open.
"""

import re

_BOM = b"\xef\xbb\xbf"
_LINE_END = rb"\r\n?|\n"


class DecodeError(ValueError):
    """Bytes that are no Python source text.

    Args:
        line: 1-based line of the first byte that is wrong.
        message: what is wrong, without a full stop.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


def decode(data: bytes) -> str:
    """The text of a source file, without its byte order mark and with its line ends as they are.

    As strict as ``python file.py``. An import, and ``ast.parse``, let invalid bytes pass in comments of UTF-8 files.

    Raises:
        DecodeError: null bytes, an unknown encoding, or bytes that are invalid in the file's encoding.
    """
    if 0 in data:
        raise DecodeError(_line_at(data, data.index(0)), "source code cannot contain null bytes")
    body = data.removeprefix(_BOM)
    encoding, line = _encoding(data)
    try:
        return body.decode() if encoding == "utf-8" else _decode_declared(body, encoding, line)
    except UnicodeDecodeError as error:
        wrong = body[error.start : error.start + 1]
        message = f"invalid byte 0x{wrong.hex()} for the encoding {encoding}: {error.reason}"
        raise DecodeError(_line_at(body, error.start), message) from None


def _decode_declared(body: bytes, encoding: str, line: int) -> str:
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # unicode_escape warns of escapes it does not know
            text = body.decode(encoding)
    except UnicodeDecodeError:
        raise
    except LookupError:
        raise DecodeError(line, f"unknown encoding: {encoding}") from None
    except Exception as error:
        # A codec is any code at all (``undefined``, one a library registered) and may raise what it likes.
        raise DecodeError(line, f"cannot decode with the encoding {encoding}: {error}") from None
    if "\0" in text:
        raise DecodeError(line, f"null bytes once decoded with the encoding {encoding}")
    return text


def line_texts(data: bytes) -> list[str]:
    r"""The lines of a source file without their ends, so that line ``n`` of a position is item ``n - 1``.

    Lines end at ``\n``, ``\r\n`` and ``\r`` and nowhere else; form feeds and Unicode's separators are inside a line.
    Any bytes have lines, as a report must be able to quote a file that is no valid Python: what ``decode`` refuses is
    read as UTF-8, with U+FFFD for invalid bytes and null bytes.
    """
    try:
        text = decode(data)
    except DecodeError:
        text = data.removeprefix(_BOM).decode("utf-8", "replace").replace("\0", "\ufffd")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _encoding(data: bytes) -> tuple[str, int]:
    """The encoding a file declares, and the line where it does; UTF-8 (line 1) where it declares none."""
    second_end = data.find(b"\n", data.find(b"\n") + 1)
    head = data if second_end < 0 else data[:second_end]
    if b"coding" not in head:
        return "utf-8", 1
    has_bom = head.startswith(_BOM)
    for number, line in enumerate(re.split(_LINE_END, head.removeprefix(_BOM), maxsplit=2)[:2], 1):
        declared = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line, re.DOTALL)
        if declared:
            encoding = _normal_name(declared[1].decode("ascii"))
            if has_bom and encoding != "utf-8":
                raise DecodeError(number, f"the file begins with a UTF-8 byte order mark but declares {encoding}")
            return encoding, number
        if line.strip(b" \t\f") and not line.lstrip(b" \t\f").startswith(b"#"):
            break
    return "utf-8", 1


def _normal_name(declared: str) -> str:
    """CPython's shorthands: ``utf-8-unix`` (as Emacs writes it) is UTF-8, ``latin-1-dos`` is Latin-1."""
    start = declared[:12].lower().replace("_", "-")
    if start == "utf-8" or start.startswith("utf-8-"):
        return "utf-8"
    for name in ("latin-1", "iso-8859-1", "iso-latin-1"):
        if start == name or start.startswith(name + "-"):
            return "iso-8859-1"
    return declared


def _line_at(data: bytes, offset: int) -> int:
    return 1 + len(re.findall(_LINE_END, data[:offset]))
