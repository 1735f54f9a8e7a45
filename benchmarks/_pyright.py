"""What pyright says that expressions of a project are, in the words of `second_opinion.py`."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from _common import HERE, BenchmarkError, write_atomic
from _wrapping import Spot, spots, wrapped

REQUIREMENTS = HERE / "requirements-types.txt"

# The kinds compared, and the classes that are of one. `PROBE` asks pyright whether what bears such a name is that class.
CLASSES: Mapping[str, tuple[str, ...]] = {
    "async session": ("sqlalchemy.ext.asyncio.AsyncSession",),
    "session": ("sqlalchemy.orm.Session",),
    "async scoped session": ("sqlalchemy.ext.asyncio.async_scoped_session",),
    "scoped session": ("sqlalchemy.orm.scoped_session",),
    "async factory": ("sqlalchemy.ext.asyncio.async_sessionmaker",),
    "factory": ("sqlalchemy.orm.sessionmaker",),
    "async connection": ("sqlalchemy.ext.asyncio.AsyncConnection",),
    "connection": ("sqlalchemy.engine.Connection",),
    "async engine": ("sqlalchemy.ext.asyncio.AsyncEngine",),
    "engine": ("sqlalchemy.engine.Engine",),
    "coroutine": ("collections.abc.Coroutine", "types.CoroutineType"),
}
NONE, OTHER, UNKNOWN = "none", "other", ""
NOT_KNOWN = ("Any", "Unknown", "Never", "NoReturn", "Unbound")

Kinds = frozenset[str]
Answers = dict[str, dict[Spot, Kinds]]
"""By file, by expression: what it may be, ``None`` left out; nothing where that is not known."""


def environment(cache: Path) -> Path:
    """A virtual environment with pyright and the libraries of `REQUIREMENTS`; made where it is not there yet."""
    stamp = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    home = cache / "second-opinion" / f"venv-{stamp}"
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        _run([sys.executable, "-m", "venv", str(home)])
        _run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(REQUIREMENTS)])
        (home / "ready").touch()
    return home


def ask(root: Path, cache: Path, scratch: Path) -> Answers:
    """What pyright says of the expressions of a package; remembered in the cache folder by all that goes into it."""
    sources = dict(_sources(root))
    digest = hashlib.sha256(REQUIREMENTS.read_bytes())
    for name in (Path(__file__).name, "_wrapping.py"):
        digest.update((HERE / name).read_bytes())
    for path, (source, _) in sources.items():
        digest.update(f"{path}\0{source}\0".encode())
    kept = cache / "second-opinion" / f"{root.name}-{digest.hexdigest()[:16]}.json"
    if kept.exists():
        return _decoded(json.loads(kept.read_text(encoding="utf-8")))
    answers = _asked(root, sources, cache, scratch)
    write_atomic(kept, json.dumps([[path, [[spot, sorted(kinds)] for spot, kinds in found.items()]] for path, found in answers.items()]))
    return answers


def _decoded(rows: list[Any]) -> Answers:
    return {
        path: {Spot(*spot[:5], tuple(spot[5]), *spot[6:]): frozenset(kinds) for spot, kinds in found}
        for path, found in rows
    }


def _sources(root: Path) -> Iterator[tuple[str, tuple[str, list[Spot]]]]:
    """The files of a package that the running Python parses, with what is asked about in each."""
    for file in sorted(root.rglob("*.py")):
        try:
            source = file.read_bytes().decode("utf-8-sig")
            yield file.relative_to(root.parent).as_posix(), (source, spots(source))
        except (SyntaxError, ValueError):
            continue


def _asked(root: Path, sources: Mapping[str, tuple[str, list[Spot]]], cache: Path, scratch: Path) -> Answers:
    """Two rounds: the names of the types, then of those that bear a name of interest, whether they are the classes."""
    venv = environment(cache)
    _settle(root, scratch, venv)
    first = _round(sources, scratch, venv)
    names = named(source for source, _ in sources.values())
    answers: Answers = {path: {spot: kinds_of(text, names) for spot, text in found.items()} for path, found in first.items()}
    doubtful = {
        path: (sources[path][0], [spot for spot, kinds in found.items() if _is_doubtful(kinds)])
        for path, found in answers.items()
        if any(map(_is_doubtful, found.values()))
    }
    for path, (source, _) in sources.items():
        if path not in doubtful:
            (scratch / path).write_text(source, encoding="utf-8", newline="")
    second = _round(doubtful, scratch, venv, "_probe", "[0]")
    for path, (_, chosen) in doubtful.items():
        for spot in chosen:
            answers[path][spot] = probed(second[path].get(spot, ""))
    return answers


def _is_doubtful(kinds: Kinds) -> bool:
    return not kinds <= {OTHER, "coroutine"}


def _settle(root: Path, scratch: Path, venv: Path) -> None:
    """A copy of a package to be asked about, with pyright's settings beside it."""
    shutil.copytree(root, scratch / root.name, ignore=lambda folder, names: [n for n in names if n in (".git", "node_modules")])
    settings = {"venvPath": str(venv.parent), "venv": venv.name, "pythonVersion": "3.13", "typeCheckingMode": "basic"}
    (scratch / "pyrightconfig.json").write_text(json.dumps(settings))
    (scratch / "__builtins__.pyi").write_text(probe())


