"""One project, measured: a copy of it, the columns, the figures."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from _budgets import Measured
from _common import HERE, BenchmarkError
from _copies import complete_copy, project_copy
from _edits import body_change, interface_change, new_file
from _imports import Imports, imports_of
from _measure import Bench, Column, environment
from _peers import LAYERS, Peer, Site, archlint_config, peer_lineup
from _tables import Section
from _ways import (
    Ground,
    archlint_columns,
    checked_files,
    contract_column,
    floor_columns,
    modules_loaded,
    ruff_columns,
    ruff_findings,
)

SETTLED = 2.5
"""Seconds to leave a copy alone before anything runs on it."""


class Tools(NamedTuple):
    """What to measure with.

    Attributes:
        archlint: the command that starts it.
        ruff: its executable; None: not measured.
        peers: the others.
        home: the environment in which those are installed.
        limit: seconds that a run of a peer may take.
        runs: samples of each column.
        long_runs: samples of those that take longer.
        columns: the names of columns to measure; empty: all. Those of peers need not be named.
    """

    archlint: Sequence[str]
    ruff: Path | None
    peers: Sequence[Peer]
    home: Path
    limit: float
    runs: int
    long_runs: int
    columns: Collection[str] = ()


class Lineup(NamedTuple):
    """What is measured, what a reader must know about what is not, and how many findings ruff has."""

    columns: list[Column]
    notes: list[str]
    findings: int | None


def measure(title: str, root: Path, tools: Tools, scratch: Path) -> Section:
    """Measure one project, the folder ``root``, which is left as it is."""
    ground, imports, found = stage(root, scratch)
    lineup = line_up(tools, ground, imports)
    checked = checked_files(tools.archlint, ground.root)
    loaded = modules_loaded(tools.archlint, ground)
    outcome = Bench(scratch, scratch / "home").interleave(lineup.columns, tools.runs, tools.long_runs)
    measured = Measured(title.partition(" ")[0], found["lines"], outcome.samples, lineup.findings, loaded)
    return Section(title, found, checked, lineup.columns, measured, outcome.failures, lineup.notes)


def stage(root: Path, scratch: Path) -> tuple[Ground, Imports, Mapping[str, Any]]:
    """Copy a project; returns what is measured on, its imports, and the survey of ``_parse.py``."""
    whole = project_copy(root, scratch / "whole")
    found = survey(whole)
    refused = [root / Path(path).relative_to(whole) for path in found["refused"]]
    copy, edited = (project_copy(root, scratch / name, refused) for name in ("tree", "edited"))
    accepted = [Path(path).relative_to(whole) for path in found["accepted"]]
    listed = scratch / "files"
    listed.write_text("".join(f"{copy / path}\n" for path in accepted), encoding="utf-8")
    files = [edited / path for path in accepted]
    imports = imports_of(edited, files)
    importers = imports.importers()
    body = body_change(files)
    most = max(sorted(importers), key=lambda path: importers[path])
    ground = Ground(
        root=copy,
        whole=whole if refused else copy,
        edited=edited,
        listed=listed,
        given=body.path.relative_to(edited).as_posix(),
        scratch=scratch,
        body=body,
        interface=interface_change(importers),
        added=new_file(body.path, imports.names[most]),
    )
    # Caches mistrust what has just been written, whatever its times say.
    time.sleep(SETTLED)
    return ground, imports, found


def survey(root: Path) -> Mapping[str, Any]:
    """What there is to parse in a folder."""
    # In a process of its own: this one must stay small and idle.
    command = [sys.executable, str(HERE / "_parse.py"), "--survey", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        raise BenchmarkError(f"cannot survey {root}: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    if not found["accepted"]:
        raise BenchmarkError(f"no Python file under {root}")
    return found


def line_up(tools: Tools, ground: Ground, imports: Imports) -> Lineup:
    """The columns of all tools, as far as they are installed and wanted."""
    columns = [*floor_columns(ground), *archlint_columns(tools.archlint, ground)]
    notes: list[str] = []
    findings = None
    if tools.ruff is None:
        notes.append("ruff: not installed; `speed.py --install-peers` does that.")
    else:
        found = ruff_findings(tools.ruff, ground.root)
        findings = len(found)
        columns += ruff_columns(tools.ruff, ground, found)
    if tools.columns:
        columns = [column for column in columns if column.name in tools.columns]
    if tools.peers:
        added, missing = _peers(tools, ground, imports)
        columns += added
        notes += missing
    return Lineup(columns, notes, findings)


def _peers(tools: Tools, ground: Ground, imports: Imports) -> tuple[list[Column], list[str]]:
    layers = imports.layers()
    complete = complete_copy(ground.root, ground.scratch / "complete")
    site = Site(ground.root, complete, ground.scratch, layers)
    columns, notes = peer_lineup(tools.peers, site, tools.home, tools.limit)
    if any(column.name.startswith(LAYERS) for column in columns):
        # Not under a name that a run without --config would take up.
        config = ground.root.parent / "contract.toml"
        config.write_text(archlint_config(layers), encoding="utf-8")
        columns.insert(0, contract_column(tools.archlint, ground, config, tools.limit))
    return columns, notes
