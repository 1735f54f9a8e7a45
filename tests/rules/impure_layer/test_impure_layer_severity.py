"""What a weak word says is a warning, for the strict preset."""

from archlint.testing import findings_in


def test_a_strong_word_is_an_error() -> None:
    (finding,) = findings_in({"shop/domain/price.py": "import httpx\n"}, ["ARC118"], preset="recommended")

    assert finding.severity == "error"


def test_a_weak_word_is_a_warning_in_strict() -> None:
    files = {"shop/result.py": "import httpx\n\n\nclass Result: ...\n"}

    assert not findings_in(files, ["ARC118"], preset="recommended")
    (finding,) = findings_in(files, ["ARC118"], preset="strict")
    assert finding.severity == "warning"
