"""The machine that edits a project and compares what a run with a cache says with what one without says."""

import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import edits_of_code
import edits_of_files
import edits_of_settings
import edits_of_text
from edited_project import EditedProject, Pick
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from msgspec.structs import asdict, replace

from archlint.core import Report, UsageError
from archlint.engine import Request

Check = Callable[[Request], Report]
Edit = Callable[[EditedProject, Pick], str]

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROJECTS = ("clinic", "clinic", "clinic", "monorepo", "namespace", "shop")
"""The larger ones less often."""
EDITS = edits_of_code.EDITS * 2 + edits_of_text.EDITS + edits_of_files.EDITS + edits_of_settings.EDITS
FACETS = ("paths", "paths", "cwd", "preset", "select", "isolated")
SELECTIONS: tuple[tuple[str, ...], ...] = (
    ("ARC1",), ("ARC2",), ("ARC3",), ("ARC4", "ARC8"), ("ARC101",), ("ARC120", "ARC002"), ("ARC201", "ARC203"),
    ("ARC103", "ARC119"), ("ARC0",),
)  # fmt: skip
SEPARATE = ("details", "inputs")
"""Fields of a report that tell how the run went about it, and so may differ."""
STEPS_AN_EXAMPLE = 20


class Tally:
    """What the machines of a run did.

    Attributes:
        steps: how many times the two reports were compared.
        findings: by code, how many findings were compared.
        errors: how many of the comparisons were of mistakes in the settings.
        trail: what was done in the latest example.
        kinds: how often each kind of thing was done.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.errors = 0
        self.findings: dict[str, int] = {}
        self.trail: list[str] = []
        self.kinds: dict[str, int] = {}


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
        self.is_wrong = False

    def teardown(self) -> None:
        shutil.rmtree(self.scratch)

    @initialize(name=st.sampled_from(PROJECTS))
    def start(self, name: str) -> None:
        (self.scratch / ".git").mkdir()  # the project ends here at the latest
        self.counted.trail = [name]
        self.project = EditedProject(FIXTURES / name, self.scratch / "project")
        self.project.write(*edits_of_files.INSTALLED)
        self.branches = [dict(self.project.files)]
        self.settings = {path: text for path, text in self.project.files.items() if path.endswith(".toml")}
        self.compare()

    @rule(data=st.data(), edit=st.sampled_from(edits_of_code.EDITS))
    def change_code(self, data: st.DataObject, edit: Edit) -> None:
        self.change(data, edit)
        self.compare()

    @rule(data=st.data(), edit=st.sampled_from(edits_of_code.EDITS))
    def change_more_code(self, data: st.DataObject, edit: Edit) -> None:
        """The same once more: that is what people do most."""
        self.change(data, edit)
        self.compare()

    @rule(data=st.data(), edit=st.sampled_from(edits_of_text.EDITS))
    def change_text(self, data: st.DataObject, edit: Edit) -> None:
        self.change(data, edit)
        self.compare()

    @rule(data=st.data(), edit=st.sampled_from(edits_of_files.EDITS))
    def change_files(self, data: st.DataObject, edit: Edit) -> None:
        self.change(data, edit)
        self.compare()

    @rule(data=st.data(), edit=st.sampled_from(edits_of_settings.EDITS))
    def change_settings(self, data: st.DataObject, edit: Edit) -> None:
        self.change(data, edit)
        self.compare()

    @rule(data=st.data(), edits=st.lists(st.sampled_from(EDITS), min_size=2, max_size=3))
    def change_much(self, data: st.DataObject, edits: list[Edit]) -> None:
        for edit in edits:
            self.change(data, edit)
        self.compare()

    @rule(data=st.data(), edit=st.sampled_from(EDITS))
    def change_and_undo(self, data: st.DataObject, edit: Edit) -> None:
        before = dict(self.project.files)
        self.change(data, edit)
        self.compare()
        self.project.restore(before)
        self.tell("undone")
        self.compare()

    @rule(data=st.data())
    def ask_otherwise(self, data: st.DataObject) -> None:
        """Of some files only, from another folder, of some rules, with another preset."""
        pick, folder = self.picker(data), self.project.folder
        places = [*self.project.folders, *self.project.python]
        request = Request(cwd=str(folder), preset="strict")
        for facet in {pick(FACETS), pick(("", "", *FACETS))}:
            if facet == "paths":
                request = replace(request, paths=tuple(str(folder / pick(places)) for _ in range(pick((1, 1, 2)))))
            elif facet == "cwd":
                request = replace(request, cwd=str(folder / pick(self.project.folders)))
            elif facet == "preset":
                request = replace(request, preset="recommended")
            elif facet == "select":
                request = replace(request, select=pick(SELECTIONS))
            elif facet:
                request = replace(request, isolated=True)
        self.tell(f"asked otherwise: {request}")
        self.compare(request)

    @rule(data=st.data(), edit=st.sampled_from(edits_of_code.EDITS + edits_of_text.EDITS))
    def ask_of_what_is_not_saved(self, data: st.DataObject, edit: Edit) -> None:
        """An editor hands over a file as it would be; what lies on disk stays."""
        before = dict(self.project.files)
        edit(self.project, self.picker(data))
        changed = [path for path in self.project.python if self.project.files[path] != before.get(path)]
        content = self.project.files[changed[0]].encode(errors="surrogateescape") if changed else b""
        self.project.restore(before)
        if changed:
            self.tell(f"not saved: {changed[0]}")
            path = str(self.project.folder / changed[0])
            request = Request(cwd=str(self.project.folder), paths=(path,), preset="strict", content=content)
            self.compare(request)
            self.compare(replace(request, content=None))
        self.compare()

    @rule(data=st.data())
    def switch_branch(self, data: st.DataObject) -> None:
        """To the files of an earlier moment; this one may be come back to."""
        number = self.picker(data)(range(len(self.branches)))
        self.branches.append(dict(self.project.files))
        self.project.restore(self.branches[number])
        self.tell(f"other branch: {number}")
        self.compare()

    @rule(event=st.sampled_from(("nothing", "move", "cut off", "overwritten", "gone")))
    def disturb(self, event: str) -> None:
        """The project lies elsewhere and its cache where it was; a cache that is damaged is as good as none; or nothing."""
        if event == "move":
            self.moves += 1
            self.project.move(self.scratch / f"project{self.moves}")
        elif event != "nothing":
            for path in sorted(self.cache.rglob("*")):
                if path.is_file() and event == "gone":
                    path.unlink()
                elif path.is_file():
                    path.write_bytes(b"" if event == "cut off" else b"garbage")
        self.tell(event)
        self.compare()

    @property
    def cache(self) -> Path:
        return self.scratch / "cache"

    def change(self, data: st.DataObject, edit: Edit) -> None:
        """One edit; where the latest comparison was of a mistake in the settings, that is mended first."""
        if self.is_wrong and self.picker(data)((True, True, False)):
            self.project.restore({**self.project.files, **self.settings})
        done = edit(self.project, self.picker(data))
        self.tell(f"{edit.__name__}: {done}" if done else "")

    def picker(self, data: st.DataObject) -> Pick:
        """Choices as even as chance makes them, which hypothesis' own are not: what is rare must happen too."""
        return random.Random(data.draw(st.integers(0, 2**32))).choice

    def tell(self, done: str) -> None:
        if done:
            note(done)
            self.counted.trail.append(done)
            kind = done.partition(":")[0]
            self.counted.kinds[kind] = self.counted.kinds.get(kind, 0) + 1

    def compare(self, request: Request | None = None) -> None:
        """Hold the two engines' reports against one another; ``request``: what to ask for, else all of it."""
        usual = Request(cwd=str(self.project.folder), preset="strict")
        request = request or usual
        cold, incremental = self.engines
        expected = outcome(cold, request)
        found = outcome(incremental, replace(request, cache=True, cache_dir=str(self.cache)))
        self.counted.steps += 1
        self.is_wrong = isinstance(expected, str)
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


def explore(
    cold: Check, incremental: Check, tally: Tally, steps: int, start: int | None = None, *, shrink: bool = True
) -> None:  # fmt: skip
    """Run the machine for so many steps at least.

    Args:
        start: the seed; by default each run does something else.
        shrink: look for a shorter way to a difference than the one that was met first.

    Raises:
        AssertionError: the two engines differ; the shortest way there that was found is in its notes.
    """
    while tally.steps < steps:
        run = machine(cold, incremental, tally)
        if start is not None:
            run = seed(start + tally.steps)(run)
        examples = max(1, (steps - tally.steps) // STEPS_AN_EXAMPLE)
        run_state_machine_as_test(run, settings=_profile(examples, phases=(Phase.generate, Phase.shrink)[: 1 + shrink]))


def _profile(examples: int, phases: tuple[Phase, ...]) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=STEPS_AN_EXAMPLE, phases=phases, database=None,
        deadline=None, suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
