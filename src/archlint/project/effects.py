"""What a function does to the world, itself or through the functions it calls, each with the chain of calls that proves it.

Followed are calls that run at once (`archlint.project.call_graph`), as far down as asked; a function that calls itself,
directly or not, is looked into once. Which functions are looked into is told by name first: one that calls nothing
called like what has the effect, or like a function that does, has it not.
"""

from archlint.project.aliases import called, spellings
from archlint.project.call_graph import NOW, Callee, callee, last_name
from archlint.project.candidates import (
    BLOCKS,
    COMMITS,
    COMMON,
    QUERIES,
    RAISES,
    WAITS,
    WRITES,
    called_as,
    functions_calling,
    names_calling,
    telling,
)
from archlint.project.definitions import Function, definitions
from archlint.project.import_graph import imported_modules
from archlint.project.model import Module, Project, every, question
from archlint.project.own_effects import Effect, Hop, is_caught, own_effects, written
from archlint.project.places import whole
from archlint.project.sites import CallSite, call_sites, caught_by

DEPTH = 3


def effects(project: Project, function: Function, kind: str, depth: int = DEPTH) -> tuple[Effect, ...]:
    """What a function does of a kind, in source order, within ``depth`` calls of functions of the project (0: itself). Of
    what a call leads to the nearest; of `RAISES` all that nobody on the way catches."""
    return _effects(project, function, kind, depth)


@question(cyclic=())
def _effects(project: Project, function: Function, kind: str, depth: int) -> tuple[Effect, ...]:
    found = list(own_effects(project, function, kind))
    names = leading(project, function.module, kind, depth - 1) if depth and kind != RAISES else frozenset()
    for site in call_sites(project, function) if depth else ():
        if site.deferred or (kind != RAISES and last_name(site.call) not in names):
            continue
        run = callee(project, function, site)
        if run.when == NOW:
            found += _through(project, function, site, run, kind, depth)
    return tuple(sorted(found, key=lambda effect: effect.chain[0].place))


def _through(
    project: Project, function: Function, site: CallSite, run: Callee, kind: str, depth: int
) -> list[Effect]:  # fmt: skip
    """What a call of functions of the project leads to."""
    below = [
        effect
        for called_function in run.functions
        if called_function is not function
        for effect in _effects(project, called_function, kind, depth - 1)
    ]
    if kind == RAISES:
        below = [e for e in below if not is_caught(project, function, e.what, caught_by(site.around))]
    elif below:
        below = [min(below, key=lambda effect: len(effect.chain))]
    hop = Hop(function, whole(site.call), written(site.call))
    return [Effect(kind, effect.what, (hop, *effect.chain), site.number) for effect in below]


@question(cyclic=frozenset())
def leading(project: Project, module: Module, kind: str, depth: int) -> frozenset[str]:
    """The last parts of the names by calling which a function of a module may come to an effect within ``depth`` further
    calls of functions of the project. Names that all collections have count in modules that import one where a function
    of that name is defined."""
    found = _leading(project, kind, depth)
    common = found & COMMON
    if common:
        near = {module, *(edge.target for edge in imported_modules(project, module))}
        known = {name for other in near for name in _defined(project, other) & common}
        found = (found - COMMON) | known
    return found & called(project, module)


@question(cyclic=frozenset(), kept=frozenset[str])
def _defined(project: Project, module: Module) -> frozenset[str]:
    return frozenset(function.node.name for function in definitions(project, module).functions.values())


@question(cyclic=frozenset())
def _leading(project: Project, kind: str, depth: int) -> frozenset[str]:
    found = spellings(project, _having(project, kind))
    new = found
    for _ in range(depth):
        new = spellings(project, names_calling(project, new - COMMON)) - found
        found |= new
    return found


def _having(project: Project, kind: str) -> frozenset[str]:
    """The names of the functions that have an effect themselves."""
    return frozenset().union(*[names for _, names in every(project, HAVING[kind])])


def _names_having(project: Project, module: Module, kind: str) -> frozenset[str]:
    suspects = functions_calling(project, module, telling(project, module, kind))
    return frozenset(called_as(function) for function in suspects if own_effects(project, function, kind))


@question(cyclic=frozenset(), kept=frozenset[str])
def _blocking(project: Project, module: Module) -> frozenset[str]:
    return _names_having(project, module, BLOCKS)


@question(cyclic=frozenset(), kept=frozenset[str])
def _querying(project: Project, module: Module) -> frozenset[str]:
    return _names_having(project, module, QUERIES)


@question(cyclic=frozenset(), kept=frozenset[str])
def _writing(project: Project, module: Module) -> frozenset[str]:
    return _names_having(project, module, WRITES)


@question(cyclic=frozenset(), kept=frozenset[str])
def _committing(project: Project, module: Module) -> frozenset[str]:
    return _names_having(project, module, COMMITS)


@question(cyclic=frozenset(), kept=frozenset[str])
def _waiting(project: Project, module: Module) -> frozenset[str]:
    return _names_having(project, module, WAITS)


HAVING = {BLOCKS: _blocking, QUERIES: _querying, WRITES: _writing, COMMITS: _committing, WAITS: _waiting}
