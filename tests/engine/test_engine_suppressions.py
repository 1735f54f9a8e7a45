"""What a comment hides, what it leaves, and what is said about comments that hide nothing."""

import pytest
from engine_rules import FUNCTIONS, IMPORTS, LINTER, PARTLY_STRICT, report_on

from archlint.config import Settings
from archlint.core import Report
from archlint.engine import Request

RULES = (*LINTER, FUNCTIONS, IMPORTS)


def report(source: str, **settings: object) -> Report:
    return report_on({"shop/x.py": source}, settings=Settings(**settings), rules=RULES)  # type: ignore[arg-type]


def left(source: str) -> list[tuple[str, int]]:
    """Code and line of the findings that are left."""
    return [(f.code, f.span.line) for f in report(source).findings]


class TestOnTheLine:
    @pytest.mark.parametrize(
        "comment",
        [
            "# archlint: ignore[T200]",
            "# archlint: ignore[T200] -- why",
            "# archlint: ignore[rule-t200] -- why",
            "# archlint: ignore[t200]",
            "# archlint: ignore[ T200 , T200 ] -- why",
            "# noqa: F401  # archlint: ignore[T200] -- why",
            "# archlint: ignore[T200] -- why  # noqa: F401",
            "#archlint: ignore[T200]",
        ],
    )
    def test_it_hides_the_finding(self, comment: str) -> None:
        assert left(f"import json  {comment}\n") == []
        assert report(f"import json  {comment}\n").suppressed == 1

    @pytest.mark.parametrize(
        "comment", ["# archlint: ignore[T100]", "# archlint: ignore", "# archlint: ignore[]", "# noqa"]
    )
    def test_it_does_not(self, comment: str) -> None:
        assert ("T200", 1) in left(f"import json  {comment}\n")

    def test_only_on_that_line(self) -> None:
        source = "import json\nimport os  # archlint: ignore[T200] -- why\nimport abc\n"
        assert left(source) == [("T200", 1), ("T200", 3)]

    def test_every_finding_of_the_rule_on_it(self) -> None:
        source = "import json; import os  # archlint: ignore[T200] -- why\n"
        assert left(source) == []
        assert report(source).suppressed == 2

    def test_the_first_line_of_a_long_statement(self) -> None:
        assert left("from x import (  # archlint: ignore[T200] -- why\n    a,\n)\n") == []
        assert left("from x import (\n    a,  # archlint: ignore[T200] -- why\n)\n") == [("T200", 1), ("ARC002", 2)]


class TestOnADefinition:
    """A finding about a function is hidden from its first decorator to its ``def``."""

    @pytest.mark.parametrize("line", [0, 1, 2])
    @pytest.mark.parametrize("prefix", ["", "class C:\n", "def outer():  # archlint: ignore[T100]\n"])
    def test_decorators_and_def(self, line: int, prefix: str) -> None:
        lines = ["@first", "@second(", "def f():"]
        lines[1] += ")"
        lines[line] += "  # archlint: ignore[T100] -- why"
        indent = "    " if prefix else ""
        source = prefix + "".join(f"{indent}{text}\n" for text in lines) + f"{indent}    return 1\n"
        assert left(source) == []

    def test_not_inside_nor_before(self) -> None:
        assert left("# archlint: ignore[T100] -- why\ndef f():\n    return 1\n") == [("ARC002", 1), ("T100", 2)]
        assert left("def f():\n    return 1  # archlint: ignore[T100] -- why\n") == [("T100", 1), ("ARC002", 2)]

    def test_a_decorated_function_does_not_hide_its_neighbour(self) -> None:
        assert left("@a  # archlint: ignore[T100] -- why\ndef f(): ...\n@a\ndef g(): ...\n") == [("T100", 4)]


class TestForAFile:
    @pytest.mark.parametrize(
        "source", ["{}\nimport json\nimport os\n", "import json\n{}\nimport os\n", "import json\nimport os\n{}\n"]
    )
    def test_anywhere(self, source: str) -> None:
        assert left(source.format("# archlint: ignore-file[T200] -- generated")) == []
        assert report(source.format("# archlint: ignore-file[rule-t200]")).suppressed == 2

    def test_only_the_rules_it_names(self) -> None:
        assert left("# archlint: ignore-file[T200] -- generated\nimport json\ndef f(): ...\n") == [("T100", 3)]

    def test_only_that_file(self) -> None:
        files = {"a.py": "# archlint: ignore-file[T200] -- generated\nimport json\n", "b.py": "import json\n"}
        assert [f.path for f in report_on(files, rules=RULES).findings] == ["b.py"]


class TestAudit:
    def messages(self, source: str, **settings: object) -> list[str]:
        return [f"{f.code} {f.symbol}" for f in report(source, **settings).findings if f.code.startswith("ARC")]

    def test_unused(self) -> None:
        assert self.messages("x = 1  # archlint: ignore[T100] -- why\n") == ["ARC002 T100"]
        assert self.messages("import os  # archlint: ignore[T100, T200] -- why\n") == ["ARC002 T100"]
        assert self.messages("x = 1  # archlint: ignore-file[T100, rule-t200] -- why\n") == [
            "ARC002 T100",
            "ARC002 rule-t200",
        ]

    def test_without_codes(self) -> None:
        assert self.messages("import os  # archlint: ignore\n") == ["ARC002 "]

    def test_unknown(self) -> None:
        assert self.messages("import os  # archlint: ignore[T200, T999] -- why\n") == ["ARC003 T999"]

    def test_what_did_not_run_is_not_unused(self) -> None:
        source = "x = 1  # archlint: ignore[T100] -- why\n"
        assert self.messages(source, ignore=("T100",)) == []
        assert self.messages(source, select=("ARC002",)) == []
        assert self.messages(source, select=("ARC002", "T100")) == ["ARC002 T100"]

    def test_unused_is_not_looked_for_where_its_rule_is_off(self) -> None:
        assert self.messages("x = 1  # archlint: ignore[T100] -- why\n", ignore=("ARC002",)) == []

    def test_itself_suppressed(self) -> None:
        source = "x = 1  # archlint: ignore[T100, ARC002] -- why\n"
        assert self.messages(source) == []
        assert report(source).suppressed >= 1

    def test_its_severity_may_be_configured(self) -> None:
        found = report("x = 1  # archlint: ignore[T100] -- why\n", severity={"unused-suppression": "error"})
        assert [f.severity for f in found.findings] == ["error"]

    def test_it_may_be_ignored_for_a_file(self) -> None:
        assert self.messages("x = 1  # archlint: ignore[T100]\n", per_file_ignores={"*.py": ("ARC002",)}) == []


def test_strings_hide_nothing() -> None:
    assert left("import json; x = '# archlint: ignore[T200]'\n") == [("T200", 1)]
    assert left('"""\n# archlint: ignore-file[T200]\n"""\nimport json\n') == [("T200", 4)]


def test_a_finding_that_only_strict_reports_may_be_suppressed_under_either_preset() -> None:
    files = {"x.py": "def _f(): ...  # archlint: ignore[T400] -- why\n"}
    for preset in ("recommended", "strict"):
        found = report_on(files, Request(cwd="/nowhere", preset=preset), rules=(*LINTER, PARTLY_STRICT))
        assert found.findings == ()
