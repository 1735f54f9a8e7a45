"""The Python files and manifests of a project: a walk that honours .gitignore files, configured excludes and the usual
suspects."""

# Paths are plain strings here: pathlib would cost more than the walk itself, and this is on the way of every run.
# ruff: noqa: PTH113, PTH114, PTH118, PTH120, PTH123, PTH208

import os
from collections.abc import Sequence

import msgspec

from archlint.config.gitignore import IgnoreRules, parse, parse_line
from archlint.sources.manifests import kind_of

_ALWAYS_SKIPPED = frozenset(
    (
        ".archlint_cache",
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".idea",
        ".ipynb_checkpoints",
        ".jj",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "__pypackages__",
        "buck-out",
        "node_modules",
        "site-packages",
        "venv",
    )
)
_BUILD_OUTPUT = frozenset(("build", "dist"))
_SETUP_FILES = frozenset(("setup.py", "setup.cfg", "pyproject.toml"))
# A virtual environment holds the one, a conda environment the other.
_ENVIRONMENT_MARKS = frozenset(("pyvenv.cfg", "conda-meta"))
_TELLING = _SETUP_FILES | _ENVIRONMENT_MARKS | {".git", ".gitignore"}


class Discovery(msgspec.Struct, frozen=True):
    """What a walk of the project found.

    Attributes:
        root: the project root, absolute.
        files: every ``.py`` file, relative to the root, ``/``-separated, sorted.
        folders: every folder that was entered, in the same form and order; the root itself is the empty string.
        manifests: every manifest, in the same form; those of the folders above the root, up to the top of its git
            repository, begin with ``../``.
        ignore_files: absolute paths of the ignore files that were consulted or looked for above the root.
        notices: one sentence for each folder or ignore file that could not be read.
        unsaved: absolute path of a file that counts as existing; empty when there is none.
        watched: absolute paths of what else had a say: links that lead to no file, what makes a folder a repository,
            and, ending in ``/``, folders that were listed and not entered. Together with the folders' time stamps, the
            manifests and the ignore files they tell whether the walk would find the same again.
        top: the names of what lies in the root, those of folders ending in ``/``, sorted.
    """

    root: str
    files: tuple[str, ...]
    folders: tuple[str, ...]
    manifests: tuple[str, ...]
    ignore_files: tuple[str, ...]
    notices: tuple[str, ...]
    unsaved: str = ""
    watched: tuple[str, ...] = ()
    top: tuple[str, ...] = ()


class _Listing(msgspec.Struct, frozen=True):
    files: list[str]
    folders: list[str]
    manifests: list[str]
    telling: set[str]


def discover(root: str, *, exclude: Sequence[str] = (), respect_gitignore: bool = True, unsaved: str = "") -> Discovery:
    """Walk a project.

    Left out are, in this order of authority:

    * what a pattern of ``exclude`` matches; a pattern with ``!`` takes files back in, against everything below;
    * tool and version control folders, virtual environments (told by ``pyvenv.cfg`` or ``conda-meta``),
      ``*.egg-info``, and ``build`` and ``dist`` beside a setup file (elsewhere they may be a feature's name);
    * what git would ignore: ``.gitignore`` files here, below, and above up to the folder with ``.git``, then
      ``.git/info/exclude``. Without a repository the ones from the root down count all the same, so that an unpacked
      archive gives the findings its repository gives; a machine's global ignore file never counts, for that same
      reason. Files that are ignored and yet tracked are left out too, as ruff does: only git's index knows them.

    Links to files are followed; links to folders are not (as in ruff), so no loop of links can trap the walk.

    Args:
        root: absolute path of the project root. It is walked even if something above would ignore it.
        exclude: gitignore-style patterns relative to the root.
        respect_gitignore: whether git's ignore files count.
        unsaved: absolute path of a file to be found, unless something excludes it, whether or not it exists yet.
    """
    walk = _Walk(root, exclude, respect_gitignore, unsaved)
    walk.run()
    return Discovery(
        root,
        tuple(sorted(walk.files)),
        tuple(sorted(walk.folders)),
        tuple(sorted(walk.manifests)),
        tuple(walk.ignore_files),
        tuple(sorted(walk.notices)),
        unsaved,
        tuple(walk.watched),
        tuple(sorted(walk.top)),
    )


