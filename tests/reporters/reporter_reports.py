"""Reports to render: one finding of every shape the formats must cope with."""

from archlint.core import ERROR, WARNING, Finding, Related, Report, RulePage, Span

ORDERS = "src/shop/services/orders.py"

IMPORT = Finding(
    message="a service imports `HTTPException` from `fastapi`",
    path=ORDERS,
    span=Span(3, 1, 3, 34),
    help="raise a domain exception, and turn it into a response in the router",
    symbol="fastapi.HTTPException",
    related=(Related("src/shop/api/errors.py", Span(12, 5, 12, 9), "where such exceptions become responses"),),
    code="ARC101",
    name="framework-import-in-service",
    severity=ERROR,
    url="https://example.org/ARC101",
    fingerprint="0123456789abcdef",
)
CLASS = Finding(
    message="the class `OrderService` is too long",
    path=ORDERS,
    span=Span(7, 1, 9, 9),
    code="ARC115",
    name="service-too-long",
    severity=WARNING,
)
LINES = {ORDERS: {3: "from fastapi import HTTPException, status", 7: "class OrderService:  # all of it"}}

IMPORT_PAGE = RulePage(
    code="ARC101",
    name="framework-import-in-service",
    severity=ERROR,
    summary="A service that imports FastAPI",
    doc="A service that imports FastAPI.\n\nWhy that is bad.\n\n## Bad\n```python\nimport fastapi\n```\n",
)
CLASS_PAGE = RulePage(
    code="ARC115", name="service-too-long", severity=WARNING, summary="A long service", doc="A long service.\n"
)

MIXED = Report((IMPORT, CLASS), files=214, suppressed=2, lines=LINES, rules=(CLASS_PAGE, IMPORT_PAGE))
CLEAR = Report((), files=214)


def report_of(line: str, span: Span) -> Report:
    """A report with one finding about one line."""
    finding = Finding("m", "a.py", span, code="ARC001", name="syntax-error", severity=ERROR)
    return Report((finding,), files=1, lines={"a.py": {span.line: line}})
