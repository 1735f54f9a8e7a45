"""Inline suppressions: the comments ``# archlint: ignore[ARC101, http-exception-in-service] -- reason``."""

import io
import re
import tokenize
import warnings
from collections.abc import Iterator

from archlint.facts.interface import Suppression
from archlint.facts.literals import encodable

COMMENT = re.compile(r"#[ \t]*archlint:(?P<text>(?:[^#]|(?<!\s)#|#\d)*)")
"""From its ``#`` up to the next comment in the same one; ``#`` within a word or before a number is text (``see #12``)."""

IGNORE = re.compile(
    r"\s*ignore(?P<file>-file)?\s*\[(?P<codes>[^\[\]]*)\]\s*(?:(?:-+|\u2013|\u2014)\s*(?P<reason>.*))?", re.DOTALL
)
SEPARATOR = re.compile(r"[\s,]+")
CODE = re.compile(r"[A-Za-z]+[0-9]+")


def read(source: bytes | str) -> tuple[Suppression, ...]:
    """The suppressions among the comments of a file, given as its bytes or its text, in source order.

    Strings and docstrings that look like one are none. A comment that starts with ``archlint:`` but names no rule, or
    says something else than ``ignore[…]`` and ``ignore-file[…]``, becomes a suppression without codes, which is refused
    with a message later. Columns are UTF-8 byte offsets, whatever the file's encoding. Codes are upper-cased
    (``arc101``), names are left alone. Of a file that cannot be tokenised, the comments before that place count.
    """
    text = source if isinstance(source, str) else _text(source)
    if not COMMENT.search(text):  # only files that may hold one are tokenised: that takes longer than parsing
        return ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tokenizer warns of what it reads: ``1if x else y``
        comments = list(_comments(text))
    found = []
    for line, before, comment in comments:
        for match in COMMENT.finditer(comment):
            col = len((before + comment[: match.start()]).encode())
            found.append(_suppression(line, col, match.group().rstrip(), match["text"]))
    return tuple(found)


def _suppression(line: int, col: int, comment: str, text: str) -> Suppression:
    end_col = col + len(comment.encode())
    ignore = IGNORE.match(text)
    if ignore is None:
        return Suppression(line, col, end_col, False, (), "")
    words = [word for word in SEPARATOR.split(ignore["codes"]) if word]
    codes = tuple([word.upper() if CODE.fullmatch(word) else word for word in words])
    return Suppression(line, col, end_col, ignore["file"] is not None, codes, (ignore["reason"] or "").strip())


def _comments(text: str) -> Iterator[tuple[int, str, str]]:
    """The comments of a file: the line they are on, what stands before them there, and the comment itself."""
    lines = text.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                line, col = token.start
                yield line, lines[line - 1][:col], token.string
    except (tokenize.TokenError, SyntaxError, SystemError):  # the last from CPython 3.12 and 3.13 on null bytes
        return


def _text(data: bytes) -> str:
    """The text of a file, its lines ended as the parser reads them: by LF, CR LF or CR."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding, "replace")
    except (SyntaxError, LookupError, ValueError):
        text = data.decode("utf-8-sig", "replace")
    return encodable(text).replace("\r\n", "\n").replace("\r", "\n")
