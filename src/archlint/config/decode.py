"""Tables of TOML into structs, by msgspec; what msgspec finds wrong is told in TOML's terms and with the key's line."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from archlint.config.model import Config
from archlint.config.nearest import hint
from archlint.config.words import KeyPath, quote, spell, subject, tick

T = TypeVar("T")

# msgspec ends a message with the place: "`$.per-file-ignores[...][1]`", "`key` in `$.layers`". "..." is some key of a
# table that it does not name.
_PLACE = re.compile(r" - at `(key` in `)?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")
_EXPECTED = re.compile(r"Expected `[^`]*`(.*?)(?:, got `[^`]*`)?$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `([^`]*)`$")


def decode(config: Config, key: KeyPath, data: object, kind: type[T]) -> T:
    """One table, or array, as the given struct or tuple.

    Args:
        config: the configuration the table is part of; names the file in errors.
        key: where the table stands, from the settings' own table down.
        data: what tomli read there.
        kind: the struct or tuple.

    Raises:
        ConfigError: an unknown key, a wrong type or value; only the first is told.
    """
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as invalid:
        path, message = _explain(str(invalid), data, kind, key)
        raise config.error(path, message) from None


def found(value: object) -> str:
    """A value in TOML's words: ``the string "ARC1"``, ``the integer 3``, ``a table``."""
    if isinstance(value, str):
        return f"the string {quote(value)}"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the {type(value).__name__.replace('int', 'integer')} {quote(str(value))[1:-1]}"
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "an array"
    return f"the {type(value).__name__} {value}"


def _explain(raw: str, data: object, kind: type[Any], above: KeyPath) -> tuple[KeyPath, str]:
    """The key that a message of msgspec's means, and the message in TOML's terms.

    ``above`` is the path of the decoded table itself, with which the key's path begins.
    """
    unknown = raw.startswith("Object contains unknown field")
    # An unknown key of the table itself may be spelt so that it looks like a place.
    place = None if unknown and _strangers(data, _type_at(kind, (), data)) else _PLACE.search(raw)
    text = raw[: place.start()] if place else raw
    about_key = bool(place and place[1])
    steps = [name or (int(item) if item else None) for name, item in _STEP.findall(place[2])] if place else []
    path = _follow(data, [*steps, None] if about_key else steps, lambda part: _failure(part, kind) == raw)
    info = _type_at(kind, path[:-1] if about_key else path, data)
    value = _get(data, path)
    full = (*above, *path)
    if about_key:
        return full, _unknown_key(full, _choices(info.key_type))
    if unknown:
        full = (*full, _strangers(value, info)[0])
        return full, _unknown_key(full, _names_in(info))
    return full, f"{subject(full)}: {_wrong_value(text, value, info)}"


def _wrong_value(text: str, value: object, info: Any) -> str:
    if text.startswith(("Invalid enum value", "Invalid value")):
        valid = _choices(info)
        return f"unknown value {tick(str(value))}{hint(str(value), valid, _list(valid))}"
    if missing := _MISSING.match(text):
        return f"the key `{missing[1]}` is missing"
    if expected := _EXPECTED.match(text):
        return f"expected {_describe(info)}{expected[1]}, found {found(value)}"
    return text  # a struct's own check, in its own words


def _unknown_key(path: KeyPath, valid: list[str]) -> str:
    name = str(path[-1])
    inside = f" in {subject(path[:-1])}" if path[:-1] else ""
    return f"unknown key `{spell([name])}`{inside}{hint(name, valid, _list(valid) if valid else 'it takes none')}"


def _strangers(table: Any, struct: Any) -> list[str]:
    """The keys of a table that the struct it should be has no field for; none for anything else."""
    if not hasattr(struct, "fields"):
        return []
    names = _names_in(struct)
    return [key for key in table if key not in names]


def _names_in(struct: Any) -> list[str]:
    """The keys a struct has, the one that says which of several it is before all."""
    tag = [struct.tag_field] if struct.tag_field else []
    return [*tag, *(field.encode_name for field in struct.fields)]


