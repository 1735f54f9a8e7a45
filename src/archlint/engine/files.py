"""The files of a project: what the cache knows of them, and for the rest reading and lowering."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from time import time_ns
from typing import TypeVar

import msgspec

from archlint.engine.lowering import lower_all
from archlint.engine.progress import SILENT, Progress
from archlint.facts import Facts, StoredFacts, lower
from archlint.facts.store import Store, digest, facts_key, key
from archlint.sources import SETTLED, Unreadable, is_template, read, stamp

T = TypeVar("T")


class Known(msgspec.Struct, array_like=True, frozen=True):
    """What is known of a file.

    Attributes:
        stamp: modification time in nanoseconds, size and inode, by which it is taken for unchanged.
        content: the digest of its bytes; empty where nothing is kept of it.
        imports: the dotted names its absolute imports name.
        is_template: it is a template rather than Python.
    """

    stamp: tuple[int, int, int]
    content: bytes
    imports: tuple[str, ...]
    is_template: bool


class _Record(msgspec.Struct, array_like=True):
    """What a run keeps: when it looked (nanoseconds), and the files by path."""

    time: int
    files: dict[str, Known]


class Files(msgspec.Struct):
    """The files of a project by path from its root, those that could not be read left out; their facts and their bytes;
    and what to say about the rest."""

    known: dict[str, Known]
    facts: dict[str, Facts]
    data: Mapping[str, bytes]
    notices: list[str]


class Texts(Mapping[str, bytes]):
    """The bytes of files, read when they are asked for; empty for a file that has gone."""

    def __init__(self, root: str, paths: Iterable[str], held: dict[str, bytes]) -> None:
        self._root = root
        self._paths = frozenset(paths)
        self._held = held

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        if path not in self._held:
            content = read(f"{self._root}/{path}")
            self._held[path] = b"" if isinstance(content, Unreadable) else content
        return self._held[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def understood(data: Mapping[str, bytes], jobs: int = 1, progress: Progress = SILENT) -> Files:
    """Files whose bytes are at hand, by path."""
    facts = _lowered(data, jobs, progress, 0)
    known = {path: _known(path, data[path], found, (0, 0, 0), b"") for path, found in facts.items()}
    return Files(known, facts, data, [])


def read_files(
    root: str, paths: Collection[str], contents: Mapping[str, bytes], jobs: int, progress: Progress
) -> Files:  # fmt: skip
    """Files on disk, but for those whose contents are given."""
    data: dict[str, bytes] = {}
    notices: list[str] = []
    progress.step("read", len(paths))
    for path in paths:
        if path not in contents:
            _read_into(data, notices, root, path)
        progress.part()
    files = understood(data | dict(contents), jobs, progress)
    files.notices += notices
    return files


def remembered_files(
    root: str, paths: Collection[str], contents: Mapping[str, bytes], jobs: int, store: Store, progress: Progress
) -> Files:  # fmt: skip
    """As `read_files`, reading and lowering only what the store does not know already."""
    progress.step("read", len(paths))
    record_key = key("files", root)
    earlier, now = recorded(store, record_key, _Record) or _Record(0, {}), time_ns()
    data: dict[str, bytes] = dict(contents)
    known: dict[str, Known] = {}
    notices: list[str] = []
    stamps: dict[str, tuple[int, int, int]] = dict.fromkeys(contents, (0, 0, 0))
    for path in paths:
        progress.part()
        if path in contents:
            continue
        now_stamp, before = stamp(f"{root}/{path}"), earlier.files.get(path)
        if before is not None and before.stamp == now_stamp and now_stamp[0] + SETTLED < earlier.time:
            known[path] = before
        elif _read_into(data, notices, root, path):
            stamps[path] = now_stamp
    contents_read = {path: digest(data[path]) for path in stamps}
    facts = _facts(root, contents_read, data, known, jobs, store, progress)
    for path, its_stamp in stamps.items():
        content, before = contents_read[path], earlier.files.get(path)
        if before is not None and before.content == content:
            known[path] = msgspec.structs.replace(before, stamp=its_stamp)
        else:
            known[path] = _known(path, data[path], facts[path], its_stamp, content)
    known = {path: known[path] for path in sorted(known)}
    if not contents and (stamps or known.keys() != earlier.files.keys()):
        store.put({record_key: msgspec.msgpack.encode(_Record(now, {p: f for p, f in known.items() if is_text(p)}))})
    return Files(known, facts, Texts(root, known, data), notices)


def is_text(path: str) -> bool:
    """Whether the name of a file is text: records cannot hold what is none."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def facts_of(store: Store, content: bytes) -> Facts | None:
    """The facts of a file by the digest of its bytes, where the store has them."""
    stored = _stored(store, content)
    return None if stored is None else StoredFacts(stored)


def recorded(store: Store, record_key: bytes, kind: type[T]) -> T | None:
    """A record, where the store has one that this code has made."""
    found = store.get([record_key]).get(record_key)
    try:
        return None if found is None else msgspec.msgpack.decode(found, type=kind)
    except msgspec.DecodeError:
        return None


def _facts(
    root: str, read_now: Mapping[str, bytes], data: Mapping[str, bytes], known: Mapping[str, Known], jobs: int,
    store: Store, progress: Progress,
) -> dict[str, Facts]:  # fmt: skip
    """The facts of the files just read, given by path with the digest of each, and of those known already."""
    keys = {path: facts_key(content) for path, content in read_now.items()}
    stored = store.get(set(keys.values()))
    unknown = {path: data[path] for path, its_key in keys.items() if its_key not in stored}
    lowered = _lowered(unknown, jobs, progress, len(keys) + len(known) - len(unknown))
    store.put({keys[path]: facts.encode() for path, facts in lowered.items()})
    facts: dict[str, Facts] = {path: StoredFacts(stored[keys[path]]) for path in keys if keys[path] in stored}
    facts |= lowered
    for path, file in known.items():
        facts[path] = _later(root, path, file, store)
    return facts


def _lowered(contents: Mapping[str, bytes], jobs: int, progress: Progress, known: int) -> dict[str, Facts]:
    """The facts of files, given by path; ``known`` are those of so many others already."""
    progress.step("lower", sum(map(len, contents.values())), f"{len(contents)} files, {known} from the cache")
    return lower_all(contents, jobs, progress=progress)


def _stored(store: Store, content: bytes) -> bytes | None:
    return next(iter(store.get([facts_key(content)]).values()), None)


def _later(root: str, path: str, file: Known, store: Store) -> Facts:
    def load() -> bytes:
        stored = _stored(store, file.content)
        if stored is not None:
            return stored
        content = read(f"{root}/{path}")
        return lower(b"" if isinstance(content, Unreadable) else content).encode()

    return StoredFacts(load)


def _known(path: str, data: bytes, facts: Facts, stamp: tuple[int, int, int], content: bytes) -> Known:
    interface = facts.interface
    imports: set[str] = set()
    for statement in interface.imports:
        if statement.module is None:
            imports.update(name for name, _ in statement.names)
        elif not statement.level:
            imports.add(statement.module)
    template = interface.error is not None and is_template(path, data)
    return Known(stamp, content, tuple(sorted(imports)), template)


def _read_into(data: dict[str, bytes], notices: list[str], root: str, path: str) -> bool:
    content = read(f"{root}/{path}")
    if isinstance(content, Unreadable):
        notices.append(f"{path}: skipped: {content.reason}")
        return False
    data[path] = content
    return True
