"""The ``archlint`` command.

What is imported here every run pays for: ``--version`` and a check in which nothing has changed are answered before anything
else is, and any other loads only what it needs. Measured: click alone costs several times a bare start of the interpreter.
"""

import gc
import sys


def main() -> int:
    """Run the command line of this process; returns the exit code."""
    arguments = sys.argv[1:]
    # A run makes millions of small immutable objects and hardly any garbage, then ends: collecting only costs time,
    # and so does the collection at exit, which skips what is frozen.
    gc.disable()
    try:
        code = _known(arguments)
        if code is None:
            from archlint.cli.app import run

            code = run(arguments)
        return code
    except KeyboardInterrupt:
        return 130
    finally:
        gc.freeze()


def _known(arguments: list[str]) -> int | None:
    """The exit code of what can be answered without a run: the version, and what was printed last time."""
    from archlint.cli.output import OutputError, tell, write

    try:
        if arguments in (["--version"], ["-V"]):
            from archlint import __version__

            write(f"archlint {__version__}\n")
            return 0
        if arguments[:1] == ["check"]:
            from archlint.cli.unchanged import recall

            outcome = recall(arguments)
            return None if outcome is None else outcome.tell()
    except OutputError as failure:
        tell(str(failure), "error")
        return 2
    return None


if __name__ == "__main__":
    sys.exit(main())
