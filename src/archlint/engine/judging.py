"""The rules over a project: what they find, before anything hides or places it."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from archlint.config import options
from archlint.core import Finding, Rule
from archlint.engine.load import Loaded
from archlint.engine.progress import SILENT, Progress
from archlint.project.layers.assignment import is_outside, layer
from archlint.project.model import Module


class Judges:
    """The rules of a run, each with what it is given.

    Attributes:
        given_up: a sentence for each rule that had to stop in the middle of a module.
        progress: is told what takes how long.
    """

    def __init__(self, loaded: Loaded, enabled: Iterable[Rule], progress: Progress = SILENT) -> None:
        self._project = loaded.project
        self.given_up: list[str] = []
        self.progress = progress
        self._of_module: list[tuple[Rule, dict[str, object]]] = []
        self._of_project: list[tuple[Rule, dict[str, object]]] = []
        for rule in enabled:
            given: dict[str, object] = {"project": loaded.project}
            if rule.options is not None:
                given["options"] = options(loaded.config, rule.code, rule.name, rule.options)
            if "audit" not in rule.needs:
                (self._of_module if "module" in rule.needs else self._of_project).append((rule, given))

    def prepare(self, modules: Iterable[Module]) -> None:
        """Find out what of some modules is asked first, and leads to much of what is asked later."""
        for module in modules:
            layer(self._project, module)
            is_outside(self._project, module)
        self.progress.part("layers", 0)

    def module(self, module: Module) -> list[Finding]:
        """What the rules that look at one module at a time find in one."""
        own = layer(self._project, module)
        is_inside = not is_outside(self._project, module)
        self.progress.part("layers", 0)
        found: list[Finding] = []
        for rule, given in self._of_module:
            if rule.everywhere or (not own.outside and own.name in rule.layers if rule.layers else is_inside):
                given["module"] = module
                found += self._findings(rule, given, module.path)
        self._project.relieve()
        return found

    def project(self) -> list[Finding]:
        """What the rules that look at the whole project find."""
        return [finding for rule, given in self._of_project for finding in self._findings(rule, given, "the project")]

    def _findings(self, rule: Rule, given: dict[str, object], where: str) -> Iterator[Finding]:
        try:
            for finding in rule.check(**{name: given[name] for name in rule.needs}):
                yield replace(finding, code=rule.code, name=rule.name)
        except RecursionError:
            self.given_up.append(f"{where}: {rule.code} skipped: too many names lead to one another")
        self.progress.part(rule.code, 0)
