"""A mistake is told at its place, the same on every interpreter, whatever newer syntax stands around it."""

import pytest

from archlint.facts import ParseError, lower, newer_syntax

MISTAKES = [
    ("type X[] = int\n", 1, 7),
    ("type X[T = int\n", 1, 6),
    ("type X = \n", 1, 9),
    ("x: type Y = 3\n", 1, 3),
    ("def f[T: ](): pass\n", 1, 8),
    ("def f[T = ](): pass\n", 1, 7),
    ("def f[*T: int](): pass\n", 1, 8),
    ("def f[1](): pass\n", 1, 6),
    ("def f[T, ,](): pass\n", 1, 10),
    ("class C[T\n", 1, 7),
    ("class C[T]\n", 1, 10),
    ("try: a\nexcept A, B as e: b\n", 2, 7),
    ("try: a\nexcept A, *B: b\n", 2, 7),
    ("try: a\nexcept* : b\n", 2, 6),
    ("try: a\nexcept* A: b\nexcept B: c\n", 3, 0),
    ("x = f'{}'\n", 1, 7),
    ("x = f'{a'\n", 1, 8),
    ("x = f'{a b}'\n", 1, 7),
    ("x = f'{a!x}'\n", 1, 9),
    ("x = f'{a!'\n", 1, 9),
    ("x = f'}'\n", 1, 6),
    ("x = f'\n'\n", 1, 5),
    ("x = f'''{a\n", 1, 9),
    ("x = f'{a)}'\n", 1, 8),
    ("x = f'{# a\n}'\n", 2, 0),
    ("f'{a}' = 1\n", 1, 0),
    ("x = b'a' f'{b}'\n", 1, 4),
    ("x = t'{a}' f'{b}'\n", 1, 4),
    ("x = 'a' t'{b}'\n", 1, 4),
    ("x = 'a\n", 1, 4),
    ("x = (]\n", 1, 5),
    ("x = *a[*b\n", 1, 6),
    ("def f(:\n", 1, 6),
    ("print 'a'\n", 1, 0),
    ("x = = 1\n", 1, 4),
    ("class C: x = 1 y = 2\n", 1, 15),
    ("def f():\nx = 1\n", 2, 0),
]
BEFORE = [
    "type X[T] = list[T]\n",
    "def f[T](): pass\n",
    'x = f"{a["b"]}"\n',
    "x[*a, b] = 1\n",
    "x = f'''{\n1}'''\n",
    "try: a\nexcept* A, B: b\n",
]


def error(source: str) -> ParseError:
    found = lower(source.encode()).interface.error
    assert found is not None
    return found


@pytest.mark.parametrize(("source", "line", "col"), MISTAKES)
def test_a_mistake_has_a_place(source: str, line: int, col: int) -> None:
    with pytest.raises(SyntaxError):
        newer_syntax.parse(source.encode())
    found = error(source)
    assert (found.line, found.col) == (line, col)


@pytest.mark.parametrize("source", [source for source, *_ in MISTAKES])
@pytest.mark.parametrize("before", BEFORE)
def test_newer_syntax_before_a_mistake(before: str, source: str) -> None:
    alone, found = error(source), error(before + source)
    assert (found.line - before.count("\n"), found.col) == (alone.line, alone.col)


@pytest.mark.parametrize(
    "source",
    ["x = = 1\n", "x: type Y = 3\n", "print 'a'\n", "x = f'{a b}'\n", "def f[T: ](): pass\n", "f'{a}' = 1\n"],
)
@pytest.mark.parametrize("behind", BEFORE)
def test_newer_syntax_behind_a_mistake(source: str, behind: str) -> None:
    assert error(source + behind) == error(source)


@pytest.mark.parametrize(
    ("source", "col"),
    [
        ("def f[T](x: int), y: pass\n", 16),
        ('x = f"{a["b"]}" = y = 1 +\n', 25),
        ('x = f"{a["b"]}", f"{a["c"] d}"\n', 20),
        ("class C[T = f(1, ) y](): pass\n", 12),
        ("x[*a b] = é\n", 3),
        ('é = f"{é["é"] é}"\n', 8),
    ],
)
def test_a_mistake_in_a_line_of_newer_syntax(source: str, col: int) -> None:
    """Columns count bytes."""
    assert (error(source).line, error(source).col) == (1, col)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"type X = int\nx = '\xff'\n", 2),
        (b"# coding: ascii\ntype X = int\n'\xc3\xa9'\n", 3),
        (b"\n# coding: nonsense\ntype X = int\n", 2),
        (b"# coding: rot13\ntype X = int\n", 1),
        (b"# coding: hex\nx = 1\n", 1),
        (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", 1),
        (b"x = 1\r\ry = '\xff'\n", 3),
        (b"\xff\xfex\0 \0=\0", 1),
    ],
)
def test_what_cannot_be_decoded_has_a_line(data: bytes, line: int) -> None:
    found = lower(data).interface.error
    assert found is not None
    assert found.line == line
