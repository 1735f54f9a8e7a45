"""An `async def` that calls a function of the project which blocks, itself or through others.

An `async def` runs on the event loop, and so does all it calls. While a file is read or a sync driver waits for its
database three calls further down, no other request is answered. What is called looks harmless where it is called, so
the finding prints the chain of calls that leads to what blocks. That is what `blocking-call-in-async` takes for blocking,
with its options.

What a function does once, or remembers for longer than a request, is left alone: cached functions, singletons, start-up
code. So is what it does only for an argument that the call does not give, or that nobody says it gives (a path where it
takes a file's content too, one word after another in a name), and what it does only where no event loop runs. Commands for
a terminal, and what lies in a `cli` folder with them, have an event loop to themselves. A database session that the callee
opens counts; for one that the `async def` holds itself there is `sync-session-in-async`.

## Bad
```python
# src/shop/routers/labels.py
from fastapi import APIRouter

from shop.services.printing import print_label

router = APIRouter()


@router.post("/labels/{order_id}")
async def create_label(order_id: int) -> str:
    return print_label(order_id)  # error: print_label → fetch_template → requests.get
```
```python
# src/shop/services/printing.py
import requests


def fetch_template(name: str) -> str:
    return requests.get(f"https://templates.example/{name}").text


def print_label(order_id: int) -> str:
    return fetch_template("label").replace("$id", str(order_id))
```

## Good
```python
# src/shop/routers/labels.py
import asyncio

from fastapi import APIRouter

from shop.services.printing import print_label

router = APIRouter()


@router.post("/labels/{order_id}")
async def create_label(order_id: int) -> str:
    return await asyncio.to_thread(print_label, order_id)
```
```python
# src/shop/services/printing.py
import requests


def print_label(order_id: int) -> str:
    return requests.get("https://templates.example/label").text.replace("$id", str(order_id))
```

## Options
* `max-depth` (3): how many calls of functions of the project are followed, the first included; at least 1.

Source: documents 000, 002 and 003, asynchronous code; FastAPI, "Concurrency and async / await".
"""

from collections.abc import Iterator

from archlint.plugin import (
    WARNING,
    Blocked,
    Depth,
    Finding,
    Module,
    Project,
    Related,
    blocking_reached,
    found,
    related,
    rule,
)  # fmt: skip


@rule("ARC302", severity=WARNING, options=Depth)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for blocked in blocking_reached(project, module):
        yield found(
            module, blocked, f"`{blocked.function}` blocks the event loop: {' → '.join(blocked.chain)}",
            symbol=blocked.function, related=_evidence(blocked),
            help=f"Call `{blocked.callee}` with `await asyncio.to_thread(...)`, or make it and what it calls async.",
        )  # fmt: skip


def _evidence(blocked: Blocked) -> tuple[Related, ...]:
    return tuple(related(step.module, step.place, f"calls `{step.name}`") for step in blocked.steps)
