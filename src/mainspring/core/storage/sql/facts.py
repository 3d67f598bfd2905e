"""Reads the facts of an asset back from the log, in order and a page at a time, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush, merge
from typing import Any

import msgspec

from mainspring.core.records.event_type import EventType
from mainspring.core.storage.codec import decode_entry
from mainspring.core.storage.derive import ENDING_KINDS
from mainspring.core.storage.fact import Detail, Fact, subject_of
from mainspring.core.storage.sql.engine import Cursor, chunks, marks
from mainspring.core.storage.sql.wipes import Hidden

PAGE = 5_000
"""How many facts are held at once."""

_MADE = EventType.ASSET_MATERIALIZATION.value
_PLANNED = EventType.ASSET_MATERIALIZATION_PLANNED.value
HISTORY = (_MADE, EventType.ASSET_OBSERVATION.value, _PLANNED, EventType.ASSET_FAILED_TO_MATERIALIZE.value)
CHECKS = (EventType.ASSET_CHECK_EVALUATION.value, EventType.ASSET_CHECK_EVALUATION_PLANNED.value)


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


_COLUMNS = (
    "SELECT id, run_id, event_type, asset_key, partition, check_name, timestamp,"
    " CASE WHEN event_type = 'ASSET_CHECK_EVALUATION' THEN body END FROM events"
)
_OF_KIND = f"{_COLUMNS} WHERE asset_key = ? AND event_type = ? AND scope = 1 AND id > ? ORDER BY id LIMIT ?"
_OF_PARTITIONS = (
    f"{_COLUMNS} WHERE asset_key = ? AND scope = 1 AND partition IS NOT NULL"
    f" AND event_type IN ({_listed(HISTORY)})"
    " AND (partition > ? OR (partition = ? AND id > ?)) AND partition >= ? ORDER BY partition, id LIMIT ?"
)
_OF_PARTITION = (
    f"{_COLUMNS} WHERE asset_key = ? AND scope = 1 AND partition = ? AND event_type IN ({_listed(HISTORY)})"
    " ORDER BY id"
)
_ENDS = (
    "SELECT run_id, id, event_type, timestamp FROM events WHERE scope = 2 AND run_id IN ({marks})"
    f" AND event_type IN ({_listed(sorted(ENDING_KINDS))})"
)


def facts_of(cursor: Cursor, asset: str, kinds: Sequence[str], out_of_sight: Hidden) -> Iterator[Fact]:
    """The facts of some types that are in sight, in the order they were stored."""
    streams = [_of_kind(cursor, asset, kind, out_of_sight.whole) for kind in kinds]
    return (fact for fact in merge(*streams, key=_id_of) if out_of_sight.is_live(fact))


def _id_of(fact: Fact) -> int:
    return fact.id


def _of_kind(cursor: Cursor, asset: str, kind: str, after: int) -> Iterator[Fact]:
    while True:
        cursor.execute(_OF_KIND, (asset, kind, after, PAGE))
        page = cursor.fetchall()
        yield from map(_fact, page)
        if len(page) < PAGE:
            return
        after = page[-1][0]


def facts_by_partition(
    cursor: Cursor, asset: str, out_of_sight: Hidden, *, after: str | None = None
) -> Iterator[Fact]:
    """The facts of the partitions that come after a key, partition by partition; with them, each at its place, the
    ends of the runs that had planned the partition. An end carries the partition, so that it stays with it.
    """
    pending: list[tuple[int, Fact]] = []
    present: str | None = None
    for fact, end in _with_ends(cursor, asset, out_of_sight, after):
        while pending and (fact.partition != present or pending[0][0] < fact.id):
            yield heappop(pending)[1]
        present = fact.partition
        yield fact
        if end is not None and all(end.id != one for one, _ in pending):
            heappush(pending, (end.id, end._replace(partition=present)))
    while pending:
        yield heappop(pending)[1]


def _with_ends(
    cursor: Cursor, asset: str, out_of_sight: Hidden, after: str | None
) -> Iterator[tuple[Fact, Fact | None]]:
    """The facts of partitions, each with the end of its run where it planned something."""
    partition, last = after or "", -1 if after is None else 2**62
    while True:
        cursor.execute(_OF_PARTITIONS, (asset, partition, partition, last, partition, PAGE))
        rows = cursor.fetchall()
        page = [fact for fact in map(_fact, rows) if out_of_sight.is_live(fact)]
        ends = ends_of_runs(cursor, page)
        for fact in page:
            yield fact, ends.get(fact.run_id) if fact.kind == _PLANNED else None
        if len(rows) < PAGE:
            return
        partition, last = rows[-1][4], rows[-1][0]


def facts_of_partition(cursor: Cursor, asset: str, name: str, out_of_sight: Hidden) -> Iterator[Fact]:
    """The facts of one partition, as ``facts_by_partition`` gives them."""
    cursor.execute(_OF_PARTITION, (asset, name))
    facts = [fact for fact in map(_fact, cursor.fetchall()) if out_of_sight.is_live(fact)]
    ends = ends_of_runs(cursor, facts).values()
    return merge(facts, sorted((end._replace(partition=name) for end in ends), key=_id_of), key=_id_of)


def ends_of_runs(cursor: Cursor, facts: Iterable[Fact]) -> dict[str, Fact]:
    """How those runs ended that planned something among these facts, and have ended."""
    planning = sorted({fact.run_id for fact in facts if fact.kind == _PLANNED and fact.run_id})
    ends: dict[str, Fact] = {}
    for piece in chunks(planning):
        cursor.execute(_ENDS.format(marks=marks(len(piece))), piece)
        for run_id, storage_id, kind, timestamp in cursor.fetchall():
            ends[run_id] = Fact(storage_id, run_id, kind, None, None, None, timestamp, None)
    return ends


def is_unreadable(body: Any) -> bool:
    """Whether the bytes of an event do not say what it is about."""
    try:
        return subject_of(decode_entry(bytes(body)))[0] is None
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return True


def _fact(row: tuple[Any, ...]) -> Fact:
    """The fact of a row; an evaluation that cannot be read did not pass, as far as anybody can tell."""
    detail: Detail = None
    if row[7] is not None:
        try:
            detail = subject_of(decode_entry(bytes(row[7])))[3]
        except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            detail = False
    return Fact(row[0], row[1], row[2], row[3], row[4], row[5], row[6], detail)
