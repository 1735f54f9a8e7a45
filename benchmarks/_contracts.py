"""One project's imports and broken contracts, as import-linter sees them and as archlint does."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import grimp
import msgspec
from importlinter.application.use_cases import create_report
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import registry

from archlint.config import Config, Settings
from archlint.engine import Request
from archlint.engine.load import load_project
from archlint.project.import_graph import imported_modules
from archlint.project.layers.contract_modules import outside_imports
from archlint.project.layers.contracts import contract_breaches
from archlint.project.model import Project
from archlint.project.names import module_scope

Edges = set[tuple[str, str]]
Heads = dict[str, set[int]]
"""Modules that break a contract, and the lines of the imports with which they do."""

SEED = 20
BUSIEST = 5


class Seen(NamedTuple):
    """What a tool sees of one contract: who breaks it where, and the links of the chains it prints, by their first."""

    heads: Heads
    chains: dict[str, Edges]


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """While it lasts, packages in a folder can be found; grimp reads them and imports none."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def project_of(package: Path) -> Project:
    """archlint's model of a package."""
    return load_project(Request(paths=(str(package),), cwd=str(package.parent), isolated=True)).project


def their_edges(package: Path) -> Edges:
    """Who imports whom, as grimp sees it: modules of the package, and the names of other packages."""
    graph = grimp.build_graph(
        package.name, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )
    inside = [name for name in graph.modules if not graph.is_module_squashed(name)]
    return {(name, other) for name in inside for other in graph.find_modules_directly_imported_by(name)}


def our_edges(project: Project) -> Edges:
    """The same as archlint sees it."""
    edges = {
        (module.name, edge.target.name) for module in project.modules for edge in imported_modules(project, module)
    }
    for module in project.modules:
        edges |= {(module.name, name.partition(".")[0]) for *_, name in outside_imports(project, module)}
    return edges


def bound_edges(project: Project, edges: Edges) -> Edges:
    """Those of some edges that ``from package import name`` makes where the package binds the name itself and has a module
    of that name too: to import-linter the import is the module's, to archlint the package's, as for Python."""
    found = set()
    for importer, imported in edges:
        package, _, name = imported.rpartition(".")
        holders = project.by_name.get(package, ())
        if any(name in module_scope(project, holder).names for holder in holders if holder.is_package):
            found |= {(importer, imported), (importer, package)}
    return found & edges


def doubled_edges(project: Project, edges: Edges) -> Edges:
    """Imports from and of modules that share their name with a package beside them, of which each tool knows one."""
    doubled = {name for name, modules in project.by_name.items() if len(modules) > 1}
    return {(importer, imported) for importer, imported in edges if importer in doubled or imported in doubled}


def missing_edges(project: Project, edges: Edges) -> Edges:
    """Imports of a root package by modules that name something in it that is not there: what grimp makes of those."""
    found: Edges = set()
    for importer, imported in edges:
        for module in project.by_name.get(importer, ()):
            written = {statement.module for statement in module.interface.imports if not statement.level}
            names = {name for name in written if name and name.startswith(f"{imported}.")}
            if any(not project.by_name.get(name) for name in names):
                found.add((importer, imported))
    return found


def guarded_edges(project: Project) -> Edges:
    """What modules import under a ``__main__`` guard, as far as the statements tell: run time to grimp, not to archlint."""
    edges: Edges = set()
    for module in project.modules:
        for statement in module.interface.imports:
            if statement.guard == "main":
                source = f"{statement.module}." if statement.module else ""
                for name, _ in statement.names:
                    for target in (f"{source}{name}", statement.module or name, f"{source}{name}".partition(".")[0]):
                        edges.add((module.name, target))
    return edges


