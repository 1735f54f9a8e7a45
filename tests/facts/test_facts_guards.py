"""When an import runs."""

import pytest
from lowered import facts


def guards(source: str) -> dict[str, str]:
    """The guard of each imported module."""
    return {found.names[0][0]: found.guard for found in facts(source).interface.imports}


@pytest.mark.parametrize(
    ("test", "body", "orelse"),
    [
        ("TYPE_CHECKING", "typing", "runtime"),
        ("typing.TYPE_CHECKING", "typing", "runtime"),
        ("t.TYPE_CHECKING", "typing", "runtime"),
        ("MYPY", "typing", "runtime"),
        ("False", "typing", "runtime"),
        ("0", "typing", "runtime"),
        ("True", "runtime", "runtime"),
        ("''", "runtime", "runtime"),
        ("not TYPE_CHECKING", "runtime", "typing"),
        ("not not TYPE_CHECKING", "typing", "runtime"),
        ("TYPE_CHECKING and x", "typing", "runtime"),
        ("x and typing.TYPE_CHECKING", "typing", "runtime"),
        ("TYPE_CHECKING or x", "runtime", "runtime"),
        ("not TYPE_CHECKING and x", "runtime", "runtime"),
        ("not TYPE_CHECKING or x", "runtime", "typing"),
        ("not (TYPE_CHECKING and x)", "runtime", "typing"),
        ("TYPE_CHECKING is True", "typing", "runtime"),
        ("TYPE_CHECKING == True", "typing", "runtime"),
        ("TYPE_CHECKING is not False", "typing", "runtime"),
        ("TYPE_CHECKING is False", "runtime", "typing"),
        ("typing.TYPE_CHECKING != True", "runtime", "typing"),
        ("not TYPE_CHECKING is False", "typing", "runtime"),
        ("x is True", "runtime", "runtime"),
        ("TYPE_CHECKING is x", "runtime", "runtime"),
        ("TYPE_CHECKING in True", "runtime", "runtime"),
        ("CHECKING", "runtime", "runtime"),
        ("TYPE_CHECKING.x", "runtime", "runtime"),
        ("__name__ == '__main__'", "main", "runtime"),
        ("'__main__' == __name__", "main", "runtime"),
        ("__name__ != '__main__'", "runtime", "main"),
        ("not __name__ == '__main__'", "runtime", "main"),
        ("__name__ == '__main__' and x", "main", "runtime"),
        ("__name__ == '__main__' or x", "runtime", "runtime"),
        ("__name__ in {'__main__', '__mp_main__'}", "main", "runtime"),
        ("__name__ == 'x'", "runtime", "runtime"),
        ("name == '__main__'", "runtime", "runtime"),
        ("x()", "runtime", "runtime"),
    ],
)
def test_branches(test: str, body: str, orelse: str) -> None:
    assert guards(f"if {test}: import a\nelse: import b\nimport c") == {"a": body, "b": orelse, "c": "runtime"}


@pytest.mark.parametrize(
    ("test", "body", "orelse"),
    [
        ("C", "typing", "runtime"),
        ("not C", "runtime", "typing"),
        ("x and C is True", "typing", "runtime"),
        ("TYPE_CHECKING", "typing", "runtime"),
        ("D", "runtime", "runtime"),
    ],
)
def test_another_name_for_type_checking(test: str, body: str, orelse: str) -> None:
    imported = "from typing import TYPE_CHECKING as C, Any as D\n"
    found = guards(f"{imported}if {test}: import a\nelse: import b\n")
    assert (found["a"], found["b"]) == (body, orelse)


def test_another_name_counts_from_its_import_on() -> None:
    assert guards("if C: import a\nfrom typing import TYPE_CHECKING as C\n")["a"] == "runtime"


def test_branches_of_an_elif() -> None:
    source = "if x: import a\nelif TYPE_CHECKING: import b\nelif y: import c\nelse: import d\n"
    assert guards(source) == {"a": "runtime", "b": "typing", "c": "runtime", "d": "runtime"}


@pytest.mark.parametrize(
    "handled",
    [
        " ImportError",
        " ModuleNotFoundError as e",
        " (AttributeError, ImportError)",
        " Exception",
        " builtins.ImportError",
        "",
    ],
)
def test_a_try_that_expects_imports_to_fail(handled: str) -> None:
    source = f"try: import a\nexcept{handled}: import b\nelse: import c\nfinally: import d\nimport e"
    assert guards(source) == {"a": "optional", "b": "optional", "c": "optional", "d": "runtime", "e": "runtime"}


@pytest.mark.parametrize("rest", ["except KeyError: import b", "finally: import b"])
def test_a_try_that_expects_something_else(rest: str) -> None:
    assert guards(f"try: import a\n{rest}") == {"a": "runtime", "b": "runtime"}


@pytest.mark.parametrize(
    ("manager", "guard"),
    [
        ("suppress(ImportError)", "optional"),
        ("contextlib.suppress(OSError, ModuleNotFoundError)", "optional"),
        ("suppress(OSError)", "runtime"),
        ("suppress()", "runtime"),
        ("other(ImportError)", "runtime"),
    ],
)
def test_suppressed_imports(manager: str, guard: str) -> None:
    assert guards(f"with {manager}: import a\nimport b") == {"a": guard, "b": "runtime"}


@pytest.mark.parametrize(
    ("source", "guard"),
    [
        ("def f(): import a", "function"),
        ("class C:\n def f(self): import a", "function"),
        ("class C: import a", "runtime"),
        ("def f():\n class C: import a", "function"),
        ("def f():\n if TYPE_CHECKING: import a", "typing"),
        ("def f():\n try: import a\n except ImportError: pass", "function"),
        ("def f():\n if __name__ == '__main__': import a", "function"),
        ("if TYPE_CHECKING:\n def f(): import a", "typing"),
        ("if TYPE_CHECKING:\n if x: pass\n else: import a", "typing"),
        ("if TYPE_CHECKING:\n try: import a\n except ImportError: pass", "typing"),
        ("try:\n if TYPE_CHECKING: import a\nexcept ImportError: pass", "typing"),
        ("if __name__ == '__main__':\n try: import a\n except ImportError: pass", "main"),
        ("if __name__ == '__main__':\n def f(): import a", "function"),
        ("def f(): pass\nimport a", "runtime"),
        ("for x in y: import a", "runtime"),
        ("match x:\n case 1: import a", "runtime"),
    ],
)
def test_guards_in_one_another(source: str, guard: str) -> None:
    assert guards(source) == {"a": guard}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if __name__ == '__main__': pass", True),
        ("if '__main__' == __name__: pass", True),
        ("if x: pass\nelif __name__ == '__main__': pass", True),
        ("if __name__ != '__main__': pass\nelse: x", True),
        ("x = __name__ == '__main__'", False),
        ("def f():\n if __name__ == '__main__': pass", False),
        ("if __name__ == 'x': pass", False),
    ],
)
def test_main_guards_are_noticed(source: str, expected: bool) -> None:
    assert facts(source).interface.has_main is expected
