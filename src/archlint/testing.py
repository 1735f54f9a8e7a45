"""The harness that runs a rule's examples, for archlint's rules and everybody's.

An example is one or more Python files in fenced blocks, each beginning with a comment that names its path. Lines that
end in ``# error`` are the first lines of the findings expected, no more and no fewer; ``# error: text`` asks for that
text in the message. A rule's ``## Bad`` section must have such lines, its ``## Good`` section none. A fenced TOML block
is the example's configuration, as ``archlint.toml`` would hold it; or, with the path of a manifest in a comment on its
first line (``# pyproject.toml``, in a block of plain text ``# requirements.txt``), that manifest. Files under
``site-packages/`` are the packages installed in the example's environment.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
import tomli

from archlint.config import Config, Settings
from archlint.core import Finding, Rule
from archlint.engine import Request, known_rules
from archlint.engine.load import Loaded, assemble
from archlint.engine.run import judge
from archlint.project.model import Project
from archlint.sources import Environment, Unreadable, is_manifest, read_manifests

FENCE = re.compile(r"```python\n(.*?)```", re.DOTALL)
DATA = re.compile(r"```(?:toml|text|ini)\n((?:#\s*(\S+)\n)?.*?)```", re.DOTALL)
PATH = re.compile(r"#\s*(\S+\.py)\s*(?:# error.*)?\n")
MARK = re.compile(r"[ \t]*# error(?:: (?P<text>.*))?$")
ROOT = "/nowhere"
PACKAGES = "site-packages"


class Expected(NamedTuple):
    """A finding an example asks for."""

    path: str
    line: int
    text: str


class Example(NamedTuple):
    """The files of an example, marks removed, the findings it asks for, and its configuration."""

    files: dict[str, str]
    expected: tuple[Expected, ...]
    settings: Settings | None = None


class Packages(Environment):
    """Installed packages given as path to content, the path from the folder that holds ``site-packages``."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__((PACKAGES,))
        self.files = files

    def entries(self, folder: str) -> list[str]:
        return [path.split("/")[1] for path in self.files]

    def content(self, path: str) -> bytes | None:
        return self.files.get(path)


def parse_example(markdown: str) -> Example:
    """The fenced Python blocks of a piece of Markdown as one example.

    Raises:
        ValueError: a block that does not begin with its path.
    """
    files, expected = {}, []
    for block in FENCE.findall(markdown):
        head = PATH.match(block)
        if not head:
            raise ValueError(f"a block does not begin with a comment that names its path: {block[:60]!r}")
        lines = block.split("\n")
        for number, line in enumerate(lines):
            mark = MARK.search(line)
            if mark:
                expected.append(Expected(head[1], number + 1, mark["text"] or ""))
                lines[number] = line[: mark.start()]
        files[head[1]] = "\n".join(lines)
    config = None
    for content, path in DATA.findall(markdown):
        if is_manifest(path):
            files[path] = content
        elif config is None:
            config = msgspec.convert(tomli.loads(content), Settings)
    return Example(files, tuple(expected), config)


def section(doc: str, title: str) -> str:
    """The text of a ``## title`` section."""
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", doc, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def findings_in(
    files: Mapping[str, str | bytes], select: Iterable[str], *, preset: str = "", settings: Settings | None = None,
    rules: tuple[Rule, ...] | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """What rules find in a project given as path to source.

    Args:
        select: codes, names or prefixes of the rules to run.
        preset: ``strict`` to hear what only that preset reports.
        settings: a configuration, as ``[tool.archlint]`` would hold it.
        rules: the rules there are, where they are not only archlint's own.
    """
    known = known_rules() if rules is None else rules
    loaded = _loaded(files, settings or Settings(), known)
    return judge(loaded, known, Request(cwd=ROOT, select=tuple(select), preset=preset)).findings


def project_of(files: Mapping[str, str | bytes]) -> Project:
    """The project model of some files given as path to source, to ask questions of."""
    return _loaded(files, Settings(), ()).project


def _loaded(files: Mapping[str, str | bytes], settings: Settings, rules: tuple[Rule, ...]) -> Loaded:
    data = {path: text.encode("utf-8") if isinstance(text, str) else text for path, text in files.items()}
    installed = {path: content for path, content in data.items() if path.startswith(f"{PACKAGES}/")}
    listed = {path for path in data if is_manifest(path)} - installed.keys()
    modules = {path: content for path, content in data.items() if path not in listed and path not in installed}
    manifests, notices = read_manifests(listed, lambda path: data.get(path, Unreadable(path, "there is none")))
    environment = Packages(installed) if installed else None
    config = Config(settings=settings, root=Path(ROOT))
    return assemble(config, ROOT, modules, sorted(modules), rules, tuple(notices), manifests, environment)


def check_example(
    example: Example, rule: Rule, *, preset: str = "strict", settings: Settings | None = None,
    rules: tuple[Rule, ...] | None = None,
) -> None:  # fmt: skip
    """Assert that a rule finds in an example what it asks for, and nothing else."""
    found = findings_in(example.files, ["ALL"], preset=preset, settings=settings or example.settings, rules=rules)
    got = {(f.path, f.span.line): f.message for f in found if f.code == rule.code}
    wanted = {(e.path, e.line): e.text for e in example.expected}
    problems = [f"not found: {path}:{line}" for path, line in sorted(wanted.keys() - got.keys())]
    problems += [f"unexpected: {path}:{line} {got[path, line]}" for path, line in sorted(got.keys() - wanted.keys())]
    problems += [
        f"{p}:{n} says {got[p, n]!r}, not {t!r}" for (p, n), t in wanted.items() if t not in got.get((p, n), t)
    ]
    assert not problems, "\n".join(problems)


def check_documentation(rule: Rule, rules: tuple[Rule, ...] | None = None) -> None:
    """Assert that a rule's documentation is complete and its examples do what they say."""
    bad, good = (parse_example(section(rule.doc, title)) for title in ("Bad", "Good"))
    assert bad.expected, f"{rule.code}: the section Bad marks no line with # error"
    assert good.files, f"{rule.code}: there is no section Good with an example"
    assert not good.expected, f"{rule.code}: the section Good marks an error"
    assert "Source:" in rule.doc, f"{rule.code}: the documentation names no source"
    check_example(bad, rule, rules=rules)
    check_example(good, rule, rules=rules)
