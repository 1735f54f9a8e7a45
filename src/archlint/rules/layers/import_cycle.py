"""Modules of the project that import each other in a loop at run time.

None of them can be understood, tested or moved without the others, and which of them is imported first decides whether
the program starts. An import hidden in a function lets it start, and leaves the loop. Imports for type checkers are none
at run time. That a module's packages run before it makes no loop either; `from shop import orders` in a module of `shop`
asks for `shop.orders`, but `from shop import VERSION` for `shop`, which had better not import that module.

Every loop is reported once, at the import that closes it, the shortest loops first; a loop that is gone once the imports
reported so far are gone is not reported again. Of a loop's imports the one reported is that which points up the layers,
else one hidden in a function, else the one most ways go through, and seldom a package's of its own modules. Tests,
migrations and scripts are left out.

## Bad
```python
# src/shop/orders.py
from shop import prices


def total(items: list[str]) -> int:
    return sum(prices.price(item) for item in items)
```
```python
# src/shop/prices.py
def price(item: str) -> int:
    from shop.orders import total  # error: `shop.prices` → `shop.orders` → `shop.prices`

    return 1 if total([]) else 2
```

## Good
```python
# src/shop/orders.py
from shop import prices


def total(items: list[str]) -> int:
    return sum(prices.price(item) for item in items)
```
```python
# src/shop/prices.py
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.orders import total


def price(item: str) -> int:
    return len(item)
```

Source: documents 002 "Separate concerns" and 004 "Clean Architecture"; Robert C. Martin, "The Acyclic Dependencies
Principle".
"""

from collections.abc import Iterator

from archlint.plugin import STRICT, WARNING, Finding, Project, found, import_cycles, related, rule


@rule("ARC119", severity=WARNING, preset=STRICT)
def check(project: Project) -> Iterator[Finding]:
    for loop in import_cycles(project):
        module, edge = loop[0]
        names = [link.module.name for link in loop]
        listed = " → ".join(f"`{name}`" for name in [*names, names[0]])
        yield found(
            module, edge, f"modules import each other in a loop: {listed}", symbol=edge.target.name,
            related=tuple(related(m, e, f"`{m.name}` imports `{e.target.name}`") for m, e in loop[1:]),
            help=f"Move what `{names[0]}` and `{edge.target.name}` share to a module both import, or pass it in.",
        )  # fmt: skip
