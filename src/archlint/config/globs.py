"""The patterns of the settings, matched against the project's files.

A pattern means what a line of a ``.gitignore`` in the configuration file's folder would
(https://git-scm.com/docs/gitignore#_pattern_format): ``tests`` is a file or folder of that name anywhere, with all that
is inside; ``/app`` and ``app/models`` begin at the file's folder; ``**`` spans folders. Paths are ``/``-separated and
relative to ``Config.root``.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from archlint.config.model import Config, is_folder
from archlint.config.nearest import did_you_mean, hint
from archlint.config.resolve import RuleInfo, expand, unknown_rule
from archlint.config.words import KeyPath, subject, tick

_WILD = frozenset("*?[")


class Glob(NamedTuple):
    """One compiled pattern.

    Attributes:
        text: the pattern as written.
        include: False when it begins with ``!``.
        files: matches the whole paths of the files meant, the ``!`` aside.
    """

    text: str
    include: bool
    files: re.Pattern[str]

    def matches(self, path: str) -> bool:
        """Whether the pattern, the ``!`` aside, means this path."""
        return self.files.fullmatch(path) is not None

    @property
    def weight(self) -> tuple[int, int]:
        """How much of a path the pattern spells out: segments without a wildcard, then characters that are none."""
        segments = [part for part in self.text.removeprefix("!").split("/") if part]
        literal = sum(not _WILD.intersection(part) for part in segments)
        return literal, sum(char not in _WILD for part in segments for char in part)


def compile_glob(config: Config, key: KeyPath, text: str) -> Glob:
    """Compile one pattern of the settings.

    Args:
        config: the configuration.
        key: where the pattern stands, for errors.
        text: the pattern.

    Raises:
        ConfigError: the text is no pattern: empty, a comment, a lone ``!``, a ``[`` that nothing closes, a ``\\`` at
            the end. In an ignore file git passes over such a line in silence; in the settings it is a mistake.
    """
    from archlint.config.gitignore import compile_files, parse_line

    pattern = parse_line(text)
    files = compile_files(pattern) if pattern else None
    if pattern is None or files is None:
        raise config.error(key, f"{subject(key[:-1])}: {tick(text)} is not a gitignore pattern")
    return Glob(text, not pattern.negated, files)


class FileIgnores:
    """``per-file-ignores``: the rules not reported in a file.

    All patterns that match a file count. As in ruff, a pattern that begins with ``!`` means the files that the rest of
    it does not match. Made once a run; immutable from then on.
    """

    def __init__(self, config: Config, known: Sequence[RuleInfo]) -> None:
        """Compile the patterns; raises ConfigError for a pattern or a rule that is none."""
        self._entries = tuple(
            (compile_glob(config, ("per-file-ignores", text), text), _codes(config, text, selectors, known))
            for text, selectors in config.settings.per_file_ignores.items()
        )

    def ignored(self, path: str) -> frozenset[str]:
        """The codes of the rules that are not reported in a file, given relative to ``Config.root``."""
        matching = (codes for glob, codes in self._entries if glob.matches(path) is glob.include)
        return frozenset[str]().union(*matching)


class LayerMatch(NamedTuple):
    """The layer the settings give a file, and the pattern that says so, as written."""

    layer: str
    pattern: str


class LayerGlobs:
    """``[layers]``: the layer the settings give a file. Made once a run; immutable from then on.

    Inside one layer the last pattern that matches decides, so that ``!`` takes files out again. Where several layers
    claim a file, the pattern that spells out most of its path wins, in whatever order they are written: most segments
    without a wildcard, then most characters, then the layer that stands first. So ``app/services/db/**`` beats
    ``app/services/**``, just as a longer code prefix beats a shorter one.
    """

    def __init__(self, config: Config) -> None:
        """Compile the patterns; raises ConfigError for one that is none."""
        self._layers = tuple((layer, _layer_globs(config, layer)[::-1]) for layer in config.settings.layer_globs)

    def match(self, path: str) -> LayerMatch | None:
        """The layer of a file (relative to ``Config.root``) and the deciding pattern; None when no glob claims it."""
        best: tuple[str, Glob] | None = None
        for layer, globs in self._layers:
            decisive = next((glob for glob in globs if glob.matches(path)), None)
            if decisive and decisive.include and (best is None or decisive.weight > best[1].weight):
                best = (layer, decisive)
        return LayerMatch(best[0], best[1].text) if best else None

    def layer_of(self, path: str) -> str | None:
        """The layer of a file (relative to ``Config.root``); None when no glob claims it."""
        found = self.match(path)
        return found.layer if found else None


def check_src(config: Config) -> None:
    """Raise ConfigError for a folder of ``src`` that does not exist."""
    for item, folder in enumerate(config.settings.src):
        path = config.root / folder
        if not is_folder(path):
            nearest = hint(path.name, _folders_in(path.parent))
            raise config.error(("src", item), f"`src`: there is no folder {tick(folder)}{nearest}")


def check_exclude(config: Config) -> None:
    """Raise ConfigError for an item of ``exclude`` that is no pattern."""
    for item, text in enumerate(config.settings.exclude):
        compile_glob(config, ("exclude", item), text)


def check_globs(config: Config, files: Iterable[str]) -> None:
    """Raise ConfigError for what the settings point at and the project does not have.

    That is: a folder of ``src`` that does not exist, and a pattern of ``per-file-ignores`` or ``[layers]`` that matches
    no file. Patterns of ``exclude`` may match nothing: what they leave out is not among the files, and often comes and
    goes (build output, a virtual environment). They only have to be patterns. So may those of an extended file, which
    speaks to other projects too.

    Args:
        config: the configuration.
        files: every file of the project, whichever are to be reported, relative to ``Config.root``.
    """
    check_src(config)
    check_exclude(config)
    written: list[tuple[KeyPath, str]] = [
        (("per-file-ignores", text), text) for text in config.settings.per_file_ignores
    ]
    for layer, patterns in config.settings.layer_globs.items():
        written.extend((("layers", layer, item), text) for item, text in enumerate(patterns))
    paths = tuple(files) if written else ()
    for key, text in written:
        glob = compile_glob(config, key, text)
        if config.owns(key) and not any(glob.matches(path) for path in paths):
            message = f"{subject(key[:-1])}: {tick(text)} matches no file{_near(text, paths)}"
            raise config.error(key, message)


def _folders_in(path: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in path.iterdir() if is_folder(entry))
    except OSError:
        return []


def _layer_globs(config: Config, layer: str) -> tuple[Glob, ...]:
    patterns = config.settings.layer_globs[layer]
    return tuple(compile_glob(config, ("layers", layer, item), text) for item, text in enumerate(patterns))


def _codes(config: Config, pattern: str, selectors: Iterable[str], known: Sequence[RuleInfo]) -> frozenset[str]:
    codes: frozenset[str] = frozenset()
    for item, selector in enumerate(selectors):
        choice = expand(selector, known)
        if choice is None:
            key = ("per-file-ignores", pattern)
            raise config.error((*key, item), f"{subject(key)}: {unknown_rule(selector, known)}")
        codes |= choice.codes
    return codes


def _near(text: str, paths: Iterable[str]) -> str:
    """The hint for a pattern that matches nothing: the file or folder most like what it spells out."""
    segments = [part for part in text.removeprefix("!").split("/") if part not in ("", ".")]
    plain = "/".join(part for part in segments if not _WILD.intersection(part))
    existing = {path for file in paths for path in (file, *map(str, PurePosixPath(file).parents))} - {"."}
    if plain in existing and plain != text.removeprefix("./"):
        return ""  # the folder is there, what the wildcards ask of it is not
    deeper = [path for path in existing if path.endswith(f"/{plain}")]
    return did_you_mean(min(deeper, key=lambda path: (len(path), path))) if deeper else hint(plain, existing)
