"""The same bad program is as bad in whatever style it imports what it uses."""

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.testing import findings_in

PATH = "src/shop/services/orders.py"
CODES = ("ARC301", "ARC302", "ARC303", "ARC304", "ARC405")
OTHERS = {
    "src/shop/__init__.py": "",
    "src/shop/db.py": (
        "from sqlalchemy import create_engine\nfrom sqlalchemy.orm import sessionmaker\n\n"
        "SessionLocal = sessionmaker(bind=create_engine('sqlite://'))\n"
    ),
    "src/shop/mail.py": "import time\n\n\nasync def notify(number): ...\n\n\ndef deliver(number):\n    time.sleep(number)\n",
}
PROGRAM = """\
async def pause():
    {local[time.sleep]}
    {time.sleep}(1)
async def fetch(address):
    {local[requests.get]}
    return {requests.get}(address)
async def tell(asynchronous: {sqlalchemy.ext.asyncio.AsyncSession}):
    {local[shop.mail.notify]}
    {shop.mail.notify}(1)
    asynchronous.commit()
async def save(session: {sqlalchemy.orm.Session}):
    {local[shop.mail.deliver]}
    session.commit()
    {shop.mail.deliver}(1)
def leave():
    {local[shop.db.SessionLocal]}
    opened = {shop.db.SessionLocal}()
    opened.execute('x')
"""
ANNOTATING = ("sqlalchemy.orm.Session", "sqlalchemy.ext.asyncio.AsyncSession")
USED = ("time.sleep", "requests.get", "shop.mail.notify", "shop.mail.deliver", "shop.db.SessionLocal", *ANNOTATING)


class Spelled(NamedTuple):
    """How a name is imported: by what at the top, by what in the function that uses it, through what other module; and how
    it is written then."""

    written: str
    top: str = ""
    local: str = ""
    through: str = ""


def spelled(target: str, style: str) -> Spelled:
    module, _, name = target.rpartition(".")
    package, _, last = module.rpartition(".")
    alias, hub = f"{name}_again", f"hub_{name.lower()}"
    plain = f"from {module} import {name}"
    return {
        "from": Spelled(name, plain),
        "as": Spelled(alias, f"{plain} as {alias}"),
        "module": Spelled(target, f"import {module}"),
        "module as": Spelled(f"{alias}.{name}", f"import {module} as {alias}"),
        "package": Spelled(f"{last}.{name}", f"from {package} import {last}" if package else f"import {last}"),
        "guarded": Spelled(name, f"try:\n    {plain}\nexcept ImportError:\n    {name} = None"),
        "assigned": Spelled(alias, f"{plain}\n{alias} = {name}"),
        "attribute": Spelled(alias, f"import {module}\n{alias} = {target}"),
        "re-exported": Spelled(name, f"from shop.{hub} import {name}", through=plain),
        "re-exported as": Spelled(name, f"from shop.{hub} import {alias} as {name}", through=f"{plain} as {alias}"),
        "of a star": Spelled(name, f"from shop.{hub} import *", through=plain),
        "of a module": Spelled(f"{hub}.{name}", f"from shop import {hub}", through=plain),
        "relative": Spelled(name, f"from ..{hub} import {name}", through=plain),
        "in the function": Spelled(name, local=plain),
        "module in the function": Spelled(target, local=f"import {module}"),
        "re-exported in the function": Spelled(name, local=f"from shop.{hub} import {name}", through=plain),
    }[style]


STYLES = (
    "from", "as", "module", "module as", "package", "guarded", "assigned", "attribute", "re-exported", "re-exported as",
    "of a star", "of a module", "relative", "in the function", "module in the function", "re-exported in the function",
)  # fmt: skip
AT_THE_TOP = tuple(style for style in STYLES if "in the function" not in style)


def found(styles: dict[str, str]) -> list[tuple[str, int]]:
    """What is found where in the program, its imports not counted, if each name is imported in a style."""
    ways = {target: spelled(target, style) for target, style in styles.items()}
    hubs = {
        f"src/shop/hub_{target.rpartition('.')[2].lower()}.py": f"{way.through}\n"
        for target, way in ways.items()
        if way.through
    }
    text = PROGRAM
    for target, way in ways.items():
        text = text.replace(f"{{local[{target}]}}", way.local or "pass").replace(f"{{{target}}}", way.written)
    top = "".join(f"{way.top}\n" for way in ways.values() if way.top)
    findings = findings_in({**OTHERS, **hubs, PATH: top + text}, CODES, preset="strict")
    return [(each.code, each.span.line - top.count("\n")) for each in findings if each.path == PATH]


EXPECTED = [("ARC301", 3), ("ARC301", 6), ("ARC304", 9), ("ARC304", 10), ("ARC303", 11), ("ARC302", 14), ("ARC405", 17)]


@pytest.mark.parametrize("style", STYLES)
def test_all_names_in_one_style(style: str) -> None:
    styles = {target: style if target not in ANNOTATING or style in AT_THE_TOP else "from" for target in USED}
    assert found(styles) == EXPECTED


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries({target: st.sampled_from(AT_THE_TOP if target in ANNOTATING else STYLES) for target in USED})
)
def test_each_name_in_a_style_of_its_own(styles: dict[str, str]) -> None:
    assert found(styles) == EXPECTED
