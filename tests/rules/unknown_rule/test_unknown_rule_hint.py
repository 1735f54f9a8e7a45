"""What to write instead of a rule that does not exist."""

import pytest

from archlint.testing import findings_in


@pytest.mark.parametrize(
    ("code", "help"),
    [
        ("framework-import-in-servce", "Did you mean `framework-import-in-service`?"),
        ("framework_import_in_service", "Did you mean `framework-import-in-service`?"),
        ("layer-violations", "Did you mean `layer-violation`?"),
        ("ARC1O1", "Did you mean `ARC101`?"),
        ("qqqqqq", "`archlint rules` lists the rules."),
    ],
)
def test_the_nearest_rule(code: str, help: str) -> None:
    (finding,) = findings_in({"shop/x.py": f"x = 1  # archlint: ignore[{code}] -- why\n"}, ["ARC003"])
    assert finding.help == help
    assert finding.message == f"there is no rule `{code}`"
    assert finding.symbol == code


def test_the_finding_lies_on_the_comment() -> None:
    (finding,) = findings_in({"shop/x.py": "é = 1  # archlint: ignore[ABC9] -- why\n"}, ["ARC003"])
    assert (finding.span.line, finding.span.column, finding.span.end_column) == (1, 8, 39)


def test_each_unknown_rule_of_a_comment() -> None:
    findings = findings_in({"shop/x.py": "x = 1  # archlint: ignore[ABC9, ARC101, ABC8] -- why\n"}, ["ARC003"])
    assert [f.symbol for f in findings] == ["ABC8", "ABC9"]