class _Walk:
    """One walk. ``above`` is the root's path from the top of its git repository; paths are matched with it in front."""

    def __init__(self, root: str, exclude: Sequence[str], respect_gitignore: bool, unsaved: str) -> None:
        self.files: list[str] = []
        self.folders: list[str] = []
        self.manifests: list[str] = []
        self.ignore_files: list[str] = []
        self.notices: list[str] = []
        self.watched: list[str] = []
        self.top: list[str] = []
        self._root = root
        self._unsaved = _relative(unsaved, root) if unsaved else ""
        self._respect_gitignore = respect_gitignore
        self._above = ""
        self._outer = self._rules_above() if respect_gitignore else ()
        patterns = [pattern for line in exclude if (pattern := parse_line(line)) is not None]
        self._exclude = IgnoreRules(patterns, len(self._above), ".py") if patterns else None

    def run(self) -> None:
        pending = [("", self._outer)]
        while pending:
            prefix, chain = pending.pop()
            listing = self._list(prefix)
            if prefix and not _ENVIRONMENT_MARKS.isdisjoint(listing.telling):
                self.watched.append(os.path.join(self._root, prefix))
                continue
            self.folders.append(prefix[:-1])
            self.manifests += listing.manifests
            if self._respect_gitignore:
                chain = self._rules_in(prefix, listing, chain)
            self._take_files(prefix, listing.files, chain)
            has_setup = not _SETUP_FILES.isdisjoint(listing.telling)
            skipped = _ALWAYS_SKIPPED | _BUILD_OUTPUT if has_setup else _ALWAYS_SKIPPED
            pending += [
                (f"{prefix}{name}/", chain) for name in listing.folders if self._enters(name, prefix, chain, skipped)
            ]

    def _list(self, prefix: str) -> _Listing:
        listing = _Listing([], [], [], set())
        leads_to_unsaved = bool(self._unsaved) and self._unsaved.startswith(prefix)
        files, folders, telling = listing.files, listing.folders, listing.telling
        inside = prefix.rpartition("/")[0].rpartition("/")[2]
        try:
            with os.scandir(os.path.join(self._root, prefix)) as entries:
                for entry in entries:
                    name = entry.name
                    if not prefix:
                        self.top.append(f"{name}/" if entry.is_dir(follow_symlinks=False) else name)
                    if name in _TELLING:
                        telling.add(name)
                    if name.endswith(".py") and self._is_file(entry, prefix):
                        files.append(name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(name)
                    elif kind_of(name, inside):
                        listing.manifests.append(prefix + name)
        except OSError as error:
            if not (leads_to_unsaved and isinstance(error, FileNotFoundError)):
                self.notices.append(f"cannot read the folder {prefix[:-1] or '.'}: {error.strerror or error}")
        if leads_to_unsaved:
            self._add_unsaved(self._unsaved[len(prefix) :], listing)
        return listing

    @staticmethod
    def _add_unsaved(path: str, listing: _Listing) -> None:
        """List a file that need not exist, or the folder it lies in."""
        name, below, _ = path.partition("/")
        names = listing.folders if below else listing.files
        if name not in names:
            names.append(name)

    def _is_file(self, entry: "os.DirEntry[str]", prefix: str) -> bool:
        try:
            if entry.is_file():
                return True
        except OSError as error:
            # A link that leads in a circle; it must not hide its neighbours.
            self.notices.append(f"cannot read {prefix}{entry.name}: {error.strerror or error}")
        self.watched.append(os.path.join(self._root, prefix, entry.name))
        return False

    def _take_files(self, prefix: str, names: list[str], chain: tuple[IgnoreRules, ...]) -> None:
        asked = [rules for rules in chain if rules.concern_files]
        if self._exclude is not None and self._exclude.concern_files:
            asked.insert(0, self._exclude)
        self.files += [
            prefix + name for name in names if not asked or not _ignores_file(asked, name, self._above + prefix + name)
        ]

    def _enters(self, name: str, prefix: str, chain: tuple[IgnoreRules, ...], skipped: frozenset[str]) -> bool:
        path = self._above + prefix + name
        if self._exclude is not None:
            verdict = self._exclude.ignores_folder(name, path)
            if verdict is not None:
                return not verdict
        if name in skipped or name.endswith(".egg-info"):
            return False
        for rules in chain:
            verdict = rules.ignores_folder(name, path)
            if verdict is not None:
                return not verdict
        return True

    def _rules_above(self) -> tuple[IgnoreRules, ...]:
        """The rules from outside the root, innermost first; also finds out where the repository begins."""
        parents = [self._root]
        while not self._is_repository(parents[-1]):
            parent = os.path.dirname(parents[-1])
            if parent == parents[-1]:
                return ()
            parents.append(parent)
        top = parents[-1]
        self.manifests += [name for up, parent in enumerate(parents) if up for name in _manifests_in(parent, up)]
        self.watched += [os.path.join(parent, "") for parent in parents[1:]]
        if top != self._root:
            self._above = os.path.relpath(self._root, top).replace(os.sep, "/") + "/"
        found = [
            self._read_rules(
                os.path.join(parent, ".gitignore"), len(os.path.join(parent, "")) - len(os.path.join(top, ""))
            )
            for parent in parents[1:]
        ]
        found.append(self._read_rules(self._info_exclude(top), 0))
        return tuple(rules for rules in found if rules is not None)

    def _rules_in(self, prefix: str, listing: _Listing, chain: tuple[IgnoreRules, ...]) -> tuple[IgnoreRules, ...]:
        start = len(self._above) + len(prefix)
        if ".git" in listing.telling and prefix:
            # A repository inside the repository: the outer one's rules end here.
            inner = self._read_rules(self._info_exclude(os.path.join(self._root, prefix[:-1])), start)
            chain = () if inner is None else (inner,)
        if ".gitignore" in listing.telling:
            own = self._read_rules(os.path.join(self._root, prefix, ".gitignore"), start)
            chain = chain if own is None else (own, *chain)
        return chain

    def _read_rules(self, path: str, start: int) -> IgnoreRules | None:
        self.ignore_files.append(path)
        # git does not follow a .gitignore that is a link.
        if not os.path.isfile(path) or (path.endswith(".gitignore") and os.path.islink(path)):
            return None
        try:
            with open(path, "rb") as stream:
                text = stream.read().decode("utf-8", "surrogateescape")
        except OSError as error:
            self.notices.append(f"cannot read {path}: {error.strerror or error}")
            return None
        patterns = parse(text)
        return IgnoreRules(patterns, start, ".py") if patterns else None

    def _is_repository(self, folder: str) -> bool:
        git = os.path.join(folder, ".git")
        self.watched.append(git)
        return os.path.lexists(git)

    def _info_exclude(self, top: str) -> str:
        """Path of ``info/exclude``; in a linked worktree or a submodule ``.git`` is a file that says where it lies."""
        git = os.path.join(top, ".git")
        if os.path.isfile(git):
            self.watched.append(git)
            git = os.path.join(top, _first_line(git).removeprefix("gitdir:").strip())
            common = os.path.join(git, "commondir")
            self.watched.append(common)
            git = os.path.join(git, _first_line(common))
        return os.path.join(git, "info", "exclude")


def _manifests_in(folder: str, up: int) -> list[str]:
    """The manifests in a folder so many above the root."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return ["../" * up + name for name in names if kind_of(name) and os.path.isfile(os.path.join(folder, name))]


def _relative(path: str, root: str) -> str:
    """A path relative to the root with links resolved, for the walk goes through none; empty if it leads outside."""
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    return "" if relative.startswith("../") else relative


def _ignores_file(chain: list[IgnoreRules], name: str, path: str) -> bool:
    for rules in chain:
        verdict = rules.ignores_file(name, path)
        if verdict is not None:
            return verdict
    return False


def _first_line(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            return os.fsdecode(stream.readline(4096)).strip()
    except OSError:
        return ""
