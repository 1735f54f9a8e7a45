"""From a request to a project: configuration, files, facts, modules."""

import os
from collections.abc import Iterable
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
from archlint.engine.lowering import lower_all
from archlint.engine.progress import SILENT, Progress
from archlint.engine.request import Request
from archlint.engine.rules import infos, rules_for
from archlint.facts import Facts
from archlint.project.model import Module, Project
from archlint.sources import (
    Environment,
    Manifest,
    assign,
    discover,
    environment_at,
    find_root,
    is_template,
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
        reported: paths of the modules the request wants to hear about.
        notices: sentences for the user about files left out.
    """

    config: Config
    rules: tuple[Rule, ...]
    root: str
    project: Project
    data: dict[str, bytes]
    reported: tuple[str, ...]
    ignores: FileIgnores
    notices: tuple[str, ...]


def load_project(request: Request, progress: Progress = SILENT) -> Loaded:
    """Read everything a request is about.

    Raises:
        UsageError: a path that does not exist or holds no Python file.
        ConfigError: a mistake in the configuration.
    """
    progress.step("set up")
    config, root = settings(request)
    rules = rules_for(config)
    given = request.paths or config.settings.src
    base = request.cwd if request.paths else str(config.root)
    paths = [_absolute(path, base) for path in given or (request.cwd,)]
    unsaved = paths[0] if request.content is not None else ""
    progress.step("walk")
    discovery = discover(root, exclude=config.settings.exclude, unsaved=unsaved)
    wanted = select(paths, discovery, force_exclude=request.force_exclude)
    if not wanted:  # all of it is excluded: no reason to read the rest
        ignores = FileIgnores(config, infos(rules))
        return Loaded(config, rules, root, Project((), config), {}, (), ignores, discovery.notices)
    contents = {} if request.content is None else dict.fromkeys(wanted, request.content)
    data, unread = _read_all(root, sorted({*discovery.files, *wanted} - contents.keys()), progress)
    manifests, broken = read_manifests(discovery.manifests, lambda path: read(f"{root}/{path}"))
    notices = (*discovery.notices, *unread, *broken)
    environment = _environment(config)
    loaded = assemble(
        config, root, data | contents, wanted, rules, notices, manifests, environment, request.jobs, progress
    )
    if not loaded.reported and not request.force_exclude:
        raise UsageError("nothing to check: " + "; ".join(loaded.notices))
    return loaded


def assemble(
    config: Config, root: str, data: dict[str, bytes], wanted: Iterable[str], rules: tuple[Rule, ...],
    notices: tuple[str, ...] = (), manifests: Iterable[Manifest] = (), environment: Environment | None = None,
    jobs: int = 1, progress: Progress = SILENT,
) -> Loaded:  # fmt: skip
    """Facts, module names and the project, from the manifests and the bytes of all files by path from the root."""
    progress.step("lower", sum(map(len, data.values())), f"{len(data)} files, 0 from the cache")
    facts = lower_all(data, jobs, progress=progress)
    templates = [p for p, f in facts.items() if f.interface.error and is_template(p, data[p])]
    for path in templates:
        del facts[path]
    notices += tuple(f"{path}: skipped: a template rather than Python" for path in templates)
    modules = _modules(root, facts, config, _configured_layers(config, facts))
    reported = tuple(path for path in wanted if path in facts)
    project = Project(modules, config, manifests, environment)
    if config.settings.contracts:
        from archlint.project.contract_chains import check_contracts

        check_contracts(project)
    return Loaded(config, rules, root, project, data, reported, FileIgnores(config, infos(rules)), notices)


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
    paths = [Path(_absolute(path, request.cwd)) for path in request.paths]
    if request.isolated and all(path.is_relative_to(request.cwd) for path in paths):
        return default(Path(request.cwd)), request.cwd
    root = find_root(paths, request.cwd)
    if request.isolated:
        return default(Path(root)), root
    path = Path(_absolute(request.config_file, request.cwd)) if request.config_file else find(Path(root))
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
    found = environment_at(_absolute(written, root), root) if written else None
    if found is None and written:
        message = f"no installed packages are found in {tick(written)}: name an environment's folder or its interpreter"
        raise config.error(("python",), f"`python`: {message}")
    return found


def _absolute(path: str, cwd: str) -> str:
    return os.path.normpath(os.path.join(cwd, path))  # noqa: PTH118


def _read_all(root: str, paths: list[str], progress: Progress) -> tuple[dict[str, bytes], list[str]]:
    progress.step("read", len(paths))
    data, notices = {}, []
    for path in paths:
        content = read(f"{root}/{path}")
        if isinstance(content, bytes):
            data[path] = content
        else:
            notices.append(f"{path}: skipped: {content.reason}")
        progress.part()
    return data, notices


def _modules(root: str, facts: dict[str, Facts], config: Config, layer_globs: dict[str, str]) -> list[Module]:
    imported: set[str] = set()
    for found in facts.values():
        for statement in found.interface.imports:
            if statement.module is None:
                imported.update(name for name, _ in statement.names)
            elif not statement.level:
                imported.add(statement.module)
    src = tuple(os.path.relpath(config.root / folder, root) for folder in config.settings.src)
    names = assign(list(facts), root, src, imported)
    return [
        Module(path, names[path].name, names[path].root, names[path].is_package, found, layer_globs.get(path, ""))
        for path, found in facts.items()
    ]
