"""Bases of installed classes that their files do not say, which astroid infers; it is never asked without need, and
never imports."""

import subprocess
import sys
from pathlib import Path

import pytest

from archlint.project.classes import ancestors
from archlint.project.environment import library
from archlint.project.inference import MOST_BYTES, inferred_classes
from archlint.project.model import Project
from archlint.project.names import Symbol
from archlint.sources import environment_at
from archlint.testing import project_of

A = "shop/a.py"
PACK = "site-packages/pack"
MODEL = "pydantic.BaseModel"
HEAD = "from pydantic import BaseModel\nclass M(BaseModel): ...\nclass N: ...\n"


def project_with(source: str, files: dict[str, str] | None = None) -> Project:
    own = "from pack import T\nclass C(T): ...\n"
    return project_of({A: own, f"{PACK}/__init__.py": HEAD + source, **(files or {})})


def above(source: str, files: dict[str, str] | None = None) -> list[str]:
    """The ancestors of a class of the project that inherits from ``T`` of an installed package."""
    return [symbol.name for symbol in ancestors(project_with(source, files), Symbol(A, "C"))]


MAKER = "def make(base):\n    class Made(base): ...\n    return Made\n"


class TestInferred:
    @pytest.mark.parametrize(
        "source",
        [
            f"{MAKER}class T(make(M)): ...\n",
            f"{MAKER}T = make(M)\n",
            f"{MAKER}T = make(base=M)\n",
            f"{MAKER}class T(N, make(M)): ...\n",
            "def make():\n    return M\nclass T(make()): ...\n",
            "def make(flag):\n    if flag:\n        return M\n    return None\nclass T(make(1)): ...\n",
            "def same(cls):\n    return cls\nT = same(M)\n",
            "T, U = M, N\n",
            "KINDS = {'m': M}\nT = KINDS['m']\n",
            "T = (N, M)[1]\n",
            "class Maker:\n    def __init__(self):\n        self.Model = M\nmaker = Maker()\nclass T(maker.Model): ...\n",
            "class Maker:\n    def make(self):\n        return M\nclass T(Maker().make()): ...\n",
            "T = type('T', (M,), {})\n",
            "T = M if N else N\n",
        ],
    )
    def test_what_a_file_only_says_when_it_is_run(self, source: str) -> None:
        assert MODEL in above(source)

    def test_across_modules(self) -> None:
        files = {
            f"{PACK}/makers.py": f"from .bases import Base\n{MAKER}",
            f"{PACK}/bases.py": "from pydantic import BaseModel\nclass Base(BaseModel): ...\n",
        }
        source = "from .makers import make\nfrom .bases import Base\nclass T(make(Base)): ...\n"
        assert above(source, files) == ["pack.T", "pack.makers.make", "pack.bases.Base", MODEL]

    @pytest.mark.parametrize(
        "source",
        [
            "def make(): ...\nclass T(make()): ...\n",
            "class T(undefined()): ...\n",
            "import json\nclass T(json.make(M)): ...\n",
            "def make(x):\n    return make(x)\nclass T(make(M)): ...\n",
            "globals()['T'] = M\n",
            "T = eval('M')\n",
            f"{MAKER}class T(make(N)): ...\n",
        ],
    )
    def test_what_nobody_can_say(self, source: str) -> None:
        assert MODEL not in above(source)

    def test_a_function_is_not_taken_for_what_it_returns(self) -> None:
        assert MODEL not in above("def T():\n    return M\n")

    def test_a_module_too_large_to_be_worth_it(self) -> None:
        assert MODEL not in above(f"{MAKER}T = make(M)\n# {'.' * MOST_BYTES}\n")


