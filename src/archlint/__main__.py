"""The ``archlint`` command.

What is imported here every run pays for: ``--version`` is answered before anything else is, and a check loads only what
it needs. Measured: click alone costs several times a bare start of the interpreter.
"""

import gc
import sys


def main() -> int:
    """Run the command line of this process; returns the exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        return _tell_version()
    # A run makes millions of small immutable objects and hardly any garbage, then ends: collecting only costs time,
    # and so does the collection at exit, which skips what is frozen.
    gc.disable()
    try:
        from archlint.cli.app import run

        return run(arguments)
    except KeyboardInterrupt:
        return 130
    finally:
        gc.freeze()


def _tell_version() -> int:
    from archlint import __version__
    from archlint.cli.output import OutputError, tell, write

    try:
        write(f"archlint {__version__}\n")
    except OutputError as failure:
        tell(str(failure), "error")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
