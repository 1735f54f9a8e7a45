"""What locals can be, statement by statement: asked by the calls ``see(x)`` in a body."""

import textwrap

import pytest

from archlint.facts.expressions import Call
from archlint.facts.statements import Do
from archlint.project.definitions import definitions
from archlint.project.flow.assignments import VALUE, Env, environments, recorded, returned
from archlint.project.flow.bindings import Assigned
from archlint.project.model import Project
from archlint.testing import project_of

HEAD = "async def f(p, q, xs):\n"


def project_with(body: str) -> Project:
    return project_of({"m.py": HEAD + textwrap.indent(textwrap.dedent(body), "    ")})


def seen(body: str, only: tuple[str, ...] | None = None) -> list[set[str]]:
    """What the argument of each ``see`` can be, in the order they are reached."""
    project = project_with(body)
    function = definitions(project, project.modules[0]).functions["f"]
    found = []
    for step, env in environments(function, only):
        match step:
            case Do(value=Call(func="see", args=(str() as name,))):
                found.append({told(each) for each in env[name]})
    return found


def told(assigned: Assigned) -> str:
    if assigned.param is not None:
        return assigned.param.name
    expr = assigned.expr
    what = expr if isinstance(expr, str) else getattr(expr, "func", getattr(expr, "kind", type(expr).__name__))
    return f"{assigned.how} {what}" if assigned.how != VALUE else str(getattr(expr, "value", None) or what)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("see(p)", ["p"]),
        ("x = 1\nsee(x)", ["1"]),
        ("x = 1\nif p: x = 2\nsee(x)", ["1 2"]),
        ("x = 1\nfor y in xs:\n    see(x)\n    x = 2", ["1 2"]),
        ("x = 1\nfor y in xs:\n    see(x)\n    x = y\n    y = 2", ["1 y"]),
        ("x = 1\nfor y in xs:\n    for z in xs: x = 2\n    see(x)", ["1 2"]),
        ("x = 1\nwhile True:\n    x = 2\n    break\nelse: x = 3\nsee(x)", ["2"]),
        ("for x in xs: see(x)", ["element~xs"]),
        ("with p as x: see(x)", ["entered~p"]),
        ("x = 1\ntry: x = q()\nexcept E as e: see(x); see(e)", ["1", "caught~E"]),
        ("x = 1\ntry:\n    x = 2\n    x = q()\nexcept E: see(x)", ["1 2"]),
        ("x = 1\ntry:\n    x = 2\nfinally: see(x)", ["1 2"]),
        ("x = []\nx.append(p)\nsee(x)", ["list added~p"]),
        ("x = []\nfor y in xs: x.append(y)\nsee(x)", ["list added~y"]),
        ("x = {}\nx[p] = q\nsee(x)", ["Map added~q"]),
        ("if (x := q()): see(x)", ["is~not~none"]),
        ("x = 1\ndel x\nsee(x)", ["opaque~NoneType"]),
        ("x = 1\nif p: raise E\nelse: x = 2\nsee(x)", ["2"]),
    ],
)
def test_what_a_local_can_be(body: str, expected: list[str]) -> None:
    assert seen(body) == [{what.replace("~", " ") for what in each.split()} for each in expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if p is None: see(p)\nelse: see(p)", ["is none", "is not none"]),
        ("if p is not None: see(p)\nelse: see(p)", ["is not none", "is none"]),
        ("if p == None: return\nsee(p)", ["is not none"]),
        ("if p: see(p)\nelse: see(p)", ["is not none", "p"]),
        ("if not p: return\nsee(p)", ["is not none"]),
        ("if isinstance(p, C): see(p)\nelse: see(p)", ["is C", "is not C"]),
        ("if isinstance(p, C) and q is None: see(q)", ["is none"]),
        ("if p is None or q: return\nsee(p)", ["is not none"]),
        ("assert p is not None\nsee(p)", ["is not none"]),
        ("assert isinstance(p, C), 'x'\nsee(p)", ["is C"]),
        ("while p is None: p = q()\nsee(p)", ["is not none"]),
        ("if (p := q()) is None: return\nsee(p)", ["is not none"]),
        ("x = []\nif x: see(x)", ["list"]),
        (
            "match p:\n    case C(): see(p)\n    case None: see(p)\n    case _: see(p)",
            ["is C", "is none", "is not none"],
        ),
        ("match p:\n    case C(1): pass\n    case _: see(p)", ["p"]),
        ("match p:\n    case C(x) if x: pass\n    case _: see(p)", ["is not C, is C"]),
        ("match p:\n    case C() | D(): see(p)", ["is tuple"]),
        ("match p:\n    case C() as x: see(x)", ["p"]),
        ("match q():\n    case C(value=v): see(v)", ["(subject).value"]),
        ("match p:\n    case [x, *y]: see(y)", ["opaque NoneType"]),
    ],
)
def test_what_conditions_and_patterns_tell(body: str, expected: list[str]) -> None:
    assert seen(body) == [set(each.split(", ")) for each in expected]


def test_only_some_locals_are_followed_and_what_they_are_made_of() -> None:
    body = "a = p\nb = a\nc = 1\nif (d := c): pass\nsee(b)"
    project = project_with(body)
    function = definitions(project, project.modules[0]).functions["f"]
    last = environments(function, ["b"])[-1].env
    assert set(last) == {"p", "a", "b"}


def test_going_round_a_loop_again_assigns_the_same_again() -> None:
    project = project_with("for x in xs:\n    y = p(x)\n    z = y\nsee(z)")
    function = definitions(project, project.modules[0]).functions["f"]
    [last] = [env["z"] for step, env in environments(function) if isinstance(step, Do)]
    assert len(last) == 1
    assert last[0].at.targets == ("z",)


def test_what_is_returned_and_where_statements_are_recorded() -> None:
    project = project_with(
        "x = None\nfor y in xs:\n    if x: return x\n    x = q(y)\ntry:\n    return x\nfinally: pass\nsee(x)"
    )
    function = definitions(project, project.modules[0]).functions["f"]
    exits = [(value, {told(each) for each in _of(env, "x")}) for value, env in returned(project, function)]
    assert exits == [("x", {"is not none"}), ("x", {"none", "q"})]
    reached = recorded(function)
    assert [id(statement) in reached for statement in function.body] == [True, True, True, False]


def _of(env: Env, name: str) -> tuple[Assigned, ...]:
    return env[name]
