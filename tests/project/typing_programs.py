"""Asking what expressions of small programs are."""

import textwrap

from archlint.project.annotations import CLASS, NONE, TYPE, UNION, UNKNOWN, VARIABLE, Type
from archlint.project.definitions import all_functions
from archlint.project.sites import call_sites, frame_of
from archlint.project.types import type_of
from archlint.testing import project_of


def written(type_: Type) -> str:
    """A type as an annotation writes it, classes by the last part of their names; ``?`` for what is not known."""
    if type_.kind in (UNKNOWN, NONE):
        return "?" if type_.kind == UNKNOWN else "None"
    if type_.kind == UNION:
        return " | ".join(map(written, type_.args))
    if type_.kind == TYPE:
        return f"type[{written(type_.args[0])}]"
    if type_.kind not in (CLASS, VARIABLE) or type_.symbol is None:
        return type_.kind
    name = type_.symbol.name.rpartition(".")[2]
    return f"{name}[{', '.join(map(written, type_.args))}]" if type_.args else name


def seen(files: dict[str, str]) -> list[str]:
    """What the calls of ``seen`` are given, in all functions of a program, in order."""
    project = project_of({path: textwrap.dedent(source) for path, source in files.items()})
    return [
        written(type_of(project, site.call.args[0], frame_of(function, site)))
        for module in project.modules
        for function in all_functions(project, module)
        for site in call_sites(project, function)
        if site.call.func == "seen"
    ]
