"""Which versions of its dependencies the project says it runs on.

A module's manifests are those of its own folder and of the folders above it. What is not known to be older is taken for
the latest: no lock, no bound, or manifests that contradict one another.
"""

import re
from collections.abc import Iterator

from archlint.core.record import Record
from archlint.project.knowledge import table
from archlint.project.manifests import manifest_folders
from archlint.project.model import Module, Project, question
from archlint.sources.manifests import CONSTRAINT, DEV, EXTRA, LOCKS, MAIN, Manifest, Requirement, holds, locked

Release = tuple[int, ...]

# The operators of PEP 440 on releases. `packaging` reads them too, but importing its specifiers takes longer (15 ms) than
# checking a small project; the tests hold the two against each other.
_BOUND = r"(===|==|~=|!=|<=|>=|<|>)\s*v?(?:\d+!)?(\d+(?:\.\d+)*)(\.\*)?"


class Declared(Record, frozen=True):
    """What the manifests nearest to a module that name a package say of it.

    Attributes:
        requirements: of the most telling scope: those needed to run; else those of extras and groups; else those for
            development. Constraints stand with any of them.
        folder: where those manifests lie, relative to the project root.
    """

    requirements: tuple[tuple[Manifest, Requirement], ...]
    folder: str


def declared(project: Project, module: Module, name: str) -> Declared | None:
    """What is declared of a package (its normalised distribution name); None where no manifest names it."""
    return _declared(project, _folder(module), name)


def locked_versions(project: Project, module: Module, name: str) -> tuple[str, ...]:
    """The versions of a package the lock file that holds for a module has settled on.

    That is the lock beside the nearest dependency list, or one further up that has an entry for the list's own project,
    as a workspace's has for its members.
    """
    return _locked(project, _folder(module), name)


def is_older(project: Project, module: Module, name: str, than: Release) -> bool:
    """Whether a package is known to be of an older release than ``than``.

    What a lock file says decides; else the bounds of the requirements do, where one of them keeps newer releases out and
    none keeps the older ones out; else what other packages' versions imply.

    Args:
        name: normalised distribution name: ``pydantic``, ``sqlalchemy``.
        than: the first release that is not older: ``(2,)``, ``(0, 89)``.
    """
    return _is_older(project, _folder(module), name, than)


def requires_python(project: Project, module: Module) -> str:
    """The bounds on Python's version in the nearest manifest that has any; empty where none has."""
    for _, manifests in manifest_folders(project, _folder(module)):
        for manifest in manifests:
            if manifest.requires_python:
                return manifest.requires_python
    return ""


def _folder(module: Module) -> str:
    return module.path.rpartition("/")[0]


@question(cyclic=None)
def _declared(project: Project, folder: str, name: str) -> Declared | None:
    for place, manifests in manifest_folders(project, folder):
        found = [(m, r) for m in manifests for r in m.requirements if r.name == name]
        for scope in (MAIN, EXTRA, DEV):
            if any(requirement.scope == scope for _, requirement in found):
                return Declared(tuple(pair for pair in found if pair[1].scope in (scope, CONSTRAINT)), place)
    return None


@question(cyclic=())
def _locked(project: Project, folder: str, name: str) -> tuple[str, ...]:
    own = ""
    for _, manifests in manifest_folders(project, folder):
        lists = any(manifest.lists_dependencies for manifest in manifests)
        locks = [m.path for m in manifests if m.kind in LOCKS and (not own or _holds(project, m.path, own))]
        versions = tuple(version for lock in locks for version in _in_lock(project, lock, name))
        if versions:
            return versions
        if lists and not own:
            own = next((manifest.name for manifest in manifests if manifest.name), "")
            if not own:
                break
    return ()


@question(cyclic=())
def _in_lock(project: Project, path: str, name: str) -> tuple[str, ...]:
    return locked(_at(project, path), name)


@question(cyclic=False)
def _holds(project: Project, path: str, name: str) -> bool:
    return holds(_at(project, path), name)


def _at(project: Project, path: str) -> Manifest:
    return next(manifest for manifest in project.manifests if manifest.path == path)


@question(cyclic=False)
def _is_older(project: Project, folder: str, name: str, than: Release) -> bool:
    versions = _locked(project, folder, name)
    if versions:
        return all(_before(_release(version), than) for version in versions)
    found = _declared(project, folder, name)
    if found is not None:
        if not all(_permits_older(requirement.bounds, than) for _, requirement in found.requirements):
            return False
        if any(_implies_older(requirements, than) for requirements in _in_one_breath(found)):
            return True
    return any(
        row["implies"] == name
        and not _before(than, _release(row["implied_below"]))
        and _is_older(project, folder, row["package"], _release(row["below"]))
        for row in table("versions")["implied"]
    )


def _in_one_breath(found: Declared) -> Iterator[list[str]]:
    """The bounds of each requirement that always holds; those of one list with markers together, as each holds only
    sometimes."""
    alternatives: dict[tuple[str, str], list[str]] = {}
    for manifest, requirement in found.requirements:
        if requirement.marker:
            alternatives.setdefault((manifest.path, requirement.group), []).append(requirement.bounds)
        else:
            yield [requirement.bounds]
    yield from alternatives.values()


def _implies_older(alternatives: list[str], than: Release) -> bool:
    """Whether under each of some alternatives only older releases are let in."""
    return all(
        any(_keeps_newer_out(operator, release, is_prefix, than) for operator, release, is_prefix in _bounds(part))
        for written in alternatives
        for part in written.split("||")
    )


def _permits_older(written: str, than: Release) -> bool:
    return any(
        all(
            operator in ("<", "<=", "!=") or _before(release, than) for operator, release, _ in _bounds(part)
        )
        for part in written.split("||")
    )  # fmt: skip


def _keeps_newer_out(operator: str, release: Release, is_prefix: bool, than: Release) -> bool:
    if operator == "~=" and len(release) > 1:
        release, is_prefix = release[:-1], True
    elif operator == "<":
        return not _before(than, release)
    elif operator not in ("==", "===", "<="):
        return False
    if is_prefix:
        return not _before(than, (*release[:-1], release[-1] + 1))
    return _before(release, than)


def _bounds(written: str) -> Iterator[tuple[str, Release, bool]]:
    for operator, version, star in re.findall(_BOUND, written):
        yield operator, _release(version), bool(star)


def _release(version: str) -> Release:
    """The numbers a version begins with, an epoch and a ``v`` left out; () for none."""
    match = re.match(r"\s*v?(?:\d+!)?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, match[1].split("."))) if match else ()


def _before(release: Release, other: Release) -> bool:
    """Whether one release comes before another, as many zeros behind each as may be."""
    length = max(len(release), len(other))
    return bool(release) and release + (0,) * (length - len(release)) < other + (0,) * (length - len(other))
