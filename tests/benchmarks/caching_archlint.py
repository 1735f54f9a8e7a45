"""Stands in for an archlint with a cache: `caching_archlint.py honest|forgetful check …` tells the files below the folder.

The forgetful one gives what it gave when the cache was new.
"""

import json
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Answer one command line."""
    kind, *rest = arguments
    findings = [
        {"path": path.as_posix(), "size": path.stat().st_size, "related": []} for path in sorted(Path().rglob("*.py"))
    ]
    text = json.dumps({"findings": findings}) if "json" in rest else "\n".join(map(str, findings))
    if kind == "forgetful" and "--cache-dir" in rest:
        folder = Path(rest[rest.index("--cache-dir") + 1])
        folder.mkdir(exist_ok=True)
        kept = folder / rest[rest.index("--output-format") + 1]
        if not kept.exists():
            kept.write_text(text, encoding="utf-8")
        text = kept.read_text(encoding="utf-8")
    sys.stdout.write(text)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
