"""corpus.py from its command line: runs and their summaries, reading and judging, comparing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmark_fakes import Corpus, _runs, finding, report


@pytest.fixture
def projects(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


class TestRun:
    def test_keeps_the_report_and_writes_a_page_with_the_source(
        self, projects: Corpus, capsys: pytest.CaptureFixture[str]
    ) -> None:
        projects.reports("alpha", [finding("f1"), finding("f2", "ARC102", line=30, severity="warning")])
        assert projects.run("run", "--name", "first") == 0
        folder = projects.cache / "runs" / "first"
        kept = json.loads((folder / "alpha.json").read_text(encoding="utf-8"))
        assert kept["report"] == report([finding("f1"), finding("f2", "ARC102", line=30, severity="warning")])
        assert kept["exit_code"] == 1
        page = (folder / "alpha.md").read_text(encoding="utf-8")
        assert "## ARC101 rule-arc101 (1)" in page
        assert "### `pkg/service.py:3` message of f1" in page
        assert "  1 | value_1 = 1\n  2 | value_2 = 2\n> 3 | value_3 = 3\n  4 | value_4 = 4\n  5 | value_5 = 5\n" in page
        assert "  29 | value_29 = 29\n> 30 | value_30 = 30\n" in page
        summary = (folder / "summary.md").read_text(encoding="utf-8")
        shown = capsys.readouterr().out
        for text in (summary, shown):
            rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in text.splitlines() if row[:1] == "|"]
            assert ["alpha 1.0", "1", "2", "1", "1"] in [row[:5] for row in rows]
            assert ["beta 1.0", "0", "2", "0", "0"] in [row[:5] for row in rows]
            assert ["ARC101 rule-arc101", "alpha", "1", "0", "0", "1"] in rows

    def test_is_the_default_command_and_takes_projects(self, projects: Corpus) -> None:
        assert projects.run("beta", "--name", "only-beta") == 0
        assert {path.name for path in (projects.cache / "runs" / "only-beta").iterdir()} == {
            "beta.json",
            "beta.md",
            "summary.md",
        }

    def test_shows_verdicts_and_only_the_rule_asked_for_but_keeps_all(self, projects: Corpus) -> None:
        projects.reports("alpha", [finding("f1"), finding("f2", "ARC102")])
        projects.run("alpha", "--name", "x")
        projects.run("judge", "f1", "wrong", "--reason", "a re-export")
        projects.run("alpha", "--name", "x", "--rule", "rule-arc101")
        page = (projects.cache / "runs" / "x" / "alpha.md").read_text(encoding="utf-8")
        assert "**wrong**: a re-export" in page
        assert "message of f2" not in page
        assert "message of f2" in (projects.cache / "runs" / "x" / "alpha.json").read_text(encoding="utf-8")

    def test_a_crash_is_shown_and_the_other_projects_still_run(
        self, projects: Corpus, capsys: pytest.CaptureFixture[str]
    ) -> None:
        projects.crashes("alpha", "Traceback: it broke")
        projects.reports("beta", [finding("f1")])
        assert projects.run("run", "--name", "x") == 2
        shown = capsys.readouterr().out
        assert "exit code 2" in shown
        assert "Traceback: it broke" in shown
        assert "ARC101" in shown

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("not json", "not a valid report"),
            (json.dumps({"findings": []}), "unexpected shape"),
            (json.dumps(report([finding("same"), finding("same", line=9)])), "fingerprint same twice"),
            (json.dumps(report([finding("")])), "no fingerprint"),
            (json.dumps(report([finding("f", line="3")])), "line is '3'"),
            (json.dumps({**report([finding("f")]), "summary": report([])["summary"]}), "the summary counts"),
        ],
    )
    def test_a_report_that_breaks_the_contract_is_a_failure(
        self, projects: Corpus, capsys: pytest.CaptureFixture[str], text: str, said: str
    ) -> None:
        (projects.root("alpha") / "report.json").write_text(text, encoding="utf-8")
        assert projects.run("alpha", "--name", "x") == 2
        assert said in capsys.readouterr().out

    def test_refuses_what_it_does_not_know(self, projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
        assert projects.run("gamma") == 2
        assert "known: alpha, beta" in capsys.readouterr().err
        assert projects.run("run", "--name", "../outside") == 2
        assert projects.run("run", "--rule", "ARC999") == 2

    def test_a_source_cannot_close_the_fence_around_it(self, projects: Corpus) -> None:
        (projects.root("alpha") / "pkg" / "service.py").write_text('"""\n```\n````\n"""\n', encoding="utf-8")
        projects.reports("alpha", [finding("f1", line=2)])
        projects.run("alpha", "--name", "x")
        page = (projects.cache / "runs" / "x" / "alpha.md").read_text(encoding="utf-8")
        assert page.splitlines().count("`````") == 2


