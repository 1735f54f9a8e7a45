"""Trees of files on disk, and what a real git says about them."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# No settings of the machine: a global ignore file would change git's answers.
_ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "XDG_CONFIG_HOME": os.devnull}


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files, given by path relative to ``root``; a path that ends in ``/`` makes an empty folder."""
    for name, text in files.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.fsencode(text))


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """What git prints when run in a folder; with ``check``, it must also succeed."""
    environment = {**os.environ, **_ENVIRONMENT}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=check)
    return os.fsdecode(done.stdout)


def not_ignored(folder: Path) -> list[str]:
    """The ``.py`` files under a folder that git would add, relative to it, sorted."""
    names = git(folder, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return sorted(name for name in names if name.endswith(".py"))


def is_ignored(folder: Path, name: str) -> bool:
    """Whether git ignores a file or folder, given relative to ``folder``."""
    return git(folder, "check-ignore", "--", name, check=False) != ""
