"""The packages of an environment as modules one can ask about, each read and lowered when a question first reaches it."""

from archlint.facts import Facts, lower
from archlint.project.knowledge import canonical, third_party_bases
from archlint.project.model import Module, Project, question
from archlint.project.names import MODULE, Symbol, member
from archlint.sources import Environment

MOST_FILES = 50
"""Files one question may read. Of a thousand classes of ninety real packages, none took more than seven."""


class Library(Project):
    """The installed packages: a project of its own, so that whatever finds its way in ours finds it there too.

    Attributes:
        file: gives the file of a module by its dotted name.
        allowance: how many more files the question being answered may read.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(())
        self.packages = environment.packages
        self.allowance = MOST_FILES
        self.file = environment.read
        self._found: dict[str, Module | None] = {}
        self._by_path: dict[str, Module] = {}
        self.by_path = self._by_path

    def find(self, name: str, near: Module | None = None) -> Module | None:
        """The module called ``name``, read if need be; packages know no other by that name, near or far."""
        if name in self._found:
            return self._found[name]
        if self.allowance == 0 or name.partition(".")[0] not in self.packages:
            return None
        file = self.file(name)
        module = None
        if file is not None:
            self.allowance -= 1
            # Nobody asks what their functions do.
            facts = Facts(lower(file.data).interface, ())
            module = self._by_path[file.path] = Module(file.path, name, "", file.is_package, facts)
        self._found[name] = module
        return module


@question(cyclic=None)
def library(project: Project) -> Library | None:
    """The packages of the project's environment, if it has one."""
    return None if project.environment is None else Library(project.environment)


def library_of(project: Project, name: str) -> Library | None:
    """The library to look a third-party name up in; None for what the project itself or nobody has."""
    shelf = library(project)
    package = name.partition(".")[0]
    return shelf if shelf and package in shelf.packages and package not in project.by_name else None


@question(cyclic=None)
def located(shelf: Project, name: str) -> Symbol | None:
    """What a dotted name stands for, re-exports followed: a symbol of the library, or a name outside it."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = shelf.find(".".join(parts[:end]))
        if module is not None:
            symbol: Symbol | None = Symbol(module.path, MODULE)
            for part in parts[end:]:
                symbol = member(shelf, module, symbol, part) if symbol else None
            return symbol
    return None


@question(cyclic="")
def public_name(shelf: Project, symbol: Symbol) -> str:
    """What the tables call a class of the library: its canonical name or, of those it is exported by, the shortest that
    they have; where they have none, a name it can be found by."""
    if symbol.is_external:
        return symbol.name
    own = f"{shelf.by_path[symbol.path].name}.{symbol.name}"
    name = canonical(own)
    if name in third_party_bases() or located(shelf, name) == symbol:
        return name if name != own or "." in symbol.name else _exported(shelf, symbol, own)
    return own


def _exported(shelf: Project, symbol: Symbol, own: str) -> str:
    known, packages = third_party_bases(), own.split(".")[:-2]
    for end in range(1, len(packages) + 1):
        name = canonical(".".join((*packages[:end], symbol.name)))
        if own not in known and name in known and located(shelf, name) == symbol:
            return name
    return own
