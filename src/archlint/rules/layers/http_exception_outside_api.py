"""A module of no layer that makes an `HTTPException` for services, tasks or scripts.

A helper that answers 404 decides for all who call it. That suits a handler; a service is then tied to HTTP without a line
that says so, and in a task or a script there is nobody to answer: the error ends the job with a status in its traceback.
Reported is what makes the error, with the call that has it made. Functions that FastAPI injects, and modules of nothing
but HTTP exceptions and their handlers, are there to answer requests.

## Bad
```python
# src/shop/helpers/orders.py
from fastapi import HTTPException


def find(orders: dict[int, str], number: int) -> str:
    if number not in orders:
        raise HTTPException(404)  # error: a service
    return orders[number]
```
```python
# src/shop/services/invoices.py
from shop.helpers.orders import find


def invoice(orders: dict[int, str], number: int) -> str:
    return f"invoice for {find(orders, number)}"
```

## Good
```python
# src/shop/helpers/orders.py
class NoSuchOrder(Exception):
    pass


def find(orders: dict[int, str], number: int) -> str:
    if number not in orders:
        raise NoSuchOrder(number)
    return orders[number]
```
```python
# src/shop/services/invoices.py
from shop.helpers.orders import find


def invoice(orders: dict[int, str], number: int) -> str:
    return f"invoice for {find(orders, number)}"
```

Source: documents 002 "Keep business logic testable and independent of FastAPI" and 003 §1.
"""

from collections.abc import Iterator

from archlint.plugin import STRICT, WARNING, Finding, Module, Project, found, related, rule, stray_errors


@rule("ARC109", severity=WARNING, preset=STRICT)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for stray in stray_errors(project, module):
        use = stray.use
        by = use.caller or use.module.name
        reaches = f"reaches a {use.kind}: `{by}` calls" if use.caller != use.called else "in a task:"
        yield found(
            module, stray, f"HTTP error `{stray.error.name}` {reaches} `{use.called}`", symbol=stray.error.function,
            related=(related(use.module, use.place, f"the {use.kind}"),),
            help="Return None or raise an error of your own, and let the router map it to a status.",
        )  # fmt: skip
