"""What is changed in the configuration, with the modules, folders and findings there are; now and then a mistake."""

from edited_project import EditedProject, Pick

LAYERS = (
    "service",
    "router",
    "repository",
    "schema",
    "model",
    "domain",
    "core",
    "dependency",
    "app",
    "test",
    "migration",
)
TABLES = (
    '[layers]\n{layer} = ["{glob}"]\n',
    '[layers]\n{layer} = ["{glob}", "!{path}"]\n{other} = ["{path}"]\n',
    '[layers]\norder = ["app", "router", ["service", "repository"], "model"]\n',
    '[layers]\norder = ["core", "service", "router | gateway"]\ngateway = ["{glob}"]\n',
    '[[contracts]]\ntype = "forbidden"\nname = "A"\nsource-modules = ["{module}"]\nforbidden-modules = ["fastapi", "{third}"]\n',
    '[[contracts]]\ntype = "layers"\nname = "B"\nlayers = ["{module}", "{third}"]\n',
    '[[contracts]]\ntype = "independence"\nname = "C"\nmodules = ["{module}", "{third}"]\nreason = "because"\n',
    '[[contracts]]\ntype = "forbidden"\nname = "D"\nsource-modules = ["{package}"]\nforbidden-modules = ["pydantic"]\n',
    '[[contracts]]\ntype = "forbidden"\nname = "F"\nallow-indirect-imports = true\nsource-modules = ["{module}"]\n{fastapi}\n',
    '[[contracts]]\ntype = "forbidden"\nname = "E"\nsource-modules = ["{module}"]\nforbidden-modules = ["sqlalchemy"]\n',
    '[per-file-ignores]\n"{glob}" = ["{code}"]\n',
    '[per-file-ignores]\n"!{glob}" = ["ARC1"]\n',
    '[severity]\n{code} = "warning"\n',
    '[severity]\n{code} = "error"\n',
    "[rules.service-too-long]\nmax-lines = 4\n",
    "[rules.god-service]\ngod-methods = 2\nmax-lines = 6\n",
    "[rules.missing-response-model]\naccept-return-annotation = false\n",
    "[rules.untyped-response-model]\nhidden-routes = true\n",
    '[rules.framework-import-in-service]\nallow = ["fastapi.status", "fastapi.HTTPException"]\n',
    '[rules.impure-layer.forbidden]\nschema = ["decimal", "typing"]\n',
)
KEYS = (
    'exclude = ["{path}"]\n', 'exclude = ["{folder}"]\n', 'repositories = "required"\n', 'repositories = "avoid"\n',
    'ignore = ["{code}"]\n', 'select = ["ARC1"]\n', 'preset = "recommended"\n', 'src = ["{folder}"]\n', 'python = ""\n',
    'python = ".venv"\n', 'extend-select = ["ALL"]\n', 'extend = "base.toml"\n', 'unknown = 1\n', 'orm-style = "query"\n',
)  # fmt: skip


def _text(project: EditedProject, pick: Pick) -> str:
    """Top-level keys first, each once; then tables, each kind once."""
    words = {
        "path": pick(project.python), "folder": pick(project.folders), "layer": pick(LAYERS), "other": pick(LAYERS),
        "module": project.module(pick(project.python)), "third": project.module(pick(project.python)),
        "package": project.module(pick(project.python)).partition(".")[0],
        "code": pick([code for _, _, code, _ in project.findings] or ["ARC101"]),
    }  # fmt: skip
    words["fastapi"] = 'forbidden-modules = ["fastapi"]'
    words["glob"] = pick((f"{words['folder']}/**", words["path"], f"{words['folder']}/*.py"))
    chosen = [pick(("", "", *KEYS)), pick(("", *TABLES)), pick(("", "", *TABLES))]
    heads = [text.partition("]\n")[0] for text in chosen]
    return "".join(text for number, text in enumerate(chosen) if heads[number] not in heads[:number]).format(**words)


def write_settings(project: EditedProject, pick: Pick) -> str:
    """At the top of the project, or in a folder of it where settings lie already."""
    if not project.python or not project.folders:
        return ""
    path = pick(["archlint.toml", *(path for path in project.files if path.endswith("archlint.toml"))])
    text = _text(project, pick)
    project.write(path, text)
    return f"{path}: {text!r}"


def write_base(project: EditedProject, pick: Pick) -> str:
    """What other settings may extend."""
    if not project.python or not project.folders:
        return ""
    text = _text(project, pick)
    project.write("base.toml", text)
    return f"base.toml: {text!r}"


def drop_settings(project: EditedProject, pick: Pick) -> str:
    found = [path for path in project.files if path.endswith("archlint.toml")]
    if not found:
        return ""
    path = pick(found)
    project.remove(path)
    return f"no {path}"


EDITS = (write_settings, write_settings, write_settings, write_base, drop_settings)
