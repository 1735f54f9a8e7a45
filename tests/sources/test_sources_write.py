"""Files are written whole or not at all."""

import os
import sys
from pathlib import Path

import pytest

from archlint.sources.write import replace

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


def test_a_file_is_made_or_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a"
    replace(str(file), b"one\r\n")
    assert file.read_bytes() == b"one\r\n"
    replace(str(file), b"")
    assert file.read_bytes() == b""
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@posix
def test_a_new_file_has_the_mode_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    replace(str(tmp_path / "ours"), b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@posix
@pytest.mark.parametrize("mode", [0o600, 0o755])
def test_an_old_one_keeps_its_own(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"")
    file.chmod(mode)
    replace(str(file), b"x")
    assert file.stat().st_mode & 0o777 == mode


@posix
def test_what_a_link_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a")
    replace(str(tmp_path / "link"), b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"x"


@pytest.mark.parametrize("step", ["replace", "chmod"])
def test_whatever_fails_the_old_bytes_stay_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "a"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="No space left"):
        replace(str(file), b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace(str(tmp_path / "nowhere" / "a"), b"")
