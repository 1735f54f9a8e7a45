"""Files: finding them, naming them, and turning their bytes into text.

The order of a run is ``find_root`` (which project), ``discover`` (its files), ``select`` (those to report on), ``read``
and ``decode`` (their text), and, once the imports are known, ``assign`` (their module names). Paths are plain strings
throughout: absolute for the project root, and relative to it with ``/`` for everything inside.
"""

from archlint.sources.decode import DecodeError, decode, line_texts
from archlint.sources.discover import Discovery, discover
from archlint.sources.environment import Environment, PackageFile, environment_at, usual_environment, watched
from archlint.sources.manifests import Manifest, is_manifest, read_manifests
from archlint.sources.paths import select
from archlint.sources.project_root import find_root
from archlint.sources.read import SETTLED, Unreadable, read, stamp
from archlint.sources.roots import ModuleName, assign
from archlint.sources.template import is_template

__all__ = [
    "SETTLED",
    "DecodeError",
    "Discovery",
    "Environment",
    "Manifest",
    "ModuleName",
    "PackageFile",
    "Unreadable",
    "assign",
    "decode",
    "discover",
    "environment_at",
    "find_root",
    "is_manifest",
    "is_template",
    "line_texts",
    "read",
    "read_manifests",
    "select",
    "stamp",
    "usual_environment",
    "watched",
]
