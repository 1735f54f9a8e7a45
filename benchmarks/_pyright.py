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
from contextlib import suppress
from pathlib import Path
from typing import Any

from _common import HERE, BenchmarkError, write_atomic
from _wrapping import Spot, spots, wrapped

REQUIREMENTS = HERE / "requirements-types.txt"

# The kinds compared, and the classes that are of one. `PROBE` asks pyright whether what bears such a name is that class.
CLASSES: Mapping[str, tuple[str, ...]] = {
    "async session": ("sqlalchemy.ext.asyncio.AsyncSession",),
    "session": ("sqlalchemy.orm.Session",),
    "async scoped": ("sqlalchemy.ext.asyncio.async_scoped_session",),
    "scoped": ("sqlalchemy.orm.scoped_session",),
    "async factory": ("sqlalchemy.ext.asyncio.async_sessionmaker",),
    "factory": ("sqlalchemy.orm.sessionmaker",),
    "async connection": ("sqlalchemy.ext.asyncio.AsyncConnection",),
    "connection": ("sqlalchemy.engine.Connection",),
    "async engine": ("sqlalchemy.ext.asyncio.AsyncEngine",),
    "engine": ("sqlalchemy.engine.Engine",),
    "coroutine": ("collections.abc.Coroutine", "types.CoroutineType"),
    "awaitable": ("collections.abc.Awaitable",),
}
# Kinds whose names are no other class's.
CLEAR = ("coroutine", "awaitable")
NONE, OTHER = "none", "other"
NOT_KNOWN = ("Any", "Unknown", "Never", "NoReturn", "Unbound")

# A function that no project has one like.
PROBE = "_second_opinion_probe"
SETTINGS = {"pythonVersion": "3.13", "typeCheckingMode": "basic"}

Sources = Mapping[str, tuple[str, list[Spot]]]
"""By path, the text of a file and what is asked about in it."""
Kinds = frozenset[str]
Answers = dict[str, dict[Spot, Kinds]]
"""By file, by expression: what it may be, ``None`` left out; nothing where that is not known."""


def environment(cache: Path) -> Path:
    """A virtual environment with pyright and the libraries of `REQUIREMENTS`; made where it is not there yet."""
    stamp = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    home = cache / "second-opinion" / f"venv-{stamp}"
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        pip = ("-m", "pip", "install", "-q", "--disable-pip-version-check")
        _run([sys.executable, "-m", "venv", str(home)])
        _run([str(_python(home)), *pip, "-r", str(REQUIREMENTS)])
        (home / "ready").touch()
    return home


def _python(venv: Path) -> Path:
    return venv / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def ask(root: Path, cache: Path, scratch: Path) -> Answers:
    """What pyright says of the expressions of a package, a copy of which it finds in the folder ``scratch``."""
    sources = dict(_sources(root))
    pyright = Pyright(cache, scratch)
    pyright.settle(root)
    names = named(source for source, _ in sources.values())
    answers: Answers = {
        path: {spot: kinds_of(text, names) for spot, text in found.items()}
        for path, found in pyright.reveal(sources).items()
    }
    doubtful = {
        path: (sources[path][0], [spot for spot, kinds in found.items() if _is_doubtful(kinds)])
        for path, found in answers.items()
        if any(map(_is_doubtful, found.values()))
    }
    for path, found in pyright.reveal(doubtful, PROBE, "[0]").items():
        for spot in doubtful[path][1]:
            answers[path][spot] = probed(found.get(spot, ""))
    return answers


def _is_doubtful(kinds: Kinds) -> bool:
    """Whether a name says that something is of a kind that another class of that name would not be."""
    return not kinds <= {OTHER, *CLEAR}


def _sources(root: Path) -> Iterator[tuple[str, tuple[str, list[Spot]]]]:
    """The files of a package that the running Python parses, with what is asked about in each."""
    for file in sorted(root.rglob("*.py")):
        with suppress(SyntaxError, ValueError):
            source = file.read_bytes().decode("utf-8-sig")
            yield file.relative_to(root.parent).as_posix(), (source, spots(source))


