"""Loops of imports: each is found, and the imports to cut are enough."""

from graphlib import CycleError, TopologicalSorter

from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.project.layers.cycles import import_cycles
from archlint.testing import findings_in, project_of

NAMES = "abcdefg"
EDGES = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=16)


def _files(edges: set[tuple[str, str]], late: set[tuple[str, str]]) -> dict[str, str]:
    files = {f"shop/{name}.py": "" for name in NAMES}
    for importer, target in sorted(edges):
        hidden = (importer, target) in late
        line = f"def use_{target}():\n    import shop.{target}\n" if hidden else f"import shop.{target}\n"
        files[f"shop/{importer}.py"] += line
    return files


def _loops(edges: set[tuple[str, str]]) -> bool:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for importer, target in edges:
        if importer != target:
            sorter.add(importer, target)
    try:
        sorter.prepare()
    except CycleError:
        return True
    return False


@settings(deadline=None, max_examples=60)
@given(EDGES, EDGES)
def test_without_the_imports_reported_no_loop_is_left(edges: set[tuple[str, str]], late: set[tuple[str, str]]) -> None:
    loops = import_cycles(project_of(_files(edges, late)))
    cut = {(loop[0].module.stem, loop[0].edge.target.stem) for loop in loops}

    assert cut <= edges
    assert not _loops(edges - cut)
    assert bool(loops) == _loops(edges)


@settings(deadline=None, max_examples=60)
@given(EDGES, EDGES)
def test_every_loop_is_one(edges: set[tuple[str, str]], late: set[tuple[str, str]]) -> None:
    for loop in import_cycles(project_of(_files(edges, late))):
        modules = [link.module for link in loop]
        assert [link.edge.target for link in loop] == [*modules[1:], modules[0]]
        assert len(set(modules)) == len(modules) > 1


def test_the_other_imports_of_a_loop_are_evidence() -> None:
    (finding,) = findings_in(_files({("a", "b"), ("b", "c"), ("c", "a")}, {("c", "a")}), ["ARC119"])

    assert (finding.path, finding.span.line) == ("shop/c.py", 2)
    assert [(r.path, r.span.line, r.message) for r in finding.related] == [
        ("shop/a.py", 1, "`shop.a` imports `shop.b`"),
        ("shop/b.py", 1, "`shop.b` imports `shop.c`"),
    ]


def test_a_long_ring_is_one_loop() -> None:
    size = 400
    files = {f"shop/m{n}.py": f"import shop.m{(n + 1) % size}\n" for n in range(size)}

    (loop,) = import_cycles(project_of(files))

    assert len(loop) == size
