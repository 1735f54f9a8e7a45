"""What the second opinion is made of: wrapping expressions, reading what pyright prints, comparing; and planted mistakes."""

from __future__ import annotations

import ast

import pytest
from benchmark_fakes import _mutants, _opinions, _pyright, _wrapping, mutants, second_opinion

SOURCE = '''"""Café."""


async def place(session, order):
    é = await session.get(Order, order.id); print(é, f"{session.bind()}")
    return (
        session
        .execute(q(order), x=order.id)
    )
'''


class TestSpots:
    def test_are_calls_receivers_and_names_passed(self) -> None:
        found = {(spot.role, spot.text) for spot in _wrapping.spots(SOURCE)}
        assert found == {
            ("call", "session.get(Order, order.id)"),
            ("receiver", "session"),
            ("argument", "Order"),
            ("argument", "order.id"),
            ("call", "print(é, f'{session.bind()}')"),
            ("argument", "é"),
            ("call", "session.execute(q(order), x=order.id)"),
            ("call", "q(order)"),
            ("argument", "order"),
        }

    def test_leave_out_what_stands_outside_bodies_and_what_narrows(self) -> None:
        source = "x = f()\n\n\n@g()\ndef h(a=i()):\n    if isinstance(a, int) and cast(A, a):\n        j(a)\n"
        found = [spot.text for spot in _wrapping.spots(source) if spot.role == "call"]
        assert found == ["j(a)"]

    def test_know_where_they_stand_in_their_call(self) -> None:
        [first, second] = [spot for spot in _wrapping.spots("def f():\n    g(1, a, k=b)\n") if spot.role == "argument"]
        assert (first.text, first.nth, first.keyword) == ("a", 1, "")
        assert (second.text, second.keyword) == ("b", "k")


class TestWrapped:
    def test_moves_no_line_and_says_where_each_is_revealed(self) -> None:
        text, places = _wrapping.wrapped(SOURCE, _wrapping.spots(SOURCE))
        assert len(text.splitlines()) == len(SOURCE.splitlines())
        lines = text.splitlines()
        for (line, character), spot in places.items():
            rest = lines[line].encode("utf-16-le")[2 * character :].decode("utf-16-le")
            assert rest.replace("reveal_type(", "").startswith(spot.text.partition("(")[0].partition(".")[0])
        ast.parse(text)

    def test_gives_the_value_back_of_a_probe(self) -> None:
        source = "def f():\n    return a.b(c)\n"
        text, _ = _wrapping.wrapped(source, _wrapping.spots(source), "p", "[0]")
        assert text == (
            "def f():\n    return reveal_type(p(reveal_type(p(a))[0].b(reveal_type(p(c))[0])))[0]\n"
        )  # fmt: skip

    def test_keeps_line_ends_and_form_feeds(self) -> None:
        source = "def f():\r\n    a()\r\n\x0c\r\ndef g():\r\n    b()"
        text, _ = _wrapping.wrapped(source, _wrapping.spots(source))
        assert text == "def f():\r\n    reveal_type(a())\r\n\x0c\r\ndef g():\r\n    reveal_type(b())"


class TestKinds:
    NAMES = _pyright.named(["class Db(AsyncSession): ...\nclass Own(Db, Generic[T]): ...\nclass Other: ...\n"])

    @pytest.mark.parametrize(
        ("printed", "kinds"),
        [
            ("AsyncSession", {"async session"}),
            ("Own[User] | None", {"async session"}),
            ("CoroutineType[Any, Any, Result[tuple[User | None]]]", {"coroutine"}),
            ("Session | AsyncSession", {"session", "async session"}),
            ("async_sessionmaker[AsyncSession]", {"async factory"}),
            ("type[AsyncSession]", {"other"}),
            ("(x: int) -> Session", {"other"}),
            ("AsyncSession | Unknown", set()),
            ("Any", set()),
            ("None", set()),
        ],
    )
    def test_of_what_pyright_prints(self, printed: str, kinds: set[str]) -> None:
        assert _pyright.kinds_of(printed, self.NAMES) == kinds

    def test_of_what_the_probe_says(self) -> None:
        assert _pyright.probed("tuple[Db, Literal['async session']] | tuple[None, Literal['none']]") == {
            "async session"
        }
        assert _pyright.probed("Unknown") == {"other"}


