"""What a weak word says is for the strict preset."""

from archlint.testing import findings_in

FILES = {"shop/entities/price.py": "from fastapi import Request\n\n\ndef price(request: Request) -> int: ...\n"}


def test_a_weak_word_speaks_only_in_strict() -> None:
    assert not findings_in(FILES, ["ARC108"], preset="recommended")
    assert findings_in(FILES, ["ARC108"], preset="strict")
