"""What is changed in Python files: one statement made another, so that what other files mean changes with it.

An edit takes the project and a way to choose; it returns what it did, or nothing where there was nothing to do.
"""

import ast
import re
import textwrap
from collections.abc import Callable

from edited_project import EditedProject, Pick

Function = ast.FunctionDef | ast.AsyncFunctionDef

OTHERS = (
    "fastapi.HTTPException", "fastapi.APIRouter", "fastapi.FastAPI", "fastapi.Depends", "fastapi.Request", "fastapi.Query",
    "fastapi.responses.JSONResponse", "fastapi.responses.RedirectResponse", "starlette.exceptions.HTTPException",
    "pydantic.BaseModel", "pydantic_settings.BaseSettings", "sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.Session",
    "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.select", "sqlmodel.SQLModel", "enum.Enum", "typing.Protocol",
    "typing.TypedDict", "typing.Any", "abc.ABC", "dataclasses.dataclass", "httpx.get", "httpx.Client", "requests.get",
    "alembic.op", "celery.Celery", "remote.Problem", "remote.Model", "json.loads", "os.environ",
)  # fmt: skip
"""Names of packages; ``remote`` is one that only an installed environment knows."""
BODIES = (
    "raise {0}(404)", "raise {0}(status_code=409, detail='x')", "return {0}()", "return None", "LIMIT = 5\nreturn LIMIT",
    "return {0}", "yield {0}()", "MAX_ITEMS = [1, 2]\nMAX_AGE = 10\nreturn MAX_ITEMS", "return {{'x': {0}}}", "...",
    "from {1} import {2}\nreturn {2}()", "with open('x') as file:\n    return file.read()", "return {0}.get('/')",
    "session.add({0}())\nreturn session.scalars({0}).all()", "global {2}\n{2} = 1", "await {0}()", "time.sleep(1)",
    "session = {0}()\nsession.commit()", "with lock, {0}() as held:\n    return held", "result = {0}()\nreturn result.value",
    "for item in {0}:\n    {0}.remove(item)", "if {0} is None:\n    {0}()\nelse:\n    session.rollback()",
)  # fmt: skip
ANNOTATIONS = (
    "",
    "dict",
    "list[{0}]",
    "{0}",
    "{0} | None",
    "list[dict]",
    "dict[str, {0}]",
    "None",
    "'{0}'",
    "tuple[{0}, int]",
)
ROUTE_ARGUMENTS = (
    "response_model={0}", "response_model=list[{0}]", "response_model=None", "response_model=dict", "status_code=204",
    "include_in_schema=False", "response_class={0}", "dependencies=[Depends({0})]",
)  # fmt: skip
TOP_LEVEL = (
    "{0}_again = {0}", "class Made({0}): ...", "{0} = None", "@router.get('/made')\ndef made():\n    return {0}()",
    "router = APIRouter(prefix='/made')", "router.include_router({0})", "app.include_router({0}, prefix='/x')",
    "def make(session: Session, made: Annotated[{0}, Depends({0})]):\n    raise {0}(1)", "__all__ = ['{0}']",
    "Alias = Annotated[{0}, Depends({0})]", "LIMIT = 5", "class Row({0}):\n    __tablename__ = 'rows'\n    id: Mapped[int]",
    "from {1} import *", "import {1}", "import {1} as {0}", "del {0}", "if TYPE_CHECKING:\n    from {1} import {2}",
    "try:\n    from {1} import {2}\nexcept ImportError:\n    {2} = None", "def __getattr__(name): ...",
    "if __name__ == '__main__':\n    import {1}", "revision = '1'\ndown_revision = None\ndef upgrade():\n    op.drop_table('x')",
)  # fmt: skip


class Code:
    """A file that can be parsed, and its statements by line."""

    def __init__(self, project: EditedProject, path: str) -> None:
        self.project, self.path = project, path
        self.tree = ast.parse(project.files[path])
        self.lines = project.files[path].split("\n")

    def all(self, *kinds: type[ast.stmt]) -> list[ast.stmt]:
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]

    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def replace(self, node: ast.stmt, text: str) -> None:
        """Put other statements in the place of one; the file is written."""
        first, last = _span(node)
        self.lines[first:last] = textwrap.indent(text, " " * node.col_offset).split("\n") if text else []
        self.save()

    def insert(self, line: int, text: str) -> None:
        self.lines[line:line] = text.split("\n")
        self.save()

    def save(self) -> None:
        self.project.write(self.path, "\n".join(self.lines))

    def after_imports(self) -> int:
        ends = [node.end_lineno or 0 for node in self.tree.body if isinstance(node, ast.ImportFrom | ast.Import)]
        return max(ends, default=0)


