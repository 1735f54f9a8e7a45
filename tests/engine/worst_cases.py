"""Programs that are as hard as their size allows: each grows by a number, and should cost at most its square.

None is what people write; what a program or a careless script has written may come near.
"""

from collections.abc import Callable, Iterator

HEAD = """\
import time
from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
router = APIRouter()
"""
MAIN = "async def main(session: AsyncSession, db: Session, x):\n"


def nested(count: int, header: str, innermost: str, after: str = "") -> str:
    """Blocks in one another; ``{0}`` is how deep one lies, ``after`` follows each at its own depth."""
    lines = [f"{' ' * (n + 1)}{line.format(n)}" for n in range(count) for line in header.split("\n")]
    lines.append(f"{' ' * (count + 1)}{innermost}")
    for n in reversed(range(count)):
        lines += [f"{' ' * (n + 1)}{line.format(n)}" for line in after.split("\n") if line]
    return "\n".join(lines) + "\n"


def each(count: int, text: str) -> str:
    """A text many times over; ``{0}`` is its number, ``{1}`` and ``{2}`` those of the next two, the last leading to the
    first."""
    return "".join(text.format(n, (n + 1) % count, (n + 2) % count) for n in range(count))


def onward(count: int, text: str) -> str:
    """The same where the last leads nowhere."""
    return "".join(text.format(n, n + 1, n + 2) for n in range(count))


def in_one(count: int, handling: str) -> str:
    """A ``try`` in the handler, or the ``finally``, of another."""
    lines = [f"{' ' * (n + 1)}{line}" for n in range(count) for line in ("try:", " session.execute(x)", handling)]
    return "\n".join([*lines, f"{' ' * (count + 1)}db.commit()"]) + "\n"


def all_to_all(count: int, head: str, call: str, last: str) -> str:
    """Functions each of which calls all of them."""
    return "".join(
        head.format(n) + "".join(f"    if x: {call.format(other)}\n" for other in range(count)) + f"    {last}\n"
        for n in range(count)
    )


def chained(count: int, wrap: str, start: str = "session") -> str:
    """An expression in an expression …"""
    for n in range(count):
        start = wrap.format(start, n)
    return start


def _statements() -> Iterator[tuple[str, Callable[[int], str]]]:
    yield "ifs", lambda n: MAIN + nested(n, "if x.a{0}:", "session.commit()")
    yield "elifs", lambda n: MAIN + " if x:\n  session.commit()\n" + each(n, " elif x == {0}:\n  session.execute(x)\n")
    yield "ifs after ifs", lambda n: MAIN + each(n, " if x == {0}:\n  y = session.execute(x)\n  db.commit()\n")
    yield "loops", lambda n: MAIN + nested(n, "for x in x.a{0}:", "x = session.commit(x)")
    yield "endless loops", lambda n: MAIN + nested(n, "while x:\n a{0} = b{0}", "b0 = session", " b{0} = a{0}")
    yield "tries", lambda n: MAIN + nested(n, "try:", "session.commit()", "except E:\n db.rollback()")
    yield (
        "returns in tries",
        lambda n: MAIN + nested(n, "try:\n if x: return 1", "db.commit()", "finally:\n db.close()"),
    )
    yield "tries after tries", lambda n: MAIN + each(n, " try:\n  y = session.execute(x)\n finally:\n  db.close()\n")
    yield "handlers in handlers", lambda n: MAIN + in_one(n, "except E:")
    yield "finallys in finallys", lambda n: MAIN + in_one(n, "finally:")
    yield "contexts", lambda n: MAIN + nested(n, "with open(x) as f{0}:", "session.commit()")
    yield "items of a context", lambda n: MAIN + " with " + each(n, "open(x) as f{0}, ")[:-2] + ":\n  db.commit()\n"
    yield "cases", lambda n: MAIN + " match x:\n" + each(n, "  case A{0}(y=z) | B{0}(z) if z:\n   db.execute(z)\n")
    yield "sessions", lambda n: MAIN + each(n, " s{0} = Session()\n s{0}.commit()\n")
    yield "functions", lambda n: "if x:\n" + nested(n, "async def f{0}(x{0}):", "time.sleep(x0)")


def _locals() -> Iterator[tuple[str, Callable[[int], str]]]:
    first = f"{MAIN} a0 = db\n"
    yield "one after the other", lambda n: first + onward(n, " a{1} = a{0}\n") + f" a{n}.commit()\n"
    yield "of themselves", lambda n: MAIN + each(n, " x = x.y{0}\n") + " x.commit()\n"
    looped = "  x = x.y{0} if x else db\n"
    yield "of themselves in a loop", lambda n: f"{MAIN} while x:\n{each(n, looped)}  x.commit()\n"
    yield "twice the one before", lambda n: first + onward(n, " a{1} = (a{0}, a{0})\n") + f" a{n}[0].commit()\n"
    yield "either of one", lambda n: first + onward(n, " a{1} = a{0} or a{0}\n") + f" a{n}.commit()\n"
    swap = " if x:\n  a0, x = x, a0\n"
    yield "changing places", lambda n: first + each(n, swap) + " x.commit()\n"
    yield "tested", lambda n: MAIN + each(n, " if isinstance(x, A{0}):\n  x.commit()\n")
    yield "walruses", lambda n: MAIN + each(n, " if (a := session.get({0})) and a.commit():\n  a.delete()\n")


