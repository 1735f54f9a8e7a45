"""The facts of many files."""

from collections.abc import Mapping

from archlint.facts import Facts, lower


def lower_all(contents: Mapping[str, bytes], jobs: int) -> dict[str, Facts]:
    """The facts of files by path."""
    return {path: lower(content) for path, content in contents.items()}