class TestUnread:
    def test_exits_0_when_there_are_no_findings(self, projects: Corpus) -> None:
        assert projects.run("--unread") == 0

    def test_prints_each_unread_finding_with_its_source(
        self, projects: Corpus, capsys: pytest.CaptureFixture[str]
    ) -> None:
        projects.reports("alpha", [finding("f1", line=10)])
        assert projects.run("--unread", "alpha") == 1
        shown = capsys.readouterr().out
        assert "alpha  ARC101 rule-arc101  fingerprint f1" in shown
        assert "pkg/service.py:10:1: error: message of f1  symbol symbol_f1" in shown
        assert "related pkg/other.py:7: declared here" in shown
        assert "     8 | value_8 = 8\n       9 | value_9 = 9\n    > 10 | value_10 = 10\n" in shown
        assert "alpha: 0 right, 0 wrong, 1 unread (sample of 1 from 1 findings)" in shown

    def test_any_verdict_counts_as_read_and_wrong_ones_are_named(
        self, projects: Corpus, capsys: pytest.CaptureFixture[str]
    ) -> None:
        projects.reports("alpha", [finding("f1"), finding("f2")])
        projects.run("--unread", "alpha")
        projects.run("judge", "f1", "right", "--reason", "it imports fastapi")
        projects.run("judge", "f2", "wrong", "--reason", "a type only")
        capsys.readouterr()
        assert projects.run("--unread", "alpha") == 0
        shown = capsys.readouterr().out
        assert "alpha: 1 right, 1 wrong, 0 unread" in shown
        assert "still wrong: ARC101 pkg/service.py:3:1: a type only" in shown
        assert "fingerprint f1" not in shown

    def test_asks_for_ten_of_a_rule_and_project(self, projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
        many = [finding(f"a{number}") for number in range(25)] + [
            finding(f"b{number}", "ARC102") for number in range(4)
        ]
        projects.reports("alpha", many)
        assert projects.run("--unread", "alpha") == 1
        shown = capsys.readouterr().out
        assert shown.count("  ARC101 ") == 10
        assert shown.count("  ARC102 ") == 4
        assert "14 unread (sample of 14 from 29 findings)" in shown

    def test_a_verdict_holds_for_its_project_only(self, projects: Corpus) -> None:
        for name in ("alpha", "beta"):
            projects.reports(name, [finding("f1")])
        projects.run("--unread")
        assert projects.run("judge", "f1", "right", "--reason", "so it is") == 2
        assert projects.run("judge", "f1", "right", "--reason", "so it is", "--project", "alpha") == 0
        assert projects.run("--unread", "alpha") == 0
        assert projects.run("--unread", "beta") == 1

    def test_a_crash_is_never_nothing_to_read(self, projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
        projects.crashes("alpha", "it broke")
        assert projects.run("--unread", "alpha") == 2
        assert "it broke" in capsys.readouterr().err

    def test_reads_a_kept_run_when_told(self, projects: Corpus) -> None:
        projects.reports("alpha", [finding("f1")])
        projects.run("run", "alpha", "--name", "old")
        projects.reports("alpha", [])
        assert projects.run("--unread", "--run", "old") == 1
        assert projects.run("--unread", "alpha") == 0
        assert projects.run("--unread", "beta", "--run", "old") == 2

    def test_a_misspelt_rule_is_not_a_rule_without_findings(self, projects: Corpus) -> None:
        projects.reports("alpha", [finding("f1")])
        assert projects.run("--unread", "alpha", "--rule", "ARC110") == 2
        assert projects.run("--unread", "alpha", "--rule", "ARC1") == 1


class TestJudge:
    def test_round_trip(self, projects: Corpus) -> None:
        projects.reports("alpha", [finding("f2", symbol="Größe"), finding("f1", "ARC001"), finding("f3")])
        projects.run("run", "alpha")
        assert projects.run("judge", "f2", "f1", "right", "--reason", "two\n lines") == 0
        assert projects.lines() == [
            {
                "project": "alpha",
                "code": code,
                "fingerprint": fingerprint,
                "path": "pkg/service.py",
                "symbol": symbol,
                "message": f"message of {fingerprint}",
                "verdict": "right",
                "reason": "two lines",
            }
            for code, fingerprint, symbol in (("ARC001", "f1", "symbol_f1"), ("ARC101", "f2", "Größe"))
        ]
        assert "Größe" in projects.verdicts.read_text(encoding="utf-8")

    def test_a_second_verdict_replaces_the_first(self, projects: Corpus) -> None:
        projects.reports("alpha", [finding("f1")])
        projects.run("run", "alpha")
        projects.run("judge", "f1", "right", "--reason", "first sight")
        projects.run("judge", "f1", "wrong", "--reason", "second sight")
        assert [(line["verdict"], line["reason"]) for line in projects.lines()] == [("wrong", "second sight")]

    def test_many_from_a_file(self, projects: Corpus, tmp_path: Path) -> None:
        projects.reports("alpha", [finding("f1")])
        projects.reports("beta", [finding("f1"), finding("f2")])
        projects.run("run")
        rows = [
            {"fingerprint": "f1", "verdict": "right", "reason": "a", "project": "beta"},
            {"fingerprint": "f2", "verdict": "wrong", "reason": "b"},
        ]
        listed = tmp_path / "rows.jsonl"
        listed.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        assert projects.run("judge", "--from", str(listed)) == 0
        judged = [(line["project"], line["fingerprint"], line["verdict"]) for line in projects.lines()]
        assert judged == [("beta", "f1", "right"), ("beta", "f2", "wrong")]

    @pytest.mark.parametrize(
        "arguments",
        [
            ("f1", "nowhere", "right", "--reason", "x"),
            ("f1", "maybe", "--reason", "x"),
            ("f1", "right"),
            ("f1", "right", "--reason", " "),
            ("right", "--reason", "x"),
            (),
            ("--from", "no-such-file"),
            ("f1", "right", "--reason", "x", "--project", "beta"),
        ],
    )
    def test_writes_nothing_after_an_error(self, projects: Corpus, arguments: tuple[str, ...]) -> None:
        projects.reports("alpha", [finding("f1")])
        projects.run("run", "alpha")
        assert projects.run("judge", *arguments) == 2
        assert not projects.verdicts.exists()

    def test_a_damaged_verdict_file_is_named_with_the_line(
        self, projects: Corpus, capsys: pytest.CaptureFixture[str]
    ) -> None:
        projects.verdicts.write_text('\n{"project": "alpha"}\n', encoding="utf-8")
        assert projects.run("--unread") == 2
        assert "verdicts.jsonl:2: not a verdict" in capsys.readouterr().err


class TestDiff:
    def test_by_fingerprint_project_and_rule(self, projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
        projects.reports("alpha", [finding("f1"), finding("moved", line=4), finding("f2", "ARC102")])
        projects.run("run", "--name", "a")
        projects.run("judge", "f2", "wrong", "--reason", "x")
        projects.reports("alpha", [finding("moved", line=9), finding("f3")])
        projects.run("run", "--name", "b")
        capsys.readouterr()
        assert projects.run("diff", "a", "b") == 1
        assert capsys.readouterr().out.splitlines() == [
            "alpha: +1 -2",
            "  ARC101 rule-arc101: +1 -1",
            "    + pkg/service.py:3:1: message of f3",
            "    - pkg/service.py:3:1: message of f1",
            "  ARC102 rule-arc102: +0 -1",
            "    - pkg/service.py:3:1: message of f2  [judged wrong]",
        ]
        assert projects.run("diff", "a", "b", "--rule", "ARC102") == 1
        assert capsys.readouterr().out.startswith("alpha: +0 -1\n")

    def test_no_difference(self, projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
        projects.reports("alpha", [finding("f1")])
        projects.run("run", "--name", "a")
        projects.run("run", "--name", "b")
        capsys.readouterr()
        assert projects.run("diff", "a", "b") == 0
        assert capsys.readouterr().out == "no difference\n"

    def test_a_missing_or_failed_project_is_a_difference_not_a_clean_sheet(
        self, projects: Corpus, capsys: pytest.CaptureFixture[str]
    ) -> None:
        projects.reports("alpha", [finding("f1")])
        projects.run("run", "--name", "a")
        projects.crashes("alpha", "it broke")
        projects.run("run", "alpha", "--name", "b")
        capsys.readouterr()
        assert projects.run("diff", "a", "b") == 1
        assert capsys.readouterr().out.splitlines() == [
            "alpha: failed in the second run only, not compared",
            "beta: only in the first run, not compared",
        ]

    def test_unknown_run(self, projects: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
        projects.run("run", "--name", "a")
        assert projects.run("diff", "a", "b") == 2
        assert "no run named b; there are: a" in capsys.readouterr().err


def test_runs_are_listed_newest_first(projects: Corpus) -> None:
    for name in ("one", "two"):
        projects.run("alpha", "--name", name)
    projects.run("beta", "--name", "one")
    assert [folder.name for folder in _runs.saved(projects.cache / "runs")] == ["one", "two"]
