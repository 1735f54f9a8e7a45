"""A file that cannot be parsed.

No other rule can look at the file; the rest of the project is checked all the same. Null bytes, undecodable bytes and
code nested too deeply for the parser count. Jinja and cookiecutter templates are skipped with a notice instead.

## Bad
```python
# src/shop/services/orders.py
def place(order  # error
```

## Good
```python
# src/shop/services/orders.py
def place(order): ...
```

Source: Python reference, "Lexical analysis" and "Full grammar specification".
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, Module, found, parse_error, rule


@rule("ARC001", severity=ERROR, everywhere=True)
def check(module: Module) -> Iterator[Finding]:
    error = parse_error(module)
    if error:
        yield found(module, error, f"the file cannot be parsed: {error.message}", help="Mend the syntax.")
