"""Removes what is older than it has to be kept, in pieces so small that no writer waits for long.

A *pass* goes through its stages one after the other; where it is lies in the table ``kv``, so that it can be left
and taken up again, by any process. What may go is looked for without holding any lock; a short transaction then
removes it, after it has made sure that what made it removable is still so.

**Why replay gives the same state afterwards.** Replay (``sql/replay.py``) takes, for each partition of an asset and
for what has no partition, the newest event of each type that no wipe hides. An event of the history goes only where
a newer one of the same asset, partition and type is there, the *witness*, and, if the older belongs to a run, the
newer does too: whatever is hidden or shown by a wipe, the newest stays the newest. Two things reach further:

* A run that fails has failed each partition it had planned, as long as nothing else happened to it in between. So an
  event stays that stands between such a plan and the end of its run (it is what says that something happened), and a
  plan stays whose run's end is what is known as the partition's failure.
* An evaluation of a check belongs to the newest open plan of its run. Plan and evaluation go together, which changes
  nothing for the pairs around them.

A run that goes leaves behind those of its events that are still the newest of something, and the event that ended it
while a plan of a partition is among them.
"""

from __future__ import annotations

from mainspring.core.storage.sql.retention.passing import (
    RETENTION_KEY,
    Budget,
    retention_preview,
    retention_step,
)

__all__ = ["RETENTION_KEY", "Budget", "retention_preview", "retention_step"]
