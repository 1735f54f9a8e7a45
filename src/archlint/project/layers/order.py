"""Which layers may import which: the ladder of the configuration, or archlint's own."""

from collections.abc import Iterable, Mapping

from archlint.config.settings import ORDER, ORDER_KEY, Level
from archlint.core.record import Record
from archlint.project.model import Project, question


class Order(Record, frozen=True):
    """Which layers may import only what is not above them.

    Attributes:
        rank: layer to its place; a smaller number is further up. Other layers are free.
        apart: the places whose layers may not import one another either.
    """

    rank: Mapping[str, int]
    apart: frozenset[int]

    def forbids(self, importer: str, target: str) -> bool:
        """Whether a module of one layer may not import a module of another."""
        own, other = self.rank.get(importer), self.rank.get(target)
        if own is None or other is None:
            return False
        return other < own or (other == own and importer != target and own in self.apart)


def _ranked(levels: Iterable[Level]) -> Order:
    from archlint.config.contracts import siblings

    read = [siblings(level) for level in levels]
    rank = {name: place for place, level in enumerate(read) for name in level.names}
    return Order(rank, frozenset(place for place, level in enumerate(read) if level.independent))


_USUAL = Order(
    {name: place for place, level in enumerate(ORDER) for name in ((level,) if isinstance(level, str) else level)},
    frozenset(),
)


@question(cyclic=_USUAL)
def order(project: Project) -> Order:
    """The order of the layers: the configuration's, else archlint's own."""
    written = project.config.settings.layers.get(ORDER_KEY)
    return _USUAL if written is None else _ranked(written)
