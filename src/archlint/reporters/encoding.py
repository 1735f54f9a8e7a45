"""JSON text laid out with one item a line."""

from collections.abc import Iterable

import msgspec


def encode(value: object) -> str:
    """A value as compact JSON on one line; its structs become objects, keys in the order of their fields."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half a surrogate pair: a file name that is not UTF-8, or a string with "\ud800" in it
        import json

        return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


def encode_array(items: Iterable[object]) -> str:
    """A JSON array with one item a line, so that two outputs can be compared line by line."""
    lines = ",\n".join(encode(item) for item in items)
    return f"[\n{lines}\n]" if lines else "[]"
