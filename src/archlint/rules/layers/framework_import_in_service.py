"""A service module that imports FastAPI or Starlette.

A service that knows the web framework cannot be called from a job, a command or a test without it, and its errors speak
HTTP. A name that a module of the project merely re-exports counts as what it is; an alias the project itself defines,
such as `SessionDep = Annotated[Session, Depends(...)]`, is the project's.

## Bad
```python
# src/shop/services/orders.py
from fastapi import HTTPException, status  # error
from starlette.requests import Request  # error


def place(order: dict) -> None: ...
```

## Good
```python
# src/shop/services/orders.py
from typing import TYPE_CHECKING

from shop.core.result import failure

if TYPE_CHECKING:
    from fastapi import Request


def place(order: dict) -> object:
    return failure("empty")
```
```python
# src/shop/core/result.py
def failure(error: str) -> tuple[str, str]:
    return "failure", error
```

## Options
* `allow` ([]): modules or names services may import all the same, such as `fastapi.encoders` or
  `starlette.concurrency.run_in_threadpool`.

Source: document 003 §5.
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, Module, Options, Project, found, framework_imports, names_listed, rule


class Allowed(Options, frozen=True):
    allow: tuple[str, ...] = ()


@rule("ARC101", severity=ERROR, layers=("service",), options=Allowed)
def check(project: Project, module: Module, options: Allowed) -> Iterator[Finding]:
    for statement in framework_imports(project, module, options.allow):
        yield found(
            module, statement, f"service module imports {names_listed(statement)}", symbol=statement.names[0].written,
            help="Leave HTTP to the router: return a result or raise an error of your own domain.",
        )  # fmt: skip
