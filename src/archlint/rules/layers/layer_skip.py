"""A router that imports a repository or a model, and so goes round the service layer.

What the router does with them no job or command can do without HTTP, and the rule that a service would enforce is not
enforced there. Enums, exceptions and constants that lie beside the mapped classes may be imported, and so may
a mapped class that only annotates what a dependency hands over, such as the current user. With
`repositories = "required"` the rule is an error under every preset.

## Bad
```python
# src/shop/routers/orders.py
from fastapi import APIRouter

from shop.repositories.orders import OrderRepository  # error

router = APIRouter()


@router.get("/orders")
def orders() -> list[str]:
    return OrderRepository().all()
```
```python
# src/shop/repositories/orders.py
class OrderRepository:
    def all(self) -> list[str]:
        return []
```

## Good
```python
# src/shop/routers/orders.py
from fastapi import APIRouter

from shop.services.orders import OrderService

router = APIRouter()


@router.get("/orders")
def orders() -> list[str]:
    return OrderService().all()
```
```python
# src/shop/services/orders.py
class OrderService:
    def all(self) -> list[str]:
        return []
```

Source: document 002 "Separate concerns".
"""

from collections.abc import Iterator

from archlint.plugin import (
    STRICT,
    WARNING,
    Finding,
    Module,
    Project,
    found,
    internal_imports,
    related,
    round_services,
    rule,
    start_of,
)  # fmt: skip


@rule("ARC105", severity=WARNING, preset=STRICT, layers=("router",))
def check(project: Project, module: Module) -> Iterator[Finding]:
    for statement in internal_imports(project, module):
        skipped = round_services(project, module, statement)
        if not skipped:
            continue
        listed = ", ".join(f"`{name.name.written}` ({name.layer.name})" for name in skipped)
        sources = {name.module: name.layer for name in skipped}
        yield found(
            module, statement, f"router imports {listed}, round the service layer", symbol=skipped[0].name.written,
            related=tuple(related(m, start_of(m), f"{why.name}: {why.reason}") for m, why in sources.items()),
            help="Let a service do what the router needs done, and call that.",
        )  # fmt: skip
