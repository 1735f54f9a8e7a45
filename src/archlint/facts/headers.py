"""What a file says of itself before its first statement."""

import re


def header(start: bytes) -> str:
    """The comments and the docstring that the first bytes of a file hold, if the word "generated" is in them."""
    found = re.match(
        rb"(?:\xef\xbb\xbf)?(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))*(?:[rRuU]?(\"{3}|'{3})(?s:.*?)(?:\1|\Z))?",
        start,
    )
    text = found[0].decode("utf-8", "replace").strip() if found else ""
    return text if "generated" in text.lower() else ""
