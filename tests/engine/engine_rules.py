"""Small rules with nothing to them, for tests of what the engine does around rules."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from archlint.config import Config, Settings
from archlint.core import ERROR, RECOMMENDED, STRICT, WARNING, Audit, Finding, Report, Rule
from archlint.engine import Request, known_rules
from archlint.engine.load import assemble
from archlint.engine.run import judge
from archlint.plugin import Module, Options, Place, Project, found, place
from archlint.project.definitions import all_functions
from archlint.project.places import header

ROOT = "/nowhere"
LINTER = tuple(rule for rule in known_rules() if rule.code in ("ARC001", "ARC002", "ARC003"))


class Shouting(Options, frozen=True):
    word: str = "hey"


def make_rule(
    code: str, check: Callable[..., Iterator[Finding]], *, severity: str = WARNING, preset: str = RECOMMENDED,
    layers: tuple[str, ...] = (), everywhere: bool = False, options: type[Options] | None = None,
) -> Rule:  # fmt: skip
    """A rule called ``rule-<code>``."""
    return Rule(
        code=code, name=f"rule-{code.lower()}", severity=severity, preset=preset, layers=layers,
        everywhere=everywhere, options=options, check=check, doc="A rule for tests.",
    )  # fmt: skip


def every_function(project: Project, module: Module) -> Iterator[Finding]:
    for function in all_functions(project, module):
        yield found(module, header(function), f"function {function.name}", help="No help.", symbol=function.name)


def every_import(module: Module) -> Iterator[Finding]:
    for statement in module.interface.imports:
        at = Place(statement.line, statement.col, statement.end_line, statement.end_col)
        yield found(module, at, f"import of {statement.names[0][0]}", help="No help.")


def strict_functions(project: Project, module: Module) -> Iterator[Finding]:
    """Says more in the strict preset: of private functions."""
    for function in all_functions(project, module):
        preset, severity = ("", "") if function.is_public else (STRICT, ERROR)
        yield found(module, header(function), function.name, help="No help.", preset=preset, severity=severity)


def whole_project(project: Project) -> Iterator[Finding]:
    for module in project.modules:
        yield found(module, Place(1, 0, 1, 0), f"{len(project.modules)} modules", help="No help.")


def shout(module: Module, options: Shouting) -> Iterator[Finding]:
    yield found(module, Place(1, 0, 1, 0), options.word, help="No help.")


def every_comment(module: Module, audit: Audit) -> Iterator[Finding]:
    for issue in audit.unused:
        yield Finding("unused", module.path, place(Place.of(issue.span)), "No help.", issue.code)


FUNCTIONS = make_rule("T100", every_function)
IMPORTS = make_rule("T200", every_import, severity=ERROR)
STRICT_RULE = make_rule("T300", every_function, preset=STRICT)
PARTLY_STRICT = make_rule("T400", strict_functions)
PROJECT = make_rule("T500", whole_project)
OPTIONS = make_rule("T600", shout, options=Shouting)
SERVICES = make_rule("T700", shout, options=Shouting, layers=("service",))
EVERYWHERE = make_rule("T800", shout, options=Shouting, everywhere=True)
RULES = (*LINTER, FUNCTIONS, IMPORTS, STRICT_RULE, PARTLY_STRICT, PROJECT, OPTIONS, SERVICES, EVERYWHERE)


def report_on(
    files: Mapping[str, str | bytes], request: Request | None = None, *, settings: Settings | None = None,
    rules: tuple[Rule, ...] = RULES, wanted: tuple[str, ...] | None = None, root: str = ROOT,
) -> Report:  # fmt: skip
    """The report on a project given as path to source, without a disk; on the files ``wanted``, else on all."""
    data = {path: text.encode("utf-8") if isinstance(text, str) else text for path, text in files.items()}
    config = Config(settings=settings or Settings(), root=Path(root))
    loaded = assemble(config, root, data, sorted(data) if wanted is None else wanted, rules)
    return judge(loaded, request or Request(cwd=root))


def codes(report: Report) -> list[str]:
    """The codes of the findings, in the report's order."""
    return [finding.code for finding in report.findings]
