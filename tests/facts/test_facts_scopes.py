"""What a scope binds, what it calls, and where the body of a function is."""

import pytest
from lowered import block, definition, facts, within

from archlint.facts.expressions import Call
from archlint.facts.statements import ASYNC, ASYNC_INSIDE, GENERATOR, NESTING, Class, Def, Do, If, Set, Try, With


@pytest.mark.parametrize(
    ("body", "binds"),
    [
        ("a = b.c = d[e] = 1", ["a"]),
        ("a, (b, *c) = [d] = e", ["a", "b", "c", "d"]),
        ("a: int", ["a"]),
        ("a: int = 1", ["a"]),
        ("(a): int", []),
        ("(a): int = 1", ["a"]),
        ("a.b: int = 1", []),
        ("a += 1", ["a"]),
        ("for a, b in c: d", ["a", "b"]),
        ("for a.b in c: pass", []),
        ("with a as b, c as (d, e), f: pass", ["b", "d", "e"]),
        ("try: pass\n except A as e: f = 1", ["e", "f"]),
        ("import a.b.c, d.e as f", ["a", "f"]),
        ("from a import b, c as d", ["b", "d"]),
        ("def g(x): y = 1", ["g"]),
        ("class C: x = 1", ["C"]),
        ("del a, b.c, d[0]", ["a"]),
        ("del (a, [b])", ["a", "b"]),
        ("(a := 1)", ["a"]),
        ("b[(a := 1)] = c", ["a"]),
        ("[x for x in y]", []),
        ("[(a := x) for x in y if (b := x)]", ["a", "b"]),
        ("[[(a := x) for x in z] for z in y]", ["a"]),
        ("lambda x: (a := x)", []),
        ("lambda x=(a := 1): x", ["a"]),
        ("def g(x=(a := 1)): pass", ["g", "a"]),
        ("match x:\n  case [a, *b]: pass", ["a", "b"]),
        ("match x:\n  case {'k': a, **b}: pass", ["a", "b"]),
        ("match x:\n  case C(a, k=b) as c: d = 1", ["a", "b", "c", "d"]),
        ("match x:\n  case _ | C.d | 1: pass", []),
        ("global a\n a = 1\n b = 1", ["b"]),
        ("a = 1\n def g():\n  nonlocal a\n  a = 2", ["a", "g"]),
        ("nonlocal a\n [a := x for x in y]", []),
        ("class C:\n  global a\n  a = 1\n a = 2", ["C", "a"]),
        ("x: 'a := 1'; y: '(b := 1)'", ["x", "y"]),
        ("return a", []),
    ],
)
def test_a_function_binds(body: str, binds: list[str]) -> None:
    function, _ = definition(f"def f(p):\n {body}\n")
    assert sorted(function.binds) == sorted(binds)


def test_nested_functions_bind_for_themselves() -> None:
    _, body = definition("def f():\n def g():\n  nonlocal a\n  a = b = 1\n")
    (inner,) = within(body, Def)
    assert inner.binds == ("b",)


def test_names_declared_global_are_listed() -> None:
    assert facts("def f():\n global a, b\ndef g():\n global b, c\n").interface.rebound == ("a", "b", "c")


@pytest.mark.parametrize(
    ("source", "flags"),
    [
        ("def f(): pass", 0),
        ("async def f(): pass", ASYNC),
        ("def f(): yield", GENERATOR),
        ("def f(): x = yield from y", GENERATOR),
        ("async def f(): yield", ASYNC | GENERATOR),
        ("def f(): return lambda: (yield)", NESTING),
        ("def f():\n def g(): yield", NESTING),
        ("def f():\n class C: pass", NESTING),
        ("def f():\n async def g(): pass", NESTING | ASYNC_INSIDE),
        ("async def f():\n async def g(): pass", ASYNC | NESTING | ASYNC_INSIDE),
        ("def f():\n def g():\n  async def h(): pass", NESTING | ASYNC_INSIDE),
        ("def f():\n class C:\n  if x:\n   async def g(self): pass\n y = lambda: 0", NESTING | ASYNC_INSIDE),
        ("def f(): return lambda x=(yield): x", GENERATOR | NESTING),
        ("def f(): return [x for x in y]", 0),
        ("def f(x=lambda: 1): pass", 0),
        ("def f(): x: '(yield)'", 0),
    ],
)
def test_flags(source: str, flags: int) -> None:
    assert definition(source)[0].flags == flags


