"""Where findings are, as a reader counts, and how one is known again after the file has changed."""

import pytest
from engine_rules import FUNCTIONS, IMPORTS, make_rule, report_on
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.core import Finding, Related, Span
from archlint.engine import Request
from archlint.engine.locate import fingerprinted


def fingerprints(source: str, path: str = "shop/x.py") -> dict[str, str]:
    """Message to fingerprint of the findings about functions."""
    report = report_on({path: source}, rules=(FUNCTIONS,))
    return {finding.message: finding.fingerprint for finding in report.findings}


class TestFingerprints:
    SOURCE = "def first(x):\n    return x\n\n\nclass C:\n    def second(self): ...\n"

    @pytest.mark.parametrize(
        "changed",
        [
            "import os\n\n\n" + SOURCE,
            '"""A docstring\nof two lines."""\n' + SOURCE,
            SOURCE.replace("return x", "y = x\n    return y"),
            SOURCE.replace("\n", "\r\n"),
            SOURCE.replace("def second(self)", "def  second( self )"),
            SOURCE.replace("    def second", "        def second").replace("    return x", "\treturn x"),
            SOURCE + "\n\ndef third(): ...\n",
        ],
    )
    def test_stay_while_lines_move(self, changed: str) -> None:
        before, after = fingerprints(self.SOURCE), fingerprints(changed)
        assert {message: after[message] for message in before} == before

    def test_differ_by_path_symbol_text_and_rule(self) -> None:
        base = fingerprints("def first(x): ...\n")["function first"]
        assert base not in fingerprints("def first(x, y): ...\n").values()
        assert base not in fingerprints("def other(x): ...\n").values()
        assert base not in fingerprints("def first(x): ...\n", "shop/y.py").values()
        other = report_on({"shop/x.py": "def first(x): ...\n"}, rules=(make_rule("T101", FUNCTIONS.check),))
        assert base not in {finding.fingerprint for finding in other.findings}

    def test_alike_ones_are_numbered(self) -> None:
        source = "import json\nimport json\nimport json\n"
        found = report_on({"x.py": source}, rules=(IMPORTS,)).findings
        assert len({finding.fingerprint for finding in found}) == 3
        fewer = report_on({"x.py": "import json\n\nimport json\n"}, rules=(IMPORTS,)).findings
        assert [f.fingerprint for f in fewer] == [f.fingerprint for f in found[:2]]

    def test_are_sixteen_hexadecimal_digits(self) -> None:
        for fingerprint in fingerprints(self.SOURCE).values():
            assert len(fingerprint) == 16
            assert int(fingerprint, 16) >= 0

    def test_do_not_depend_on_the_working_directory(self) -> None:
        reports = [
            report_on({"shop/x.py": self.SOURCE}, Request(cwd=cwd)) for cwd in ("/nowhere", "/nowhere/shop", "/")
        ]
        assert len({tuple(f.fingerprint for f in report.findings) for report in reports}) == 1

    def test_lone_surrogates_in_a_symbol_are_no_obstacle(self) -> None:
        finding = Finding("m", "x.py", Span(1, 1, 1, 1), symbol="\udcff", code="T1")
        assert len(fingerprinted([finding], lambda _: ["\ud800"])[0].fingerprint) == 16


class TestColumns:
    """Rules count UTF-8 bytes from 0, readers code points from 1."""

    @pytest.mark.parametrize(
        ("before", "column"),
        [
            ("", 1),
            ("x = 1; ", 8),
            ("ä = 1; ", 8),
            ("x = 'äöü'; ", 12),
            ("x = '€'; ", 10),
            ("x = '😀'; ", 10),
            ("x = 'e\u0301'; ", 11),
        ],
    )
    def test_of_a_statement_after_other_letters(self, before: str, column: int) -> None:
        (finding,) = report_on({"x.py": f"{before}import json\n"}, rules=(IMPORTS,)).findings
        assert finding.span == Span(1, column, 1, column + len("import json"))

    def test_of_names_in_other_scripts(self) -> None:
        (finding,) = report_on({"x.py": "def größe(): ...\n"}, rules=(FUNCTIONS,)).findings
        assert finding.span == Span(1, 1, 1, len("def größe") + 1)

    def test_of_a_span_over_several_lines(self) -> None:
        source = "ä = 1; from x import (\n    größe,\n    ß)\n"
        (finding,) = report_on({"x.py": source}, rules=(IMPORTS,)).findings
        assert finding.span == Span(1, 8, 3, 7)

    def test_of_related_places(self) -> None:
        def check(project):  # type: ignore[no-untyped-def]
            at = Related("b.py", Span(1, 7, 1, 9), "there")
            yield Finding("here", "a.py", Span(1, 1, 1, 1), "", related=(at,))

        report = report_on({"a.py": "", "b.py": "é = 'ü'\n"}, rules=(make_rule("T900", check),))
        assert report.findings[0].related == (Related("b.py", Span(1, 6, 1, 7), "there"),)
        assert report.lines == {"a.py": {1: ""}, "b.py": {1: "é = 'ü'"}}

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0\x0c'\\"), max_size=20))
    @settings(deadline=None)
    def test_whatever_stands_before(self, text: str) -> None:
        line = f"x = '{text}'; import json"
        (finding,) = report_on({"x.py": line + "\n"}, rules=(IMPORTS,)).findings
        assert line[finding.span.column - 1 : finding.span.end_column - 1] == "import json"


class TestPaths:
    FILES = {"shop/services/x.py": "import json\n", "run.py": "import json\n"}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("cwd", "paths"),
        [
            ("/srv/project", ["run.py", "shop/services/x.py"]),
            ("/srv/project/shop", ["../run.py", "services/x.py"]),
            ("/srv/project/shop/services", ["../../run.py", "x.py"]),
            ("/srv", ["project/run.py", "project/shop/services/x.py"]),
            ("/srv/elsewhere", ["../project/run.py", "../project/shop/services/x.py"]),
        ],
    )
    def test_are_relative_to_the_working_directory(self, cwd: str, paths: list[str]) -> None:
        report = report_on(self.FILES, Request(cwd=cwd), rules=(IMPORTS,), root="/srv/project")
        assert [finding.path for finding in report.findings] == paths
        assert sorted(report.lines) == paths

    def test_so_are_those_of_related_places(self) -> None:
        def check(project):  # type: ignore[no-untyped-def]
            at = Related("run.py", Span(1, 1, 1, 1), "there")
            yield Finding("here", "shop/services/x.py", Span(1, 1, 1, 1), "", related=(at,))

        report = report_on(
            self.FILES, Request(cwd="/srv/project/shop"), rules=(make_rule("T900", check),), root="/srv/project"
        )
        assert [(f.path, f.related[0].path) for f in report.findings] == [("services/x.py", "../run.py")]


def test_the_lines_a_report_quotes() -> None:
    source = "x = 1\nimport json  # why\n\n\ndef f(): ...\n"
    report = report_on({"x.py": source}, rules=(IMPORTS, FUNCTIONS))
    assert report.lines == {"x.py": {2: "import json  # why", 5: "def f(): ..."}}


def test_a_finding_past_the_end_of_its_file_is_no_obstacle() -> None:
    def check(project):  # type: ignore[no-untyped-def]
        yield Finding("odd", "x.py", Span(99, 3, 120, 7), "")

    (finding,) = report_on({"x.py": "x = 1\n"}, rules=(make_rule("T900", check),)).findings
    assert finding.span == Span(99, 3, 120, 7)
