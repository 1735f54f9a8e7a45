"""What files come, go, and are called; and what else lies about: manifests, ignore files, installed packages."""

from pathlib import PurePosixPath

from edited_project import EditedProject, Pick

SERVICE = "from fastapi import HTTPException\n\n\ndef serve():\n    LIMIT = 5\n    raise HTTPException(LIMIT)\n"
ROUTER = """
from fastapi import APIRouter, Depends

router = APIRouter(prefix='/new')


@router.get('/x')
def x():
    return {}
"""
MODEL = """
from sqlalchemy.orm import DeclarativeBase, Mapped


class Base(DeclarativeBase): ...


class New(Base):
    __tablename__ = 'new'
    id: Mapped[int]
"""
REVISION = """
from alembic import op

revision = 'a1'
down_revision = None


def upgrade():
    SIZE = 1
    op.drop_table('x')
"""
SHADOW = """
class HTTPException(Exception): ...
class APIRouter: ...
class BaseModel: ...
class FastAPI: ...
"""
SCHEMA = "from pydantic import BaseModel\n\n\nclass New(BaseModel):\n    id: int\n"
APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"

NAMES = (
    "service.py", "router.py", "deps.py", "models.py", "schemas.py", "crud.py", "utils.py", "new_service.py", "test_new.py",
    "env.py",
    "conftest.py", "settings.py", "main.py", "__init__.py", "0002_new.py", "fastapi.py", "sqlalchemy.py", "pydantic.py",
    "errors.py",
)  # fmt: skip
FOLDERS = (
    "services", "routers", "repositories", "models", "schemas", "domain", "core", "tests", "migrations/versions", "scripts",
    "fastapi",
    "vendored", "utils",
)  # fmt: skip
CONTENTS = (SERVICE, ROUTER, MODEL, REVISION, SHADOW, SCHEMA, APP, "")

REQUIREMENTS = (
    "fastapi==0.88.0\n", "fastapi>=0.110\n", "fastapi<0.89\nsqlalchemy<2\n", "", "fastapi\nremote\nclinic\nshop\n",
    "pydantic<2\n",
    "-r other.txt\n", "flask\n",
)  # fmt: skip
PYPROJECT = (
    '[project]\nname = "x"\nversion = "1"\ndependencies = ["fastapi==0.88"]\n',
    '[project]\nname = "fastapi"\nversion = "1"\n',
    '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi>=0.110", "remote"]\n',
    "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nfastapi = '^0.80'\n",
    "[project\n",
)
REMOTE = (
    "from fastapi import HTTPException\n\n\nclass Problem(HTTPException): ...\n\n\nclass Model: ...\n",
    "from pydantic import BaseModel\n\n\nclass Problem(Exception): ...\n\n\nclass Model(BaseModel): ...\n",
    "from remote.inner import Problem, Model\n",
    "",
)
SITE = ".venv/lib/python3.11/site-packages"
INSTALLED = (f"{SITE}/remote/__init__.py", REMOTE[0])
BESIDE = (
    *(("requirements.txt", text) for text in REQUIREMENTS),
    *(("pyproject.toml", text) for text in PYPROJECT),
    *((f"{SITE}/remote/inner.py", text) for text in REMOTE),
    *((".gitignore", text) for text in ("services/\n", "*.py\n!src/\n", "", "models.py\n", "new*\n")),
    ("alembic.ini", "[alembic]\nscript_location = migrations\n"),
    ("alembic.ini", "[alembic]\nscript_location = src\n"),
    ("setup.cfg", "[options]\ninstall_requires =\n    fastapi<0.89\n"),
    ("uv.lock", '[[package]]\nname = "fastapi"\nversion = "0.85.0"\n'),
    ("uv.lock", '[[package]]\nname = "fastapi"\nversion = "0.115.0"\n'),
)


def _new_path(project: EditedProject, pick: Pick) -> str:
    """In a folder there is, or in one that is new inside of it."""
    folder = pick(["", *project.folders])
    inner = pick(("", "", *FOLDERS))
    return "/".join(part for part in (folder, inner, pick(NAMES)) if part)


def add_file(project: EditedProject, pick: Pick) -> str:
    path = _new_path(project, pick)
    if path in project.files or (project.folder / path).exists():
        return ""
    text = pick([*CONTENTS, *(project.files[one] for one in project.python[:8])])
    project.write(path, text)
    return f"new {path}"


def drop_file(project: EditedProject, pick: Pick) -> str:
    if len(project.python) < 2:
        return ""
    path = pick(project.python)
    project.remove(path)
    return f"no {path}"


def rename_file(project: EditedProject, pick: Pick) -> str:
    if not project.python:
        return ""
    path = pick(project.python)
    beside = str(PurePosixPath(path).with_name(pick(NAMES)))
    new = pick((beside, _new_path(project, pick)))
    if (project.folder / new).is_dir() or path == new:
        return ""
    project.rename(path, new)
    return f"{path} is {new}"


def rename_folder(project: EditedProject, pick: Pick) -> str:
    """With all there is in it: the same bytes under other names, and in another layer."""
    folder = pick(project.folders) if project.folders else ""
    new = str(PurePosixPath(folder).with_name(pick(FOLDERS).partition("/")[0])) if folder else ""
    if not folder or (project.folder / new).exists():
        return ""
    for path in [path for path in project.files if path.startswith(f"{folder}/")]:
        project.rename(path, new + path[len(folder) :])
    return f"{folder} is {new}"


def swap_files(project: EditedProject, pick: Pick) -> str:
    if not project.python:
        return ""
    one, other = pick(project.python), pick(project.python)
    texts = project.files[one], project.files[other]
    project.write(one, texts[1])
    project.write(other, texts[0])
    return f"{one} and {other} change places"


def change_beside(project: EditedProject, pick: Pick) -> str:
    """A manifest, a lock, an ignore file, an installed package, Alembic's settings: other, new, or gone."""
    path, text = pick(BESIDE)
    parent = (project.folder / path).parent
    if path in project.files and pick((True, False, False)):
        project.remove(path)
        return f"no {path}"
    if parent.exists() and not parent.is_dir():
        return ""
    project.write(path, text)
    return f"{path}: {text!r}"


def change_installed(project: EditedProject, pick: Pick) -> str:
    """Another version of a package that the project uses."""
    text = pick(REMOTE)
    project.write(INSTALLED[0], text)
    return f"{INSTALLED[0]}: {text!r}"


EDITS = (
    add_file,
    add_file,
    drop_file,
    rename_file,
    rename_file,
    rename_folder,
    swap_files,
    change_beside,
    change_beside,
    change_installed,
    change_installed,
    change_installed,
)
