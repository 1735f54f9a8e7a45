"""The project: its modules, the one memo, and the decorator that makes a function a question.

A question is a function of the project and hashable arguments. Its answer is remembered for the life of the project, so
questions may ask one another freely. Where the project follows reads, each answer also knows what it rests on, and the
answers of questions that are `kept` outlive the run (`archlint.project.earlier`).
"""

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from archlint.config import Config, default
from archlint.facts.interface import Facts, Interface
from archlint.facts.statements import Block, Def
from archlint.project.knowledge import canonical_names
from archlint.sources import Environment, Manifest

if TYPE_CHECKING:
    from archlint.project.earlier import Earlier

P = ParamSpec("P")
A = TypeVar("A")


class Module:
    """One file of the project; compared by identity.

    Attributes:
        path: relative to the project root, ``/``-separated.
        name: dotted module name as importers write it.
        root: the source root the name starts from, relative to the project root.
        is_package: it is an ``__init__.py``.
        layer_glob: the layer the configuration's globs give it, or empty.
        folders: the folders below the source root that it lies in, outermost first.
        stem: the file's name without its ending; empty for an ``__init__.py``.
        number: its place among the project's modules.
        reader: the project, where it follows reads.
    """

    __slots__ = ("facts", "folders", "is_package", "layer_glob", "name", "number", "path", "reader", "root", "stem")

    def __init__(
        self, path: str, name: str, root: str, is_package: bool, facts: Facts, layer_glob: str = ""
    ) -> None:  # fmt: skip
        self.path = path
        self.name = name
        self.root = root
        self.is_package = is_package
        self.facts = facts
        self.layer_glob = layer_glob
        *folders, file = path[len(root) + 1 if path.startswith(f"{root}/") else 0 :].split("/")
        self.folders = tuple(folders)
        self.stem = "" if is_package else file.removesuffix(".py")
        self.number = 0
        self.reader: Project | None = None

    def __repr__(self) -> str:
        return f"Module({self.path!r})"

    @property
    def interface(self) -> Interface:
        if self.reader is not None:
            self.reader.reads.add(interface_of(self))
        return self.facts.interface

    def body(self, function: Def) -> Block:
        """The statements of a function defined in this module."""
        return self.body_in(function.body) if isinstance(function.body, int) else function.body

    def body_in(self, slot: int) -> Block:
        """The statements of the function with a slot."""
        if self.reader is not None:
            self.reader.reads.add(bodies_of(self))
        return self.facts.body(slot)


class Project:
    """All modules and manifests, the configuration, and what has been asked of them so far.

    Attributes:
        packages: the names that dotted module names begin with.
        environment: what is installed beside them.
        memo: the answers of each question, by its arguments.
        depth: how many questions are waiting for one another.
        provisional: the least depth of an open question that the answer in the making rests on.
        loops: the answers that rest on open questions, which are not remembered, by question and arguments.
        outermost: the least depth of an open question that one of ``loops`` rests on.
        follows: it follows what is read.
        reads: what the answer in the making rests on so far, where it does: numbers (`interface_of`, `bodies_of`), kept
            answers, and questions for all their answers at once (`every`).
        made: the kept answers found in this run.
        all_answers: of the questions asked about all modules at once, the answers (`every`).
        earlier: what is known of a run before.
    """

    def __init__(
        self,
        modules: Iterable[Module],
        config: Config | None = None,
        manifests: Iterable[Manifest] = (),
        environment: Environment | None = None,
    ) -> None:
        self.config = config or default()
        self.modules: tuple[Module, ...] = tuple(sorted(modules, key=lambda module: module.path))
        self.manifests: tuple[Manifest, ...] = tuple(sorted(manifests, key=lambda manifest: manifest.path))
        self.by_path: Mapping[str, Module] = {module.path: module for module in self.modules}
        named: dict[str, list[Module]] = {}
        for module in self.modules:
            named.setdefault(module.name, []).append(module)
        self.by_name: Mapping[str, list[Module]] = named
        self.packages = frozenset(name.partition(".")[0] for name in named)
        foreign = self.packages & third_party(self.manifests)
        self._shadowing = frozenset(name for name in named if foreign and name.partition(".")[0] in foreign)
        self.environment = environment
        self.memo: defaultdict[object, dict[object, Any]] = defaultdict(dict)
        self.depth = 0
        self.provisional = UNBOUNDED
        self.loops: dict[object, Provisional] = {}
        self.outermost = UNBOUNDED
        self.follows = False
        self.reads: set[object] = set()
        self.read_sets: dict[frozenset[object], frozenset[object]] = {}
        self.made: list[Answer] = []
        self.all_answers: dict[object, list[tuple[Module, Any]]] = {}
        self.earlier: Earlier | None = None

    def follow(self) -> None:
        """Follow what is read from now on; what was asked before is asked again, as nobody knows what that rests on."""
        self.follows = True
        self.forget()
        for number, module in enumerate(self.modules):
            module.number, module.reader = number, self

    def relieve(self) -> None:
        """Forget the answers of questions that have very many, but not those that are kept: mostly they are about what has
        been dealt with. Not to be called while a question is being answered."""
        for answer, answers in self.memo.items():
            if len(answers) > MOST_LARGE and len(answers) > answer.most:  # type: ignore[attr-defined]
                answers.clear()

    def forget(self) -> None:
        """Forget what has been found out, but for what is to be kept for the next run."""
        self.memo.clear()
        self.all_answers.clear()
        self.read_sets.clear()

    def find(self, name: str, near: Module | None = None) -> Module | None:
        """The module called ``name`` as ``near`` would import it: of several, the one whose source root is the nearest
        that holds ``near``, else the one whose path shares most folders, and a package before a file beside it (as for
        Python: https://docs.python.org/3/reference/import.html#path-based-finder). A name third parties have too means
        theirs where no such source root holds ``near``."""
        found = self.by_name.get(name)
        if not found:
            return None
        if near is None:
            return found[0]
        if name in self._shadowing:
            found = [module for module in found if module.root == near.root or _holds(module.root, near.path)]
        if len(found) < 2:
            return found[0] if found else None
        return max(found, key=lambda m: (_holds(m.root, near.path), _shared(m.path, near.path), m.is_package))


