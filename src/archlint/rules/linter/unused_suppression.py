"""An inline suppression, or a code in one, that suppresses nothing.

What it hid is mended, or it never hid anything; left in place it hides the next finding on the line unseen. A
suppression that names no rule is refused and so suppresses nothing either.

## Bad
```python
# src/shop/services/orders.py
def total(prices: list[int]) -> int:  # archlint: ignore[ARC120]  # error
    return sum(prices)
```

## Good
```python
# src/shop/services/orders.py
def total(prices: list[int]) -> int:
    LIMIT = 10  # archlint: ignore[ARC120] -- kept beside its only use
    return sum(prices[:LIMIT])
```

Source: ruff, "Detecting unused suppression comments".
"""

from collections.abc import Iterator

from archlint.plugin import WARNING, Audit, Finding, Module, Place, found, rule


@rule("ARC002", severity=WARNING, everywhere=True)
def check(module: Module, audit: Audit) -> Iterator[Finding]:
    for issue in audit.unused:
        at = Place.of(issue.span)
        if issue.code:
            message = f"the suppression of `{issue.code}` suppresses nothing"
            yield found(module, at, message, help="Remove it.", symbol=issue.code)
        else:
            message = "the suppression names no rule, so it suppresses nothing"
            yield found(module, at, message, help="Name the rules: `# archlint: ignore[ARC101] -- reason`.")
