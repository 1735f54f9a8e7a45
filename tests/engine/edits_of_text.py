"""What is changed in Python files without changing what their code means, or so that they mean nothing at all."""

from edited_project import EditedProject, Pick

BROKEN = (
    "def broken(:\n", "", "\n", "{% if x %}\nimport {{ cookiecutter.name }}\n{% endif %}\n", "x = 'not closed\n", "\0",
    "# only\n",
    "class {{ name }}(Base):\n    x: int\n", "# -*- coding: latin-1 -*-\nX = 'é'\n", "# coding: no-such-codec\n", "(" * 300,
    "def f[T](x: T) -> T: ...\ntype X = int\n", "# archlint: ignore-file[ARC101, ARC102] -- old\nimport fastapi\n",
    "\udcff = 1\n",
)  # fmt: skip
SUPPRESSIONS = (
    "# archlint: ignore[{0}] -- reason", "# archlint: ignore[{0}]", "# archlint: ignore", "# archlint: ignore[ARC103]",
    "# archlint: ignore[ARC998] -- x", "# archlint: ignore[{0}, ARC002] -- é", "# noqa", "# archlint: ignore-file[{0}] -- x",
)  # fmt: skip


def _file(project: EditedProject, pick: Pick) -> str:
    """A file, rather one in which something was found or which a finding refers to."""
    found = [path for path, _, _, _ in project.findings]
    related = [other for _, _, _, related in project.findings for other in related]
    near = [path for path in pick((found, related, project.python)) if path in project.files]
    return pick(near or project.python) if project.python else ""


def _lines(project: EditedProject, pick: Pick) -> tuple[str, list[str], int]:
    """A file, its lines, and one of them."""
    path = _file(project, pick)
    lines = project.files[path].split("\n") if path else []
    return path, lines, pick(range(len(lines))) if lines else 0


def suppress(project: EditedProject, pick: Pick) -> str:
    """A comment at a line where something was found, or at any."""
    found = [(path, line, code) for path, line, code, _ in project.findings if path in project.files]
    near = pick((True, True, False))
    if found and near:
        path, number, code = pick(found)
        lines = project.files[path].split("\n")
        number = min(number - 1, len(lines) - 1)
    else:
        path, lines, number = _lines(project, pick)
        code = "ARC101"
    if not path:
        return ""
    comment = pick(SUPPRESSIONS).format(code)
    lines[number] += f"  {comment}"
    project.write(path, "\n".join(lines))
    return f"{path}:{number + 1}: {comment}"


def drop_comment(project: EditedProject, pick: Pick) -> str:
    found = [path for path in project.python if "#" in project.files[path]]
    if not found:
        return ""
    path = pick(found)
    lines = project.files[path].split("\n")
    number = pick([number for number, line in enumerate(lines) if "#" in line])
    lines[number] = lines[number].partition("#")[0].rstrip()
    project.write(path, "\n".join(lines))
    return f"{path}:{number + 1}: no comment"


def shift(project: EditedProject, pick: Pick) -> str:
    """Lines come in, so that others move; or one goes that was empty."""
    path, lines, number = _lines(project, pick)
    if not path:
        return ""
    if lines[number].strip():
        lines[number:number] = pick(([""], ["", ""], ["# a comment"], ["# ééé", ""]))
    else:
        del lines[number]
    project.write(path, "\n".join(lines))
    return f"{path}:{number + 1}: shifted"


def comment(project: EditedProject, pick: Pick) -> str:
    path, lines, number = _lines(project, pick)
    if not path:
        return ""
    lines[number] += pick(("  # a comment", "  # another", " ", "  # é"))
    project.write(path, "\n".join(lines))
    return f"{path}:{number + 1}: commented"


def widen(project: EditedProject, pick: Pick) -> str:
    """Letters of several bytes before what was found, on its line."""
    found = [(path, line) for path, line, _, _ in project.findings if path in project.files]
    if not found:
        return ""
    path, number = pick(found)
    lines = project.files[path].split("\n")
    number = min(number - 1, len(lines) - 1)
    text = lines[number].lstrip()
    indent = lines[number][: len(lines[number]) - len(text)]
    wide = pick(("_ = 'x'; ", "_ = 'é'; ", "'€𝄞'; "))
    lines[number] = f"{indent}{wide}{text}"
    project.write(path, "\n".join(lines))
    return f"{path}:{number + 1}: widened"


def same_size(project: EditedProject, pick: Pick) -> str:
    """One letter is another; the file is as long as it was."""
    path, lines, number = _lines(project, pick)
    places = (
        [place for place, letter in enumerate(lines[number]) if letter.isascii() and letter.isalnum()] if path else []
    )
    if not places:
        return ""
    place = pick(places)
    line = lines[number]
    lines[number] = line[:place] + ("1" if line[place].isdigit() and line[place] != "1" else "Q") + line[place + 1 :]
    project.write(path, "\n".join(lines), way=pick(("in place", "replaced", "now")))
    return f"{path}:{number + 1}: {lines[number].strip()!r}"


def break_file(project: EditedProject, pick: Pick) -> str:
    path = _file(project, pick)
    if not path:
        return ""
    text = pick(BROKEN)
    project.write(path, pick((text, project.files[path] + text, text + project.files[path])))
    return f"{path}: broken by {text[:40]!r}"


def recode(project: EditedProject, pick: Pick) -> str:
    """Other line ends, a byte order mark, or the same bytes written once more."""
    path = _file(project, pick)
    if not path:
        return ""
    text = project.files[path]
    how = pick(("crlf", "bom", "same", "form feed"))
    new = {"crlf": text.replace("\n", "\r\n"), "bom": f"\ufeff{text}", "same": text, "form feed": f"\f{text}"}[how]
    project.write(path, new, way=pick(("in place", "replaced", "now")))
    return f"{path}: {how}"


EDITS = (suppress, suppress, drop_comment, shift, shift, comment, widen, same_size, same_size, break_file, recode)
