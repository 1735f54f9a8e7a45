"""Where output goes: the report to stdout or a file, everything else to stderr."""

# ruff: noqa: PTH110, PTH112, PTH113, PTH116, PTH120, PTH123

import os
import sys

TYPE_CHECKING = False  # typing itself would double the time `--version` takes
if TYPE_CHECKING:
    from typing import TextIO


class OutputError(Exception):
    """Output that could not be written, and why; in one line."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"cannot write the output: {reason}")


class Outcome:
    """What a run tells.

    Attributes:
        code: the exit code.
        notes: the lines for stderr, without the last one's end.
        output: the text for stdout.
        encoding: that of the output; the stream's own where empty.
    """

    def __init__(self, code: int, notes: str = "", output: str = "", encoding: str = "") -> None:
        self.code = code
        self.notes = notes
        self.output = output
        self.encoding = encoding

    def tell(self) -> int:
        """Print it; returns the exit code.

        Raises:
            OutputError: stdout is closed, or the disk is full.
        """
        if self.notes:
            tell(self.notes)
        write(self.output, self.encoding)
        return self.code


def write(text: str, encoding: str = "") -> None:
    """Write a report to stdout.

    A reader that has gone away is no error: what it did not want to read changes nothing about the outcome.

    Args:
        text: all of it.
        encoding: the stream's own where empty. What it cannot spell is written as an escape.

    Raises:
        OutputError: stdout is closed, or the disk is full.
    """
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise OutputError("standard output is closed")
    try:
        stream.buffer.write(text.encode(encoding or stream.encoding, "backslashreplace"))
        stream.flush()
    except BrokenPipeError:
        discard(stream)
    except OSError as failure:
        discard(stream)
        raise OutputError(failure.strerror or str(failure)) from None


def check_file(file: str) -> None:
    """Find out early whether ``save`` has a chance.

    Raises:
        OutputError: there is no folder to put the file in, or it is a folder itself.
    """
    folder = os.path.dirname(file)
    if os.path.isdir(file):
        raise OutputError(f"{file} is a folder")
    if folder and not os.path.isdir(folder):
        raise OutputError(f"there is no folder {folder}: create it first")


def save(text: str, file: str) -> None:
    """Write a report to a file, as UTF-8: all of it or, where that fails, nothing; what the file held before stays then.

    A device or a pipe is written to as it is, and so is what stdout leads to already (``/dev/stdout``).

    Raises:
        OutputError: the file cannot be written, or the disk is full.
    """
    if _is_stdout(file):
        write(text, "utf-8")
        return
    data = text.encode("utf-8", "backslashreplace")
    try:
        if os.path.isfile(file) or not os.path.exists(file):
            from archlint.sources.write import replace

            replace(file, data)
        else:
            with open(file, "wb") as stream:
                stream.write(data)
    except BrokenPipeError:
        pass
    except OSError as failure:
        raise OutputError(f"{file}: {failure.strerror or failure}") from None


def _is_stdout(file: str) -> bool:
    try:
        return os.path.samestat(os.stat(file), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError, AttributeError):  # no such file; a stdout that is closed, or no file at all
        return False


def line(text: str, kind: str) -> str:
    """One line of a kind for stderr: ``error: …``, ``note: …``."""
    return f"{kind}: {' '.join(text.splitlines())}"


def tell(text: str, kind: str = "") -> None:
    """Write to stderr: lines as they are, or one ``line`` of a kind."""
    stream: TextIO | None = sys.stderr
    if stream is None:
        return
    try:
        stream.write(f"{line(text, kind) if kind else text}\n")
        stream.flush()
    except OSError:  # nobody is left to be told
        discard(stream)


def columns() -> int:
    """The width of the terminal that stdout was at the start, in cells; 0 where it was none."""
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
    except (OSError, ValueError, AttributeError):
        return 0


def discard(stream: "TextIO") -> None:
    """Let what a stream still holds go nowhere, or the interpreter would fail once more to write it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
