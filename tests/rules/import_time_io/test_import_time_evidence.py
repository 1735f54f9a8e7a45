"""What a finding tells: what importing does, by which calls, and where each of them is."""

from archlint.core import Finding, Related, Span
from archlint.testing import findings_in

PATH = "shop/services/rates.py"


def only(files: dict[str, str]) -> Finding:
    (finding,) = findings_in(files, ["ARC122"])
    return finding


def test_a_call_of_the_module_itself() -> None:
    finding = only({PATH: 'import requests\n\nRATES = requests.get("https://rates.test").json()\n'})
    assert finding.message == "importing this module calls the network: `requests.get`"
    assert finding.span == Span(3, 9, 3, 43)
    assert finding.related == ()


def test_the_calls_below_are_evidence() -> None:
    below = 'import httpx\n\n\ndef fetch() -> str:\n    return ask()\n\n\ndef ask() -> str:\n    return httpx.get("https://a").text\n'
    finding = only({PATH: "from shop.web import fetch\n\nRATES = fetch()\n", "shop/web.py": below})
    assert finding.message == "importing this module calls the network: `fetch → ask → httpx.get`"
    assert finding.span == Span(3, 9, 3, 16)
    assert finding.related == (
        Related("shop/web.py", Span(5, 12, 5, 17), "`ask`"),
        Related("shop/web.py", Span(9, 12, 9, 34), "`httpx.get`"),
    )


def test_the_words_for_what_is_done() -> None:
    def words(statement: str) -> str:
        source = f"import alembic.command, peewee, psycopg2, requests\n\n{statement}\n"
        return only({PATH: source}).message.partition(": ")[0].removeprefix("importing this module ")

    assert words('psycopg2.connect("dbname=shop")') == "opens a connection"
    assert words('psycopg2.connect("dbname=shop").cursor().execute("SELECT 1")') == "opens a connection"
    assert words('alembic.command.upgrade(None, "head")') == "migrates the database"
    assert words('peewee.SqliteDatabase("a.db").create_tables([])') == "creates tables"
    assert words('requests.get("https://a")') == "calls the network"


def test_a_module_that_the_application_reaches_only_through_its_package() -> None:
    package = "import requests\n\nADDRESS = requests.get('https://a').text\n"
    app = "from fastapi import FastAPI\n\nfrom shop.pack import one\n\napp = FastAPI(title=one.NAME)\n"
    finding = only({"shop/pack/__init__.py": package, "shop/pack/one.py": "NAME = 'one'\n", "shop/main.py": app})
    assert finding.path == "shop/pack/__init__.py"


def test_a_module_of_no_layer_that_nobody_imports_is_no_part_of_the_application() -> None:
    load = "import requests\n\nADDRESS = requests.get('https://a').text\n"
    assert findings_in({"load.py": load, "shop/services/orders.py": "ORDERS = 1\n"}, ["ARC122"]) == ()
