"""Who calls a function."""

import functools
from collections.abc import Iterator

from archlint.project.aliases import called, slots_calling, spellings
from archlint.project.calls.candidates import called_as
from archlint.project.calls.forms import last_name
from archlint.project.calls.glimpses import glimpses
from archlint.project.calls.graph import Caller, callee
from archlint.project.definitions import Function, bodies_in
from archlint.project.flow.sites import call_sites
from archlint.project.knowledge import table
from archlint.project.layers.assignment import is_outside
from archlint.project.model import Project, every


def callers(project: Project, function: Function) -> Iterator[Caller]:
    """The calls of a function from the functions of the project but its tests and scripts, each found when it is asked
    for."""
    wanted = spellings(project, frozenset({called_as(function)}))
    for module, names in every(project, called):
        if wanted.isdisjoint(names) or is_outside(project, module):
            continue
        for caller, _ in bodies_in(project, module, slots_calling(project, module, wanted)):
            if caller is None or not _may_call(project, caller, function, wanted):
                continue
            for site in call_sites(project, caller):
                if last_name(site.call) in wanted:
                    found = callee(project, caller, site)
                    if function in found.functions:
                        yield Caller(caller, site, found)


def _may_call(project: Project, caller: Function, function: Function, wanted: frozenset[str]) -> bool:
    """Whether one function may call another by some names, which does not say whom it hands what it is given."""
    if not wanted.isdisjoint(_handing()):
        return True
    return any(function in run.functions for seen in glimpses(project, caller, wanted) for run in seen.runs)


@functools.cache
def _handing() -> frozenset[str]:
    """The last parts of the names of what is handed a function to run."""
    known = table("calls")
    return frozenset(name.rpartition(".")[2] for kind in ("threads", "later") for name in known[kind])
