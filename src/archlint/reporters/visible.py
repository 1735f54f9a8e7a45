"""Text of unknown origin, made safe to print.

A path, a message or a source line may hold anything. Control characters could move the cursor, recolour the screen or
break a line in two; bidirectional overrides could show a line in an order the interpreter does not read it in
(https://trojansource.codes).
"""

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)}
_REPLACED = dict.fromkeys(
    (*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029, 0x200E, 0x200F, 0x061C),
    "\ufffd",
)
_TABLE = {**_PICTURES, 0x7F: "\u2421", **_REPLACED}


def visible(text: str) -> str:
    """The text with each character that steers a terminal replaced by one that is seen; its length stays the same."""
    return text if text.isascii() and text.isprintable() else text.translate(_TABLE)