def opinion(ours: str, theirs: set[str]) -> _opinions.Opinion:
    [spot] = _wrapping.spots("def f():\n    a()\n")
    return _opinions.Opinion("a.py", spot, ours, frozenset(theirs), ours)


class TestOpinions:
    @pytest.mark.parametrize(
        ("ours", "theirs", "verdict"),
        [
            ("session", {"session"}, "agree"),
            ("session", {"session", "connection"}, "agree"),
            ("session", {"async session"}, "disagree"),
            ("session", {"other"}, "disagree"),
            ("session", set(), "only archlint"),
            ("", {"session"}, "only pyright"),
        ],
    )
    def test_verdict(self, ours: str, theirs: set[str], verdict: str) -> None:
        assert opinion(ours, theirs).verdict == verdict

    def test_budgets(self) -> None:
        agreeing = [opinion("session", {"session"})] * 98
        assert second_opinion.is_met(_opinions.counted([*agreeing, *[opinion("session", {"other"})] * 2]))
        assert not second_opinion.is_met(_opinions.counted([*agreeing, *[opinion("session", {"other"})] * 3]))
        assert not second_opinion.is_met(_opinions.counted([*agreeing, *[opinion("", {"session"})] * 18]))
        assert second_opinion.is_met(_opinions.counted([]))

    def test_are_counted_by_kind(self) -> None:
        found = [opinion("session", {"session"}), opinion("", {"engine"}), opinion("coroutine", set())]
        assert list(_opinions.by_kind(found)) == ["session", "engine", "coroutine"]
        [line] = second_opinion.listed(found, ["only pyright"])
        assert line == "only pyright: a.py:2:5 call `a()`: pyright engine, archlint "


CODE = """
async def load(id): ...

def total(values) -> int: ...

async def main(session, ids, notify=total(1)):
    user = await load(1)
    await load(2)
    if await load(3):
        return await load(4)
    print(user.name, total(ids))
    result = await session.execute(ids)
    return result.scalars().all()
"""


class TestMutants:
    TREE = ast.parse(CODE)
    FOUND = tuple(_mutants.mutants("a.py", TREE, _mutants.names_of([TREE])))

    def test_are_what_a_reader_would_be_sure_of(self) -> None:
        assert sorted((m.kind, m.line, m.use, m.callee) for m in self.FOUND) == [
            ("put", 11, "", "total"),
            ("put", 13, "", "result.scalars"),
            ("put", 13, "", "result.scalars().all"),
            ("taken away", 7, "assigned", "load"),
            ("taken away", 8, "dropped", "load"),
            ("taken away", 9, "used", "load"),
            ("taken away", 12, "assigned", "session.execute"),
        ]

    def test_are_planted_one_a_function_a_round(self) -> None:
        drawn = list(_mutants.rounds(self.FOUND, 99, 1))
        assert [len(some) for some in drawn] == [1] * len(self.FOUND)
        assert {mutant for some in drawn for mutant in some} == set(self.FOUND)

    def test_change_nothing_but_the_await(self) -> None:
        by_line = {(m.line, m.callee): m for m in self.FOUND}
        assert _mutants.planted(CODE, [by_line[8, "load"]]) == CODE.replace("    await load(2)", "    load(2)")
        put = _mutants.planted(CODE, [by_line[13, "result.scalars"]])
        assert put == CODE.replace("result.scalars()", "(await result.scalars())")

    def test_are_counted_by_kind_and_use(self) -> None:
        rows = mutants.rows_of("shop", [(mutant, mutant.kind == "put") for mutant in self.FOUND])
        assert rows[0] == ("shop, put", "3", "3", "100.0%")
        assert rows[1] == ("shop, taken away assigned", "2", "0", "0.0%")
