"""Finding the file, and what a correct one says."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from archlint.config import LAYERS, Options, Settings, default, find, load, options
from archlint.config.settings import SeverityName
from archlint.core import SEVERITIES, ConfigError

EVERYTHING = """\
src = ["src", "lib"]
exclude = ["build/"]
preset = "strict"
select = ["ARC1"]
extend-select = ["god-service"]
ignore = ["ARC103"]

[per-file-ignores]
"tests/**" = ["ALL"]

[severity]
ARC101 = "warning"

[layers]
service = ["app/logic/**"]

[rules.god-service]
god-lines = 500
"""

EVERYTHING_READ = Settings(
    src=("src", "lib"),
    exclude=("build/",),
    preset="strict",
    select=("ARC1",),
    extend_select=("god-service",),
    ignore=("ARC103",),
    per_file_ignores={"tests/**": ("ALL",)},
    severity={"ARC101": "warning"},
    layers={"service": ("app/logic/**",)},
    rules={"god-service": {"god-lines": 500}},
)


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_setting(tmp_path: Path) -> None:
    path = write(tmp_path / "archlint.toml", EVERYTHING)
    config = load(path)
    assert config.settings == EVERYTHING_READ
    assert (config.path, config.root) == (path, tmp_path)


def test_every_setting_in_pyproject(tmp_path: Path) -> None:
    inside = EVERYTHING.replace("[", "[tool.archlint.").replace("= [tool.archlint.", "= [")
    path = write(tmp_path / "pyproject.toml", f"[project]\nname = 'x'\n[tool.archlint]\n{inside}")
    assert load(path).settings == EVERYTHING_READ


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    assert load(write(tmp_path / "archlint.toml")).settings == Settings()


def test_an_empty_select_is_not_a_missing_one(tmp_path: Path) -> None:
    assert load(write(tmp_path / "archlint.toml", "select = []")).settings.select == ()
    assert Settings().select is None


def test_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "archlint.toml"
    path.write_bytes(b'\xef\xbb\xbfsrc = ["a"]\r\npreset = "x"\r\n')
    with pytest.raises(ConfigError, match=r"archlint\.toml:2: `preset`"):
        load(path)
    path.write_bytes(b'\xef\xbb\xbfsrc = ["a"]\r\n')
    assert load(path).settings.src == ("a",)


def test_root_is_absolute_whatever_the_path_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "conf" / "any-name.toml", "src = []")
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path / "app")
    config = load(Path("../conf/any-name.toml"))
    assert config.root == tmp_path / "conf"
    assert config.path == tmp_path / "conf" / "any-name.toml"


def test_a_config_can_be_compared(tmp_path: Path) -> None:
    path = write(tmp_path / "archlint.toml", EVERYTHING)
    assert load(path) == load(path)
    assert load(path) != default(tmp_path)


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    outer = write(tmp_path / "archlint.toml")
    inner = write(tmp_path / "api" / "pyproject.toml", "[tool.archlint]")
    deep = tmp_path / "api" / "app" / "services"
    deep.mkdir(parents=True)
    assert find(deep) == inner
    assert find(tmp_path / "api") == inner
    assert find(tmp_path) == outer


def test_a_file_is_as_good_a_start_as_its_folder(tmp_path: Path) -> None:
    config = write(tmp_path / "archlint.toml")
    assert find(write(tmp_path / "app" / "main.py")) == config
    assert find(tmp_path / "app" / "not" / "there.py") == config


def test_our_own_file_wins_over_pyproject(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.archlint]")
    own = write(tmp_path / "archlint.toml")
    assert find(tmp_path) == own


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.ruff]",
        "[project]\ndependencies = ['archlint']",
        "# [tool.archlint]",
        "description = '''\n[tool.archlint]\n'''",
        "tool = 3\narchlint = 3",
        "[tool.archlint-extra]",
        "not TOML",
    ],
)
def test_a_pyproject_that_does_not_configure_us_is_passed_over(tmp_path: Path, text: str) -> None:
    outer = write(tmp_path / "archlint.toml")
    write(tmp_path / "api" / "pyproject.toml", text)
    assert find(tmp_path / "api") == outer


@pytest.mark.parametrize("text", ["tool.archlint = {}", "tool = { archlint = { src = [] } }", "[tool.archlint.layers]"])
def test_every_way_to_write_our_table(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "pyproject.toml", text)
    assert find(tmp_path) == path


def test_a_broken_pyproject_that_mentions_us_is_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "archlint.toml")
    path = write(tmp_path / "api" / "pyproject.toml", "[tool.archlint]\nsrc = [")
    assert find(tmp_path / "api") == path


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    outer = write(tmp_path / "archlint.toml")
    (tmp_path / "api" / "archlint.toml").mkdir(parents=True)
    (tmp_path / "api" / "pyproject.toml").mkdir()
    assert find(tmp_path / "api") == outer


def test_dots_in_the_start_are_followed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outer = write(tmp_path / "archlint.toml")
    write(tmp_path / "api" / "archlint.toml")
    monkeypatch.chdir(tmp_path / "api")
    assert find(Path("..")) == outer


class Limits(Options, frozen=True):
    max_lines: int = 150
    allow: frozenset[str] = frozenset()


@pytest.mark.parametrize("key", ["ARC115", "service-too-long"])
def test_options_by_code_or_name(tmp_path: Path, key: str) -> None:
    config = load(write(tmp_path / "archlint.toml", f"[rules.{key}]\nallow = ['a', 'b']"))
    assert options(config, "ARC115", "service-too-long", Limits) == Limits(allow=frozenset("ab"))
    assert options(config, "ARC116", "god-service", Limits) == Limits()


def test_default_needs_neither_toml_nor_patterns() -> None:
    code = """
import sys
from archlint.config import FileIgnores, LayerGlobs, RuleInfo, check_globs, default, options, select_rules, Options
config, rules = default(), [RuleInfo("ARC101", "a-rule", "recommended", "error")]
assert select_rules(config, rules).severity == {"ARC101": "error"}
assert FileIgnores(config, rules).ignored("a.py") == frozenset()
assert LayerGlobs(config).layer_of("a.py") is None
check_globs(config, ["a.py"])
options(config, "ARC101", "a-rule", Options)
print(*sorted({"tomli", "archlint.config.gitignore", "difflib"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_default_root_is_the_working_directory_or_the_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert default().root == tmp_path
    assert default(Path("app")).root == tmp_path / "app"
    assert default().settings == Settings()
    assert default().path is None


def test_names_agree_with_core() -> None:
    assert set(get_args(SeverityName)) == set(SEVERITIES)
    assert len(set(LAYERS)) == 11
