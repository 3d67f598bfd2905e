"""Pools and their slots: who may run now, and who waits.

A claim is a row of ``pool_claims``; it holds a slot from its ``assign_time`` on. Slots are given by whoever comes
by: each call that writes gives all slots that are free, to whomever they are due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import FencedError, InvariantViolationError, RunNotFoundError
from mainspring.core.records.concurrency import ConcurrencyClaimStatus, ConcurrencyKeyInfo, PoolLimit
from mainspring.core.storage.derive import FINAL
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.storage.sql.slot_rows import CLAIM_COLUMNS, read_claim, read_limit

_SET_LIMIT = (
    "INSERT INTO pools (name, slot_limit, is_default, update_time) VALUES (?, ?, 0, ?) ON CONFLICT (name) DO UPDATE"
    " SET slot_limit = excluded.slot_limit, is_default = 0, update_time = excluded.update_time"
)
_DELETE_LIMIT = "DELETE FROM pools WHERE name = ?"
_LIMIT = "SELECT slot_limit FROM pools WHERE name = ?"
_LIMITS = (
    "SELECT n.name, p.slot_limit FROM (SELECT name FROM pools UNION SELECT pool FROM pool_claims) n"
    " LEFT JOIN pools p ON p.name = n.name"
)

_RUN = "SELECT status, epoch FROM runs WHERE run_id = ?"
_CLAIM = (
    "INSERT INTO pool_claims (pool, run_id, step_key, epoch, priority, claim_time) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (pool, run_id, step_key) DO UPDATE SET epoch = excluded.epoch, priority = excluded.priority"
)
_STATUS = f"SELECT {CLAIM_COLUMNS} FROM pool_claims WHERE pool = ? AND run_id = ? AND step_key = ?"
_USED = "SELECT COUNT(*) FROM pool_claims WHERE pool = ? AND assign_time IS NOT NULL"
_GIVE = (
    "UPDATE pool_claims SET assign_time = ? WHERE id IN (SELECT id FROM pool_claims WHERE pool = ?"
    " AND assign_time IS NULL ORDER BY priority DESC, id LIMIT ?)"
)
_FREE_STEP = "DELETE FROM pool_claims WHERE run_id = ? AND step_key = ?"
_FREE_RUN = "DELETE FROM pool_claims WHERE run_id = ?"
_ANY_NUMBER = 2**31 - 1


class SqlPools:
    """Pools and slots in SQL; see ``PoolStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_limit(self, pool: str, limit: int) -> None:
        """Set how many slots a pool has."""
        if limit < 0:
            raise InvariantViolationError(
                f"The pool {pool!r} cannot have {limit} slots.",
                hint="Give 0 or more; delete the limit to let any number run.",
            )
        with self._database.write() as cursor:
            now = self._database.now(cursor)
            cursor.execute(_SET_LIMIT, (pool, limit, now))
            _give(cursor, pool, limit, now)

    def delete_limit(self, pool: str) -> bool:
        """Let the default hold again."""
        with self._database.write() as cursor:
            cursor.execute(_DELETE_LIMIT, (pool,))
            return cursor.rowcount == 1

    def limits(self, *, default_limit: int | None = None) -> list[PoolLimit]:
        """All pools that are known."""
        with self._database.read() as cursor:
            cursor.execute(f"{_LIMITS} ORDER BY n.name")
            return [read_limit(row, default_limit) for row in cursor.fetchall()]

    def claim(
        self,
        pool: str,
        run_id: str,
        step_key: str,
        *,
        epoch: int | None = None,
        priority: int = 0,
        default_limit: int | None = None,
    ) -> ConcurrencyClaimStatus:
        """Ask for a slot. Where nothing would change, only reading is done: those who wait may ask often."""
        with self._database.read() as cursor:
            at = _require_alive(cursor, run_id, epoch)
            standing = _standing(cursor, (pool, run_id, step_key), (at, priority), default_limit)
        if standing is not None:
            return standing
        with self._database.write() as cursor:
            at = _require_alive(cursor, run_id, epoch)
            now = self._database.now(cursor)
            cursor.execute(_CLAIM, (pool, run_id, step_key, at, priority, now))
            _give(cursor, pool, _limit_of(cursor, pool, default_limit), now)
            cursor.execute(_STATUS, (pool, run_id, step_key))
            return read_claim(cursor.fetchone())

    def status(self, pool: str, run_id: str, step_key: str) -> ConcurrencyClaimStatus | None:
        """How a claim stands."""
        with self._database.read() as cursor:
            cursor.execute(_STATUS, (pool, run_id, step_key))
            row = cursor.fetchone()
        return None if row is None else read_claim(row)

    def free_step(self, run_id: str, step_key: str) -> int:
        """End the claims of a step."""
        with self._database.write() as cursor:
            cursor.execute(_FREE_STEP, (run_id, step_key))
            return cursor.rowcount

    def free_run(self, run_id: str, *, epoch: int | None = None) -> int:
        """End the claims of a run."""
        with self._database.write() as cursor:
            if epoch is None:
                cursor.execute(_FREE_RUN, (run_id,))
            else:
                cursor.execute(f"{_FREE_RUN} AND epoch <= ?", (run_id, epoch))
            return cursor.rowcount

    def info(
        self, pools: Sequence[str] | None = None, *, default_limit: int | None = None
    ) -> Mapping[str, ConcurrencyKeyInfo]:
        """Pools with all their claims."""
        limits: list[tuple[Any, ...]] = []
        rows: list[tuple[Any, ...]] = []
        with self._database.read() as cursor:
            for where, names in _pieces(pools):
                cursor.execute(_LIMITS + where.format(column="n.name"), names)
                limits.extend(cursor.fetchall())
                cursor.execute(
                    f"SELECT {CLAIM_COLUMNS} FROM pool_claims" + where.format(column="pool"), names
                )
                rows.extend(cursor.fetchall())
        known = [read_limit(row, default_limit) for row in limits]
        there = {one.name for one in known}
        unknown = [name for name in dict.fromkeys(pools or ()) if name not in there]
        known += [PoolLimit(name=name, limit=default_limit, from_default=True) for name in unknown]
        claims: dict[str, list[ConcurrencyClaimStatus]] = {one.name: [] for one in known}
        for row in sorted(rows, key=_by_id):
            claim = read_claim(row)
            claims.setdefault(claim.concurrency_key, []).append(claim)
        return {one.name: _info(one, claims[one.name]) for one in sorted(known, key=_by_name)}


