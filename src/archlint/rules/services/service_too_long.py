"""A service class, or a service module of functions, that is too long.

A service of more than 150 lines does more than one thing: it has several reasons to change, its tests need fixtures
they do not use, and nobody reads it whole. The remedy is a service for each responsibility.

A service class is a class with behaviour in a service module: not a protocol, exception, enum, dataclass, typed dict,
Pydantic or mapped class, nor a base class that leaves most of its methods to subclasses. It counts from its `class`
line to its last. A module is judged as a whole where its functions outweigh its classes and none of those is too long
itself. From `god-lines` or `god-methods` on, `god-service` speaks instead.

## Bad
```toml
# archlint.toml
[rules.service-too-long]
max-lines = 8
```
```python
# src/shop/services/auth.py
class AuthService:  # error: `AuthService` spans 12 lines
    def __init__(self, users: dict[str, str]) -> None:
        self.users = users

    def login(self, name: str, password: str) -> bool:
        return self.users.get(name) == password

    def change_password(self, name: str, password: str) -> None:
        self.users[name] = password

    def issue_token(self, name: str) -> str:
        return f"token-{name}"
```

## Good
```toml
# archlint.toml
[rules.service-too-long]
max-lines = 8
```
```python
# src/shop/services/passwords.py
class PasswordService:
    def __init__(self, users: dict[str, str]) -> None:
        self.users = users

    def change_password(self, name: str, password: str) -> None:
        self.users[name] = password
```
```python
# src/shop/services/tokens.py
class TokenService:
    def issue_token(self, name: str) -> str:
        return f"token-{name}"
```

## Options
* `max-lines` (150): lines a service class may have.
* `max-module-lines` (400): lines a service module of functions may have.
* `god-lines` (400), as set for `god-service`: a class of so many lines is that rule's.
* `god-methods` (10), as set for `god-service`: a service that is too long and offers so many operations is that rule's.

Source: document 003 §2.
"""

from collections.abc import Iterator

from archlint.plugin import WARNING, Finding, Module, Options, Project, Service, found, rule, services


class Limits(Options, frozen=True):
    max_lines: int = 150
    max_module_lines: int = 400
    god_lines: int = 400
    god_methods: int = 10


@rule("ARC115", severity=WARNING, layers=("service",), options=Limits)
def check(project: Project, module: Module, options: Limits) -> Iterator[Finding]:
    long = [service for service in services(project, module) if service.lines > _limit(service, options)]
    for service in [service for service in long if service.is_class] or long:
        if not _is_god(service, options):
            kind = "class" if service.is_class else "module"
            size = f"{service.lines} lines, more than {_limit(service, options)}"
            longest = " and ".join(f"`{name}` ({lines} lines)" for name, lines in service.largest[:2])
            yield found(
                module, service, f"service {kind} `{service.name}` spans {size}", symbol=service.name,
                help=f"Give each responsibility a service of its own; its longest parts are {longest}.",
            )  # fmt: skip


def _limit(service: Service, options: Limits) -> int:
    return options.max_lines if service.is_class else options.max_module_lines


def _is_god(service: Service, options: Limits) -> bool:
    too_long = service.is_class and service.lines >= options.god_lines
    return too_long or len(service.operations) >= options.god_methods
