"""Gives the room of removed rows back, beside those who write."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import msgspec

from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import StorageFullError
from mainspring.core.storage.sql.bare import Bare, BareSqlite
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.sizes import database_info

Told = Callable[[str, int, int], object]
"""Hears what is done, how much of it, and of how much."""

_CHECKPOINT_EVERY = 50


class Vacuumed(msgspec.Struct, frozen=True):
    """The size of a database before and after, in bytes. ``left`` is room that could be given back by ``whole``
    alone.
    """

    before: int
    after: int
    left: int = 0


def vacuum(database: Bare, *, clock: Clock, told: Told, whole: bool = False) -> Vacuumed:
    """Give room back.

    A file is made shorter a few pages at a time; a table of PostgreSQL is cleaned by ``VACUUM (ANALYZE)``, which
    leaves its room to new rows. ``whole`` writes everything anew: nobody can write meanwhile, and it needs as
    much free room as the database takes. Raises ``StorageFullError`` where there is not enough.
    """
    before = database_info(database)
    if not isinstance(database, BareSqlite):
        tables = [one.name for one in before.tables]
        for number, table in enumerate(tables):
            told("cleaning tables", number, len(tables))
            with database.alone() as cursor:
                cursor.execute(f"VACUUM ({'FULL, ' if whole else ''}ANALYZE) {table}")
        return Vacuumed(before.total_bytes, database_info(database).total_bytes)
    if whole:
        _rewrite(database, told)
    elif before.gives_back:
        _shorten(database, clock, told)
    after = database_info(database)
    return Vacuumed(
        before.total_bytes, after.total_bytes, left=0 if after.gives_back else after.free_bytes or 0
    )


def _shorten(database: BareSqlite, clock: Clock, told: Told) -> None:
    pace = Pace(clock=clock)
    with database.alone() as cursor:
        free = most = _pragma(cursor, "freelist_count")
        steps = 0
        while free:
            told("giving free pages back", most - free, most)
            with pace.measured():
                cursor.execute(f"PRAGMA incremental_vacuum({pace.size})")
                cursor.fetchall()
            steps += 1
            if steps % _CHECKPOINT_EVERY == 0:
                _pragma(cursor, "wal_checkpoint(PASSIVE)")
            left = _pragma(cursor, "freelist_count")
            if left >= free:  # others free pages as quickly, or a reader holds on to them
                break
            free = left
        _shorten_journal(cursor)


def _shorten_journal(cursor: Cursor) -> None:
    """Take the journal into the file and cut it off, unless somebody is busy with it."""
    cursor.execute("PRAGMA busy_timeout")
    waits = cursor.fetchone()[0]
    cursor.execute("PRAGMA busy_timeout = 50")
    cursor.fetchall()
    _pragma(cursor, "wal_checkpoint(TRUNCATE)")
    cursor.execute(f"PRAGMA busy_timeout = {waits}")


def _rewrite(database: BareSqlite, told: Told) -> None:
    info = database_info(database)
    needed = (info.file_bytes or 0) - (info.free_bytes or 0)
    room = shutil.disk_usage(database.path.parent).free
    if room < 2 * needed:  # the new file, and the journal that puts it into the place of the old one
        raise StorageFullError(
            f"Writing {database.place} anew needs {2 * needed:,} bytes of free room beside it; there are {room:,}.",
            hint="Make room there first.",
        )
    told("writing the file anew", 0, 1)
    with database.alone() as cursor:
        cursor.execute(
            "PRAGMA auto_vacuum = INCREMENTAL"
        )  # from now on room can be given back piece by piece
        cursor.execute("VACUUM")
        _shorten_journal(cursor)


def _pragma(cursor: Cursor, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return cursor.fetchall()[0][0]
