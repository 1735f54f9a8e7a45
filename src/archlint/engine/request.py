"""What is asked of a run."""

import os

import msgspec


class Request(msgspec.Struct, frozen=True):
    """The command line, as far as the engine is concerned.

    Attributes:
        paths: files and folders to report on, as typed; empty: the configuration's ``src``, else the working directory.
        cwd: absolute working directory.
        config_file: the configuration to use instead of the nearest one.
        isolated: use no configuration file, and the working directory as the project's root if it holds the paths.
        preset: overrides the configuration's.
        select: overrides the configuration's selection; codes, prefixes, names.
        extend_select: rules to run as well.
        ignore: rules not to run.
        force_exclude: leave out what the configuration or git leaves out, also where ``paths`` name it; nothing left to
            check is no mistake then.
        content: what takes the place of the bytes of the one file in ``paths``, which need not exist.
        cache: read and write a cache.
        cache_dir: where the cache lies, as typed; empty: ``.archlint_cache`` in the project's root.
        jobs: how many processes may work at once; 0: as many as pay.
    """

    paths: tuple[str, ...] = ()
    cwd: str = ""
    config_file: str = ""
    isolated: bool = False
    preset: str = ""
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    force_exclude: bool = False
    content: bytes | None = None
    cache: bool = False
    cache_dir: str = ""
    jobs: int = 1


def absolute(path: str, base: str) -> str:
    """A path as typed, from the root; ``base`` is the absolute folder it counts from."""
    return os.path.normpath(os.path.join(base, path))  # noqa: PTH118
