"""What the corpus scripts are made of: the sample, unpacking, concurrent judging, source excerpts."""

from __future__ import annotations

import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from benchmark_fakes import FAKE_ARCHLINT, Corpus, _common, _projects, _runs, _summary, _verdicts, finding, report
from hypothesis import given, settings
from hypothesis import strategies as st

FINGERPRINTS = st.lists(st.text("0123456789abcdef", min_size=4, max_size=8), unique=True, max_size=40)


def findings_of(fingerprints: list[str]) -> tuple[_runs.Finding, ...]:
    return _runs.read_findings(report([finding(fingerprint) for fingerprint in fingerprints]))


def sampled(fingerprints: list[str]) -> set[str]:
    return {one.fingerprint for one in _verdicts.sample("alpha", findings_of(fingerprints))}


class TestSample:
    @given(FINGERPRINTS, st.data())
    @settings(deadline=None)
    def test_does_not_depend_on_the_order_of_findings(self, fingerprints: list[str], data: st.DataObject) -> None:
        shuffled = data.draw(st.permutations(fingerprints))
        assert sampled(shuffled) == sampled(fingerprints)
        assert len(sampled(fingerprints)) == min(len(fingerprints), _verdicts.SAMPLE_SIZE)

    @given(FINGERPRINTS, st.data())
    @settings(deadline=None)
    def test_a_finding_that_goes_makes_room_for_at_most_one(self, fingerprints: list[str], data: st.DataObject) -> None:
        if not fingerprints:
            return
        gone = data.draw(st.sampled_from(fingerprints))
        rest = [fingerprint for fingerprint in fingerprints if fingerprint != gone]
        before, after = sampled(fingerprints), sampled(rest)
        assert before - {gone} <= after
        assert len(after - before) <= 1

    def test_is_the_same_on_every_machine_and_differs_by_project(self) -> None:
        findings = findings_of([f"{number:04x}" for number in range(40)])
        drawn = [one.fingerprint for one in _verdicts.sample("alpha", findings, size=4)]
        # The smallest four of: printf 'alpha\\0%s' FINGERPRINT | sha256sum
        assert sorted(drawn) == ["0006", "000c", "001c", "0021"]
        assert drawn != [one.fingerprint for one in _verdicts.sample("beta", findings, size=4)]


class TestUnzip:
    @pytest.mark.parametrize("name", ["../outside.py", "/etc/outside.py", "a/../../outside.py", "a\\b.py", "c:/x.py"])
    def test_refuses_paths_that_lead_outside(self, tmp_path: Path, name: str) -> None:
        archive = tmp_path / "x.whl"
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("fine.py", "")
            opened.writestr(name, "")
        with pytest.raises(_common.BenchmarkError, match="unsafe member"):
            _projects.unzip(archive, tmp_path / "target")
        assert not (tmp_path / "target").exists()

    def test_refuses_symbolic_links(self, tmp_path: Path) -> None:
        archive = tmp_path / "x.whl"
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr(link, "/etc")
        with pytest.raises(_common.BenchmarkError, match="unsafe member"):
            _projects.unzip(archive, tmp_path / "target")

    def test_refuses_what_would_fill_the_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        archive = tmp_path / "x.whl"
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("large.py", "x" * 100)
        monkeypatch.setattr(_projects, "MAX_UNPACKED", 99)
        with pytest.raises(_common.BenchmarkError, match="more than 99 bytes"):
            _projects.unzip(archive, tmp_path / "target")

    def test_says_so_when_it_is_no_archive(self, tmp_path: Path) -> None:
        (tmp_path / "x.whl").write_bytes(b"no")
        with pytest.raises(_common.BenchmarkError, match="cannot unpack"):
            _projects.unzip(tmp_path / "x.whl", tmp_path / "target")