def _round(
    sources: Mapping[str, tuple[str, list[Spot]]], scratch: Path, venv: Path, *probe: str
) -> dict[str, dict[Spot, str]]:
    """What pyright reveals of some expressions of a copy."""
    places = {}
    for path, (source, chosen) in sources.items():
        text, places[path] = wrapped(source, chosen, *probe)
        (scratch / path).write_text(text, encoding="utf-8", newline="")
    report = _report(scratch, venv, sorted(sources))
    found: dict[str, dict[Spot, str]] = {path: {} for path in sources}
    for row in report["generalDiagnostics"]:
        said = re.fullmatch(r'Type of ".*" is "(.*)"', row["message"], re.DOTALL)
        path = Path(row["file"]).relative_to(scratch).as_posix()
        start = row["range"]["start"]
        spot = places.get(path, {}).get((start["line"], start["character"]))
        if said and spot is not None:
            found[path][spot] = said[1]
    return found


def _report(scratch: Path, venv: Path, files: list[str]) -> Any:
    python = venv / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command = [str(python), "-m", "pyright", "--outputjson", "--project", str(scratch)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=scratch, check=False)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise BenchmarkError(f"pyright failed: {(done.stderr or done.stdout)[-500:]}") from error


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{' '.join(command)}: {done.stderr[-500:]}")


def probe() -> str:
    """A stub of builtins: ``_probe`` tells which of the kinds its argument is, and gives it back; it refuses others."""
    classes = {kind: f"{names[0]}{'[Any, Any, Any]' * (kind == 'coroutine')}" for kind, names in CLASSES.items()}
    modules = sorted({names[0].rpartition(".")[0] for names in CLASSES.values()})
    lines = ["from typing import Any, Literal, TypeVar, overload", *(f"import {module}" for module in modules)]
    for number, (kind, class_) in enumerate({**classes, NONE: "None"}.items()):
        lines += [
            f"_{number} = TypeVar('_{number}', bound={class_})",
            "@overload",
            f"def _probe(x: _{number}, /) -> tuple[_{number}, Literal['{kind}']]: ...",
        ]
    return "\n".join([*lines, ""])


def probed(text: str) -> Kinds:
    """The kinds that a type revealed of a ``_probe(…)`` names; `OTHER` where it refused."""
    found = frozenset(re.findall(r"Literal\['([^']*)'\]", text)) - {NONE}
    return found & CLASSES.keys() or frozenset({OTHER})


def named(sources: Iterable[str]) -> dict[str, str]:
    """Short names of classes by kind: the libraries', and those of the sources' classes that descend from one so named."""
    names = {name.rpartition(".")[2]: kind for kind, found in CLASSES.items() for name in found}
    bases: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                found = {base.value if isinstance(base, ast.Subscript) else base for base in node.bases}
                bases.setdefault(node.name, set()).update(ast.unparse(base).rpartition(".")[2] for base in found)
    while grown := {name: names[base] for name, found in bases.items() for base in found if base in names} .items() - names.items():
        names.update(grown)
    return names


def kinds_of(text: str, names: Mapping[str, str]) -> Kinds:
    """The kinds of the arms of a type as pyright prints it; nothing where an arm is not known."""
    heads = [re.split(r"[\[(]", arm, maxsplit=1)[0].rstrip("*").rpartition(".")[2] for arm in arms(text)]
    if any(head in NOT_KNOWN for head in heads):
        return frozenset()
    return frozenset(names.get(head, OTHER) for head in heads if head != "None")


def arms(text: str) -> list[str]:
    """The arms of a union as pyright prints it."""
    found, depth = [""], 0
    for part in re.split(r"( \| |[\[\](){}])", text):
        depth += (part in "[({" and part != "") - (part in "])}" and part != "")
        if part == " | " and not depth:
            found.append("")
        else:
            found[-1] += part
    return found
