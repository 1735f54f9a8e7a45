"""What a finding tells: what is made and who is reached, and where that is."""

from archlint.core import Finding, Related, Span
from archlint.testing import findings_in

HELPER = (
    "from fastapi import HTTPException\n\n\ndef find(number: int) -> int:\n    return _known(number)\n\n\n"
    "def _known(number: int) -> int:\n    raise HTTPException(404)\n"
)


def only(files: dict[str, str]) -> Finding:
    (finding,) = findings_in({"shop/lookup.py": HELPER, **files}, ["ARC109"])
    return finding


def test_the_call_of_a_service_is_evidence() -> None:
    service = "from shop.lookup import find\n\n\nclass Orders:\n    def get(self) -> int:\n        return find(1)\n"
    finding = only({"shop/services/orders.py": service})
    assert finding.message == "HTTP error `HTTPException` reaches a service: `Orders.get` calls `find`"
    assert finding.symbol == "_known"
    assert finding.span == Span(9, 11, 9, 29)
    assert finding.related == (Related("shop/services/orders.py", Span(6, 16, 6, 23), "the service"),)


def test_a_script_that_calls_at_module_level_goes_by_its_name() -> None:
    finding = only({"scripts/load.py": "from shop.lookup import find\n\nfind(1)\n"})
    assert finding.message == "HTTP error `HTTPException` reaches a script: `scripts.load` calls `find`"


def test_a_service_comes_before_what_lies_further_off() -> None:
    service = "from shop.lookup import _known\n\n\ndef get() -> int:\n    return _known(1)\n"
    finding = only({"scripts/load.py": "from shop.lookup import find\n\nfind(1)\n", "shop/services/orders.py": service})
    assert finding.message == "HTTP error `HTTPException` reaches a service: `get` calls `_known`"
