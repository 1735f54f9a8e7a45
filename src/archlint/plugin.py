"""Everything a rule author may import.

A rule is one file: a docstring that is its page, and one generator under `rule`. The file's name is the rule's name::

    \"\"\"What is wrong, in one sentence.

    Why it matters.

    ## Bad
    ```python
    # src/shop/services/orders.py
    from fastapi import HTTPException  # error
    ```

    ## Good
    ```python
    # src/shop/services/orders.py
    from shop.core.result import failure
    ```
    \"\"\"

    @rule("ACME001", severity=WARNING, layers=("service",))
    def check(project: Project, module: Module) -> Iterator[Finding]:
        for statement in imports(project, module):
            ...
            yield found(module, statement, "…", help="…")

The generator names what it wants: ``project``, ``module``, ``options`` (the struct given as ``options=``), ``audit``
(how the module's inline suppressions fared). Without ``module`` it runs once a project.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Protocol

from archlint.core import ERROR, RECOMMENDED, STRICT, WARNING, Audit, Finding, Options, Related, Rule, Span
from archlint.project.calls.blocking import Blocking
from archlint.project.constants.local_constants import LocalConstant, local_constants
from archlint.project.fastapi import (
    Contract,
    MappedPart,
    Route,
    mapped_in_response,
    response_contract,
    returns_data,
    returns_responses,
    routes,
    routes_in,
    untyped_response,
)
from archlint.project.import_graph import is_own_module
from archlint.project.imports import (
    ImportedName,
    ImportStatement,
    LayeredName,
    from_above,
    internal_imports,
    runtime_imports,
)
from archlint.project.layers.assignment import Layer, is_disputed, layer
from archlint.project.layers.cohesion import Group, Split, proposed_split
from archlint.project.layers.contracts import Breach, contract_breaches
from archlint.project.layers.cycles import Link, import_cycles
from archlint.project.layers.errors import HttpError, http_errors
from archlint.project.layers.frameworks import Hop, framework_chain, framework_imports, names_listed
from archlint.project.layers.import_time import ImportTimeIO, import_time_io
from archlint.project.layers.order import order
from archlint.project.layers.purity import ImpureImport, ImpureName, Opening, impure_imports, impure_packages, openings
from archlint.project.layers.services import Service, services
from archlint.project.layers.skips import round_services
from archlint.project.layers.stray_errors import StrayError, Use, stray_errors
from archlint.project.layers.unhandled import Unhandled, unhandled
from archlint.project.loops.mutations import Mutation, mutations
from archlint.project.model import Module, Project
from archlint.project.places import Place, parse_error, start_of
from archlint.project.transactions.commits import Scattered, scattered_commits
from archlint.project.transactions.lifetimes import Unclosed, unclosed_sessions
from archlint.project.versions import is_older
from archlint.project.waiting.async_waits import Blocked, SessionUse, blocking_reached, sync_sessions
from archlint.project.waiting.awaits import needless_awaits
from archlint.project.waiting.blocking_calls import BlockingCall, blocking_calls
from archlint.project.waiting.coroutines import unawaited
from archlint.project.waiting.loop_names import Depth

__all__ = [
    "ERROR",
    "RECOMMENDED",
    "STRICT",
    "WARNING",
    "Audit",
    "Blocked",
    "Blocking",
    "BlockingCall",
    "Breach",
    "Contract",
    "Depth",
    "Finding",
    "Group",
    "Hop",
    "HttpError",
    "ImportStatement",
    "ImportTimeIO",
    "ImportedName",
    "ImpureImport",
    "ImpureName",
    "Layer",
    "LayeredName",
    "Link",
    "LocalConstant",
    "MappedPart",
    "Module",
    "Mutation",
    "Opening",
    "Options",
    "Place",
    "Project",
    "Related",
    "Route",
    "Rule",
    "Scattered",
    "Service",
    "SessionUse",
    "Span",
    "Split",
    "StrayError",
    "Unclosed",
    "Unhandled",
    "Use",
    "blocking_calls",
    "blocking_reached",
    "contract_breaches",
    "found",
    "framework_chain",
    "framework_imports",
    "from_above",
    "http_errors",
    "import_cycles",
    "import_time_io",
    "impure_imports",
    "impure_packages",
    "internal_imports",
    "is_disputed",
    "is_older",
    "is_own_module",
    "layer",
    "local_constants",
    "mapped_in_response",
    "mutations",
    "names_listed",
    "needless_awaits",
    "openings",
    "order",
    "parse_error",
    "place",
    "proposed_split",
    "related",
    "response_contract",
    "returns_data",
    "returns_responses",
    "round_services",
    "routes",
    "routes_in",
    "rule",
    "runtime_imports",
    "scattered_commits",
    "services",
    "start_of",
    "stray_errors",
    "sync_sessions",
    "unawaited",
    "unclosed_sessions",
    "unhandled",
    "untyped_response",
]  # fmt: skip

Check = Callable[..., Iterator[Finding]]


class Placed(Protocol):
    """Anything a question answers with that lies somewhere in a file: lines from 1, columns in UTF-8 bytes from 0."""

    @property
    def line(self) -> int: ...
    @property
    def col(self) -> int: ...
    @property
    def end_line(self) -> int: ...
    @property
    def end_col(self) -> int: ...


def rule(
    code: str,
    *,
    severity: str,
    preset: str = RECOMMENDED,
    layers: tuple[str, ...] = (),
    everywhere: bool = False,
    options: type[Options] | None = None,
) -> Callable[[Check], Rule]:
    """Make a generator of findings a `Rule`; see there for what the arguments mean."""

    def decorate(check: Check) -> Rule:
        module = check.__module__
        return Rule(
            code=code,
            name=module.rpartition(".")[2].replace("_", "-"),
            severity=severity,
            preset=preset,
            layers=layers,
            everywhere=everywhere,
            options=options,
            check=check,
            doc=sys.modules[module].__doc__ or "",
        )

    return decorate


def place(at: Placed) -> Span:
    """The span of something a question answered with."""
    return Span(at.line, at.col + 1, at.end_line, at.end_col + 1)


def found(
    module: Module, at: Placed, message: str, *, help: str, symbol: str = "", related: tuple[Related, ...] = (),
    severity: str = "", preset: str = "",
) -> Finding:  # fmt: skip
    """A finding in ``module``.

    Args:
        help: one sentence that names what to use instead.
        severity: where it differs from the rule's.
        preset: ``STRICT`` for a finding only that preset reports, of a rule that is on before.
    """
    return Finding(message, module.path, place(at), help, symbol, related, severity, preset)


def related(module: Module, at: Placed, message: str) -> Related:
    """Evidence for a finding that lies elsewhere."""
    return Related(module.path, place(at), message)
