"""An inline suppression that does not say why.

Whoever meets it later cannot tell a decision from an escape, and dares not remove it.

## Bad
```python
# src/shop/services/orders.py
def first(prices: list[int]) -> list[int]:
    LIMIT = 10  # archlint: ignore[ARC120]  # error
    return prices[:LIMIT]
```

## Good
```python
# src/shop/services/orders.py
def first(prices: list[int]) -> list[int]:
    LIMIT = 10  # archlint: ignore[ARC120] -- kept beside its only use
    return prices[:LIMIT]
```

Source: ESLint, `eslint-comments/require-description`.
"""

from collections.abc import Iterator

from archlint.plugin import STRICT, WARNING, Audit, Finding, Module, Place, found, rule


@rule("ARC004", severity=WARNING, preset=STRICT, everywhere=True)
def check(module: Module, audit: Audit) -> Iterator[Finding]:
    for issue in audit.unexplained:
        yield found(
            module, Place.of(issue.span), f"the suppression of `{issue.code}` gives no reason", symbol=issue.code,
            help=f"Say why: `# archlint: ignore[{issue.code}] -- reason`.",
        )  # fmt: skip
