"""What blocks the thread it is called on, and its asynchronous counterpart: `knowledge/blocking.toml` and the project's
own additions to it."""

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import msgspec

from archlint.config import options
from archlint.core import Options
from archlint.core.record import Record
from archlint.facts.expressions import Call, Const, Expr
from archlint.project.aliases import renamed
from archlint.project.calls.forms import argument, values_passed
from archlint.project.knowledge import table, third_party_bases
from archlint.project.model import Project, question
from archlint.project.types.annotations import CLASS, Type, arms

MADE_OF = {"boto3": "botocore"}
"""Packages whose clients are another's."""
ANY = "*"
SHORTEST = 2
"""So many letters the shortest start of a name in the table has."""
NOWHERE: frozenset[str] = frozenset()
BUILTIN = "builtins"
IMPLICIT = frozenset(("__enter__", "__iter__"))
Typing = Callable[[Expr], Type]
"""What an expression is, where a call stands."""

IN_MEMORY = frozenset(("io.BytesIO", "io.StringIO", "tempfile.SpooledTemporaryFile"))


class Blocking(Options, frozen=True):
    """What a project adds to what blocks and what it takes away; the options of ``blocking-call-in-async``."""

    blocks: dict[str, str] = msgspec.field(default_factory=dict)
    allow: tuple[str, ...] = ()


class _Open(Record, frozen=True):
    """What blocks below a class or package, where its methods are not listed one by one.

    Attributes:
        methods: those of whatever is an attribute of it; None: every method, its own too.
        free: its methods and attributes of which that does not hold.
    """

    methods: frozenset[str] | None
    free: frozenset[str]
    instead: str

    def holds(self, path: list[str]) -> bool:
        """Whether a dotted path below it ends in a method that blocks."""
        if self.methods is not None:
            return len(path) > 1 and path[-1] in self.methods
        return path[0] not in self.free and path[-1] not in self.free and not path[-1].startswith("_")


class _Known(Record, frozen=True):
    """The table, by whole dotted name; see there for what ``memory``, ``given``, ``unless`` and ``ready`` are.

    Attributes:
        calls: function, constructor or method to its counterpart.
        open: class, or package, to what blocks below it.
        clients: the classes there are rows of; entering one gives itself.
        groups: those whose attributes group methods.
        names: package to the last parts of the names of what blocks in it, `*` standing for the rest of a name.
    """

    calls: dict[str, str]
    open: dict[str, _Open]
    clients: set[str]
    groups: set[str]
    names: dict[str, set[str]]
    memory: set[str]
    given: dict[str, str]
    unless: dict[str, str]
    ready: dict[str, str]


@question(cyclic=None)
def counterpart(project: Project, name: str) -> str | None:
    """What to use instead of something that blocks, as the object of "use …"; None for what does not block.

    Args:
        name: its canonical dotted name; a method's is that of the class and the method's (``requests.Session.get``).
    """
    own = _own(project)
    if any(_is_below(name, allowed) for allowed in own.allow):
        return None
    if name in own.blocks:
        return f"`{own.blocks[name]}`"
    return _counterpart(name) if name.partition(".")[0] in _packages() else None


def blocks(project: Project, name: str, call: Call, typed: Typing) -> str | None:
    """As `counterpart`, for one call: None also where its arguments keep it from blocking.

    Args:
        typed: what an argument is.
    """
    instead = counterpart(project, name)
    if instead is None:
        return None
    known = _known()
    if name in known.given and argument(call, known.given[name]) is None:
        return None
    if any(_is_zero(argument(call, where)) for where in known.unless.get(name, "").split()):
        return None
    return None if name in known.memory and _is_in_memory(call, typed) else instead


def made_to_return(name: str, maker: Call) -> bool:
    """Whether a method returns at once because of what its object was made with, as it would on being entered."""
    places = _known().unless.get(f"{name.rpartition('.')[0]}.__enter__", "").split()
    return any(_is_zero(argument(maker, place)) for place in places)


