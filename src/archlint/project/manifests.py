"""The manifests that speak for a folder, a setup.py's among them."""

from collections.abc import Iterator

from archlint.facts.expressions import Call, Const, Expr, Map, Op, Seq
from archlint.facts.statements import Do, If, Set
from archlint.project.model import Module, Project, question
from archlint.sources.manifests import Manifest, normalised, requirements, scope_of

_SETUP_PACKAGES = frozenset(("setuptools", "distutils", "skbuild"))
_SETUP = ("setup", "setuptools.setup", "distutils.core.setup", "skbuild.setup")

Folder = tuple[str, tuple[Manifest, ...]]


@question(cyclic=())
def manifest_folders(project: Project, folder: str) -> tuple[Folder, ...]:
    """A folder and those above it, nearest first, that have manifests, each with them; paths as in `Manifest.path`."""
    by_folder = _by_folder(project)
    return tuple((above, by_folder[above]) for above in _upwards(folder, by_folder) if above in by_folder)


def _upwards(folder: str, known: dict[str, tuple[Manifest, ...]]) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
    for up in range(1, 1 + max((above.count("..") for above in known), default=0)):
        yield "/".join([".."] * up)


@question(cyclic={})
def _by_folder(project: Project) -> dict[str, tuple[Manifest, ...]]:
    by_path = {manifest.path: manifest for manifest in project.manifests}
    own = list(project.manifests)
    own += [setup for module in project.modules if module.stem == "setup" and (setup := _setup_py(project, module))]
    found: dict[str, dict[str, Manifest]] = {}
    for manifest in own:
        _add(found.setdefault(manifest.folder, {}), manifest, by_path)
    return {folder: tuple(manifests.values()) for folder, manifests in found.items()}


def _add(folder: dict[str, Manifest], manifest: Manifest, by_path: dict[str, Manifest]) -> None:
    """Add a manifest to a folder's, and what it includes, wherever that lies."""
    if manifest.path not in folder:
        folder[manifest.path] = manifest
        for path in manifest.includes:
            if path in by_path:
                _add(folder, by_path[path], by_path)


@question(cyclic=None)
def _setup_py(project: Project, module: Module) -> Manifest | None:
    """What the call of ``setup()`` in a setup.py says in literals, or in names of the file bound to literals once.

    Source: setuptools, "Keywords".
    """
    imported = {(i.module or i.names[0][0]).partition(".")[0] for i in module.interface.imports}
    if imported.isdisjoint(_SETUP_PACKAGES):
        return None
    call, values = _setup_call(module)
    if call is None:
        return None
    required, texts = call.keyword("install_requires"), _texts(call.keyword("install_requires"), values)
    found = requirements(texts)
    for extra, items in _extras(call.keyword("extras_require"), values):
        found += requirements(_texts(items, values), scope_of(extra), extra)
    return Manifest(
        module.path,
        "setup.py",
        name=normalised(_text(call.keyword("name"), values)),
        requirements=tuple(found),
        lists_dependencies=required is not None or bool(found),
        is_complete=None not in texts and not any(not keyword for keyword, _ in call.kwargs),
        requires_python=_text(call.keyword("python_requires"), values),
    )


def _setup_call(module: Module) -> tuple[Call | None, dict[str, Expr]]:
    """The call of ``setup()``, and what the names mean that the file binds once."""
    bound: dict[str, list[Expr]] = {}
    call = None
    for statement in _statements(module):
        if isinstance(statement, Set):
            for target in statement.targets:
                if isinstance(target, str):
                    bound.setdefault(target, []).append(None if statement.op else statement.value)
        elif isinstance(statement.value, Call) and statement.value.func in _SETUP:
            call = statement.value
    return call, {name: found[0] for name, found in bound.items() if len(found) == 1}


def _statements(module: Module) -> Iterator[Set | Do]:
    """The assignments and expressions at module level, those under a ``__main__`` guard included."""
    pending = list(reversed(module.interface.body))
    while pending:
        statement = pending.pop()
        if isinstance(statement, If):
            pending += reversed((*statement.body, *statement.orelse))
        elif isinstance(statement, Set | Do):
            yield statement


def _texts(value: Expr, values: dict[str, Expr], depth: int = 5) -> list[str | None]:
    """The strings a literal, a name bound to one, or a sum of such holds; None for each part that is computed."""
    if isinstance(value, str) and depth and value in values:
        return _texts(values[value], values, depth - 1)
    if isinstance(value, Const) and value.kind == "str":
        return [str(value.value)]
    if isinstance(value, Seq):
        return [text for item in value.items for text in _texts(item, values, depth)]
    if isinstance(value, Op) and value.op == "+":
        return [text for item in value.operands for text in _texts(item, values, depth)]
    return [None] if value is not None else []


def _text(value: Expr, values: dict[str, Expr]) -> str:
    return "".join(text or "" for text in _texts(value, values))


def _extras(value: Expr, values: dict[str, Expr]) -> Iterator[tuple[str, Expr]]:
    if isinstance(value, str):
        value = values.get(value)
    if isinstance(value, Map):
        for key, items in value.pairs:
            if isinstance(key, Const) and isinstance(key.value, str):
                yield key.value, items
