"""The log: read by run and by type, told of, followed.

These functions are the methods of ``Instance`` of the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from mainspring.core.instance import paging, reports
from mainspring.core.instance.listeners import Listener
from mainspring.core.instance.live import EventHandler, Subscription, Wanted
from mainspring.core.instance.parts import Following, Parts
from mainspring.core.records.event import Event, EventLogEntry, EventLogRecord, EventRecordsResult
from mainspring.core.records.event_data import EngineEventData, RunFailureData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import (
    EventCursor,
    EventRecordsFilter,
    RunStatusChangeRecordsFilter,
    storage_id_of,
)
from mainspring.core.records.run import Run
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey


def all_logs(instance: Parts, run_id: str, of_type: paging.TypesWanted = None) -> Sequence[EventLogEntry]:
    """The whole log of a run, in order."""
    rows = instance.store.events.of_run(run_id, types=paging.words(of_type))
    return [paging.line_of(row) for row in rows]


def logs_after(
    instance: Parts,
    run_id: str,
    cursor: EventCursor | None = None,
    of_type: EventType | None = None,
    limit: int | None = None,
) -> Sequence[EventLogEntry]:
    """The log of a run after a storage id."""
    rows = instance.store.events.of_run(
        run_id, after=storage_id_of(cursor), limit=limit, types=paging.words(of_type)
    )
    return [paging.line_of(row) for row in rows]


def get_records_for_run(
    instance: Parts,
    run_id: str,
    cursor: str | None = None,
    of_type: paging.TypesWanted = None,
    limit: int | None = None,
    ascending: bool = True,
) -> EventRecordsResult:
    """A page of the log of a run."""
    return paging.run_page(
        instance.store.events, run_id, types=of_type, limit=limit, cursor=cursor, ascending=ascending
    )


def get_event_records(
    instance: Parts,
    event_records_filter: EventRecordsFilter,
    limit: int | None = None,
    ascending: bool = False,
) -> Sequence[EventLogRecord]:
    """Events of one type, newest first."""
    found = instance.store.events.of_type(event_records_filter, limit=limit, ascending=ascending)
    return paging.readable(found)


def get_logs_of_steps(
    instance: Parts,
    run_ids: Sequence[str],
    step_keys: Collection[str] | None = None,
    of_type: paging.TypesWanted = None,
    limit: int | None = None,
    cursor: EventCursor | None = None,
) -> Sequence[EventLogRecord]:
    """The lines of several runs, or of some of their steps, in the order they were stored."""
    rows = instance.store.events.of_runs(
        run_ids,
        step_keys=step_keys,
        types=paging.words(of_type),
        limit=limit,
        after=storage_id_of(cursor),
    )
    return [EventLogRecord(row.storage_id, paging.line_of(row)) for row in rows]


def fetch_run_status_changes(
    instance: Parts,
    records_filter: EventType | RunStatusChangeRecordsFilter,
    limit: int,
    cursor: str | None = None,
    ascending: bool = False,
) -> EventRecordsResult:
    """Changes of run status of one kind, newest first."""
    return paging.status_page(
        instance.store.events, records_filter, limit=limit, cursor=cursor, ascending=ascending
    )


def add_event_listener(instance: Following, run_id: str, cb: Listener) -> None:
    """Call ``cb(entry)`` for each event of the run that this process stores from now on."""
    instance.listeners.add(run_id, cb)


def subscribe(
    instance: Following,
    after: EventCursor | str | None = None,
    *,
    run_ids: Collection[str] | None = None,
    types: Collection[EventType] | None = None,
    asset_keys: Collection[AssetKey] | None = None,
    on_news: Callable[[], object] | None = None,
) -> Subscription:
    """Follow the log: each event as soon as it is stored, whichever process stores it.

    ``after`` is the storage id, or a cursor, behind which to begin; without one it begins with what comes from now
    on. ``run_ids``, ``types`` and ``asset_keys`` narrow it. ``on_news`` is called, by the thread that watches the log,
    when there may be something to ``take``: for a caller that must not wait, such as an event loop. Close it after
    use.

    >>> with instance.subscribe(types=[EventType.ASSET_MATERIALIZATION]) as events:
    ...     for record in events:
    ...         print(record.asset_key)
    """
    events = instance.store.events
    start = paging.read_cursor(after) if isinstance(after, str) else storage_id_of(after)
    wanted = Wanted(
        None if run_ids is None else frozenset(run_ids),
        paging.words(types),
        None if asset_keys is None else frozenset(asset_keys),
    )
    return Subscription(
        events, instance.feed, wanted, after=events.last_id() if start is None else start, on_news=on_news
    )


def watch_event_logs(instance: Following, run_id: str, cursor: str | None, cb: EventHandler) -> None:
    """Call ``cb(entry, cursor)`` for each event of a run after a cursor, in order, whichever process stores it.

    Without a cursor it begins with the run's first event. It is called on a thread of its own, until
    ``end_watch_event_logs``.
    """
    subscription = subscribe(instance, cursor or 0, run_ids=[run_id])
    instance.watched.watch(run_id, cb, subscription)


def end_watch_event_logs(instance: Following, run_id: str, cb: Callable[..., object]) -> None:
    """Call it no more, be it of ``watch_event_logs`` or of ``add_event_listener``."""
    instance.listeners.remove(run_id, cb)
    instance.watched.end(run_id, cb)


def store_event(instance: Following, event: EventLogEntry) -> None:
    """Store an event from outside its run's worker."""
    (storage_id,) = instance.store.events.append([Sequenced(0, None, event)])
    instance.listeners.stored([(storage_id, event)])


def report_dagster_event(
    instance: Following,
    dagster_event: Event,
    run_id: str,
    log_level: str | int = 20,
    batch_metadata: object = None,
    timestamp: float | None = None,
) -> None:
    """Store what happened to a run, seen from outside its worker."""
    del batch_metadata  # a batch is what a sink makes of the events it is given
    moment = instance.ambient.clock.timestamp() if timestamp is None else timestamp
    store_event(instance, reports.entry_of(dagster_event, run_id, timestamp=moment, level=log_level))


def report_engine_event(
    instance: Following,
    message: str,
    dagster_run: Run | None = None,
    engine_event_data: EngineEventData | None = None,
    cls: type[object] | None = None,
    step_key: str | None = None,
    job_name: str | None = None,
    run_id: str | None = None,
) -> Event:
    """Store what the engine has to say of a run."""
    text = f"[{cls.__name__}] {message}" if cls is not None else message
    name = job_name or (dagster_run.job_name if dagster_run is not None else "")
    event = reports.engine_event(text, job_name=name, step_key=step_key, data=engine_event_data)
    report_dagster_event(instance, event, run_id or (dagster_run.run_id if dagster_run is not None else ""))
    return event


def report_run_failed(
    instance: Following,
    dagster_run: Run,
    message: str | None = None,
    job_failure_data: RunFailureData | None = None,
) -> Event:
    """End a run as failed, unless it has ended already."""
    return _report(instance, dagster_run, reports.run_failed(dagster_run, message, job_failure_data))


def report_run_canceling(instance: Following, run: Run, message: str | None = None) -> None:
    """Say that a run was asked to stop."""
    _report(instance, run, reports.run_canceling(run, message))


def report_run_canceled(instance: Following, dagster_run: Run, message: str | None = None) -> Event:
    """End a run as cancelled, unless it has ended already."""
    return _report(instance, dagster_run, reports.run_canceled(dagster_run, message))


def _report(instance: Following, run: Run, event: Event) -> Event:
    report_dagster_event(instance, event, run.run_id)
    return event
