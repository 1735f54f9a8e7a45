"""Facts: the lowering of one file, and the only home of ``ast``."""

from archlint.facts.interface import Facts, Interface, ParseError, StoredFacts, Suppression
from archlint.facts.lowering import lower

__all__ = ["Facts", "Interface", "ParseError", "StoredFacts", "Suppression", "lower"]
