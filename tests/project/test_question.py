"""Answers are remembered, and never depend on which question came first."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.project import model
from archlint.project.classes import ancestors
from archlint.project.model import Project, question
from archlint.project.names import Symbol, lookup
from archlint.testing import project_of

Graph = tuple[tuple[int, ...], ...]


def graphs(nodes: int) -> st.SearchStrategy[Graph]:
    """For each node, where its edges lead."""
    edges = st.lists(st.integers(0, nodes - 1), max_size=3, unique=True).map(tuple)
    return st.lists(edges, min_size=1, max_size=nodes).map(lambda found: tuple(_inside(found)))


def _inside(edges: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    return [tuple(node for node in out if node < len(edges)) for out in edges]


def reachable(graph: Graph, start: int) -> frozenset[int]:
    """What a node leads to, itself only on a cycle: the plain answer, without a memo."""
    found: set[int] = set()
    pending = list(graph[start])
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending += graph[node]
    return frozenset(found)


@question(cyclic=frozenset())
def reached(project: Project, graph: Graph, node: int) -> frozenset[int]:
    """The same, as a question that asks itself."""
    found = set(graph[node])
    for other in graph[node]:
        found |= reached(project, graph, other)
    return frozenset(found)


class TestMemo:
    def test_an_answer_is_worked_out_once_a_project(self) -> None:
        asked = []

        @question(cyclic=0)
        def doubled(project: Project, number: int) -> int:
            asked.append(number)
            return 2 * number

        project = project_of({})
        assert [doubled(project, n) for n in (1, 2, 1, 2, 1)] == [2, 4, 2, 4, 2]
        assert asked == [1, 2]
        assert doubled(project_of({}), 1) == 2
        assert asked == [1, 2, 1]

    def test_an_answer_of_none_is_remembered_too(self) -> None:
        asked = []

        @question(cyclic="")
        def nothing(project: Project) -> None:
            asked.append(project)

        project = project_of({})
        assert nothing(project) is nothing(project) is None
        assert len(asked) == 1

    @pytest.mark.parametrize(("count", "kept", "left"), [(3, None, 0), (2, None, 2), (3, int, 3)])
    def test_large_answers_are_forgotten_where_there_are_many(
        self, count: int, kept: type | None, left: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(model, "MOST_LARGE", 2)

        @question(cyclic=0, kept=kept, large=True)
        def doubled(project: Project, number: int) -> int:
            return 2 * number

        project = project_of({})
        assert [doubled(project, n) for n in range(count)] == [2 * n for n in range(count)]
        project.relieve()
        assert sum(map(len, project.memo.values())) == left
        assert doubled(project, 1) == 2

    def test_questions_do_not_share_answers(self) -> None:
        @question(cyclic=0)
        def more(project: Project, number: int) -> int:
            return number + 1

        @question(cyclic=0)
        def less(project: Project, number: int) -> int:
            return number - 1

        project = project_of({})
        assert (more(project, 1), less(project, 1)) == (2, 0)

    def test_an_error_leaves_nothing_behind(self) -> None:
        @question(cyclic=0)
        def inner(project: Project) -> int:
            raise ValueError("no answer")

        @question(cyclic=0)
        def outer(project: Project) -> int:
            return inner(project)

        project = project_of({})
        for _ in range(2):
            with pytest.raises(ValueError, match="no answer"):
                outer(project)
        assert project.depth == 0
        assert reached(project, ((1,), (0,)), 0) == {0, 1}


class TestLoops:
    def test_a_question_asked_of_itself_gets_the_cyclic_answer(self) -> None:
        @question(cyclic=-1)
        def loop(project: Project) -> int:
            return loop(project)

        assert loop(project_of({})) == -1

    def test_what_rests_on_a_cyclic_answer_is_not_remembered(self) -> None:
        graph: Graph = ((1,), (0, 2), ())
        asked = []

        @question(cyclic=frozenset())
        def below(project: Project, node: int) -> frozenset[int]:
            asked.append(node)
            return frozenset(graph[node]).union(*(below(project, other) for other in graph[node]))

        project = project_of({})
        assert below(project, 0) == {0, 1, 2}
        assert asked == [0, 1, 2]
        assert below(project, 2) == frozenset()
        assert below(project, 1) == {0, 1, 2}
        assert asked == [0, 1, 2, 1]
        assert below(project, 1) == below(project, 0) == {0, 1, 2}
        assert asked == [0, 1, 2, 1]

    @settings(deadline=None)
    @given(graphs(6), st.data())
    def test_order_says_nothing(self, graph: Graph, data: st.DataObject) -> None:
        project = project_of({})
        for node in data.draw(st.permutations(range(len(graph)))):
            assert reached(project, graph, node) == reachable(graph, node)

    @pytest.mark.parametrize("patience", [1, 2])
    @settings(deadline=None)
    @given(graph=graphs(12), data=st.data())
    def test_little_patience_gathers_as_much(self, patience: int, graph: Graph, data: st.DataObject) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(model, "PATIENCE", patience)
            project = project_of({})
            for node in data.draw(st.permutations(range(len(graph)))):
                assert reached(project, graph, node) == reachable(graph, node)
            assert not project.loops

    def test_not_every_way_through_a_loop_is_gone(self) -> None:
        """There are 9.7 million of them through ten questions that all ask one another."""
        count, asked = 10, []

        @question(cyclic=frozenset())
        def below(project: Project, node: int) -> frozenset[int]:
            asked.append(node)
            return frozenset({node}).union(*(below(project, other) for other in range(count)))

        project = project_of({})
        assert all(below(project, node) == set(range(count)) for node in range(count))
        assert len(asked) <= model.PATIENCE * count * count


@settings(deadline=None)
@given(graphs(5), st.data())
def test_the_ancestors_of_classes_in_a_loop(graph: Graph, data: st.DataObject) -> None:
    source = "".join(f"class C{n}({', '.join(f'C{base}' for base in out)}): ...\n" for n, out in enumerate(graph))
    project = project_of({"a.py": source})
    for node in data.draw(st.permutations(range(len(graph)))):
        found = ancestors(project, Symbol("a.py", f"C{node}"))
        assert {symbol.name for symbol in found} == {f"C{other}" for other in reachable(graph, node)} - {f"C{node}"}
        assert len(set(found)) == len(found)


@settings(deadline=None)
@given(graphs(4), st.lists(st.integers(0, 3), max_size=2), st.data())
def test_names_through_star_imports_in_a_loop(graph: Graph, definers: list[int], data: st.DataObject) -> None:
    files = {
        f"shop/m{node}.py": "".join(f"from shop.m{other} import *\n" for other in out) + "x = 1\n" * (node in definers)
        for node, out in enumerate(graph)
    }
    order = data.draw(st.permutations(range(len(graph))))
    project = project_of(files)
    for node in order:
        path = f"shop/m{node}.py"
        found, alone = lookup(project, project.by_path[path], "x"), project_of(files)
        assert found == lookup(alone, alone.by_path[path], "x")
        assert (found is not None) == bool({node, *reachable(graph, node)} & set(definers))


def test_a_long_chain_of_questions_is_answered() -> None:
    """Questions nest as deeply as projects import and inherit."""
    count = 100
    source = "class C0: ...\n" + "".join(f"class C{n}(C{n - 1}): ...\n" for n in range(1, count))
    project = project_of({"a.py": source})
    found = ancestors(project, Symbol("a.py", f"C{count - 1}"))
    assert found == tuple(Symbol("a.py", f"C{n}") for n in range(count - 2, -1, -1))


def test_every_pair_of_a_small_loop_in_both_orders() -> None:
    graph: Graph = ((1, 2), (0, 3), (3,), (1,))
    for first, second in itertools.permutations(range(4), 2):
        project = project_of({})
        reached(project, graph, first)
        assert reached(project, graph, second) == reachable(graph, second)
