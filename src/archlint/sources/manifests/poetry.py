"""Poetry's and pipenv's dependency tables, and Poetry's way to write version bounds.

Source: Poetry, "Dependency specification"; pipenv, "Pipfile".
"""

import re
from collections.abc import Iterator
from typing import Any

from archlint.sources.manifests.model import EXTRA, MAIN, Requirement, normalised, text

_TERM = re.compile(r"(\^|~=|~|===|==|!=|<=|>=|<|>|=)?\s*v?([0-9][^\s,|]*|\*)")


def dependencies(items: dict[str, Any], scope: str, group: str = "") -> Iterator[Requirement]:
    """The requirements of a table of names; a name may have several constraints, each with its marker."""
    for name, value in items.items():
        if name.lower() == "python":
            continue
        for one in value if isinstance(value, list) else [value]:
            yield _dependency(name, one, scope, group)


def _dependency(name: str, value: Any, scope: str, group: str) -> Requirement:
    if not isinstance(value, dict):
        return Requirement(normalised(name), bounds(text(value)), scope, group)
    python, marker = text(value.get("python")), text(value.get("markers"))
    extras = value.get("extras")
    origin = next((text(value[key]) for key in ("path", "git", "url", "file") if key in value), "")
    return Requirement(
        normalised(name),
        bounds(text(value.get("version"))),
        EXTRA if scope == MAIN and value.get("optional") is True else scope,
        group,
        marker or (f"python {python}" if python else ""),
        tuple(text(extra) for extra in extras) if isinstance(extras, list) else (),
        origin,
    )


def bounds(written: str) -> str:
    """Poetry's version constraint in PEP 440's operators; alternatives stay separated by ``||``."""
    alternatives = [_all_of(part) for part in re.split(r"\|\|?", written)]
    return "" if "" in alternatives else " || ".join(alternatives)


def _all_of(written: str) -> str:
    return ",".join(term for match in _TERM.finditer(written) if (term := _term(match[1] or "", match[2])))


def _term(operator: str, version: str) -> str:
    if version == "*":
        return ""
    if operator not in ("^", "~"):
        return f"{'==' if operator in ('', '=') else operator}{version}"
    release = [int(part) for part in re.findall(r"\d+", re.match(r"[\d.]*", version)[0])]  # type: ignore[index]
    if operator == "~":
        last = min(1, len(release) - 1)
    else:
        last = next((place for place, number in enumerate(release) if number), len(release) - 1)
    above = [*release[:last], release[last] + 1]
    return f">={version.removesuffix('.*')},<{'.'.join(map(str, above))}"
