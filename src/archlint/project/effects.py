"""What a function does to the world, itself or through the functions it calls, each with the chain of calls that proves it.

Followed are calls that run at once (`archlint.project.call_graph`), as far down as asked; a function that calls itself,
directly or not, is looked into once. Which functions are looked into is told by name first: one that calls nothing
called like what has the effect, or like a function that does, has it not.
"""

from collections.abc import Callable, Mapping

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
    near_names,
    telling,
)
from archlint.project.definitions import Function
from archlint.project.model import Module, Project, every, question
from archlint.project.own_effects import Effect, Hop, is_caught, own_effects, written
from archlint.project.places import whole
from archlint.project.sites import CallSite, call_sites, caught_by

DEPTH = 3

Having = Callable[[Project, Module], frozenset[str]]


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
        if called_function is not function and _counts(called_function, kind)
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
    calls of functions of the project. Names that all collections have count in modules that import one where such a
    function is defined."""
    levels = range(min(depth + 1, LEVELS))

    def having(project: Project, other: Module) -> frozenset[str]:
        return frozenset().union(*[HAVING[kind, level](project, other) for level in levels])

    return near_names(project, module, _names_having(project, kind, depth), having) & called(project, module)


@question(cyclic=frozenset())
def _names_having(project: Project, kind: str, depth: int) -> frozenset[str]:
    """The names by which functions may be called that have an effect within ``depth`` calls."""
    if depth >= LEVELS:
        below = _names_having(project, kind, depth - 1)
        return below | spellings(project, names_calling(project, below - COMMON))
    found = spellings(project, frozenset().union(*[names for _, names in every(project, HAVING[kind, depth])]))
    return found | _names_having(project, kind, depth - 1) if depth else found


def _having(name: str, kind: str, depth: int) -> Having:
    """The question which functions of a module, by the names they are called by, have an effect within ``depth`` calls;
    ``name`` is that of the question in this module."""

    def having(project: Project, module: Module) -> frozenset[str]:
        names = leading(project, module, kind, depth - 1) if depth else telling(project, module, kind)
        found = functions_calling(project, module, names)
        return frozenset(called_as(f) for f in found if _counts(f, kind) and _effects(project, f, kind, depth))

    having.__name__ = having.__qualname__ = name
    return question(cyclic=frozenset(), kept=frozenset[str])(having)


def _counts(function: Function, kind: str) -> bool:
    """Whether what a function does of a kind counts for who calls it: an ``async def`` that blocks is to blame itself."""
    return kind not in (BLOCKS, WAITS) or not function.is_async


_blocking_0 = _having("_blocking_0", BLOCKS, 0)
_blocking_1 = _having("_blocking_1", BLOCKS, 1)
_blocking_2 = _having("_blocking_2", BLOCKS, 2)
_querying_0 = _having("_querying_0", QUERIES, 0)
_querying_1 = _having("_querying_1", QUERIES, 1)
_querying_2 = _having("_querying_2", QUERIES, 2)
_writing_0 = _having("_writing_0", WRITES, 0)
_writing_1 = _having("_writing_1", WRITES, 1)
_writing_2 = _having("_writing_2", WRITES, 2)
_committing_0 = _having("_committing_0", COMMITS, 0)
_committing_1 = _having("_committing_1", COMMITS, 1)
_committing_2 = _having("_committing_2", COMMITS, 2)

LEVELS = 3
HAVING: Mapping[tuple[str, int], Having] = {
    (BLOCKS, 0): _blocking_0, (BLOCKS, 1): _blocking_1, (BLOCKS, 2): _blocking_2,
    (QUERIES, 0): _querying_0, (QUERIES, 1): _querying_1, (QUERIES, 2): _querying_2,
    (WRITES, 0): _writing_0, (WRITES, 1): _writing_1, (WRITES, 2): _writing_2,
    (COMMITS, 0): _committing_0, (COMMITS, 1): _committing_1, (COMMITS, 2): _committing_2,
}  # fmt: skip
