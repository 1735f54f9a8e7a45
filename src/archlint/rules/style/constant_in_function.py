"""A constant bound inside a function.

A limit, a pattern or a table buried in a function is hard to find, gets copied into the next function that needs it,
and is built anew at every call. A constant is an UPPER_CASE name bound once to something that is the same at every
call: literals, containers of them, arithmetic, `timedelta(minutes=5)`, `re.compile("…")`, enum members, other
constants. What depends on a parameter, a local, the environment or a method call is none; nor is a list that is filled
later.

## Bad
```python
# src/shop/services/auth.py
from datetime import timedelta


class AuthService:
    def is_locked(self, failures: int) -> bool:
        MAX_FAILED_ATTEMPTS = 5  # error: `MAX_FAILED_ATTEMPTS`
        return failures >= MAX_FAILED_ATTEMPTS

    def lockout(self) -> timedelta:
        LOCKOUT_MINUTES = 30  # error
        LOCKOUT = timedelta(minutes=LOCKOUT_MINUTES)  # error
        return LOCKOUT
```

## Good
```python
# src/shop/services/auth.py
from datetime import timedelta

MAX_FAILED_ATTEMPTS = 5
LOCKOUT_MINUTES = 30
LOCKOUT = timedelta(minutes=LOCKOUT_MINUTES)


class AuthService:
    def is_locked(self, failures: int) -> bool:
        return failures >= MAX_FAILED_ATTEMPTS

    def lockout(self) -> timedelta:
        return LOCKOUT
```

Source: document 003 §3.
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, LocalConstant, Module, Project, found, local_constants, rule


@rule("ARC120", severity=ERROR)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for constant in local_constants(project, module):
        noun, verb, pronoun = ("constant", "is", "it") if len(constant.names) == 1 else ("constants", "are", "them")
        function = constant.function.replace(".<locals>", "")
        yield found(
            module, constant, f"{noun} {_listed(constant.names)} {verb} bound inside `{function}`",
            symbol=f"{function}.{constant.names[0]}", help=_remedy(constant, pronoun),
        )  # fmt: skip


def _remedy(constant: LocalConstant, pronoun: str) -> str:
    where = f"below {_listed(constant.below)}" if constant.below else "below the imports"
    rename = f", under another name, as the module binds {_listed(constant.taken)} already" if constant.taken else ""
    twins = f", and use it in {_listed(constant.twins)} too" if constant.twins else ""
    return f"Move {pronoun} to module level, {where}{rename}{twins}."


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
