"""What ``[[contracts]]`` forbid, and which imports break them.

A contract sees what runs: imports under ``TYPE_CHECKING`` or a ``__main__`` guard are none to it. Apart from that the
chains it finds are import-linter's: they lead from one of its modules to another through modules it does not name
(https://import-linter.readthedocs.io/en/stable/contract_types/).
"""

from collections.abc import Iterable, Iterator

from archlint.config import KeyPath, subject
from archlint.config.contracts import (
    Contract,
    ForbiddenContract,
    LayersContract,
    contracts,
    ignored_import,
    siblings,
)
from archlint.core.record import Record
from archlint.project.import_graph import import_graph
from archlint.project.layers.contract_modules import (
    Group,
    Node,
    children,
    first_module,
    groups,
    matching,
    outside_imports,
)
from archlint.project.layers.contracts import Breach, Link
from archlint.project.model import Module, Project, every, question
from archlint.project.names import absolute
from archlint.project.places import Place, start_of


class _Bar(Record, frozen=True):
    """What a contract forbids: chains from one of the sources to the target that pass through nothing blocked."""

    target: Group
    sources: tuple[Group, ...]
    blocked: frozenset[Node] = frozenset()
    is_direct: bool = False


class _Edge(Record, frozen=True):
    importer: Module
    place: Place
    target: Node

    @property
    def link(self) -> Link:
        target = self.target if isinstance(self.target, str) else self.target.name
        return Link(self.importer, self.place, target)


def check_contracts(project: Project) -> None:
    """Raise ConfigError for a contract that names a module that there is not."""
    for number, contract in enumerate(contracts(project.config)):
        _bars(project, ("contracts", number), contract)


@question(cyclic={})
def all_breaches(project: Project) -> dict[Module, tuple[Breach, ...]]:
    """The breaches of all contracts, by the module at fault; see `contract_breaches`."""
    found: dict[Module, list[Breach]] = {}
    edges = _edges(project)
    for number, contract in enumerate(contracts(project.config)):
        key = ("contracts", number)
        for breach in _broken(_heeded(project, key, contract, edges), contract, _bars(project, key, contract)):
            found.setdefault(breach.links[0].module, []).append(breach)
        for name in _unnamed(project, contract):
            module = first_module(project, name)
            breach = Breach(*start_of(module), contract.name, contract.reason, name, "", ())
            found.setdefault(module, []).append(breach)
    return {module: tuple(breaches) for module, breaches in found.items()}


def _edges(project: Project) -> list[_Edge]:
    """What the modules import at run time."""
    outside = dict(every(project, outside_imports))
    found = []
    for module, edges in import_graph(project).items():
        found += [_Edge(module, Place(*edge[:4]), edge.target) for edge in edges]
        found += [_Edge(module, Place(*place), name) for *place, name in outside[module]]
    return found


def _heeded(project: Project, key: KeyPath, contract: Contract, edges: list[_Edge]) -> list[_Edge]:
    """The imports that a contract does not ignore.

    Raises:
        ConfigError: it ignores one that nobody makes.
    """
    for item, entry in enumerate(contract.ignore_imports):
        importer, imported = ignored_import(entry)
        left = [
            edge
            for edge in edges
            if not (importer.fullmatch(edge.importer.name) and imported.fullmatch(edge.link.target))
        ]
        if len(left) == len(edges) and project.config.owns(key) and not _is_written(project, entry):
            place = (*key, "ignore-imports", item)
            raise project.config.error(place, f"{subject(place)}: nothing is imported as `{entry}` says")
        edges = left
    return edges


def _is_written(project: Project, entry: str) -> bool:
    """Whether there is such an import that no contract sees: one for type checkers, say."""
    importer, imported = ignored_import(entry)
    for module in project.modules:
        for statement in module.interface.imports if importer.fullmatch(module.name) else ():
            source = absolute(module, statement.module, statement.level) if statement.module is not None else ""
            names = [f"{source}.{name}" if source else name for name, _ in statement.names]
            if any(map(imported.fullmatch, (source, *names))):
                return True
    return False


