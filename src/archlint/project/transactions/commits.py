"""Functions whose commits cut one unit of work into several: twice on one path, in a loop, in a repository beside others.

What is judged is one session at a time. A commit with nothing written since the last one ends no unit of work; nor does one
that records a failure in a handler, that is a transaction of its own for an item of a loop, or that ends a batch or a try.
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from archlint.core.record import Record
from archlint.facts.expressions import Call, Expr, Op, Walrus
from archlint.facts.statements import For, Handler, If, Set, Stmt, Try, While
from archlint.project.aliases import called, slots_calling
from archlint.project.calls.forms import holder_of, last_name, written
from archlint.project.calls.own_effects import Hop
from archlint.project.calls.startup import is_serving
from archlint.project.definitions import Function, bodies_in
from archlint.project.flow.excluding import Fact, asked_again, contradicts, kept, told
from archlint.project.flow.fold import Caught, Enter, Evaluate, Leave, Matched, Next, Test, run
from archlint.project.flow.forms import truth
from archlint.project.flow.sites import BODY, HANDLER, ORELSE, Around, CallSite, call_sites
from archlint.project.import_graph import importing_roots
from archlint.project.knowledge import names_in
from archlint.project.layers.assignment import is_databases, is_disputed, is_outside, layer
from archlint.project.layers.content import is_cli
from archlint.project.model import Module, Project, every, question
from archlint.project.places import Place, whole
from archlint.project.transactions.savers import COMMIT, saver_names
from archlint.project.transactions.transactions import Commit, Writes, commits
from archlint.project.transactions.units import ends_handed_out, is_asked_for, may_hand_out, opens_itself
from archlint.project.types.decorated import handed
from archlint.project.walk import calls, names, statements

AGAIN = "again"
LOOP = "loop"
REPOSITORY = "repository"


class Scattered(Record, frozen=True):
    """A function whose commits are scattered; the place is that of the commit that breaks the unit of work.

    Attributes:
        how: it commits `AGAIN` on one path, in a `LOOP`, or as a `REPOSITORY` though other layers commit too.
        name: what commits, as written.
        other: of `AGAIN` the commit before, of `REPOSITORY` one in another layer.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    how: str
    function: Function
    name: str
    other: Hop | None = None


@question(cyclic=())
def scattered_commits(project: Project, module: Module) -> tuple[Scattered, ...]:
    """The functions of a module whose commits are scattered, each once."""
    if is_outside(project, module) or is_cli(project, module) or _is_worker(module):
        return ()
    return tuple(_scattered(project, module))


def _scattered(project: Project, module: Module) -> Iterator[Scattered]:
    wanted = COMMIT | saver_names(project)
    if wanted.isdisjoint(called(project, module)):
        return
    is_repository = _is_repository(project, module)
    for function, block in bodies_in(project, module, slots_calling(project, module, wanted)):
        if function is None:
            continue
        found = _within(project, function) if _may_scatter(block, wanted) else None
        if found is None and is_repository:
            found = _beside_others(project, function)
        if found is not None:
            yield found


def _may_scatter(block: tuple[Stmt, ...], wanted: frozenset[str]) -> bool:
    """Whether a body calls what may commit twice, or in a loop."""
    if sum(last_name(call) in wanted for call in calls(block)) > 1:
        return True
    loops = [s for s in statements(block) if isinstance(s, For | While)]
    return any(last_name(call) in wanted for loop in loops for call in calls(loop.body))


def _within(project: Project, function: Function) -> Scattered | None:
    """How a function commits more than once, itself or through helpers."""
    all_commits = commits(project, function)
    for holder in dict.fromkeys(commit.holder for commit in all_commits):
        own = [commit for commit in all_commits if commit.holder == holder]
        if len(own) > 1 or own[0].site.loops:
            walk = _walked(project, function, holder, own)
            if walk.broken is not None:
                first, second = walk.broken
                # Of two ways through a loop the second commits in another round, though it stands before the first.
                how = LOOP if second.site.number <= first.site.number else AGAIN
                return _found(function, second, how, None if how == LOOP else _hop(function, first))
    return None


def _found(function: Function, commit: Commit, how: str, other: Hop | None) -> Scattered:
    return Scattered(*whole(commit.site.call), how, function, written(commit.site.call), other)


def _hop(function: Function, commit: Commit) -> Hop:
    return Hop(function, whole(commit.site.call), written(commit.site.call))


def _walked(project: Project, function: Function, holder: str, own: list[Commit]) -> "_Walk":
    walk = _Walk(project, function, holder, own)
    run(function.body, START, walk.transfer, frozenset.union)
    return walk


class Way(Record, frozen=True):
    """A way to a point of a function.

    Attributes:
        first: the number of the session's first commit on it; -1: none yet.
        dirty: something was written since the last one.
        facts: what conditions on it have told.
    """

    first: int = -1
    dirty: bool = False
    facts: frozenset[Fact] = frozenset()


State = frozenset[Way]
START: State = frozenset({Way()})
MOST_WAYS = 48


