"""What is said of samples: medians, their spread, ratios."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Spread(NamedTuple):
    """A median with the smallest and the largest value."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Median and extremes of at least one value."""
    return Spread(statistics.median(values), min(values), max(values))


def ratio_of_medians(values: Sequence[float], base: Sequence[float]) -> float:
    """How many times larger the median of ``values`` is."""
    return statistics.median(values) / statistics.median(base)


def paired(values: Sequence[float], base: Sequence[float]) -> Spread:
    """The ratios within each round: what drifts slowly cancels out in them.

    Where one has fewer values, it took part in the first rounds only.
    """
    return spread([value / other for value, other in zip(values, base, strict=False)])
