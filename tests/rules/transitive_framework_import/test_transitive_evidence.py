"""Each import of the chain is evidence, in the order it runs."""

from archlint.testing import findings_in

FILES = {
    "shop/services/orders.py": "import os\n\nfrom shop.paging import Page\n",
    "shop/paging.py": "\nfrom shop.web import query\n",
    "shop/web.py": "import json\nimport fastapi\n",
}


def test_every_import_of_the_chain_is_evidence() -> None:
    (finding,) = findings_in(FILES, ["ARC104"])

    assert (finding.path, finding.span.line) == ("shop/services/orders.py", 3)
    assert [(r.path, r.span.line, r.message) for r in finding.related] == [
        ("shop/paging.py", 2, "imports `shop.web`"),
        ("shop/web.py", 2, "imports `fastapi`"),
    ]


def test_only_strict_says_so() -> None:
    assert not findings_in(FILES, [], preset="recommended")
