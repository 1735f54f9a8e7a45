"""What blocks the thread it is called on, and its asynchronous counterpart: `knowledge/blocking.toml` and the project's
own additions to it."""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from archlint.config import options
from archlint.core import Options
from archlint.facts.expressions import Call, Const, Expr
from archlint.project.annotations import Type, arms
from archlint.project.knowledge import table, third_party_bases
from archlint.project.model import Project, question

ANY = ".*"
Typing = Callable[[Expr], Type]
"""What an expression is, where a call stands."""

IN_MEMORY = frozenset(("io.BytesIO", "io.StringIO", "tempfile.SpooledTemporaryFile"))


class Blocking(Options, frozen=True):
    """What a project adds to what blocks and what it takes away; the options of ``blocking-call-in-async``."""

    blocks: dict[str, str] = msgspec.field(default_factory=dict)
    allow: tuple[str, ...] = ()


class _Open(NamedTuple):
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


class _Known(NamedTuple):
    """The table, by whole dotted name; see there for what ``makes`` to ``unless`` are.

    Attributes:
        packages: the top-level packages there is a row of.
        calls: function, constructor or method to its counterpart.
        classes: the classes whose objects somebody may ask about.
    """

    packages: set[str]
    calls: dict[str, str]
    open: dict[str, _Open]
    classes: set[str]
    makes: dict[str, str]
    holds: dict[str, str]
    memory: set[str]
    given: dict[str, str]
    unless: dict[str, str]


@question(cyclic=None)
def counterpart(project: Project, name: str) -> str | None:
    """What to use instead of something that blocks, as the object of "use …"; None for what does not block.

    Args:
        name: its canonical dotted name; a method's is that of the class and the method's (``requests.Session.get``).
    """
    own = options(project.config, "ARC301", "blocking-call-in-async", Blocking)
    if any(_is_below(name, allowed) for allowed in own.allow):
        return None
    if name in own.blocks:
        return f"`{own.blocks[name]}`"
    return _counterpart(name) if name.partition(".")[0] in _known().packages else None


def blocks(project: Project, name: str, call: Call, typed: Typing) -> str | None:
    """As `counterpart`, for one call: None also where its arguments keep it from blocking.

    Args:
        typed: what an argument is.
    """
    instead = counterpart(project, name)
    if instead is None:
        return None
    known = _known()
    if name in known.given and _argument(call, known.given[name]) is None:
        return None
    if name in known.unless and _is_zero(_argument(call, known.unless[name])):
        return None
    return None if name in known.memory and _is_in_memory(call, typed) else instead


def blocking_names(project: Project) -> frozenset[str]:
    """The names of all that blocks, as far as the table lists it one by one, for a look at an index of names; of groups
    (``"Client.*"``) the methods, of classes of which nearly everything blocks the class."""
    own = options(project.config, "ARC301", "blocking-call-in-async", Blocking)
    return _blocking_names() | frozenset(own.blocks)


def made(name: str) -> str:
    """The class of the object that calling something third-party gives; empty where it is none that blocks."""
    known = _known()
    if name.partition(".")[0] not in known.packages:
        return ""
    found = known.makes.get(name) or (name if name in known.classes else _any_member(known.makes, name))
    return found or (name if _is_group(name) else "")


def held(name: str) -> str:
    """The class of an attribute of a third-party object, given as class and attribute (``pathlib.Path.parent``), of its
    items (``[]``) or of what an operator makes of it (``/``); empty where it is none that blocks. The attributes in which
    a client groups its methods are classes by their own name (``openai.OpenAI.chat``)."""
    known = _known()
    if name.partition(".")[0] not in known.packages:
        return ""
    found = known.holds.get(name) or (name if name in known.classes else _any_member(known.holds, name))
    return found or (name if _is_group(name) else "")


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


def _is_group(name: str) -> bool:
    """Whether a dotted name is an attribute that a client groups its methods in."""
    for above, path in _above(name):
        known = _known().open.get(above)
        if known is not None and above in _known().classes:
            return path[0] not in known.free
    return False


def _any_member(rows: Mapping[str, str], name: str) -> str:
    return rows.get(name.rpartition(".")[0] + ANY, "")


def _is_below(name: str, above: str) -> bool:
    return name == above or name.startswith(f"{above}.")


def _argument(call: Call, where: str) -> Expr | None:
    """The argument called ``name@position``, where it is given."""
    name, _, position = where.partition("@")
    if position and len(call.args) > int(position):
        return call.args[int(position)]
    return call.keyword(name)


def _is_zero(expr: Expr | None) -> bool:
    return isinstance(expr, Const) and expr.kind in ("bool", "int", "float") and not expr.value


def _is_in_memory(call: Call, typed: Typing) -> bool:
    given = (*call.args, *[value for _, value in call.kwargs])
    return any(arm.name in IN_MEMORY for value in given for arm in arms(typed(value)))


@functools.cache
def _known() -> _Known:
    known = _Known(set(), {}, {}, set(), {}, {}, set(), {}, {})
    for row in table("blocking")["package"]:
        for package in [row["name"]] if isinstance(row["name"], str) else row["name"]:
            _enter(known, package, row)
    known.classes.update(known.makes.values(), known.holds.values())
    return known


@functools.cache
def _blocking_names() -> frozenset[str]:
    known = _known()
    groups = {method for group in known.open.values() for method in group.methods or ()}
    return frozenset((*known.calls, *groups))


def _enter(known: _Known, package: str, row: Mapping[str, Any]) -> None:
    """Put what a row says of a package into the table."""
    instead = row["instead"]
    known.packages.add(package.partition(".")[0])
    known.calls.update({f"{package}.{name}": instead for name in row.get("calls", ())})
    for class_, methods in row.get("methods", {}).items():
        name = f"{package}.{class_}"
        if name.endswith(ANY):
            known.open[name.removesuffix(ANY)] = _Open(frozenset(methods), frozenset(), instead)
        else:
            known.calls.update({f"{name}.{method}": instead for method in methods})
            known.classes.add(name)
    for class_, free in row.get("all_but", {}).items():
        known.open[f"{package}.{class_}"] = _Open(None, frozenset(free), instead)
        known.classes.add(f"{package}.{class_}")
    known.memory.update(f"{package}.{name}" for name in row.get("memory", ()))
    for target, source in (
        (known.makes, "makes"), (known.holds, "holds"), (known.given, "given"), (known.unless, "unless"),
    ):  # fmt: skip
        target.update({f"{package}.{name}": value for name, value in row.get(source, {}).items()})


@question(cyclic=frozenset())
def method_names(project: Project) -> frozenset[str]:
    """The last parts of the names of what blocks, those left out that any method of a class does."""
    own = options(project.config, "ARC301", "blocking-call-in-async", Blocking)
    return frozenset(name.rpartition(".")[2] for name in (*_known().calls, *own.blocks))
