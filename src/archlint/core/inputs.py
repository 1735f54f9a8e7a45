"""What a run depended on."""

import msgspec


class Inputs(msgspec.Struct, frozen=True):
    """What must be as it was for the same command line to lead to the same report, archlint's own code aside.

    All paths are absolute, ``/``-separated below the project's root.

    Attributes:
        cache: the folder the cache lies in, whether or not there is one.
        paths: files, there or not, and, ending in ``/``, folders of which it counts what lies in them.
        root: the project's folder.
        entries: what lay in it, the names of folders ending in ``/``. The cache is put there: its time stamp says little.
        packages: the packages that rules were loaded from.
    """

    cache: str
    paths: tuple[str, ...]
    root: str
    entries: tuple[str, ...]
    packages: tuple[str, ...]