def _failure(data: object, kind: type[Any]) -> str:
    try:
        msgspec.convert(data, kind)
    except msgspec.ValidationError as invalid:
        return str(invalid)
    return ""


def _follow(data: object, steps: list[str | int | None], same: Callable[[object], bool]) -> KeyPath:
    """The steps with each unnamed key (None) found: the first that, left alone in its table, makes the same error."""
    path: KeyPath = ()
    for step in steps:
        here = _get(data, path)
        if step is None:
            alone = (name for name in here if same(_replaced(data, path, {name: here[name]})))
            step = next(alone, None)
        if step is None or not (step in here if isinstance(here, dict) else isinstance(here, list)):
            break
        path = (*path, step)
    return path


def _get(data: Any, path: KeyPath) -> Any:
    for step in path:
        data = data[step]
    return data


def _replaced(data: Any, path: KeyPath, new: object) -> object:
    """A copy of the data with another value at one path."""
    if not path:
        return new
    copy = data.copy()
    copy[path[0]] = _replaced(data[path[0]], path[1:], new)
    return copy


def _type_at(kind: type[Any], path: KeyPath, data: Any) -> Any:
    """msgspec's description of the type at a path inside another type, of which ``data`` is meant to be a value."""
    from msgspec import inspect

    info = _chosen(_plain(inspect.type_info(kind)), data)
    for step in path:
        members: tuple[Any, ...] = info.types if isinstance(info, inspect.UnionType) else (info,)
        if any(step == getattr(member, "tag_field", None) for member in members):
            return inspect.LiteralType(tuple(member.tag for member in members))
        if hasattr(info, "fields"):
            info = next(field.type for field in info.fields if field.encode_name == step)
        elif hasattr(info, "value_type"):
            info = info.value_type
        else:
            info = next(member.item_type for member in members if hasattr(member, "item_type"))
        data = data[step]
        info = _chosen(_plain(info), data)
    return info


def _chosen(info: Any, data: Any) -> Any:
    """The struct that a table is, of several; any other type as it is."""
    structs = [member for member in getattr(info, "types", ()) if getattr(member, "tag_field", None)]
    tagged = isinstance(data, dict) and [member for member in structs if data.get(member.tag_field) == member.tag]
    return tagged[0] if tagged else info


def _plain(info: Any) -> Any:
    """The type without ``| None`` (TOML has no null) and without the wrapper of extra metadata."""
    from msgspec import inspect

    while isinstance(info, inspect.Metadata):
        info = info.type
    if isinstance(info, inspect.UnionType):
        members = tuple(member for member in info.types if not isinstance(member, inspect.NoneType))
        return _plain(members[0]) if len(members) == 1 else inspect.UnionType(members)
    return info


def _choices(info: Any) -> list[str]:
    """The values of a Literal or an Enum."""
    from msgspec import inspect

    if isinstance(info, inspect.EnumType):
        return [str(member.value) for member in info.cls]
    return [str(value) for value in getattr(info, "values", ())]


def _list(words: list[str]) -> str:
    return "valid: " + ", ".join(f"`{word}`" for word in words)


_NAMES = {"StrType": "string", "IntType": "integer", "FloatType": "number", "BoolType": "boolean"}
_ARRAYS = ("ListType", "VarTupleType", "TupleType", "SetType", "FrozenSetType")


def _noun(info: Any) -> str:
    """A type in TOML's words, without an article."""
    name = type(info).__name__
    if name == "UnionType":
        return " or ".join(dict.fromkeys(_noun(_plain(member)) for member in info.types))
    if name in _NAMES:
        return _NAMES[name]
    if name in _ARRAYS:
        item = _noun(_plain(info.item_type)) if hasattr(info, "item_type") else "value"
        return f"array of {item.partition(' or ')[0]}s"
    if name == "LiteralType":
        return "string" if all(isinstance(value, str) for value in info.values) else "value"
    return "table" if name in ("DictType", "StructType") else "value"


def _describe(info: Any) -> str:
    if type(info).__name__ == "UnionType":
        return " or ".join(dict.fromkeys(_describe(_plain(member)) for member in info.types))
    noun = _noun(info)
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
