"""A module that imports a module of a layer above its own.

Dependencies point one way: router → dependency → service → repository → model and schema → domain → core. A service
that imports its router cannot be tested, moved or understood without it, and import cycles follow. `app` may import
everything; only `app`, tests and scripts may import it. What counts is the layer of the module that defines the
imported name, whatever package re-exports it. Where either layer rests on a weak word (`utils`, `core`, `models` …) the
finding is a warning, and only in the strict preset.

`layers.order` in the configuration sets another order: `"a | b"` are siblings that may not import one another, an array is
siblings that may. What else must hold of imports stands under `[[contracts]]`, in import-linter's words: `layers`,
`forbidden` and `independence`, which also see imports by way of other modules. A broken contract is reported at the
import that begins the shortest chain, with the contract's `reason`.

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
    RECOMMENDED,
    STRICT,
    WARNING,
    Breach,
    Finding,
    Module,
    Project,
    contract_breaches,
    found,
    from_above,
    internal_imports,
    layer,
    order,
    related,
    rule,
    start_of,
)  # fmt: skip


@rule("ARC103", severity=ERROR, everywhere=True)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for breach in contract_breaches(project, module):
        yield _broken(module, breach)
    own, ranks = layer(project, module), order(project).rank
    for statement in internal_imports(project, module) if own.name in ranks else ():
        above = from_above(project, module, statement)
        if not above:
            continue
        weak = own.weak or all(name.layer.weak for name in above)
        sources = {name.module: name.layer for name in above}
        listed = ", ".join(f"`{name.name.written}` ({name.layer.name})" for name in above)
        where = "above" if any(ranks[name.layer.name] < ranks[own.name] for name in above) else "beside"
        yield found(
            module, statement, f"{own.name} module imports {listed}, of a layer {where} its own",
            symbol=above[0].name.written, severity=WARNING if weak else "", preset=STRICT if weak else RECOMMENDED,
            related=tuple(related(m, start_of(m), f"{why.name}: {why.reason}") for m, why in sources.items()),
            help=f"Move what both need to a layer below {own.name}, or pass it in from above.",
        )  # fmt: skip


def _broken(module: Module, breach: Breach) -> Finding:
    if not breach.links:
        message = f"`{breach.source}` has no place in the contract `{breach.contract}`"
        advice = breach.reason or "Name it among the layers of the contract, or among those it ignores."
        return found(module, breach, message, symbol=breach.source, help=advice)
    first, *further = breach.links
    chain = " → ".join(f"`{name}`" for name in (first.module.name, *(link.target for link in breach.links)))
    return found(
        module, breach, f"import breaks the contract `{breach.contract}`: {chain}", symbol=first.target,
        related=tuple(related(link.module, link.place, f"imports `{link.target}`") for link in further),
        help=breach.reason or f"Keep `{breach.source}` from importing `{breach.target}`: move what both need elsewhere.",
    )  # fmt: skip