def said_by(name: str) -> str:
    """The method that says, where its answer is no, that another of the same object has nothing to wait for; or empty."""
    return _known().ready.get(name, "")


def is_group(name: str, is_called: bool = False) -> bool:
    """Whether a third-party class and an attribute (``openai.OpenAI.chat``) name one of those in which a client groups its
    methods. Such an attribute counts as an object of a class by that name, and so does what calling it gives, where one
    is picked so (``client.messages(sid).fetch()``)."""
    if name.partition(".")[0] not in _packages():
        return False
    known = _known()
    if name in known.groups:
        return True
    for above, path in _above(name):
        if above in known.groups:
            below = known.open.get(above)
            if is_called:
                return below is not None and below.methods is not None and path[-1] not in below.methods
            return below is None or path[0] not in below.free
    return False


def is_client(name: str) -> bool:
    """Whether objects of a third-party class have methods that block."""
    return name.partition(".")[0] in _packages() and name in _known().clients


def named_as_blocking(project: Project, names: Collection[str]) -> list[str]:
    """Which of some names (of functions and methods) something may go by that blocks, whatever packages are near."""
    known = _names(project)
    return [name for name in names if known[name]]


def suspects(
    project: Project, names: Collection[str], own: frozenset[str], near: Callable[[], frozenset[str]]
) -> frozenset[str]:  # fmt: skip
    """Which of some names (of functions and methods) something may go by that blocks, where it is built in or of one of
    some top-level packages: of ``own`` or, where there is more to tell, of what asking for ``near`` gives."""
    known = _names(project)
    found = {name: packages for name in names if (packages := known[name])}
    own |= {BUILTIN}
    told = {name for name, packages in found.items() if not packages.isdisjoint(own)}
    if len(told) < len(found):
        own = near()
        told.update(name for name, packages in found.items() if not packages.isdisjoint(own))
    return frozenset(told)


class _Names(dict[str, frozenset[str]]):
    """Last parts of names, each with the top-level packages to have near for something to block that is called so."""

    def __init__(self, exact: Mapping[str, frozenset[str]], starts: Mapping[str, frozenset[str]]) -> None:
        self._exact = exact
        self._starts: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for start, packages in starts.items():
            self._starts.setdefault(start[:SHORTEST], []).append((start, packages))

    def __missing__(self, name: str) -> frozenset[str]:
        found = self._exact.get(name, NOWHERE)
        for start, packages in self._starts.get(name[:SHORTEST], ()):
            if name.startswith(start):
                found |= packages
        self[name] = found
        return found


@question(cyclic=_Names({}, {}))
def _names(project: Project) -> _Names:
    packages_of, starts = _packages_of_names()
    found = dict(packages_of)
    for name in _own(project).blocks:
        last = name.rpartition(".")[2]
        found[last] = found.get(last, NOWHERE) | {BUILTIN}
    for name, others in renamed(project, found.keys()).items():
        for other in others:
            found[other] = found.get(other, NOWHERE) | found[name]
    return _Names(found, starts)


def path_in_client(name: str) -> list[str]:
    """The attributes that lead from a client to an object whose class goes by such a name (see `is_group`)."""
    groups = _known().groups if name.partition(".")[0] in _packages() else ()
    return next((path for above, path in _above(name) if above in groups), [])


@question(cyclic=Blocking())
def _own(project: Project) -> Blocking:
    return options(project.config, "ARC301", "blocking-call-in-async", Blocking)


def _counterpart(name: str) -> str | None:
    known = _known()
    if name in known.calls:
        return known.calls[name]
    for above, path in _above(name):
        if above in known.open and known.open[above].holds(path):
            return known.open[above].instead
    owner, _, method = name.rpartition(".")
    found = (_counterpart(f"{base}.{method}") for base in third_party_bases().get(owner, ()))
    return next((instead for instead in found if instead is not None), None)


