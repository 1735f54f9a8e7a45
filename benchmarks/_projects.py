"""The corpus: which projects there are, and how they get into the cache folder."""

from __future__ import annotations

import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import tomli
from _common import BenchmarkError

# Unpacked, the largest project is under 300 MB; more than this is not what corpus.toml names.
MAX_UNPACKED = 2**30

# pip first as it comes: a wheel's Requires-Python is waived, for the code is read, never run. The second way is for
# wheels built for one platform (compiled parts) where that is not this one.
PIP_OPTIONS: tuple[tuple[str, ...], ...] = (
    (),
    (
        *("--python-version", "3.12", "--implementation", "cp", "--abi", "abi3", "--abi", "none"),
        *("--platform", "manylinux_2_28_x86_64", "--platform", "any"),
    ),
)


class Project(NamedTuple):
    """One row of ``corpus.toml``: a wheel on PyPI, and the package folder in it that is checked."""

    name: str
    version: str
    root: str


def load_projects(path: Path) -> tuple[Project, ...]:
    """Read the list of projects; ``BenchmarkError`` where the file is missing, malformed or names one twice."""
    try:
        rows = tomli.loads(path.read_text(encoding="utf-8"))["project"]
        projects = tuple(Project(row["name"], row["version"], row["root"]) for row in rows)
    except (OSError, tomli.TOMLDecodeError, KeyError, TypeError) as error:
        raise BenchmarkError(f"{path}: cannot read the list of projects: {error!r}") from error
    if len({project.name for project in projects}) < len(projects):
        raise BenchmarkError(f"{path}: a project is listed twice")
    return projects


def choose(projects: Iterable[Project], names: Sequence[str]) -> tuple[Project, ...]:
    """The projects named, in the order of the list; all of them when none is named."""
    known = {project.name: project for project in projects}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise BenchmarkError(f"no project named {', '.join(unknown)}; known: {', '.join(known)}")
    return tuple(project for project in known.values() if not names or project.name in names)


def root_of(project: Project, cache: Path) -> Path:
    """Where the project's package lies in the cache once fetched."""
    return _home(project, cache) / project.root


def fetch(project: Project, cache: Path) -> Path:
    """Download and unpack a project unless the cache has it; returns its package folder.

    The folder appears complete or not at all, so an interrupted download is simply repeated.
    """
    home = _home(project, cache)
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=cache) as scratch:
            wheel = _download(project, Path(scratch))
            unpacked = Path(scratch) / "unpacked"
            unzip(wheel, unpacked)
            # A checkout ends at its .git. Without one, tools would take the repository around the cache for the
            # project, with its configuration and its .gitignore.
            (unpacked / ".git").mkdir(exist_ok=True)
            _publish(unpacked, home)
    root = root_of(project, cache)
    if not root.is_dir():
        raise BenchmarkError(f"{project.name} {project.version} has no folder {project.root!r} ({home})")
    return root


def unzip(archive: Path, target: Path) -> None:
    """Unpack ``archive``; ``BenchmarkError``, before anything is written, for what lands outside or fills the disk."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            for member in members:
                _refuse_unsafe(archive, member)
            if sum(member.file_size for member in members) > MAX_UNPACKED:
                raise BenchmarkError(f"{archive.name} unpacks to more than {MAX_UNPACKED} bytes")
            opened.extractall(target)
    except (zipfile.BadZipFile, OSError) as error:
        raise BenchmarkError(f"cannot unpack {archive.name}: {error}") from error


def _home(project: Project, cache: Path) -> Path:
    return cache / "projects" / f"{project.name}-{project.version}"


def _refuse_unsafe(archive: Path, member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename)
    leaves = path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in path.parts[0]
    if leaves or stat.S_ISLNK(member.external_attr >> 16):
        raise BenchmarkError(f"{archive.name} holds an unsafe member: {member.filename!r}")


def _download(project: Project, folder: Path) -> Path:
    fixed = ("--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--quiet", "--disable-pip-version-check")
    requirement = f"{project.name}=={project.version}"
    problems = []
    for options in PIP_OPTIONS:
        command = [sys.executable, "-m", "pip", "download", *fixed, *options, "--dest", str(folder), requirement]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        wheels = list(folder.glob("*.whl"))
        if done.returncode == 0 and len(wheels) == 1:
            return wheels[0]
        errors = [line for line in done.stderr.splitlines() if not line.startswith("WARNING")]
        problems.append(f"{' '.join(command)}\n  " + "\n  ".join(errors[-3:]))
    raise BenchmarkError(f"cannot download {requirement}:\n" + "\n".join(problems))


def _publish(unpacked: Path, home: Path) -> None:
    try:
        unpacked.rename(home)
    except OSError as error:
        # Another process may have fetched the same project meanwhile; its copy is as good.
        if not home.is_dir():
            raise BenchmarkError(f"cannot write {home}: {error}") from error
