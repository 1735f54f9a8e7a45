"""The layer of every module, with the reason, in the catalogue's order of authority."""

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.project.classes import ancestors, symbol_of
from archlint.project.fastapi import (
    creates_app,
    declares_routes,
    has_app_made,
    includes_routers,
    is_view_base,
    only_makes_routers,
)  # fmt: skip
from archlint.project.generated import generated_by
from archlint.project.layers import content, words
from archlint.project.layers.injection import holds_dependency, injects, mostly_dependencies
from archlint.project.layers.loaded import is_loaded_by_name
from archlint.project.layers.only import (
    mostly_handlers,
    only_enums,
    only_http_errors,
    only_middleware,
    only_passes_on,
    only_provides,
)  # fmt: skip
from archlint.project.layers.order import order
from archlint.project.layers.words import Word, strong
from archlint.project.model import Module, Project, question
from archlint.project.types.data import mapped_classes


class Layer(Record, frozen=True):
    """A module's layer.

    Attributes:
        name: empty when it has none.
        reason: what says so.
        weak: it rests on a weak word alone.
        outside: no rule looks at the module unless it names it: a script, generated or vendored code.
        place: the folder that says so, where a folder does.
        rival: what a weak word or an affix says, where content says otherwise; what the content of a ``repos/`` of
            somebody else's says; a service, where models act; a schema, where settings are made of models.
        from_content: its content says so, not a name.
    """

    name: str
    reason: str
    weak: bool = False
    outside: bool = False
    place: str = ""
    rival: str = ""
    from_content: bool = False


NONE = Layer("", "nothing in its name, place or content says so")


@question(cyclic=NONE, kept=Layer)
def layer(project: Project, module: Module) -> Layer:
    """The layer of a module. Generated code has the one it looks like, for those who import it."""
    found = _layer(project, module)
    generated = generated_by(module)
    if not generated or found.name in ("test", "migration"):
        return found
    return replace(found, reason=f"{found.reason}; generated: {generated}", outside=True)


def _layer(project: Project, module: Module) -> Layer:
    if module.layer_glob:
        return Layer(module.layer_glob, "the configuration says so")
    for judge in (_support, _web, _strong_word, _affix, _handlers, _content, _weak_word):
        found = judge(project, module)
        if found is not None:
            return found
    return NONE


def is_outside(project: Project, module: Module) -> bool:
    """Whether a module is outside every rule that does not name it: a test, migration or script, generated or vendored
    code."""
    found = layer(project, module)
    return found.outside or found.name in ("test", "migration")


PLUGIN_OF_TESTS = "pytest_"
"""What the packages of pytest's plugins begin with; pytest, "Installing and Using plugins"."""
PROVIDED = ("service", "repository")
BELOW_SERVICE = ("repository", "model", "schema")
NESTED = "holds mostly settings and the models they are made of"
ONLY_HTTP_ERRORS = Layer("", "holds nothing but HTTP exceptions and their handlers")


def is_disputed(project: Project, module: Module) -> bool:
    """Whether a module below the services is there by its content alone, while its name says otherwise (``config.py`` of
    models, ``api/mutations.py`` of queries; a database folder says nothing else) or it says nothing and the module
    provides dependencies for handlers (``pagination.py`` of models)."""
    own = layer(project, module)
    if own.from_content and words.is_web(project, module):
        return True
    if is_databases(project, module):
        return False
    if own.rival:
        return own.rival not in BELOW_SERVICE
    return own.from_content and injects(project, module)


def is_databases(project: Project, module: Module) -> bool:
    """Whether a module goes by a database folder: the weak word that is a file's name there may be the mapped class it
    works with (``database/setting.py`` of ``Setting``)."""
    if words.is_database(project, module):
        return True
    named = module.stem.replace("_", "")
    return words.nearest_is(module, "databases") and any(
        each.node.name.lower() == named for each in content.imported_tables(project, module)
    )


def is_above(project: Project, importer: Module, target: Module) -> bool:
    """Whether a module lies in a layer above that of a module that imports it, or beside it where siblings must leave one
    another alone; doubt says no.

    A package that re-exports its own modules imports nothing from above, nor does a file that only passes on what others
    define, nor a module from the folder it lies in itself, nor one of two files beside one another, neither of which has a
    name that says where it belongs, from the other. A weak word says little of a file beside its neighbours, less
    than content that gainsays it (nor of one in the folder of that layer around it: ``core/result.py`` is there for
    ``core/mail/``), and a database folder's files know the mapped classes. What few functions make routers in is not there
    for these. What puts the parts of a program together knows them all. What builds an engine without being called after
    that (a tool that connects to some database) may take and give schemas. What only the content of a library says is a
    matter of its own layers, not of those of another source root.
    """
    own, other = layer(project, importer), layer(project, target)
    forbids = order(project).forbids
    if not forbids(own.name, other.name):
        return False
    if other.name == "router" and _makes_routers_too(project, target):
        return False
    if not all(forbids(ours, theirs) for theirs in _readings(other) for ours in _readings(own)):
        return False
    if own.weak and words.is_wiring(importer):
        return False
    folder, target_folder = importer.path.rpartition("/")[0], target.path.rpartition("/")[0]
    if (importer.is_package and target.path.startswith(f"{folder}/")) or only_passes_on(importer):
        return False
    if own.from_content and other.place and importer.path.startswith(f"{other.place}/"):
        return False
    if other.from_content and importer.root != target.root:
        return False
    may_be_known = other.name == "model" or (other.name == "schema" and own.from_content)
    if may_be_known and _knows_tables(project, importer, own):
        return False
    is_vague = own.weak or other.weak or (own.from_content and other.from_content)
    is_shared = own.weak and other.weak and importer.path.startswith(f"{target_folder}/")
    if is_shared and words.weak(target_folder.rpartition("/")[2]) == own.name:
        return False
    return not (is_vague and folder == target_folder)


