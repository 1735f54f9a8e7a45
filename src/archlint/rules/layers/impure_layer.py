"""A domain or schema module that does I/O, or imports a library that does.

The rules of the business need no database, no network and no web framework to be right, and are tested without them; so
a `domain` module imports none of these. A `schema` says what data looks like; validating it calls no other service and
opens no file or session; a module that is a schema by what it holds alone may be more than one, and is left alone. The
import of an error class that only a method `to_http_exception` uses is fine. Where the
layer rests on a weak word the finding is a warning, and only in the strict preset.

## Bad
```python
# src/shop/domain/price.py
import httpx  # error: HTTP client
from sqlalchemy import Column  # error: ORM
```
```python
# src/shop/schemas/order.py
from pydantic import BaseModel, field_validator


class Order(BaseModel):
    country: str

    @field_validator("country")
    def is_known(cls, value: str) -> str:
        with open("countries.txt") as file:  # error: opens a file
            assert value in file.read()
        return value
```

## Good
```python
# src/shop/domain/price.py
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Price:
    amount: Decimal


class NoPrice(Exception):
    def to_http_exception(self) -> Exception:
        from fastapi import HTTPException

        return HTTPException(404)
```

## Options
* `forbidden` ({}): layer to packages or modules it must not import either, such as `domain = ["pandas"]`.
* `allow` ([]): packages, modules or names that may be imported all the same, such as `sqlalchemy.exc`.

Source: document 003, "pure functions at the core" and §1.
"""

from collections.abc import Iterator

from archlint.plugin import (
    ERROR,
    RECOMMENDED,
    STRICT,
    WARNING,
    Finding,
    Module,
    Options,
    Project,
    found,
    impure_imports,
    impure_packages,
    layer,
    openings,
    rule,
)  # fmt: skip


class Packages(Options, frozen=True):
    forbidden: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - msgspec copies it
    allow: tuple[str, ...] = ()


@rule("ARC118", severity=ERROR, options=Packages)
def check(project: Project, module: Module, options: Packages) -> Iterator[Finding]:
    own = layer(project, module)
    if own.name == "schema" and own.from_content:
        return
    kinds = {**impure_packages(own.name), **dict.fromkeys(options.forbidden.get(own.name, ()), "forbidden here")}
    severity, preset = (WARNING, STRICT) if own.weak else ("", RECOMMENDED)
    if kinds:
        for statement in impure_imports(project, module, kinds, options.allow):
            listed = ", ".join(f"`{impure.name.written}` ({impure.kind})" for impure in statement.names)
            yield found(
                module, statement, f"{own.name} module imports {listed}", symbol=statement.names[0].name.written,
                severity=severity, preset=preset,
                help="Leave this to a service or repository, and hand the result in.",
            )  # fmt: skip
    if own.name == "schema":
        for opening in openings(project, module):
            yield found(
                module, opening, f"schema module opens a {opening.kind}: `{opening.name}`",
                symbol=opening.function or opening.name, severity=severity, preset=preset,
                help="Leave this to a service or repository, and hand the result in.",
            )  # fmt: skip
