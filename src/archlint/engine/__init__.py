"""The engine: a request in, a report out."""

from archlint.engine.explain import LayerRow, RouteRow, layers, routes
from archlint.engine.request import Request
from archlint.engine.rules import known_rules, rules_near
from archlint.engine.run import check

__all__ = [
    "LayerRow", "Request", "RouteRow", "check", "known_rules", "layers", "routes",
    "rules_near",
]  # fmt: skip
