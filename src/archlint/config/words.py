"""Keys and values of a configuration file in the words of an error message: always on one line."""

import re
from collections.abc import Sequence

KeyPath = tuple[str | int, ...]
"""The way from the top of a document to a value: table keys, and item numbers from 0 inside arrays."""


def spell(path: Sequence[str]) -> str:
    """A key's path as TOML writes it: ``per-file-ignores."tests/**"``."""
    return ".".join(part if re.fullmatch("[A-Za-z0-9_-]+", part) else quote(part) for part in path)


def quote(text: str) -> str:
    """Text as a double-quoted string on one line, shortened where it is long."""
    import json

    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return json.dumps(shown, ensure_ascii=not shown.isprintable())


def tick(text: str) -> str:
    """Text a user wrote, between backticks, kept on one line."""
    return f"`{text if text.isprintable() and len(text) <= 60 else quote(text)}`"


def subject(path: KeyPath) -> str:
    """A key's path as the subject of a sentence; items count from 1: ``item 2 of `select```."""
    last = max((at for at, part in enumerate(path) if isinstance(part, int)), default=-1)
    keys = [str(part) for part in path[last + 1 :]]
    if last < 0:
        return f"`{spell(keys)}`"
    item = f"item {int(path[last]) + 1} of {subject(path[:last])}"
    return f"`{spell(keys)}` in {item}" if keys else item
