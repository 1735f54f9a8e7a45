"""What a run tells of its steps, and how long they took."""

from collections.abc import Iterator
from pathlib import Path

from archlint.engine import Request, Several, Timings, check


class Told:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.steps: dict[str, int] = {}
        self.parts: dict[str, int] = {}
        self.names: set[str] = set()

    def step(self, name: str, total: int = 0, note: str = "") -> None:
        self.name = name
        self.steps[name] = total

    def part(self, name: str = "", count: int = 1) -> None:
        self.parts[self.name] = self.parts.get(self.name, 0) + count
        self.names.add(name)


def clock(*ticks: float) -> Iterator[float]:
    return iter(ticks)


def project(root: Path) -> Path:
    (root / "services").mkdir()
    for name in "abc":
        (root / "services" / f"{name}.py").write_text("from fastapi import status\n" * 3)
    return root


def test_a_run_tells_of_its_steps_and_all_of_their_parts(tmp_path: Path) -> None:
    told = Told()
    check(Request(cwd=str(project(tmp_path)), isolated=True), told)
    assert list(told.steps) == ["set up", "walk", "read", "lower", "assemble", "judge", "report"]
    assert told.steps == {**told.steps, "read": 3, "lower": 3 * 3 * 27, "judge": 3}
    assert told.parts == {"read": 3, "lower": 3 * 3 * 27, "judge": 3}
    assert {"layers", "ARC101"} <= told.names


def test_the_report_is_the_same_whoever_listens(tmp_path: Path) -> None:
    request = Request(cwd=str(project(tmp_path)), isolated=True)
    assert check(request, Several((Told(), Timings()))) == check(request)


def test_several_are_told_the_same() -> None:
    one, other = Told(), Told()
    both = Several((one, other))
    both.step("read", 2)
    both.part(count=2)
    assert vars(one) == vars(other)
    assert one.parts == {"read": 2}


def test_time_belongs_to_the_step_and_the_part_it_is_spent_in() -> None:
    ticks = clock(0, 10, 15, 17, 18, 20, 30)
    timings = Timings(lambda: next(ticks))
    timings.step("judge", note="all of it")  # at 10
    timings.part("ARC101")  # 15
    timings.part("ARC102")  # 17
    timings.part("ARC101")  # 18
    timings.step("report")  # 20
    timings.end()  # 30
    judge, report = timings.steps
    assert (judge.name, judge.note, judge.seconds) == ("judge", "all of it", 10)
    assert (report.name, report.note, report.seconds) == ("report", "", 10)
    assert judge.parts == {"ARC101": 6, "ARC102": 2}
    assert judge.slowest(1) == [("ARC101", 6)]


def test_time_before_the_first_step_belongs_to_none() -> None:
    ticks = clock(0, 5, 7, 7)
    timings = Timings(lambda: next(ticks))
    timings.part("ARC101")
    timings.step("read")
    timings.end()
    assert [(step.name, step.seconds, step.parts) for step in timings.steps] == [("read", 0, {})]
