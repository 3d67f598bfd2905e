"""``DebugRunPayload``: a run with all its events, taken out of its instance."""

from __future__ import annotations

import msgspec

from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.run import Run


class DebugRunPayload(msgspec.Struct, frozen=True, kw_only=True):
    """A run with its log, in the order in which it was stored. ``version`` is that of the program that took it out.

    ``Instance.ephemeral(preload=[payload])`` gives an instance that knows the run.
    """

    version: str
    dagster_run: Run
    event_list: list[EventLogEntry]
