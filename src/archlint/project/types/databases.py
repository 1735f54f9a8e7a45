"""What talks to a database: sessions, connections, engines, and what makes sessions; sync and async.

Source: SQLAlchemy, "Session API" and "Asynchronous I/O (asyncio)"; SQLModel, "Session".
"""

import functools
from collections.abc import Mapping

import msgspec

from archlint.project.classes import ancestors
from archlint.project.knowledge import table
from archlint.project.model import Project, question
from archlint.project.types.annotations import ANYTHING, CLASS, UNKNOWN, VARIABLE, Type, arms, lineage

SESSION = "session"
CONNECTION = "connection"
ENGINE = "engine"
FACTORY = "factory"
SCOPED = "scoped"
QUERY = "sqlalchemy.orm.Query"
"""What ``session.query(…)`` gives: it is run by its own methods."""


class Database(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """Something that talks to a database.

    Attributes:
        kind: `SESSION`, `CONNECTION`, `ENGINE`; `FACTORY`, which makes a session when called (``sessionmaker``); `SCOPED`,
            a registry that is used like the session it holds (``scoped_session``).
        is_async: its I/O is awaited. Of a factory and a registry: that of the sessions they make.
    """

    kind: str
    is_async: bool

    @property
    def takes_statements(self) -> bool:
        """It is used like a session or connection: statements are handed to it, and it is committed and closed."""
        return self.kind in (SESSION, CONNECTION, SCOPED)


@functools.cache
def _kinds() -> Mapping[str, Database]:
    """What each third-party class is."""
    return {
        name: Database(kind, mode == "async")
        for kind, modes in table("databases").items()
        for mode, names in modes.items()
        for name in names
    }


def database_of(project: Project, type_: Type) -> Database | None:
    """What an object is to a database; None where it is nothing, or where it may be something else as well: every arm of a
    union but ``None`` has to be one, and all sync or all async. Of several kinds the first counts."""
    found = [_database(project, arm) for arm in arms(type_)]
    first = found[0] if found else None
    if first is None or any(other is None or other.is_async is not first.is_async for other in found):
        return None
    return first


def agreed(project: Project, declared: Type, given: Type) -> Type:
    """What is declared to be of a database. Nobody knows what it is that is sync by what is written and async by what is
    given, or the other way round."""
    own, other = database_of(project, declared), database_of(project, given)
    return ANYTHING if own and other and own.is_async is not other.is_async else declared


def takes_statements(project: Project, type_: Type) -> bool:
    """Whether an object is a session or connection, be it sync or async: ``AsyncSession | Session`` is either."""
    found = [_database(project, arm) for arm in arms(type_)]
    return bool(found) and all(each is not None and each.takes_statements for each in found)


@question(cyclic=None)
def _database(project: Project, type_: Type) -> Database | None:
    if type_.kind not in (CLASS, VARIABLE):
        return None
    for base in lineage(project, type_):
        if base.symbol is None or not base.symbol.is_external:
            continue
        for symbol in (base.symbol, *ancestors(project, base.symbol)):
            found = _kinds().get(symbol.name)
            if found is not None:
                return _made_by(project, found, base)
    return None


def _made_by(project: Project, found: Database, type_: Type) -> Database:
    """A factory and a registry are async where what they make is: ``sessionmaker(class_=AsyncSession)``."""
    held = type_.args[0] if found.kind in (FACTORY, SCOPED) and type_.args else None
    if held is None or held.kind in (UNKNOWN, VARIABLE):
        return found
    made = database_of(project, held)
    return Database(found.kind, made.is_async) if made is not None else found