def _span(node: ast.stmt) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return first - 1, node.end_lineno or node.lineno


def _code(project: EditedProject, pick: Pick, wanted: Callable[[Code], object]) -> Code | None:
    """One of the files in which there is something to change."""
    found = [code for path in project.parsed() if wanted(code := Code(project, path))]
    return pick(found) if found else None


def _reference(project: EditedProject, pick: Pick) -> tuple[str, str]:
    """A module and a name in it, of the project or of a package."""
    if pick((False, False, True)):
        module, _, name = pick(OTHERS).rpartition(".")
        return module, name
    paths = [path for path in project.python if project.defined(path)]
    if not paths:
        return "fastapi", "HTTPException"
    path = pick(paths)
    return project.module(path), pick(project.defined(path))


def _filled(text: str, project: EditedProject, pick: Pick) -> tuple[str, str]:
    """A pattern with a name in it, and the import the name needs."""
    module, name = _reference(project, pick)
    return text.format(name, module, name), f"from {module} import {name}" if "{0}" in text else ""


def _with_import(code: Code, needed: str) -> None:
    """Import what was used, unless the file does; shifts every line, which is as well."""
    if needed and needed not in code.lines:
        line = 1 if code.lines[0].startswith(('"""', "from __future__")) else 0
        code.insert(line, needed)


def add_import(project: EditedProject, pick: Pick) -> str:
    """Of a name in the project or a package: for all, for type checkers, in a function, relative."""
    code = _code(project, pick, lambda code: True)
    if code is None:
        return ""
    module, name = _reference(project, pick)
    statement = pick((
        f"from {module} import {name}", f"import {module}", f"from {module} import *", f"from {module} import {name} as other",
        f"if TYPE_CHECKING:\n    from {module} import {name}", f"from .{module.rpartition('.')[2]} import {name}",
        f"def late():\n    from {module} import {name}\n    raise {name}(400)",
        f"from {module.rpartition('.')[0] or module} import *",
    ))  # fmt: skip
    code.insert(code.after_imports(), statement)
    return f"{code.path}: {statement!r}"


def drop_statement(project: EditedProject, pick: Pick) -> str:
    code = _code(project, pick, lambda code: code.tree.body)
    if code is None:
        return ""
    node = pick(code.tree.body)
    code.replace(node, "")
    return f"{code.path}: drop line {node.lineno}"


def change_import(project: EditedProject, pick: Pick) -> str:
    """Guarded, starred, renamed, from elsewhere, of something else, or gone."""
    code = _code(project, pick, lambda code: code.all(ast.ImportFrom))
    if code is None:
        return ""
    node = pick(code.all(ast.ImportFrom))
    assert isinstance(node, ast.ImportFrom)
    written, (module, name) = ast.unparse(node), _reference(project, pick)
    names = ", ".join(f"{alias.name} as {alias.asname or alias.name}" for alias in node.names)
    new = pick((
        "pass", f"if TYPE_CHECKING:\n    {written}", f"from {'.' * node.level}{node.module or ''} import *",
        f"from {module} import {names}", f"{written}; from {module} import {name}", f"import {node.module or module}",
        f"from {module} import {name} as {node.names[0].asname or node.names[0].name}",
        f"from {(node.module or module).rpartition('.')[0] or module} import {names}",
        f"try:\n    {written}\nexcept ImportError:\n    pass",
    ))  # fmt: skip
    code.replace(node, new)
    return f"{code.path}: {written!r} is {new!r}"


