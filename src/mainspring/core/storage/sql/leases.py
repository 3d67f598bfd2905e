"""Claims on names, by the database's time."""

from __future__ import annotations

from typing import Any

from mainspring.core.base.errors import FencedError, InvariantViolationError
from mainspring.core.records.lease import Lease
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.engine import Cursor, Database

# Each of these is one statement that decides by itself: it need not wait for the writers of the log.
_ACQUIRE = (
    "INSERT INTO leases (name, holder, epoch, until) VALUES (?, ?, 1, ?) ON CONFLICT (name) DO UPDATE SET"
    " epoch = leases.epoch + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END,"
    " holder = excluded.holder, until = excluded.until"
    " WHERE leases.until <= ? OR leases.holder = excluded.holder RETURNING epoch"
)
_RENEW = "UPDATE leases SET until = ? WHERE name = ? AND holder = ? AND epoch = ?"
# The row stays, so that no epoch is given twice; nobody is called "".
_RELEASE = "UPDATE leases SET holder = '', until = 0 WHERE name = ? AND holder = ? AND epoch = ?"
_TOUCH = "UPDATE leases SET epoch = epoch WHERE name = ? AND holder = ? AND epoch = ?"
_OF_NAME = "SELECT name, holder, epoch, until FROM leases WHERE name = ?"
_HELD = "SELECT name, holder, epoch, until FROM leases WHERE until > ? AND holder <> '' ORDER BY name"


class SqlLeases:
    """Claims on names in SQL; see ``LeaseStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(self, name: str, holder: str, *, seconds: float) -> Lease:
        """Take a lease."""
        if not holder:
            raise InvariantViolationError(f"Whoever takes the lease {name!r} needs a name.")
        with self._database.write(serial=False) as cursor:
            now = self._database.now(cursor)
            cursor.execute(_ACQUIRE, (name, holder, now + seconds, now))
            row = cursor.fetchone()
            if row is None:
                cursor.execute(_OF_NAME, (name,))
                raise _taken(name, cursor.fetchone(), now)
        return Lease(name=name, holder=holder, epoch=row[0], until=now + seconds)

    def renew(self, lease: Lease, *, seconds: float) -> Lease:
        """Hold a lease for longer."""
        with self._database.write(serial=False) as cursor:
            now = self._database.now(cursor)
            cursor.execute(_RENEW, (now + seconds, lease.name, lease.holder, lease.epoch))
            if cursor.rowcount != 1:
                raise _lost(lease)
        return Lease(name=lease.name, holder=lease.holder, epoch=lease.epoch, until=now + seconds)

    def release(self, lease: Lease) -> bool:
        """Give a lease back."""
        with self._database.write(serial=False) as cursor:
            cursor.execute(_RELEASE, (lease.name, lease.holder, lease.epoch))
            return cursor.rowcount == 1

    def holder(self, name: str) -> Lease | None:
        """Who holds a lease now."""
        with self._database.read() as cursor:
            now = self._database.now(cursor)
            cursor.execute(_OF_NAME, (name,))
            row = cursor.fetchone()
        lease = None if row is None else _read(row)
        return lease if lease is not None and lease.holder and lease.until > now else None

    def held(self) -> list[Lease]:
        """All leases that hold now."""
        with self._database.read() as cursor:
            cursor.execute(_HELD, (self._database.now(cursor),))
            rows = cursor.fetchall()
        return [_read(row) for row in rows]


def require_held(cursor: Cursor, lease: Lease) -> None:
    """Raise ``FencedError`` unless a lease is still its holder's; nobody can take it until the transaction ends.

    A lease that has lapsed and that nobody took is still its holder's.
    """
    cursor.execute(_TOUCH, (lease.name, lease.holder, lease.epoch))
    if cursor.rowcount != 1:
        raise _lost(lease)


def _lost(lease: Lease) -> FencedError:
    return FencedError(
        f"{lease.holder} no longer holds the lease {lease.name!r} of epoch {lease.epoch}: it was released or"
        " taken over.",
        hint="Stop what was done under it; whoever holds it now goes on.",
    )


def _taken(name: str, row: tuple[Any, ...] | None, now: float) -> FencedError:
    if row is None:  # released and removed between two looks
        return FencedError(f"The lease {name!r} was not to be had.", hint="Try again.")
    lease = _read(row)
    return FencedError(
        f"The lease {name!r} is held by {lease.holder} for another {lease.until - now:.0f} s.",
        hint="It can be taken when it lapses or is released.",
    )


def _read(row: tuple[Any, ...]) -> Lease:
    """The lease of a row. One whose expiry cannot be read has lapsed."""
    name, holder, epoch, until = row
    cells = Cells()
    return Lease(
        name=cells.text(name, "name"),
        holder=cells.text(holder, "holder"),
        epoch=int(cells.number(epoch, "epoch")),
        until=cells.number(until, "until"),
    )
