"""``archlint config``: the settings in force, and the schema of what may be set."""

from typing import TYPE_CHECKING

import click

from archlint.cli.options import configuration, here
from archlint.cli.output import write

if TYPE_CHECKING:
    from archlint.engine.configuration import Configuration

_WIDTH = 44

_EXAMPLES = """\b
Examples:
  archlint config                        every setting, and the file and line it comes from
  archlint config show packages/billing  the settings for that folder
  archlint config schema > archlint.schema.json
"""


@click.command("config", epilog=_EXAMPLES, short_help="Show the settings.")
@click.argument("what", type=click.Choice(["show", "schema"]), default="show")
@click.argument("paths", nargs=-1)
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--pyproject", is_flag=True, help="The schema of a pyproject.toml with a table [tool.archlint].")
@configuration
def command(
    what: str, paths: tuple[str, ...], output_format: str, pyproject: bool, config_file: str, isolated: bool
) -> int:
    """Show the settings in force for PATHS (the working directory), and where each comes from; or print the JSON Schema.

    The text is TOML: each setting with the file and line it stands in, then the rules that are on. The schema holds the
    options of every rule, those of plugins included.
    """
    from archlint.engine import Request
    from archlint.engine import configuration as engine

    request = Request(paths=paths, cwd=here(), config_file=config_file, isolated=isolated)
    found = engine.configuration(request)
    if what == "schema":
        import json

        from archlint.config.schema import json_schema

        write(json.dumps(json_schema(found.rules, pyproject=pyproject), indent=2) + "\n", encoding="utf-8")
    elif output_format == "json":
        from archlint.reporters.encoding import encode

        write(encode(_record(found)) + "\n", encoding="utf-8")
    else:
        write(_text(found))
    return 0


def _record(found: "Configuration") -> dict[str, object]:
    from archlint.config.listing import listing
    from archlint.config.model import shown

    return {
        "root": shown(found.config.root),
        "files": [shown(path) for path in found.config.files],
        "settings": [setting._asdict() for setting in listing(found.config)],
        "rules": [
            {"code": rule.code, "name": rule.name, "severity": found.selection.severity[rule.code]}
            for rule in found.rules
            if rule.code in found.selection.severity
        ],
    }


def _text(found: "Configuration") -> str:
    from archlint.cli.columns import columns
    from archlint.config.listing import listing, toml
    from archlint.config.model import shown

    files = ", ".join(shown(path) for path in found.config.files) or "no configuration file"
    lines = [f"# {files}", f"# paths count from {shown(found.config.root)}", ""]
    contracts = ["contracts = ["]
    for key, value, path, line in listing(found.config):
        place = f"# {path}:{line}" if path else "# default"
        if key.startswith("contracts."):
            contracts.append(f"{f'  {toml(value)},':<{_WIDTH}}  {place}")
        else:
            lines.append(f"{f'{key} = {toml(value)}':<{_WIDTH}}  {place}")
    lines += [*contracts, "]"] if contracts[1:] else []
    on = [
        (f"# {rule.code}", rule.name, found.selection.severity[rule.code])
        for rule in found.rules
        if rule.code in found.selection.severity
    ]
    lines += ["", f"# rules that are on: {len(on)} of {len(found.rules)}"]
    return "".join(f"{line}\n" for line in lines) + columns(on)
