"""``extend``: what is merged how, what paths count from, and which file an error names."""

from pathlib import Path

import pytest

from archlint.config import FileIgnores, LayerGlobs, RuleInfo, check_globs, load, options, select_rules
from archlint.core import ConfigError, Options

KNOWN = (
    RuleInfo("ARC101", "framework-import-in-service", "recommended", "error"),
    RuleInfo("ARC116", "god-service", "recommended", "error"),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


class Limits(Options, frozen=True):
    max_lines: int = 150
    god_methods: int = 10


def test_a_later_file_wins_key_by_key() -> None:
    write("one.toml", 'preset = "strict"\nignore = ["ARC101"]\npublic-paths = ["/a"]')
    write("two.toml", 'ignore = ["ARC116"]\norm-style = "query"')
    settings = load(write("archlint.toml", 'extend = ["one.toml", "two.toml"]\npublic-paths = ["/b"]')).settings
    assert (settings.preset, settings.ignore, settings.orm_style) == ("strict", ("ARC116",), "query")
    assert settings.public_paths == ("/b",)


def test_tables_merge_and_so_do_a_rule_s_options() -> None:
    write(
        "base.toml",
        '[severity]\nARC101 = "warning"\nARC116 = "warning"\n[rules.god-service]\nmax-lines = 3\ngod-methods = 4',
    )
    config = load(
        write(
            "archlint.toml", 'extend = "base.toml"\n[severity]\nARC116 = "error"\n[rules.god-service]\ngod-methods = 5'
        )
    )
    assert config.settings.severity == {"ARC101": "warning", "ARC116": "error"}
    assert options(config, "ARC116", "god-service", Limits) == Limits(max_lines=3, god_methods=5)


def test_contracts_add_up_and_one_of_the_same_name_replaces() -> None:
    contract = '[[contracts]]\nname = "{}"\ntype = "independence"\nmodules = ["{}"]\n'
    write("base.toml", contract.format("A", "old") + contract.format("B", "b"))
    text = 'extend = "base.toml"\n' + contract.format("C", "c") + contract.format("A", "new")
    found = load(write("archlint.toml", text)).settings.contracts
    assert [(c["name"], c["modules"]) for c in found] == [("A", ["new"]), ("B", ["b"]), ("C", ["c"])]


def test_extended_files_extend_others_whose_paths_count_from_where_they_lie() -> None:
    write("shared/deep/base.toml", 'preset = "strict"')
    write("shared/base.toml", 'extend = "deep/base.toml"\nignore = ["ARC101"]')
    config = load(write("app/archlint.toml", 'extend = "../shared/base.toml"'))
    assert (config.settings.preset, config.settings.ignore) == ("strict", ("ARC101",))
    assert [path.name for path in config.files] == ["archlint.toml", "base.toml", "base.toml"]


def test_the_table_of_a_pyproject_can_be_extended() -> None:
    write("pyproject.toml", '[tool.archlint]\npreset = "strict"\n')
    assert load(write("app/archlint.toml", 'extend = "../pyproject.toml"')).settings.preset == "strict"


PATTERNS = {
    "unanchored": ("*_old.py", "*_old.py"),
    "any folder first": ("**/old/x.py", "**/old/x.py"),
    "inside": ("/app/old/x.py", "/old/x.py"),
    "inside, negated, a folder": ("!app/old/", "!/old/"),
    "through a wildcard": ("*/old", "/old"),
    "through a range": ("[a-c]pp/old/**", "/old/**"),
    "all of it": ("/app/**", "/**"),
    "the folder itself": ("/app/", "/**"),
    "elsewhere": ("/lib/old", ""),
}


@pytest.mark.parametrize(("written", "meant"), PATTERNS.values(), ids=PATTERNS)
def test_patterns_count_from_their_own_file_s_folder(written: str, meant: str) -> None:
    write(
        "base.toml",
        f'exclude = ["{written}"]\n[per-file-ignores]\n"{written}" = ["ALL"]\n[layers]\ncore = ["{written}"]',
    )
    settings = load(write("app/archlint.toml", 'extend = "../base.toml"')).settings
    expected = (meant,) if meant else ()
    assert settings.exclude == expected
    assert tuple(settings.per_file_ignores) == expected
    assert settings.layers == {"core": expected}


def test_patterns_of_a_file_further_in_and_of_one_beside() -> None:
    write("app/sub[1]/base.toml", 'exclude = ["/old", "x.py", "!y/*.py"]\nsrc = ["lib"]')
    config = load(write("app/archlint.toml", 'extend = "sub[1]/base.toml"'))
    assert config.settings.exclude == ("/sub\\[1]/old", "x.py", "!/sub\\[1]/y/*.py")
    assert config.settings.src == ("sub[1]/lib",)
    write("beside/base.toml", 'exclude = ["/old", "x.py"]\nsrc = ["lib"]')
    config = load(write("app/archlint.toml", 'extend = "../beside/base.toml"'))
    assert (config.settings.exclude, config.settings.src) == (("x.py",), ("../beside/lib",))


def test_with_a_root_given_all_paths_count_from_there(folder: Path) -> None:
    write("shared/base.toml", 'exclude = ["/old"]')
    config = load(write("shared/more/x.toml", 'extend = "../base.toml"'), folder)
    assert (config.settings.exclude, config.root) == (("/old",), folder)


def test_what_an_extended_file_points_at_may_be_missing() -> None:
    write("base.toml", '[per-file-ignores]\n"gone.py" = ["ALL"]\n[layers]\nservice = ["gone/"]')
    config = load(write("archlint.toml", 'extend = "base.toml"\nlayers.core = ["app/"]'))
    check_globs(config, ["app/a.py"])
    assert LayerGlobs(config).layer_of("app/a.py") == "core"
    assert FileIgnores(config, KNOWN).ignored("gone.py") == {"ARC101", "ARC116"}
    with pytest.raises(ConfigError, match=r"^archlint\.toml:2: `layers.core`: `app/` matches no file"):
        check_globs(config, ["b.py"])


def test_a_layer_named_in_one_file_has_its_files_in_another() -> None:
    write("base.toml", '[layers]\norder = ["service", "gateway"]\ngateway = ["gateways/"]')
    config = load(write("archlint.toml", 'extend = "base.toml"\nlayers.gateway = ["outside/"]'))
    assert config.settings.layers == {"order": ("service", "gateway"), "gateway": ("outside/",)}


EXTENDED = 'extend = ["base.toml"]\n'
ERRORS = {
    "missing": ({"archlint.toml": 'src = []\nextend = "bse.toml"', "base.toml": ""},
        "archlint.toml:2: `extend`: there is no file `bse.toml`; did you mean `base.toml`?"),
    "missing among several": ({"archlint.toml": 'extend = [\n"base.toml",\n"no/such.toml"]', "base.toml": ""},
        "archlint.toml:3: `extend`: there is no file `no/such.toml`"),
    "a folder": ({"archlint.toml": 'extend = "app"'},
        "archlint.toml:1: `extend`: `app` is a folder; name the archlint.toml or pyproject.toml in it"),
    "empty": ({"archlint.toml": 'extend = ""'},
        "archlint.toml:1: `extend`: `` is a folder; name the archlint.toml or pyproject.toml in it"),
    "itself": ({"archlint.toml": 'extend = "archlint.toml"'},
        "archlint.toml:1: `extend`: `archlint.toml` leads back to itself: archlint.toml → archlint.toml"),
    "a circle": ({"archlint.toml": EXTENDED, "base.toml": '\nextend = "archlint.toml"'},
        "base.toml:2: `extend`: `archlint.toml` leads back to itself: archlint.toml → base.toml → archlint.toml"),
    "a pyproject without our table": ({"archlint.toml": 'extend = "pyproject.toml"', "pyproject.toml": "[tool]"},
        "pyproject.toml: there is no table `tool.archlint`"),
    "a mistake in the extended file": ({"archlint.toml": EXTENDED, "base.toml": "\nprest = 1"},
        "base.toml:2: unknown key `prest`; did you mean `preset`?"),
    "a pattern in the extended file": ({"app/archlint.toml": 'extend = "../base.toml"', "base.toml": 'layers.core = ["/["]'},
        "base.toml:1: `layers.core`: `/[` is not a gitignore pattern"),
    "a layer of the extended file": ({"archlint.toml": EXTENDED, "base.toml": 'layers.cre = ["a"]'},
        "base.toml:1: unknown key `cre` in `layers`; did you mean `core`?"),
    "an order of the extended file": ({"archlint.toml": EXTENDED, "base.toml": 'layers.order = [\n"cre"]'},
        "base.toml:2: item 1 of `layers.order`: unknown layer `cre`; did you mean `core`?"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "message"), ERRORS.values(), ids=ERRORS)
def test_a_wrong_extend(files: dict[str, str], message: str) -> None:
    for path, text in files.items():
        write(path, text)
    with pytest.raises(ConfigError) as caught:
        load(Path(next(iter(files))))
    assert str(caught.value) == message


def test_a_wrong_rule_is_told_with_the_file_it_stands_in() -> None:
    write("base.toml", 'src = []\nignore = ["ARC102"]')
    with pytest.raises(ConfigError, match=r"^base\.toml:2: `ignore`: unknown rule `ARC102`"):
        select_rules(load(write("archlint.toml", EXTENDED)), KNOWN)


def test_a_wrong_option_is_told_with_the_file_it_stands_in() -> None:
    write("base.toml", "[rules.god-service]\n\nmax-line = 3")
    config = load(write("archlint.toml", f"{EXTENDED}[rules.god-service]\ngod-methods = 3"))
    with pytest.raises(ConfigError, match=r"^base\.toml:3: unknown key `max-line`"):
        options(config, "ARC116", "god-service", Limits)