def _require_alive(cursor: Cursor, run_id: str, epoch: int | None) -> int:
    """The epoch of a claim. Refuses one that nothing would ever end, or whose worker has been replaced."""
    cursor.execute(_RUN, (run_id,))
    row = cursor.fetchone()
    if row is None:
        raise RunNotFoundError(
            f"There is no run with the id {run_id}, so nothing would ever free its slot.",
            hint="Store the run first.",
        )
    status, known_epoch = row
    if status in FINAL:
        raise FencedError(f"Run {run_id} has ended ({status}): it gets no slot.", hint="Stop this worker.")
    if epoch is not None and epoch < known_epoch:
        raise FencedError(
            f"Run {run_id} has been taken over: a worker of epoch {epoch} asked for a slot, the run is at"
            f" {known_epoch}.",
            hint="Stop this worker; the run goes on elsewhere.",
        )
    return known_epoch if epoch is None else epoch


def _standing(
    cursor: Cursor, claim: tuple[str, str, str], made: tuple[int, int], default_limit: int | None
) -> ConcurrencyClaimStatus | None:
    """How a claim stands, unless it is new, has changed, or a slot is free that somebody has to be given."""
    cursor.execute(_STATUS, claim)
    row = cursor.fetchone()
    if row is None or row[4:6] != made:
        return None
    if row[-1] is None and _free(cursor, claim[0], _limit_of(cursor, claim[0], default_limit)) > 0:
        return None
    return read_claim(row)


def _limit_of(cursor: Cursor, pool: str, default_limit: int | None) -> int | None:
    cursor.execute(_LIMIT, (pool,))
    row = cursor.fetchone()
    return default_limit if row is None else read_limit((pool, row[0]), default_limit).limit


def _give(cursor: Cursor, pool: str, limit: int | None, now: float) -> None:
    """Give the slots that are free to those who wait, by priority and then by age."""
    free = _free(cursor, pool, limit)
    if free > 0:
        cursor.execute(_GIVE, (now, pool, free))


def _free(cursor: Cursor, pool: str, limit: int | None) -> int:
    if limit is None:
        return _ANY_NUMBER
    cursor.execute(_USED, (pool,))
    return limit - cursor.fetchone()[0]


def _pieces(pools: Sequence[str] | None) -> list[tuple[str, Sequence[str]]]:
    if pools is None:
        return [("", ())]
    return [(f" WHERE {{column}} IN ({marks(len(piece))})", piece) for piece in chunks(pools)]


def _info(pool: PoolLimit, claims: Sequence[ConcurrencyClaimStatus]) -> ConcurrencyKeyInfo:
    """``claims`` are in the order of their age."""
    return ConcurrencyKeyInfo(
        concurrency_key=pool.name,
        limit=pool.limit,
        using_default_limit=pool.from_default,
        claimed_slots=sorted((one for one in claims if one.is_claimed), key=_by_since),
        pending_steps=sorted((one for one in claims if not one.is_claimed), key=_by_urgency),
    )


def _by_id(row: tuple[Any, ...]) -> int:
    return row[0]


def _by_name(pool: PoolLimit) -> str:
    return pool.name


def _by_since(claim: ConcurrencyClaimStatus) -> float:
    return claim.assigned_timestamp or 0.0


def _by_urgency(claim: ConcurrencyClaimStatus) -> int:
    return -claim.priority
