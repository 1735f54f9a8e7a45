"""A Result that nobody has asked whether it is a failure.

A function that returns a Result says that it may fail, and leaves it to its caller to look. A caller that drops the
Result, takes its value without a look, or sends it to the client as it is loses the failure: nothing is raised and nothing
is logged, or an `AttributeError` stands where a business error was meant.

Results are the project's union of a success and a failure (`Result = Success[T] | Failure[E]`), its generic wrapper with a
flag and an error, and those of the packages `returns`, `result` and `expression`. What looks at the Result itself is a
check: `match`, `isinstance`, `if result.is_ok()`, `if result.error`, `is_successful(result)`, another helper it is passed
to, a `try` with handlers round `unwrap()`. Returned from a function that is no handler, it is its caller's to look at.

## Bad
```python
# src/shop/routers/users.py
from fastapi import APIRouter

from shop.services import users

router = APIRouter()


@router.post("/login")
async def login(name: str) -> object:
    return await users.login(name)  # error: the Result of `users.login` is returned to the client


@router.post("/rename")
async def rename(name: str) -> str:
    users.remember(name)  # error: the Result of `users.remember` is dropped
    result = await users.login(name)
    return result.value  # error: `result.value` is taken with no check for failure
```
```python
# src/shop/services/users.py
from shop.core.result import Failure, Result, Success


async def login(name: str) -> Result[str, LookupError]:
    return Success(name) if name else Failure(LookupError(name))


def remember(name: str) -> Result[None, OSError]:
    return Success(None)
```
```python
# src/shop/core/result.py
from dataclasses import dataclass
from typing import Generic, TypeVar, Union

T = TypeVar("T")
E = TypeVar("E", bound=Exception)


@dataclass(frozen=True)
class Success(Generic[T]):
    value: T


@dataclass(frozen=True)
class Failure(Generic[E]):
    error: E


Result = Union[Success[T], Failure[E]]
```

## Good
```python
# src/shop/routers/users.py
from fastapi import APIRouter, HTTPException

from shop.core.result import Failure, Success
from shop.services import users

router = APIRouter()


@router.post("/login")
async def login(name: str) -> str:
    result = await users.login(name)
    match result:
        case Failure(error):
            raise HTTPException(401, str(error))
        case Success(user):
            return user


@router.post("/rename")
async def rename(name: str) -> str:
    result = await users.login(name)
    if isinstance(result, Failure):
        raise HTTPException(401)
    return result.value
```
```python
# src/shop/services/users.py
from shop.core.result import Failure, Result, Success


async def login(name: str) -> Result[str, LookupError]:
    return Success(name) if name else Failure(LookupError(name))
```
```python
# src/shop/core/result.py
from dataclasses import dataclass
from typing import Generic, TypeVar, Union

T = TypeVar("T")
E = TypeVar("E", bound=Exception)


@dataclass(frozen=True)
class Success(Generic[T]):
    value: T


@dataclass(frozen=True)
class Failure(Generic[E]):
    error: E


Result = Union[Success[T], Failure[E]]
```

Source: document 003 §1, "Error Handling: Result Types, Not HTTPException"; `returns`, "Result"; `result`, "Usage".
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, Module, Project, Unhandled, found, related, rule, unhandled

HELP = {
    "dropped": "Look at the Result: `match` it, or return it to the caller.",
    "sent": "`match` the Result in the handler: raise the failure as an HTTP error, return the value of the success.",
    "taken": "Check first (`match`, `isinstance`), and handle the failure on this path.",
}


@rule("ARC107", severity=ERROR)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for each in unhandled(project, module):
        evidence = (related(module, each.call, "the Result is given here"),) if each.what else ()
        yield found(module, each, _message(each), help=HELP[each.how], symbol=each.within, related=evidence)


def _message(each: Unhandled) -> str:
    if each.what:
        return f"`{each.what}` is taken with no check for failure: `{each.name}` gives a Result"
    return f"the Result of `{each.name}` is {'dropped' if each.how == 'dropped' else 'returned to the client'}"
