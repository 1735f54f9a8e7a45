"""What a rule is: metadata, documentation, and one function that finds."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from archlint.core.finding import Finding

RECOMMENDED = "recommended"
STRICT = "strict"


class Options(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """Base of a rule's options: one field an option, each with a default; in kebab-case under ``[rules.<name>]``.

    A subclass inherits all of it: ``class Limits(Options, frozen=True): max_lines: int = 150`` reads ``max-lines``.
    """


class RulePage(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of a rule that ran: as ``Rule``, without what only the engine needs.

    Attributes:
        severity: the rule's, or what the configuration makes it.
        summary: the first sentence of ``doc``.
    """

    code: str
    name: str
    severity: str
    summary: str
    doc: str


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule.

    Attributes:
        code: ``ARC101``.
        name: ``framework-import-in-service``, the name of the rule's file.
        severity: ``error`` or ``warning``.
        preset: ``recommended`` or ``strict``, the least strict preset the rule is on in.
        layers: the layers it looks at; empty: every module but tests, migrations, scripts and vendored code.
        everywhere: it looks at those too.
        options: the struct ``[rules.<name>]`` is decoded into, or None.
        check: yields findings; its parameters, by name, are what it is given: ``project``, ``module``, ``options``,
            ``audit``. A rule that takes no ``module`` is run once a project.
        doc: the rule's page, Markdown; its first paragraph says what the rule is about.
    """

    code: str
    name: str
    severity: str
    preset: str
    layers: tuple[str, ...]
    everywhere: bool
    options: type[Options] | None
    check: Callable[..., Iterator[Finding]]
    doc: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the parameters of ``check``."""
        code = self.check.__code__
        return code.co_varnames[: code.co_argcount]

    @property
    def summary(self) -> str:
        """The first sentence of the documentation."""
        return self.doc.strip().partition("\n")[0].rstrip(".")

    def page(self, severity: str) -> RulePage:
        """The rule as a report carries it."""
        return RulePage(code=self.code, name=self.name, severity=severity, summary=self.summary, doc=self.doc)

    def options_table(self) -> dict[str, tuple[Any, str]]:
        """Option name to default and description, the description from the ``## Options`` list of the documentation."""
        if self.options is None:
            return {}
        defaults = msgspec.to_builtins(self.options())
        return {name: (default, _described(self.doc, name)) for name, default in defaults.items()}


def _described(doc: str, option: str) -> str:
    """What the ``## Options`` list says of an option: ``* `name` (default): text``, over any number of lines."""
    section = doc.partition("## Options")[2].partition("\n## ")[0]
    item = section.partition(f"\n* `{option}`")[2].partition("\n* ")[0].partition("\n\n")[0]
    text = " ".join(item.split())
    return text.partition("): ")[2] if text.startswith("(") else text.removeprefix(":").strip()
