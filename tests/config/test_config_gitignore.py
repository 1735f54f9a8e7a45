"""Gitignore patterns, one at a time; ``test_sources_discover`` compares whole trees with git."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.config.gitignore import IgnoreRules, compile_files, parse, parse_line, to_regex


def ignored(pattern: str, path: str) -> bool:
    """Whether one pattern ignores a file or, with a trailing slash, a folder."""
    rules = IgnoreRules(parse(pattern))
    name = path.rstrip("/").rpartition("/")[2]
    if path.endswith("/"):
        return rules.ignores_folder(name, path[:-1]) is True
    return rules.ignores_file(name, path) is True


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("local.py", "local.py"),
        ("local.py", "deep/down/local.py"),
        ("/local.py", "local.py"),
        ("build/", "src/build/"),
        ("docs/build", "docs/build/"),
        ("*_pb2.py", "api/user_pb2.py"),
        ("*", "any.py"),
        ("user*_pb?.py", "api/user_pb2.py"),
        ("[ab]*.py", "beta.py"),
        ("[!ab]*.py", "gamma.py"),
        ("[]x].py", "].py"),
        ("[a-]x.py", "-x.py"),
        ("[[:digit:]]*.py", "2024.py"),
        ("**/gen/*.py", "gen/a.py"),
        ("**/gen/*.py", "x/y/gen/a.py"),
        ("gen/**", "gen/x/a.py"),
        ("a/**/b.py", "a/b.py"),
        ("a/**/b.py", "a/x/y/b.py"),
        ("*/**/b.py", "x/y/z/b.py"),
        ("[[:a]b.py", "ab.py"),
        (r"\#hash.py", "#hash.py"),
        (r"\!bang.py", "!bang.py"),
        ("trailing.py   ", "trailing.py"),
        ("quoted\\ ", "quoted "),
        ("carriage.py\r", "carriage.py"),
    ],
)
def test_a_pattern_ignores(pattern: str, path: str) -> None:
    assert ignored(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/local.py", "deep/local.py"),
        ("build/", "build"),
        ("docs/build", "src/docs/build/"),
        ("a/*.py", "a/b/c.py"),
        ("a/*/c.py", "a/x/y/c.py"),
        ("gen/**", "gen/"),
        ("a**/b.py", "ab/c/d.py"),
        ("/x[!b]c.py", "x/c.py"),
        ("[z-a].py", "b.py"),
        ("[a.py", "[a.py"),
        ("[[:nonsense:]]", "n"),
        ("ends\\", "ends\\"),
        ("# remark.py", "# remark.py"),
        ("", "a.py"),
        ("/", "a.py"),
        ("//", "a.py"),
        ("Local.py", "local.py"),
    ],
)
def test_a_pattern_leaves_alone(pattern: str, path: str) -> None:
    assert not ignored(pattern, path)


def test_the_last_pattern_that_matches_decides() -> None:
    rules = IgnoreRules(parse("*.py\n!keep.py\n!/gen/*.py\n/gen/no*.py"))
    assert rules.ignores_file("other.py", "other.py") is True
    assert rules.ignores_file("keep.py", "keep.py") is False
    assert rules.ignores_file("yes.py", "gen/yes.py") is False
    assert rules.ignores_file("none.py", "gen/none.py") is True
    assert rules.ignores_file("other.txt", "other.txt") is None


def test_paths_count_from_the_patterns_own_folder() -> None:
    rules = IgnoreRules(parse("/local.py"), start=len("pkg/"))
    assert rules.ignores_file("local.py", "pkg/local.py") is True
    assert rules.ignores_file("local.py", "pkg/sub/local.py") is None


@pytest.mark.parametrize("pattern", ["*.log", "__pycache__/", "notes.txt", "cache*.json", "docs/*.md"])
def test_patterns_that_cannot_match_the_files_asked_about_are_set_aside(pattern: str) -> None:
    assert not IgnoreRules(parse(pattern), suffix=".py").concern_files


@pytest.mark.parametrize("pattern", ["*", "*.py", "*.py[cod]", "*y", "a*", "settings.py", "a.p?", "x/**", "*\\.py"])
def test_patterns_that_could_match_are_not(pattern: str) -> None:
    assert IgnoreRules(parse(pattern), suffix=".py").concern_files


def test_a_byte_order_mark_is_no_part_of_the_first_pattern() -> None:
    assert ignored("\ufefflocal.py", "local.py")


def test_a_pattern_taken_apart() -> None:
    pattern = parse_line("!/docs/build/")
    assert pattern is not None
    assert (pattern.text, pattern.negated, pattern.folders_only, pattern.anchored) == ("docs/build", True, True, True)


def test_characters_special_to_regular_expressions_are_literal() -> None:
    regex = to_regex("a+b.(c)|{d}^$", anchored=False)
    assert regex is not None
    assert re.fullmatch(regex, "a+b.(c)|{d}^$")


@pytest.mark.parametrize(
    ("pattern", "path", "end"),
    [
        ("*a" * 30 + "*b.py", "a" * 250 + ".py", "b.py"),
        ("**/a/" * 30 + "b.py", "a/" * 500 + "c.py", "b.py"),
        ("**/*a*a*a/" * 30 + "b.py", "aaaa/" * 300 + "c.py", "b.py"),
        ("x/" + "**/?*?/" * 30 + "*b*.py", "x/" + "aaaa/" * 300 + "c.py", "ab.py"),
    ],
)
def test_many_wildcards_take_no_time(pattern: str, path: str, end: str) -> None:
    """By trying every way to share a path among them it would be years."""
    assert not ignored(pattern, path)
    assert ignored(pattern, path[: -len("c.py")] + end)


# --- the files a pattern means, folders and all ---------------------------------------------------------------------


def means(pattern: str, path: str) -> bool:
    """Whether one pattern, its ``!`` aside, means a file by the regular expression made for that."""
    parsed = parse_line(pattern)
    files = compile_files(parsed) if parsed else None
    return files is not None and files.fullmatch(path) is not None


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("tests", "tests"),
        ("tests", "app/tests/unit/a.py"),
        ("tests/", "app/tests/unit/a.py"),
        ("/app", "app/a.py"),
        ("app/models", "app/models/user.py"),
        ("app/**", "app/models/user.py"),
        ("!*.py", "app/a.py"),
        ("../app", "../app/a.py"),
        ("a\nb", "x/a\nb/c.py"),
    ],
)
def test_the_files_a_pattern_means(pattern: str, path: str) -> None:
    assert means(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("tests/", "app/tests"),
        ("tests", "app/mytests/a.py"),
        ("/app", "src/app/a.py"),
        ("app/models", "src/app/models/user.py"),
        ("app/*.py", "app/models/user.py"),
        ("[a", "[a"),
        ("#", "#"),
    ],
)
def test_the_files_a_pattern_does_not_mean(pattern: str, path: str) -> None:
    assert not means(pattern, path)


PIECES = [*"ab/*?!-. \\", "**", "**/", "/**", ".py", "[ab]", "[!a]", "[a-b]", "[[:alpha:]]", "[[]", "[a", "[^a-]"]
NAMES = ["a", "b", "ab", "a b", "[a", "-", "!a", "a.py", "b.py"]


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
)
@settings(deadline=None)
def test_a_file_is_meant_exactly_when_a_walk_would_not_reach_it(pattern: str, parts: list[str]) -> None:
    rules = IgnoreRules(parse(pattern.lstrip("!")))
    paths = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    inside = any(rules.ignores_folder(*entry) for entry in zip(parts[:-1], paths[:-1], strict=True))
    reached = not inside and not rules.ignores_file(parts[-1], paths[-1])
    assert means(pattern.lstrip("!"), paths[-1]) is not reached
