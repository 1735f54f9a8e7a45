"""How a service falls apart: the groups of its functions that share no attribute, helper or call.

The measure is LCOM4: functions are linked when one calls the other or both use the same attribute, and the groups are
the connected components. Source: M. Hitz and B. Montazeri, "Measuring Coupling and Cohesion In Object-Oriented Systems"
(1995). What nearly everything uses links nothing, or a session and a logger would hold every service together.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

from archlint.core.record import Record
from archlint.project.definitions import Function, definitions
from archlint.project.knowledge import names_in
from archlint.project.layers.services import Service
from archlint.project.model import Project, question
from archlint.project.names import module_scope
from archlint.project.walk import names

FEW = 3
"""Users from which on a thing may be shared infrastructure rather than what holds a group together."""

WHOLE = 0.8
"""A group with more than this share of a service's lines is the service."""

Uses = Mapping[str, frozenset[str]]


class Group(Record, frozen=True):
    """Functions that belong together.

    Attributes:
        topic: the word the operations' names have in common, or empty.
        operations: names of the public ones, longest function first.
        functions: how many functions, private ones included.
        lines: how many lines these have.
    """

    topic: str
    operations: tuple[str, ...]
    functions: int
    lines: int


class Split(Record, frozen=True):
    """A service in parts.

    Attributes:
        groups: longest first.
        shared: names of attributes and functions that groups have in common all the same, most used first.
    """

    groups: tuple[Group, ...]
    shared: tuple[str, ...]

    @property
    def falls_apart(self) -> bool:
        """Whether the groups are worth a service each: the longest does not hold nearly all of the lines."""
        lines = [group.lines for group in self.groups]
        return len(lines) > 1 and lines[0] <= WHOLE * sum(lines)

    @property
    def is_loose(self) -> bool:
        """Whether no two operations belong together."""
        return len(self.groups) > 1 and all(len(group.operations) == 1 for group in self.groups)


NO_SPLIT = Split((), ())


@question(cyclic=NO_SPLIT)
def proposed_split(project: Project, service: Service) -> Split:
    """The groups a service consists of; one alone where it does not fall apart."""
    functions = {f.node.name: f for f in service.functions if not f.is_special}
    uses = _uses(project, service, functions)
    operations = [name for name in service.operations if name in functions]
    parts, shared = _parts(uses, operations)
    topics = _topics(service, operations)
    lines = {name: f.node.end_line - f.node.line + 1 for name, f in functions.items()}
    groups = [_group(part, operations, topics, lines) for part in _by_topic(parts, operations, topics)]
    found = sorted((g for g in groups if g.operations), key=lambda g: (-g.lines, g.operations))
    return Split(tuple(found), shared)


def _uses(project: Project, service: Service, functions: Mapping[str, Function]) -> Uses:
    """What each function uses of what it could share with another: attributes, functions, variables of the module."""
    module = service.functions[0].module
    outside = {name for name in definitions(project, module).functions if "." not in name}
    if not service.is_class:
        scope = module_scope(project, module).names
        outside |= {n for n, found in scope.items() if found[-1].kind == "value" and n != n.upper()}
    infrastructure = names_in("services", "names", "infrastructure")
    uses = {}
    for name, function in functions.items():
        used = _names_in(function, service, outside) - {name}
        uses[name] = frozenset(other for other in used if other.strip("_") not in infrastructure)
    return uses


def _names_in(function: Function, service: Service, outside: set[str]) -> set[str]:
    params = [param.name for param in function.node.params]
    owners = {service.name, params[0]} if service.is_class and params else {service.name}
    own = {*params, *function.node.binds}
    found = set()
    for name in names(function.body):
        head, _, rest = name.partition(".")
        if service.is_class and rest and head in owners:
            found.add(rest.partition(".")[0])
        elif head in outside and head not in own:
            found.add(head)
    return found


