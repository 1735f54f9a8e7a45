"""What the names of files and folders say about a module, before anyone looks inside it."""

import functools

import msgspec

from archlint.core.record import Record
from archlint.project.knowledge import names_in, table
from archlint.project.model import Module, Project, question
from archlint.project.origins import origins

TOP = 1
"""Packages a module may lie in and still be near the top."""
ROLE_LAYERS = ("router", "service")


class Word(Record, frozen=True):
    """A layer, and the name that says so, as a reason; ``folder`` is the path of the folder, where a folder does."""

    layer: str
    reason: str
    folder: str = ""


def strong(name: str) -> str:
    """The layer a strong word names, or empty."""
    return _layers_of("strong").get(_plain(name), "")


def weak(name: str) -> str:
    """The layer a weak word names, or empty."""
    return _layers_of("weak").get(_plain(name), "")


def weak_file(project: Project, module: Module) -> Word | None:
    """The weak word that is the file's name. One for the app needs a module near the top of its package, or one that
    imports a web server or framework: ``db/main.py`` is no app."""
    stem = module.stem
    layer = weak(stem)
    if not layer and (module.name.count(".") <= TOP or _imports_web(project, module)):
        layer = _layers_of("weak_files").get(_plain(stem), "")
    return Word(layer, f"weak file name {stem}.py") if layer else None


def weak_folder(project: Project, module: Module) -> Word | None:
    """The nearest enclosing folder whose name is a weak word, feature folders left out."""
    for folder in _outward(project, module):
        if folder.weak and not is_feature(project, folder.path, folder.name):
            return Word(folder.weak, f"weak folder name {folder.name}/", folder.path)
    return None


def weak_around(project: Project, module: Module, folder: str) -> str:
    """The layer of the next weak folder around one, or empty; a database's, of which models are a part, is none."""
    databases = names_in("layers", "folders", "databases")
    around = (
        f for f in _outward(project, module) if folder.startswith(f"{f.path}/") and _plain(f.name) not in databases
    )
    return next((f.weak for f in around if f.weak and not is_feature(project, f.path, f.name)), "")


def strong_file(project: Project, module: Module) -> Word | None:
    """The strong word that is the file's whole name, unless a layer folder makes it the name of a feature. Routers keep
    what they depend on beside them."""
    stem = module.stem
    layer = strong(stem)
    if not layer:
        return None
    for depth, folder in enumerate(_outward(project, module)):
        if depth and not folder.strong:
            continue
        is_features = is_feature(project, folder.path, folder.name)
        if (depth == 0 and is_features) or (folder.strong == "domain" and not is_features):
            break
        if folder.strong and not is_features and (folder.strong, layer) != ("router", "dependency"):
            return None
    return Word(layer, f"file name {stem}.py")


def strong_folder(project: Project, module: Module) -> Word | None:
    """The nearest enclosing folder whose name is a strong word, feature folders left out; no layer for scripts."""
    scripts = scripts_folder(project, module)
    for depth, folder in enumerate(_outward(project, module)):
        if scripts and folder.path == scripts.folder:
            break
        if not folder.strong or is_feature(project, folder.path, folder.name):
            continue
        if folder.strong != "domain" or not _in_context(project, module, depth):
            return Word(folder.strong, f"folder {folder.name}/", folder.path)
    return scripts


def _in_context(project: Project, module: Module, depth: int) -> bool:
    """Whether one of so many nearest folders is a feature with routers: below ``domain`` that is a bounded context, all
    layers of it."""
    return any(
        any(strong(entry) == "router" for entry in _entries(project).get(folder.path, ()))
        and is_feature(project, folder.path, folder.name)
        for folder in _outward(project, module)[:depth]
    )


def scripts_folder(project: Project, module: Module) -> Word | None:
    """The nearest enclosing folder of scripts, which may be the source root itself, or one of examples above it, as an
    example may be a project of its own; feature folders left out."""
    return _scripts_folder(project, module.path.rpartition("/")[0], module.root)


@question(cyclic=None)
def _scripts_folder(project: Project, path: str, root: str) -> Word | None:
    name = path.rpartition("/")[2]
    if _plain(name) in names_in("layers", "folders", "scripts") and not is_feature(project, path, name):
        return Word("", f"scripts folder {name}/", path)
    if path != root and path:
        return _scripts_folder(project, path.rpartition("/")[0], root)
    return _examples_folder(path)


def _examples_folder(path: str) -> Word | None:
    """The nearest folder of examples or of scripts that are projects that a path lies in."""
    while path:
        path, _, name = path.rpartition("/")
        if name in names_in("layers", "folders", "examples"):
            return Word("", f"scripts folder {name}/", f"{path}/{name}".lstrip("/"))
    return None


def weak_below_strong(project: Project, module: Module) -> str:
    """The layer of the nearest weak folder that lies below the nearest strong one, or empty."""
    for folder in _outward(project, module):
        if (folder.strong or folder.weak) and not is_feature(project, folder.path, folder.name):
            return "" if folder.strong else folder.weak
    return ""


