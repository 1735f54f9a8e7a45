"""``--force-exclude``: what a hook hands over is checked as far as the project's excludes let it be."""

from pathlib import Path

import pytest
from cli_project import SERVICE, archlint

EXCLUDED = "src/shop/generated/services/client.py"


def check(project: Path, *arguments: str) -> tuple[int, list[str], str]:
    done = archlint(project, "check", "--output-format", "concise", "--quiet", *arguments)
    return done.returncode, [line.partition(" ")[0] for line in done.stdout.splitlines()], done.stderr


def test_a_path_that_is_named_counts_though_excluded(project: Path) -> None:
    assert check(project, EXCLUDED) == (1, [f"{EXCLUDED}:1:1:"], "")


@pytest.mark.parametrize(
    "paths",
    [(EXCLUDED,), ("src/shop/generated",), ("src/shop/services/stub.pyi",), (EXCLUDED, "src/shop/services/users.py")],
)
def test_unless_excludes_are_forced(project: Path, paths: tuple[str, ...]) -> None:
    assert check(project, "--force-exclude", *paths) == (0, [], "")


def test_what_is_not_excluded_is_still_reported(project: Path) -> None:
    assert check(project, "--force-exclude", EXCLUDED, SERVICE) == (1, [f"{SERVICE}:1:1:"], "")
    assert check(project, "--force-exclude") == (1, [f"{SERVICE}:1:1:"], "")


def test_what_git_ignores_is_excluded(project: Path) -> None:
    (project / "src/shop/services/local.py").write_text("import fastapi\n")
    assert check(project, "--force-exclude", "src/shop/services/local.py") == (0, [], "")


def test_a_template_alone_is_nothing_to_stop_a_commit_for(project: Path) -> None:
    (project / "src/shop/template.py").write_text("{% if x %}\nimport {{ x }}\n{% endif %}\n")
    assert check(project, "--force-exclude", "src/shop/template.py") == (0, [], "")
    assert check(project, "src/shop/template.py")[0] == 2


def test_a_path_that_does_not_exist_is_a_mistake_all_the_same(project: Path) -> None:
    code, lines, err = check(project, "--force-exclude", "src/nowhere.py")
    assert (code, lines, "does not exist" in err) == (2, [], True)


def test_a_wrong_configuration_is_told_all_the_same(project: Path) -> None:
    (project / "archlint.toml").write_text("exclude = ['src/shop/generated/']\nignore = ['ARC999']\n")
    code, lines, err = check(project, "--force-exclude", EXCLUDED)
    assert (code, lines, err.startswith("error: archlint.toml:2: `ignore`: unknown rule `ARC999`")) == (2, [], True)
