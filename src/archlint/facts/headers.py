"""What a file says of itself before its first statement."""

import re

HEADER_LIMIT = 4096
"""How many bytes of a file may be its header."""


def has_header(data: bytes) -> bool:
    """Whether the word "generated" stands near the top of a file, be it in a header or in code."""
    return data.find(b"enerated", 0, HEADER_LIMIT) >= 0 or data.find(b"ENERATED", 0, HEADER_LIMIT) >= 0


def header(data: bytes) -> str:
    """The comments and the docstring a file begins with, if they hold the word "generated"; else nothing."""
    found = re.match(
        rb"(?:\xef\xbb\xbf)?(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))*(?:[rRuU]?(\"{3}|'{3})(?s:.*?)(?:\1|\Z))?",
        data[:HEADER_LIMIT],
    )
    text = found[0].decode("utf-8", "replace").strip() if found else ""
    return text if "generated" in text.lower() else ""