def _above(name: str) -> Iterator[tuple[str, list[str]]]:
    """What a dotted name lies in, with the path from there."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        yield ".".join(parts[:end]), parts[end:]


def _is_below(name: str, above: str) -> bool:
    return name == above or name.startswith(f"{above}.")


def _is_zero(expr: Expr | None) -> bool:
    return isinstance(expr, Const) and expr.kind in ("bool", "int", "float") and not expr.value


def _is_in_memory(call: Call, typed: Typing) -> bool:
    """Whether a call is given an in-memory file, or an object of a class of the project, which may be one."""
    given = [arm for value in values_passed(call) for arm in arms(typed(value)) if arm.kind == CLASS]
    return any(arm.name in IN_MEMORY or not arm.name for arm in given)


@functools.cache
def _packages() -> frozenset[str]:
    return frozenset(_known().names)


@functools.cache
def _packages_of_names() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """The names of what blocks, and what such names start with, each with the packages to have near for it."""
    exact: dict[str, frozenset[str]] = {}
    starts: dict[str, frozenset[str]] = {}
    for package, names in _known().names.items():
        packages = frozenset((package, *(other for other, made_of in MADE_OF.items() if made_of == package)))
        for name in names:
            start = name.removesuffix(ANY)
            found = exact if start == name else starts
            found[start] = found.get(start, NOWHERE) | packages
    return exact, starts


@functools.cache
def _known() -> _Known:
    known = _Known({}, {}, set(), set(), {}, set(), {}, {}, {})
    for row in table("blocking")["package"]:
        for package in [row["name"]] if isinstance(row["name"], str) else row["name"]:
            _enter(known, package, row)
    for package, other in _makers():
        known.names.setdefault(package, set()).update(known.names.get(other, ()))
    return known


def _makers() -> set[tuple[str, str]]:
    """The packages that make objects of other packages' classes, each with such a package."""
    clients = table("clients")
    made = [(name, gives) for gives, names in clients["functions"].items() for name in names]
    made += [(class_, gives) for class_, rows in clients["methods"].items() for gives in rows]
    pairs = {(name.partition(".")[0], gives.partition(".")[0]) for name, gives in made}
    return {(package, other) for package, other in pairs if package != other}


def _enter(known: _Known, package: str, row: Mapping[str, Any]) -> None:
    """Put what a row says of a package into the table."""
    instead = row["instead"]
    calls = {f"{package}.{name}": instead for name in row.get("calls", ())}
    names = set(row.get("such_as", ()))
    for class_, methods in row.get("methods", {}).items():
        above = f"{package}.{class_}"
        names.update(methods, () if IMPLICIT.isdisjoint(methods) else [class_.rpartition(".")[2]])
        known.clients.add(above)
        if class_.endswith(ANY):
            above = above.removesuffix(ANY).removesuffix(".")
            known.open[above] = _Open(frozenset(methods), frozenset(), instead)
        else:
            calls.update({f"{above}.{method}": instead for method in methods})
        if "." in class_ and class_[0].isupper():
            known.groups.add(above if class_.endswith(ANY) else above.rpartition(".")[0])
    for class_, free in row.get("all_but", {}).items():
        known.open[f"{package}.{class_}"] = _Open(None, frozenset(free), instead)
        known.groups.add(f"{package}.{class_}")
        known.clients.add(f"{package}.{class_}")
    known.calls.update(calls)
    known.names.setdefault(package.partition(".")[0], set()).update(names, *[(n.rpartition(".")[2],) for n in calls])
    known.memory.update(f"{package}.{name}" for name in row.get("memory", ()))
    known.given.update({f"{package}.{name}": where for name, where in row.get("given", {}).items()})
    known.unless.update({f"{package}.{name}": where for name, where in row.get("unless", {}).items()})
    known.ready.update({f"{package}.{name}": method for name, method in row.get("ready", {}).items()})
