"""The tools measured beside archlint: where they are installed, which versions, and how each is run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from _common import HERE, BenchmarkError, locked
from _measure import Column

REQUIREMENTS = HERE / "requirements-peers.txt"
SEMGREP_RULES = HERE / "semgrep.yml"

LAYERS = "import-linter"
"""The peer whose contract archlint is given too."""


class Site(NamedTuple):
    """A copy of a project, as the peers are to see it.

    Attributes:
        root: the folder to check.
        complete: a copy of the package in which every folder has an ``__init__.py``.
        scratch: where configurations and caches may be written.
        layers: the package's children, highest first.
    """

    root: Path
    complete: Path
    scratch: Path
    layers: Sequence[str]


class Peer(NamedTuple):
    """A tool.

    Attributes:
        script: its command.
        packages: what to install for it, as in ``requirements-peers.txt``; it has the name of the first.
        ways: the ways of running it: the end of each column's name, its arguments, and where.
        exit_codes: those that mean it did its work.
    """

    script: str
    packages: tuple[str, ...]
    ways: Callable[[Site], Sequence[tuple[str, tuple[str, ...], Path]]]
    exit_codes: tuple[int, ...] = (0, 1)

    @property
    def name(self) -> str:
        """As the table and the command line have it."""
        return " with ".join(self.packages)


def _import_linter(site: Site) -> Sequence[tuple[str, tuple[str, ...], Path]]:
    config = site.scratch / "importlinter.toml"
    config.write_text(importlinter_config(site.root.name, site.layers), encoding="utf-8")
    shared, folder = ("--no-logo", "--config", str(config)), site.complete.parent
    warm = str(site.scratch / "import-linter")
    return [
        ("cold", (*shared, "--no-cache"), folder),
        ("unchanged", (*shared, "--cache-dir", warm), folder),
    ]


def _deply(site: Site) -> Sequence[tuple[str, tuple[str, ...], Path]]:
    config = site.scratch / "deply.yaml"
    config.write_text(deply_config(site.root, site.layers), encoding="utf-8")
    return [("cold", ("analyze", "--config", str(config)), site.root.parent)]


def _plain(*arguments: str) -> Callable[[Site], Sequence[tuple[str, tuple[str, ...], Path]]]:
    # Not from inside the package: a `locale.py` in it would then pass for Python's own in some of them.
    return lambda site: [("cold", (*arguments, site.root.name), site.root.parent)]


RUFF = Peer("ruff", ("ruff",), lambda site: ())
"""Installed as the others are; what is run of it is told in ``_ways.py``."""

PEERS = (
    Peer("lint-imports", ("import-linter",), _import_linter),
    Peer("deply", ("deply",), _deply),
    Peer("semgrep", ("semgrep",), _plain(
        "scan", "--config", str(SEMGREP_RULES), "--metrics", "off", "--disable-version-check", "--quiet", "--no-git-ignore",
    )),
    Peer("bandit", ("bandit",), _plain("--quiet", "--recursive")),
    # Its exit code is a sum of powers of two, one for each severity met; 32 is a wrong usage.
    Peer("pylint", ("pylint",), _plain(
        "--rcfile", "/dev/null", "--persistent", "n", "--score", "n", "--recursive", "y",
    ), tuple(range(32))),
    Peer("flake8", ("flake8", "flake8-async"), _plain("--isolated")),
    Peer("fixit", ("fixit",), _plain("--quiet", "lint")),
)  # fmt: skip


def choose_peers(names: str) -> tuple[Peer, ...]:
    """The peers named, by commas; ``all`` and ``none`` are understood."""
    if names in ("all", "none"):
        return PEERS if names == "all" else ()
    known = {peer.packages[0]: peer for peer in PEERS}
    unknown = [name for name in names.split(",") if name not in known]
    if unknown:
        raise BenchmarkError(f"no peer named {', '.join(unknown)}; known: all, none, {', '.join(known)}")
    return tuple(known[name] for name in names.split(","))


def peer_columns(peer: Peer, site: Site, script: Path, limit: float) -> list[Column]:
    """The columns of an installed peer."""
    return [
        Column(
            f"{peer.name}, {way}",
            (str(script), *arguments),
            folder,
            exit_codes=peer.exit_codes,
            cores=2,
            rival="ruff, cold" if way == "cold" else "ruff, unchanged",
            limit=limit,
        )
        for way, arguments, folder in peer.ways(site)
    ]


def importlinter_config(package: str, layers: Sequence[str]) -> str:
    """A contract that makes each child of a package a layer."""
    return (
        f'[tool.importlinter]\nroot_package = "{package}"\nexclude_type_checking_imports = true\n'
        f'[[tool.importlinter.contracts]]\nname = "Layers"\ntype = "layers"\nlayers = {json.dumps(list(layers))}\n'
    )


def archlint_config(layers: Sequence[str]) -> str:
    """The same contract for archlint."""
    return f'[[contracts]]\nname = "Layers"\ntype = "layers"\nlayers = {json.dumps(list(layers))}\n'


def deply_config(root: Path, layers: Sequence[str]) -> str:
    """The same contract for deply, whose layers are sets of files; JSON is YAML."""
    parts = [name.partition(".")[2] for name in layers]
    described = [
        {"name": part, "collectors": [{"type": "file_regex", "regex": rf"(.*/)?{root.name}/{part}(\.py|/.*)$"}]}
        for part in parts
    ]
    ruleset = {part: {"disallow_layer_dependencies": parts[:place]} for place, part in enumerate(parts) if place}
    return json.dumps({"deply": {"paths": [str(root)], "layers": described, "ruleset": ruleset}})


def peers_home(cache: Path) -> Path:
    """Where the peers' virtual environments are, one for each: some cannot be installed beside others."""
    return cache / "peers"


