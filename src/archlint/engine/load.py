"""From a request to a project: configuration, files, facts, modules."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from archlint.config import (
    Config,
    FileIgnores,
    LayerGlobs,
    check_exclude,
    check_globs,
    check_src,
    default,
    find,
    load,
)
from archlint.config.words import tick
from archlint.core import Rule, UsageError
from archlint.engine.files import Files, Known, read_files, remembered_files, understood
from archlint.engine.progress import SILENT, Progress
from archlint.engine.request import Request, absolute
from archlint.engine.rules import infos, rules_for
from archlint.facts import Facts
from archlint.facts.store import Store
from archlint.project.model import Module, Project
from archlint.sources import (
    Discovery,
    Environment,
    Manifest,
    assign,
    discover,
    environment_at,
    find_root,
    read,
    read_manifests,
    select,
    usual_environment,
)


class Loaded(msgspec.Struct, frozen=True):
    """A project, and what belongs to it on the way to a report.

    Attributes:
        rules: every rule the configuration knows.
        root: absolute folder the modules' paths are relative to.
        data: the bytes of each module, by path.
        contents: the digest of the bytes of each module, by path, where there is a cache.
        store: the cache, if there is one.
        reported: paths of the modules the request wants to hear about.
        notices: sentences for the user about files left out.
        discovery: what the walk of the project found, where there was one.
    """

    config: Config
    rules: tuple[Rule, ...]
    root: str
    project: Project
    data: Mapping[str, bytes]
    reported: tuple[str, ...]
    ignores: FileIgnores
    notices: tuple[str, ...]
    contents: Mapping[str, bytes] = {}
    store: Store | None = None
    discovery: Discovery | None = None


def load_project(request: Request, opened: Callable[[str], Store] | None = None, progress: Progress = SILENT) -> Loaded:
    """Read everything a request is about.

    Args:
        request: what is asked.
        opened: what opens the store for a project root; None to do without.
        progress: is told how far it is.

    Raises:
        UsageError: a path that does not exist or holds no Python file.
        ConfigError: a mistake in the configuration.
    """
    progress.step("set up")
    config, root = settings(request)
    rules = rules_for(config)
    given = request.paths or config.settings.src
    base = request.cwd if request.paths else str(config.root)
    paths = [absolute(path, base) for path in given or (request.cwd,)]
    unsaved = paths[0] if request.content is not None else ""
    progress.step("walk")
    discovery = discover(root, exclude=config.settings.exclude, unsaved=unsaved)
    wanted = select(paths, discovery, force_exclude=request.force_exclude)
    if not wanted:  # all of it is excluded: no reason to read the rest
        ignores = FileIgnores(config, infos(rules))
        return Loaded(config, rules, root, Project((), config), {}, (), ignores, discovery.notices, discovery=discovery)
    contents = {} if request.content is None else dict.fromkeys(wanted, request.content)
    paths = sorted({*discovery.files, *wanted})
    store = None if opened is None else opened(root)
    if store is None:
        files = read_files(root, paths, contents, request.jobs, progress)
    else:
        files = remembered_files(root, paths, contents, request.jobs, store, progress)
    progress.step("assemble")
    manifests, broken = read_manifests(discovery.manifests, lambda path: read(f"{root}/{path}"))
    notices = (*discovery.notices, *files.notices, *broken)
    loaded = _put_together(config, root, files, wanted, rules, notices, manifests, _environment(config))
    if not loaded.reported and not request.force_exclude:
        raise UsageError("nothing to check: " + "; ".join(loaded.notices))
    return msgspec.structs.replace(loaded, store=store, discovery=discovery)


def assemble(
    config: Config, root: str, data: Mapping[str, bytes], wanted: Iterable[str], rules: tuple[Rule, ...],
    notices: tuple[str, ...] = (), manifests: Iterable[Manifest] = (), environment: Environment | None = None,
) -> Loaded:  # fmt: skip
    """The project of files whose bytes are given by path from the root."""
    return _put_together(config, root, understood(data), wanted, rules, notices, manifests, environment)


def _put_together(
    config: Config, root: str, files: Files, wanted: Iterable[str], rules: tuple[Rule, ...],
    notices: tuple[str, ...], manifests: Iterable[Manifest], environment: Environment | None,
) -> Loaded:  # fmt: skip
    """Module names and the project."""
    templates = [path for path, file in files.known.items() if file.is_template]
    notices += tuple(f"{path}: skipped: a template rather than Python" for path in templates)
    known = {path: file for path, file in files.known.items() if not file.is_template}
    modules = _modules(root, known, files.facts, config, _configured_layers(config, known))
    project = Project(modules, config, manifests, environment)
    if config.settings.contracts:
        from archlint.project.layers.contract_chains import check_contracts

        check_contracts(project)
    reported = tuple(path for path in wanted if path in known)
    contents = {path: file.content for path, file in known.items()}
    ignores = FileIgnores(config, infos(rules))
    return Loaded(config, rules, root, project, files.data, reported, ignores, notices, contents)


def _configured_layers(config: Config, paths: Iterable[str]) -> dict[str, str]:
    """The layer the configuration's globs give each path; checks that every glob matches something."""
    known = list(paths)
    if config.path is not None:
        check_globs(config, known)
    if not config.settings.layers:
        return {}
    globs = LayerGlobs(config)
    return {path: globs.layer_of(path) or "" for path in known}


def settings(request: Request) -> tuple[Config, str]:
    """The configuration and the project root, which its paths count from; so do those of a file named with
    ``--config``, wherever that lies."""
    paths = [Path(absolute(path, request.cwd)) for path in request.paths]
    if request.isolated and all(path.is_relative_to(request.cwd) for path in paths):
        return default(Path(request.cwd)), request.cwd
    root = find_root(paths, request.cwd)
    if request.isolated:
        return default(Path(root)), root
    path = Path(absolute(request.config_file, request.cwd)) if request.config_file else find(Path(root))
    if path is None:
        return default(Path(root)), root
    config = load(path, Path(root) if request.config_file else None)
    check_src(config)
    check_exclude(config)
    return config, str(config.root)


def _environment(config: Config) -> Environment | None:
    root, written = str(config.root), config.settings.python
    if written is None:
        return usual_environment(root)
    found = environment_at(absolute(written, root), root) if written else None
    if found is None and written:
        message = f"no installed packages are found in {tick(written)}: name an environment's folder or its interpreter"
        raise config.error(("python",), f"`python`: {message}")
    return found


def _modules(
    root: str, known: Mapping[str, Known], facts: Mapping[str, Facts], config: Config, layer_globs: dict[str, str]
) -> list[Module]:
    imported = {name for file in known.values() for name in file.imports}
    src = tuple(os.path.relpath(config.root / folder, root) for folder in config.settings.src)
    names = assign(list(known), root, src, imported)
    return [
        Module(path, names[path].name, names[path].root, names[path].is_package, facts[path], layer_globs.get(path, ""))
        for path in known
    ]