def rebase_class(project: EditedProject, pick: Pick) -> str:
    """Another base class: a model, a table, an HTTP error, an enum, a class of the project, or none."""
    code = _code(project, pick, lambda code: code.all(ast.ClassDef))
    if code is None:
        return ""
    node = pick(code.all(ast.ClassDef))
    assert isinstance(node, ast.ClassDef)
    text, needed = _filled(pick(("{0}", "{0}", "{0}", "", "{0}, table=True", "{0}, Generic[T]")), project, pick)
    code.lines[node.lineno - 1] = re.sub(
        r"class (\w+)[^:]*:", lambda found: f"class {found[1]}({text}):", code.lines[node.lineno - 1], count=1
    )
    code.save()
    _with_import(code, needed)
    return f"{code.path}: class {node.name}({text})"


def _function(project: EditedProject, pick: Pick) -> tuple[Code, Function] | None:
    code = _code(project, pick, Code.functions)
    return (code, pick(code.functions())) if code is not None else None


def change_body(project: EditedProject, pick: Pick) -> str:
    """Another body, or one more statement; so that no line moves, where that is possible."""
    chosen = _function(project, pick)
    if chosen is None:
        return ""
    code, node = chosen
    text, needed = _filled(pick(BODIES), project, pick)
    old = pick(node.body)
    code.replace(old, text if pick((True, False)) else f"{text}\n{ast.unparse(old)}")
    _with_import(code, needed if pick((True, False)) else "")
    return f"{code.path}: {node.name} holds {text!r}"


def change_signature(project: EditedProject, pick: Pick) -> str:
    """What a function returns or takes, whether it is a coroutine, how it is decorated, what it is called."""
    chosen = _function(project, pick)
    if chosen is None:
        return ""
    code, node = chosen
    text, needed = _filled(pick(ANNOTATIONS), project, pick)
    how = pick(("returns", "returns", "takes", "coroutine", "decorated", "called"))
    if how == "returns":
        node.returns = ast.parse(text, mode="eval").body if text else None
    elif how == "takes":
        default = pick((f"Depends({text})", "None", "Query(1)")) if text else "None"
        node.args.kwonlyargs.append(ast.arg("added", ast.parse(text, mode="eval").body if text else None))
        node.args.kw_defaults.append(ast.parse(default, mode="eval").body)
    elif how == "decorated" and node.decorator_list:
        node.decorator_list.pop()
    elif how == "called":
        node.name = f"{node.name}_again"
    new = ast.unparse(node)
    if how == "coroutine":
        new = new.replace("async def ", "def ", 1) if "async def" in new else new.replace("def ", "async def ", 1)
    code.replace(node, new)
    _with_import(code, needed)
    return f"{code.path}: {node.name} {how} {text!r}"


def _matched(project: EditedProject, pattern: re.Pattern[str], pick: Pick) -> tuple[str, re.Match[str] | None]:
    """A file and a place in it where a pattern matches, if there is one."""
    paths = [path for path in project.python if pattern.search(project.files[path])]
    if not paths:
        return "", None
    path = pick(paths)
    return path, pick(list(pattern.finditer(project.files[path])))


def change_route(project: EditedProject, pick: Pick) -> str:
    """An argument of a route's decorator added, or all but its path dropped."""
    pattern = re.compile(r"^(@\w+\.(?:get|post|put|patch|delete)\((?:\"[^\"]*\"|'[^']*'))(.*)\)$", re.MULTILINE)
    path, found = _matched(project, pattern, pick)
    if found is None:
        return ""
    text, needed = _filled(pick(("", *ROUTE_ARGUMENTS)), project, pick)
    new = f"{found[1]}{', ' + text if text else ''})"
    project.write(path, project.files[path][: found.start()] + new + project.files[path][found.end() :])
    if project.tree(path) is not None:
        _with_import(Code(project, path), needed)
    return f"{path}: {new}"


def change_router(project: EditedProject, pick: Pick) -> str:
    """Where a router lies: its prefix, that of its inclusion, whether it is included at all, and by whom."""
    pattern = re.compile(r"^( *)(\w.*\b(?:include_router|APIRouter)\()([^,)\n]*)(.*)\)$", re.MULTILINE)
    path, found = _matched(project, pattern, pick)
    if found is None:
        return ""
    indent, call, first, rest = found.groups()
    name = pick(OTHERS).rpartition(".")[2]
    new = pick((
        f"{call}{first}, tags=['x'], prefix='/other')", f"{call}{first})", "pass",
        f"{call}{first}{rest}, include_in_schema=False)",
        f"{call}{first}{rest}, dependencies=[Depends({name})])", f"{call}{first}{rest}); {call}{first}, prefix='/twice')",
        f"{call}prefix='/only')", f"{call}{first}{rest}, responses={{404: {{'model': {name}}}}})",
    ))  # fmt: skip
    text = project.files[path]
    project.write(path, f"{text[: found.start()]}{indent}{new}{text[found.end() :]}")
    return f"{path}: {found[0].strip()!r} is {new!r}"