class _Walk:
    """Follows one session through a function.

    Attributes:
        broken: two commits that follow one another on a path, with something written before each.
        effective: a commit that something was written before.
    """

    def __init__(self, project: Project, function: Function, holder: str, own: list[Commit]) -> None:
        self.holder = holder
        self.head = holder.partition(".")[0]
        self.commits = {id(commit.site.call): commit for commit in own}
        self.writes = Writes(project, function, holder)
        self.asked = asked_again(function.body)
        self.broken: tuple[Commit, Commit] | None = None
        self.effective: Commit | None = None

    def transfer(self, step: Any, state: State) -> State | None:
        for call in reversed(list(_calls_of(step))):
            state = self.after_call(call, state)
        match step:
            case Set(targets=targets):
                state = self.bound(targets, state)
                return _dirty(state) if self.writes.by_assignment(step) else state
            case Next(target=target) | Enter(target=target):
                return self.bound((target,), state)
            case Test(expr=expr, outcome=outcome):
                return self.known(told(expr, outcome), state)
        return state

    def bound(self, targets: tuple[Expr, ...], state: State) -> State:
        """The ways on which something is bound anew: the session, or what a condition was about."""
        names_bound = {name for target in targets if target is not None for name in names(target)}
        if self.holder in names_bound or self.head in names_bound:
            return START
        return frozenset(replace(way, facts=kept(way.facts, names_bound)) for way in state) if names_bound else state

    def known(self, facts: frozenset[Fact], state: State) -> State | None:
        """The ways that can go on where a condition has told something."""
        facts = frozenset(fact for fact in facts if fact.subject in self.asked)
        if not facts:
            return state
        after = frozenset(replace(w, facts=w.facts | facts) for w in state if not contradicts(w.facts, facts))
        if len(after) > MOST_WAYS:
            after = frozenset(replace(way, facts=frozenset()) for way in after)
        return after or None

    def after_call(self, call: Call, state: State) -> State:
        commit = self.commits.get(id(call))
        if commit is not None:
            return self.committed(commit, _dirty(state) if commit.writes else state)
        if last_name(call) == "rollback" and holder_of(call) == self.holder:
            return frozenset(replace(way, dirty=False) for way in state)
        return _dirty(state) if self.writes.by_call(call) else state

    def committed(self, commit: Commit, state: State) -> State:
        ends = _ends_unit(commit.site)
        after = set()
        for way in state:
            if way.dirty and self.effective is None:
                self.effective = commit
            first = commit.site.number if way.first < 0 and way.dirty and ends else way.first
            after.add(replace(way, first=first, dirty=False))
        counts = ends or _is_tried_again(commit.site)
        before = max((way.first for way in state if way.dirty), default=-1) if counts else -1
        if before >= 0 and self.broken is None:
            self.broken = next(c for c in self.commits.values() if c.site.number == before), commit
        return frozenset(after)


def _dirty(state: State) -> State:
    return frozenset(replace(way, dirty=True) for way in state)


def _calls_of(step: Any) -> Iterator[Call]:
    match step:
        case Test(expr=expr) | Evaluate(expr=expr) | Enter(context=expr):
            return calls(expr)
        case Next() | Leave() | Caught() | Matched():
            return iter(())
    return calls(step)


def _ends_unit(site: CallSite) -> bool:
    """Whether a commit ends a unit of work: not one of an item, a batch or a try, nor one that records a failure."""
    for around in reversed(site.around):
        statement = around.statement
        if isinstance(statement, Try) and around.part == HANDLER:
            return False
    for around in reversed(site.around):
        statement = around.statement
        if site.loops and _is_own_transaction(around):
            return False
        if isinstance(statement, If) and site.loops and _counts(statement.test):
            return False
        if isinstance(statement, For | While) and around.part == BODY:
            return not _is_batch(statement)
    return True


def _is_tried_again(site: CallSite) -> bool:
    """Whether a commit ends a unit of work that is only tried several times."""
    if any(isinstance(around.statement, Try) and around.part == HANDLER for around in site.around):
        return False
    loops = [around.statement for around in site.around if isinstance(around.statement, For | While)]
    return len(loops) == 1 and isinstance(loops[0], For) and _goes_over(loops[0], "tries")


def _goes_over(loop: For, *kinds: str) -> bool:
    """Whether the names a loop goes over say that its rounds are of one of some kinds: ``batches``, ``tries``."""
    said = {word for name in (*names(loop.target), *names(loop.iter)) for word in _words(name)}
    return any(not said.isdisjoint(names_in("transactions", kind)) for kind in kinds)


def _is_own_transaction(around: Around) -> bool:
    """Whether a ``try`` around a commit rolls back what fails."""
    statement = around.statement
    return isinstance(statement, Try) and around.part in (BODY, ORELSE) and any(map(_rolls_back, statement.handlers))


def _rolls_back(handler: Handler) -> bool:
    return any(last_name(call) == "rollback" for call in calls(handler.body))


