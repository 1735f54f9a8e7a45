"""The ``archlint`` command: its sub-commands, and what becomes of whatever goes wrong in them."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from archlint import __version__
from archlint.cli.output import OutputError, discard, tell
from archlint.cli.unchanged import COMPLETION
from archlint.core import UsageError

COMMANDS = ("check", "rules", "rule", "explain", "config")
"""The sub-commands in the order the help lists them; each is the module of its name."""

_INTERRUPTED = 130
_FAILED = 2

_EXAMPLES = """\b
Examples:
  archlint check src                    find what is wrong
  archlint check --select ARC1 src      only the rules about layers and services
  archlint rule ARC101                  what a rule is for, with examples and options
  archlint explain src/shop/orders.py   the layer a file has, and why
  archlint explain --routes src         every route of the application

\b
Exit codes:
  0  nothing found        1  something found        2  could not run: usage, configuration or internal error
"""


class _Commands(click.Group):
    """Sub-commands that are imported when they are called, so that none pays for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"archlint.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if not ctx.resilient_parsing and word not in COMMANDS and not word.startswith("-"):
            raise UsageError(f"there is no command `{word}`{_meant(word)}")
        return super().resolve_command(ctx, args)


def _meant(word: str) -> str:
    if os.path.lexists(word):
        return f"; did you mean `archlint check {word}`?"
    from archlint.config import hint

    return hint(word, COMMANDS, f"there are {', '.join(COMMANDS)}")


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXAMPLES,
)
@click.version_option(__version__, "-V", "--version", prog_name="archlint", message="%(prog)s %(version)s")
@click.pass_context
def archlint(ctx: click.Context) -> int:
    """Check the architecture of a FastAPI, Pydantic and SQLAlchemy backend.

    archlint reads a project as a whole: its layers, imports, classes and routes. It never imports or runs any of it.
    """
    if ctx.invoked_subcommand is None:
        tell(ctx.get_help())
    return _FAILED


def run(arguments: list[str]) -> int:
    """Run one command line.

    Args:
        arguments: what follows the program's name.

    Returns:
        The exit code: the command's own; 2 for wrong usage, a wrong configuration and a defect of archlint, each told
        in one line on stderr; 130 when interrupted. A shell that asks for completions gets those instead.
    """
    try:
        if instruction := os.environ.get(COMPLETION):
            from click.shell_completion import shell_complete

            return shell_complete(archlint, {}, "archlint", COMPLETION, instruction)
        # Not click's own main(): it would swallow a closed pipe, a keyboard interrupt and errors in ways of its own.
        with archlint.make_context("archlint", list(arguments), obj=list(arguments)) as context:
            code: int = archlint.invoke(context)
            return code
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as wrong:
        tell(wrong.format_message(), "error")
    except (UsageError, OutputError) as wrong:
        tell(str(wrong), "error")
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of a help page has gone away
        discard(sys.stdout)
    except Exception as defect:
        _tell_defect(defect)
    return _FAILED


def _tell_defect(defect: Exception) -> None:
    import traceback

    if os.environ.get("ARCHLINT_DEBUG"):
        tell("".join(traceback.format_exception(defect)).rstrip())
    place = traceback.extract_tb(defect.__traceback__)[-1]
    where = f"{'/'.join(Path(place.filename).parts[-2:])}:{place.lineno}"
    what = f"{type(defect).__name__}: {defect} ({where})"
    advice = f"a defect of archlint {__version__}; please report it with the traceback that ARCHLINT_DEBUG=1 shows"
    tell(f"internal error: {what}: {advice}", "error")