def test_a_function_outside_functions_has_its_body_in_a_slot_wherever_it_stands() -> None:
    source = """\
def a(): 0
if x:
    def b(): 1
else:
    def c(): 2
try:
    def d(): 3
except E:
    def e(): 4
finally:
    def f(): 5
with y:
    class C:
        def g(self): 6
        class D:
            def h(self): 7
"""
    found = facts(source)
    functions = {function.name: function.body for function in within(found.interface.body, Def)}
    assert functions == dict(zip("abcdefgh", range(8), strict=True))
    assert found.slots == 8
    values = [found.body(slot) for slot in range(found.slots)]
    assert [body[0].value.value for body in values if isinstance(body[0], Do)] == list(range(8))  # type: ignore[union-attr]


def test_a_function_in_a_function_carries_its_block() -> None:
    found = facts("def f():\n class C:\n  def m(self):\n   def g(): 1\n")
    assert found.slots == 1
    (kept,) = within(found.body(0), Class)
    bodies = {function.name: function.body for function in within(kept.body, Def)}
    assert all(isinstance(body, tuple) for body in bodies.values())
    assert set(bodies) == {"m", "g"}


def test_what_surrounds_a_definition_is_kept() -> None:
    kinds = [
        type(found) for found in block("if a:\n def f(): 0\ntry:\n def g(): 0\nfinally: b\nwith c:\n def h(): 0\n")
    ]
    assert kinds == [If, Try, With]


def test_callees_name_what_is_called_and_where() -> None:
    source = """\
a(b())
@c.d(e)
def f(x=g()):
    h()
    def inner():
        i.j()
class K(l()):
    m = n()
    def o(self):
        h()
"""
    callees = facts(source).interface.callees
    assert callees == {
        "a": (-1,),
        "b": (-1,),
        "c.d": (-1,),
        "g": (-1,),
        "l": (-1,),
        "n": (-1,),
        "h": (0, 1),
        "i.j": (0,),
    }


@pytest.mark.parametrize(
    ("source", "callees"),
    [
        ("a.b.c()", ["a.b.c"]),
        ("a().b()", [".b", "a"]),
        ("a[0].b()", [".b"]),
        ("'x'.join(y)", [".join"]),
        ("A[int]()", ["A"]),
        ("a()[0]()", ["a"]),
        ("(lambda: 1)()", []),
        ("raise A", ["A"]),
        ("raise a.B('x') from c", ["a.B"]),
        ("raise", []),
        ("await_ = f'{a()}'", ["a"]),
        ("x: 'Annotated[int, Depends(get)]'", ["Depends"]),
        ("[a(x) for x in b() if c(x)]", ["a", "b", "c"]),
        ("match x:\n case A(): pass", []),
        ("@a\ndef f(): pass", []),
    ],
)
def test_callees(source: str, callees: list[str]) -> None:
    found = facts(source).interface.callees
    assert sorted(found) == callees
    assert set(found.values()) <= {(-1,)}


def test_imports_are_listed_in_source_order() -> None:
    source = "import a\ndef f():\n import b\ntry: import c\nexcept E: import d\nelse: import e\nfinally: import f\nimport g\n"
    assert [found.names[0][0] for found in facts(source).interface.imports] == list("abcdefg")


def test_the_start_of_a_definition_is_its_first_decorator() -> None:
    source = "@a(\n 1\n)\n@b\ndef f(): ...\n"
    function, _ = definition(source)
    assert (function.start, function.line) == (1, 5)


def test_calls_in_quoted_annotations_stand_in_the_facts() -> None:
    function, _ = definition("def f(x: 'Annotated[int, Depends(get)]'): ...")
    assert [call.func for call in within((Set((), function.params[0].annotation, None, "", 1, 0, 1, 0),), Call)] == [
        "Depends"
    ]
