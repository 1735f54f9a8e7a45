"""Patterns against files: ignores, layers, and what matches nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archlint.config import Config, FileIgnores, LayerGlobs, RuleInfo, check_exclude, check_globs, check_src, load
from archlint.core import ConfigError

KNOWN = (
    RuleInfo("ARC101", "framework-import-in-service", "recommended", "error"),
    RuleInfo("ARC102", "http-exception-in-service", "recommended", "error"),
    RuleInfo("ARC201", "missing-response-model", "recommended", "error"),
)
FILES = (
    "app/main.py",
    "app/services/user.py",
    "app/services/db/query.py",
    "app/features/pay/service/charge.py",
    "app/features/pay/models.py",
    "tests/services/test_user.py",
)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    return tmp_path


def config_of(text: str) -> Config:
    Path("archlint.toml").write_text(text, encoding="utf-8")
    return load(Path("archlint.toml"))


IGNORES = {
    "a folder": ('tests = ["ALL"]', "tests/services/test_user.py", {"ARC101", "ARC102", "ARC201"}),
    "a folder anywhere": ('services = ["ARC101"]', "tests/services/test_user.py", {"ARC101"}),
    "a folder at the top": ('"/services" = ["ARC101"]', "tests/services/test_user.py", set()),
    "a path": ('"app/services/*.py" = ["ARC1"]', "app/services/user.py", {"ARC101", "ARC102"}),
    "a star does not span folders": ('"app/*.py" = ["ARC1"]', "app/services/user.py", set()),
    "two stars do": ('"app/**/*.py" = ["ARC1"]', "app/services/user.py", {"ARC101", "ARC102"}),
    "a file name": ('"models.py" = ["missing-response-model"]', "app/features/pay/models.py", {"ARC201"}),
    "all that match": (
        '"*.py" = ["ARC101"]\n"app/**" = ["ARC2"]\n"lib" = ["ALL"]',
        "app/main.py",
        {"ARC101", "ARC201"},
    ),
    "what a pattern does not match": ('"!app/services/**" = ["ARC102"]', "app/main.py", {"ARC102"}),
    "what it does": ('"!app/services/**" = ["ARC102"]', "app/services/user.py", set()),
}


@pytest.mark.parametrize(("entries", "path", "codes"), IGNORES.values(), ids=IGNORES)
def test_per_file_ignores(entries: str, path: str, codes: set[str]) -> None:
    assert FileIgnores(config_of(f"[per-file-ignores]\n{entries}"), KNOWN).ignored(path) == codes


LAYERS = {
    "no glob": ("", "app/main.py", None),
    "a folder": ('service = ["app/services"]', "app/services/db/query.py", ("service", "app/services")),
    "none that matches": ('service = ["app/services"]', "app/main.py", None),
    "the second glob": ('core = ["x", "app/*.py"]', "app/main.py", ("core", "app/*.py")),
    "taken out again": ('service = ["app/services", "!app/services/db"]', "app/services/db/query.py", None),
    "and put back": (
        'service = ["app/services", "!app/services/db", "query.py"]',
        "app/services/db/query.py",
        ("service", "query.py"),
    ),
    "the longer path wins": (
        'service = ["app/services/**"]\nrepository = ["app/services/db/**"]',
        "app/services/db/query.py",
        ("repository", "app/services/db/**"),
    ),
    "in whatever order": (
        'repository = ["app/services/db/**"]\nservice = ["app/services/**"]',
        "app/services/db/query.py",
        ("repository", "app/services/db/**"),
    ),
    "and only where it matches": (
        'service = ["app/services/**"]\nrepository = ["app/services/db/**"]',
        "app/services/user.py",
        ("service", "app/services/**"),
    ),
    "more folders win over more characters": (
        'model = ["**/models_of_payment.py"]\nschema = ["a/b/**"]',
        "a/b/models_of_payment.py",
        ("schema", "a/b/**"),
    ),
    "more characters win among as many folders": (
        'core = ["app/**"]\nmodel = ["**/models.py"]',
        "app/features/pay/models.py",
        ("model", "**/models.py"),
    ),
    "the first of equals wins": (
        'model = ["app/**"]\nschema = ["**/pay"]',
        "app/features/pay/models.py",
        ("model", "app/**"),
    ),
}


@pytest.mark.parametrize(("entries", "path", "match"), LAYERS.values(), ids=LAYERS)
def test_layers(entries: str, path: str, match: tuple[str, str] | None) -> None:
    globs = LayerGlobs(config_of(f"[layers]\n{entries}"))
    assert globs.match(path) == match
    assert globs.layer_of(path) == (match[0] if match else None)


MATCHES_NOTHING = {
    "an ignore": (
        '[per-file-ignores]\n"app/**" = []\n"test/**" = ["ARC1"]',
        "archlint.toml:3: `per-file-ignores`: `test/**` matches no file; did you mean `tests`?",
    ),
    "a layer": (
        '[layers]\nservice = [\n"app/services",\n"app/service/**",\n]',
        "archlint.toml:4: `layers.service`: `app/service/**` matches no file; did you mean `app/services`?",
    ),
    "a layer below where it is sought": (
        'layers.service = ["service/*.py"]',
        "archlint.toml:1: `layers.service`: `service/*.py` matches no file; did you mean `app/features/pay/service`?",
    ),
    "a path that begins with a dot": (
        'layers.service = ["./app/services"]',
        "archlint.toml:1: `layers.service`: `./app/services` matches no file; did you mean `app/services`?",
    ),
    "wildcards in a folder that is there": (
        'layers.service = ["app/*.txt"]',
        "archlint.toml:1: `layers.service`: `app/*.txt` matches no file",
    ),
    "nothing like it": (
        'layers.service = ["zzz/**"]',
        "archlint.toml:1: `layers.service`: `zzz/**` matches no file",
    ),
    "an exception from nothing": (
        'layers.service = ["app", "!app/servces/x.py"]',
        "archlint.toml:1: `layers.service`: `!app/servces/x.py` matches no file; did you mean `app/services/user.py`?",
    ),
    "a missing source root": (
        'src = [\n"app",\n"test",\n]',
        "archlint.toml:3: `src`: there is no folder `test`; did you mean `tests`?",
    ),
    "a missing source root in a missing folder": (
        'src = ["libs/core/src"]',
        "archlint.toml:1: `src`: there is no folder `libs/core/src`",
    ),
    "a source root that is a file": (
        'src = ["app/main.py"]',
        "archlint.toml:1: `src`: there is no folder `app/main.py`",
    ),
}


@pytest.mark.parametrize(("text", "message"), MATCHES_NOTHING.values(), ids=MATCHES_NOTHING)
def test_what_matches_nothing(text: str, message: str) -> None:
    config = config_of(text)
    with pytest.raises(ConfigError) as caught:
        check_globs(config, FILES)
    assert str(caught.value) == message


def test_what_matches_something() -> None:
    config = config_of(
        'src = ["app", "."]\nexclude = ["build"]\nper-file-ignores."!tests" = []\n'
        'layers.model = ["models.py", "!app/main.py"]'
    )
    check_src(config)
    check_globs(config, iter(FILES))


NO_PATTERN = ["", " ", "# app", "!", "/", "!//", "app/[a-", "[[:nonsense:]].py", "app\\"]


@pytest.mark.parametrize("pattern", NO_PATTERN)
def test_what_is_no_pattern(pattern: str) -> None:
    expected = f"archlint.toml:2: `layers.service`: `{pattern}` is not a gitignore pattern"
    config = config_of(f"[layers]\nservice = ['{pattern}']")
    with pytest.raises(ConfigError) as in_layers:
        LayerGlobs(config)
    assert str(in_layers.value) == expected
    with pytest.raises(ConfigError) as in_check:
        check_globs(config, FILES)
    assert str(in_check.value) == expected


@pytest.mark.parametrize("pattern", NO_PATTERN)
@pytest.mark.parametrize("check", [check_exclude, lambda config: check_globs(config, FILES)], ids=["alone", "with all"])
def test_what_is_no_pattern_in_exclude(pattern: str, check: Callable[[Config], None]) -> None:
    config = config_of(f"exclude = [\n'build',\n'{pattern}',\n]")
    with pytest.raises(ConfigError) as caught:
        check(config)
    assert str(caught.value) == f"archlint.toml:3: `exclude`: `{pattern}` is not a gitignore pattern"


def test_exclude_may_match_nothing() -> None:
    check_globs(config_of('exclude = ["dist-*/", "!/generated/keep.py"]'), FILES)


def test_an_unknown_rule_in_per_file_ignores() -> None:
    config = config_of('[per-file-ignores]\n"app/**" = [\n"ARC1",\n"ARC1022",\n]')
    with pytest.raises(ConfigError) as caught:
        FileIgnores(config, KNOWN)
    assert str(caught.value) == (
        'archlint.toml:4: `per-file-ignores."app/**"`: unknown rule `ARC1022`; did you mean `ARC102`?'
    )


def test_the_files_are_only_listed_when_there_are_patterns() -> None:
    files = iter(FILES)
    check_globs(config_of("src = []"), files)
    assert next(files) == FILES[0]


PIECES = st.lists(st.sampled_from([*"ab/*?[]!\\#-. \n", "**", "é"]), max_size=8).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PIECES)
def test_any_text_is_a_pattern_or_one_line_of_error(pattern: str) -> None:
    written = json.dumps(pattern)
    config = config_of(f"exclude = [{written}]\nper-file-ignores.{written} = []\nlayers.service = [{written}]")
    try:
        FileIgnores(config, KNOWN).ignored("a/b.py")
        LayerGlobs(config).layer_of("a/b.py")
        check_globs(config, FILES)
    except ConfigError as error:
        told = error
    else:
        return
    assert told.line in (1, 2, 3)
    assert "\n" not in str(told)