class TestConfined:
    FILES = {  # noqa: RUF012
        "pack/__init__.py": "raise SystemExit('pack was imported')\nfrom pack.makers import make\nclass N: ...\n"
        "class T(make(N)): ...\n",
        "pack/makers.py": "open('ran', 'w')\nimport json, _ssl, xml.dom, click\ndef make(base):\n"
        "    class Made(base, json.JSONDecoder): ...\n    return Made\n",
    }

    def test_nothing_is_imported_or_run(self, tmp_path: Path) -> None:
        for name, text in self.FILES.items():
            path = tmp_path / "env/lib/python3.11/site-packages" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        code = (
            "import sys\n"
            "from archlint.project.classes import ancestors\n"
            "from archlint.project.model import Project\n"
            "from archlint.project.names import Symbol\n"
            "from archlint.sources import environment_at\n"
            f"environment = environment_at({(tmp_path / 'env').as_posix()!r}, '/nowhere')\n"
            f"sys.path.insert(0, environment.folders[0])\n"
            "import astroid.brain\n"
            "before = set(sys.modules)\n"
            "print([s.name for s in ancestors(Project((), environment=environment), Symbol('', 'pack.T'))])\n"
            "loaded = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
            "print(sorted(loaded & {'pack', 'xml', '_ssl', 'click', 'ssl'}))\n"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout.splitlines() == ["['pack.makers.make', 'pack.N']", "[]"], done.stderr
        assert not (tmp_path / "ran").exists()

    def test_astroid_is_as_it_was_afterwards(self) -> None:
        from astroid.manager import AstroidManager

        before = AstroidManager.ast_from_module_name, AstroidManager.brain["astroid_cache"]
        assert MODEL in above(f"{MAKER}T = make(M)\n")
        assert (AstroidManager.ast_from_module_name, AstroidManager.brain["astroid_cache"]) == before
        assert "pack" not in AstroidManager.brain["astroid_cache"]

    def test_only_the_library_is_read(self) -> None:
        project = project_with("from json import JSONDecoder as J\nT, U = J, M\n", {"site-packages/x.py": ""})
        shelf = library(project)
        assert shelf
        assert inferred_classes(shelf, "pack", "T") == ()
        assert inferred_classes(shelf, "pack", "U") == ("pack.M",)
        assert inferred_classes(shelf, "json", "JSONDecoder") == ()


@pytest.mark.parametrize(
    "source",
    [
        "class T(M): ...\n",
        "class T: ...\n",
        "from sqlalchemy.orm import declarative_base\nT = declarative_base()\n",
        "import collections\nclass T(collections.namedtuple('T', 'a')): ...\n",
        "T = M\n",
        "from typing import Callable, Union\nFunc = Callable[[int], str]\nT = Func | Union[Func, None]\n",
        "from typing import Callable\nF = Callable[[int], str]\nT = F[M]\n",
        "def T(): ...\n",
        "",
    ],
)
def test_it_is_not_asked_without_need(source: str) -> None:
    code = (
        "import sys\n"
        "from archlint.project.classes import ancestors\n"
        "from archlint.project.names import Symbol\n"
        "from archlint.testing import project_of\n"
        f"files = {{'a.py': 'from pack import T\\nclass C(T): ...\\n', '{PACK}/__init__.py': {HEAD + source!r}}}\n"
        "ancestors(project_of(files), Symbol('a.py', 'C'))\n"
        "print('astroid' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_real_class_that_only_astroid_settles() -> None:
    """``class ObjectiveCLexer(objective(CLexer))``, where ``objective`` makes a class from its argument."""
    environment = environment_at(Path(sys.prefix).as_posix(), "/nowhere")
    assert environment
    name = "pygments.lexers.objective.ObjectiveCLexer"
    found = [symbol.name for symbol in ancestors(Project((), environment=environment), Symbol("", name))]
    assert found == [
        "pygments.lexers.objective.objective", "pygments.lexers.c_cpp.CLexer", "pygments.lexers.c_cpp.CFamilyLexer",
        "pygments.lexer.RegexLexer", "pygments.lexer.Lexer",
    ]  # fmt: skip
