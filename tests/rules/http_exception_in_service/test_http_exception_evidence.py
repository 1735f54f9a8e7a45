"""What a finding points at: the expression, the function it is in, and the class that makes it an HTTP error."""

from archlint.core import Finding, Related, Span
from archlint.testing import findings_in

PATH = "shop/services/orders.py"
ERRORS = "from fastapi import HTTPException\n\n\nclass Problem(HTTPException): ...\n\n\nclass NotFound(Problem): ...\n"


def only(source: str) -> Finding:
    (finding,) = findings_in({PATH: source, "shop/errors.py": ERRORS}, ["ARC102"])
    return finding


def test_the_class_is_evidence_and_the_chain_is_told() -> None:
    finding = only("from shop.errors import NotFound\n\n\ndef get() -> None:\n    raise NotFound(404)\n")
    assert finding.message == (
        "service makes an HTTP error: `NotFound` is an HTTPException (NotFound → Problem → fastapi.HTTPException)"
    )
    assert finding.related == (Related("shop/errors.py", Span(7, 1, 7, 15), "`NotFound` is declared here"),)


def test_the_frameworks_own_class_needs_no_evidence() -> None:
    finding = only("import fastapi\n\n\ndef get() -> None:\n    raise fastapi.HTTPException(404)\n")
    assert finding.message == "service makes an HTTP error: `fastapi.HTTPException`"
    assert finding.related == ()


def test_the_span_is_the_call_over_all_its_lines() -> None:
    finding = only(
        "from fastapi import HTTPException\n\n\ndef get() -> None:\n    raise HTTPException(\n        404\n    )\n"
    )
    assert finding.span == Span(5, 11, 7, 6)


def test_a_class_raised_as_it_is() -> None:
    finding = only("from shop.errors import NotFound\n\n\ndef get() -> None:\n    raise NotFound\n")
    assert finding.span == Span(5, 5, 5, 19)


def test_the_symbol_is_the_function_or_what_is_called() -> None:
    method = (
        "from fastapi import HTTPException\n\n\nclass Orders:\n    def get(self):\n        raise HTTPException(404)\n"
    )
    assert only(method).symbol == "Orders.get"
    assert only("from fastapi import HTTPException\n\nDENIED = HTTPException(403)\n").symbol == "HTTPException"
    assert only("def get(error):\n    raise error.to_http_exception()\n").symbol == "get"
