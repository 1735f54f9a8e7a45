"""The hooks of .pre-commit-hooks.yaml, installed and run by pre-commit itself."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from cli_project import SERVICE, make
from readme_parts import README

ROOT = Path(__file__).parents[2]
PACKAGE = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "pyproject.toml", "src")
USERS = "src/shop/services/users.py"
EXCLUDED = "src/shop/generated/services/client.py"


class Repository:
    """A git repository, and what is run in it: with nobody's settings and none of our own import path."""

    def __init__(self, root: Path, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "COV_"))}
        who = {f"GIT_{role}_{key}": "shop" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
        config = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        self.root = root
        self.environment = {**kept, **who, **config, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}
        self.git("init", "--quiet")
        self.commit()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "All of it")

    def stage(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")
        self.git("add", path)

    def hook(self, name: str) -> tuple[bool, list[str]]:
        """Whether a hook lets the staged files pass, and what it reports: ``path:line: code``."""
        done = self.run(sys.executable, "-m", "pre_commit", "run", name)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        passed = done.returncode == 0
        assert re.search(rf"\.(?:{'Passed' if passed else 'Failed'})$", done.stdout, re.MULTILINE), done.stdout
        return passed, re.findall(r"^(\S+:\d+):\d+  (?=ARC)", done.stdout, re.MULTILINE)


def shown_configuration(repository: Path, revision: str) -> str:
    """What the README says to write into .pre-commit-config.yaml, with both hooks on."""
    shown = re.search(r"^```yaml\n(repos:\n.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert shown
    text = re.sub(r"(?<=repo: )\S+", str(repository), shown[1])
    text = re.sub(r"(?<=rev: )\S+", revision, text)
    return text.replace("# - id", "- id")


def test_the_hooks(tmp_path: Path) -> None:
    (tmp_path / "archlint").mkdir()
    for name in PACKAGE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / "archlint" / name)
    hooks = Repository(tmp_path / "archlint", tmp_path / "cache")

    shop = Repository(make(tmp_path / "shop"), tmp_path / "cache")
    shop.stage(".pre-commit-config.yaml", shown_configuration(hooks.root, hooks.git("rev-parse", "HEAD")))
    shop.commit()

    # A file without a fault passes, though another, which is not staged, has one.
    shop.stage(USERS, "import os\n")
    assert shop.hook("archlint") == (True, [])

    # It is judged with that other file in view: what `errors` hands on is FastAPI's.
    shop.stage(USERS, "from shop.core.errors import Gone\n\n\ndef drop():\n    raise Gone(410)\n")
    assert shop.hook("archlint") == (False, [f"{USERS}:5"])

    # An excluded file passes, and so does a stub.
    shop.stage(USERS, "import os\n")
    shop.stage(EXCLUDED, "from fastapi import Request\n")
    shop.stage("src/shop/services/stub.pyi", "from fastapi import Request\n")
    assert shop.hook("archlint") == (True, [])

    # The hook for the whole project reports what is not staged too, and runs even if no Python is staged.
    assert shop.hook("archlint-project") == (False, [f"{SERVICE}:1"])
    shop.commit()
    shop.stage("README.md", "# Shop\n")
    assert shop.hook("archlint-project") == (False, [f"{SERVICE}:1"])
    shop.stage(SERVICE, "import os\n")
    assert shop.hook("archlint-project") == (True, [])
