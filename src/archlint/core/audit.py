"""How the inline suppressions of one module fared."""

import msgspec

from archlint.core.finding import Span


class SuppressionIssue(msgspec.Struct, frozen=True):
    """One code in a suppression comment, or a comment without any (``code`` empty).

    Attributes:
        span: the comment.
        nearest: for an unknown code, the known code or name it resembles most, or empty.
    """

    span: Span
    code: str
    nearest: str = ""


class Audit(msgspec.Struct, frozen=True):
    """The codes of a module's suppressions that hid nothing, those no rule bears, and the comments that name codes but no
    reason (``code``: all of them, as written)."""

    unused: tuple[SuppressionIssue, ...] = ()
    unknown: tuple[SuppressionIssue, ...] = ()
    unexplained: tuple[SuppressionIssue, ...] = ()
