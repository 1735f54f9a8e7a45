"""The parts of speed.py: changes and their undoing, imports, copies, what is run, how samples are taken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmark_fakes import _common, _copies, _edits, _imports, _measure, _peers, _stage, _ways

FILES = {
    "__init__.py": "",
    "settings.py": '"""Settings."""\nclass Settings:\n    name: str = "shop"\n    debug: bool = False\n',
    "services/orders.py": (
        "from app import settings\nfrom ..models.order import Order\n\n\ndef place():\n    order = Order()\n    return order\n"
    ),
    "models/order.py": "import app.settings\nimport os.path\n\n\nclass Order: pass\n",
    "routes.py": "from app.services.orders import place\nfrom .services import orders\nfrom .settings import Settings\n",
    "static/logo.png": "an image",
    "broken.py": "def",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "original" / "app"
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    return folder


def sources(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*.py") if path.name != "broken.py")


class TestChanges:
    def test_a_statement_in_a_function_and_nothing_else(self, root: Path) -> None:
        change = _edits.body_change(sources(root))
        before, times = change.path.read_bytes(), change.path.stat()
        change.apply(7)
        assert change.path == root / "services" / "orders.py"
        assert change.path.read_text() == before.decode().replace("    return", "    speed_changed = 7\n    return")
        change.undo()
        assert change.path.read_bytes() == before
        assert change.path.stat().st_mtime_ns == times.st_mtime_ns

    def test_a_field_of_the_most_imported_class(self, root: Path) -> None:
        change = _edits.interface_change(_imports.imports_of(root, sources(root)).importers())
        assert change.path == root / "settings.py"
        assert change.content(3).splitlines()[2:4] == [b'    name: str = "shop"', b"    speed_changed_3: int = 0"]

    def test_a_constant_where_there_is_no_class(self, root: Path) -> None:
        path = root / "services" / "orders.py"
        change = _edits.interface_change({path: 1, root / "__init__.py": 5})
        assert b"\nspeed_changed_1: int = 0\ndef place():\n" in change.content(1)

    def test_what_stands_on_one_line_is_passed_over(self, root: Path) -> None:
        change = _edits.interface_change({root / "models" / "order.py": 9, root / "settings.py": 1})
        assert change.path == root / "settings.py"
        with pytest.raises(_common.BenchmarkError, match="no function"):
            _edits.body_change([root / "models" / "order.py", root / "settings.py"])

    def test_lines_end_as_the_others_do(self, root: Path) -> None:
        path = root / "windows.py"
        path.write_bytes(b"def place():\r\n\ttake()\r\n\treturn 1\r\n")
        change = _edits.body_change([path])
        assert change.content(2) == b"def place():\r\n\ttake()\r\n\tspeed_changed = 2\r\n\treturn 1\r\n"

    def test_a_new_file_imports_another(self, root: Path) -> None:
        times = root.stat().st_mtime_ns
        change = _edits.new_file(root / "routes.py", "app.settings")
        change.apply(4)
        [added] = root.glob("speed_added_*")
        scope: dict[str, object] = {"__builtins__": {"__import__": lambda *_: None, "int": int}}
        exec(added.read_text(), scope)  # it is Python
        assert {"app", "speed_added"} <= scope.keys()
        change.undo()
        assert not list(root.glob("speed_added_*"))
        assert root.stat().st_mtime_ns == times


class TestImports:
    def test_edges_are_between_modules_of_the_package(self, root: Path) -> None:
        imports = _imports.imports_of(root, sources(root))
        assert imports.edges == {
            ("app.models.order", "app.settings"),
            ("app.services.orders", "app.settings"),
            ("app.services.orders", "app.models.order"),
            ("app.routes", "app.services.orders"),
            ("app.routes", "app.settings"),
        }
        assert imports.importers()[root / "settings.py"] == 3

    def test_layers_are_in_the_order_of_imports(self, root: Path) -> None:
        layers = _imports.imports_of(root, sources(root)).layers()
        assert layers == ["app.routes", "app.services", "app.models", "app.settings"]


class TestCopies:
    def test_a_copy_is_old_complete_and_alone(self, root: Path, tmp_path: Path) -> None:
        (root / "__pycache__").mkdir()
        copy = _copies.project_copy(root, tmp_path / "copy", [root / "broken.py"])
        found = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
        assert found == FILES.keys() - {"broken.py"}
        assert (copy / "routes.py").read_text() == FILES["routes.py"]
        assert (copy / "static" / "logo.png").read_bytes() == b""
        assert all(path.stat().st_mtime < time.time() - 1800 for path in (copy, *copy.rglob("*")))
        assert (copy.parent / ".git").is_dir()

    def test_files_that_ast_refuses_are_in_the_whole_tree_only(
        self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_stage, "SETTLED", 0)
        ground, _, found = _stage.stage(root, tmp_path / "scratch")
        assert [Path(path).name for path in found["refused"]] == ["broken.py"]
        assert not (ground.root / "broken.py").exists()
        assert (ground.whole / "broken.py").exists()
        listed = ground.listed.read_text().splitlines()
        assert listed == [str(path) for path in sources(ground.root)]
        assert ground.given == "services/orders.py"

    def test_changes_are_made_in_a_copy_of_their_own(
        self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_stage, "SETTLED", 0)
        ground, _, _ = _stage.stage(root, tmp_path / "scratch")
        columns = [*_ways.archlint_columns(["archlint"], ground), *_ways.ruff_columns(Path("ruff"), ground, [])]
        changing = [column for column in columns if column.change]
        assert [column.name for column in changing] == [_ways.BODY, _ways.INTERFACE, _ways.ADDED, _ways.RUFF_BODY]
        assert {column.folder for column in changing} == {ground.edited}
        assert ground.edited not in {column.folder for column in columns if not column.change}
        for change in (ground.body, ground.interface, ground.added):
            change.apply(1)
        assert {path.relative_to(ground.root) for path in ground.root.rglob("*.py")} == {
            path.relative_to(root) for path in sources(root)
        }
        assert all(
            path.read_bytes() == (root / path.relative_to(ground.root)).read_bytes() for path in sources(ground.root)
        )


class TestRuff:
    def test_nothing_is_left_to_show(self, root: Path) -> None:
        ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
        if ruff is None:
            pytest.skip("ruff is not installed")
        found = _ways.ruff_findings(Path(ruff), root)
        assert {finding["code"] for finding in found} >= {"F401", "invalid-syntax"}
        command = [ruff, "check", "--isolated", "--no-cache", ".", *_ways.silencing(root, found)]
        assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0
        assert _ways.silencing(root, []) == ()


class TestPeers:
    def test_what_is_run(self, root: Path, tmp_path: Path) -> None:
        site = _peers.Site(root, tmp_path / "complete" / "app", tmp_path, ["app.routes", "app.settings"])
        columns = [column for peer in _peers.PEERS for column in _peers.peer_columns(peer, site, tmp_path / "x", 5)]
        assert [column.name for column in columns] == [
            "import-linter, cold", "import-linter, unchanged", "deply, cold", "semgrep, cold", "bandit, cold",
            "pylint, cold", "flake8 with flake8-async, cold", "fixit, cold",
        ]  # fmt: skip
        assert {column.limit for column in columns} == {5}
        assert {column.folder for column in columns} == {root.parent, tmp_path / "complete"}
        assert all(column.command[-1] == "app" for column in columns[3:])
        assert "--no-cache" in columns[0].command
        assert "--no-cache" not in columns[1].command

    def test_each_has_a_fixed_version(self) -> None:
        wanted = {package for peer in (_peers.RUFF, *_peers.PEERS) for package in peer.packages}
        assert _peers.pins().keys() == wanted
        assert all(_peers.pins().values())

    def test_the_contract_is_the_same_for_all(self, root: Path) -> None:
        layers = ["app.routes", "app.services", "app.settings"]
        spelt = 'layers = ["app.routes", "app.services", "app.settings"]'
        assert spelt in _peers.importlinter_config("app", layers)
        assert spelt in _peers.archlint_config(layers)
        deply = json.loads(_peers.deply_config(root, layers))["deply"]
        assert deply["ruleset"] == {
            "services": {"disallow_layer_dependencies": ["routes"]},
            "settings": {"disallow_layer_dependencies": ["routes", "services"]},
        }

    def test_versions_are_those_installed(self, tmp_path: Path) -> None:
        for name in ("flake8-7.5.0", "flake8_async-26.8.1", "pyflakes-4.1.0"):
            (tmp_path / "flake8" / "lib" / "python3.11" / "site-packages" / f"{name}.dist-info").mkdir(parents=True)
        assert _peers.versions(tmp_path, _peers.PEERS) == {"flake8": "7.5.0", "flake8-async": "26.8.1"}


@pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="speed.py needs a POSIX system")
class TestBench:
    @pytest.fixture
    def bench(self, tmp_path: Path) -> _measure.Bench:
        return _measure.Bench(tmp_path, tmp_path / "home")

    def column(self, folder: Path, code: str, name: str = "x", limit: float | None = None) -> _measure.Column:
        return _measure.Column(name, (sys.executable, "-I", "-S", "-c", code), folder, limit=limit)

    @pytest.mark.parametrize(
        ("limit", "first", "runs"),
        [(None, 0.2, 9), (None, 0.3, 3), (None, 90, 3), (60, 0.2, 9), (60, 15, 3), (20, 9, 2), (5, 4, 1), (60, 21, 0)],
    )
    def test_long_runs_and_dear_ones_are_fewer(self, limit: float | None, first: float, runs: int) -> None:
        assert _measure.following(limit, first, runs=9, long_runs=3) == runs

    def test_what_may_fail_is_told(self, bench: _measure.Bench, tmp_path: Path) -> None:
        columns = [
            self.column(tmp_path, "pass", "good"),
            self.column(tmp_path, "import time; time.sleep(60)", "over", limit=0.7),
            self.column(tmp_path, "raise SystemExit('broke')", "broken", limit=60),
        ]
        outcome = bench.interleave(columns, runs=2, long_runs=2)
        assert {name: len(samples) for name, samples in outcome.samples.items()} == {"good": 2}
        assert outcome.failures["over"] == "over 1 s"
        assert outcome.failures["broken"].endswith("broke")

    def test_of_dear_ones_the_first_counts(
        self, bench: _measure.Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_measure, "LONG", 0)
        told = tmp_path / "told"
        outcome = bench.interleave([self.column(tmp_path, f"open({str(told)!r}, 'a').write('.')", limit=60)], 3, 3)
        assert told.read_text() == "."
        assert len(outcome.samples["x"]) == 1

    def test_what_must_not_fail_does_not_pass_over(self, bench: _measure.Bench, tmp_path: Path) -> None:
        with pytest.raises(_common.BenchmarkError, match="ZeroDivisionError"):
            bench.interleave([self.column(tmp_path, "1 / 0")._replace(exit_codes=(1,))], 1, 1)

    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no way to tell")
    def test_memory_is_that_of_all_processes(self, bench: _measure.Bench, tmp_path: Path) -> None:
        child = "x = bytes(range(256)) * 160_000; import time; time.sleep(1)"
        code = (
            f"import subprocess, sys; c = [sys.executable, '-c', {child!r}]; started = [subprocess.Popen(c) for _ in c]"
        )
        code += "; [one.wait() for one in started]"
        # Three processes of 41 MB; what is waited for, the system takes for one's own if it is larger.
        assert bench.measure(self.column(tmp_path, code)).peak < 70_000_000
        assert bench.measure(self.column(tmp_path, code), watch=True).peak > 120_000_000

    def test_no_process_is_left(self, bench: _measure.Bench, tmp_path: Path) -> None:
        late = tmp_path / "late"
        child = f"import time; time.sleep(1.5); open({str(late)!r}, 'w')"
        code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]).wait()"
        with pytest.raises(_measure.OverLimitError):
            bench.measure(self.column(tmp_path, code, limit=0.5))
        time.sleep(2)
        assert not late.exists()

    def test_a_change_is_there_during_the_run_and_undone(self, bench: _measure.Bench, tmp_path: Path) -> None:
        source, told = tmp_path / "m.py", tmp_path / "told"
        source.write_text("def f():\n    return 1\n", encoding="utf-8")
        code = f"open({str(told)!r}, 'a').write(open({str(source)!r}).read().count('speed_changed').__str__())"
        bench.measure(self.column(tmp_path, code)._replace(change=_edits.body_change([source])))
        assert told.read_text() == "10"
        assert source.read_text() == "def f():\n    return 1\n"

    def test_a_fresh_folder_is_fresh(self, bench: _measure.Bench, tmp_path: Path) -> None:
        fresh = tmp_path / "fresh"
        column = self.column(tmp_path, f"import os; os.mkdir({str(fresh)!r})")._replace(fresh=fresh)
        bench.measure(column)
        bench.measure(column)
        assert fresh.is_dir()
