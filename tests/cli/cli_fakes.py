"""An engine that answers at once, and the command line run in this process."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from archlint import engine
from archlint.cli.app import run
from archlint.config import Options
from archlint.core import ERROR, RECOMMENDED, STRICT, WARNING, Finding, Report, Rule, Span

Run = Callable[..., "Outcome"]


class Outcome(NamedTuple):
    """What a run of the command line leaves behind."""

    code: int
    out: str
    err: str


def runner(capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs ``archlint`` with the given arguments."""

    def call(*arguments: str) -> Outcome:
        code = run(list(arguments))
        return Outcome(code, *capsys.readouterr())

    return call


class FakeEngine:
    """Stands in for ``engine.check``: remembers the request, answers with a report or raises."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.report = Report((), files=1)
        self.failure: BaseException | None = None
        self.request = engine.Request()
        monkeypatch.setattr(engine, "check", self.check)

    def check(self, request: engine.Request, progress: engine.Progress) -> Report:
        self.request = request
        if self.failure:
            raise self.failure
        return self.report


def finding(severity: str) -> Finding:
    return Finding(
        "a message", "src/a.py", Span(1, 2, 1, 3), code="ARC101", name="framework-import-in-service", severity=severity
    )


ONE_ERROR = Report((finding(ERROR),), files=2, lines={"src/a.py": {1: "import fastapi"}})
ONE_WARNING = Report((finding(WARNING),), files=2)


class Limits(Options, frozen=True):
    """The options of a rule."""

    max_lines: int = 150
    allow: tuple[str, ...] = ("tests",)


_DOC = """A service is too long | too big.

Long classes do too much.

## Bad
```python
# src/shop/services/orders.py
class OrderService: ...  # error
```

## Options
* `max-lines` (150): the longest a class may be.
* `allow` (`["tests"]`): where it may be longer.
"""


def _nothing(module: object) -> Iterator[Finding]:
    return iter(())


def _rule(code: str, name: str, severity: str, preset: str, doc: str, options: type[Options] | None) -> Rule:
    return Rule(
        code=code,
        name=name,
        severity=severity,
        preset=preset,
        layers=(),
        everywhere=False,
        options=options,
        check=_nothing,
        doc=doc,
    )


RULES = (
    _rule("ARC101", "framework-import-in-service", ERROR, RECOMMENDED, "A service imports a framework.\n", None),
    _rule("ARC115", "service-too-long", WARNING, STRICT, _DOC, Limits),
)
