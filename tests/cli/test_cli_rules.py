"""``archlint rules`` and ``archlint rule``."""

import json
import re

import pytest
from cli_fakes import RULES, Run

pytestmark = pytest.mark.usefixtures("rules")


def test_a_row_a_rule(archlint: Run) -> None:
    assert archlint("rules") == (
        0,
        (
            "CODE    NAME                         SEVERITY  PRESET       WHAT IT FINDS\n"
            "ARC101  framework-import-in-service  error     recommended  A service imports a framework\n"
            "ARC115  service-too-long             warning   strict       A service is too long | too big\n"
        ),
        "",
    )


def test_the_last_column_is_filled_on_a_terminal(archlint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "90")
    assert archlint("rules").out.splitlines()[-2:] == [
        "ARC115  service-too-long             warning   strict       A service is too long | too",
        "                                                            big",
    ]


def test_as_json(archlint: Run) -> None:
    out = archlint("rules", "--output-format", "json").out
    assert json.loads(out)[0] == {
        "code": "ARC101",
        "name": "framework-import-in-service",
        "severity": "error",
        "preset": "recommended",
        "summary": "A service imports a framework",
    }
    assert len(out.splitlines()) == len(RULES) + 2


def test_as_markdown(archlint: Run) -> None:
    assert archlint("rules", "--output-format", "markdown").out.splitlines()[1:] == [
        "|---|---|---|---|---|",
        "| ARC101 | `framework-import-in-service` | error | recommended | A service imports a framework |",
        "| ARC115 | `service-too-long` | warning | strict | A service is too long \\| too big |",
    ]


@pytest.mark.parametrize("word", ["ARC115", "arc115", "service-too-long", "Service-Too-Long"])
def test_one_rule(archlint: Run, word: str) -> None:
    code, out, err = archlint("rule", word)
    assert (code, err) == (0, "")
    assert out.startswith("ARC115 service-too-long  warning, preset strict\n\nA service is too long")
    assert "class OrderService: ...  # error" in out
    assert "max-lines (150): the longest a class may be." in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_one_rule_in_colour_is_the_same_text(archlint: Run) -> None:
    coloured = archlint("rule", "ARC115", "--color", "always").out
    assert "\x1b[" in coloured
    plain = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).split("\n"))
    assert plain == archlint("rule", "ARC115").out


def test_one_rule_as_json(archlint: Run) -> None:
    assert json.loads(archlint("rule", "ARC115", "--output-format", "json").out) == {
        "code": "ARC115",
        "name": "service-too-long",
        "severity": "warning",
        "preset": "strict",
        "summary": "A service is too long | too big",
        "doc": RULES[1].doc,
        "options": [
            {"name": "max-lines", "default": 150, "description": "the longest a class may be."},
            {"name": "allow", "default": ["tests"], "description": "where it may be longer."},
        ],
    }


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("ARC1155", "unknown rule `ARC1155`; did you mean `ARC115`?"),
        ("service-to-long", "unknown rule `service-to-long`; did you mean `service-too-long`?"),
        ("zzz", "unknown rule `zzz`; `archlint rules` lists them"),
    ],
)
def test_a_rule_that_is_none(archlint: Run, word: str, message: str) -> None:
    assert archlint("rule", word) == (2, "", f"error: {message}\n")