class TestFetch:
    PROJECT = _projects.Project("demo", "1.0", "demo")

    def serve(self, monkeypatch: pytest.MonkeyPatch, folder: str, fail_first: bool = False) -> list[list[str]]:
        """Let pip put down a wheel that holds ``folder``; returns the command lines it was given."""
        calls: list[list[str]] = []

        def pip(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
            calls.append(command)
            if fail_first and len(calls) == 1:
                return subprocess.CompletedProcess(command, 1, "", "ERROR: no matching distribution")
            wheel = Path(command[command.index("--dest") + 1]) / "demo-1.0-py3-none-any.whl"
            with zipfile.ZipFile(wheel, "w") as opened:
                opened.writestr(f"{folder}/__init__.py", "")
            return subprocess.CompletedProcess(command, 0, "", "")

        monkeypatch.setattr(subprocess, "run", pip)
        return calls

    def test_downloads_once_and_ends_the_project_with_a_git_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls = self.serve(monkeypatch, "demo")
        root = _projects.fetch(self.PROJECT, tmp_path)
        assert (root / "__init__.py").is_file()
        assert (root.parent / ".git").is_dir()
        assert _projects.fetch(self.PROJECT, tmp_path) == root
        assert len(calls) == 1
        assert calls[0][-1] == "demo==1.0"
        assert {path.name for path in tmp_path.iterdir()} == {"projects"}

    def test_falls_back_to_a_wheel_of_another_platform(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = self.serve(monkeypatch, "demo", fail_first=True)
        _projects.fetch(self.PROJECT, tmp_path)
        assert "--platform" not in calls[0]
        assert "--platform" in calls[1]

    def test_a_failed_download_says_why_and_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def pip(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
            return subprocess.CompletedProcess(command, 1, "", "WARNING: old\nERROR: no network")

        monkeypatch.setattr(subprocess, "run", pip)
        with pytest.raises(_common.BenchmarkError, match="no network"):
            _projects.fetch(self.PROJECT, tmp_path)
        assert list((tmp_path / "projects").iterdir()) == []

    def test_a_wheel_without_the_folder_is_an_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.serve(monkeypatch, "other")
        with pytest.raises(_common.BenchmarkError, match="has no folder 'demo'"):
            _projects.fetch(self.PROJECT, tmp_path)


@pytest.mark.parametrize("text", ["", "[[project]]\nname = 'a'\n", "not toml", "[[project]]\n" * 2])
def test_a_malformed_list_of_projects_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "corpus.toml").write_text(text, encoding="utf-8")
    with pytest.raises(_common.BenchmarkError, match="cannot read the list"):
        _projects.load_projects(tmp_path / "corpus.toml")


def test_the_list_of_projects_that_comes_with_the_scripts() -> None:
    listed = _projects.load_projects(Path(_projects.__file__).with_name("corpus.toml"))
    assert {project.name for project in listed} >= {"fief-server", "apache-airflow-core", "open-webui", "langflow-base"}
    assert all(project.version and project.root for project in listed)


def test_two_readers_who_judge_at_once_lose_nothing(tmp_path: Path) -> None:
    projects = Corpus(tmp_path)
    projects.reports("alpha", [finding(f"f{number}") for number in range(6)])
    projects.run("run", "alpha")
    script = Path(_projects.__file__).with_name("corpus.py")
    shared: list[str | Path] = ["--cache", projects.cache, "--projects", projects.list, "--verdicts", projects.verdicts]
    readers = [
        subprocess.Popen([sys.executable, script, "judge", f"f{number}", "right", "--reason", "x", *shared])
        for number in range(6)
    ]
    assert [reader.wait() for reader in readers] == [0] * 6
    assert len(projects.lines()) == 6


def test_form_feeds_do_not_shift_the_excerpt(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "service.py").write_bytes(b"a = 1\r\n\x0cb = '\x1c'\rc = 3\nd\xff = 4")
    source = _summary.Source(tmp_path)
    (third,) = findings_of(["f1"])
    assert source.excerpt(third)[2:] == ["> 3 | c = 3", "  4 | d\ufffd = 4"]
    assert source.excerpt(third._replace(line=5)) == ["(no line 5 in pkg/service.py)"]
    assert source.excerpt(third._replace(path="gone.py")) == ["(no line 3 in gone.py)"]


def test_the_fake_insists_on_its_arguments(tmp_path: Path) -> None:
    done = subprocess.run([*FAKE_ARCHLINT.split(), "check", "src"], capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
