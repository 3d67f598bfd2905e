"""Where a worker puts its events: sinks, and the writers behind them.

``DirectSink`` numbers the events of a run and hands them in groups to an ``EventWriter``: the store itself, a
``HostWriter`` (``sink/host.py``) that writes for many workers at once and keeps a spool on disk while the
database is away, or a host over HTTP (``HttpSink``, ``sink/http.py``).
"""

from mainspring.core.storage.sink.direct import SPOOLED, DirectSink, EventSink, Pace, Stored

__all__ = ["SPOOLED", "DirectSink", "EventSink", "Pace", "Stored"]
