"""The line of every key of a TOML document, whatever the document does to hide it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.config import Config, Settings, load
from archlint.config.keys import key_lines
from archlint.config.words import KeyPath, spell, subject

KEYS = st.sampled_from(
    [
        "select",
        "ignore",
        "a",
        "a-b",
        "1",
        "",
        "a.b",
        "a b",
        "é",
        '"',
        "'",
        "#",
        "x = 1",
        "[a]",
        "line\nbreak",
        "\\",
        "🙂",
    ]
)
DECOYS = st.sampled_from(
    ["", "x", "select = 1", "\nselect = 1\n", "[a]\n", "# no", "a]", "b}", ",", "é", "\\", '"', '""', "'", "''", "🙂\n"]
)
COMMENTS = st.sampled_from(["", "\n", "  \t", "# select = 1\n", "# ']}\n", '# """\n', "\n\n"])
SCALARS = st.sampled_from(["1", "-0.5e3", "true", "inf", "1979-05-27 07:32:00Z", "07:32:00", "0xff", "1_000"])


class Document:
    """Writes a TOML document and notes the line of each key as it goes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def note(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def key(self, key: str) -> None:
        styles = [json.dumps(key, ensure_ascii=False)]
        if re.fullmatch("[A-Za-z0-9_-]+", key):
            styles.append(key)
        if "'" not in key and "\n" not in key:
            styles.append(f"'{key}'")
        self.text += self.draw(st.sampled_from(styles))

    def dotted(self, *parts: KeyPath) -> None:
        """Keys joined by dots, each given by its path."""
        for number, path in enumerate(parts):
            self.text += self.draw(st.sampled_from([".", " . "])) if number else ""
            self.note(path)
            self.key(str(path[-1]))

    def string(self) -> None:
        content = self.draw(DECOYS)
        styles = [
            json.dumps(content, ensure_ascii=False),
            '"""' + content.replace("\\", "\\\\").replace('"""', '""\\"') + ' """',
        ]
        if "'" not in content:
            styles += [f"'''{content}'''", f"'''{content}''''"]
            styles += [] if "\n" in content else [f"'{content}'"]
        if '"' not in content and "\\" not in content:
            styles.append(f'"""{content}"""""')
        self.text += self.draw(st.sampled_from(styles))

    def value(self, path: KeyPath, depth: int) -> None:
        kind = self.draw(st.sampled_from(["scalar", "string", "array", "table"] if depth else ["scalar", "string"]))
        if kind == "scalar":
            self.text += self.draw(SCALARS)
        elif kind == "string":
            self.string()
        elif kind == "array":
            self.array(path, depth)
        else:
            self.text += "{ "
            for number, key in enumerate(self.draw(st.lists(KEYS, unique=True, max_size=3))):
                self.text += ", " if number else ""
                self.pair(depth - 1, (*path, key))
            self.text += " }"

    def array(self, path: KeyPath, depth: int) -> None:
        self.text += "["
        size = self.draw(st.integers(0, 3))
        for item in range(size):
            self.text += self.draw(COMMENTS)
            self.note((*path, item))
            self.value((*path, item), depth - 1)
            self.text += self.draw(COMMENTS)
            self.text += "," if item < size - 1 or self.draw(st.booleans()) else ""
        self.text += self.draw(COMMENTS) + "]"

    def pair(self, depth: int, *parts: KeyPath) -> None:
        self.dotted(*parts)
        self.text += self.draw(st.sampled_from(["=", " = "]))
        self.value(parts[-1], depth)

    def pairs(self, table: KeyPath, keys: list[str]) -> None:
        for key in keys:
            self.text += self.draw(COMMENTS)
            inner = self.draw(st.lists(KEYS, unique=True, max_size=2))
            dotted: list[tuple[KeyPath, ...]] = [((*table, key), (*table, key, name)) for name in inner]
            for parts in dotted or [((*table, key),)]:
                self.pair(2, *parts)
                self.text += self.draw(st.sampled_from(["\n", " # select = 1\n", "\t\n"]))

    def table(self, path: KeyPath, keys: list[str]) -> None:
        self.text += self.draw(COMMENTS) + "["
        self.dotted(*(path[: end + 1] for end, part in enumerate(path) if isinstance(part, str)))
        self.text += self.draw(st.sampled_from(["]\n", "] # [a]\n"]))
        self.pairs(path, keys)

    def array_of_tables(self, key: str, keys: list[str]) -> None:
        for item in range(self.draw(st.integers(1, 3))):
            self.text += self.draw(COMMENTS) + "[["
            self.dotted((key,))
            self.note((key, item))
            self.text += "]]\n"
            self.pairs((key, item), keys)
            below = self.draw(KEYS)
            if below not in keys:
                self.table((key, item, below), keys)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    document = Document(draw)
    keys = draw(st.lists(KEYS, unique=True, min_size=1))
    split = draw(st.integers(0, len(keys)))
    document.pairs((), keys[:split])
    for key in keys[split:]:
        contents = draw(st.lists(KEYS, unique=True, max_size=2))
        if draw(st.booleans()):
            document.array_of_tables(key, contents)
        else:
            document.table((key, *draw(st.lists(KEYS, max_size=2))), contents)
    text = document.text
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text), document.lines