def _makes_routers_too(project: Project, module: Module) -> bool:
    """Whether a module is there for something else than the routers that a function of it makes, as far as its name says."""
    known = (words.strong_file(project, module), words.strong_folder(project, module), words.affix(module))
    return not any(word and word.layer == "router" for word in known) and only_makes_routers(project, module)


def _knows_tables(project: Project, module: Module, own: Layer) -> bool:
    """Whether a module is there for the database: its metadata is complete only once the mapped classes are imported."""
    if own.from_content:
        return own.name == "core" and content.builds_engine(project, module)
    return own.weak and words.is_database(project, module)


def _readings(found: Layer) -> tuple[str, ...]:
    return (found.name, found.rival) if found.rival else (found.name,)


def _support(project: Project, module: Module) -> Layer | None:
    """Vendored code, tests and migrations, which are what they are whatever they hold."""
    vendored = words.in_folder(project, module, "vendored")
    if vendored and not _is_feature(project, module, vendored):
        return Layer("", f"vendored code in {vendored}/", outside=True)
    tests = words.in_folder(project, module, "tests")
    if "/tests/" in f"/{module.path}" or (tests and not _is_feature(project, module, tests)):
        return Layer("test", f"folder {tests}/")
    stem = module.stem
    if stem == "conftest":
        return Layer("test", "file name conftest.py")
    if (stem.startswith("test_") or stem.endswith("_test")) and content.holds_tests(project, module):
        return Layer("test", f"file name {stem}.py, and it holds tests")
    if content.imports_pytest(project, module):
        return Layer("test", "imports pytest")
    if module.name.startswith(PLUGIN_OF_TESTS):
        return Layer("test", f"package {module.name.partition('.')[0]}: a plugin of pytest")
    if content.has_revision(project, module):
        return Layer("migration", "an Alembic revision")
    folder = module.path.rpartition("/")[0]
    if any(folder == f or folder.startswith(f"{f}/") for f in content.migration_folders(project) if f):
        return Layer("migration", "in the folder of an Alembic environment")
    return None


def _is_feature(project: Project, module: Module, name: str) -> bool:
    above = module.path.split("/")[:-1]
    path = "/".join(above[: len(above) - above[::-1].index(name)])
    return words.is_feature(project, path, name)


def _web(project: Project, module: Module) -> Layer | None:
    creates, includes = creates_app(project, module), includes_routers(project, module)
    word = words.weak_file(project, module)
    if includes and (creates or (word and word.layer == "app")):
        return Layer("app", "creates the FastAPI app and includes routers" if creates else "includes the app's routers")
    if word and word.layer == "app" and has_app_made(project, module):
        return Layer("app", "has the FastAPI app made, with its routers")
    if declares_routes(project, module) and not _is_command_with_routes(project, module):
        return Layer("router", "declares routes")
    if is_view_base(project, module):
        return Layer("router", "holds a base class of class-based views")
    if includes and not creates:
        return Layer("router", "includes routers")
    return None


def _is_command_with_routes(project: Project, module: Module) -> bool:
    """Whether a module is there for a terminal, and a few of its commands serve something while they run: the callback of
    a login."""
    return content.is_cli(project, module) and only_makes_routers(project, module)


def _strong_word(project: Project, module: Module) -> Layer | None:
    scripts = words.scripts_folder(project, module)
    if scripts and not _is_used(project, module, scripts.folder):
        return Layer("", scripts.reason, outside=True)
    for word in (words.strong_file(project, module), words.strong_folder(project, module)):
        if word is None:
            continue
        if not word.layer:
            return Layer("", f"{word.reason}, which others import")
        if word.layer in BELOW_SERVICE and only_http_errors(project, module):
            return ONLY_HTTP_ERRORS
        if word.layer in PROVIDED and not word.folder and only_provides(project, module):
            return Layer("dependency", f"{word.reason}, but all it holds makes one for those who depend on it")
        if _holds(project, module, word):
            rival = "schema" if word.layer == "repository" and content.mostly_pydantic(project, module) else ""
            found = Layer(word.layer, word.reason, place=word.folder, rival=rival)
            return _nearer_content(project, module, word) or found
        if word.layer == "router":
            break
    if _is_guarded_script(project, module):
        return Layer("", "a script: it has a __main__ guard and nothing imports it", outside=True)
    return None


