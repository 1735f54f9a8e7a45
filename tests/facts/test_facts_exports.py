"""The names a module exports."""

import pytest
from lowered import facts


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("", None),
        ("x = ['a']", None),
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__ = ('a',)", ("a",)),
        ("__all__ = []", ()),
        ("__all__: list[str] = ['a']", ("a",)),
        ("__all__: list[str]", None),
        ("__all__ = ['a'] + ['b']", ("a", "b")),
        ("__all__ = ['a']\n__all__ += ['b']", ("a", "b")),
        ("__all__ = ['a']\n__all__.extend(['b', 'c'])\n__all__.append('d')", ("a", "b", "c", "d")),
        ("__all__ = ['a', 'b']\n__all__.remove('a')", ("b",)),
        ("x = __all__ = ['a']", ("a",)),
        ("__all__ = ['a']\nif x:\n __all__ += ['b']\nelse:\n __all__.append('c')", ("a", "b", "c")),
        ("try:\n __all__ = ['a']\nexcept E:\n __all__ = ['a', 'b']", ("a", "b")),
        ("with x:\n __all__ = ['a']", ("a",)),
        ("match x:\n case 1: __all__ = ['a']", ("a",)),
        ("def f(): __all__ = ['a']", None),
        ("class C: __all__ = ['a']", None),
        ("__all__ = names()", None),
        ("__all__ = ['a', b]", None),
        ("__all__ = ['a', *b]", None),
        ("__all__ = [b'a', 1]", None),
        ("__all__ = ['a'] + x.__all__", None),
        ("__all__ = ['a']\n__all__ += x.__all__", None),
        ("__all__ = ['a']\nfor x in y:\n __all__.append(x)", None),
    ],
)
def test_exports(source: str, exports: tuple[str, ...] | None) -> None:
    assert facts(source).interface.exports == exports