def affix(module: Module) -> Word | None:
    """The strong word a file name ends or begins with (``user_service``, ``crud_user``), the end first; none in the
    name of helpers (``utils_service``) or of another layer's (``crud_api_users``)."""
    stem = module.stem
    pieces = _plain(stem).split("_")
    prefixes, nouns = names_in("layers", "prefixes", "words"), names_in("layers", "suffixes", "not_words")
    if pieces[0] in names_in("layers", "prefixes", "helpers"):
        return None
    for size in (1, 2):
        last, first = "_".join(pieces[-size:]), "_".join(pieces[:size])
        if len(pieces) > size and strong(last) and last not in nouns:
            return Word(strong(last), f"file name …_{last}.py")
        if len(pieces) > size and first in prefixes and pieces[size] not in names_in("layers", "folders", "web"):
            return Word(strong(first), f"file name {first}_….py")
    return None


def in_folder(project: Project, module: Module, kind: str) -> str:
    """The name of an enclosing folder of a kind (``tests``, ``vendored`` …), or empty; one above the source root counts
    too, and of several the outermost."""
    return _of_kind(project, module.path.rpartition("/")[0], kind)


def is_test(project: Project, module: Module) -> bool:
    """Whether a module is a test, by its name and place."""
    stem = module.stem
    return bool(in_folder(project, module, "tests")) or stem == "conftest" or stem.startswith("test_")


@question(cyclic="")
def _of_kind(project: Project, path: str, kind: str) -> str:
    known = names_in("layers", "folders", kind)
    return next((name for name in path.split("/") if name in known), "")


def nearest_is(module: Module, kind: str) -> bool:
    """Whether the folder a module lies in is of a kind."""
    folders = module.folders
    return bool(folders) and _plain(folders[-1]) in names_in("layers", "folders", kind)


def is_wiring(module: Module) -> bool:
    """Whether the name of a file, or of the folder it lies in, says that it puts the parts of a program together
    (``core/container.py``)."""
    known = names_in("layers", "folders", "wiring")
    return _plain(module.stem) in known or nearest_is(module, "wiring")


def is_infrastructure(module: Module) -> bool:
    """Whether the file's name says configuration or database, whoever injects what it offers (``config.get_settings``,
    ``session.get_db``)."""
    return _plain(module.stem) in names_in("layers", "folders", "infrastructure")


def is_web(project: Project, module: Module) -> bool:
    """Whether it lies in a folder whose name says routers, feature folders (``api/`` with ``routers/`` in it) included."""
    web = names_in("layers", "folders", "web")
    return any(folder.strong == "router" or _plain(folder.name) in web for folder in _outward(project, module))


def is_database(project: Project, module: Module) -> bool:
    """Whether the weak word a module goes by is one for databases; ``common`` or ``utils`` leaves it to the folders."""
    known = names_in("layers", "folders", "databases")
    if says_more_than_its_folder(module):
        return _plain(module.stem) in known
    return any(_plain(name) in known for name in module.folders)


def says_more_than_its_folder(module: Module) -> bool:
    """Whether a file's name is a weak word for something: no part of what its folder says, as ``db/utils.py`` is."""
    return bool(weak(module.stem)) and _plain(module.stem) not in names_in("layers", "vague", "files")


def _imports_web(project: Project, module: Module) -> bool:
    return not origins(project, module).packages.isdisjoint(names_in("layers", "packages", "web"))


@question(cyclic=False)
def is_feature(project: Project, path: str, name: str) -> bool:
    """Whether a folder is a feature's: it holds a router or service word and a word of another layer.

    The words of the folder's own layer do not count, nor weak ones but ``models``; in one called after dependencies,
    ``services.py`` and ``repositories.py`` are what they provide.
    """
    own = strong(name) or weak(name)
    if own == "domain":
        return False
    layers = {_feature_layer(entry) for entry in _entries(project).get(path, ())} - {"", own}
    roles = ROLE_LAYERS if own != "dependency" else ROLE_LAYERS[:1]
    return len(layers) > 1 and any(role in layers for role in roles)


def _feature_layer(entry: str) -> str:
    return strong(entry) or ("model" if entry == "models" else "")


@question(cyclic={})
def _entries(project: Project) -> dict[str, set[str]]:
    """The names of the Python files and packages in each folder, by the folder's path."""
    found: dict[str, set[str]] = {}
    for module in project.modules:
        *folders, file = module.path.split("/")
        found.setdefault("/".join(folders), set()).add(file.removesuffix(".py"))
        for depth, name in enumerate(folders):
            found.setdefault("/".join(folders[:depth]), set()).add(name)
    return found


class Folder(msgspec.Struct, frozen=True):
    """An enclosing folder: its path, its name, and the layers its name is a strong and a weak word of (else empty)."""

    path: str
    name: str
    strong: str
    weak: str


def _outward(project: Project, module: Module) -> tuple[Folder, ...]:
    """The enclosing folders below the source root, nearest first."""
    return _folders(project, module.path.rpartition("/")[0], len(module.folders))


@question(cyclic=())
def _folders(project: Project, path: str, depth: int) -> tuple[Folder, ...]:
    if not depth:
        return ()
    above, _, name = path.rpartition("/")
    return (Folder(path, name, strong(name), weak(name)), *_folders(project, above, depth - 1))


def _plain(name: str) -> str:
    return name.lower().strip("_").replace("-", "_")


@functools.cache
def _layers_of(strength: str) -> dict[str, str]:
    return {word: layer for layer, words in table("layers")[strength].items() for word in words}
