"""From the rules there are to the findings that are reported."""

import pytest
from engine_rules import FUNCTIONS, IMPORTS, OPTIONS, PARTLY_STRICT, PROJECT, RULES, codes, report_on

from archlint.config import Settings
from archlint.core import ConfigError, UsageError
from archlint.engine import Request

FILE = {"shop/x.py": "import json\n\n\ndef run() -> None: ...\n\n\ndef _hide() -> None: ...\n"}
CWD = "/nowhere"


def select(*selectors: str, preset: str = "", ignore: tuple[str, ...] = ()) -> Request:
    return Request(cwd=CWD, select=selectors, preset=preset, ignore=ignore)


class TestWhichRules:
    def test_the_recommended_ones_unless_told_otherwise(self) -> None:
        assert set(codes(report_on(FILE))) == {"T100", "T200", "T400", "T500", "T600", "T800"}

    def test_strict_ones_with_their_preset(self) -> None:
        assert "T300" in codes(report_on(FILE, Request(cwd=CWD, preset="strict")))
        assert "T300" in codes(report_on(FILE, settings=Settings(preset="strict")))

    def test_those_selected(self) -> None:
        assert codes(report_on(FILE, select("T200"))) == ["T200"]
        assert codes(report_on(FILE, select("rule-t200"))) == ["T200"]
        assert codes(report_on(FILE, select("T300"))) == ["T300", "T300"]
        assert codes(report_on(FILE, settings=Settings(select=("T500",)))) == ["T500"]

    def test_not_those_ignored(self) -> None:
        left = codes(report_on(FILE, select("ALL", ignore=("T1", "rule-t200"))))
        assert not {"T100", "T200"} & set(left)
        assert {"T300", "T500"} <= set(left)

    def test_a_mistake_in_a_selector(self) -> None:
        with pytest.raises(UsageError, match="unknown rule `T999`"):
            report_on(FILE, select("T999"))
        with pytest.raises(ConfigError, match="unknown rule `T999`"):
            report_on(FILE, settings=Settings(ignore=("T999",)))


class TestStrictFindings:
    """A rule of the recommended preset may say more in the strict one."""

    def test_only_the_strict_preset_reports_them(self) -> None:
        assert [f.message for f in report_on(FILE, rules=(PARTLY_STRICT,)).findings] == ["run"]
        strict = report_on(FILE, Request(cwd=CWD, preset="strict"), rules=(PARTLY_STRICT,))
        assert [(f.message, f.severity) for f in strict.findings] == [("run", "warning"), ("_hide", "error")]

    def test_selecting_the_rule_does_not(self) -> None:
        assert [f.message for f in report_on(FILE, select("T400")).findings] == ["run"]

    def test_the_settings_preset_does(self) -> None:
        found = report_on(FILE, select("T400"), settings=Settings(preset="strict")).findings
        assert [f.message for f in found] == ["run", "_hide"]


class TestSeverity:
    def test_the_rules_own(self) -> None:
        report = report_on(FILE, rules=(FUNCTIONS, IMPORTS))
        assert [(f.code, f.severity) for f in report.findings] == [
            ("T200", "error"), ("T100", "warning"), ("T100", "warning"),
        ]  # fmt: skip
        assert (report.errors, report.warnings) == (1, 2)

    @pytest.mark.parametrize("key", ["T100", "rule-t100"])
    def test_as_configured(self, key: str) -> None:
        report = report_on(FILE, settings=Settings(severity={key: "error"}), rules=(FUNCTIONS,))
        assert (report.errors, report.warnings) == (2, 0)

    def test_the_configuration_is_above_what_a_finding_says_of_itself(self) -> None:
        settings = Settings(preset="strict", severity={"rule-t400": "warning"})
        report = report_on(FILE, settings=settings, rules=(PARTLY_STRICT,))
        assert [f.severity for f in report.findings] == ["warning", "warning"]