def add_statement(project: EditedProject, pick: Pick) -> str:
    code = _code(project, pick, lambda code: True)
    if code is None:
        return ""
    text, needed = _filled(pick(TOP_LEVEL), project, pick)
    code.insert(pick((len(code.lines), code.after_imports())), text)
    _with_import(code, needed)
    return f"{code.path}: {text!r}"


def move_definition(project: EditedProject, pick: Pick) -> str:
    """From one module to another, which then imports nothing it needs; what stays behind imports it, or nothing."""
    code = _code(project, pick, _definitions)
    if code is None:
        return ""
    node = pick(_definitions(code))
    new = pick(project.parsed())
    first, last = _span(node)
    text, module = "\n".join(code.lines[first:last]), project.module(new)
    left = pick(
        (
            "",
            f"from {module} import {node.name}",
            f"from {module} import {node.name} as {node.name}",
            f"import {module}",
        )
    )
    code.replace(node, left)
    project.write(new, f"{project.files[new]}\n\n{text}\n")
    return f"{code.path}: {node.name} moves to {new}, {left!r} stays"


def _definitions(code: Code) -> list[ast.ClassDef | Function]:
    return [node for node in code.tree.body if isinstance(node, ast.ClassDef | Function)]


def rename_name(project: EditedProject, pick: Pick) -> str:
    """A name that a module binds, there only or wherever it is written; by as many letters, or more."""
    paths = [path for path in project.python if project.defined(path)]
    if not paths:
        return ""
    path = pick(paths)
    name = pick(project.defined(path))
    new = pick((f"{name}Again", f"{name[:-1]}{'Z' if name[-1] != 'Z' else 'Y'}", name.upper(), name.lower()))
    for one in pick(([path], project.python)):
        text = re.sub(rf"\b{re.escape(name)}\b", new, project.files[one])
        if text != project.files[one]:
            project.write(one, text)
    return f"{path}: {name} is {new}"


SWAPS = (
    ('prefix="/', 'prefix="/x/'), (".include_router(", ".mount("), ("yield ", "return "), ("async def ", "def "),
    ("raise ", "return "), ("response_model=", "response_class="), ("= APIRouter(", "= FastAPI("), ("Depends(", "Security("),
    ("BaseModel", "SQLModel"), ("DeclarativeBase", "BaseModel"), ("HTTPException", "Exception"), ("(Base)", "(BaseModel)"),
    ("Mapped[", "list["), ("__tablename__", "__abstract__"), (".get(", ".post("), ("if TYPE_CHECKING", "if True"),
    ("LIMIT", "limit"), ("MAX_", "max_"), ("Session", "AsyncSession"), ("from .", "from .."), ("self._", "self."),
    ("fastapi", "starlette"), ("PAGE_SIZE = 20", "PAGE_SIZE = 21"), ("__all__", "_all"), ("200", "300"), ("404", "409"),
)  # fmt: skip


def swap_words(project: EditedProject, pick: Pick) -> str:
    """One word for another that means something else, at one place or all over the file, either way round."""
    everything = "".join(project.files[path] for path in project.python)
    found = [(old, new) for pair in SWAPS for old, new in (pair, pair[::-1]) if old in everything]
    if not found:
        return ""
    old, new = pick(found)
    path = pick([path for path in project.python if old in project.files[path]])
    project.write(path, project.files[path].replace(old, new, pick((1, -1))))
    return f"{path}: {old!r} is {new!r}"


EDITS = (
    add_import, add_import, change_import, change_import, rebase_class, rebase_class, change_body, change_body, change_signature,
    change_route, change_router, add_statement, add_statement, move_definition, rename_name, swap_words,
    swap_words, drop_statement,
)  # fmt: skip
