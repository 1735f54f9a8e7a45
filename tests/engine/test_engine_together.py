"""Modules judged by several processes: what is found, kept and told is the same as with one."""

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from archlint.engine import Request, check, depth, fresh, reuse, together
from archlint.engine.judging import Judges
from archlint.facts import lower
from archlint.facts.store import Store
from archlint.project.earlier import KeptAnswers
from archlint.project.model import Module

FIXTURES = Path(__file__).parents[2] / "fixtures"
SHOP = FIXTURES / "shop"
PROJECTS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="nothing is forked there"),
    # Tests may run beside threads, of which the copies need none.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


class Told:
    """Remembers of how many parts of a step it was told."""

    def __init__(self) -> None:
        self.parts: dict[str, int] = {}

    def step(self, name: str, total: int = 0, note: str = "") -> None:
        self.name = name

    def part(self, name: str = "", count: int = 1) -> None:
        self.parts[self.name] = self.parts.get(self.name, 0) + count


@pytest.fixture(autouse=True)
def _as_many_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "processes", lambda modules, jobs: jobs)


def request_of(root: Path, jobs: int, cache: Path | None = None) -> Request:
    return Request(
        cwd=str(root), isolated=True, preset="strict", jobs=jobs, cache=cache is not None, cache_dir=str(cache)
    )  # fmt: skip


@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("jobs", [2, 5])
def test_reports_are_the_same(project: str, jobs: int) -> None:
    told, told_of_one = Told(), Told()
    report = check(request_of(FIXTURES / project, jobs), told)
    assert report == check(request_of(FIXTURES / project, 1), told_of_one)
    assert told.parts == told_of_one.parts


@pytest.mark.parametrize("project", PROJECTS)
def test_what_is_kept_is_the_same(project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [kept_of(request_of(FIXTURES / project, jobs, tmp_path / str(jobs)), monkeypatch) for jobs in (1, 4)]
    assert kept[0] == kept[1]


def test_what_is_kept_is_the_same_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Much is looked at again, some of which turns out the same; some is not looked at and still holds."""
    kept = []
    for jobs in (1, 4):
        root = tmp_path / str(jobs) / "shop"
        shutil.copytree(SHOP, root)
        cache = root.parent / "cache"
        kept_of(request_of(root, jobs, cache), monkeypatch)
        for path in sorted(root.rglob("*.py"))[::3]:
            path.write_text(path.read_text() + "\n\ndef another():\n    return 1\n")
        part = msgspec.structs.replace(request_of(root, jobs, cache), paths=("src/shop/api",))
        kept.append(kept_of(part, monkeypatch))
        whole = request_of(root, jobs, cache)
        fresh_report = check(msgspec.structs.replace(whole, cache=False, jobs=1))
        assert msgspec.structs.replace(check(whole), inputs=None) == fresh_report
    assert kept[0] == kept[1]


def kept_of(request: Request, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    """What a run leaves for the next, its numbers replaced by what they stand for."""
    records: list[reuse._Record] = []
    put = Store.put

    def noting(store: Store, kept: dict[bytes, bytes]) -> None:
        for value in kept.values():
            with suppress(msgspec.ValidationError):  # it is something else
                records.append(msgspec.msgpack.decode(value, type=reuse._Record))
        put(store, kept)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put", noting)
        check(request)
    (record,) = records
    names = _names(record.answers)
    answers = {
        names[number]: (frozenset(names.get(read, read) for read in reads), value)
        for answers in record.answers
        for number, reads, value in zip(answers.numbers, answers.reads, answers.values, strict=True)
    }
    rows = {
        number: (frozenset(names.get(read, read) for read in row.reads), row.found, row.others, row.outcome, row.places)
        for number, row in record.rows.items()
    }
    assert len(answers) == sum(len(one.numbers) for one in record.answers)
    return answers, rows, record.stamps


def _names(kept: list[KeptAnswers]) -> dict[int, object]:
    names: dict[int, object] = {~place: answers.question for place, answers in enumerate(kept)}
    for answers in kept:
        for number, arg in zip(answers.numbers, answers.args, strict=True):
            names[number] = (answers.question, tuple(arg) if isinstance(arg, list) else arg)
    return names


@pytest.mark.parametrize("cache", [False, True])
def test_a_process_that_dies_is_done_without(cache: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = check(request_of(SHOP, 1))
    parent, judged = os.getpid(), Judges.module

    def dying(judges: Judges, module: Module) -> object:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return judged(judges, module)

    monkeypatch.setattr(Judges, "module", dying)
    report = check(request_of(SHOP, 3, tmp_path if cache else None))
    assert msgspec.structs.replace(report, inputs=None) == expected


def test_a_rule_that_fails_fails_as_with_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(judges: Judges, module: Module) -> object:
        raise ZeroDivisionError(module.path)

    monkeypatch.setattr(Judges, "module", failing)
    with pytest.raises(ZeroDivisionError):
        check(request_of(SHOP, 3))


@pytest.mark.parametrize("cache", [False, True])
def test_rules_stop_where_they_do_with_one_process(
    cache: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With several, those asked about the later modules have not asked about the ones before."""
    monkeypatch.setattr(depth, "RECURSION_LIMIT", 0)
    folder = tmp_path / "project" / "services"
    folder.mkdir(parents=True)
    for number in range(40):
        names = "\n".join(f"A{number}_{i + 1} = A{number}_{i}" for i in range(60))
        below = f"from services.m{number + 10} import A{number + 1}_60 as A{number}_0\n"
        first = below if number < 39 else "from fastapi import HTTPException as A39_0\n"
        first = first.replace(f"services.m{number + 10}", f"services.m{number + 11:02}")
        (folder / f"m{number + 10}.py").write_text(f"{first}{names}\ndef f(): raise A{number}_60(4)\n")
    reports = [
        check(request_of(tmp_path / "project", jobs, tmp_path / str(jobs) if cache else None)) for jobs in (1, 4)
    ]
    reports = [msgspec.structs.replace(report, inputs=None) for report in reports]
    assert reports[0].notices
    assert reports[0].findings
    assert reports[0] == reports[1]


def modules(count: int, functions: int) -> list[Module]:
    return [Module(f"m{n}.py", f"m{n}", ".", False, lower(b"def f(): pass\n" * functions)) for n in range(count)]


def test_nothing_is_forked_where_it_does_not_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "can_fork", lambda: True)
    monkeypatch.setattr(together, "usable_cores", lambda: 4)
    assert together.processes(modules(1, 900), 0) == 1
    assert together.processes(modules(2, 500), 0) == 2
    assert together.processes(modules(10, 500), 0) == 4
    assert together.processes(modules(10, 500), 3) == 3
    assert together.processes(modules(10, 500), 1) == 1
    monkeypatch.setattr(together, "MOST_FUNCTIONS", 5_000)
    assert together.processes(modules(10, 500), 0) == 1, "each module counts as well"
    monkeypatch.setattr(together, "MOST_FUNCTIONS", 5_010)
    assert together.processes(modules(10, 500), 0) == 4
    monkeypatch.setattr(together, "can_fork", lambda: False)
    assert together.processes(modules(10, 500), 0) == 1


def test_parts_are_all_modules_in_order() -> None:
    given = modules(1_000, 3)
    parts = list(together.parts(given))
    assert [module for part in parts for module in part] == given
    assert 200 < len(parts) <= 256
    assert len(list(together.parts(given[:5]))) == 5
