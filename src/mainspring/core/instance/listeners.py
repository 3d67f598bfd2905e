"""Who wants to hear of the events of a run as they are stored."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from mainspring.core.records.event import EventLogEntry

_log = logging.getLogger(__name__)

Listener = Callable[[EventLogEntry], object]


class Listeners:
    """Callbacks by run. They hear of what this process stores, after it is committed, in order.

    What one raises is logged: the run it listens to goes on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_run: dict[str, list[Listener]] = {}

    def add(self, run_id: str, listener: Listener) -> None:
        """Tell a listener of a run's events from now on."""
        with self._lock:
            self._of_run.setdefault(run_id, []).append(listener)

    def remove(self, run_id: str, listener: Listener) -> None:
        """Tell it no more; a listener that is not there is ignored."""
        with self._lock:
            left = [one for one in self._of_run.get(run_id, ()) if one is not listener]
            if left:
                self._of_run[run_id] = left
            else:
                self._of_run.pop(run_id, None)

    def stored(self, entries: Sequence[tuple[int, EventLogEntry]]) -> None:
        """Pass on what was stored."""
        if not self._of_run:
            return
        for _, entry in entries:
            with self._lock:
                listeners = tuple(self._of_run.get(entry.run_id, ()))
            for listener in listeners:
                try:
                    listener(entry)
                except Exception:
                    _log.exception("a listener of run %s failed", entry.run_id)