class TestPerFileIgnores:
    FILES = {  # noqa: RUF012
        "shop/x.py": "import json\n\n\ndef run() -> None: ...\n",
        "shop/generated/y.py": "import json\n\n\ndef run() -> None: ...\n",
    }

    def found(self, **ignores: tuple[str, ...]) -> list[tuple[str, str]]:
        settings = Settings(per_file_ignores=ignores)
        report = report_on(self.FILES, settings=settings, rules=(FUNCTIONS, IMPORTS))
        return [(f.path, f.code) for f in report.findings]

    def test_by_code_prefix_and_name(self) -> None:
        kept = [("shop/x.py", "T200"), ("shop/x.py", "T100")]
        for selectors in (("T100", "T200"), ("T1", "rule-t200"), ("ALL",)):
            assert self.found(generated=selectors) == kept

    def test_only_the_rules_it_names(self) -> None:
        assert self.found(generated=("T100",))[0] == ("shop/generated/y.py", "T200")
        assert len(self.found(generated=("T100",))) == 3

    def test_what_a_file_ignores_is_no_suppression(self) -> None:
        settings = Settings(per_file_ignores={"*.py": ("ALL",)})
        report = report_on(self.FILES, settings=settings)
        assert (report.findings, report.suppressed, report.files) == ((), 0, 2)


class TestWhichModules:
    FILES = {  # noqa: RUF012
        "shop/services/a.py": "",
        "shop/x.py": "",
        "tests/test_x.py": "def test_x() -> None: ...\n",
        "scripts/load.py": "",
        "vendor/lib.py": "",
        "migrations/versions/1.py": "revision = '1'\ndown_revision = None\n",
    }

    def paths(self, code: str) -> set[str]:
        return {f.path for f in report_on(self.FILES, select(code)).findings}

    def test_tests_migrations_scripts_and_vendored_code_are_outside(self) -> None:
        assert self.paths("T600") == {"shop/services/a.py", "shop/x.py"}

    def test_a_rule_may_want_some_layers_only(self) -> None:
        assert self.paths("T700") == {"shop/services/a.py"}

    def test_a_rule_may_want_every_module(self) -> None:
        assert self.paths("T800") == set(self.FILES)

    def test_a_rule_about_the_project_runs_once(self) -> None:
        report = report_on(self.FILES, select("T500"))
        assert len(report.findings) == len(self.FILES)

    def test_what_is_not_wanted_is_seen_and_not_reported(self) -> None:
        report = report_on(self.FILES, select("T500"), wanted=("shop/x.py",))
        assert [(f.path, f.message) for f in report.findings] == [("shop/x.py", "6 modules")]
        assert report.files == 1


class TestOptions:
    def test_defaults(self) -> None:
        assert [f.message for f in report_on({"x.py": ""}, rules=(OPTIONS,)).findings] == ["hey"]

    @pytest.mark.parametrize("key", ["T600", "rule-t600"])
    def test_as_configured(self, key: str) -> None:
        settings = Settings(rules={key: {"word": "hello"}})
        assert [f.message for f in report_on({"x.py": ""}, settings=settings, rules=(OPTIONS,)).findings] == ["hello"]

    @pytest.mark.parametrize("table", [{"wrod": "x"}, {"word": 1}])
    def test_a_mistake(self, table: dict[str, object]) -> None:
        with pytest.raises(ConfigError, match="word"):
            report_on({"x.py": ""}, settings=Settings(rules={"T600": table}), rules=(OPTIONS,))


def test_what_the_engine_adds_to_a_finding() -> None:
    (finding,) = report_on({"x.py": "import json\n"}, rules=(IMPORTS,)).findings
    assert (finding.code, finding.name, finding.severity, len(finding.fingerprint)) == (
        "T200",
        "rule-t200",
        "error",
        16,
    )


def test_findings_are_sorted_by_path_line_column_and_code() -> None:
    source = "import json; import os\ndef a(): ...\nimport abc\n"
    report = report_on({"b.py": source, "a.py": source}, select("T100", "T200", "T500"), rules=RULES[::-1])
    keys = [(f.path, f.span.line, f.span.column, f.code) for f in report.findings]
    assert keys == sorted(keys)
    assert len(keys) == 10


def test_nothing_is_run_twice_or_left_out_without_rules_that_look() -> None:
    report = report_on({"x.py": ""}, rules=(PROJECT,))
    assert (codes(report), report.files, report.suppressed, report.notices) == (["T500"], 1, 0, ())
