"""Stands in for archlint: answers `check` with the report that lies in the folder it is run in.

`report.json` is printed as it is, with exit code 1 if it has findings; `crash.txt` goes to stderr, with exit code 2.
The arguments the benchmark scripts must pass are insisted on, as archlint's own command line would.
"""

import sys
from pathlib import Path

# Options of the command line, and whether they take a value.
OPTIONS = {
    "--isolated": False,
    "--no-cache": False,
    "--cache-dir": True,
    "--config": True,
    "--jobs": True,
    "--output-format": True,
    "--preset": True,
}


def main(arguments: list[str]) -> int:
    """Answer one command line."""
    if arguments == ["--version"]:
        sys.stdout.write("archlint 0.0.0\n")
        return 0
    told, paths = read(arguments[1:])
    if arguments[:1] != ["check"] or len(paths) != 1 or not {"--isolated", "--config"} & told.keys():
        sys.stderr.write(f"unexpected arguments: {arguments}")
        return 2
    if Path("crash.txt").exists():
        sys.stderr.write(Path("crash.txt").read_text(encoding="utf-8"))
        return 2
    report = Path("report.json").read_text(encoding="utf-8")
    sys.stdout.write(report)
    return 1 if '"fingerprint"' in report else 0


def read(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """Options with their values, and paths; what is unknown counts as a path."""
    told: dict[str, str] = {}
    paths: list[str] = []
    left = list(arguments)
    while left:
        word = left.pop(0)
        if word in OPTIONS:
            told[word] = left.pop(0) if OPTIONS[word] else ""
        else:
            paths.append(word)
    return told, paths


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
