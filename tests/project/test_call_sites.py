"""What is told of each call of a function: each program says in comments, line by line, what becomes of the values."""

import re

from archlint.project.definitions import all_functions
from archlint.project.flow.sites import CallSite, call_sites
from archlint.project.model import Project
from archlint.testing import project_of


def sites_of(project: Project) -> list[CallSite]:
    [module] = project.modules
    [function] = all_functions(project, module)
    return list(call_sites(project, function))


def test_what_becomes_of_the_value() -> None:
    program = """
async def f(xs):
    a()                         # a dropped
    await b()                   # b awaited
    c = d()                     # d assigned
    e(g(), key=h())             # g passed, h passed, e dropped
    with i() as j, k():         # i entered, k entered
        pass
    async with l():             # l entered
        pass
    for m in n():               # n iterated
        pass
    if o() and p():             # o tested, p tested
        q().r                   # q used
    s = [t(), u()]              # t collected, u collected
    v = {w(): x()}              # w used, x collected
    y = z() if aa() else bb()   # aa tested, z assigned, bb assigned
    cc = dd() or ee()           # dd assigned, ee assigned
    return ff(await gg())       # gg awaited, ff returned
"""
    project = project_of({"src/app.py": program})
    expected = [
        f"{line}: {said.strip()}"
        for line, text in enumerate(program.splitlines(), 1)
        for _, _, comment in [text.partition("# ")]
        for said in comment.split(",")
        if said
    ]
    assert [f"{site.call.line}: {site.call.func} {site.use}" for site in sites_of(project)] == expected


def test_what_is_around_a_call() -> None:
    program = """
def f(xs):
    for x in once():
        while test():
            repeated()
    else:
        after()
    try:
        tried()
    except E:
        handled()
    else:
        went()
    finally:
        always()
    [each(x) for x in first() for y in inner()]
    lambda: later()
"""
    found = {str(site.call.func): site for site in sites_of(project_of({"src/app.py": program}))}
    parts = {name: [around.part for around in site.around] for name, site in found.items()}
    assert parts == {
        "once": [], "test": ["body"], "repeated": ["body", "body"], "after": ["orelse"], "tried": ["body"],
        "handled": ["handler"], "went": ["orelse"], "always": ["final"], "each": [], "first": [], "inner": [],
        "later": [],
    }  # fmt: skip
    assert [name for name, site in found.items() if site.loops] == ["test", "repeated"]
    assert [name for name, site in found.items() if site.repeated] == ["inner", "each"]
    assert [name for name, site in found.items() if site.deferred] == ["later"]


def test_what_is_never_reached_makes_no_calls() -> None:
    program = """
def f(x):
    if x:
        return a()
    else:
        raise b()
    c()
"""
    assert [site.call.func for site in sites_of(project_of({"src/app.py": program}))] == ["a", "b"]


def test_functions_and_classes_inside_are_functions_of_their_own() -> None:
    program = "def f():\n    def g():\n        a()\n    class C:\n        x = b()\n    g()\n"
    project = project_of({"src/app.py": program})
    calls = {
        function.name: [re.sub(r"\W", "", str(site.call.func)) for site in call_sites(project, function)]
        for function in all_functions(project, project.modules[0])
    }
    assert calls == {"f": ["g"], "f.<locals>.g": ["a"]}