def third_party(manifests: tuple[Manifest, ...]) -> frozenset[str]:
    """The top-level packages known to be other people's: the frameworks', and those of dependencies that bear their
    distribution's name and are no part of the project."""
    own = {manifest.name for manifest in manifests} | {r.name for m in manifests for r in m.requirements if r.origin}
    declared = {r.name for m in manifests for r in m.requirements} - own
    return canonical_names()[2] - own | {name.replace("-", "_") for name in declared}


def _holds(root: str, path: str) -> int:
    """How long a source root is that a path lies in, 0 where it does not."""
    if root == ".":
        return 1
    return len(root) + 1 if path.startswith(f"{root}/") else 0


def _shared(path: str, other: str) -> int:
    """How many folders two files have in common, from the top."""
    count = 0
    for part, other_part in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if part != other_part:
            break
        count += 1
    return count


UNBOUNDED = 1 << 30
PATIENCE = 16
"""How often a question inside a loop of questions is answered anew, before its latest answer is taken."""


def interface_of(module: Module) -> int:
    """What stands for a module's interface among reads."""
    return 2 * module.number


def bodies_of(module: Module) -> int:
    """What stands for the bodies of a module's functions among reads."""
    return 2 * module.number + 1


class _Open:
    """Stands where an answer will be while its question is being answered."""

    __slots__ = ("depth",)

    def __init__(self, depth: int) -> None:
        self.depth = depth


UNASKED = _Open(-1)


class Provisional:
    """The latest answer of a question that rests on one that is still open, and how many there were before."""

    __slots__ = ("count", "reads", "value")

    def __init__(self, value: Any, reads: set[object], count: int) -> None:
        self.value = value
        self.reads = reads
        self.count = count


Key = tuple[Callable[..., Any], tuple[Any, ...]]
"""A question and its arguments."""


class Answer:
    """A remembered answer of a project that follows reads.

    Attributes:
        value: the answer itself.
        reads: what it rests on; see `Project.reads`.
        key: the question and its arguments, for an answer that is kept: it stands among the reads of others by itself, so
            that they stay true if it turns out the same again.
    """

    __slots__ = ("key", "reads", "value")

    def __init__(self, value: Any, reads: frozenset[object], key: Key | None) -> None:
        self.value = value
        self.reads = reads
        self.key = key


MOST = 20_000
MOST_LARGE = 2_000
"""How many answers of one question the project holds on to between modules, and how many large ones."""


