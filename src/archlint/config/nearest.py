"""The valid word a mistaken one was probably meant to be."""

from collections.abc import Iterable
from itertools import takewhile

from archlint.config.words import tick

# At difflib's own threshold of 0.6 the prefix ARC9 is as good as ARC201 misspelt.
_ALIKE = 0.7


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """The valid word most like this one, letter case aside; None when none is like it.

    Likeness is ``difflib``'s; of the equally alike (codes often are) the one that begins the same wins, then the first.
    """
    import difflib

    folded = word.casefold()
    candidates = {candidate.casefold(): candidate for candidate in valid}
    close = set(difflib.get_close_matches(folded, candidates, n=len(candidates) or 1, cutoff=_ALIKE))

    def likeness(candidate: str) -> tuple[float, int]:
        ratio = difflib.SequenceMatcher(None, candidate, folded).ratio()
        same = takewhile(lambda pair: pair[0] == pair[1], zip(candidate, folded, strict=False))
        return ratio, sum(1 for _ in same)

    best = max((candidate for candidate in candidates if candidate in close), key=likeness, default=None)
    return candidates[best] if best is not None else None


def hint(word: str, valid: Iterable[str], otherwise: str = "") -> str:
    """The end of an error message: the nearest valid word, else ``otherwise``, else nothing; after a semicolon."""
    found = nearest(word, valid)
    if found is not None:
        return did_you_mean(found)
    return f"; {otherwise}" if otherwise else ""


def did_you_mean(word: str) -> str:
    """The end of an error message, after a semicolon, that proposes a word."""
    return f"; did you mean {tick(word)}?"
