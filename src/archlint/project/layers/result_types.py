"""What a Result type is: of every object of it the code must ask whether it is a success or a failure.

It is one of a package (`knowledge/results.toml`), the project's union of a success and a failure, or the project's generic
wrapper that says which of them it is. A Pydantic model is none: it is the envelope of a response.
"""

import re

from archlint.facts.expressions import Item, Op
from archlint.facts.statements import Raise, Set, TypeAlias
from archlint.project.aliases import spellings
from archlint.project.calls.graph import descendants
from archlint.project.classes import find_class, method, methods, mro
from archlint.project.definitions import ClassDefinition, Function, definitions
from archlint.project.knowledge import names_in
from archlint.project.layers.errors import is_http_error
from archlint.project.model import Module, Project, every, question
from archlint.project.names import resolve
from archlint.project.types.annotations import CLASS, Type, arms, function_site, lineage, parameters, read
from archlint.project.types.schemas import is_pydantic
from archlint.project.walk import names, statements

COROUTINES = ("collections.abc.Coroutine", "collections.abc.Awaitable")


@question(cyclic=frozenset(), kept=frozenset[str])
def giving_names(project: Project) -> frozenset[str]:
    """The last parts of the names of functions that are annotated to return a Result."""
    hints = frozenset().union(*[found for _, found in every(project, _hints)])
    wanted = spellings(project, hints) if hints else hints
    found = set()
    for module, pairs in every(project, _annotated) if wanted else ():
        candidates = {name for name, annotation in pairs if annotation in wanted}
        for function in definitions(project, module).functions.values() if candidates else ():
            if function.node.name in candidates and result_of(project, function) is not None:
                found.add(function.node.name)
    return frozenset(found)


@question(cyclic=frozenset(), kept=frozenset[str])
def _hints(project: Project, module: Module) -> frozenset[str]:
    """The names of a module that may be those of a Result type, or of a success."""
    telling = names_in("results", "words", "result") | names_in("results", "words", "success")
    found = {name.rpartition(".")[2] for name in definitions(project, module).classes}
    for statement in module.interface.imports:
        if (statement.module or "").partition(".")[0] in names_in("results", "types", "roots") and not statement.level:
            found |= {alias or name for name, alias in statement.names}
    found = {name for name in found if words(name) & telling}
    for each in statements(module.interface.body):
        if isinstance(each, TypeAlias):
            found.add(each.name)
        elif isinstance(each, Set) and isinstance(each.value, Op | Item):
            made_of = {name.rpartition(".")[2] for name in names(each.value)}
            if any(words(name) & telling for name in made_of):
                found |= {target for target in each.targets if isinstance(target, str)}
    return frozenset(name for name in found if name[:1].isupper())


@question(cyclic=frozenset(), kept=frozenset[tuple[str, str]])
def _annotated(project: Project, module: Module) -> frozenset[tuple[str, str]]:
    """The functions of a module with the names in what they are annotated to return, both by their last parts."""
    return frozenset(
        (function.node.name, name.rpartition(".")[2])
        for function in definitions(project, module).functions.values()
        if function.node.returns is not None
        for name in names(function.node.returns)
        if name.rpartition(".")[2][:1].isupper()
    )


def words(name: str) -> frozenset[str]:
    """The words a class's name is made of, in lower case."""
    return frozenset(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name))


@question(cyclic=None)
def result_of(project: Project, function: Function) -> Type | None:
    """The Result type a function is annotated to return; None where it is annotated otherwise, or not at all."""
    if function.node.returns is None or function.is_generator:
        return None
    found = read(project, function.node.returns, function_site(function))
    if found.name in COROUTINES and found.args:
        found = found.args[-1]
    return found if is_result(project, found) else None


def is_result(project: Project, type_: Type) -> bool:
    """Whether objects of a type are successes or failures, and nothing else."""
    found = arms(type_)
    if len(found) > 1:
        kinds = [_kind(project, arm) for arm in found]
        return all(kinds) and len(set(kinds)) > 1
    if len(found) != 1 or found[0].kind != CLASS:
        return False
    if found[0].name:
        return found[0].name in names_in("results", "types", "packages")
    definition = find_class(project, found[0].symbol)
    return definition is not None and not _is_model(project, found[0]) and _is_wrapper(project, definition)


