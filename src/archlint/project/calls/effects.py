"""What a function does to the world, itself or through the functions it calls, each with the chain of calls that proves it.

Followed are calls that run at once (`archlint.project.calls.graph`), as far down as asked; a function that calls itself,
directly or not, is looked into once.
"""

from archlint.project.calls.candidates import BLOCKS, RAISES, WAITS
from archlint.project.calls.forms import written
from archlint.project.calls.graph import NOW, Callee, callee
from archlint.project.calls.own_effects import Effect, Hop, is_caught, own_effects
from archlint.project.definitions import Function
from archlint.project.flow.sites import CallSite, call_sites, caught_by
from archlint.project.model import Project, question
from archlint.project.places import whole

DEPTH = 3


def effects(project: Project, function: Function, kind: str, depth: int = DEPTH) -> tuple[Effect, ...]:
    """What a function does of a kind, in source order, within ``depth`` calls of functions of the project (0: itself). Of
    what a call leads to the nearest; of `RAISES` all that nobody on the way catches."""
    return _effects(project, function, kind, depth)


@question(cyclic=())
def _effects(project: Project, function: Function, kind: str, depth: int) -> tuple[Effect, ...]:
    found = list(own_effects(project, function, kind))
    for site in call_sites(project, function) if depth else ():
        run = callee(project, function, site)
        if run.when == NOW and not site.deferred:
            found += _through(project, function, site, run, kind, depth)
    return tuple(sorted(found, key=lambda effect: effect.chain[0].place))


def _through(
    project: Project, function: Function, site: CallSite, run: Callee, kind: str, depth: int
) -> list[Effect]:  # fmt: skip
    """What a call of functions of the project leads to."""
    below = [
        effect
        for called in run.functions
        if called is not function and _counts(called, kind)
        for effect in _effects(project, called, kind, depth - 1)
    ]
    if kind == RAISES:
        below = [e for e in below if not is_caught(project, function, e.what, caught_by(site.around))]
    elif below:
        below = [min(below, key=lambda effect: len(effect.chain))]
    hop = Hop(function, whole(site.call), written(site.call))
    return [Effect(kind, effect.what, (hop, *effect.chain), site.number) for effect in below]


def _counts(function: Function, kind: str) -> bool:
    """Whether what a function does of a kind counts for who calls it: an ``async def`` that blocks is to blame itself."""
    return kind not in (BLOCKS, WAITS) or not function.is_async