def paths(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield (*path, key)
        yield from paths(child, (*path, key))


@settings(max_examples=300, deadline=None)
@given(documents())
def test_each_key_is_found_on_the_line_that_names_it(document: tuple[str, dict[KeyPath, int]]) -> None:
    text, lines = document
    assert set(paths(tomli.loads(text))) == set(lines)
    assert key_lines(text) == lines


READABLE = """\
# select = 1
src = ["a"]

[tool]
"archlint".preset = '''
select = 2
''' # ignore = 3

[tool.archlint.layers]
service = [
    "a", # "b"
    "c", "d",
]
[[tool.archlint.contracts]]
name = "one"
[tool.archlint.contracts.options]
deep = { x = [1,
2], "y.z" = 3 }
[[tool.archlint.contracts]]
name = "two"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("src",), 2),
        (("tool",), 4),
        (("tool", "archlint"), 5),
        (("tool", "archlint", "preset"), 5),
        (("tool", "archlint", "layers"), 9),
        (("tool", "archlint", "layers", "service"), 10),
        (("tool", "archlint", "layers", "service", 0), 11),
        (("tool", "archlint", "layers", "service", 2), 12),
        (("tool", "archlint", "contracts"), 14),
        (("tool", "archlint", "contracts", 0, "name"), 15),
        (("tool", "archlint", "contracts", 0, "options"), 16),
        (("tool", "archlint", "contracts", 0, "options", "deep", "x", 1), 18),
        (("tool", "archlint", "contracts", 0, "options", "deep", "y.z"), 18),
        (("tool", "archlint", "contracts", 1), 19),
        (("tool", "archlint", "contracts", 1, "name"), 20),
        (("select",), None),
        (("ignore",), None),
    ],
)
def test_a_document_by_hand(path: KeyPath, line: int | None) -> None:
    assert key_lines(READABLE).get(path) == line


def test_depth_does_not_matter() -> None:
    assert key_lines("a = " + "[\n" * 2_000 + "]" * 2_000)[("a", *[0] * 5)] == 6


def test_where_counts_from_the_settings_table(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.archlint]\nselect = [\n'A1',\n]\n[tool.archlint.per-file-ignores]\n'a.py' = []\n")
    config = load(path)
    assert config.where(("select",)) == 2
    assert config.where(("select", 0)) == 3
    assert config.where(("per-file-ignores", "a.py")) == 6


def test_where_falls_back_to_the_nearest_key_above(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("\n[tool.archlint]\nselect = []\n")
    config = load(path)
    assert config.where(("select", 3)) == 3
    assert config.where(("ignore",)) == 2
    assert Config(settings=Settings(), root=tmp_path).where(("ignore",)) == 0


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("select",), "`select`"),
        (("select", 0), "item 1 of `select`"),
        (("per-file-ignores", "tests/**", 1), 'item 2 of `per-file-ignores."tests/**"`'),
        (("contracts", 0, "modules", "x"), "`modules.x` in item 1 of `contracts`"),
        (("a", 0, "b", 2), "item 3 of `b` in item 1 of `a`"),
    ],
)
def test_a_key_in_a_sentence(path: KeyPath, text: str) -> None:
    assert subject(path) == text


# Characters that print as themselves or that JSON and TOML escape alike; a long key is shortened.
KEY_TEXT = st.text(st.characters(max_codepoint=0xD7FF, exclude_characters="\x7f"), max_size=20)


@settings(deadline=None)
@given(st.lists(KEY_TEXT, min_size=1, max_size=3))
def test_a_spelt_path_is_toml_for_that_key(path: list[str]) -> None:
    data: Any = tomli.loads(f"{spell(path)} = 1")
    for key in path:
        data = data[key]
    assert data == 1
