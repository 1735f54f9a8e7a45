"""A module that reaches a database or the network while it is imported.

Whoever imports the module waits for the answer, and fails without it: the tests, the migrations, a command that needs one
constant of it, the type stubs' generator. The order of imports decides what is open when, nobody closes it, and a fork of
a worker shares what the import opened. An application opens what it needs when it starts, in its lifespan, or on first
use; a test can then put something else in its place.

Building what connects on first use is fine: an engine, a session factory, most clients; and so is reading settings or a
file shipped with the package, and all under a `__main__` guard. Creating the tables of mapped classes is ARC411's.

## Bad
```python
# src/shop/services/location.py
import requests

ADDRESS = requests.get("https://api.ipify.org", timeout=5).text  # error: calls the network
```
```python
# src/shop/services/prices.py
from shop.core.redis import connected

cache = connected()  # error: connected → redis.ping
```
```python
# src/shop/core/redis.py
from redis import Redis


def connected() -> Redis:
    redis = Redis()
    redis.ping()
    return redis
```

## Good
```python
# src/shop/services/location.py
from functools import cache

import requests


@cache
def address() -> str:
    return requests.get("https://api.ipify.org", timeout=5).text
```
```python
# src/shop/services/prices.py
from redis import Redis

cache = Redis()
```

Source: documents 002 "Testability" and 003 "Pure functions at the core, side effects at the boundaries".
"""

from collections.abc import Iterator

from archlint.plugin import WARNING, Finding, Module, Project, found, import_time_io, related, rule


@rule("ARC122", severity=WARNING)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for reached in import_time_io(project, module):
        way = " → ".join(hop.name for hop in reached.chain)
        steps = tuple(related(hop.function.module, hop.place, f"`{hop.name}`") for hop in reached.chain[1:])
        yield found(
            module, reached, f"importing this module {reached.does}: `{way}`", symbol=reached.chain[0].name, related=steps,
            help="Do it when the application starts, in its lifespan, or on first use, in a cached function.",
        )  # fmt: skip