def _broken(edges: list[_Edge], contract: Contract, bars: Iterable[_Bar]) -> list[Breach]:
    """The statements that break a contract, each with the shortest chain it begins."""
    importers: dict[Node, list[_Edge]] = {}
    for edge in edges:
        importers.setdefault(edge.target, []).append(edge)
    shortest: dict[tuple[Module, Place], Breach] = {}
    for bar in bars:
        for source, links in _chains(importers, bar):
            place = links[0].place
            known = shortest.get((links[0].module, place))
            if known is None or len(links) < len(known.links):
                breach = Breach(*place, contract.name, contract.reason, source.name, bar.target.name, links)
                shortest[links[0].module, place] = breach
    return list(shortest.values())


def _chains(importers: dict[Node, list[_Edge]], bar: _Bar) -> Iterator[tuple[Group, tuple[Link, ...]]]:
    """For each import of a source that leads to the target, the shortest chain from there."""
    sources = {node: group for group in bar.sources for node in group.nodes}
    onward: dict[Node, tuple[Link, ...]] = dict.fromkeys(bar.target.nodes, ())
    reached = sorted(bar.target.nodes, key=lambda node: node if isinstance(node, str) else node.path)
    for node in reached:  # grows on the way: breadth first
        for edge in importers.get(node, ()):
            if edge.importer in sources:
                if not (bar.is_direct and onward[node]):
                    yield sources[edge.importer], (edge.link, *onward[node])
            elif edge.importer not in onward and edge.importer not in bar.blocked:
                onward[edge.importer] = (edge.link, *onward[node])
                reached.append(edge.importer)


def _bars(project: Project, key: KeyPath, contract: Contract) -> list[_Bar]:
    """Everything a contract forbids.

    Raises:
        ConfigError: it names a module that there is not, or one inside another.
    """
    if isinstance(contract, LayersContract):
        containers = groups(project, (*key, "containers"), contract.containers)
        prefixes = [f"{container.name}." for container in containers] if contract.containers else [""]
        return [bar for prefix in prefixes for bar in _between_layers(project, key, contract, prefix)]
    if isinstance(contract, ForbiddenContract):
        as_packages = contract.as_packages
        sources = groups(project, (*key, "source-modules"), contract.source_modules, as_packages=as_packages)
        targets = groups(
            project, (*key, "forbidden-modules"), contract.forbidden_modules, as_packages=as_packages, third_party=True
        )
        return [
            _Bar(target, (source,), is_direct=contract.allow_indirect_imports)
            for source in sources
            for target in targets
            if source.name != target.name and not (as_packages and source.overlaps(target))
        ]
    modules = groups(project, (*key, "modules"), contract.modules)
    _check_apart(project, (*key, "modules"), modules)
    return _between([(True, modules)])


def _between_layers(project: Project, key: KeyPath, contract: LayersContract, prefix: str) -> list[_Bar]:
    """What the layers of one container may not import."""
    levels: list[tuple[bool, list[Group]]] = []
    for item, written in enumerate(contract.layers):
        level = siblings(written)
        place = (*key, "layers", item)
        named = [groups(project, place, [prefix + name], is_optional=name in level.optional) for name in level.names]
        levels.append((level.independent, [group for found in named for group in found]))
    _check_apart(project, (*key, "layers"), [group for _, here in levels for group in here])
    return _between(levels)


def _between(levels: list[tuple[bool, list[Group]]]) -> list[_Bar]:
    """What levels, from the top down, may not import; the groups of one are independent of one another or are not."""
    everything = frozenset(node for _, here in levels for group in here for node in group.nodes)
    bars = []
    for at, (independent, here) in enumerate(levels):
        below = [group for _, lower in levels[at + 1 :] for group in lower]
        for target in here:
            beside = [group for group in here if independent and group is not target]
            bars.append(_Bar(target, (*beside, *below), everything))
    return bars


def _check_apart(project: Project, key: KeyPath, found: list[Group]) -> None:
    for at, group in enumerate(found):
        for other in found[:at]:
            if group.overlaps(other):
                message = f"{subject(key)}: `{group.name}` and `{other.name}` overlap: one lies in the other"
                raise project.config.error(key, message)


def _unnamed(project: Project, contract: Contract) -> list[str]:
    """The children of containers that an exhaustive contract does not name."""
    if not isinstance(contract, LayersContract) or not contract.exhaustive:
        return []
    known = {name for level in contract.layers for name in siblings(level).names} | {*contract.exhaustive_ignores}
    containers = [name for expression in contract.containers for name in matching(project, expression)]
    found = [child for container in containers for child in children(project, container)]
    return [child for child in dict.fromkeys(found) if child.rpartition(".")[2] not in known]
