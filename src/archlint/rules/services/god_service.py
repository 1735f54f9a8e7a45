"""A service that does everything: 400 lines or more, or ten public methods and more than 150 lines.

Every feature passes through it, every change risks another feature, and every test builds all of it. The finding
proposes the split: the groups of methods that share no attribute, helper or call, with their sizes. What most methods
use, such as a session or a logger, links none of them. Replaces `service-too-long`, which says what a service is.

Public methods are the ones the class itself defines, class methods and static methods included; properties, inherited
and private methods are not counted. A module of functions needs both: ten public functions and more than 400 lines.

## Bad
```toml
# archlint.toml
[rules.god-service]
god-methods = 4
max-lines = 15
```
```python
# src/shop/services/auth.py
class AuthService:  # error: 19 lines and 5 public methods
    def __init__(self, users: dict[str, str], secret: str) -> None:
        self.users = users
        self.secret = secret

    def login(self, name: str, password: str) -> bool:
        return self.users.get(name) == password

    def change_password(self, name: str, password: str) -> None:
        self.users[name] = password

    def reset_password(self, name: str) -> None:
        self.users[name] = ""

    def issue_token(self, name: str) -> str:
        return f"{name}.{self.secret}"

    def verify_token(self, token: str) -> bool:
        return token.endswith(self.secret)
```

## Good
```toml
# archlint.toml
[rules.god-service]
god-methods = 4
max-lines = 15
```
```python
# src/shop/services/tokens.py
class TokenService:
    def __init__(self, secret: str) -> None:
        self.secret = secret

    def issue_token(self, name: str) -> str:
        return f"{name}.{self.secret}"

    def verify_token(self, token: str) -> bool:
        return token.endswith(self.secret)
```
```python
# src/shop/services/passwords.py
class PasswordService:
    def __init__(self, users: dict[str, str]) -> None:
        self.users = users

    def login(self, name: str, password: str) -> bool:
        return self.users.get(name) == password
```

## Options
* `god-lines` (400): lines from which on a service class is one whatever it offers.
* `god-methods` (10): public methods or functions from which on a service that is too long is one.
* `max-lines` (150): lines a class with so many methods may have.
* `max-module-lines` (400): lines a module with so many functions may have.

Source: document 003 §2.
"""

from collections.abc import Iterator

from archlint.plugin import (
    ERROR,
    Finding,
    Group,
    Module,
    Options,
    Project,
    Service,
    found,
    proposed_split,
    rule,
    services,
)

SHOWN = 4


class Limits(Options, frozen=True):
    god_lines: int = 400
    god_methods: int = 10
    max_lines: int = 150
    max_module_lines: int = 400


@rule("ARC116", severity=ERROR, layers=("service",), options=Limits)
def check(project: Project, module: Module, options: Limits) -> Iterator[Finding]:
    for service in services(project, module):
        if _is_god(service, options):
            kind, part = ("class", "method") if service.is_class else ("module", "function")
            size = f"{service.lines} lines and {_count(len(service.operations), f'public {part}')}"
            yield found(
                module, service, f"service {kind} `{service.name}` does too much: {size}", symbol=service.name,
                help=_proposal(project, service, part),
            )  # fmt: skip


def _is_god(service: Service, options: Limits) -> bool:
    limit = options.max_lines if service.is_class else options.max_module_lines
    too_long = service.is_class and service.lines >= options.god_lines
    return too_long or (len(service.operations) >= options.god_methods and service.lines > limit)


def _proposal(project: Project, service: Service, part: str) -> str:
    parts = proposed_split(project, service)
    shared = f", apart from {', '.join(f'`{name}`' for name in parts.shared[:3])}" if parts.shared else ""
    if parts.is_loose or not parts.falls_apart:
        why = f"its {part}s share nothing{shared}" if parts.is_loose else "nearly all of it hangs together"
        longest = ", ".join(f"`{name}` ({_count(lines, 'line')})" for name, lines in service.largest[:3])
        return f"Split it by responsibility; {why}, so begin with the longest: {longest}."
    groups = "; ".join(_described(group, service, part) for group in parts.groups[:SHOWN])
    left = parts.groups[SHOWN:]
    lines = _count(sum(group.lines for group in left), "line")
    rest = f"; {_count(len(left), 'smaller one')} ({lines})" if left else ""
    return f"Split it into groups that share no attribute, helper or call{shared}: {groups}{rest}."


def _described(group: Group, service: Service, part: str) -> str:
    names = ", ".join(group.operations[:3]) + (", …" if len(group.operations) > 3 else "")
    title = f"`{group.topic.capitalize()}Service`" if service.is_class else f"`{group.topic}`"
    described = f"{title} with {names}" if group.topic else names
    return f"{described} ({_count(group.functions, part)}, {_count(group.lines, 'line')})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