def _holds(project: Project, module: Module, word: Word) -> bool:
    """Whether a module's content bears out a word that needs it."""
    if word.layer == "router":
        return False
    if word.layer == "dependency":
        if words.nearest_is(module, "databases"):
            return False
        return holds_dependency(project, module) or _extends_dependencies(project, module)
    if word.layer == "schema":
        return not content.is_graphql(project, module)
    if word.layer == "service" and not word.folder:  # what there is of services: ``enums/service.py``
        return not (only_enums(project, module) or only_middleware(project, module))
    return True


def _extends_dependencies(project: Project, module: Module) -> bool:
    """Whether a module's classes extend what another module called after dependencies provides them with."""
    bases = {
        base.path for class_ in content.top_level(project, module)[1] for base in ancestors(project, symbol_of(class_))
    }
    others = [project.by_path[path] for path in bases if path and path != module.path]
    named = [other for other in others if strong(other.stem) == "dependency"]
    return any(holds_dependency(project, other) for other in named)


def _nearer_content(project: Project, module: Module, word: Word) -> Layer | None:
    """What a module below a strong folder is by its content, where a weak folder nearer to it says the same
    (``services/database/models/user.py``), or where a file called service holds nothing but data."""
    if word.layer == "domain":
        return None
    nearer = words.weak_below_strong(project, module)
    if nearer == "model" and mapped_classes(project, module):
        reason = f"maps the class {mapped_classes(project, module)[0].name}"
        return Layer("model", reason, from_content=True)
    if nearer == "model" and content.defines_tables(project, module):
        return Layer("model", "defines tables", from_content=True)
    data_only = word.layer == "service" and word.reason.startswith("file name")
    if (nearer == "model" or data_only) and content.mostly_pydantic(project, module):
        return Layer("schema", "holds mostly Pydantic models", from_content=True)
    return None


def _is_guarded_script(project: Project, module: Module) -> bool:
    if not module.interface.has_main or content.importers(project, module) or is_loaded_by_name(project, module):
        return False
    weak = words.weak_file(project, module)
    return weak is None or weak.layer != "app"


def _is_used(project: Project, module: Module, folder: str) -> bool:
    """Whether a module outside a folder of scripts imports a module in it; tests aside, which also test scripts."""
    return any(
        not words.is_test(project, m) and not m.path.startswith(f"{folder}/")
        for m in content.importers(project, module)
    )


def _affix(project: Project, module: Module) -> Layer | None:
    word = words.affix(module)
    if word is None or not _holds(project, module, word):
        return None
    if word.layer in BELOW_SERVICE and only_middleware(project, module):
        return None
    if word.layer == "service" and word.reason.startswith("file name …"):
        return Layer(word.layer, word.reason)
    found = _content(project, module)
    if found is None or found.name == word.layer:
        return Layer(word.layer, word.reason)
    return found if found.rival else replace(found, rival=word.layer)


def _handlers(project: Project, module: Module) -> Layer | None:
    """What holds handlers is a router, also where another module registers them, unless its name says otherwise."""
    return Layer("router", "most of what it defines answers routes") if mostly_handlers(project, module) else None


def _content(project: Project, module: Module) -> Layer | None:
    name, reason = _by_content(project, module)
    if not name:
        return None
    word = words.weak_file(project, module) or words.weak_folder(project, module)
    rival = word.layer if word and word.layer not in (name, "app") else ""
    if not rival and reason == NESTED:
        rival = "schema"
    if not rival and name == "schema" and content.models_act(project, module):
        rival = "service"
    return Layer(name, reason, rival=rival, from_content=True)


def _by_content(project: Project, module: Module) -> tuple[str, str]:
    if content.is_cli(project, module):
        return "", ""
    if content.builds_engine(project, module):
        return "core", "builds a database engine or session factory"
    if content.mostly_settings(project, module):
        return "core", "holds mostly settings"
    if content.mostly_nested_settings(project, module):
        return "core", NESTED
    mapped = mapped_classes(project, module)
    if mapped:
        return "model", f"maps the class {mapped[0].name}"
    if content.mostly_pydantic(project, module):
        return "schema", "holds mostly Pydantic models"
    if mostly_dependencies(project, module) and not words.is_infrastructure(module):
        return "dependency", "most of what it defines is used in Depends"
    if content.mostly_queries(project, module):
        return "repository", "most of its functions query"
    return "", ""


def _weak_word(project: Project, module: Module) -> Layer | None:
    if only_http_errors(project, module):
        return ONLY_HTTP_ERRORS
    if module.stem == "result" and content.defines_result(project, module):
        return Layer("domain", "file name result.py, and it defines a Result type", weak=True)
    word = words.weak_file(project, module) or words.weak_folder(project, module)
    if word is not None and word.layer != "app" and content.is_cli(project, module):
        return Layer("", "defines commands for a terminal")
    folder = words.strong_folder(project, module)
    if word is not None and word.layer == "core" and folder is not None and folder.layer == "router":
        return Layer("", f"{folder.reason}, but it declares no routes")
    if word is None:
        return None
    around = words.weak_around(project, module, word.folder) if word.folder else ""
    return Layer(word.layer, word.reason, weak=True, rival=around if around != word.layer else "")
