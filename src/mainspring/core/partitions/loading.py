"""The moment and the store against which partitions are looked up: given, or those of the surrounding
block.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.partitions.store import DynamicPartitionsStore


@dataclass(frozen=True, slots=True)
class TemporalContext:
    """A moment, and the last event that counts as known at it."""

    effective_dt: datetime
    last_event_id: int | None = None


@dataclass(frozen=True, slots=True)
class PartitionLoadingContext:
    """What a partitions definition needs beside itself to say which keys it has."""

    temporal_context: TemporalContext
    dynamic_partitions_store: DynamicPartitionsStore | None = None

    @property
    def effective_dt(self) -> datetime:
        """The moment, aware."""
        return self.temporal_context.effective_dt


_current: ContextVar[PartitionLoadingContext | None] = ContextVar("partition_loading_context", default=None)


def moment(
    current_time: datetime | None = None,
    dynamic_partitions_store: DynamicPartitionsStore | None = None,
    *,
    clock: Clock | None = None,
) -> PartitionLoadingContext:
    """The context to look up in: what is given, else what the surrounding block says, else the clock's
    present.

    A naive ``current_time`` is read in the zone of the definition that is looked up in.
    """
    around = _current.get()
    if current_time is None:
        when = around.effective_dt if around else (clock or SystemClock()).now()
    else:
        when = current_time
    last_event_id = around.temporal_context.last_event_id if around and current_time is None else None
    store = dynamic_partitions_store or (around.dynamic_partitions_store if around else None)
    return PartitionLoadingContext(TemporalContext(when, last_event_id), store)


@contextmanager
def partition_loading_context(
    effective_dt: datetime | None = None,
    dynamic_partitions_store: DynamicPartitionsStore | None = None,
    *,
    new_ctx: PartitionLoadingContext | None = None,
) -> Generator[PartitionLoadingContext, None, None]:
    """Within the block, partitions are looked up at one moment and in one store.

    What is not given is taken from the block around this one; the outermost block fixes the present
    moment, so that
    all look-ups in it agree.

    >>> from mainspring.core.partitions.calendar_windows import DailyPartitionsDefinition
    >>> with partition_loading_context(datetime(2024, 1, 3, tzinfo=UTC)):
    ...     DailyPartitionsDefinition("2024-01-01").get_partition_keys()
    ['2024-01-01', '2024-01-02']
    """
    context = new_ctx or moment(effective_dt, dynamic_partitions_store)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
