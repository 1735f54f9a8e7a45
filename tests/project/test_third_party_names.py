"""Folders of the project that are called like somebody else's package."""

import pytest

from archlint.project.names import resolve
from archlint.testing import project_of

USER = {"src/shop/__init__.py": "", "src/shop/api.py": "from {0} import Thing\n", "src/shop/x.py": "import shop.api\n"}


def meaning(package: str, beside: dict[str, str]) -> str:
    """What ``from <package> import Thing`` brings to a module of the application: a path, or a third-party name."""
    files = {path: text.format(package) for path, text in USER.items()}
    project = project_of({**files, **beside})
    symbol = resolve(project, project.by_path["src/shop/api.py"], "Thing", None)
    assert symbol is not None
    return symbol.path or symbol.name


def test_a_framework_is_not_a_folder_of_the_docs() -> None:
    assert meaning("fastapi", {"docs/guides/fastapi/__init__.py": "class Thing: ...\n"}) == "fastapi.Thing"


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ('[project]\ndependencies = ["stripe>=5"]\n', "stripe.Thing"),
        ("[project]\ndependencies = []\n", "services/stripe/__init__.py"),
        (
            '[project]\ndependencies = ["stripe"]\n[tool.uv.sources]\nstripe = {workspace = true}\n',
            "services/stripe/__init__.py",
        ),
        ('[project]\nname = "stripe"\ndependencies = ["stripe[all]"]\n', "services/stripe/__init__.py"),
    ],
)
def test_a_declared_dependency_is_not_a_folder_elsewhere(manifest: str, expected: str) -> None:
    beside = {"services/stripe/__init__.py": "class Thing: ...\n", "pyproject.toml": manifest}
    assert meaning("stripe", beside) == expected


def test_a_module_in_the_importer_s_own_source_root_does_shadow_it() -> None:
    beside = {"src/stripe/__init__.py": "class Thing: ...\n", "requirements.txt": "stripe\n"}
    assert meaning("stripe", beside) == "src/stripe/__init__.py"
