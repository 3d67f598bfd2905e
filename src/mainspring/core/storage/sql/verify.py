"""Compares what is derived with what the log says, a piece at a time, and mends what differs.

Each piece is compared in one snapshot; what differs is mended in short transactions of its own, from the log as it
is then. Whatever the size of an asset, a page of its facts is held at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

from mainspring.core.records.verification import Finding, Verified
from mainspring.core.storage.derive import AssetChange, CheckChange, PartitionChange
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.storage.sql.facts import is_unreadable
from mainspring.core.storage.sql.latest import latest_of_asset
from mainspring.core.storage.sql.refill import put_check, refill_partitions, set_wiped
from mainspring.core.storage.sql.verify_runs import differing_runs, mend_run
from mainspring.core.storage.sql.wipes import Hidden, hidden
from mainspring.core.values.asset_key import AssetKey

Show = Callable[[str, int, int | None], None]
"""Told how far it has come: of what, how many are done, of how many."""

PARTITIONS = 2_000
RUNS = 200

_NEXT_ASSET = (
    "SELECT MIN(asset_key) FROM events WHERE scope = 1 AND asset_key > ?",
    "SELECT MIN(asset_key) FROM assets WHERE asset_key > ?",
    "SELECT MIN(asset_key) FROM asset_partitions WHERE asset_key > ?",
    "SELECT MIN(asset_key) FROM check_executions WHERE asset_key > ?",
)
_CHECKS = (
    "SELECT id, asset_key, check_name, partition, run_id, status, timestamp, planned_id, evaluation_id"
    " FROM check_executions WHERE asset_key = ?"
)
_COUNT_CHECKS = "SELECT COUNT(*) FROM check_executions WHERE asset_key = ?"
_BODY = "SELECT body FROM events WHERE id = ?"
_TOTALS = (
    "SELECT (SELECT COUNT(*) FROM assets) + (SELECT COUNT(*) FROM asset_partitions)"
    " + (SELECT COUNT(*) FROM check_executions)"
)

T = TypeVar("T")


class Verification:
    """One comparison of a whole store. ``findings`` runs it; ``verified`` counts as it goes."""

    def __init__(self, database: Database, *, mend: bool = False, show: Show | None = None) -> None:
        self.verified: Verified = Verified()
        self._database = database
        self._mend = mend
        self._show = show or _show_nothing

    def findings(self) -> Iterator[Finding]:
        """What differs, as it is found; mended already where that was asked for."""
        for finding in self._all():
            self.verified.findings += 1
            self.verified.mended += finding.mended
            yield finding

    def _all(self) -> Iterator[Finding]:
        with self._database.read() as cursor:
            cursor.execute(_TOTALS)
            total = cursor.fetchone()[0]
        asset = self._next_asset("")
        while asset is not None:
            yield from self._asset(asset, total)
            asset = self._next_asset(asset)
        yield from self._runs()

    def _next_asset(self, after: str) -> str | None:
        with self._database.read() as cursor:
            found: list[str] = []
            for text in _NEXT_ASSET:
                cursor.execute(text, (after,))
                found.extend(row[0] for row in cursor.fetchall() if row[0] is not None)
        return min(found, default=None)

    # -- assets

    def _asset(self, asset: str, total: int) -> Iterator[Finding]:
        name = _name_of(asset)
        with self._database.read() as cursor:
            out_of_sight = hidden(cursor, asset)
            found = _asset_finding(cursor, asset, out_of_sight)
            checks = _CheckComparison(cursor, asset, out_of_sight)
            differing = [] if out_of_sight.unreadable else list(checks.differences())
        if out_of_sight.unreadable:
            yield _not_judged(name, out_of_sight)
            return
        self.verified.assets += 1
        self.verified.checks += checks.compared
        if found is not None:
            yield self._asset_mended(asset, found)
        for finding, is_now, is_to_be in differing:
            yield self._check_mended(finding, is_now, is_to_be)
        yield from self._partitions(asset, total)

    def _asset_mended(self, asset: str, found: Finding) -> Finding:
        if not self._mend:
            return found
        with self._database.write() as cursor:
            out_of_sight = hidden(cursor, asset)
            set_wiped(cursor, asset, out_of_sight.whole)
            latest_of_asset(cursor, asset)
            left = _asset_finding(cursor, asset, out_of_sight)
        return _mended(found, left is None)

    def _check_mended(
        self, found: Finding, is_now: CheckChange | None, is_to_be: CheckChange | None
    ) -> Finding:
        """One execution is put right unless somebody changed it meanwhile: then it is for the next time."""
        if not self._mend or found.reason is not None:
            return found
        number = (is_now or is_to_be or CheckChange(0, "", "", None, "", "", 0.0)).id
        with self._database.write() as cursor:
            cursor.execute(f"{_CHECKS.partition(' WHERE ')[0]} WHERE id = ?", (number,))
            row = cursor.fetchone()
            unchanged = (None if row is None else CheckChange(*row)) == is_now
            if unchanged:
                put_check(cursor, number, is_to_be)
        return _mended(found, unchanged)

    def _partitions(self, asset: str, total: int) -> Iterator[Finding]:
        after: str | None = None
        name = _name_of(asset)
        while True:
            with self._database.read() as cursor:
                batch, after = _compared(cursor, asset, after)
            self.verified.partitions += batch.compared
            differing = {finding.part: finding for finding in batch.findings}
            if differing and self._mend:
                differing = self._partitions_mended(asset, differing)
            yield from differing.values()
            done = self.verified.assets + self.verified.partitions + self.verified.checks
            self._show(f"assets ({name})" if after is not None else "assets", min(done, total), total)
            if after is None:
                return

    def _partitions_mended(
        self, asset: str, differing: dict[str | None, Finding]
    ) -> dict[str | None, Finding]:
        names = [name for name in differing if name is not None]
        mended: dict[str | None, Finding] = {}
        for piece in chunks(names):
            with self._database.write() as cursor:
                refill_partitions(cursor, asset, piece)
                left = {
                    name for name in piece if _partition_differs(cursor, asset, name, hidden(cursor, asset))
                }
            mended.update({name: _mended(differing[name], name not in left) for name in piece})
        return mended

    # -- runs

    def _runs(self) -> Iterator[Finding]:
        with self._database.read() as cursor:
            cursor.execute("SELECT COUNT(*) FROM runs")
            total = cursor.fetchone()[0]
        after = 0
        while True:
            with self._database.read() as cursor:
                batch = differing_runs(cursor, after=after, limit=RUNS)
            self.verified.runs += batch.runs
            self.verified.steps += batch.steps
            self.verified.runs_by_hand += batch.by_hand
            for run_id, findings in batch.findings.items():
                yield from self._run_mended(run_id, findings)
            self._show("runs", min(self.verified.runs, total), total)
            if batch.last is None:
                return
            after = batch.last

    def _run_mended(self, run_id: str, findings: Sequence[Finding]) -> Iterable[Finding]:
        if not self._mend or any(finding.reason for finding in findings):
            return findings
        with self._database.write() as cursor:
            mend_run(cursor, run_id)
        return [_mended(finding, True) for finding in findings]


class _Batch:
    """What was found among some partitions."""

    __slots__ = ("compared", "findings")

    def __init__(self) -> None:
        self.compared = 0
        self.findings: list[Finding] = []


def _compared(cursor: Cursor, asset: str, after: str | None) -> tuple[_Batch, str | None]:
    """Some partitions after a key, and the last of them; ``None`` where no more follow."""
    out_of_sight = hidden(cursor, asset)
    pairs = _paired(
        replay.stored_partitions(cursor, asset, after=after),
        replay.replayed_partitions(cursor, asset, out_of_sight, after=after),
    )
    batch, last = _Batch(), None
    for name, is_now, is_to_be in islice(pairs, PARTITIONS):
        batch.compared += 1
        last = name
        finding = _finding("partition", asset, name, is_now, is_to_be)
        if finding is not None:
            batch.findings.append(finding)
    return batch, last if batch.compared == PARTITIONS else None


def _partition_differs(cursor: Cursor, asset: str, name: str, out_of_sight: Hidden) -> bool:
    """Whether one partition is still not what the log says."""
    is_now = replay.stored_partition(cursor, asset, name)
    is_to_be = replay.replayed_partition(cursor, asset, name, out_of_sight)
    return _finding("partition", asset, name, is_now, is_to_be) is not None


def _paired(
    left: Iterator[tuple[str, T]], right: Iterator[tuple[str, T]]
) -> Iterator[tuple[str, T | None, T | None]]:
    """Two sequences in the order of their keys side by side."""
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield one[0], one[1], None
            one = next(left, None)
        elif one is None or other[0] < one[0]:
            yield other[0], None, other[1]
            other = next(right, None)
        else:
            yield one[0], one[1], other[1]
            one, other = next(left, None), next(right, None)


def _asset_finding(cursor: Cursor, asset: str, out_of_sight: Hidden) -> Finding | None:
    is_now = replay.stored_asset(cursor, asset)
    return _finding("asset", asset, None, is_now, replay.replayed_asset(cursor, asset, out_of_sight))


class _CheckComparison:
    """The executions of the checks of an asset, compared in pieces. Their ids are held only where some are too many."""

    def __init__(self, cursor: Cursor, asset: str, out_of_sight: Hidden) -> None:
        self.compared: int = 0
        self._cursor = cursor
        self._asset = asset
        self._out_of_sight = out_of_sight

    def differences(self) -> Iterator[tuple[Finding, CheckChange | None, CheckChange | None]]:
        """Each that differs, as it is and as it should be."""
        found = 0
        replayed = replay.replayed_checks(self._cursor, self._asset, self._out_of_sight)
        while piece := list(islice(replayed, 500)):
            text = f"{_CHECKS} AND id IN ({marks(len(piece))})"
            self._cursor.execute(text, (self._asset, *(one.id for one in piece)))
            stored = {row[0]: CheckChange(*row) for row in self._cursor.fetchall()}
            self.compared += len(piece)
            found += len(stored)
            for one in piece:
                yield from self._difference(stored.get(one.id), one)
        self._cursor.execute(_COUNT_CHECKS, (self._asset,))
        if self._cursor.fetchone()[0] != found:
            yield from self._too_many()

    def _too_many(self) -> Iterator[tuple[Finding, CheckChange | None, CheckChange | None]]:
        known = {one.id for one in replay.replayed_checks(self._cursor, self._asset, self._out_of_sight)}
        after = -1
        while True:
            self._cursor.execute(f"{_CHECKS} AND id > ? ORDER BY id LIMIT 500", (self._asset, after))
            rows = self._cursor.fetchall()
            for row in rows:
                after = row[0]
                if after not in known:
                    self.compared += 1
                    yield from self._difference(CheckChange(*row), None)
            if not rows:
                return

    def _difference(
        self, is_now: CheckChange | None, is_to_be: CheckChange | None
    ) -> Iterator[tuple[Finding, CheckChange | None, CheckChange | None]]:
        one = is_now or is_to_be
        assert one is not None
        finding = _finding("check", self._asset, f"{one.check}#{one.id}", is_now, is_to_be)
        if finding is None:
            return
        if set(finding.stored or ()) == {"status"} and self._is_unreadable(one.evaluation):
            return  # what it said when it was stored is all that is known of it
        yield finding, is_now, is_to_be

    def _is_unreadable(self, storage_id: int | None) -> bool:
        if storage_id is None:
            return False
        self._cursor.execute(_BODY, (storage_id,))
        row = self._cursor.fetchone()
        return row is not None and is_unreadable(row[0])


def _finding(kind: Any, asset: str, part: str | None, is_now: Any, is_to_be: Any) -> Finding | None:
    """What differs between a row and what it should be; rows that say nothing are as good as none."""
    now, to_be = _said(is_now), _said(is_to_be)
    if now == to_be:
        return None
    differing = [name for name in {**now, **to_be} if now.get(name) != to_be.get(name)]
    return Finding(
        kind=kind,
        name=_name_of(asset),
        part=part,
        stored={name: now.get(name) for name in differing} if now else None,
        replayed={name: to_be.get(name) for name in differing} if to_be else None,
    )


def _said(one: AssetChange | PartitionChange | CheckChange | None) -> dict[str, Any]:
    if one is None:
        return {}
    values = {field.name: getattr(one, field.name) for field in fields(one)}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def _name_of(asset: str) -> str:
    key = AssetKey.from_db_string(asset)
    return asset if key is None else key.to_user_string()


def _not_judged(name: str, out_of_sight: Hidden) -> Finding:
    listed = ", ".join(map(str, out_of_sight.unreadable))
    return Finding(
        kind="asset",
        name=name,
        reason=f"a wipe of it cannot be read (event {listed}): nobody knows what it hid",
    )


def _mended(finding: Finding, is_mended: bool) -> Finding:
    return Finding(
        kind=finding.kind,
        name=finding.name,
        part=finding.part,
        stored=finding.stored,
        replayed=finding.replayed,
        mended=is_mended,
        reason=finding.reason if is_mended else "it changed meanwhile; try again",
    )


def _show_nothing(what: str, done: int, total: int | None) -> None:
    del what, done, total
