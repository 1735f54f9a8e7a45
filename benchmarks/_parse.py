"""The yardstick: parse files with ``ast.parse`` and do nothing else.

usage: python _parse.py LIST            parse each file named in LIST (one path a line), print the seconds parsing took
       python _parse.py --survey ROOT   print JSON: which .py files under ROOT this interpreter's ast accepts

The garbage collector stays on, as it is by default. The seconds printed are those spent inside ``ast.parse``, freeing
the tree included; reading the files and starting Python are left out of them, but not of the process's own time.
"""

import ast
import sys
import time
import warnings


def parse_all(paths: list[str]) -> float:
    """Seconds spent in ``ast.parse`` over the files."""
    total = 0.0
    for path in paths:
        with open(path, "rb") as stream:  # noqa: PTH123
            data = stream.read()
        started = time.perf_counter()
        ast.parse(data)
        total += time.perf_counter() - started
    return total


def survey(root: str) -> dict[str, object]:
    """The ``.py`` files under a folder: those accepted, their lines and bytes, and those refused."""
    from pathlib import Path

    accepted: list[str] = []
    refused: list[str] = []
    lines = size = 0
    for path in sorted(Path(root).rglob("*.py")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        try:
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            refused.append(str(path))
            continue
        accepted.append(str(path))
        lines += data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
        size += len(data)
    return {"accepted": accepted, "refused": refused, "lines": lines, "bytes": size}


def main(arguments: list[str]) -> None:
    """Run one of the two usages."""
    warnings.simplefilter("ignore")
    if arguments[0] == "--survey":
        import json

        print(json.dumps(survey(arguments[1])))
        return
    with open(arguments[0], encoding="utf-8") as stream:  # noqa: PTH123
        paths = stream.read().splitlines()
    print(repr(parse_all(paths)))


if __name__ == "__main__":
    main(sys.argv[1:])
