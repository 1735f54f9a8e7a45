"""What only a process of its own can show: what it imports, how it ends, and what becomes of its output."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_project import hear_little_and_go

from archlint import __version__
from archlint.reporters import FORMATS

HEAVY = ("rich", "libcst", "astroid", "importlib.metadata")
SHOP = Path(__file__).parents[2] / "fixtures" / "shop"
# What runs in the background is started deaf to Ctrl-C.
HEEDING_SIGINT = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"


def archlint(*arguments: str, script: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a fresh interpreter on the sample project, ``script`` just before it."""
    return subprocess.run(
        [sys.executable, "-c", f"{script}\nfrom archlint.__main__ import main\nraise SystemExit(main())", *arguments],
        cwd=SHOP,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


AT_EXIT = """
import atexit, sys
heavy = sys.argv[1].split(",")
del sys.argv[1]
atexit.register(lambda: print(*[name for name in heavy if name in sys.modules], file=sys.stderr))
"""


def imported(among: tuple[str, ...], *arguments: str) -> list[str]:
    """Which of these modules a run imports."""
    done = archlint(",".join(among), *arguments, script=AT_EXIT)
    assert done.returncode in (0, 1), done.stderr
    return done.stderr.split()


def test_the_version_is_answered_before_anything_is_imported() -> None:
    assert archlint("--version").stdout == f"archlint {__version__}\n"
    assert imported(("click", "msgspec", "importlib.metadata", "rich"), "--version") == []


@pytest.mark.parametrize("name", ["json", "concise", "sarif", "github"])
def test_a_check_imports_nothing_it_does_not_use(name: str) -> None:
    assert imported((*HEAVY, "msgspec"), "check", "--no-cache", "src", "--output-format", name) == ["msgspec"]


def test_counting_and_saving_are_imported_on_demand() -> None:
    extras = ("archlint.reporters.counts", "archlint.sources.write", "click.shell_completion")
    assert imported(extras, "check", "--no-cache", "src", "--output-format", "json") == []


def test_the_text_format_imports_only_the_part_of_rich_it_uses() -> None:
    parts = ("rich.style", "rich.console", "rich.markdown")
    assert imported(parts, "check", "--no-cache", "src") == []
    assert imported(parts, "check", "--no-cache", "src", "--color", "always") == ["rich.style"]


def test_the_collector_is_off_from_start_to_end() -> None:
    script = """
import gc
from archlint import engine
from archlint.core import Report
engine.check = lambda request, progress: Report((), files=int(gc.isenabled()))
gc.enable()
"""
    assert (
        archlint("check", "--no-cache", "--output-format", "concise", script=script).stdout
        == "All clear: 0 files checked\n"
    )


def test_output_is_the_same_from_run_to_run() -> None:
    first, second = (archlint("check", "--no-cache", "src", PYTHONHASHSEED=seed) for seed in "12")
    assert first.returncode == 1, first.stderr
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)


LARGE = """
from archlint import engine
from archlint.core import Finding, Report, Span
finding = Finding("a message", "a.py", Span(1, 1, 1, 2), code="ARC101", severity="error")
engine.check = lambda request, progress: Report((finding,) * 20_000, files=1)
"""


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("name", FORMATS)
def test_a_closed_pipe_is_quiet_and_changes_nothing_about_the_outcome(name: str) -> None:
    command = [
        sys.executable, "-c", f"{LARGE}\nfrom archlint.__main__ import main\nraise SystemExit(main())", "check",
        "--no-cache", "--output-format", name,
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        hear_little_and_go(process)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("arguments", [["check", "--no-cache"], ["--version"]])
def test_a_full_disk_is_told(arguments: list[str]) -> None:
    command = [
        sys.executable,
        "-c",
        f"{LARGE}\nfrom archlint.__main__ import main\nraise SystemExit(main())",
        *arguments,
    ]
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.stderr == b"error: cannot write the output: No space left on device\n"
    assert done.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_a_run_quietly() -> None:
    script = f"""{HEEDING_SIGINT}
import sys, time
from archlint import engine
def check(request, progress):
    print("ready", file=sys.stderr, flush=True)
    time.sleep(60)
engine.check = check
from archlint.__main__ import main
raise SystemExit(main())
"""
    command = [sys.executable, "-c", script, "check", "--no-cache"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert process.stderr.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == (b"", b"")
        assert process.returncode == 130


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_while_waiting_for_stdin_is_as_quiet() -> None:
    script = f"""{HEEDING_SIGINT}
import sys
class Waiting:
    def read(self):
        print("ready", file=sys.stderr, flush=True)
        return sys.__stdin__.buffer.read()
class Stdin:
    buffer = Waiting()
sys.stdin = Stdin()
from archlint.__main__ import main
raise SystemExit(main())
"""
    line = [sys.executable, "-c", script, "check", "--no-cache", "--stdin-filename", "a.py"]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, cwd=SHOP, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stderr
        assert process.stderr.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.communicate() == (b"", b"")


def test_text_that_the_stream_cannot_spell_is_escaped() -> None:
    script = """
import sys
sys.stdout.reconfigure(encoding="ascii")
from archlint import engine
from archlint.core import Finding, Report, Span
finding = Finding("\\u4e2d", "caf\\udce9.py", Span(1, 1, 1, 2), code="ARC101", severity="error")
engine.check = lambda request, progress: Report((finding,), files=1)
"""
    concise = archlint("check", "--no-cache", "--output-format", "concise", "--quiet", script=script)
    assert concise.stdout == "caf\\udce9.py:1:1: ARC101 \\u4e2d\n"
    document = archlint("check", "--no-cache", "--output-format", "json", script=script)
    assert '"message":"\\u4e2d"' in document.stdout
    assert (concise.returncode, document.returncode) == (1, 1)