def script_of(home: Path, peer: Peer) -> Path:
    """A peer's command, installed or not."""
    return home / peer.packages[0] / "bin" / peer.script


def pins() -> dict[str, str]:
    """The version of each package to install."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("==") for line in lines if line and not line.startswith("#"))
    return {name: version for name, _, version in pairs}


def install_peers(home: Path) -> None:
    """Install ruff and the peers, at their fixed versions; what is there of an earlier time is renewed."""
    versions = pins()
    home.mkdir(parents=True, exist_ok=True)
    for peer in (RUFF, *PEERS):
        folder = home / peer.packages[0]
        fixed = [f"{name}=={versions[name]}" for name in peer.packages]
        pip = ["-m", "pip", "--python", str(folder), "--quiet", "--disable-pip-version-check", "install"]
        with locked(folder):
            try:
                _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
                _run([sys.executable, *pip, *fixed])
            except BaseException:
                # Half an environment must not pass for a whole one.
                shutil.rmtree(folder, ignore_errors=True)
                raise


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if not line.startswith("WARNING")]
        raise BenchmarkError("\n".join([" ".join(command), *errors[-3:]]))


def peer_lineup(peers: Sequence[Peer], site: Site, home: Path, limit: float) -> tuple[list[Column], list[str]]:
    """The columns of those peers that are installed, and a note on each that is not."""
    columns: list[Column] = []
    notes = []
    for peer in peers:
        if script_of(home, peer).is_file():
            columns += peer_columns(peer, site, script_of(home, peer), limit)
        else:
            notes.append(f"{peer.name}: not installed; `speed.py --install-peers` does that.")
    return columns, notes


def versions(home: Path, peers: Sequence[Peer]) -> dict[str, str]:
    """The versions of what is installed of some peers, by package."""
    found = {}
    for peer in peers:
        for path in (home / peer.packages[0]).glob("lib/python*/site-packages/*.dist-info"):
            name, _, version = path.stem.rpartition("-")
            if name.replace("_", "-").lower() in peer.packages:
                found[name.replace("_", "-").lower()] = version
    return found


def find_ruff(home: Path) -> Path | None:
    """The ruff to measure: that of the peers, else the one beside the running interpreter."""
    beside = shutil.which("ruff", path=str(Path(sys.executable).parent))
    own = script_of(home, RUFF)
    return own if own.is_file() else Path(beside) if beside else None
