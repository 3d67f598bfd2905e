"""The runs: made, claimed, found. Their status is changed by events alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from mainspring.core.base.errors import FencedError, InvariantViolationError, RunNotFoundError
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.filters import RunsFilter
from mainspring.core.records.run import Run, RunRecord, encode_run
from mainspring.core.records.run_buckets import JobBucket, RunCursor, TagBucket
from mainspring.core.records.run_deletion import RunDeletion
from mainspring.core.storage.derive import FINAL
from mainspring.core.storage.sql.append import append
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.storage.sql.run_deletion import delete_run, preview_deletion
from mainspring.core.storage.sql.run_query import (
    COLUMNS,
    RunPage,
    common_tags,
    counting,
    read_run,
    selecting,
    write_tags,
)
from mainspring.core.storage.store import Sequenced

_INSERT = (
    "INSERT INTO runs (run_id, job_name, status, snapshot_id, epoch, create_time, update_time, tags, body,"
    " root_run_id, parent_run_id, submit_key) VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (run_id) DO NOTHING"
)
_TAG = (
    "INSERT INTO run_tags (run_id, key, value) VALUES (?, ?, ?) ON CONFLICT (run_id, key) DO"
    " UPDATE SET value = excluded.value"
)
_CLAIMED = "SELECT status, epoch, lease_holder, lease_until FROM runs WHERE run_id = ?"
_CLAIM = "UPDATE runs SET epoch = ?, lease_holder = ?, lease_until = ? WHERE run_id = ? AND epoch = ?"
_EXTEND = "UPDATE runs SET lease_until = ? WHERE run_id = ? AND epoch = ?"
_MANY = f"SELECT {COLUMNS} FROM runs WHERE run_id IN"
_ROOT = "SELECT COALESCE(root_run_id, run_id) FROM runs WHERE run_id = ?"
_GROUP = f"SELECT {COLUMNS} FROM runs WHERE run_id = ? OR root_run_id = ? ORDER BY id"
_TAGS = "SELECT tags FROM runs WHERE run_id = ?"
_SET_TAGS = "UPDATE runs SET tags = ?, update_time = ? WHERE run_id = ?"


class SqlRuns:
    """The runs in SQL; see ``RunStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, run_id: str) -> RunRecord | None:
        """The run with this id."""
        found = self.find(RunsFilter(run_ids=[run_id]), limit=1)
        return found[0] if found else None

    def many(self, run_ids: Sequence[str]) -> dict[str, RunRecord]:
        """The runs with these ids."""
        found: list[RunRecord] = []
        with self._database.read() as cursor:
            for piece in chunks(list(dict.fromkeys(run_ids))):
                cursor.execute(f"{_MANY} ({marks(len(piece))})", piece)
                found.extend(read_run(row) for row in cursor.fetchall())
        by_id = {record.dagster_run.run_id: record for record in found}
        return {run_id: by_id[run_id] for run_id in run_ids if run_id in by_id}

    def find(  # one parameter for each thing that can be asked
        self,
        wanted: RunsFilter | None = None,
        *,
        limit: int | None = None,
        order_by: str | None = None,
        ascending: bool = False,
        cursor: str | RunCursor | None = None,
        bucket_by: JobBucket | TagBucket | None = None,
    ) -> list[RunRecord]:
        """Runs that fit, newest first."""
        page = RunPage(limit, order_by, ascending, cursor, bucket_by)
        with self._database.read() as rows:
            text, values = selecting(wanted, page, common=common_tags(rows, wanted, page))
            rows.execute(text, values)
            found = rows.fetchall()
        return [read_run(row) for row in found]

    def group(self, run_id: str) -> tuple[str, list[RunRecord]] | None:
        """The first run of a chain of re-executions, and all of them."""
        with self._database.read() as cursor:
            cursor.execute(_ROOT, (run_id,))
            row = cursor.fetchone()
            if row is None:
                return None
            cursor.execute(_GROUP, (row[0], row[0]))
            rows = cursor.fetchall()
        return row[0], [read_run(row) for row in rows]

    def count(self, wanted: RunsFilter | None = None) -> int:
        """How many runs fit."""
        text, values = counting(wanted)
        with self._database.read() as cursor:
            cursor.execute(text, values)
            return cursor.fetchone()[0]

    def tag_keys(self) -> list[str]:
        """The keys of all tags."""
        with self._database.read() as cursor:
            cursor.execute("SELECT DISTINCT key FROM run_tags ORDER BY key")
            return [row[0] for row in cursor.fetchall()]

    def tag_values(
        self, keys: Sequence[str], *, prefix: str | None = None, limit: int | None = None
    ) -> dict[str, set[str]]:
        """The values of these tags."""
        if not keys:
            return {}
        text = f"SELECT DISTINCT key, value FROM run_tags WHERE key IN ({marks(len(keys))})"
        values: list[object] = list(keys)
        if prefix:
            text += " AND substr(value, 1, ?) = ?"
            values += [len(prefix), prefix]
        text += " ORDER BY key, value"
        if limit is not None:
            text += " LIMIT ?"
            values.append(limit)
        found: dict[str, set[str]] = {}
        with self._database.read() as cursor:
            cursor.execute(text, values)
            for key, value in cursor.fetchall():
                found.setdefault(key, set()).add(value)
        return found

    def create(self, run: Run) -> RunRecord:
        """Store a new run."""
        with self._database.write() as cursor:
            if not insert_run(cursor, run, self._database.now(cursor)):
                raise InvariantViolationError(f"There is a run with the id {run.run_id} already.")
            # read back before the commit: who is told of an error must be able to make the run once more
            cursor.execute(f"{_MANY} (?)", (run.run_id,))
            row = cursor.fetchone()
        return read_run(row)

    def start(self, run: Run, *, holder: str, events: Sequence[EventLogEntry] = ()) -> int:
        """Store, claim, and append the first events, in one transaction."""
        with self._database.write() as cursor:
            insert_run(cursor, run, self._database.now(cursor))
            epoch = _claim(cursor, run.run_id, holder=holder, now=0.0, until=None, by_force=True)
            append(
                self._database, cursor, [Sequenced(epoch, seq, entry) for seq, entry in enumerate(events, 1)]
            )
        return epoch

    def claim(self, run_id: str, *, holder: str, lease_seconds: float | None = None) -> int:
        """Take a run over."""
        with self._database.write() as cursor:
            now = self._database.now(cursor)
            until = None if lease_seconds is None else now + lease_seconds
            return _claim(cursor, run_id, holder=holder, now=now, until=until)

    def extend(self, run_id: str, epoch: int, *, lease_seconds: float) -> None:
        """Hold a lease for longer."""
        with self._database.write() as cursor:
            cursor.execute(_EXTEND, (self._database.now(cursor) + lease_seconds, run_id, epoch))
            if not cursor.rowcount:
                raise FencedError(
                    f"Run {run_id} is no longer held by epoch {epoch}.", hint="Stop this worker."
                )

    def add_tags(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Set tags of a run."""
        with self._database.write() as cursor:
            cursor.execute(_TAGS, (run_id,))
            row = cursor.fetchone()
            if row is None:
                raise RunNotFoundError(f"There is no run with the id {run_id}.")
            merged = {**_tags_of(cursor, run_id), **tags}
            cursor.execute(_SET_TAGS, (write_tags(merged), self._database.now(cursor), run_id))
            cursor.executemany(_TAG, [(run_id, key, value) for key, value in tags.items()])

    def delete(self, run_id: str, *, force: bool = True) -> None:
        """Remove a run with all its events."""
        with self._database.write() as cursor:
            delete_run(cursor, run_id, force=force)

    def preview_delete(self, run_id: str) -> RunDeletion:
        """What would follow from deleting a run."""
        with self._database.read() as cursor:
            return preview_deletion(cursor, run_id)


def insert_run(cursor: Cursor, run: Run, now: float) -> bool:
    """Store a run inside a transaction that writes. Whether it was new."""
    return insert_runs(cursor, [(run, None)], now) == 1


def insert_runs(cursor: Cursor, runs: Sequence[tuple[Run, str | None]], now: float) -> int:
    """Store runs, each with its submit key, inside a transaction that writes. How many were new.

    Where some were not, no tags are stored: who wanted all of them to be new ends the transaction.
    """
    cursor.executemany(_INSERT, [_row(run, submit_key, now) for run, submit_key in runs])
    new = cursor.rowcount
    tags = [(run.run_id, key, value) for run, _ in runs for key, value in run.tags.items()]
    if tags and new == len(runs):
        cursor.executemany(_TAG, tags)
    return new


def _row(run: Run, submit_key: str | None, now: float) -> tuple[object, ...]:
    return (
        run.run_id,
        run.job_name,
        run.status.value,
        run.job_snapshot_id,
        now,
        now,
        write_tags(run.tags),
        encode_run(msgspec.structs.replace(run, tags={})),
        run.root_run_id,
        run.parent_run_id,
        submit_key,
    )


def _tags_of(cursor: Cursor, run_id: str) -> dict[str, str]:
    cursor.execute("SELECT key, value FROM run_tags WHERE run_id = ?", (run_id,))
    return dict(cursor.fetchall())


def _claim(
    cursor: Cursor, run_id: str, *, holder: str, now: float, until: float | None, by_force: bool = False
) -> int:
    cursor.execute(_CLAIMED, (run_id,))
    row = cursor.fetchone()
    if row is None:
        raise RunNotFoundError(f"There is no run with the id {run_id}.")
    status, epoch, held_by, held_until = row
    if status in FINAL:
        raise InvariantViolationError(
            f"Run {run_id} has ended ({status}); a run that has ended is not started again.",
            hint="Re-execute it: that makes a new run.",
        )
    if not by_force and held_until is not None and held_until > now and held_by != holder:
        raise FencedError(f"Run {run_id} is held by {held_by} for another {held_until - now:.0f} s.")
    cursor.execute(_CLAIM, (epoch + 1, holder, until, run_id, epoch))
    return epoch + 1