def _expressions() -> Iterator[tuple[str, Callable[[int], str]]]:
    yield "calls of calls", lambda n: MAIN + " return " + chained(n, "{0}.m{1}(x)") + ".commit()\n"
    yield "calls in calls", lambda n: MAIN + " return " + chained(n, "g({0})", "session.commit()") + "\n"
    yield (
        "choices",
        lambda n: MAIN + " y = " + chained(n, "(db.get({1}) if {0} else db.get(x))", "x") + "\n y.commit()\n",
    )
    yield "comprehensions", lambda n: MAIN + " y = " + chained(n, "[db.get(a) for a in {0}]", "x") + "\n y.commit()\n"
    yield "loops of one", lambda n: MAIN + " y = [a0.commit()" + each(n, " for a{1} in a{0}") + "]\n"
    yield "lambdas", lambda n: MAIN + " y = " + chained(n, "lambda: ({0})", "session.commit()") + "\n y()\n"
    yield "conditions", lambda n: MAIN + " if " + each(n, "session.get({0}) and ") + "x:\n  db.commit()\n"


def _functions() -> Iterator[tuple[str, Callable[[int], str]]]:
    plain, typed = "def f{0}(x):\n", "def f{0}(db: Session, x):\n"
    call = f"{MAIN} y = f0(db, x)\n y.commit()\n await f0(db, x)\n"
    yield "all call all", lambda n: all_to_all(n, typed, "f{0}(db, x)", "db.commit()") + call
    yield "all return all", lambda n: all_to_all(n, plain, "return f{0}(x)", "return x") + call.replace("db, ", "")
    yield "all await all", lambda n: all_to_all(n, f"async {typed}", "await f{0}(db, x)", "return f0(db, x)") + call
    yield "all raise", lambda n: all_to_all(n, plain, "f{0}(x)", "raise HTTPException(400)") + call
    twice = "def f{0}(db: Session, x):\n a = f{1}(db, [x])\n return a or f{1}((x, a), db)\n"
    yield "each twice", lambda n: onward(n, twice) + f"def f{n}(db, x): return db.commit()\n" + call
    yield (
        "raising",
        lambda n: each(n, "def f{0}(x):\n try:\n  f{1}(x)\n  f{2}(x)\n except E:\n  raise HTTPException(1)\n"),
    )
    asked = "def f{0}(a=Depends(f{1}), b=Depends(f{2})):\n yield a\n"
    route = "@router.get('/')\nasync def read(a=Depends(f0)):\n a.commit()\n"
    yield "dependencies", lambda n: each(n, asked) + route
    yield (
        "decorators",
        lambda n: each(n, "@f{0}\n") + "def g(db): return db\n" + each(n, "def f{0}(g): return g\n") + call,
    )


def _classes() -> Iterator[tuple[str, Callable[[int], str]]]:
    use = "async def main(c: C0):\n await c.go()\n c.a.b.go().commit()\n"
    yield "bases in a loop", lambda n: each(n, "class C{0}(C{1}):\n def go(self): return self.go()\n a: 'C{2}'\n") + use
    bases = "class C{0}(C{1}, D{1}): a: 'D{0}'\nclass D{0}(D{1}, C{1}): b: 'C{0}'\n"
    yield "bases twice", lambda n: onward(n, bases) + use
    generic = "class C{0}(C{1}[list[T], T], C{1}[T, tuple[T, S]], Generic[T, S]):\n a: 'C{2}[T, list[S]]'\n b: T\n"
    yield "generic bases", lambda n: "from typing import Generic\n" + onward(n, generic) + use
    made = "class C{0}:\n def __init__(self, x):\n  self.a = C{1}(self)\n  self.b = C{2}(self.a)\n  self.go = self.a.b.go\n"
    yield "attributes", lambda n: each(n, made) + use
    yield "variables", lambda n: each(n, "v{0} = v{1}.x or v{2}.y\n") + "async def main():\n v0.commit()\n await v0.x\n"
    yield "variables twice", lambda n: onward(n, "v{0} = v{1}.x or v{1}.y\n") + "async def main():\n v0.commit()\n"
    union = "class A:\n def a(self) -> 'A | B': ...\nclass B:\n def a(self) -> 'B | A': ...\nasync def main(s: A):\n s"
    yield "unions", lambda n: union + ".a()" * n + ".commit()\n"


CASES: dict[str, Callable[[int], str]] = {
    f"{group.__name__.strip('_')}: {name}": make
    for group in (_statements, _locals, _expressions, _functions, _classes)
    for name, make in group()
}
"""Programs by what is many in them."""
