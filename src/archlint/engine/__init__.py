"""The engine: a request in, a report out."""

from archlint.engine.explain import LayerRow, RouteRow, layers, routes
from archlint.engine.progress import SILENT, Progress, Several
from archlint.engine.request import Request
from archlint.engine.rules import known_rules, rules_near
from archlint.engine.run import check
from archlint.engine.timing import Step, Timings

__all__ = [
    "SILENT", "LayerRow", "Progress", "Request", "RouteRow", "Several", "Step", "Timings", "check", "known_rules",
    "layers", "routes", "rules_near",
]  # fmt: skip
