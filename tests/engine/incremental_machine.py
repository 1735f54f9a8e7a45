"""The machine that edits a project and compares what a run with a cache says with what one without says."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import edits_of_code
import edits_of_files
import edits_of_settings
import edits_of_text
from edited_project import EditedProject, Pick
from hypothesis import HealthCheck, Phase, Verbosity, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from msgspec.structs import asdict, replace

from archlint.core import Report, UsageError
from archlint.engine import Request

T = TypeVar("T")
Check = Callable[[Request], Report]

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROJECTS = ("clinic", "shop", "monorepo", "namespace")
EDITS = edits_of_code.EDITS * 2 + edits_of_text.EDITS + edits_of_files.EDITS + edits_of_settings.EDITS
SELECTIONS: tuple[tuple[str, ...], ...] = (
    (), ("ARC1",), ("ARC2",), ("ARC101",), ("ARC120", "ARC002"), ("ARC201", "ARC203"), ("ARC103", "ARC119"), ("ARC0",),
)  # fmt: skip
SEPARATE = ("details",)
"""Fields of a report that tell how the run went about it, and so may differ."""
STEPS_AN_EXAMPLE = 20
EXAMPLES_TO_BE_CAUGHT_IN = 150


class Tally:
    """What the machines of a run did.

    Attributes:
        steps: how many times the two reports were compared.
        findings: by code, how many findings were compared.
        errors: how many of the comparisons were of mistakes in the settings.
        trail: what was done in the latest example.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.errors = 0
        self.findings: dict[str, int] = {}
        self.trail: list[str] = []


def outcome(check: Check, request: Request) -> dict[str, Any] | str:
    """All of a run that reaches the user: the report, or what is wrong with the request or the settings."""
    try:
        report = asdict(check(request))
    except UsageError as error:
        return f"{type(error).__name__}: {error}"
    return {name: value for name, value in report.items() if name not in SEPARATE}


def machine(cold: Check, incremental: Check, tally: Tally) -> type[RuleBasedStateMachine]:
    """The machine for one pair of engines.

    Args:
        cold: gives the right report.
        incremental: is held against it; it is given the same requests, with a cache.
        tally: where what is done is counted.
    """

    class Machine(_Machine):
        engines = (staticmethod(cold), staticmethod(incremental))
        counted = tally

    return Machine


