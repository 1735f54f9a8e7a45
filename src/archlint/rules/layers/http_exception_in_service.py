"""A service that raises, returns or builds an `HTTPException`.

The status of a response is the router's business. A service that answers in HTTP can only be used, and tested, as part
of a web request; one that returns a result, or raises an error of the domain, can be used anywhere, and every router
maps its errors alike. Descendants of `HTTPException` count wherever the project declares them, and so does a call of
`.to_http_exception()`.

## Bad
```python
# src/shop/services/auth.py
from shop.errors import NotAllowed


class AuthService:
    def login(self, user: str | None) -> str:
        if user is None:
            raise NotAllowed("login")  # error
        return user
```
```python
# src/shop/errors.py
from fastapi import HTTPException


class NotAllowed(HTTPException):
    def __init__(self, what: str) -> None:
        super().__init__(403, what)
```

## Good
```python
# src/shop/services/auth.py
from shop.core.result import Failure


class AuthService:
    def login(self, user: str | None) -> str | Failure:
        return Failure("login") if user is None else user
```
```python
# src/shop/core/result.py
class Failure:
    def __init__(self, reason: str) -> None:
        self.reason = reason
```

Source: document 003 §1.
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, Module, Project, Related, found, http_errors, related, rule


@rule("ARC102", severity=ERROR, layers=("service",))
def check(project: Project, module: Module) -> Iterator[Finding]:
    for error in http_errors(project, module):
        evidence: tuple[Related, ...] = ()
        message = f"service makes an HTTP error: `{error.name}`"
        if error.class_module and error.class_place:
            message += f" is an HTTPException ({' → '.join(error.chain)})"
            evidence = (related(error.class_module, error.class_place, f"`{error.chain[0]}` is declared here"),)
        yield found(
            module, error, message, symbol=error.function or error.name, related=evidence,
            help="Return a failure, or raise an error of your domain, and let the router map it to a status.",
        )  # fmt: skip