def _kind(project: Project, arm: Type) -> str:
    """Whether an arm of a union is the success or the failure, by its name."""
    if arm.kind != CLASS or arm.symbol is None or _is_model(project, arm):
        return ""
    if arm.symbol.is_external and arm.symbol.package not in names_in("results", "types", "roots"):
        return ""
    found = words(arm.symbol.last)
    for kind in ("success", "failure"):
        if found & names_in("results", "words", kind):
            return kind
    return ""


def _is_model(project: Project, type_: Type) -> bool:
    """Whether objects of a type are what clients get: Pydantic models, typed dicts, responses."""
    if type_.symbol is not None and is_pydantic(project, type_.symbol):
        return True
    return any(base.name == "typing.TypedDict" or base.name.endswith("Response") for base in lineage(project, type_))


def is_wrapper(project: Project, type_: Type) -> bool:
    """Whether a Result type is a class of the project that stands for both a success and a failure."""
    return len(arms(type_)) == 1 and find_class(project, arms(type_)[0].symbol) is not None


@question(cyclic=False)
def _is_wrapper(project: Project, definition: ClassDefinition) -> bool:
    """Whether a class of the project is a Result by itself: it has a flag that tells a success from a failure and an error,
    or both kinds descend from it."""
    name = definition.node.name
    if not words(name) & names_in("results", "words", "result"):
        return False
    if name not in names_in("results", "words", "plain") and not parameters(project, definition):
        return False
    members = members_of(project, definition)
    if members & names_in("results", "words", "flags") and members & names_in("results", "words", "errors"):
        return True
    below = [words(child.node.name) for child in descendants(project, definition)]
    return all(any(found & names_in("results", "words", kind) for found in below) for kind in ("success", "failure"))


@question(cyclic=frozenset())
def members_of(project: Project, definition: ClassDefinition) -> frozenset[str]:
    """The names of a class's methods, and of the attributes that it declares or sets in ``__init__``."""
    found: set[str] = set()
    for owner in mro(project, definition):
        own = methods(project, owner)
        found |= own.keys()
        init = own.get("__init__")
        for block, prefix in ((owner.node.body, ""), (init.body if init is not None else (), "self.")):
            for statement in statements(block):
                if isinstance(statement, Set):
                    found |= {
                        t[len(prefix) :] for t in statement.targets if isinstance(t, str) and t.startswith(prefix)
                    }
    return frozenset(found)


@question(cyclic=frozenset())
def takers(project: Project, type_: Type) -> frozenset[str]:
    """The members of a Result that take the value of a success: those of any, and fields that a failure has not."""
    found = names_in("results", "access", "takes")
    own = [find_class(project, arm.symbol) for arm in arms(type_)]
    if len(own) == 1 and own[0] is not None:
        return found | (names_in("results", "access", "fields") & members_of(project, own[0]))
    for arm, definition in zip(arms(type_), own, strict=True):
        if definition is not None and _kind(project, arm) == "success":
            found |= {
                name
                for name in members_of(project, definition)
                if not name.startswith("_") and name not in _common(project, type_)
            }
    return frozenset(found)


def _common(project: Project, type_: Type) -> frozenset[str]:
    """The members that the failures of a union have."""
    failures = [find_class(project, arm.symbol) for arm in arms(type_) if _kind(project, arm) == "failure"]
    return frozenset().union(*[members_of(project, each) for each in failures if each is not None])


@question(cyclic=False)
def answers_itself(project: Project, type_: Type, name: str) -> bool:
    """Whether a method of the project's Results makes an HTTP error of a failure."""
    owners = [find_class(project, arm.symbol) for arm in arms(type_)]
    found = [method(project, owner, name) for owner in owners if owner is not None]
    return any(
        is_http_error(project, resolve(project, each.module, raised, each))
        for each in found
        if each is not None
        for statement in statements(each.body)
        if isinstance(statement, Raise)
        for raised in names(statement.value)
    )
