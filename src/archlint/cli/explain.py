"""``archlint explain``: what archlint has understood of a project."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from archlint.cli.options import configuration, here, layout
from archlint.cli.output import tell, write

if TYPE_CHECKING:
    from archlint.engine import LayerRow, RouteRow

_EXAMPLES = """\b
Examples:
  archlint explain src/shop/services/orders.py
  archlint explain --format json src
  archlint explain --routes
"""

_SECURED = {True: "authenticated", False: "open", None: ""}


@click.command("explain", epilog=_EXAMPLES, short_help="Explain layers and routes.")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--routes", is_flag=True, help="List the application's routes instead.")
@layout
@configuration
def command(paths: tuple[str, ...], routes: bool, layout: str, config_file: str, isolated: bool) -> int:
    """Explain the layer of each file in PATHS, and why it has that layer.

    With --routes: every route with its full path, handler and answer; PATHS limit whose routes are listed.
    """
    if not paths and not routes:
        raise click.UsageError("give a file or folder to explain, or --routes")
    from archlint import engine

    request = engine.Request(paths=paths, cwd=here(), config_file=config_file, isolated=isolated)
    if routes:
        _show(engine.routes(request), layout, _route, ("METHODS", "PATH", "HANDLER", "PLACE", "ANSWER", "SECURITY"))
    else:
        _show(engine.layers(request), layout, _layer, ("PATH", "LAYER", "REASON"))
    return 0


def _show(rows: Sequence[object], layout: str, cells: Callable[..., tuple[str, ...]], header: tuple[str, ...]) -> None:
    if not rows:
        tell("there is nothing to show", "note")
    if layout == "json":
        from archlint.reporters.encoding import encode_array

        write(encode_array(rows) + "\n", encoding="utf-8")
    else:
        from archlint.cli.columns import columns

        table = [cells(row) for row in rows]
        told = [index for index in range(len(header)) if any(row[index] for row in table)]
        write(columns([[row[index] for index in told] for row in (header, *table)]))


def _layer(row: "LayerRow") -> tuple[str, ...]:
    return row.path, row.layer, row.reason


def _route(row: "RouteRow") -> tuple[str, ...]:
    status = "" if row.status_code is None else str(row.status_code)
    answer = " ".join(part for part in (status, row.response_model) if part)
    security = ", ".join(row.security) or _SECURED[row.authenticated]
    return ",".join(row.methods), row.full_path, row.handler, f"{row.path}:{row.line}", answer, security
