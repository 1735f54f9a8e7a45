"""What a run depended on: whoever makes the engine look at one more thing on the disk adds it here.

A report is a function of the command line, of archlint's own code, and of these. What is reused unchanged rests on that
(``cli/unchanged.py``). Not in it: anything that is read from elsewhere than files. An option that does (stdin, another
program) must keep its runs from being remembered.
"""

# Plain string paths: see sources/discover.py.
# ruff: noqa: PTH118, PTH120, PTH208

import os
import sys
from collections.abc import Iterator

from archlint.core import Inputs
from archlint.engine.load import Loaded
from archlint.engine.request import Request, absolute
from archlint.engine.rules import OURS
from archlint.project.knowledge import FOLDER as KNOWLEDGE
from archlint.sources import Discovery, watched

CACHE = ".archlint_cache"

_CONFIGURING = ("archlint.toml", "pyproject.toml", ".git", "__init__.py")
"""What is looked for in the folders above: configuration, a project's root, the packages around it."""


def cache_folder(root: str, request: Request) -> str:
    """The folder of the cache, absolute."""
    return absolute(request.cache_dir, request.cwd) if request.cache_dir else os.path.join(root, CACHE)


def inputs(loaded: Loaded, request: Request) -> Inputs | None:
    """All that was read or looked for; None for a run that read more than files."""
    discovery = loaded.discovery
    if discovery is None or request.content is not None:
        return None
    cache = cache_folder(loaded.root, request)
    found = {
        *_of_walk(discovery, cache),
        *_of_modules(loaded),
        *_of_request(loaded, request),
        *_of_environment(loaded),
        *_of_plugins(loaded),
        *(os.path.join(KNOWLEDGE, name) for name in os.listdir(KNOWLEDGE)),
    }
    return Inputs(cache, tuple(sorted(found)), loaded.root, discovery.top, (OURS, *loaded.config.settings.plugins))


def _of_walk(discovery: Discovery, cache: str) -> Iterator[str]:
    root = discovery.root
    yield from (f"{root}/{path}" for path in discovery.files)
    yield from (f"{root}/{path}/" for path in discovery.folders if path and f"{root}/{path}" != cache)
    yield from (os.path.normpath(f"{root}/{path}") for path in discovery.manifests)
    yield from discovery.ignore_files
    yield from discovery.watched


def _of_modules(loaded: Loaded) -> Iterator[str]:
    """Files that were asked for by name, and those that manifests include."""
    project = loaded.project
    yield from (f"{loaded.root}/{module.path}" for module in project.modules)
    for manifest in project.manifests:
        yield from (os.path.normpath(f"{loaded.root}/{path}") for path in manifest.includes)


def _of_request(loaded: Loaded, request: Request) -> Iterator[str]:
    """The paths given, and the configuration: its files, what it names, and where it could be."""
    given = [absolute(path, request.cwd) for path in request.paths]
    yield from given
    yield from map(str, loaded.config.files)
    yield from (str(loaded.config.root / folder) for folder in loaded.config.settings.src)
    for start in (os.path.commonpath(given) if given else request.cwd, loaded.root):
        for folder in _upwards(start):
            yield from (os.path.join(folder, name) for name in _CONFIGURING)


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while (above := os.path.dirname(folder)) != folder:
        yield (folder := above)


def _of_environment(loaded: Loaded) -> Iterator[str]:
    root, written = str(loaded.config.root), loaded.config.settings.python
    if written != "":
        path = None if written is None else absolute(written, root)
        yield from watched(loaded.project.environment, path, root)


def _of_plugins(loaded: Loaded) -> Iterator[str]:
    """Where Python would look for the packages with rules."""
    for plugin in loaded.config.settings.plugins:
        for folder in sys.path:
            place = os.path.abspath(os.path.join(folder, plugin.partition(".")[0]))  # noqa: PTH100
            yield from (place, f"{place}.py")
