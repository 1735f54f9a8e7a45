"""What a project has decided: its configuration file, read, checked and put to use.

``find`` the file, ``load`` it (or take the ``default``), and ask what follows from it: ``select_rules`` which rules
run, ``options`` what one rule is told, ``FileIgnores`` what is not reported where, ``LayerGlobs`` which layer a file is
given, ``check_globs`` whether all it points at exists. Every mistake in the file is a ``core.ConfigError`` that names
the file, the line, the key and the nearest valid spelling; ``Config.error`` makes one for checks elsewhere.

The start of a run passes through here, so what only a file, a pattern or an error needs is imported when it does:
tomli, the matcher of patterns, the decoder and the search for lines.
"""

from archlint.config.globs import (
    FileIgnores,
    Glob,
    LayerGlobs,
    LayerMatch,
    check_exclude,
    check_globs,
    check_src,
    compile_glob,
)
from archlint.config.load import default, find, load
from archlint.config.model import Config
from archlint.config.nearest import hint, nearest
from archlint.config.resolve import Overrides, RuleInfo, Selection, expand, select_rules
from archlint.config.rule_options import options
from archlint.config.settings import LAYERS, ORDER, PRESETS, LayerName, Preset, Settings, SeverityName
from archlint.config.words import KeyPath, subject
from archlint.core import Options

__all__ = [
    "LAYERS",
    "ORDER",
    "PRESETS",
    "Config",
    "FileIgnores",
    "Glob",
    "KeyPath",
    "LayerGlobs",
    "LayerMatch",
    "LayerName",
    "Options",
    "Overrides",
    "Preset",
    "RuleInfo",
    "Selection",
    "Settings",
    "SeverityName",
    "check_exclude",
    "check_globs",
    "check_src",
    "compile_glob",
    "default",
    "expand",
    "find",
    "hint",
    "load",
    "nearest",
    "options",
    "select_rules",
    "subject",
]
