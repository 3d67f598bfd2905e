"""``RunLog``: what a run says as it goes: each event and message, to the sink, to whoever listens, to the result."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from typing import Any

from mainspring.core.base.clock import Clock
from mainspring.core.records.error_info import ErrorInfo, error_info
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import EngineEventData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.core.storage.sink import EventSink
from mainspring.runtime.execution.loggers import RunLoggers
from mainspring.runtime.execution.scrub import Scrubber

Listener = Callable[[EventLogEntry], None]


class RunLog:
    """Writes the log of one run, without secrets. ``events`` holds its events in order, for the result."""

    def __init__(
        self,
        run: Run,
        sink: EventSink,
        clock: Clock,
        *,
        loggers: RunLoggers | None = None,
        listener: Listener | None = None,
        scrubber: Scrubber | None = None,
    ) -> None:
        self.events: list[Event] = []
        self.is_lost = False
        """Whether the sink has refused a line: what happens from then on cannot be recorded."""
        self._run_id = run.run_id
        self._job_name = run.job_name
        self._sink = sink
        self._now = clock.timestamp
        self._loggers = loggers
        self._listener = listener
        self._scrubber = scrubber if scrubber is not None and not scrubber.is_idle else None
        self._pid = os.getpid()

    def event(
        self,
        kind: EventType,
        message: str,
        *,
        step_key: str | None = None,
        data: Any = None,
        level: int = logging.DEBUG,
    ) -> Event:
        """Something happened."""
        if self._scrubber is not None:
            message, data = self._scrubber.text(message), self._scrubber.record(data)
        event = Event(kind.value, self._job_name, step_key, message, data, self._pid)
        self.events.append(event)
        entry = EventLogEntry(None, level, "", self._run_id, self._now(), step_key, self._job_name, event)
        self._append(entry)
        self._pass_on(entry, message, getattr(data, "error", None))
        return event

    def message(
        self,
        level: int,
        text: str,
        step_key: str | None = None,
        error: ErrorInfo | None = None,
        *,
        timestamp: float | None = None,
    ) -> None:
        """Something was said."""
        if self._scrubber is not None:
            text, error = self._scrubber.text(text), self._scrubber.record(error)
        when = self._now() if timestamp is None else timestamp
        entry = EventLogEntry(error, level, text, self._run_id, when, step_key, self._job_name)
        self._append(entry)
        self._pass_on(entry, text, error)

    def recorded(self, entries: Sequence[EventLogEntry]) -> None:
        """Take over lines that were stored already, when the run was."""
        self.events.extend(entry.get_dagster_event() for entry in entries)
        if self._listener is not None:
            for entry in entries:
                self._listener(entry)

    def flush(self) -> None:
        """Return when everything so far is stored."""
        self._sink.flush()

    def close(self) -> None:
        """Store everything and stop."""
        if self._loggers is not None:
            self._loggers.flush()
            self._tell_failures(self._loggers)
        self._sink.close()

    def _append(self, entry: EventLogEntry) -> None:
        try:
            self._sink.append(entry)
        except Exception:
            self.is_lost: bool = True
            raise
        if self._listener is not None:
            self._listener(entry)

    def _pass_on(self, entry: EventLogEntry, text: str, error: ErrorInfo | None) -> None:
        loggers = self._loggers
        if loggers is None:
            return
        if entry.level >= loggers.least:
            loggers.pass_on(entry, text, error)
        if loggers.failures:
            self._tell_failures(loggers)

    def _tell_failures(self, loggers: RunLoggers) -> None:
        """Record, once each, the loggers that are left out because they raised."""
        while loggers.failures and not self.is_lost:
            name, error = loggers.failures.pop()
            words = f'The logger "{name}" raised {type(error).__name__}: {error}. It is not used in this run any more.'
            self.event(
                EventType.ENGINE_EVENT,
                words,
                data=EngineEventData(error=error_info(error)),
                level=logging.ERROR,
            )
