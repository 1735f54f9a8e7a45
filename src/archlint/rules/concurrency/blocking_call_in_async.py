"""A blocking call directly inside an `async def`.

While it waits, the event loop waits: no other request is served, no task runs, no timeout fires. A handler that sleeps
for a second in `time.sleep` stops the whole process for that second; one that reads a file from a slow disk or asks
another service with `requests` does the same for as long as the other side likes.

What waits is told by what is called, through imports, aliases and the types of objects: HTTP clients, files, processes,
sockets, mail, database drivers, cloud clients … Not reported are what only asks or changes a folder's entries (`exists`,
`stat`, `mkdir`, `unlink`), what builds a request or client and sends nothing, files in memory, what is handed to a thread
(`asyncio.to_thread`, `run_in_threadpool`, `run_in_executor`), what runs before the application serves anything (in a
lifespan, or in what `asyncio.run` is given until that waits for the first time), and further calls on an object whose first
one is reported: an opened file, a connected client.

## Bad
```python
# src/shop/services/rates.py
import time
from pathlib import Path

import requests


async def fetch_rates(url: str, cache: Path) -> str:
    response = requests.get(url, timeout=5)  # error: `requests.get` blocks the event loop
    while response.status_code == 429:
        time.sleep(1)  # error
        response = requests.get(url, timeout=5)  # error
    cache.write_text(response.text)  # error
    return response.text
```

## Good
```python
# src/shop/services/rates.py
import asyncio
from pathlib import Path

import httpx


async def fetch_rates(client: httpx.AsyncClient, url: str, cache: Path) -> str:
    response = await client.get(url, timeout=5)
    while response.status_code == 429:
        await asyncio.sleep(1)
        response = await client.get(url, timeout=5)
    await asyncio.to_thread(cache.write_text, response.text)
    return response.text
```

## Options
* `blocks` ({}): what blocks besides, by its dotted name, and what to use instead: `{"acme.fetch" = "acme.fetch_async"}`.
* `allow` ([]): dotted names of what may be called all the same; a module's or class's stands for all that is in it.

Source: documents 000, 002, 003, 004.
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Blocking, Finding, Module, Project, blocking_calls, found, related, rule

BUILTIN = "builtins."


@rule("ARC301", severity=ERROR, options=Blocking)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for call in blocking_calls(project, module):
        name = call.name.removeprefix(BUILTIN)
        known = f"`{name}`" if call.written in (name, "…") else f"`{call.written}` ({name})"
        yield found(
            module, call, f"{known} blocks the event loop", symbol=call.function,
            help=f"Use {call.instead}{'' if 'asyncio' in call.instead else ', or hand the call to `asyncio.to_thread`'}.",
            related=tuple(related(module, other, "and blocks here again") for other in call.others),
        )  # fmt: skip
