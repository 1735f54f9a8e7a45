"""The JSON Schema of the configuration, for editors and for checks of files elsewhere."""

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from archlint.config.contracts import Contract, ForbiddenContract, IndependenceContract, LayersContract
from archlint.config.resolve import ALL
from archlint.config.settings import LAYERS, ORDER, ORDER_KEY, Settings
from archlint.core import Rule

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/{name}"
_STRINGS = {"type": "array", "items": {"type": "string"}}


def json_schema(rules: Sequence[Rule], *, pyproject: bool = False) -> dict[str, Any]:
    """What a configuration may hold, as draft 2020-12 of JSON Schema says it.

    Args:
        rules: the rules there are, with their options.
        pyproject: the schema of a ``pyproject.toml``, of which only ``[tool.archlint]`` is described.
    """
    (_, contract), components = msgspec.json.schema_components([Settings, Contract], ref_template=_REFERENCE)
    settings = {**components.pop("Settings"), "description": "Every key is optional."}
    properties = settings["properties"]
    properties["contracts"]["items"] = contract
    for name, text in described(Settings).items():
        properties[name]["description"] = text
    for kind in (LayersContract, ForbiddenContract, IndependenceContract):
        component = components[kind.__name__]
        component["description"] = component["description"].partition("\n")[0]
        for name, text in described(kind).items():
            component["properties"][name]["description"] = text
    spellings = [spelling for rule in rules for spelling in (rule.code, rule.name)]
    components["Selector"] = {"enum": [ALL, *_prefixes(rules), *spellings], "description": "A rule, or several."}
    selectors = {"type": "array", "items": {"$ref": _REFERENCE.format(name="Selector")}}
    for name in ("select", "extend-select", "ignore"):
        properties[name].update(selectors)
    properties["select"].pop("anyOf")
    properties["per-file-ignores"]["additionalProperties"] = selectors
    properties["severity"]["propertyNames"] = {"enum": spellings}
    properties["layers"].update(_layers(properties["layers"]["additionalProperties"]))
    properties["rules"].update(_options(rules, components))
    if pyproject:
        settings = _inside("tool", _inside("archlint", settings))
    title = "pyproject.toml, as far as archlint reads it" if pyproject else "archlint's configuration"
    return {"$schema": DIALECT, **settings, "title": title, "$defs": dict(sorted(components.items()))}


def described(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The keys of a struct, as TOML spells them, with what its docstring and its bases' say of each."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        section = (inspect.getdoc(base) or "").partition("Attributes:\n")[2] if "__doc__" in vars(base) else ""
        for line in section.splitlines():
            name, colon, text = line.strip().partition(": ")
            if line[:5].strip() and line[:4] == "    " and colon and name.isidentifier():
                last = name.replace("_", "-")
                texts[last] = text
            elif line.strip() and texts:
                texts[last] = f"{texts[last]} {line.strip()}"
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    return {name: text.replace("``", "`") for name, text in texts.items() if name in known}


def _prefixes(rules: Iterable[Rule]) -> list[str]:
    found = {rule.code[:end] for rule in rules for end in range(len(rule.code.rstrip("0123456789")), len(rule.code))}
    return sorted(found)


def _layers(levels: dict[str, Any]) -> dict[str, Any]:
    globs = {**_STRINGS, "description": "Patterns of the files of this layer."}
    order = {**levels, "description": "The order of the layers, from the top down.", "default": [*ORDER]}
    return {
        "properties": {ORDER_KEY: order, **dict.fromkeys(LAYERS, globs)},
        "additionalProperties": {**globs, "description": "Patterns of the files of a layer that `order` names."},
    }


def _options(rules: Iterable[Rule], components: dict[str, Any]) -> dict[str, Any]:
    """The tables under ``[rules]``, one for each rule that takes options, under either of its names."""
    properties = {}
    for rule in rules:
        if rule.options is None:
            continue
        _, found = msgspec.json.schema_components([rule.options], ref_template=_REFERENCE)
        table = found.pop(rule.options.__name__)
        table["title"], table["description"] = f"{rule.code} {rule.name}", rule.summary
        for name, (_, text) in rule.options_table().items():
            table["properties"][name]["description"] = text
        components.update(found)
        components[rule.code] = table
        for spelling in (rule.code, rule.name):
            properties[spelling] = {"$ref": _REFERENCE.format(name=rule.code)}
    return {"properties": properties, "additionalProperties": False}


def _inside(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {key: schema}}
