"""Whatever a configuration file holds: settings, or one line of error that points at the right place."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archlint.config import Settings, load
from archlint.core import ConfigError


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


SNIPPETS = st.sampled_from(
    [
        "select",
        "layers",
        "rules",
        "[",
        "]",
        "{",
        "}",
        "=",
        ".",
        ",",
        "\n",
        '"',
        "'",
        '"""',
        "#",
        "1",
        "true",
        "ARC1",
        "\\",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(), st.lists(SNIPPETS).map(lambda parts: " ".join(parts).encode())))
def test_any_bytes_are_settings_or_one_line_of_error(project: Path, raw: bytes) -> None:
    path = project / "archlint.toml"
    path.write_bytes(raw)
    error = error_of(path)
    if error is not None:
        assert str(error).startswith("archlint.toml")
        assert len(str(error).splitlines()) == 1
        assert error.line <= raw.count(b"\n") + 1


def toml(value: object) -> str:
    """A value as TOML writes it inline."""
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    return json.dumps(value)


KEYS = st.sampled_from([field.encode_name for field in msgspec.structs.fields(Settings)])
WORDS = st.sampled_from(
    ["service", "ARC101", "strict", "error", "`$.x", "max-lines", "order", "a | b", "/x", "a -> b.*"]
)
CONTRACTS = st.dictionaries(
    st.sampled_from(["type", "name", "layers", "modules", "source-modules", "forbidden-modules", "containers"]),
    st.one_of(st.sampled_from(["layers", "forbidden", "independence", "a.b"]), st.lists(WORDS, max_size=3)),
)
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.one_of(KEYS, WORDS), st.one_of(VALUES, st.lists(CONTRACTS, max_size=3)), max_size=5))
def test_an_error_points_at_the_line_it_speaks_of(project: Path, data: dict[str, object]) -> None:
    path = project / "archlint.toml"
    lines = {key: f"{toml(key)} = {toml(value)}\n" for key, value in data.items()}
    path.write_text("".join(lines.values()))
    error = error_of(path)
    if error is not None:
        culprit = list(lines)[error.line - 1]
        assert culprit in error.message
        del lines[culprit]
        path.write_text("".join(lines.values()))
        without = error_of(path)
        assert without is None or without.message != error.message


def error_of(path: Path) -> ConfigError | None:
    try:
        load(path)
    except ConfigError as error:
        return error
    return None
