"""What a run finds: severities, spans and findings, as plain immutable data."""

import msgspec

ERROR = "error"
WARNING = "warning"
SEVERITIES = (ERROR, WARNING)


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of one file.

    Lines count from 1. Columns count from 1, in UTF-8 bytes while a rule makes the finding and in code points once the
    engine has located it (``engine.locate``), which is the form reports carry. The end column is the one just past the
    last character.
    """

    line: int
    column: int
    end_line: int
    end_column: int


class Related(msgspec.Struct, frozen=True):
    """A place elsewhere that is evidence for a finding: a base class, an import on the chain, a router."""

    path: str
    span: Span
    message: str


class Finding(msgspec.Struct, frozen=True):
    """One thing a reviewer would write one comment about.

    A rule fills ``message`` to ``preset``; the engine adds what the rule's metadata and the configuration say.

    Attributes:
        message: what is wrong, naming the offending symbol, without a final full stop.
        path: ``/``-separated; relative to the project root until the engine makes it relative to the working directory.
        help: one sentence that names what to use instead.
        symbol: qualified name of the definition the finding is about, inside its module (``AuthService.login``), or the
            imported or called name.
        severity: ``error`` or ``warning``; a rule sets it where a finding differs from the rule's own.
        preset: ``strict`` for a finding that only the strict preset reports, though the rule is on before.
        fingerprint: stable while lines move: made of code, path, symbol, normalised text and occurrence number.
    """

    message: str
    path: str
    span: Span
    help: str = ""
    symbol: str = ""
    related: tuple[Related, ...] = ()
    severity: str = ""
    preset: str = ""
    code: str = ""
    name: str = ""
    url: str = ""
    fingerprint: str = ""