def contracts_for(package: str, edges: Edges) -> list[dict[str, Any]]:
    """Contracts as import-linter spells them, about everything in a package; the same on every run."""
    shuffled = random.Random(SEED)
    names = sorted({name for name, _ in edges} | {name for _, name in edges if name.startswith(f"{package}.")})
    children = sorted({".".join(name.split(".")[:2]) for name in names if "." in name})
    outer = [other for _, other in edges if other.partition(".")[0] != package]
    busiest = sorted(set(outer), key=lambda name: (-outer.count(name), name))[:BUSIEST]
    shuffled.shuffle(children)
    half = len(children) // 2
    pairs = [
        f"{one} {sign} {other}" for one, other, sign in zip(children[:half], children[half:], "|:" * half, strict=False)
    ]
    inner = sorted((one, other) for one, other in edges if other.partition(".")[0] == package)
    ignored = [f"{one} -> {other}" for one, other in shuffled.sample(inner, min(20, len(inner)))]
    if any(one.startswith(f"{children[0]}.") for one, _ in inner):
        ignored.append(f"{children[0]}.** -> {package}.**")
    grand = sorted({name.split(".")[2] for name in names if name.count(".") == 2})
    return [
        {"type": "layers", "name": "every child a layer", "layers": children},
        {"type": "layers", "name": "pairs of siblings", "layers": pairs},
        {"type": "layers", "name": "some imports ignored", "layers": children, "ignore_imports": ignored},
        {
            "type": "layers", "name": "inside each child", "layers": [f"({name})" for name in grand],
            "containers": children,
        },
        {"type": "independence", "name": "children apart", "modules": children},
        {"type": "independence", "name": "all two levels down", "modules": [f"{package}.*.*"]},
        {
            "type": "forbidden", "name": "third parties", "source_modules": children[:half],
            "forbidden_modules": busiest,
        },
        {
            "type": "forbidden", "name": "half and half, directly", "source_modules": children[:half],
            "forbidden_modules": children[half:], "allow_indirect_imports": "True",
        },
        {
            "type": "forbidden", "name": "half and half, no packages", "source_modules": children[:half],
            "forbidden_modules": children[half:], "as_packages": "False",
        },
    ]  # fmt: skip


def theirs(package: str, contract: dict[str, Any], not_ours: Edges) -> Seen:
    """What import-linter says of a contract, blind to imports that archlint does not see."""
    configure()
    for kind in (ForbiddenContract, IndependenceContract, LayersContract):
        registry.register(kind, kind.type_name)
    ignored = [*contract.get("ignore_imports", ()), *(f"{one} -> {other}" for one, other in sorted(not_ours))]
    options = {**contract, "ignore_imports": ignored, "unmatched_ignore_imports_alerting": "none"}
    session = {
        "root_packages": [package], "include_external_packages": "True", "exclude_type_checking_imports": "True",
    }  # fmt: skip
    report = create_report(UserOptions(session, [options]), cache_dir=None)
    [(_, check)] = list(report.get_contracts_and_checks())
    heads: Heads = {}
    chains: dict[str, Edges] = {}
    for pair in check.metadata.get("invalid_dependencies", check.metadata.get("invalid_chains", ())):
        for route in pair.get("routes", pair.get("chains")):
            chain, extra = (route["chain"], route["extra_firsts"]) if isinstance(route, dict) else (route, [])
            for link in (chain[0], *extra):
                heads.setdefault(link["importer"], set()).update(link["line_numbers"])
                links = {(link["importer"], link["imported"]) for link in chain}
                chains.setdefault(link["importer"], set()).update(links)
    return Seen(heads, chains)


def ours(project: Project, contract: dict[str, Any], not_theirs: Edges) -> Seen:
    """What archlint says of the same contract, blind to imports that import-linter does not see."""
    ignored = [*contract.get("ignore_imports", ()), *(f"{one} -> {other}" for one, other in sorted(not_theirs))]
    contract = {**contract, "ignore_imports": ignored}
    flags = {"True": True, "False": False}
    spelt = {key.replace("_", "-"): flags.get(str(value), value) for key, value in contract.items()}
    settings = msgspec.convert({"contracts": [spelt]}, Settings)
    asked = Project(project.modules, Config(settings=settings, root=Path()))
    heads: Heads = {}
    chains: dict[str, Edges] = {}
    for module in asked.modules:
        for breach in contract_breaches(asked, module):
            heads.setdefault(module.name, set()).add(breach.line)
            links = {(link.module.name, _node(asked, link.target)) for link in breach.links}
            chains.setdefault(module.name, set()).update(links)
    return Seen(heads, chains)


def _node(project: Project, name: str) -> str:
    """A name as grimp has it: of other packages it knows the first part."""
    first = name.partition(".")[0]
    return name if first in project.packages else first
