"""Who imports whom, roughly: enough to find a file that many import and an order for layers."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Imports(NamedTuple):
    """The imports of a package within itself.

    Attributes:
        names: each file's dotted name, beginning with the package's.
        edges: pairs of names, importer and imported.
    """

    names: Mapping[Path, str]
    edges: frozenset[tuple[str, str]]

    def importers(self) -> dict[Path, int]:
        """How many modules import each file."""
        counted = Counter(imported for _, imported in self.edges)
        return {path: counted[name] for path, name in self.names.items()}

    def layers(self) -> list[str]:
        """The package's children, highest first, in an order that few imports run against.

        Greedy: the next one down is that which imports most of the others and is imported by fewest of them.
        """
        pairs = Counter((child(one), child(other)) for one, other in self.edges if child(one) and child(other))
        left = {child(name) for name in self.names.values()} - {""}
        order = []
        while left:
            inside = {pair: count for pair, count in pairs.items() if left.issuperset(pair)}
            scores = {
                name: sum(count * ((one == name) - (other == name)) for (one, other), count in inside.items())
                for name in left
            }
            order.append(min(left, key=lambda name: (-scores[name], name)))
            left.remove(order[-1])
        return order


def child(name: str) -> str:
    """The child of the package that a module is or lies in, such as ``app.services``; empty for the package itself."""
    return ".".join(name.split(".")[:2]) if "." in name else ""


def imports_of(root: Path, files: Sequence[Path]) -> Imports:
    """The imports among some files of a package, which ``ast`` must accept."""
    names = {path: module_name(root, path) for path in files}
    known = set(names.values())
    edges = set()
    for path, name in names.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for imported in _imported(quiet_tree(path.read_bytes()), package):
            target = imported if imported in known else imported.rpartition(".")[0]
            if target in known and target != name:
                edges.add((name, target))
    return Imports(names, frozenset(edges))


def module_name(root: Path, path: Path) -> str:
    """A file's dotted name, beginning with the package's."""
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def quiet_tree(source: bytes) -> ast.Module:
    """What ``ast`` makes of a source, whatever the compiler has to say about its style."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _imported(tree: ast.Module, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _base(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])