class _Machine(RuleBasedStateMachine):
    engines: tuple[Check, Check]
    counted: Tally

    def __init__(self) -> None:
        super().__init__()
        self.scratch = Path(tempfile.mkdtemp(prefix="archlint-machine-")).resolve()
        self.moves = 0

    def teardown(self) -> None:
        shutil.rmtree(self.scratch)

    @initialize(name=st.sampled_from(PROJECTS))
    def start(self, name: str) -> None:
        (self.scratch / ".git").mkdir()  # the project ends here at the latest
        self.counted.trail = [name]
        self.project = EditedProject(FIXTURES / name, self.scratch / "project")
        self.branches = [dict(self.project.files)]
        self.compare()

    @rule(data=st.data(), edits=st.lists(st.sampled_from(EDITS), min_size=1, max_size=2))
    def edit(self, data: st.DataObject, edits: list[Callable[..., str]]) -> None:
        for change in edits:
            done = change(self.project, self.picker(data))
            self.tell(f"{change.__name__}: {done}" if done else "")
        self.compare()

    @rule(data=st.data(), change=st.sampled_from(EDITS))
    def edit_and_undo(self, data: st.DataObject, change: Callable[..., str]) -> None:
        before = dict(self.project.files)
        self.tell(f"for a moment {change.__name__}: {change(self.project, self.picker(data))}")
        self.compare()
        self.project.restore(before)
        self.tell("undone")
        self.compare()

    @rule()
    def nothing(self) -> None:
        self.tell("nothing")
        self.compare()

    @rule(data=st.data(), selection=st.sampled_from(SELECTIONS))
    def ask_otherwise(self, data: st.DataObject, selection: tuple[str, ...]) -> None:
        """Of some files only, from another folder, of some rules, with another preset."""
        pick = self.picker(data)
        places = [*self.project.folders, *self.project.python, "."]
        folder = self.project.folder
        cwd = pick([str(folder), str(folder), *(str(folder / place) for place in self.project.folders)])
        paths = tuple(str(folder / pick(places)) for _ in range(pick((0, 1, 1, 2))))
        preset = pick(("strict", "strict", "recommended", ""))
        self.compare(
            Request(cwd=cwd, paths=paths, preset=preset, select=selection, isolated=pick((False, False, True)))
        )

    @rule(data=st.data(), change=st.sampled_from(edits_of_code.EDITS + edits_of_text.EDITS))
    def ask_of_what_is_not_saved(self, data: st.DataObject, change: Callable[..., str]) -> None:
        """An editor hands over a file as it would be; what lies on disk stays."""
        before = dict(self.project.files)
        change(self.project, self.picker(data))
        changed = [path for path in self.project.python if self.project.files[path] != before.get(path)]
        content = self.project.files[changed[0]].encode(errors="surrogateescape") if changed else b""
        self.project.restore(before)
        if changed:
            self.tell(f"{changed[0]} not saved")
            path = str(self.project.folder / changed[0])
            self.compare(Request(cwd=str(self.project.folder), paths=(path,), preset="strict", content=content))
        self.compare()

    @rule(data=st.data())
    def switch_branch(self, data: st.DataObject) -> None:
        """To the files of an earlier moment; this one may be come back to."""
        number = self.picker(data)(range(len(self.branches)))
        self.branches.append(dict(self.project.files))
        self.project.restore(self.branches[number])
        self.tell(f"as at branch {number}")
        self.compare()

    @rule()
    def move(self) -> None:
        """The project lies elsewhere, the cache still where it was."""
        self.moves += 1
        self.project.move(self.scratch / f"project{self.moves}")
        self.tell("moved")
        self.compare()

    @rule(damage=st.sampled_from((b"", b"garbage", None)))
    def damage_cache(self, damage: bytes | None) -> None:
        """A cache that is cut off, overwritten or gone is as good as none."""
        for path in self.cache.rglob("*") if self.cache.exists() else ():
            if path.is_file() and damage is None:
                path.unlink()
            elif path.is_file() and damage is not None:
                path.write_bytes(damage)
        self.tell(f"cache damaged: {damage!r}")
        self.compare()

    @property
    def cache(self) -> Path:
        return self.scratch / "cache"

    def picker(self, data: st.DataObject) -> Pick:
        def pick(choices: Sequence[T], /) -> T:
            return choices[data.draw(st.integers(0, len(choices) - 1))]

        return pick

    def tell(self, done: str) -> None:
        if done:
            note(done)
            self.counted.trail.append(done)

    def compare(self, request: Request | None = None) -> None:
        """Hold the two engines' reports against one another; ``request``: what to ask for, else all of it."""
        usual = Request(cwd=str(self.project.folder), preset="strict")
        request = request or usual
        cold, incremental = self.engines
        expected = outcome(cold, request)
        found = outcome(incremental, replace(request, cache=True, cache_dir=str(self.cache)))
        self.counted.steps += 1
        if isinstance(expected, str):
            self.counted.errors += 1
        elif request == usual:
            self.learn(expected["findings"])
        assert found == expected, difference(found, expected)

    def learn(self, findings: Sequence[Any]) -> None:
        """Where something was found is where the next edits shall be."""
        known = [(f.path, f.span.line, f.code, tuple(other.path for other in f.related)) for f in findings]
        self.project.findings = known
        for _, _, code, _ in known:
            self.counted.findings[code] = self.counted.findings.get(code, 0) + 1


def difference(found: dict[str, Any] | str, expected: dict[str, Any] | str) -> str:
    """What only one of two outcomes says."""
    if isinstance(found, str) or isinstance(expected, str):
        return f"with a cache: {str(found)[:2000]}\nwithout: {str(expected)[:2000]}"
    lines = [
        f"{name}: with a cache {found[name]!r}, without {value!r}"[:2000]
        for name, value in expected.items()
        if name != "findings" and value != found[name]
    ]
    lines += [f"only with a cache: {one}" for one in found["findings"] if one not in expected["findings"]]
    lines += [f"missing with a cache: {one}" for one in expected["findings"] if one not in found["findings"]]
    return "\n".join(lines) or "the same findings in another order"


def explore(cold: Check, incremental: Check, tally: Tally, steps: int, start: int | None = None) -> None:
    """Run the machine for so many steps at least.

    Args:
        start: the seed; by default each run does something else.

    Raises:
        AssertionError: the two engines differ; the shortest way there that was found is in its notes.
    """
    while tally.steps < steps:
        run = machine(cold, incremental, tally)
        if start is not None:
            run = seed(start + tally.steps)(run)
        examples = max(1, (steps - tally.steps) // STEPS_AN_EXAMPLE)
        run_state_machine_as_test(run, settings=_profile(examples, phases=(Phase.generate, Phase.shrink)))


def caught(cold: Check, wrong: Check) -> list[str]:
    """What was done until a wrong engine differed from the right one; nothing if it did not. The same every time."""
    tally = Tally()
    run = seed(0)(machine(cold, wrong, tally))
    profile = _profile(EXAMPLES_TO_BE_CAUGHT_IN, phases=(Phase.generate,), verbosity=Verbosity.quiet)
    try:
        run_state_machine_as_test(run, settings=profile)
    except AssertionError as error:
        return [f"{tally.steps} steps", *tally.trail, str(error)]
    return []


def _profile(examples: int, *, phases: tuple[Phase, ...], verbosity: Verbosity = Verbosity.normal) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=STEPS_AN_EXAMPLE, phases=phases, verbosity=verbosity, database=None,
        deadline=None, suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
