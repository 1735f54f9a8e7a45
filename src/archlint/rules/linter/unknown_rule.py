"""A suppression that names a rule that does not exist.

Most often a slip of the pen: the finding it was meant for stays, or comes back.

## Bad
```python
# src/shop/services/orders.py
LIMIT = 10  # archlint: ignore[constant-in-funktion]  # error
```

## Good
```python
# src/shop/services/orders.py
def first(prices: list[int]) -> list[int]:
    LIMIT = 10  # archlint: ignore[constant-in-function] -- kept beside its only use
    return prices[:LIMIT]
```

Source: ruff, "invalid-rule-code".
"""

from collections.abc import Iterator

from archlint.plugin import WARNING, Audit, Finding, Module, Place, found, rule


@rule("ARC003", severity=WARNING, everywhere=True)
def check(module: Module, audit: Audit) -> Iterator[Finding]:
    for issue in audit.unknown:
        message = f"there is no rule `{issue.code}`"
        hint = f"Did you mean `{issue.nearest}`?" if issue.nearest else "`archlint rules` lists the rules."
        yield found(module, Place.of(issue.span), message, help=hint, symbol=issue.code)
