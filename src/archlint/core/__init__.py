"""Plain data every other room may use; imports nothing of ours."""

from archlint.core.audit import Audit, SuppressionIssue
from archlint.core.errors import ConfigError, UsageError
from archlint.core.finding import ERROR, SEVERITIES, WARNING, Finding, Related, Span
from archlint.core.inputs import Inputs
from archlint.core.report import Report
from archlint.core.rule import RECOMMENDED, STRICT, Options, Rule, RulePage

__all__ = [
    "ERROR", "RECOMMENDED", "SEVERITIES", "STRICT", "WARNING", "Audit", "ConfigError", "Finding", "Inputs", "Options", "Related",
    "Report", "Rule", "RulePage", "Span", "SuppressionIssue", "UsageError",
]  # fmt: skip
