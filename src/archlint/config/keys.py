"""Where each key of a TOML document stands.

tomli gives values without positions, so this walks the text once more, only when an error needs a line. It assumes text
tomli has accepted and follows the grammar of https://toml.io/en/v1.0.0: it skips values without reading them.
"""

import re

from archlint.config.words import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
# A multi-line string may end in up to two quotes that belong to its text, just before the three that close it.
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def key_lines(text: str) -> dict[KeyPath, int]:
    """The 1-based line on which each key, table, and array item of valid TOML text is first named."""
    return _Walk(text).document()


class _Walk:
    """One pass over a document; brackets are kept on a list, so that no depth of nesting can exhaust the stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[KeyPath, int] = {}
        self.tables: dict[KeyPath, int] = {}  # arrays of tables: how many [[headers]] so far

    def document(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.value(self.pair(table))
            self.skip(_BLANK)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Move past what the pattern matches here, and return it."""
        found = pattern.match(self.text, self.at)
        skipped = found.group() if found else ""
        self.at += len(skipped)
        self.line += skipped.count("\n")
        return skipped

    def note(self, path: KeyPath) -> KeyPath:
        self.lines.setdefault(path, self.line)
        return path

    def header(self) -> KeyPath:
        """``[a.b]`` or ``[[a.b]]``: the table that the pairs below it belong to."""
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        path: KeyPath = ()
        keys = self.dotted()
        for number, key in enumerate(keys, start=1):
            path = self.note((*path, key))
            if brackets == 2 and number == len(keys):
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path = self.note((*path, self.tables[path] - 1))
        self.at += brackets
        return path

    def pair(self, table: KeyPath) -> KeyPath:
        """``a.b =``: the path of the value that follows."""
        path = table
        for key in self.dotted():
            path = self.note((*path, key))
        self.at += 1
        return path

    def dotted(self) -> list[str]:
        """A key of one or more parts, and the space round it."""
        keys: list[str] = []
        while True:
            self.skip(_SPACE)
            keys.append(self.skip(_BARE) or _unquote(self.skip(_STRING)))
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def value(self, path: KeyPath) -> None:
        """Pass over one value, noting the keys and items inside it."""
        opened: list[tuple[KeyPath, int]] = []
        inside: KeyPath | None = path
        while inside is not None:
            self.skip(_SPACE)
            opener = self.text[self.at]
            if opener in "[{":
                self.at += 1
                opened.append((inside, 0 if opener == "[" else -1))
            elif opener in "\"'":
                self.skip(_STRING)
            else:
                self.skip(_SCALAR)
            inside = self.following(opened)

    def following(self, opened: list[tuple[KeyPath, int]]) -> KeyPath | None:
        """The path of the next value inside the brackets still open; an item number of -1 marks an inline table."""
        while opened:
            self.skip(_BLANK)
            char = self.text[self.at]
            container, item = opened[-1]
            if char in ",]}":
                self.at += 1
                if char != ",":
                    opened.pop()
            elif item < 0:
                return self.pair(container)
            else:
                opened[-1] = (container, item + 1)
                return self.note((*container, item))
        return None


def _unquote(key: str) -> str:
    if "\\" not in key:
        return key[1:-1]
    import tomli

    return str(tomli.loads(f"key = {key}")["key"])
