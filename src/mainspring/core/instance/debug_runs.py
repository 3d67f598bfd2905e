"""Runs with their logs as values: taken out of an instance, put into another."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mainspring._version import __version__
from mainspring.core.base.errors import RunNotFoundError
from mainspring.core.instance.paging import line_of
from mainspring.core.instance.parts import Parts
from mainspring.core.records.debug_run import DebugRunPayload
from mainspring.core.records.run import RunStatus
from mainspring.core.storage.derive import RUN_KINDS
from mainspring.core.storage.store import Sequenced, Store


def debug_run(instance: Parts, run_id: str) -> DebugRunPayload:
    """A run with its log. Lines that cannot be read stand there as they are shown. Raises ``RunNotFoundError``."""
    record = instance.store.runs.get(run_id)
    if record is None:
        raise RunNotFoundError(f"There is no run with the id {run_id}.")
    lines = [line_of(row) for row in instance.store.events.of_run(run_id)]
    return DebugRunPayload(version=__version__, dagster_run=record.dagster_run, event_list=lines)


def preload_runs(store: Store, payloads: Iterable[DebugRunPayload]) -> None:
    """Put runs with their logs into a store. What is known of assets follows from the events.

    Raises ``InvariantViolationError`` for a run that is there already.
    """
    for payload in payloads:
        run = payload.dagster_run
        kinds = {
            one.dagster_event.event_type_value for one in payload.event_list if one.dagster_event is not None
        }
        if kinds & RUN_KINDS:  # its status follows from them
            run = msgspec.structs.replace(run, status=RunStatus.NOT_STARTED)
        store.runs.create(run)
        store.events.append([Sequenced(0, None, entry) for entry in payload.event_list])
