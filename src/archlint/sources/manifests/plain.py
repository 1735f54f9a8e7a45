"""Manifests that are no TOML: requirements files and setup.cfg.

Sources: pip, "Requirements File Format"; setuptools, "Configuring setuptools using setup.cfg files".
"""

import codecs
import posixpath
import re
from collections.abc import Iterator

import msgspec

from archlint.sources.manifests.model import (
    CONSTRAINT,
    DEV,
    MAIN,
    REQUIREMENTS,
    Manifest,
    Requirement,
    normalised,
    requirement,
    requirements,
    scope_of,
)

_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)(?:\s+|=|(?<=-[rc])(?=\S))(\S+)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s+|=)(\S+)")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][\w.-]*)")
_WHEEL = re.compile(r"([A-Za-z0-9]\w*(?:\.\w+)*)-\d[^/-]*(?:-[^/]*)?\.(?:whl|tar\.gz|zip)")


def requirements_txt(path: str, data: bytes) -> Manifest:
    """A requirements file, also one that only holds constraints."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    scope = DEV if scope_of(stem) == DEV else CONSTRAINT if "constraint" in stem else MAIN
    found, includes = [], []
    for line in _lines(_decoded(data)):
        include = _INCLUDE.match(line)
        if include:
            includes.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), include[1])))
        elif item := _line(line, scope):
            found.append(item)
    return Manifest(
        path,
        REQUIREMENTS,
        requirements=tuple(found),
        lists_dependencies="constraint" not in stem,
        includes=tuple(i for i in includes if "://" not in i),
    )


def _decoded(data: bytes) -> str:
    # PowerShell's ``pip freeze > requirements.txt`` writes UTF-16.
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _lines(content: str) -> Iterator[str]:
    """The lines that say something, continued ones joined, without comments and the options behind a requirement."""
    if "\\" in content:
        content = re.sub(r"\\\r?\n", " ", re.sub(r"\\\r?\n[ \t]*--hash=\S*[ \t]*", "", content))
    for line in content.splitlines():
        if "#" in line:
            line = re.sub(r"(?:^|\s)#.*", "", line)
        line = line.strip()
        if line:
            yield re.split(r"\s--?[a-z]", line, maxsplit=1)[0] if line[0] != "-" else line


def _line(line: str, scope: str) -> Requirement | None:
    editable = _EDITABLE.match(line)
    target = editable[1] if editable else line
    if line[0] == "-" and not editable:
        return None
    if not editable and (item := requirement(line, scope)):
        return item
    named = _EGG.search(target) or (_WHEEL.search(target) if "/" in target or target.endswith(".whl") else None)
    return Requirement(normalised(named[1]), scope=scope, origin=target) if named else None


def sections(manifest: Manifest) -> dict[str, dict[str, str]]:
    """An INI file as section to key to value, interpolation left as it stands; empty where it is none."""
    try:
        return _sections(manifest.data)
    except ValueError:
        return {}


def _sections(data: bytes) -> dict[str, dict[str, str]]:
    import configparser

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(data.decode("utf-8-sig"))
    except configparser.Error as error:
        raise ValueError(f"not valid INI: {str(error).splitlines()[0]}") from None
    return {name: dict(parser.items(name)) for name in parser.sections()}


def setup_cfg(path: str, data: bytes) -> Manifest:
    """setup.cfg, which is often there for other tools' settings alone.

    Raises:
        ValueError: it is no INI file.
    """
    manifest = Manifest(path, "setup.cfg", data=data)
    if b"[options" not in data:
        return manifest
    content = _sections(data)
    options = content.get("options", {})
    wanted = options.get("install_requires", "")
    found = [*_listed(wanted, MAIN), *_listed(options.get("tests_require", ""), DEV)]
    for extra, items in content.get("options.extras_require", {}).items():
        found += _listed(items, scope_of(extra), extra)
    files = wanted.strip().removeprefix("file:").split(",") if wanted.strip().startswith("file:") else []
    return msgspec.structs.replace(
        manifest,
        name=normalised(content.get("metadata", {}).get("name", "")),
        requirements=tuple(found),
        lists_dependencies="install_requires" in options or bool(found),
        requires_python=options.get("python_requires", ""),
        includes=tuple(posixpath.normpath(posixpath.join(posixpath.dirname(path), file.strip())) for file in files),
    )


def _listed(items: str, scope: str, group: str = "") -> list[Requirement]:
    return requirements([re.sub(r"(?:^|\s)#.*", "", line) for line in items.split("\n")], scope, group)
