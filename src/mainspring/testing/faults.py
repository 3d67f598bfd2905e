"""A log whose every call may go wrong, by a seed: what the simulator puts between a worker and the store."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from mainspring.core.base.errors import StorageBusyError
from mainspring.core.storage.store import EventWriter, Sequenced

FAULTS = ("none", "crash before", "crash after", "busy", "duplicate", "delay")


class Crash(BaseException):
    """The worker's process ended here."""

    leaves_no_trace = True
    """A process that has ended records nothing more."""


class FaultyEvents:
    """A log that fails as real ones do: before the commit, after it, for a while, or by delivering twice.

    ``wait`` is called for a delay; it lets time pass in the simulated world. ``told`` lists the faults in
    their order.
    """

    def __init__(
        self, events: EventWriter, chance: random.Random, *, wait: Callable[[float], None], rate: float = 0.3
    ) -> None:
        self._events = events
        self._chance = chance
        self._wait = wait
        self._rate = rate
        self.told: list[str] = []

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        """Store a batch, unless this call is one that fails."""
        fault = self._chance.choice(FAULTS) if self._chance.random() < self._rate else "none"
        self.told.append(fault)
        if fault == "crash before":
            raise Crash(fault)
        if fault == "busy":
            raise StorageBusyError("The database was busy for too long: simulated.")
        if fault == "delay":
            self._wait(self._chance.uniform(0.1, 90.0))
        ids = self._events.append(batch)
        if fault == "crash after":
            raise Crash(fault)
        if fault == "duplicate":
            ids = self._events.append(batch)
        return ids
