"""A repository, model or schema module that imports FastAPI or Starlette, or makes an `HTTPException`.

What lies below the services serves jobs, commands and migrations too. A repository that answers 404 decides for all of
them; a schema that reads the request cannot be filled from anything else. A module of nothing but HTTP exceptions and
their handlers belongs to no layer. Where the layer rests on a weak word alone (`models/`) the finding is for the strict
preset, and where a module's name says another layer than its content does, nothing is said.

## Bad
```python
# src/shop/repositories/orders.py
from fastapi import HTTPException  # error


def order(orders: dict[int, str], number: int) -> str:
    if number not in orders:
        raise HTTPException(404)  # error
    return orders[number]
```

## Good
```python
# src/shop/repositories/orders.py
def order(orders: dict[int, str], number: int) -> str | None:
    return orders.get(number)
```

## Options
* `allow` ([]): modules or names that may be imported all the same, such as `fastapi.encoders`.

Source: documents 002 "Separate concerns" and 003 §1, §5.
"""

from collections.abc import Iterator

from archlint.plugin import (
    RECOMMENDED,
    STRICT,
    WARNING,
    Finding,
    Module,
    Options,
    Project,
    found,
    framework_imports,
    http_errors,
    is_disputed,
    layer,
    names_listed,
    rule,
)  # fmt: skip


class Allowed(Options, frozen=True):
    allow: tuple[str, ...] = ()


@rule("ARC108", severity=WARNING, layers=("repository", "model", "schema"), options=Allowed)
def check(project: Project, module: Module, options: Allowed) -> Iterator[Finding]:
    own = layer(project, module)
    if is_disputed(project, module):
        return
    preset = STRICT if own.weak else RECOMMENDED
    for statement in framework_imports(project, module, options.allow):
        yield found(
            module, statement, f"{own.name} module imports {names_listed(statement)}",
            symbol=statement.names[0].written, preset=preset,
            help="Leave HTTP to the routers; what lies below the services serves more than them.",
        )  # fmt: skip
    for error in http_errors(project, module):
        yield found(
            module, error, f"{own.name} module makes an HTTP error: `{error.name}`", preset=preset,
            symbol=error.function or error.name,
            help="Return None or raise an error of your own, and let the router map it to a status.",
        )  # fmt: skip
