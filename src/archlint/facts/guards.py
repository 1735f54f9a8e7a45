"""When the imports in a branch run: the guards of `archlint.facts.statements.Import`, read off tests and handlers."""

from archlint.facts.expressions import Call, Const, Expr, Op, Seq

RUNTIME = "runtime"
TYPING = "typing"
OPTIONAL = "optional"
MAIN = "main"
FUNCTION = "function"

TYPING_NAMES = frozenset({"TYPE_CHECKING", "MYPY"})
"""Names type checkers take for true: ``typing.TYPE_CHECKING`` (PEP 484, "Runtime or type checking?") and mypy's own."""

COMPARISONS = frozenset({"is", "is not", "==", "!="})

FAILED_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def branches(test: Expr, guard: str, typing_names: frozenset[str] = TYPING_NAMES) -> tuple[str, str]:
    """The guards in the body and in the ``else`` of an ``if`` with this test, itself under ``guard``.

    ``typing_names`` are `TYPING_NAMES` and what the file imports them as.
    """
    if guard is TYPING:
        return guard, guard
    if type(test) is Op:
        negates = test.op == "not" or _negates(test)
        if negates is not None:
            in_body, in_else = branches(test.operands[0], guard, typing_names)
            return (in_else, in_body) if negates else (in_body, in_else)
        if test.op in ("and", "or"):
            return _junction(test, guard, typing_names)
        if guard is not FUNCTION and _asks_for_main(test):
            return (guard, MAIN) if test.op == "!=" else (MAIN, guard)
    elif type(test) is str:
        return (TYPING if _last(test) in typing_names else guard), guard
    elif type(test) is Const:
        # ``if False:`` and ``if 0:`` are older spellings of ``if TYPE_CHECKING:``.
        return (TYPING if test.kind in ("bool", "int") and not test.value else guard), guard
    return guard, guard


def _negates(test: Op) -> bool | None:
    """Whether a comparison with True or False is false when the other operand is true; None of any other test."""
    if test.op not in COMPARISONS:
        return None
    other = test.operands[-1]
    if type(other) is not Const or other.kind != "bool":
        return None
    return (test.op in ("is", "==")) is not other.value


def _junction(test: Op, guard: str, typing_names: frozenset[str]) -> tuple[str, str]:
    """``x and TYPE_CHECKING`` is true only for type checkers; ``x or not TYPE_CHECKING`` is false only for them."""
    side = 0 if test.op == "and" else 1
    found = {branches(operand, guard, typing_names)[side] for operand in test.operands}
    special = TYPING if TYPING in found else MAIN if MAIN in found else guard
    return (special, guard) if side == 0 else (guard, special)


def _asks_for_main(test: Op) -> bool:
    if "__name__" not in test.operands:
        return False
    if test.op in ("==", "!="):
        return any(_is_main(operand) for operand in test.operands)
    return test.op == "in" and isinstance(test.operands[1], Seq) and any(map(_is_main, test.operands[1].items))


def _is_main(value: Expr) -> bool:
    return isinstance(value, Const) and value.value == "__main__"


def expects_failed_import(handled: Expr) -> bool:
    """Whether a handler for these exceptions catches a failed import; None stands for a bare ``except``."""
    if isinstance(handled, Seq):
        return any(map(expects_failed_import, handled.items))
    return handled is None or (isinstance(handled, str) and _last(handled) in FAILED_IMPORTS)


def suppresses(manager: Expr) -> bool:
    """Whether a context manager is a ``contextlib.suppress`` of failed imports."""
    return (
        isinstance(manager, Call)
        and isinstance(manager.func, str)
        and _last(manager.func) == "suppress"
        and any(map(expects_failed_import, manager.args))
    )


def _last(name: str) -> str:
    return name.rpartition(".")[2]
