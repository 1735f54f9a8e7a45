"""SARIF 2.1.0, the format of code scanning services and of viewers in editors.

The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. What GitHub makes of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
Laid out with one rule and one finding a line.
"""

import os
from typing import Any
from urllib.parse import quote

from archlint import __version__
from archlint.core import Finding, Report, RulePage, Span
from archlint.reporters import View
from archlint.reporters.encoding import encode, encode_array

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_BASES = {_ROOT: {"description": {"text": "The working directory of the run."}}}


def render(report: Report, view: View) -> str:
    """The report as a log of one run; how a person would view it plays no part."""
    indexes = {rule.code: index for index, rule in enumerate(report.rules)}
    rules = encode_array(_rule(rule) for rule in report.rules)
    results = encode_array(_result(finding, indexes.get(finding.code, -1)) for finding in report.findings)
    driver = (
        f'{{"name":"archlint","version":{encode(__version__)},"semanticVersion":{encode(__version__)},"rules":{rules}}}'
    )
    run = (
        f'"tool":{{"driver":{driver}}},"columnKind":"unicodeCodePoints","originalUriBaseIds":{encode(_BASES)},'
        f'"invocations":[{{"executionSuccessful":true}}],"results":{results}'
    )
    return f'{{"$schema":"{_SCHEMA}","version":"2.1.0","runs":[{{{run}}}]}}\n'


def _rule(rule: RulePage) -> dict[str, Any]:
    description = rule.doc.partition("\n## ")[0].strip()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": description},
        "help": {"text": rule.doc.strip(), "markdown": rule.doc.strip()},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    # The standard (§3.11.5) doubles braces in messages; viewers show them as they are, so a path such as
    # `/orders/{order_id}` stays readable, and without arguments nothing is taken for a placeholder.
    text = f"{finding.message}. {finding.help}" if finding.help else finding.message
    return {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": text},
        "locations": [_location(finding.path, finding.span)],
        "relatedLocations": [
            {"id": number, **_location(related.path, related.span), "message": {"text": related.message}}
            for number, related in enumerate(finding.related, 1)
        ],
        "partialFingerprints": {"archlint/v1": finding.fingerprint},
    }


def _location(path: str, span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    artifact = {"uri": quote(os.fsencode(path)), "uriBaseId": _ROOT}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}
