"""Loops of imports: modules of the project that cannot run without each other."""

from collections import Counter
from collections.abc import Iterator, Mapping

from archlint.core.record import Record
from archlint.project.import_graph import ImportEdge, import_graph, is_own_module
from archlint.project.layers.assignment import is_above, is_outside
from archlint.project.model import Module, Project, question

Graph = dict[Module, dict[Module, ImportEdge]]


class Link(Record, frozen=True):
    """One import of a loop: who imports, and where and what."""

    module: Module
    edge: ImportEdge


@question(cyclic=())
def import_cycles(project: Project) -> tuple[tuple[Link, ...], ...]:
    """The loops of run-time imports, each beginning with the import that closes it: the one to cut.

    Loops are many where a few imports close them all, so they are taken one at a time, the shortest first, and what
    closes a loop is out before the next is looked for: cutting every closing import leaves no loop. Loops of imports at
    module level come before those that only exist because a function imports something. Tests, migrations, scripts and
    vendored code are left out.
    """
    found: list[tuple[Link, ...]] = []
    for is_late in (False, True):
        graph = _graph(project, is_late, {(loop[0].module, loop[0].edge.target) for loop in found})
        length = 2
        while graph := _tangled(graph):
            loops = list(_loops(project, graph, length))
            found += loops
            length = length + 1 if loops else _shortest(graph)
    return tuple(sorted(found, key=lambda loop: (loop[0].module.path, loop[0].edge.line, loop[0].edge.target.path)))


def _graph(project: Project, is_late: bool, cut: set[tuple[Module, Module]]) -> Graph:
    graph: Graph = {module: {} for module in project.modules if not is_outside(project, module)}
    everything = import_graph(project)
    for module, edges in graph.items():
        for edge in everything[module]:
            if edge.target in graph and (module, edge.target) not in cut and (is_late or not edge.is_late):
                known = edges.get(edge.target)
                if known is None or known.is_late > edge.is_late:
                    edges[edge.target] = edge
    return graph


def _tangled(graph: Graph) -> Graph:
    """What is left of a graph without the modules and imports that are part of no loop."""
    tangle_of = _tangles(graph)
    sizes = Counter(tangle_of.values())
    return {
        module: {target: edge for target, edge in edges.items() if tangle_of[target] is tangle_of[module]}
        for module, edges in graph.items()
        if sizes[tangle_of[module]] > 1
    }


def _tangles(graph: Graph) -> dict[Module, Module]:
    """Every module to the one that stands for all that reach it and that it reaches: the strongly connected components
    (Sharir, "A strong-connectivity algorithm and its applications in data flow analysis", 1981)."""
    importers: dict[Module, list[Module]] = {module: [] for module in graph}
    for module, edges in graph.items():
        for target in edges:
            importers[target].append(module)
    tangle_of: dict[Module, Module] = {}
    for root in reversed(_postorder(graph)):
        waiting = [root] if root not in tangle_of else []
        while waiting:
            module = waiting.pop()
            if module not in tangle_of:
                tangle_of[module] = root
                waiting += importers[module]
    return tangle_of


def _postorder(graph: Graph) -> list[Module]:
    """The modules in the order a depth-first search leaves them."""
    seen: set[Module] = set()
    order = []
    for root in graph:
        stack = [(root, iter(graph[root]))] if root not in seen else []
        seen.add(root)
        while stack:
            module, targets = stack[-1]
            following = next((target for target in targets if target not in seen), None)
            if following is None:
                order.append(module)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(graph[following])))
    return order


def _loops(project: Project, graph: Graph, length: int) -> Iterator[tuple[Link, ...]]:
    """The loops of so many imports; what closes each is taken out of the graph."""
    ways_in = Counter(target for edges in graph.values() for target in edges)
    for module in graph:
        while loop := _loop(graph, module, length):
            closing = min(range(len(loop)), key=lambda i: _blame(project, loop[i], ways_in, graph))
            loop = (*loop[closing:], *loop[:closing])
            del graph[loop[0].module][loop[0].edge.target]
            yield loop


def _blame(project: Project, link: Link, ways_in: Mapping[Module, int], graph: Graph) -> tuple[object, ...]:
    """How well an import serves as the one to cut, the best first: one that points up the layers, any but a package's of
    its own modules, one that a function had to hide, one that lies on many ways, then the first by path."""
    module, edge = link
    ways = ways_in[module] * len(graph[edge.target])
    own = is_own_module(module, edge.target)
    return not is_above(project, module, edge.target), own, not edge.is_late, -ways, module.path, edge.line


def _shortest(graph: Graph) -> int:
    """The length of the shortest loop of a graph in which everything is part of one."""
    length = len(graph)
    for module in graph:
        length = len(_loop(graph, module, length - 1)) or length
    return length


def _loop(graph: Graph, start: Module, limit: int) -> tuple[Link, ...]:
    """The shortest loop through a module, of no more than so many imports, or nothing."""
    came: dict[Module, Module] = {}
    level = [start]
    for _ in range(limit):
        last = next((module for module in level if start in graph[module]), None)
        if last is not None:
            return _link(graph, start, last, came)
        following = []
        for module in level:
            for target in graph[module]:
                if target not in came:
                    came[target] = module
                    following.append(target)
        level = following
    return ()


def _link(graph: Graph, start: Module, last: Module, came: dict[Module, Module]) -> tuple[Link, ...]:
    chain = [Link(last, graph[last][start])]
    while last is not start:
        chain.append(Link(came[last], graph[came[last]][last]))
        last = came[last]
    return tuple(reversed(chain))
