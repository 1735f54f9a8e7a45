"""Suppressions are read from comments, and from comments only."""

import pytest

from archlint.facts import Suppression, lower
from archlint.facts.suppressions import read


def only(source: str) -> Suppression:
    (found,) = read(source.encode())
    return found


def test_a_suppression_says_where_it_is_and_what_for() -> None:
    source = "x = 1  # archlint: ignore[ARC101, http-exception-in-service] -- the framework's own\n"
    assert only(source) == Suppression(1, 7, 83, False, ("ARC101", "http-exception-in-service"), "the framework's own")


def test_a_suppression_of_the_whole_file() -> None:
    assert only("\n# archlint: ignore-file[ARC101] -- generated\n") == Suppression(
        2, 0, 44, True, ("ARC101",), "generated"
    )


@pytest.mark.parametrize(
    "comment",
    [
        "# archlint: ignore[ARC101,layer-violation]",
        "#archlint:ignore[ARC101,layer-violation]",
        "#   archlint:   ignore  [  ARC101 ,layer-violation, ]  ",
        "# archlint: ignore[arc101, layer-violation]",
        "# archlint: ignore[ARC101 layer-violation]",
        "# noqa: E501  # archlint: ignore[ARC101, layer-violation]",
        "# archlint: ignore[ARC101, layer-violation]  # noqa: E501",
        "# type: ignore[assignment]  # archlint: ignore[ARC101, layer-violation] # pragma: no cover",
    ],
)
def test_spellings(comment: str) -> None:
    found = only(f"x = 1  {comment}\n")
    assert (found.codes, found.reason, found.whole_file) == (("ARC101", "layer-violation"), "", False)


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("", ""),
        (" -- why", "why"),
        ("--why", "why"),
        (" - why", "why"),
        (" \u2014 why", "why"),
        (" -- see #12, issue#3 -- and more", "see #12, issue#3 -- and more"),
        (" -- why  # noqa: E501", "why"),
        (" --", ""),
        (" why", ""),
    ],
)
def test_reasons(tail: str, reason: str) -> None:
    assert only(f"# archlint: ignore[ARC101]{tail}").reason == reason


@pytest.mark.parametrize(
    "comment",
    [
        "# archlint: ignore",
        "# archlint: ignore[]",
        "# archlint: ignore[ , ]",
        "# archlint: ignore-file",
        "# archlint: ignore ARC101",
        "# archlint: ignore(ARC101)",
        "# archlint: ignore[ARC101",
        "# archlint: ignores[ARC101]",
        "# archlint: Ignore[ARC101]",
        "# archlint: disable=ARC101",
        "# archlint: noqa",
        "# archlint:",
    ],
)
def test_what_names_no_rule_is_kept_without_codes(comment: str) -> None:
    found = only(f"x = 1  {comment}  # noqa\n")
    assert found.codes == ()
    assert (found.col, found.end_col) == (7, 7 + len(comment))


@pytest.mark.parametrize(
    "source",
    [
        "x = '# archlint: ignore[ARC101]'",
        'x = """\n# archlint: ignore[ARC101]\n"""',
        "x = '''a\\'''\n# archlint: ignore[ARC101]\n'''",
        "x = r'\\'' + '# archlint: ignore[ARC101]'",
        "x = f'{y} # archlint: ignore[ARC101]'",
        "x = f'''{y}\n# archlint: ignore[ARC101]\n'''",
        "x = f'{\"# archlint: ignore[ARC101]\"}'",
        "def f():\n    '''\n    # archlint: ignore[ARC101]\n    '''",
        "x = 'a\\\n# archlint: ignore[ARC101]'",
        "# see archlint: ignore[ARC101]",
        "# Archlint: ignore[ARC101]",
        "# archlint ignore[ARC101]",
    ],
)
def test_what_is_no_suppression(source: str) -> None:
    assert read(source.encode()) == ()


def test_several_in_one_comment_and_one_file() -> None:
    source = (
        "(# archlint: ignore[A1]\n1, # archlint: ignore[A2] # archlint: ignore[A3]\n)\nx = 1 # archlint: ignore[A4]"
    )
    assert [(found.line, found.col, found.codes[0]) for found in read(source.encode())] == [
        (1, 1, "A1"),
        (2, 3, "A2"),
        (2, 26, "A3"),
        (4, 6, "A4"),
    ]


def test_columns_are_bytes_of_utf_8() -> None:
    found = only("é = '''\nü''' # ö # archlint: ignore[A1] -- ä\n")
    assert (found.line, found.col, found.end_col, found.reason) == (2, 11, 11 + 28, "ä")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-8-sig", "cp1252"])
def test_encodings(encoding: str) -> None:
    source = f"# coding: {encoding.removesuffix('-sig')}\nx = 'é' # archlint: ignore[A1] -- ä\n"
    (found,) = read(source.encode(encoding))
    assert (found.line, found.col, found.reason) == (2, 9, "ä")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    source = end.join(["'''", "'''", "\f", "x = 1 # archlint: ignore[A1] -- why", ""])
    found = only(source)
    assert (found.line, found.col, found.end_col, found.reason) == (4, 6, 35, "why")


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1 # archlint: ignore[A1]\n\xff\xfe'",
        b"# coding: nonsense\nx = 1 # archlint: ignore[A1]",
        b"# coding: hex\nx = 1 # archlint: ignore[A1]",
        b"x = 1 # archlint: ignore[A1]\n  y\n z\n'''",
        b"x = 1 # archlint: ignore[A1]\n)(\n",
        b"\xef\xbb\xbf# coding: latin-1\nx = 1 # archlint: ignore[A1]",
        b"x = 1 # archlint: ignore[A1]\n\0",
    ],
)
def test_files_that_are_broken_keep_what_stands_before(data: bytes) -> None:
    (found,) = read(data)
    assert found.codes == ("A1",)


def test_a_surrogate_in_a_comment_can_be_encoded() -> None:
    data = b"# coding: utf-7\nx = 1 # archlint: ignore[A1] -- +2AA-\n"
    (found,) = read(data)
    assert found.reason.encode()


def test_the_tokenizer_does_not_warn() -> None:
    assert only("1if x else y # archlint: ignore[A1]").codes == ("A1",)


def test_they_are_part_of_the_facts() -> None:
    found = lower(b"x = 1 # archlint: ignore[A1] -- why\n").interface.suppressions
    assert found == (Suppression(1, 6, 35, False, ("A1",), "why"),)