def _parts(uses: Uses, operations: list[str]) -> tuple[list[list[str]], tuple[str, ...]]:
    """The components, and what had to be left out of account to find them: what more than half of the functions use,
    then, as long as one component holds more than half of the operations, what most do."""
    users = Counter(used for names in uses.values() for used in names)
    ranked = sorted((used for used in users if users[used] >= FEW), key=lambda used: (-users[used], used))
    cut = [used for used in ranked if users[used] * 2 > len(uses)]

    def is_loose(end: int) -> bool:
        parts = components(uses, ranked[:end])
        return max(len(_public(part, operations)) for part in parts) * 2 <= len(operations)

    # The more is left out, the smaller the components.
    ends = range(len(cut), len(ranked) + 1)
    end = ends[bisect_left(ends, True, key=is_loose)] if is_loose(len(ranked)) else len(cut)
    return components(uses, ranked[:end]), tuple(ranked[:end])


def components(uses: Uses, cut: Iterable[str]) -> list[list[str]]:
    """The connected components of functions linked by what they use, ``cut`` left out; in the order of ``uses``."""
    parent = {name: name for name in uses}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    ignored, first = set(cut), dict[str, str]()
    for name, used in uses.items():
        for other in sorted(used - ignored):
            linked = other if other in uses else first.setdefault(other, name)
            parent[root(name)] = root(linked)
    found: dict[str, list[str]] = {}
    for name in uses:
        found.setdefault(root(name), []).append(name)
    return list(found.values())


def _public(part: list[str], operations: list[str]) -> list[str]:
    return [name for name in part if name in operations]


def _by_topic(parts: list[list[str]], operations: list[str], topics: Mapping[str, list[str]]) -> list[list[str]]:
    """The parts, those joined that are about one topic; two such parts still share nothing with a third."""
    candidates = [set(_part_topics(_public(part, operations), topics)) for part in parts]
    counts = Counter(topic for found in candidates for topic in found)
    joined: dict[str, list[str]] = {}
    for index, part in enumerate(parts):
        best = max(candidates[index], key=lambda topic: (counts[topic], topic), default="")
        key = best if counts[best] > 1 else f"#{index}"
        joined.setdefault(key, []).extend(part)
    return list(joined.values())


def _part_topics(operations: list[str], topics: Mapping[str, list[str]]) -> list[str]:
    """The words that at least half of some operations are about."""
    counts = Counter(word for name in operations for word in topics[name])
    return [word for word in counts if counts[word] * 2 >= len(operations)]


def _topics(service: Service, operations: list[str]) -> dict[str, list[str]]:
    """The words each operation's name says it is about; not those that every name, or the service's own, holds."""
    words = {name: _words(name) for name in operations}
    counts = Counter(word for found in words.values() for word in set(found))
    own = {_singular(word.lower()) for part in service.name.split(".") for word in re.findall(r"[A-Z]?[a-z0-9]+", part)}
    common = {word for word in counts if counts[word] == len(operations)} | own
    return {name: [word for word in found if word not in common] for name, found in words.items()}


def _words(name: str) -> list[str]:
    """The nouns of ``bulk_create_items_for_user``: item."""
    actions, endings = names_in("services", "names", "actions"), names_in("services", "names", "endings")
    prepositions = names_in("services", "names", "prepositions")
    found = []
    for word in name.strip("_").split("_"):
        if word in prepositions:
            break
        if word not in actions and word not in endings and len(word) > 1 and not word.isdigit():
            found.append(_singular(word))
    return found


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    is_plural = word.endswith("s") and not word.endswith(("ss", "us", "is", "vas", "ias"))
    return word[:-1] if is_plural and len(word) > 3 else word


def _group(
    part: list[str], operations: list[str], topics: Mapping[str, list[str]], lines: Mapping[str, int]
) -> Group:  # fmt: skip
    public = sorted(_public(part, operations), key=lambda name: (-lines[name], name))
    shared = Counter(word for name in public for word in set(topics[name]))
    best = max(shared, key=lambda word: (shared[word], word), default="")
    topic = best if shared[best] > 1 and shared[best] * 2 >= len(public) else ""
    return Group(topic, tuple(public), len(part), sum(lines[name] for name in part))