def _counts(test: Expr) -> bool:
    """Whether a condition is about how many there are: ``i % 100 == 0``, ``len(pending) >= SIZE``."""
    if isinstance(test, Op) and test.op in ("and", "or"):
        return any(map(_counts, test.operands))
    if isinstance(test, Op) and test.op == "not":
        return _counts(test.operands[0])
    if isinstance(test, Op) and test.op == "%":
        return True
    if isinstance(test, Op) and test.op in ("==", "!=", ">", ">=", "<", "<="):
        return any(isinstance(o, Op) and o.op == "%" for o in test.operands) or test.op in (">", ">=", "<", "<=")
    return False


def _is_batch(loop: For | While) -> bool:
    """Whether the rounds of a loop are batches, or tries of one thing."""
    if isinstance(loop, While):
        if (
            truth(loop.test)
            or isinstance(loop.test, Walrus)
            or any(isinstance(n, Walrus) for n in _operands(loop.test))
        ):
            return True
    else:
        if isinstance(loop.iter, Call) and last_name(loop.iter) == "range" and len(loop.iter.args) == 3:
            return True
        if _goes_over(loop, "batches", "tries"):
            return True
    batching = names_in("transactions", "batching")
    made = [last_name(call) for call in calls(loop.body)]
    return any(name in batching or not names_in("transactions", "batches").isdisjoint(_words(name)) for name in made)


def _operands(expr: Expr) -> tuple[Expr, ...]:
    return expr.operands if isinstance(expr, Op) else (expr,)


def _words(name: str) -> list[str]:
    return name.rpartition(".")[2].lower().strip("_").split("_")


def _beside_others(project: Project, function: Function) -> Scattered | None:
    """A commit of a function in a repository, where other layers commit too."""
    for commit in commits(project, function):
        head = commit.holder.partition(".")[0]
        if (
            commit.helper is not None
            or not commit.holder
            or opens_itself(function, head)
            or is_asked_for(function, commit)
        ):
            continue
        if (commit.site.loops and not _ends_unit(commit.site)) or head in handed(project, function):
            continue
        effective = _effective(project, function, commit.holder)
        other = _elsewhere(project, function.module.root) if effective is not None else None
        if effective is not None and other is not None:
            return _found(function, effective, REPOSITORY, other)
    return None


def _effective(project: Project, function: Function, holder: str) -> Commit | None:
    """The first commit of a session that something was written before."""
    own = [commit for commit in commits(project, function) if commit.holder == holder]
    writing = names_in("data", "effects", "writes")
    for site in call_sites(project, function):
        if site.number == own[0].site.number:
            break
        if holder_of(site.call) == holder and last_name(site.call) in writing and not site.deferred:
            return own[0]  # what a way through the function would tell is plain to see
    return _walked(project, function, holder, own).effective


def _is_repository(project: Project, module: Module) -> bool:
    found = layer(project, module)
    if found.name != "repository" or is_disputed(project, module) or _is_offline(module):
        return False
    return not found.from_content or is_databases(project, module)


@question(cyclic=None)
def _elsewhere(project: Project, root: str) -> Hop | None:
    """The first commit of what answers requests, outside the repositories, where those of a source root can be called."""
    near = importing_roots(project)[root]
    for module, where in every(project, _commits_in):
        if where and module.root in near:
            line, col, end_line, end_col, number = where[0]
            return Hop(_committing(project, module)[number], Place(line, col, end_line, end_col), "commit")
    return None


def _committing(project: Project, module: Module) -> list[Function]:
    return [f for f, _ in bodies_in(project, module, slots_calling(project, module, COMMIT)) if f is not None]


@question(cyclic=(), kept=tuple[tuple[int, int, int, int, int], ...])
def _commits_in(project: Project, module: Module) -> tuple[tuple[int, int, int, int, int], ...]:
    """The commits of a module of what answers requests, with something written before, and of dependencies that yield the
    session first: where, and in which of its functions that call ``commit``; of each function one."""
    if "commit" not in called(project, module) or is_outside(project, module) or _is_offline(module):
        return ()
    answers = layer(project, module).name in names_in("transactions", "request_layers")
    found = []
    for number, function in enumerate(_committing(project, module)):
        for commit in commits(project, function) if answers or may_hand_out(function) else ():
            if commit.helper is None and (
                (answers and _is_of_request(project, function, commit)) or ends_handed_out(project, function, commit)
            ):
                found.append((*whole(commit.site.call), number))
                break
    return tuple(found)


def _is_of_request(project: Project, function: Function, commit: Commit) -> bool:
    return is_serving(project, function, commit.site) and _effective(project, function, commit.holder) is not None


def _is_worker(module: Module) -> bool:
    """Whether a module's folders or file say that it runs in a worker, whose long jobs store how far they are."""
    return not names_in("transactions", "workers").isdisjoint((*module.folders, module.stem, *_words(module.stem)))


def _is_offline(module: Module) -> bool:
    """Whether a module's folders or file say that it runs beside the requests."""
    return not names_in("transactions", "offline").isdisjoint((*module.folders, module.stem, *_words(module.stem)))
