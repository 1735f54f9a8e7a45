"""A service that imports FastAPI or Starlette by way of other modules of the project.

The service names no framework, yet it cannot be imported without one: what it needs lies in a module that speaks HTTP.
The shortest chain of imports is shown. Imports for type checkers do not count, nor what functions of other modules
import, which may never be called; what the service's own functions import does. The packages that a module lies in run
too when it is imported; they count only where something is imported from them by name.

Nothing is said of a service that imports the framework itself, which is `framework-import-in-service`, nor of a package
that does so through its own modules, which are told themselves.

## Bad
```python
# src/shop/services/orders.py
from shop.core.paging import Page  # error: `shop.core.paging` → `fastapi`


def orders(page: Page) -> list[int]:
    return list(range(page.size))
```
```python
# src/shop/core/paging.py
from fastapi import Query


class Page:
    def __init__(self, size: int = Query(10)) -> None:
        self.size = size
```

## Good
```python
# src/shop/services/orders.py
from shop.core.paging import Page


def orders(page: Page) -> list[int]:
    return list(range(page.size))
```
```python
# src/shop/core/paging.py
class Page:
    def __init__(self, size: int = 10) -> None:
        self.size = size
```

Source: document 003 §5.
"""

from collections.abc import Iterator

from archlint.plugin import (
    STRICT,
    WARNING,
    Finding,
    Module,
    Project,
    found,
    framework_chain,
    framework_imports,
    is_own_module,
    related,
    rule,
)  # fmt: skip


@rule("ARC104", severity=WARNING, preset=STRICT, layers=("service",))
def check(project: Project, module: Module) -> Iterator[Finding]:
    chain = framework_chain(project, module)
    if not chain or framework_imports(project, module) or is_own_module(module, chain[1].module):
        return
    listed = " → ".join(f"`{hop.imports}`" for hop in chain)
    yield found(
        module, chain[0].place, f"service module imports the web framework through {listed}", symbol=chain[-1].imports,
        related=tuple(related(hop.module, hop.place, f"imports `{hop.imports}`") for hop in chain[1:]),
        help=f"Move what the service needs out of `{chain[-2].imports}`, or leave HTTP to the routers there.",
    )  # fmt: skip