class Pyright:
    """pyright at work on a copy of a package; its answers are kept in the cache folder, by all that they rest on."""

    def __init__(self, cache: Path, scratch: Path) -> None:
        self.cache = cache
        self.scratch = scratch

    def settle(self, root: Path) -> None:
        """Copy a package, with pyright's settings beside it."""
        skipped = shutil.ignore_patterns(".git", "node_modules", "__pycache__")
        shutil.copytree(root, self.scratch / root.name, ignore=skipped)
        (self.scratch / "__builtins__.pyi").write_text(_stub())

    def reveal(self, sources: Sources, *probe: str) -> dict[str, dict[Spot, str]]:
        """What pyright reveals of some expressions of some files; the other files are as they were."""
        texts = {path: wrapped(source, chosen, *probe) for path, (source, chosen) in sources.items()}
        rows = self._kept({path: text for path, (text, _) in texts.items()}, _stub() if probe else "")
        found: dict[str, dict[Spot, str]] = {path: {} for path in sources}
        for path, line, character, said in rows:
            spot = texts[path][1].get((line, character)) if path in texts else None
            if spot is not None:
                found[path][spot] = said
        return found

    def _kept(self, texts: Mapping[str, str], stub: str) -> list[tuple[str, int, int, str]]:
        basis = json.dumps([REQUIREMENTS.read_text(), SETTINGS, stub, sorted(texts.items())])
        name = f"{hashlib.sha256(basis.encode()).hexdigest()[:24]}.json"
        kept = self.cache / "second-opinion" / name
        if not kept.exists():
            write_atomic(kept, json.dumps(self._revealed(texts)))
        rows: list[tuple[str, int, int, str]] = json.loads(kept.read_text(encoding="utf-8"))
        return rows

    def _revealed(self, texts: Mapping[str, str]) -> list[tuple[str, int, int, str]]:
        before = {path: (self.scratch / path).read_bytes() for path in texts}
        for path, text in texts.items():
            (self.scratch / path).write_text(text, encoding="utf-8", newline="")
        report = self._report()
        for path, data in before.items():
            (self.scratch / path).write_bytes(data)
        found = []
        for row in report["generalDiagnostics"]:
            said = re.fullmatch(r'Type of ".*" is "(.*)"', row["message"], re.DOTALL)
            if said is not None:
                start = row["range"]["start"]
                path = Path(row["file"]).relative_to(self.scratch).as_posix()
                found.append((path, start["line"], start["character"], said[1]))
        return found

    def _report(self) -> Any:
        venv = environment(self.cache)
        settings = {**SETTINGS, "venvPath": str(venv.parent), "venv": venv.name}
        (self.scratch / "pyrightconfig.json").write_text(json.dumps(settings))
        command = [str(_python(venv)), "-m", "pyright", "--outputjson", "--project", str(self.scratch)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.scratch, check=False)
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise BenchmarkError(f"pyright failed: {(done.stderr or done.stdout)[-500:]}") from error


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{' '.join(command)}: {done.stderr[-500:]}")


def _stub() -> str:
    """A stub of builtins: `PROBE` tells which of the kinds its argument is, and gives it back; it refuses others."""
    classes = {kind: names[0] for kind, names in CLASSES.items() if kind not in CLEAR}
    modules = sorted({name.rpartition(".")[0] for name in classes.values()})
    lines = ["from typing import Any, Literal, TypeVar, overload", *(f"import {module}" for module in modules)]
    for number, (kind, class_) in enumerate({**classes, NONE: "None"}.items()):
        lines += [
            f"_{number} = TypeVar('_{number}', bound={class_})",
            "@overload",
            f"def {PROBE}(x: _{number}, /) -> tuple[_{number}, Literal['{kind}']]: ...",
        ]
    return "\n".join([*lines, ""])


def probed(text: str) -> Kinds:
    """The kinds that a type revealed of what `PROBE` gave names; `OTHER` where it refused."""
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
    while (
        grown := {name: names[base] for name, found in bases.items() for base in found if base in names}.items()
        - names.items()
    ):
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
