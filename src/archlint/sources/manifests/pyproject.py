"""What pyproject.toml says of a project's dependencies, in every tool's way.

Sources: PEP 621 and 735; the documentation of Poetry, uv, PDM, Hatch, Flit and setuptools ("Dynamic metadata").
"""

import posixpath
from collections.abc import Iterator
from typing import Any

import msgspec

from archlint.sources.manifests import poetry
from archlint.sources.manifests.model import (
    CONSTRAINT,
    DEV,
    MAIN,
    Manifest,
    Requirement,
    normalised,
    requirements,
    scope_of,
    table,
    text,
)


def pyproject(path: str, content: dict[str, Any]) -> Manifest:
    """The manifest of a decoded pyproject.toml."""
    project, tool = table(content, "project"), table(content, "tool")
    old = table(tool, "poetry")
    python = text(project.get("requires-python")) or poetry.bounds(text(table(old, "dependencies").get("python")))
    found = [*_standard(content, project), *_poetry(old), *_tools(tool)]
    sources = {normalised(name): _origin(value) for name, value in table(tool, "uv", "sources").items()}
    includes = tuple(_dynamic_files(path, tool))
    computed = project.get("dynamic")
    return Manifest(
        path,
        "pyproject.toml",
        name=normalised(text(project.get("name")) or text(old.get("name"))),
        requirements=tuple(_with_origin(item, sources) for item in found),
        lists_dependencies="dependencies" in project or "dependencies" in old or bool(found) or bool(includes),
        is_complete=bool(includes) or not (isinstance(computed, list) and "dependencies" in computed),
        requires_python=python,
        includes=includes,
        table=content,
    )


def _standard(content: dict[str, Any], project: dict[str, Any]) -> Iterator[Requirement]:
    yield from requirements(project.get("dependencies"))
    for extra, items in table(project, "optional-dependencies").items():
        yield from requirements(items, scope_of(extra), extra)
    # A group that includes another adds nothing: the other is listed under its own name.
    for group, items in table(content, "dependency-groups").items():
        yield from requirements(items, scope_of(group), group)


def _poetry(old: dict[str, Any]) -> Iterator[Requirement]:
    yield from poetry.dependencies(table(old, "dependencies"), MAIN)
    yield from poetry.dependencies(table(old, "dev-dependencies"), DEV, "dev")
    for group, value in table(old, "group").items():
        scope = MAIN if group == "main" else scope_of(group)
        yield from poetry.dependencies(table(value, "dependencies"), scope, group)


def _tools(tool: dict[str, Any]) -> Iterator[Requirement]:
    versioned = table(tool, "hatch", "metadata", "hooks", "uv-dynamic-versioning")
    yield from requirements(versioned.get("dependencies"))
    for extra, items in table(versioned, "optional-dependencies").items():
        yield from requirements(items, scope_of(extra), extra)
    uv = table(tool, "uv")
    yield from requirements(uv.get("dev-dependencies"), DEV, "dev")
    for key in ("constraint-dependencies", "override-dependencies"):
        yield from requirements(uv.get(key), CONSTRAINT)
    for group, items in table(tool, "pdm", "dev-dependencies").items():
        yield from requirements(items, DEV, group)
    for environment, value in table(tool, "hatch", "envs").items():
        for key in ("dependencies", "extra-dependencies"):
            yield from requirements(table(value).get(key), DEV, environment)
    flit = table(tool, "flit", "metadata")
    yield from requirements(flit.get("requires"))
    for extra, items in table(flit, "requires-extra").items():
        yield from requirements(items, scope_of(extra), extra)


def _dynamic_files(path: str, tool: dict[str, Any]) -> Iterator[str]:
    """Files whose lines are the dependencies, for setuptools and for hatch-requirements-txt."""
    named = table(tool, "setuptools", "dynamic", "dependencies").get("file")
    for files in (named, table(tool, "hatch", "metadata", "hooks", "requirements_txt").get("files")):
        for file in [files] if isinstance(files, str) else files if isinstance(files, list) else []:
            if isinstance(file, str):
                yield posixpath.normpath(posixpath.join(posixpath.dirname(path), file))


def _origin(source: Any) -> str:
    first = source[0] if isinstance(source, list) and source else source
    if table(first).get("workspace") is True:
        return "workspace"
    return next((text(value) for key, value in table(first).items() if key in ("path", "git", "url")), "")


def _with_origin(item: Requirement, sources: dict[str, str]) -> Requirement:
    origin = sources.get(item.name)
    return msgspec.structs.replace(item, origin=origin) if origin else item
