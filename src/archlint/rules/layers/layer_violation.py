"""A module that imports a module of a layer above its own.

Dependencies point one way: router → dependency → service → repository → model and schema → domain → core. A service
that imports its router cannot be tested, moved or understood without it, and import cycles follow. `app` may import
everything; only `app`, tests and scripts may import it. What counts is the layer of the module that defines the
imported name, whatever package re-exports it. Where either layer rests on a weak word (`utils`, `core`, `models` …) the
finding is a warning, and only in the strict preset.

## Bad
```python
# src/shop/services/orders.py
from shop.routers.orders import OrderIn  # error
```
```python
# src/shop/routers/orders.py
from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter()


class OrderIn(BaseModel):
    item: str


@router.post("/orders")
def place(order: OrderIn) -> OrderIn:
    return order
```

## Good
```python
# src/shop/services/orders.py
from shop.schemas.orders import OrderIn
```
```python
# src/shop/schemas/orders.py
from pydantic import BaseModel


class OrderIn(BaseModel):
    item: str
```

Source: documents 002 "Separate concerns" and 004 "Clean Architecture".
"""

from collections.abc import Iterator

from archlint.plugin import (
    ERROR,
    ORDER,
    RECOMMENDED,
    STRICT,
    WARNING,
    Finding,
    Module,
    Project,
    found,
    from_above,
    internal_imports,
    layer,
    related,
    rule,
    start_of,
)  # fmt: skip


@rule("ARC103", severity=ERROR, layers=tuple(ORDER))
def check(project: Project, module: Module) -> Iterator[Finding]:
    own = layer(project, module)
    for statement in internal_imports(project, module):
        above = from_above(project, module, statement)
        if not above:
            continue
        weak = own.weak or all(name.layer.weak for name in above)
        sources = {name.module: name.layer for name in above}
        listed = ", ".join(f"`{name.name.written}` ({name.layer.name})" for name in above)
        yield found(
            module, statement, f"{own.name} module imports {listed}, of a layer above its own",
            symbol=above[0].name.written, severity=WARNING if weak else "", preset=STRICT if weak else RECOMMENDED,
            related=tuple(related(m, start_of(m), f"{why.name}: {why.reason}") for m, why in sources.items()),
            help=f"Move what both need to a layer below {own.name}, or pass it in from above.",
        )  # fmt: skip