def question(
    cyclic: Any, kept: Any = None, large: bool = False
) -> Callable[[Callable[Concatenate[Project, P], A]], Callable[Concatenate[Project, P], A]]:
    """Make a function of the project a question whose answer is remembered. Its arguments are given by position.

    Args:
        cyclic: the answer a question gets that is asked again while it is being answered. Answers that rest on it are
            not remembered, except the one of the question that closes the loop, so an answer that gathers what it can
            reach does not depend on which question came first. Questions that all lead to one another would so be asked
            on every way through them: after `PATIENCE` times the latest answer has to do until the loop is closed.
        kept: the type of the answer, where it is plain data that msgspec can write and read, and the question takes no
            argument but a module or a frozen set of strings: the answer is kept from run to run.
        large: the answers take much memory: they are forgotten where there are many (`Project.relieve`).
    """

    def decorate(answer: Callable[Concatenate[Project, P], A]) -> Callable[Concatenate[Project, P], A]:
        @functools.wraps(answer)
        def ask(project: Project, /, *args: Any) -> A:
            known = project.memo[answer].get(args, UNASKED)
            if known is UNASKED:
                return _first(project, ask, answer, args)
            kind = known.__class__
            if kind is Answer:
                return _read(project, known)  # type: ignore[no-any-return]
            if kind is _Open:
                project.provisional = min(project.provisional, known.depth)
                return cyclic  # type: ignore[no-any-return]
            return known  # type: ignore[no-any-return]

        ask.kept = kept  # type: ignore[attr-defined]
        answer.most = UNBOUNDED if kept is not None else MOST_LARGE if large else MOST  # type: ignore[attr-defined]
        return ask  # type: ignore[return-value]

    return decorate


def _first(project: Project, ask: Callable[..., A], answer: Callable[..., A], args: tuple[Any, ...]) -> A:
    """Answer a question for the first time, or as the run before did."""
    if ask.kept is None:  # type: ignore[attr-defined]
        return _find_out(project, answer, args, None)
    found = project.earlier.answer(ask, args) if project.earlier is not None else None
    if found is None:
        return _find_out(project, answer, args, (ask, args))
    project.memo[answer][args] = found
    return _read(project, found)  # type: ignore[no-any-return]


def _find_out(project: Project, answer: Callable[..., A], args: tuple[Any, ...], key: Key | None) -> A:
    """Answer a question that nobody has answered yet."""
    if project.loops:
        latest = project.loops.get((answer, args))
        if latest is not None and latest.count >= PATIENCE:
            project.provisional = min(project.provisional, project.outermost)
            project.reads |= latest.reads
            return latest.value  # type: ignore[no-any-return]
    answers = project.memo[answer]
    depth, outer, reads, follows = project.depth, project.provisional, project.reads, project.follows
    answers[args] = _Open(depth)
    project.provisional, project.depth = UNBOUNDED, depth + 1
    if follows:
        project.reads = set()
    try:
        result = answer(project, *args)
    except BaseException:
        del answers[args]
        project.loops, project.outermost = {}, UNBOUNDED
        project.provisional, project.depth, project.reads = outer, depth, reads
        raise
    rests_on, own = project.provisional, project.reads
    project.provisional, project.depth, project.reads = outer, depth, reads
    if rests_on < depth:
        del answers[args]
        project.provisional = min(outer, rests_on)
        reads |= own
        _in_loop(project, (answer, args), Provisional(result, own, 1), rests_on)
        return result
    if depth <= project.outermost and project.loops:
        project.loops, project.outermost = {}, UNBOUNDED
    if follows:
        rests = frozenset(own)
        known = answers[args] = Answer(result, project.read_sets.setdefault(rests, rests), key)
        _read(project, known)
        if key is not None:
            project.made.append(known)
    else:
        answers[args] = result
    return result


def _in_loop(project: Project, key: object, latest: Provisional, rests_on: int) -> None:
    before = project.loops.get(key)
    if before is not None:
        latest.count += before.count
    project.loops[key] = latest
    project.outermost = min(project.outermost, rests_on)


def _read(project: Project, known: Answer) -> Any:
    if known.key is None:
        project.reads |= known.reads
    else:
        project.reads.add(known)
    return known.value


def every(project: Project, ask: Callable[[Project, Module], A]) -> list[tuple[Module, A]]:
    """The answers of a kept question about each module of the project. Whoever wants them all rests on them as one, or it
    would rest on as many things as there are modules."""
    known = project.all_answers.get(ask)
    if known is not None:
        if project.follows:
            project.reads.add(ask)
        return known
    outer, project.reads = project.reads, set()
    before, project.provisional = project.provisional, UNBOUNDED
    try:
        found = [(module, ask(project, module)) for module in project.modules]
    finally:
        own, project.reads = project.reads, outer
        is_final = project.provisional == UNBOUNDED
        project.provisional = min(before, project.provisional)
    if is_final:
        project.all_answers[ask] = found
    if project.follows:
        # What is read beside the answers is that of answers inside a loop, which are not remembered.
        outer.update(read for read in own if not (isinstance(read, Answer) and read.key and read.key[0] is ask))
        outer.add(ask)
    return found
