"""What archlint says of the expressions pyright was asked about, and how the two compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from _pyright import CLASSES, Answers, Kinds
from _wrapping import CALL, RECEIVER, Spot

from archlint.engine import Request
from archlint.engine.load import load_project
from archlint.facts.expressions import Attr, Call, Expr
from archlint.project.definitions import Function, all_functions
from archlint.project.flow.sites import CallSite, call_sites, frame_of
from archlint.project.model import Project
from archlint.project.types.annotations import UNION, Type, arms
from archlint.project.types.databases import database_of
from archlint.project.types.expressions import type_of

AGREE, DISAGREE, ONLY_OURS, ONLY_THEIRS = "agree", "disagree", "only archlint", "only pyright"
COROUTINES = {"collections.abc.Coroutine": "coroutine", "collections.abc.Awaitable": "awaitable"}
Sites = Mapping[tuple[int, int, int, int], tuple[Function, CallSite]]


class Opinion(NamedTuple):
    """What both say of one expression.

    Attributes:
        ours: the kind archlint takes it for; empty where that is none of the kinds compared.
        theirs: the kinds pyright thinks it may be of; empty where it does not know.
        says: archlint's type, to be read.
    """

    path: str
    spot: Spot
    ours: str
    theirs: Kinds
    says: str

    @property
    def kind(self) -> str:
        """Under which kind it counts: pyright's where it is one, else archlint's; empty where it is of none."""
        return next(iter(self.theirs)) if len(self.theirs) == 1 and self.theirs <= CLASSES.keys() else self.ours

    @property
    def verdict(self) -> str:
        """How the two compare. Where pyright sees several ways, archlint is right to name one of them."""
        if not self.ours:
            return ONLY_THEIRS
        if not self.theirs:
            return ONLY_OURS
        return AGREE if self.ours in self.theirs else DISAGREE


def opinions(root: Path, answers: Answers) -> list[Opinion]:
    """What both say of each expression of a package that either takes for one of the kinds."""
    project = load_project(Request(paths=(str(root),), cwd=str(root.parent), isolated=True)).project
    found = []
    for module in project.modules:
        path = f"{root.name}/{module.path}" if not module.path.startswith(f"{root.name}/") else module.path
        sites = _sites(project, all_functions(project, module)) if path in answers else {}
        for spot, theirs in answers.get(path, {}).items():
            type_ = _type(project, sites, spot)
            opinion = Opinion(path, spot, kind_of(project, type_), theirs, shown(type_))
            if opinion.kind:
                found.append(opinion)
    return found


def _sites(project: Project, functions: Iterable[Function]) -> Sites:
    return {
        (site.call.line, site.call.col, site.call.end_line, site.call.end_col): (function, site)
        for function in functions
        for site in call_sites(project, function)
    }


def _type(project: Project, sites: Sites, spot: Spot) -> Type | None:
    """archlint's type of an expression; None where it sees no such call."""
    if spot.call not in sites:
        return None
    function, site = sites[spot.call]
    return type_of(project, part(site.call, spot), frame_of(function, site))


def part(call: Call, spot: Spot) -> Expr:
    """The expression of a lowered call that a spot is."""
    if spot.role == CALL:
        return call
    if spot.role == RECEIVER:
        return call.func.base if isinstance(call.func, Attr) else str(call.func).rpartition(".")[0]
    return call.keyword(spot.keyword) if spot.keyword else call.args[spot.nth]


def kind_of(project: Project, type_: Type | None) -> str:
    """Which of the kinds a type is of, in pyright's words; empty for another."""
    if type_ is None:
        return ""
    database = database_of(project, type_)
    if database is not None:
        return f"{'async ' * database.is_async}{database.kind}"
    return next((COROUTINES[arm.name] for arm in arms(type_) if arm.name in COROUTINES), "")


def shown(type_: Type | None) -> str:
    """A type in a few words."""
    if type_ is None:
        return "no such call"
    if type_.kind == UNION:
        return " | ".join(map(shown, type_.args))
    name = type_.symbol.name if type_.symbol is not None else type_.kind or "?"
    return f"{name}[{', '.join(map(shown, type_.args))}]" if type_.args else name


class Count(NamedTuple):
    """How often what was said of one kind."""

    agree: int
    disagree: int
    only_ours: int
    only_theirs: int

    @property
    def agreed(self) -> float | None:
        """Of what both know, the share on which they agree."""
        both = self.agree + self.disagree
        return self.agree / both if both else None

    @property
    def known(self) -> float | None:
        """Of what pyright takes for one of the kinds, the share archlint agrees to."""
        theirs = self.agree + self.only_theirs
        return self.agree / theirs if theirs else None


def counted(found: Iterable[Opinion]) -> Count:
    """The verdicts of some opinions, counted."""
    tally = Counter(opinion.verdict for opinion in found)
    return Count(*(tally[verdict] for verdict in (AGREE, DISAGREE, ONLY_OURS, ONLY_THEIRS)))


def by_kind(found: Iterable[Opinion]) -> dict[str, list[Opinion]]:
    """Opinions by kind, in the order of the kinds."""
    kinds: dict[str, list[Opinion]] = {kind: [] for kind in CLASSES}
    for opinion in found:
        kinds[opinion.kind].append(opinion)
    return {kind: opinions for kind, opinions in kinds.items() if opinions}
