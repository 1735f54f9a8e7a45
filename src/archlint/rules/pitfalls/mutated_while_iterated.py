"""A list, dict or set that is added to or removed from inside the loop that iterates it.

A dict or a set that changes size while it is iterated raises `RuntimeError` at the next step, and only then: with one item
it goes well. A list does worse: after `items.remove(item)` all that follows moves up by one, and the loop skips the next
item without a word.

Fine are a change after which the loop is left at once (`break`, `return`, `raise`), one in the `else` of the loop, another
value for a key the dict has, and a worklist: a list that is appended to and walked to its new end. A loop over
`list(items)`, `items.copy()`, `items[:]` or `sorted(items)` iterates a copy. What may be some other object with such methods
(a queue, a session, one of the project's own classes) is left alone.

## Bad
```python
# src/shop/services/carts.py
class Carts:
    def __init__(self) -> None:
        self.open: dict[int, list[str]] = {}

    def expire(self, expired: set[int]) -> None:
        for key in self.open:
            if key in expired:
                del self.open[key]  # error: `self.open`

    def clean(self, items: list[str]) -> list[str]:
        for item in items:
            if not item:
                items.remove(item)  # error: `items.remove()`
        return items
```

## Good
```python
# src/shop/services/carts.py
class Carts:
    def __init__(self) -> None:
        self.open: dict[int, list[str]] = {}

    def expire(self, expired: set[int]) -> None:
        for key in list(self.open):
            if key in expired:
                del self.open[key]

    def clean(self, items: list[str]) -> list[str]:
        return [item for item in items if item]

    def drop_first(self, items: list[str], unwanted: str) -> None:
        for index, item in enumerate(items):
            if item == unwanted:
                del items[index]
                break
```

Source: The Python Language Reference, "The for statement"; The Python Tutorial, "for Statements": "Code that modifies a
collection while iterating over that same collection can be tricky to get right".
"""

from collections.abc import Iterator

from archlint.plugin import ERROR, Finding, Module, Place, Project, found, mutations, related, rule

EFFECTS = {
    "list": "its loop skips items",
    "dict": "its loop raises RuntimeError",
    "set": "its loop raises RuntimeError",
    "deque": "its loop raises RuntimeError",
    "": "its loop skips items or raises RuntimeError",
}
MENDS = {
    "list": "Build a new list of what stays, or iterate a copy: `for … in list({}):`.",
    "": "Iterate a copy: `for … in list({}):`, or collect the changes and make them after the loop.",
}


@rule("ARC804", severity=ERROR)
def check(project: Project, module: Module) -> Iterator[Finding]:
    for each in mutations(project, module):
        others = tuple(related(module, other, "changed here too") for other in each.others)
        yield found(
            module,
            each,
            f"`{each.what}` changes `{each.container}` while line {each.loop} iterates it: {EFFECTS[each.kind]}",
            help=MENDS["list" if each.kind == "list" else ""].format(each.iterated),
            symbol=each.within,
            related=(related(module, Place(each.loop, 0, each.loop, 0), "the loop begins here"), *others),
        )
