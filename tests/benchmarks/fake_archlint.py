"""Stands in for archlint: answers `check` with the report that lies in the folder it is run in.

`report.json` is printed as it is, with exit code 1 if it has findings; `crash.txt` goes to stderr, with exit code 2.
The arguments the benchmark scripts must pass are insisted on, as archlint's own command line would.
"""

import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Answer one command line."""
    if arguments == ["check", "--help"]:
        sys.stdout.write(
            "Usage: archlint check [OPTIONS] [PATHS]...\n  --isolated\n  --no-cache\n  --output-format TEXT"
        )
        return 0
    if arguments[:3] != ["check", ".", "--isolated"] or arguments[-1] not in ("json", "--no-cache"):
        sys.stderr.write(f"unexpected arguments: {arguments}")
        return 2
    if Path("crash.txt").exists():
        sys.stderr.write(Path("crash.txt").read_text(encoding="utf-8"))
        return 2
    report = Path("report.json").read_text(encoding="utf-8")
    sys.stdout.write(report)
    return 1 if '"fingerprint"' in report else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
